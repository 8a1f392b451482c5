// Writes families as OpenMetrics 1.0. Warm.
//
// A series has the same name and labels as in text 0.0.4. So a family that OpenMetrics could only take under another
// name or in another shape goes out as `unknown`: a counter without `_total`, a histogram whose buckets do not add up.
// What shape each family gets is decided in OpenMetricsPlan; here it is only written.

import DynModel

package struct OpenMetricsWriter: ~Copyable {
    private var writer: ByteWriter

    package static func write(_ families: [Family], escaping: NameEscaping, drops: inout DropTally) -> Text {
        let families = escapingNames(of: families, escaping)
        let planned = OpenMetricsPlan.plan(families, drops: &drops)
        var text = OpenMetricsWriter(
            writer: ByteWriter(
                capacity: families.reduce(256) { $0 &+ 64 &+ $1.samples.count &* 128 }))
        for family in planned { text.write(family) }
        text.writer.append(literal: "# EOF\n")
        return text.writer.finish()
    }

    private init(writer: consuming ByteWriter) {
        self.writer = writer
    }

    private mutating func write(_ family: PlannedFamily) {
        let isQuoted = !isLegacyMetricName(family.name)
        writeMetadata("# TYPE ", family.name, isQuoted: isQuoted)
        writer.append(literal: family.kind.openMetricsWord)
        writer.append(UInt8(ascii: "\n"))
        if let unit = family.unit {
            writeMetadata("# UNIT ", family.name, isQuoted: isQuoted)
            writer.append(unit)
            writer.append(UInt8(ascii: "\n"))
        }
        if let help = family.help {
            writeMetadata("# HELP ", family.name, isQuoted: isQuoted)
            writer.append(escaping: help)
            writer.append(UInt8(ascii: "\n"))
        }
        for sample in family.samples {
            write(sample, family.name, isQuoted: isQuoted)
        }
    }

    private mutating func writeMetadata(_ word: StaticString, _ name: Text, isQuoted: Bool) {
        writer.append(literal: word)
        if isQuoted { writer.append(UInt8(ascii: "\"")) }
        if isQuoted { writer.append(escaping: name) } else { writer.append(name) }
        if isQuoted { writer.append(UInt8(ascii: "\"")) }
        writer.append(UInt8(ascii: " "))
    }

    private mutating func write(_ sample: PlannedSample, _ name: Text, isQuoted: Bool) {
        if isQuoted {
            writer.append(literal: "{\"")
            writer.append(escaping: name)
            writer.append(literal: sample.suffix)
            writer.append(UInt8(ascii: "\""))
            if !sample.labels.isEmpty { writer.append(UInt8(ascii: ",")) }
        } else {
            writer.append(name)
            writer.append(literal: sample.suffix)
            if !sample.labels.isEmpty { writer.append(UInt8(ascii: "{")) }
        }
        writer.append(sample.labels.text)
        if isQuoted || !sample.labels.isEmpty { writer.append(UInt8(ascii: "}")) }
        writer.append(UInt8(ascii: " "))
        writer.append(openMetrics: sample.value)
        if let exemplar = sample.exemplar { write(exemplar) }
        writer.append(UInt8(ascii: "\n"))
    }

    private mutating func write(_ exemplar: Exemplar) {
        writer.append(literal: " # {")
        writer.append(exemplar.labels.text)
        writer.append(literal: "} ")
        writer.append(openMetrics: exemplar.value)
        if let timestamp = exemplar.timestamp {
            writer.append(UInt8(ascii: " "))
            writer.append(openMetrics: timestamp)
        }
    }
}

extension ByteWriter {
    /// As in text 0.0.4, but our own doubles show that they are: `3.0`.
    fileprivate mutating func append(openMetrics value: SampleValue) {
        guard case .double(let number) = value, number.isFinite else { return append(value: value) }
        append(canonicalBound(number))
    }
}
