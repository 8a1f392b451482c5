/// How a body travels: as it is, or as gzip, by what the client says it takes.
import CDynSupport
import Glibc

enum ContentCoding: Sendable, Equatable {
    case identity
    case gzip

    /// The coding for an `Accept-Encoding` header: gzip when the client likes it better than a plain body, which every
    /// client takes.
    static func negotiated(_ header: String?) -> ContentCoding {
        var plain = -1.0
        var gzip = -1.0
        for clause in (header ?? "").prefix(4096).split(separator: ",") {
            let parts = clause.split(separator: ";").map { trimmed($0).lowercased() }
            guard let name = parts.first else { continue }
            let quality = quality(parts.dropFirst())
            // What stands there by name counts, whatever `*` says.
            if name == "gzip" || name == "x-gzip" { gzip = quality }
            if name == "identity" { plain = quality }
            if name == "*" { plain = max(plain, quality) }
        }
        return gzip > 0 && gzip > plain ? .gzip : .identity
    }

    private static func quality(_ parameters: ArraySlice<String>) -> Double {
        guard let given = parameters.first(where: { $0.hasPrefix("q=") }) else { return 1 }
        return Double(given.dropFirst(2)).map { $0.isNaN ? 0 : min(1, max(0, $0)) } ?? 0
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}

enum Gzip {
    /// Engine pages shrink to a tenth, in a third of the time of level 6, which makes a twelfth (docs/decisions/0004).
    private static let level: Int32 = 1

    /// Looks for zlib, so that the first scrape need not.
    static func prepare() { _ = dynsupport_gzip_load() }

    /// `bytes`, compressed; nil when there is no zlib here, or no memory.
    static func compress(_ bytes: UnsafeRawBufferPointer) -> Body? {
        var count = 0
        guard let compressed = dynsupport_gzip(bytes.baseAddress, bytes.count, level, &count) else { return nil }
        return Body(owning: compressed, count: count)
    }
}
