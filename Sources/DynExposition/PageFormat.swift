// Which format a scraper gets: what it asks for first among what we write, text 0.0.4 when it asks for nothing we have.
// The rules are client_golang's: clauses by q, the first that can be served wins; `escaping` is taken from the clauses
// looked at so far; never 406. Warm.

import DynModel

package struct PageFormat: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case text
        case openMetrics
        case protobuf
    }

    package var kind: Kind
    /// `0.0.4` or `1.0.0` of text, `0.0.1` or `1.0.0` of OpenMetrics; protobuf has none.
    package var version: String
    package var escaping: NameEscaping
    /// Whether the Content-Type names the escaping: not for a client that asked for nothing in particular.
    package var namesEscaping = true

    package static let text = PageFormat(kind: .text, version: "0.0.4", escaping: .underscores)
    package static let openMetrics = PageFormat(kind: .openMetrics, version: "1.0.0", escaping: .underscores)
    /// MetricFamily messages, each behind its length.
    package static let protobuf = PageFormat(kind: .protobuf, version: "", escaping: .underscores)

    package init(kind: Kind, version: String, escaping: NameEscaping) {
        self.kind = kind
        self.version = version
        self.escaping = escaping
    }

    package var contentType: String {
        let escaping = namesEscaping ? "; escaping=\(escaping.rawValue)" : ""
        switch kind {
        case .text: return "text/plain; version=\(version); charset=utf-8\(escaping)"
        case .openMetrics: return "application/openmetrics-text; version=\(version); charset=utf-8\(escaping)"
        case .protobuf: return "\(Self.protobufType); proto=\(Self.protobufMessage); encoding=delimited\(escaping)"
        }
    }

    private static let protobufType = "application/vnd.google.protobuf"
    private static let protobufMessage = "io.prometheus.client.MetricFamily"

    /// The format for an `Accept` header.
    package static func negotiated(_ accept: String?, defaultEscaping: NameEscaping = .underscores) -> PageFormat {
        var escaping = defaultEscaping
        for clause in AcceptClause.all(in: accept ?? "") {
            if let asked = clause.parameters["escaping"].flatMap({ NameEscaping(rawValue: $0) }) { escaping = asked }
            let version = clause.parameters["version"] ?? ""
            switch clause.type {
            case "text/plain" where version == "1.0.0" && escaping == .allowUTF8:
                return PageFormat(kind: .text, version: version, escaping: escaping)
            case "*/*":
                return anything(escaping)
            case protobufType
            where clause.parameters["proto"] == protobufMessage
                && clause.parameters["encoding"] == "delimited":
                return PageFormat(kind: .protobuf, version: "", escaping: escaping)
            case "text/plain" where version.isEmpty || version == "0.0.4", "text/*":
                return PageFormat(kind: .text, version: "0.0.4", escaping: escaping)
            case "application/openmetrics-text" where version == "1.0.0":
                return PageFormat(kind: .openMetrics, version: "1.0.0", escaping: escaping)
            case "application/openmetrics-text" where version.isEmpty || version == "0.0.1":
                return PageFormat(kind: .openMetrics, version: "0.0.1", escaping: escaping)
            default: continue
            }
        }
        return accept == nil ? anything(escaping) : PageFormat(kind: .text, version: "0.0.4", escaping: escaping)
    }

    private static func anything(_ escaping: NameEscaping) -> PageFormat {
        var format = PageFormat(kind: .text, version: "0.0.4", escaping: escaping)
        format.namesEscaping = false
        return format
    }

    /// `families` in this format.
    package func write(_ families: [Family], drops: inout DropTally) -> Text {
        switch kind {
        case .text: TextWriter.write(families, escaping: escaping)
        case .openMetrics: OpenMetricsWriter.write(families, escaping: escaping, drops: &drops)
        case .protobuf: ProtobufWriter.write(families, escaping: escaping)
        }
    }
}

/// One clause of an Accept header.
struct AcceptClause {
    var type: String
    var parameters: [String: String]
    var quality: Double

    /// The clauses by falling quality; of equals the earlier first.
    static func all(in header: String) -> [AcceptClause] {
        header.prefix(8192).split(separator: ",").compactMap { AcceptClause($0) }
            .filter { $0.quality > 0 }
            .enumerated()
            .sorted { ($1.element.quality, $0.offset) < ($0.element.quality, $1.offset) }
            .map(\.element)
    }

    private init?(_ text: Substring) {
        let parts = text.split(separator: ";").map { trimmed($0) }
        guard let type = parts.first, type.contains("/") else { return nil }
        self.type = type.lowercased()
        parameters = [:]
        quality = 1
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { continue }
            let name = trimmed(pair[0]).lowercased()
            var value = trimmed(pair[1])
            if value.count > 1, value.hasPrefix("\""), value.hasSuffix("\"") {
                value = String(value.dropFirst().dropLast())
            }
            if name == "q" {
                quality = readNumber(Text(value)).map { $0.isNaN ? 1 : $0 } ?? 1
            } else {
                parameters[name] = value
            }
        }
    }
}

private func trimmed(_ text: Substring) -> String {
    var text = text
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return String(text)
}

/// The families of `page` in whichever text format it is: OpenMetrics ends with `# EOF`.
package func readFamilies(_ page: Text, budget: PageBudget = .unlimited, drops: inout DropTally) -> [Family] {
    let isOpenMetrics = OpenMetricsReader.isOpenMetrics(page)
    let page = budget.cut(page, drops: &drops)
    return isOpenMetrics
        ? OpenMetricsReader.read(page, budget: budget, drops: &drops)
        : TextReader.read(page, budget: budget, drops: &drops)
}
