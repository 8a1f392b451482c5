// What a key's sample is to its family: the names that a metric of each kind gives to its samples. Warm.

import DynModel

/// How the sample of a key belongs to a family of a given kind.
struct SampleRole {
    var suffix = SampleSuffix.none
    /// What the family is called in text 0.0.4, as a range of the key's text.
    var name: Range<Int>
    /// The label that is kept apart from the others.
    var labelApart: StaticString?
    var isBare = false

    /// Nil when no metric of `kind` has a sample of this name, as in a file that was copied under another name.
    init?(_ key: borrowing KeyReader, kind: MetricKind) {
        name = key.family
        guard let ending = key.suffix else { return nil }
        switch kind {
        case .counter where key.order(ending, "_total") == 0:
            name = key.sample
        case .counter where ending.isEmpty:
            // Written by something older than the suffix; it keeps the name it has.
            isBare = true
        case .gauge where ending.isEmpty:
            labelApart = "pid"
        case .histogram, .summary:
            if kind == .histogram, key.order(ending, "_bucket") == 0 {
                suffix = .bucket
            } else if key.order(ending, "_sum") == 0 {
                suffix = .sum
            } else if key.order(ending, "_count") == 0 {
                suffix = .count
            } else {
                return nil
            }
            if kind == .histogram { labelApart = "le" }
        default:
            return nil
        }
    }

    /// The upper bound of a bucket, 0 for what is none. Nil when `le` is missing, is no number or has no place here.
    func bound(_ key: borrowing KeyReader, _ labels: borrowing LabelRendering) -> Double? {
        switch suffix {
        case .bucket:
            guard let spelled = labels.apart, let bound = key.with(spelled, { readNumber($0) }) else { return nil }
            return bound.isNaN ? nil : bound
        case .none: return 0
        default: return labels.apart == nil ? 0 : nil
        }
    }
}
