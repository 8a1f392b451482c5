// What shape each family of a page gets in OpenMetrics: name, type, and the order of its samples. Warm.
//
// The format refuses a whole page for things that text 0.0.4 lets pass: names that could clash by suffix, samples of one
// child that do not stand together, buckets that do not add up, negative counters. Whatever does not fit goes out as
// `unknown`, under the very names it has in text.

import DynModel

struct PlannedFamily {
    /// Without `_total` or `_info`.
    var name: Text
    var kind: MetricKind
    var help: Text?
    var unit: Text?
    var samples: [PlannedSample] = []
}

struct PlannedSample {
    var suffix: StaticString
    var labels: LabelBlock
    var value: SampleValue
    var exemplar: Exemplar?
}

struct OpenMetricsPlan {
    private var planned: [PlannedFamily] = []
    /// Every name that a family has or could have samples under.
    private var taken: Set<Text> = []
    private let names: Set<Text>
    private var created: CreatedTimes

    static func plan(_ families: [Family], drops: inout DropTally) -> [PlannedFamily] {
        var plan = OpenMetricsPlan(families)
        for family in families where !plan.created.tells(family) { plan.add(family, drops: &drops) }
        // Times that no metric took are gauges like others.
        for family in families where plan.created.tells(family) {
            if let rest = plan.created.rest(of: family) { plan.add(rest, drops: &drops) }
        }
        return plan.planned
    }

    private init(_ families: [Family]) {
        names = Set(families.map(\.name))
        created = CreatedTimes(families)
    }

    private mutating func add(_ family: Family, drops: inout DropTally) {
        if let shaped = shaped(family), claim(shaped) {
            planned.append(withCreatedTimes(shaped))
            return
        }
        // As it is in text: one unknown family for each name that it writes.
        var rest: [SampleSuffix: PlannedFamily] = [:]
        var order: [SampleSuffix] = []
        for sample in family.samples {
            if rest[sample.suffix] == nil {
                order.append(sample.suffix)
                rest[sample.suffix] = PlannedFamily(
                    name: family.name.appending(sample.suffix.name), kind: .unknown, help: family.help)
            }
            rest[sample.suffix]?.samples.append(PlannedSample(suffix: "", labels: sample.labels, value: sample.value))
        }
        for suffix in order {
            guard let unknown = rest[suffix] else { continue }
            if claim(unknown) {
                planned.append(unknown)
            } else {
                drops.add(
                    .nameCollision, count: unknown.samples.count,
                    example:
                        "'\(printable(unknown.name))' clashes with another metric in OpenMetrics")
            }
        }
    }

    /// Takes the names of `family`; false when one is taken.
    private mutating func claim(_ family: PlannedFamily) -> Bool {
        let claimed = family.kind.reservedSuffixes.map { family.name.appending($0) }
        if claimed.contains(where: { taken.contains($0) }) { return false }
        taken.formUnion(claimed)
        return true
    }

    // MARK: shapes

    /// The family in the shape of its type, or nil when it does not have it.
    private func shaped(_ family: Family) -> PlannedFamily? {
        switch family.kind {
        case .counter: counter(family)
        case .gauge, .unknown: plain(family, family.kind ?? .unknown)
        case .histogram: histogram(family)
        case .summary: summary(family)
        case .info: info(family)
        case .stateset: stateset(family)
        case .gaugehistogram, nil: nil
        }
    }

    private func counter(_ family: Family) -> PlannedFamily? {
        guard family.name.hasSuffix("_total"), family.name.count > 6 else { return nil }
        let name = family.name.slice(0, family.name.count &- 6)
        // Another family is called so: then this one keeps its whole name.
        guard !names.contains(name), family.samples.allSatisfy({ $0.suffix == .none && isCount($0.value) }) else {
            return nil
        }
        var shaped = PlannedFamily(name: name, kind: .counter, help: family.help, unit: unit(family, name))
        shaped.samples = family.samples.map {
            PlannedSample(suffix: "_total", labels: $0.labels, value: $0.value, exemplar: $0.exemplar)
        }
        return shaped
    }

    private func plain(_ family: Family, _ kind: MetricKind) -> PlannedFamily? {
        guard family.samples.allSatisfy({ $0.suffix == .none }) else { return nil }
        var shaped = PlannedFamily(name: family.name, kind: kind, help: family.help, unit: unit(family, family.name))
        shaped.samples = family.samples.map { PlannedSample(suffix: "", labels: $0.labels, value: $0.value) }
        return shaped
    }

    private func info(_ family: Family) -> PlannedFamily? {
        guard family.name.hasSuffix("_info"), family.name.count > 5,
            family.samples.allSatisfy({ $0.suffix == .none && $0.value.double == 1 })
        else { return nil }
        var shaped = PlannedFamily(name: family.name.slice(0, family.name.count &- 5), kind: .info, help: family.help)
        guard !names.contains(shaped.name) else { return nil }
        shaped.samples = family.samples.map { PlannedSample(suffix: "_info", labels: $0.labels, value: $0.value) }
        return shaped
    }

    private func stateset(_ family: Family) -> PlannedFamily? {
        let isFitting = family.samples.allSatisfy { sample in
            let value = sample.value.double
            return sample.suffix == .none && (value == 0 || value == 1) && sample.labels.value(of: family.name) != nil
        }
        guard isFitting, var shaped = plain(family, .stateset) else { return nil }
        shaped.unit = nil  // the format has none for states
        return shaped
    }

    private func histogram(_ family: Family) -> PlannedFamily? {
        var shaped = PlannedFamily(
            name: family.name, kind: .histogram, help: family.help, unit: unit(family, family.name))
        let children = HistogramChild.children(of: family)
        guard children.allSatisfy(\.fitsOpenMetrics) else { return nil }
        for child in children { shaped.samples += child.openMetricsSamples }
        return shaped
    }

    private func summary(_ family: Family) -> PlannedFamily? {
        var shaped = PlannedFamily(
            name: family.name, kind: .summary, help: family.help, unit: unit(family, family.name))
        for child in SummaryChild.children(of: family) {
            guard child.fitsOpenMetrics else { return nil }
            shaped.samples += child.samples.map {
                PlannedSample(suffix: $0.suffix.text, labels: $0.labels, value: $0.value)
            }
        }
        return shaped
    }

    // MARK: created times

    /// `family` with `_created` behind the samples of each child whose time is known.
    private mutating func withCreatedTimes(_ family: PlannedFamily) -> PlannedFamily {
        guard [.counter, .histogram, .summary].contains(family.kind), created.knows(family.name) else { return family }
        var whole = family
        whole.samples = []
        var child = family.samples.first.map { labels($0, ofChildIn: family) }
        for (index, sample) in family.samples.enumerated() {
            whole.samples.append(sample)
            let next = index &+ 1 < family.samples.count ? labels(family.samples[index &+ 1], ofChildIn: family) : nil
            if let child, next?.canonical != child.canonical, let time = created.take(family.name, child.canonical) {
                whole.samples.append(PlannedSample(suffix: "_created", labels: child, value: time))
            }
            child = next
        }
        return whole
    }

    private func labels(_ sample: PlannedSample, ofChildIn family: PlannedFamily) -> LabelBlock {
        switch (family.kind, sample.suffix.utf8CodeUnitCount) {
        case (.histogram, 7): sample.labels.removing("le")
        case (.summary, 0): sample.labels.removing("quantile")
        default: sample.labels
        }
    }

    /// The unit, when the name ends in it as the format wants.
    private func unit(_ family: Family, _ name: Text) -> Text? {
        guard let unit = family.unit, !unit.isEmpty, name.hasSuffix(Text("_").appending(unit)) else { return nil }
        return unit
    }
}

/// Whether a counter may have this value: a number that is not negative.
func isCount(_ value: SampleValue) -> Bool {
    value.double >= 0
}

extension MetricKind {
    /// What names a family of this kind keeps others from having.
    fileprivate var reservedSuffixes: [Text] {
        switch self {
        case .counter: ["", "_total", "_created"]
        case .histogram: ["", "_bucket", "_sum", "_count", "_created"]
        case .summary: ["", "_sum", "_count", "_created"]
        case .info: ["", "_info"]
        case .gaugehistogram: ["", "_bucket", "_gsum", "_gcount"]
        default: [""]
        }
    }
}
