// What the format demands of a family as a whole: its unit, samples of one child together and in time order, buckets
// that add up. Only for who checks. Cold.

import DynModel

extension OpenMetricsFamily {
    func faultsOfWhole() -> [(line: Int, message: String)] {
        unitFaults() + groupFaults() + histogramFaults()
    }

    private func unitFaults() -> [(line: Int, message: String)] {
        guard let unit, !unit.isEmpty else { return [] }
        if !name.hasSuffix(Text("_").appending(unit)) {
            return [(line, "the name '\(printable(name))' does not end in its unit; call it …_\(printable(unit))")]
        }
        if kind == .info || kind == .stateset {
            return [(line, "'\(printable(name))' is an info or stateset, which has no unit; leave UNIT out")]
        }
        return []
    }

    /// The labels that tell children apart.
    private func group(of entry: Entry) -> Text {
        let apart: Text? =
            switch kind {
            case .histogram where entry.suffix == "_bucket", .gaugehistogram where entry.suffix == "_bucket": "le"
            case .summary where entry.suffix.isEmpty: "quantile"
            case .stateset: name
            default: nil
            }
        return LabelBlock(sorting: entry.sample.labels.filter { $0.name != apart }).text
    }

    private func groupFaults() -> [(line: Int, message: String)] {
        var faults: [(line: Int, message: String)] = []
        var seen: Set<Text> = []
        var previous: (group: Text, timestamp: Double?)?
        for entry in samples {
            let group = group(of: entry)
            let timestamp = entry.sample.timestamp
            if let previous, previous.group == group {
                if (previous.timestamp == nil) != (timestamp == nil) {
                    faults.append((entry.line, "timestamps on some samples of one child only; give all or none"))
                } else if let before = previous.timestamp, let timestamp, before > timestamp, kind != .info {
                    faults.append((entry.line, "timestamps of one child go back; write them in rising order"))
                }
            } else if seen.contains(group) {
                faults.append(
                    (
                        entry.line,
                        "samples of '\(printable(name)){\(printable(group))}' do not stand together; keep a child's lines in one block"
                    ))
            }
            seen.insert(group)
            previous = (group, timestamp)
        }
        return faults
    }

    private func histogramFaults() -> [(line: Int, message: String)] {
        guard kind == .histogram || kind == .gaugehistogram else { return [] }
        var faults: [(line: Int, message: String)] = []
        var run: [Entry] = []
        for entry in samples {
            if let last = run.last,
                group(of: last) != group(of: entry) || last.sample.timestamp != entry.sample.timestamp
            {
                faults += faultsOfChild(run)
                run = []
            }
            run.append(entry)
        }
        return run.isEmpty ? faults : faults + faultsOfChild(run)
    }

    private func faultsOfChild(_ run: [Entry]) -> [(line: Int, message: String)] {
        var bound: Double?
        var value = 0.0
        var count: Double?
        var sum: Double?
        var hasNegativeBounds = false
        for entry in run {
            let number = entry.sample.number
            switch entry.suffix {
            case "_bucket":
                let next = entry.sample.labels.first { $0.name == "le" }.flatMap { readNumber($0.value) } ?? .nan
                if let bound, !(next > bound) {
                    return [(entry.line, "buckets of '\(printable(name))' are not in rising order of le; sort them")]
                }
                if number < value {
                    return [
                        (
                            entry.line,
                            "a bucket of '\(printable(name))' counts fewer than the one below; they are cumulative"
                        )
                    ]
                }
                if next < 0 { hasNegativeBounds = true }
                (bound, value) = (next, number)
            case "_count", "_gcount": count = number
            case "_sum", "_gsum": sum = number
            default: break
            }
        }
        let line = run.first?.line ?? self.line
        let names = kind == .histogram ? ("_sum", "_count") : ("_gsum", "_gcount")
        if bound != .infinity { return [(line, "'\(printable(name))' has no bucket le=\"+Inf\"; add it")] }
        if let count, count != value {
            return [(line, "\(names.1) of '\(printable(name))' is not its +Inf bucket; they must be equal")]
        }
        if (sum == nil) != (count == nil) {
            return [(line, "'\(printable(name))' has one of \(names.0) and \(names.1) only; give both or none")]
        }
        if let sum {
            if kind == .histogram, hasNegativeBounds {
                return [(line, "'\(printable(name))' has buckets below 0, so it cannot have \(names.0)")]
            }
            if sum < 0, !hasNegativeBounds {
                return [(line, "\(names.0) of '\(printable(name))' is negative without buckets below 0")]
            }
        }
        return []
    }
}
