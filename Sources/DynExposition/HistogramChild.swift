// The samples of one histogram child put together: buckets by bound, sum, count. Warm.

import DynModel

struct HistogramChild {
    /// Labels without `le`, sorted, without empty ones.
    var key: Text
    /// By rising bound.
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
        for place in children.indices { children[place].sortBuckets() }
        return children
    }

    /// NaN bounds to the front, where they fit nowhere.
    private mutating func sortBuckets() {
        let isSorted = zip(buckets, buckets.dropFirst()).allSatisfy { $0.bound <= $1.bound }
        if !isSorted { buckets.sort { $1.bound.isNaN ? false : $0.bound.isNaN || $0.bound < $1.bound } }
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

    /// Whether its numbers fit together as OpenMetrics has it.
    var fitsOpenMetrics: Bool {
        guard hasCumulativeCounts, (sum == nil) == (count == nil) else { return false }
        guard buckets.allSatisfy({ $0.sample.labels.value(of: "le") == canonicalBound($0.bound) }) else { return false }
        guard let sum, let count else { return true }
        let isNegative = (buckets.first?.bound ?? 0) < 0
        return !isNegative && sum.value.double >= 0 && count.value.double == buckets.last?.sample.value.double
    }

    /// Whether it has all parts, as a message of protobuf has: a reader makes them out of nothing where they are missing.
    var fitsProtobuf: Bool {
        guard hasCumulativeCounts, sum != nil, let count, let last = buckets.last else { return false }
        guard buckets.allSatisfy({ $0.sample.value.wholeCount != nil }) else { return false }
        return count.value.double == last.sample.value.double
    }

    /// Whether there is a bucket for everything, and each counts whole observations and no fewer than the one below.
    private var hasCumulativeCounts: Bool {
        guard !hasStray, buckets.last?.bound == .infinity else { return false }
        var previous: (bound: Double, count: Double)?
        for bucket in buckets {
            let count = bucket.sample.value.double
            guard count == count.rounded(), count.isFinite, count >= previous?.count ?? 0 else { return false }
            if let previous, !(bucket.bound > previous.bound) { return false }
            previous = (bucket.bound, count)
        }
        return true
    }

    /// Its samples in the order of OpenMetrics.
    var openMetricsSamples: [PlannedSample] {
        var samples = buckets.map {
            PlannedSample(
                suffix: "_bucket", labels: $0.sample.labels, value: $0.sample.value, exemplar: $0.sample.exemplar)
        }
        if let count { samples.append(PlannedSample(suffix: "_count", labels: count.labels, value: count.value)) }
        if let sum { samples.append(PlannedSample(suffix: "_sum", labels: sum.labels, value: sum.value)) }
        return samples
    }
}
