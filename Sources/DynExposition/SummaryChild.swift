// The samples of one summary child put together: quantiles, sum, count. Warm.

import DynModel

struct SummaryChild {
    /// Labels without `quantile`, sorted, without empty ones.
    var key: Text
    var samples: [Sample] = []

    /// The children of a summary family, in order of first appearance.
    static func children(of family: Family) -> [SummaryChild] {
        var children: [SummaryChild] = []
        var places: [Text: Int] = [:]
        for sample in family.samples {
            let key = sample.suffix == .none ? sample.labels.removing("quantile").canonical : sample.labels.canonical
            let place = places[key] ?? children.count
            if place == children.count { children.append(SummaryChild(key: key)) }
            places[key] = place
            children[place].samples.append(sample)
        }
        return children
    }

    var sum: Sample? { samples.first { $0.suffix == .sum } }
    var count: Sample? { samples.first { $0.suffix == .count } }

    /// The quantiles with their values; nil when one is no number.
    var quantiles: [(quantile: Double, sample: Sample)]? {
        var quantiles: [(quantile: Double, sample: Sample)] = []
        for sample in samples where sample.suffix == .none {
            guard let quantile = sample.labels.value(of: "quantile").flatMap({ readNumber($0) }) else { return nil }
            quantiles.append((quantile, sample))
        }
        return quantiles
    }

    /// Whether OpenMetrics takes its quantiles, and numbers that are not negative.
    var fitsOpenMetrics: Bool {
        guard let quantiles else { return false }
        let areQuantiles = quantiles.allSatisfy { quantile, sample in
            quantile >= 0 && quantile <= 1 && !(sample.value.double < 0)
                && sample.labels.value(of: "quantile") == canonicalBound(quantile)
        }
        return areQuantiles
            && samples.allSatisfy { sample in
                let value = sample.value.double
                switch sample.suffix {
                case .none: return true
                case .sum: return value >= 0
                case .count: return value >= 0 && value.isFinite && value == value.rounded()
                default: return false
                }
            }
    }

    /// Whether it has all parts, as a message of protobuf has: a reader makes them out of nothing where they are missing.
    var fitsProtobuf: Bool {
        guard let quantiles, sum != nil, count?.value.wholeCount != nil else { return false }
        let spelled = quantiles.allSatisfy { $0.sample.labels.value(of: "quantile") == canonicalBound($0.quantile) }
        return spelled && samples.count == quantiles.count &+ 2
    }
}
