// Buckets: their order, their spelling, and whether they add up. What is wrong with them shows only in quantiles that are
// wrong. Cold.

import DynModel

extension Lint {
    mutating func findHistogramFaults() {
        for family in families where family.kind == .histogram || family.kind == .gaugehistogram {
            findForeignSpelling(family, label: "le", suffix: .bucket)
            // In OpenMetrics the strict reader minds the rest.
            if format == .openMetrics || family.kind == .gaugehistogram { continue }
            for child in HistogramChild.children(of: family) {
                let title = brief(family.name, child.key)
                findUnboundedBuckets(child, title)
                findDisorder(child, title)
                findFallingCounts(child, title)
                findInfinityFaults(child, family.name, title)
                findLonelySum(child, family.name, title)
            }
        }
    }

    /// Prometheus 3 stores `le="1"` as `le="1.0"`: queries for the first find nothing, and with both one is lost. Each
    /// spelling is told once for a family.
    mutating func findForeignSpelling(_ family: Family, label: Text, suffix: SampleSuffix) {
        var known: Set<Text> = []
        for sample in family.samples where sample.suffix == suffix {
            guard let spelled = sample.labels.plainValue(of: label), known.insert(spelled).inserted,
                let bound = readNumber(spelled), !bound.isNaN
            else { continue }
            let right = canonicalBound(bound)
            if right == spelled { continue }
            warn(
                place(of: sample, label: label),
                "\(label)=\"\(brief(spelled))\" of '\(brief(family.name))' is not how Prometheus stores it; "
                    + "write \(label)=\"\(right)\"")
        }
    }

    private mutating func findUnboundedBuckets(_ child: HistogramChild, _ title: String) {
        for bucket in child.buckets where bucket.bound.isNaN {
            warn(
                place(of: bucket.sample, label: "le"),
                "a bucket of '\(title)' has no numeric le label; write le=\"0.5\"")
        }
    }

    private mutating func findDisorder(_ child: HistogramChild, _ title: String) {
        var seen: [Double: Sample] = [:]
        var previous: Double?
        for (bound, sample) in child.bucketsInOrder where !bound.isNaN {
            defer { previous = bound }
            if let earlier = seen.updateValue(sample, forKey: bound) {
                // A line that repeats another one is told as a series.
                if earlier.labels.canonical == sample.labels.canonical { continue }
                warn(
                    place(of: sample, label: "le"),
                    "le=\"\(canonicalBound(bound))\" stands twice in '\(title)', on line \(earlier.line) too; "
                        + "write each bound once")
            } else if let previous, bound < previous {
                warn(
                    place(of: sample, label: "le"),
                    "le=\"\(canonicalBound(bound))\" of '\(title)' comes after a higher bound, "
                        + "le=\"\(canonicalBound(previous))\"; sort buckets by le")
            }
        }
    }

    private mutating func findFallingCounts(_ child: HistogramChild, _ title: String) {
        let buckets = child.buckets.filter { !$0.bound.isNaN }
        for (below, bucket) in zip(buckets, buckets.dropFirst()) where bucket.bound > below.bound {
            let (least, count) = (below.sample.value.double, bucket.sample.value.double)
            guard count < least else { continue }
            warn(
                lines.place(Int(bucket.sample.line), parts(of: bucket.sample).value.lowerBound),
                "bucket le=\"\(canonicalBound(bucket.bound))\" of '\(title)' counts \(goNumber(count)), fewer than the one "
                    + "below; buckets are cumulative, so write \(goNumber(least)) or more")
        }
    }

    private mutating func findInfinityFaults(_ child: HistogramChild, _ name: Text, _ title: String) {
        guard let infinite = child.buckets.first(where: { $0.bound == .infinity }) else {
            guard let first = child.first else { return }
            let count = child.count ?? child.buckets.last?.sample
            let labels = child.key.isEmpty ? "" : "\(brief(child.key)),"
            let line = "\(brief(name))_bucket{\(labels)le=\"+Inf\"} \(goNumber(count?.value.double ?? 0))"
            warn(place(of: first), "'\(title)' has no le=\"+Inf\" bucket; add '\(line)'")
            return
        }
        let number = infinite.sample.value.double
        guard let count = child.count?.value.double, number != count else { return }
        warn(
            lines.place(Int(infinite.sample.line), parts(of: infinite.sample).value.lowerBound),
            "the +Inf bucket of '\(title)' is \(goNumber(number)) but _count is \(goNumber(count)); they must be equal, so "
                + "write both as \(goNumber(max(number, count)))")
    }

    /// Without both there is no average, and OpenMetrics takes both or none.
    private mutating func findLonelySum(_ child: HistogramChild, _ name: Text, _ title: String) {
        guard (child.sum == nil) != (child.count == nil), let one = child.sum ?? child.count else { return }
        let (has, lacks) = child.sum == nil ? ("_count", "_sum") : ("_sum", "_count")
        warn(
            place(of: one),
            "'\(title)' has \(has) but no \(lacks); add '\(brief(name.appending(Text(lacks)), child.key))'")
    }
}

extension HistogramChild {
    /// As they stand on the page.
    fileprivate var bucketsInOrder: [(bound: Double, sample: Sample)] {
        buckets.sorted { $0.sample.line < $1.sample.line }
    }

    /// Its first line.
    fileprivate var first: Sample? {
        var samples = buckets.map(\.sample)
        if let sum { samples.append(sum) }
        if let count { samples.append(count) }
        return samples.min { $0.line < $1.line }
    }
}
