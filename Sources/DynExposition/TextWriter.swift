// Writes families as text 0.0.4. Warm: a line is the family's name, a suffix, the label block as it stands, a number.
//
// What 0.0.4 has no word for is written the way prometheus_client does: info and stateset as gauges, a gauge
// histogram's `_gsum` and `_gcount` as gauges of their own behind it.

import DynModel

/// How names outside `[a-zA-Z_:][a-zA-Z0-9_:]*` are written.
package enum NameEscaping: Sendable {
    /// In quotes inside the braces: `{"my.name",a="1"} 5`. Only Prometheus 3 reads that.
    case allowUTF8
    /// With every other character replaced by `_`.
    case underscores
}

package struct TextWriter: ~Copyable {
    private var writer: ByteWriter
    private let escaping: NameEscaping

    /// `families` as a page.
    package static func write(_ families: [Family], escaping: NameEscaping = .allowUTF8) -> Text {
        var text = TextWriter(capacity: families.reduce(256) { $0 &+ 64 &+ $1.samples.count &* 128 }, escaping)
        for family in families { text.write(family) }
        return text.writer.finish()
    }

    private init(capacity: Int, _ escaping: NameEscaping) {
        writer = ByteWriter(capacity: capacity)
        self.escaping = escaping
    }

    private mutating func write(_ family: Family) {
        let isQuoted = !isLegacyMetricName(family.name) && escaping == .allowUTF8
        let name = isQuoted ? family.name : legacy(family.name)
        writeMetadata(name, isQuoted: isQuoted, family.help, family.kind?.textWord)

        var hasTail = false
        for sample in family.samples {
            if sample.suffix == .gaugeSum || sample.suffix == .gaugeCount {
                hasTail = true
            } else {
                write(sample, name, isQuoted: isQuoted)
            }
        }
        guard hasTail else { return }
        for suffix in [SampleSuffix.gaugeCount, .gaugeSum] {
            let tail = family.samples.filter { $0.suffix == suffix }
            if tail.isEmpty { continue }
            writeMetadata(name.appending(suffix.name), isQuoted: isQuoted, family.help, "gauge")
            for sample in tail { write(sample, name, isQuoted: isQuoted) }
        }
    }

    private mutating func writeMetadata(_ name: Text, isQuoted: Bool, _ help: Text?, _ word: StaticString?) {
        if let help {
            writer.append(literal: "# HELP ")
            writeName(name, isQuoted: isQuoted)
            writer.append(UInt8(ascii: " "))
            writer.append(escaping: help, quotes: false)
            writer.append(UInt8(ascii: "\n"))
        }
        if let word {
            writer.append(literal: "# TYPE ")
            writeName(name, isQuoted: isQuoted)
            writer.append(UInt8(ascii: " "))
            writer.append(literal: word)
            writer.append(UInt8(ascii: "\n"))
        }
    }

    private mutating func writeName(_ name: Text, isQuoted: Bool) {
        if !isQuoted { return writer.append(name) }
        writer.append(UInt8(ascii: "\""))
        writer.append(escaping: name)
        writer.append(UInt8(ascii: "\""))
    }

    private mutating func write(_ sample: Sample, _ name: Text, isQuoted: Bool) {
        let labels = escaping == .underscores ? legacyLabels(sample.labels) : sample.labels.text
        if isQuoted {
            writer.append(literal: "{\"")
            writer.append(escaping: name)
            writer.append(literal: sample.suffix.text)
            writer.append(UInt8(ascii: "\""))
            if !labels.isEmpty { writer.append(UInt8(ascii: ",")) }
            writer.append(labels)
            writer.append(UInt8(ascii: "}"))
        } else {
            writer.append(name)
            if sample.suffix != .none { writer.append(literal: sample.suffix.text) }
            if !labels.isEmpty {
                writer.append(UInt8(ascii: "{"))
                writer.append(labels)
                writer.append(UInt8(ascii: "}"))
            }
        }
        writer.append(UInt8(ascii: " "))
        writer.append(value: sample.value)
        if let timestamp = sample.timestamp {
            writer.append(UInt8(ascii: " "))
            writer.append(timestamp)
        }
        writer.append(UInt8(ascii: "\n"))
    }
}

extension ByteWriter {
    package mutating func append(value: SampleValue) {
        switch value {
        case .spelled(let text): append(text)
        case .double(let value): append(number: value, style: .go)
        case .merged(let value): append(number: value, style: .prometheusClient)
        case .integer(let value): append(integer: value)
        case .signed(let value): append(integer: value)
        }
    }
}

/// `name` with every character that old readers refuse replaced by `_`.
func legacy(_ name: Text, allowingColon: Bool = true) -> Text {
    if allowingColon, isLegacyMetricName(name) { return name }
    var result = ""
    for (index, scalar) in name.string.unicodeScalars.enumerated() {
        let byte = scalar.isASCII ? UInt8(truncatingIfNeeded: scalar.value) : 0
        let isLegal = isNameStart(byte) || (index > 0 && isDigit(byte)) || (allowingColon && scalar == ":")
        result.unicodeScalars.append(isLegal ? scalar : "_")
    }
    return Text(result)
}

/// The block with quoted label names made legal; nearly always the block as it is.
private func legacyLabels(_ block: LabelBlock) -> Text {
    guard mayHoldQuotedNames(block.text) else { return block.text }
    return LabelBlock(block.labels.map { label in
        isLegacyLabelName(label.name) ? label : Label(legacy(label.name, allowingColon: false), label.value)
    }).text
}

/// Whether a quote stands where a label name begins. A value that ends in a comma looks the same; that costs time only.
private func mayHoldQuotedNames(_ block: Text) -> Bool {
    block.withBytes { bytes in
        var previous = UInt8(ascii: ",")
        for byte in bytes {
            if byte == UInt8(ascii: "\""), previous == UInt8(ascii: ",") { return true }
            previous = byte
        }
        return false
    }
}
