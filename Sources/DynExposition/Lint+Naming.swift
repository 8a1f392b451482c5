// Metric names that mislead: the wrong unit or none, `_total` where it does not belong or lacks, the type as a word, a
// prefix twice. Each rule says what is wrong and mends the name, so that all warnings of a metric name the same right one.
// Cold.

import DynModel

extension Lint {
    mutating func findMisleadingNames() {
        var seen: Set<Text> = []
        for family in families where !createdTimes.contains(family.name) && seen.insert(family.name).inserted {
            var name = NameWords(family.name)
            let faults = NameRule.all.compactMap { $0.mend(&name, family.kind) }
            for fault in faults {
                warn(place(of: family), "'\(brief(family.name))' \(fault); call it '\(brief(Text(name.name)))'")
            }
        }
    }
}

/// One thing that can be wrong with a metric's name.
struct NameRule {
    /// Says what is wrong, behind the name, and rights it.
    let mend: @Sendable (inout NameWords, MetricKind?) -> String?

    static let all = [camelCase, doubledPrefix, typeWord, reservedSuffix, unit, total]

    static let camelCase = NameRule { name, _ in
        guard let snake = snakeCased(name.name) else { return nil }
        name = NameWords(snake)
        return "is in camelCase; names are in snake_case"
    }

    /// `dynamo_dynamo_x`, `vllm:vllm:x`, and what comes of creating `dynamo_x` below a component.
    static let doubledPrefix = NameRule { name, _ in
        for count in [3, 2, 1] where name.count > 2 &* count && !name[0].isEmpty {
            guard (0..<count).allSatisfy({ name[$0] == name[$0 &+ count] }) else { continue }
            let prefix = (0..<count).map { name[$0] }.joined(separator: "_")
            name.removeFirst(count)
            return "has its prefix '\(prefix)' twice"
        }
        guard name.count > 3, name[0] == "dynamo", name[2] == "dynamo" else { return nil }
        name.remove { $0 == 2 }
        return "has its prefix 'dynamo' twice"
    }

    private static let types: Set<String> = ["counter", "gauge", "histogram"]

    static let typeWord = NameRule { name, _ in
        let end = name.count &- 1
        func isType(_ index: Int, of name: NameWords) -> Bool {
            types.contains(name[index]) || (name[index] == "summary" && index == end)
        }
        let whole = name
        guard let first = whole.words.indices.dropFirst().first(where: { isType($0, of: whole) }) else { return nil }
        let word = name[first]
        name.remove { isType($0, of: whole) }
        return "has its type as a word, '\(word)'; TYPE says that"
    }

    /// What a histogram or a summary writes behind its name.
    static let reservedSuffix = NameRule { name, kind in
        guard let kind, ![.histogram, .gaugehistogram, .summary, .unknown].contains(kind), name.count > 1,
            ["bucket", "count", "sum"].contains(name.last)
        else { return nil }
        let word = name.last
        name.removeLast()
        return "ends in _\(word) like a part of a histogram, and is a \(kind.openMetricsWord)"
    }

    static let unit = NameRule { name, _ in
        guard let index = name.unitIndex else { return nil }
        let word = name[index]
        switch word {
        case "time":
            name.replace(index, with: "seconds")
            return "ends in _time, which is no unit"
        case "size":
            name.replace(index, with: "bytes")
            return "ends in _size, which does not say what is counted, bytes or things"
        default: break
        }
        guard let unit = NameUnit(word, after: name[index &- 1]) else { return nil }
        let wrong = unit.isOfTwoWords ? "\(name[index &- 1])_\(word)" : word
        name.replace(index, with: unit.right)
        if unit.isOfTwoWords { name.remove { $0 == index &- 1 } }
        return "ends in the unit '\(wrong)'\(unit.reason)"
    }

    static let total = NameRule { name, kind in
        let hasTotal = name.last == "total"
        switch kind {
        case nil, .unknown: return nil
        case .counter:
            if hasTotal { return nil }
            // detokenize_total_us becomes detokenize_seconds_total.
            let whole = name
            name.remove { whole[$0] == "total" }
            name.append("total")
            return "is a counter, which ends in _total"
        case let kind?:
            guard hasTotal, name.count > 1 else { return nil }
            name.removeLast()
            return "is a \(kind.openMetricsWord), and _total is for counters"
        }
    }
}
