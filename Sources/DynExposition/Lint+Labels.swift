// Label names that some readers refuse, that scrapers take for their own, or that a histogram has a use for. Each is told
// once for a metric. Cold.

import DynModel

extension Lint {
    mutating func findBadLabelNames() {
        for family in families {
            var seen: Set<Text> = []
            for sample in family.samples {
                let new = sample.labels.parts.filter { seen.insert($0.name).inserted }.map { unquoted($0.name) }
                let faults = new.compactMap { name in fault(of: name, family).map { (name, $0) } }
                if !faults.isEmpty { tell(faults, sample, family) }
            }
        }
    }

    /// A line is looked through once, however many of its labels are bad.
    private mutating func tell(_ faults: [(name: Text, fault: String)], _ sample: Sample, _ family: Family) {
        let line = lines.text(Int(sample.line))
        var places: [Text: Int] = [:]
        for label in LineParts(line).labels {
            places[unquoted(line.slice(label.name.lowerBound, label.name.upperBound))] = label.name.lowerBound
        }
        for (name, fault) in faults {
            warn(
                lines.place(Int(sample.line), places[name] ?? 0),
                "label '\(brief(name))' of '\(brief(family.name))' \(fault)")
        }
    }

    private func fault(of name: Text, _ family: Family) -> String? {
        if family.kind == .stateset, name == family.name { return nil }
        if let reason = misuse(of: name, family.kind) { return reason }
        let right = brief(Text(rightName(name)))
        if name.withBytes({ $0.contains(UInt8(ascii: ":")) }) {
            return "has a ':', which few readers take; call it '\(right)'"
        }
        if name.hasPrefix("__") { return "is of the reserved '__' kind, which scrapers drop; call it '\(right)'" }
        return snakeCased(name.string) == nil ? nil : "is in camelCase; call it '\(right)'"
    }

    private func misuse(of name: Text, _ kind: MetricKind?) -> String? {
        guard let kind, kind != .unknown else { return nil }
        switch (name, kind) {
        case ("le", .histogram), ("le", .gaugehistogram), ("quantile", .summary): return nil
        case ("le", _):
            return "is the bound of a histogram's bucket, and this is a \(kind.openMetricsWord); call it 'limit'"
        case ("quantile", _): return "is for summaries, and this is a \(kind.openMetricsWord); call it 'percentile'"
        default: return nil
        }
    }

    /// Without colons, without leading underscores, in snake_case.
    private func rightName(_ name: Text) -> String {
        var bytes = Array(
            name.bytes.map { $0 == UInt8(ascii: ":") ? UInt8(ascii: "_") : $0 }.drop { $0 == UInt8(ascii: "_") })
        if bytes.first.map({ isDigit($0) }) ?? true { bytes.insert(UInt8(ascii: "_"), at: 0) }
        let name = String(decoding: bytes, as: UTF8.self)
        return snakeCased(name) ?? name
    }
}
