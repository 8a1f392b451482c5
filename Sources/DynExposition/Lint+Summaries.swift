// Quantiles: a label that says which, from 0 to 1, each once. Cold.

import DynModel

extension Lint {
    mutating func findSummaryFaults() {
        for family in families where family.kind == .summary {
            findForeignSpelling(family, label: "quantile", suffix: .none)
            findBadQuantiles(family)
            findRepeatedQuantiles(family)
        }
    }

    private mutating func findBadQuantiles(_ family: Family) {
        for sample in family.samples where sample.suffix == .none {
            guard let spelled = sample.labels.value(of: "quantile") else {
                warn(
                    place(of: sample),
                    "'\(brief(family.name))' is a summary, and its sample without a suffix needs a quantile; "
                        + "write '\(brief(family.name)){quantile=\"0.5\"}'")
                continue
            }
            let quantile = readNumber(spelled) ?? .nan
            if quantile >= 0, quantile <= 1 { continue }
            warn(
                place(of: sample, label: "quantile"),
                "quantile=\"\(brief(spelled))\" of '\(brief(family.name))' is not from 0 to 1; "
                    + "write quantile=\"\(likelyQuantile(quantile))\"")
        }
    }

    /// 99 is meant as 0.99.
    private func likelyQuantile(_ given: Double) -> Text {
        given > 1 && given <= 100 ? canonicalBound(given / 100) : "0.5"
    }

    private struct Quantile: Hashable {
        var labels: Text
        var quantile: Double
        var time: Text?
    }

    /// `0.5` and `0.50` are one quantile; a line that repeats another one is told as a series.
    private mutating func findRepeatedQuantiles(_ family: Family) {
        var first: [Quantile: Sample] = [:]
        for sample in family.samples where sample.suffix == .none {
            guard let number = sample.labels.value(of: "quantile").flatMap({ readNumber($0) }), !number.isNaN else {
                continue
            }
            let quantile = Quantile(
                labels: LabelBlock(rendered: sample.labels.removing("quantile").text).canonical, quantile: number,
                time: format == .openMetrics ? sample.timestamp : nil)
            guard let earlier = first[quantile] else {
                first[quantile] = sample
                continue
            }
            if earlier.labels.canonical == sample.labels.canonical { continue }
            warn(
                place(of: sample, label: "quantile"),
                "quantile=\"\(canonicalBound(number))\" stands twice in '\(brief(family.name, quantile.labels))', on line "
                    + "\(earlier.line) too; write each quantile once")
        }
    }
}
