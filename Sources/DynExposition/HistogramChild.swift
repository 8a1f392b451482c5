// The samples of one histogram child put together: buckets by bound, sum, count. Warm.

import DynModel

struct HistogramChild {
    /// Labels without `le`, sorted, without empty ones.
    var key: Text
    var buckets: [(bound: Double, sample: Sample)] = []
    var sum: Sample?
    var count: Sample?
    /// Something that does not belong into a histogram, or twice.
    var hasStray = false

    /// The children of a histogram family, in order of first appearance.
    static func children(of family: Family) -> [HistogramChild] {
        var children: [HistogramChild] = []
        var places: [Text: Int] = [:]
        for sample in family.samples {
            let key = sample.suffix == .bucket ? sample.labels.removing("le").canonical : sample.labels.canonical
            let place: Int
            if let last = children.last, last.key == key {
                place = children.count &- 1
            } else {
                place = places[key] ?? children.count
                if place == children.count { children.append(HistogramChild(key: key)) }
                places[key] = place
            }
            children[place].take(sample)
        }
        return children
    }

    private mutating func take(_ sample: Sample) {
        switch sample.suffix {
        case .bucket:
            let bound = sample.labels.value(of: "le").flatMap { readNumber($0) } ?? .nan
            buckets.append((bound, sample))
        case .sum where sum == nil: sum = sample
        case .count where count == nil: count = sample
        default: hasStray = true
        }
    }

    /// The child as OpenMetrics has it, or nil when its numbers do not fit together.
    func openMetricsSamples(created: [Text: SampleValue]) -> [PlannedSample]? {
        let sorted = buckets.sorted { $0.bound < $1.bound }
        guard !hasStray, let last = sorted.last, last.bound == .infinity else { return nil }
        var samples: [PlannedSample] = []
        var previous: (bound: Double, count: Double)?
        for bucket in sorted {
            let count = bucket.sample.value.double
            guard count >= 0, count == count.rounded(), !bucket.bound.isNaN, count >= previous?.count ?? 0 else { return nil }
            if let previous, bucket.bound <= previous.bound { return nil }
            guard bucket.sample.labels.value(of: "le") == canonicalBound(bucket.bound) else { return nil }
            previous = (bucket.bound, count)
            samples.append(PlannedSample(suffix: "_bucket", labels: bucket.sample.labels, value: bucket.sample.value))
        }
        guard (sum == nil) == (count == nil) else { return nil }
        if let sum, let count {
            let isNegative = (sorted.first?.bound ?? 0) < 0
            guard count.value.double == last.sample.value.double, !isNegative, sum.value.double >= 0 else { return nil }
            samples.append(PlannedSample(suffix: "_count", labels: count.labels, value: count.value))
            samples.append(PlannedSample(suffix: "_sum", labels: sum.labels, value: sum.value))
            if let time = created[key], isTime(time) {
                samples.append(PlannedSample(suffix: "_created", labels: count.labels, value: time))
            }
        }
        return samples
    }
}
