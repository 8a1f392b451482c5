// A histogram that counts below zero is none: a strict reader refuses the whole page for it. Its lines are kept, without
// the type that they contradict. Warm.

import DynModel

/// Takes the type off histograms with negative counts: each name that they write becomes a metric of its own.
package func untypeImpossibleCounts(_ families: inout [Family], drops: inout DropTally) {
    guard families.contains(where: isImpossible) else { return }
    var kept: [Family] = []
    for family in families {
        guard isImpossible(family) else {
            kept.append(family)
            continue
        }
        drops.add(.type, example: "'\(printable(family.name))' has a negative count and cannot be a histogram")
        for suffix in SampleSuffix.allCases {
            let samples = family.samples.filter { $0.suffix == suffix }
            if samples.isEmpty { continue }
            kept.append(
                Family(
                    name: family.name.appending(suffix.name), kind: nil, help: family.help,
                    samples: samples.map {
                        var sample = $0
                        sample.suffix = .none
                        return sample
                    }))
        }
    }
    families = kept
}

private func isImpossible(_ family: Family) -> Bool {
    guard family.kind == .histogram || family.kind == .gaugehistogram else { return false }
    return family.samples.contains { sample in
        guard sample.suffix == .bucket || sample.suffix == .count || sample.suffix == .gaugeCount else { return false }
        switch sample.value {
        case .spelled(let text): return text.withBytes { $0.first == UInt8(ascii: "-") } && sample.value.double < 0
        case .double(let value), .merged(let value): return value < 0
        case .signed(let value): return value < 0
        case .integer: return false
        }
    }
}
