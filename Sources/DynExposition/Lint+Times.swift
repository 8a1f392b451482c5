// Timestamps that Prometheus would not keep: it drops what is older than about an hour (half of its head block of two)
// and what lies more than ten minutes ahead, with one line in its log for the whole page. Cold.

import DynModel

extension Lint {
    private static let oldest = 3600.0
    private static let newest = 600.0

    mutating func findLostTimes() {
        for family in families {
            // A time that is too large to be one reaches no sample in OpenMetrics.
            for sample in family.samples where sample.timestamp != nil || format == .openMetrics {
                let line = lines.text(Int(sample.line))
                let time = LineParts(line).time
                let spelled = line.slice(time.lowerBound, time.upperBound)
                guard let number = readNumber(spelled), !isKept(seconds: inSeconds(number)) else { continue }
                warn(
                    lines.place(Int(sample.line), time.lowerBound),
                    "the time \(brief(spelled)) of '\(brief(family.name))' is not from an hour ago to ten minutes ahead, so "
                        + "scrapers drop the sample; \(advice(number))")
            }
        }
    }

    private func inSeconds(_ number: Double) -> Double {
        format == .text ? number / 1000 : number
    }

    private func isKept(seconds: Double) -> Bool {
        let ahead = seconds - now
        return ahead >= -Lint.oldest && ahead <= Lint.newest
    }

    /// Whoever took one format's unit for the other's is told the number that was meant.
    private func advice(_ number: Double) -> String {
        let other = format == .text ? number * 1000 : number / 1000
        guard isKept(seconds: inSeconds(other)), let whole = Int64(exactly: other.rounded()) else {
            return "leave the time out"
        }
        return format == .text
            ? "text counts milliseconds: write \(whole)" : "OpenMetrics counts seconds: write \(whole)"
    }
}
