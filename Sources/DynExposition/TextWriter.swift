// Writes families as text 0.0.4. Warm: a line is the family's name, a suffix, the label block as it stands, a number.
//
// What 0.0.4 has no word for is written the way prometheus_client does: info and stateset as gauges, a gauge
// histogram's `_gsum` and `_gcount` as gauges of their own behind it.

import DynModel

package struct TextWriter: ~Copyable {
    private var writer: ByteWriter
    private var keepsNumbers = false
    private var numbers: ContiguousArray<Range<Int>> = []

    /// `families` as a page. Names that are still illegal after `escaping` are written in quotes.
    package static func write(_ families: [Family], escaping: NameEscaping = .allowUTF8) -> Text {
        let families = escapingNames(of: families, escaping)
        var text = TextWriter(
            capacity: families.reduce(256) {
                $0 &+ ($1.rendered?.count ?? 64 &+ $1.samples.count &* 128)
            })
        for family in families {
            if let rendered = family.rendered { text.writer.append(rendered) } else { text.write(family) }
        }
        return text.writer.finish()
    }

    /// `family` alone, and where in it the numbers of its samples stand. Empty when they do not stand in its order.
    static func write(_ family: Family, numbers: inout ContiguousArray<Range<Int>>) -> Text {
        var text = TextWriter(capacity: 64 &+ family.samples.count &* 128)
        text.keepsNumbers = true
        text.write(family)
        let hasTail = family.samples.contains { $0.suffix == .gaugeSum || $0.suffix == .gaugeCount }
        numbers = hasTail ? [] : text.numbers
        return text.writer.finish()
    }

    private init(capacity: Int) {
        writer = ByteWriter(capacity: capacity)
    }

    private mutating func write(_ family: Family) {
        let name = family.name
        let isQuoted = !isLegacyMetricName(name)
        writeMetadata(name, isQuoted: isQuoted, family.help, family.kind?.textWord)

        var hasTail = false
        // In place: a copy of each sample would cost more than its line.
        family.samples.withUnsafeBufferPointer { samples in
            guard let first = samples.baseAddress else { return }
            for index in samples.indices {
                let suffix = first[index].suffix
                if suffix == .gaugeSum || suffix == .gaugeCount {
                    hasTail = true
                } else {
                    write(first + index, name, isQuoted: isQuoted)
                }
            }
        }
        guard hasTail else { return }
        for suffix in [SampleSuffix.gaugeCount, .gaugeSum] {
            let tail = family.samples.filter { $0.suffix == suffix }
            if tail.isEmpty { continue }
            writeMetadata(name.appending(suffix.name), isQuoted: isQuoted, family.help, "gauge")
            tail.withUnsafeBufferPointer { samples in
                guard let first = samples.baseAddress else { return }
                for index in samples.indices { write(first + index, name, isQuoted: isQuoted) }
            }
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

    private mutating func write(_ sample: UnsafePointer<Sample>, _ name: Text, isQuoted: Bool) {
        let labels = sample.pointee.labels.text
        if isQuoted {
            writer.append(literal: "{\"")
            writer.append(escaping: name)
            writer.append(literal: sample.pointee.suffix.text)
            writer.append(UInt8(ascii: "\""))
            if !labels.isEmpty { writer.append(UInt8(ascii: ",")) }
            writer.append(labels)
            writer.append(UInt8(ascii: "}"))
        } else {
            writer.append(name)
            if sample.pointee.suffix != .none { writer.append(literal: sample.pointee.suffix.text) }
            if !labels.isEmpty { writer.append(labels, between: UInt8(ascii: "{"), UInt8(ascii: "}")) }
        }
        writer.append(UInt8(ascii: " "))
        let start = writer.count
        writer.append(value: sample.pointee.value)
        if keepsNumbers { numbers.append(start..<writer.count) }
        if let timestamp = sample.pointee.timestamp {
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
