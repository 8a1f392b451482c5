// When counters, histograms and summaries began. In text 0.0.4 that is a gauge `x_created` beside them; OpenMetrics and
// protobuf have a place for it in the metric itself. Warm.

import DynModel

struct CreatedTimes {
    private let names: Set<Text>
    /// By the name of the metric without `_total`, then by child; what was given out is gone.
    private var times: [Text: [Text: Sample]] = [:]

    init(_ families: [Family]) {
        names = Set(families.map(\.name))
        for family in families where tells(family) {
            var children: [Text: Sample] = [:]
            for sample in family.samples { children[sample.labels.canonical] = sample }
            times[base(family)] = children
        }
    }

    /// Whether `family` only tells when another one began.
    func tells(_ family: Family) -> Bool {
        guard family.kind == .gauge || family.kind == nil, family.name.hasSuffix("_created") else { return false }
        let base = base(family)
        return names.contains(base.appending("_total")) || names.contains(base)
    }

    private func base(_ family: Family) -> Text {
        family.name.slice(0, family.name.count &- 8)
    }

    /// Whether any time of this metric is known.
    func knows(_ base: Text) -> Bool {
        times[base] != nil
    }

    /// The time of one child, given out once. `key` is its canonical label text.
    mutating func take(_ base: Text, _ key: Text) -> SampleValue? {
        guard let sample = times[base]?[key], isTime(sample.value) else { return nil }
        times[base]?[key] = nil
        return sample.value
    }

    /// What nobody asked for: `family`, which ``tells(_:)``, with those samples only.
    func rest(of family: Family) -> Family? {
        let left = times[base(family)] ?? [:]
        var rest = family
        rest.samples = family.samples.filter { left[$0.labels.canonical] != nil }
        return rest.samples.isEmpty ? nil : rest
    }

    private func isTime(_ value: SampleValue) -> Bool {
        let seconds = value.double
        return seconds.isFinite && seconds >= 0
    }
}
