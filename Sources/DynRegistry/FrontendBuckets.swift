// Upstream's variables for the bounds of the frontend's histograms: DYN_METRICS_TTFT_MIN, _MAX, _COUNT and their like. Cold.

import DynConfiguration
import DynExposition
import DynModel
import DynSources

extension Environment {
    /// Variable, family behind the frontend's prefix, and what upstream takes for those of the three that are not set.
    private static let frontendHistograms: [(String, Text, Double, Double, Int)] = [
        ("DYN_METRICS_REQUEST_DURATION", "request_duration_seconds", 1, 512, 10),
        ("DYN_METRICS_INPUT_SEQUENCE", "input_sequence_tokens", 50, 128_000, 12),
        ("DYN_METRICS_OUTPUT_SEQUENCE", "output_sequence_tokens", 50, 32_000, 10),
        ("DYN_METRICS_TTFT", "time_to_first_token_seconds", 0.001, 480, 18),
        ("DYN_METRICS_ITL", "inter_token_latency_seconds", 0.001, 2, 13),
        ("DYN_METRICS_EMBEDDING_LATENCY", "embedding_latency_seconds", 0.001, 480, 18),
    ]

    /// Rules for the histograms that the environment speaks of. As upstream, one that makes no sense is warned of and left.
    static func frontendBuckets() -> [BucketRule] {
        let prefix = sanitizedFrontendPrefix(Text(value("DYN_METRICS_PREFIX") ?? ""))
        return frontendHistograms.compactMap { variable, name, low, high, count in
            let set = ["_MIN", "_MAX", "_COUNT"].filter { value(variable + $0) != nil }
            if set.isEmpty { return nil }
            do throws(MetricsError) {
                let bounds = try logarithmicBounds(
                    number(variable + "_MIN", low), number(variable + "_MAX", high),
                    Int(exactly: number(variable + "_COUNT", Double(count))) ?? 0)
                return BucketRule(family: NamePattern(prefix.appending("_").appending(name)), bounds: bounds)
            } catch {
                Log.once(
                    .warning, cause: variable, "\(variable)_{MIN,MAX,COUNT} are not in force: \(error.description)")
                return nil
            }
        }
    }

    private static func number(_ variable: String, _ standard: Double) throws(MetricsError) -> Double {
        guard let value = value(variable) else { return standard }
        guard let number = readNumber(Text(value)), number.isFinite else {
            throw .environment(variable: variable, value: value, hint: "give a number, like \(goNumber(standard))")
        }
        return number
    }
}
