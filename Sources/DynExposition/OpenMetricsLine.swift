// One line of OpenMetrics text taken apart, as strictly as the format has it: single spaces, no blanks elsewhere. Warm.

import DynModel

/// A refusal inside a line: where (byte from its start) and why.
struct OpenMetricsFault: Error {
    var offset: Int
    var reason: DropReason
    var message: String
}

enum OpenMetricsLine {
    case metadata(Metadata)
    case sample(SampleLine)
    case end

    struct Metadata {
        enum Word { case type, help, unit }
        var word: Word
        var name: Text
        var value: Text
        var valueOffset: Int
    }

    struct SampleLine {
        var name: Text
        var labels: [Label]
        var value: Text
        var number: Double
        var timestamp: Double?
        var timestampText: Text?
        var exemplar: Exemplar?
        /// Where the exemplar begins.
        var exemplarOffset = 0
        /// Characters in its labels.
        var exemplarLength = 0
    }

    /// Reads `line`, which is without its newline.
    static func read(_ line: Text) throws(OpenMetricsFault) -> OpenMetricsLine {
        var scanner = OpenMetricsScanner(line)
        if line == "# EOF" { return .end }
        if scanner.peek == UInt8(ascii: "#") { return .metadata(try scanner.metadata()) }
        return .sample(try scanner.sample())
    }
}

/// Walks over one line.
struct OpenMetricsScanner {
    private let line: Text
    private let bytes: [UInt8]
    private var at = 0
    private var exemplarLength = 0

    init(_ line: Text) {
        self.line = line
        bytes = line.bytes
    }

    var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

    private func fault(_ reason: DropReason, _ message: String, at offset: Int? = nil) -> OpenMetricsFault {
        OpenMetricsFault(offset: offset ?? at, reason: reason, message: message)
    }

    private var rest: String { printable(line.slice(at, min(bytes.count, at &+ 40))) }

    private mutating func take(_ byte: Unicode.Scalar, _ what: String) throws(OpenMetricsFault) {
        guard at < bytes.count, UInt32(bytes[at]) == byte.value else {
            throw fault(.syntax, "expected \(what), found '\(rest)'")
        }
        at &+= 1
    }

    // MARK: metadata

    /// `# TYPE name word`: one space between all parts, the last part may hold anything.
    mutating func metadata() throws(OpenMetricsFault) -> OpenMetricsLine.Metadata {
        try take("#", "'#'")
        try take(" ", "a space behind '#'")
        let start = at
        while at < bytes.count, bytes[at] != 0x20 { at &+= 1 }
        let word: OpenMetricsLine.Metadata.Word
        switch line.slice(start, at) {
        case "TYPE": word = .type
        case "HELP": word = .help
        case "UNIT": word = .unit
        default: throw fault(.syntax, "'\(rest)' is no comment of OpenMetrics; use TYPE, HELP, UNIT or EOF", at: start)
        }
        try take(" ", "a space and a metric name")
        let name = try metricName()
        try take(" ", "a space behind the metric name")
        let value = line.slice(at, bytes.count)
        guard value.isValidUTF8 else { throw fault(.utf8, "the line is not UTF-8") }
        return OpenMetricsLine.Metadata(word: word, name: name, value: value, valueOffset: at)
    }

    // MARK: samples

    mutating func sample() throws(OpenMetricsFault) -> OpenMetricsLine.SampleLine {
        var name: Text?
        if peek != UInt8(ascii: "{") { name = try metricName() }
        var labels: [Label] = []
        if peek == UInt8(ascii: "{") { labels = try labelSet(name: &name) }
        guard let name else { throw fault(.name, "the sample has no name; write name{…} value", at: 0) }
        try take(" ", "a space before the value")
        let valueStart = at
        let number = try number("value")
        var sample = OpenMetricsLine.SampleLine(
            name: name, labels: labels, value: line.slice(valueStart, at), number: number)
        if at == bytes.count { return sample }
        try take(" ", "a space or the end of the line")
        if peek != UInt8(ascii: "#") {
            let start = at
            sample.timestamp = try timestamp()
            sample.timestampText = line.slice(start, at)
            if at == bytes.count { return sample }
            try take(" ", "a space or the end of the line")
        }
        sample.exemplarOffset = at
        sample.exemplar = try exemplar()
        sample.exemplarLength = exemplarLength
        return sample
    }

    /// `# {labels} value [timestamp]`.
    private mutating func exemplar() throws(OpenMetricsFault) -> Exemplar {
        try take("#", "'# {' of an exemplar")
        try take(" ", "a space behind '#'")
        var none: Text? = ""
        guard peek == UInt8(ascii: "{") else { throw fault(.syntax, "expected '{' of an exemplar, found '\(rest)'") }
        let labels = try labelSet(name: &none)
        exemplarLength = labels.reduce(0) { $0 &+ $1.characterCount }
        try take(" ", "a space before the exemplar's value")
        let valueStart = at
        _ = try number("exemplar value")
        var exemplar = Exemplar(LabelBlock(labels), value: .spelled(line.slice(valueStart, at)))
        if at == bytes.count { return exemplar }
        try take(" ", "a space or the end of the line")
        let timestampStart = at
        _ = try timestamp()
        exemplar.timestamp = .spelled(line.slice(timestampStart, at))
        guard at == bytes.count else { throw fault(.syntax, "expected the end of the line, found '\(rest)'") }
        return exemplar
    }

    private mutating func token() -> UnsafeRange {
        let start = at
        while at < bytes.count, bytes[at] != 0x20 { at &+= 1 }
        return UnsafeRange(start: start, end: at)
    }

    private struct UnsafeRange {
        var start: Int
        var end: Int
    }

    private mutating func number(_ what: String) throws(OpenMetricsFault) -> Double {
        let range = token()
        let text = line.slice(range.start, range.end)
        guard let number = readNumber(text) else {
            throw fault(
                .value, "'\(printable(text))' is not a \(what); write a number like 12, 0.5 or +Inf", at: range.start)
        }
        return number
    }

    private mutating func timestamp() throws(OpenMetricsFault) -> Double {
        let start = at
        let number = try number("timestamp")
        guard number.isFinite else {
            throw fault(.timestamp, "a timestamp must be a finite number of seconds", at: start)
        }
        return number
    }

    // MARK: names and labels

    private mutating func metricName() throws(OpenMetricsFault) -> Text {
        let start = at
        if peek == UInt8(ascii: "\"") {
            let name = try quoted("name")
            if name.isEmpty { throw fault(.name, "a metric name is empty", at: start) }
            return name
        }
        if at < bytes.count, isNameStart(bytes[at]) || bytes[at] == UInt8(ascii: ":") {
            while at < bytes.count, isNameByte(bytes[at]) || bytes[at] == UInt8(ascii: ":") { at &+= 1 }
        }
        let name = line.slice(start, at)
        if name.isEmpty { throw fault(.name, "'\(rest)' does not begin with a metric name") }
        return name
    }

    private mutating func labelSet(name: inout Text?) throws(OpenMetricsFault) -> [Label] {
        try take("{", "'{'")
        var labels: [Label] = []
        if peek == UInt8(ascii: "}") {
            at &+= 1
            return labels
        }
        while true {
            let start = at
            let isQuoted = peek == UInt8(ascii: "\"")
            let labelName = isQuoted ? try quoted("label name") : legacyLabelName()
            if isQuoted, peek == UInt8(ascii: ",") || peek == UInt8(ascii: "}") {
                guard name == nil, !labelName.isEmpty else {
                    throw fault(.name, "a second name for one sample", at: start)
                }
                name = labelName
            } else {
                guard !labelName.isEmpty else {
                    throw fault(.label, "'\(rest)' does not begin with a label name", at: start)
                }
                try take("=", "'=' behind label name '\(printable(labelName))'")
                let value = try quoted("label value")
                guard !labelName.hasPrefix("__") else {
                    throw fault(.label, "label '\(printable(labelName))' is of the reserved '__' kind", at: start)
                }
                guard !labels.contains(where: { $0.name == labelName }) else {
                    throw fault(
                        .label, "label '\(printable(labelName))' stands twice on one sample; keep one", at: start)
                }
                labels.append(Label(labelName, value))
            }
            if peek == UInt8(ascii: "}") {
                at &+= 1
                return labels
            }
            try take(",", "',' or '}' behind a label")
        }
    }

    private mutating func legacyLabelName() -> Text {
        let start = at
        if at < bytes.count, isNameStart(bytes[at]) {
            while at < bytes.count, isNameByte(bytes[at]) { at &+= 1 }
        }
        return line.slice(start, at)
    }

    /// A quoted string, unescaped; a backslash before another character stands for itself.
    private mutating func quoted(_ what: String) throws(OpenMetricsFault) -> Text {
        let start = at
        try take("\"", "'\"' before a \(what)")
        while at < bytes.count, bytes[at] != UInt8(ascii: "\"") { at &+= bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
        guard at < bytes.count else { throw fault(.syntax, "a \(what) has no closing '\"'", at: start) }
        let inside = line.slice(start &+ 1, at)
        at &+= 1
        guard inside.isValidUTF8 else { throw fault(.utf8, "a \(what) is not UTF-8", at: start) }
        return unescaped(inside)
    }
}
