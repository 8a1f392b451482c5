import DynModel
import Testing

@Suite("Errors begin with upstream's text and go on with help")
struct MetricsErrorTests {
    @Test(
        "the text before '; ' is upstream's to the letter",
        arguments: [
            (.duplicateLabel("k"), "Duplicate label key 'k' found in labels"),
            (
                .automaticConstLabel("worker_id"),
                "Label 'worker_id' is automatically added by auto-label injection and cannot be manually set"
            ),
            (
                .automaticVariableLabel("worker_id"),
                "Variable label name 'worker_id' conflicts with auto-injected const label and cannot be used"
            ),
            (.invalidLabelName("a-b"), "Error: 'a-b' is not a valid label name"),
            (.bucketLabel, "Error: `le` is not allowed as label name in histograms"),
            (.missingLabelNames(type: "CounterVec"), "CounterVec requires const_labels parameter"),
            (
                .unexpectedBuckets(type: "Gauge"),
                "buckets parameter is not valid for Counter, IntCounter, Gauge, or IntGauge"
            ),
            (.unexpectedBuckets(type: "GaugeVec"), "buckets parameter is not valid for GaugeVec"),
            (.unexpectedLabelNames(type: "Histogram"), "const_labels parameter is not valid for Histogram"),
            (
                .unexpectedLabelNames(type: "Counter"),
                "const_labels parameter is not valid for Counter, IntCounter, Gauge, or IntGauge"
            ),
            (.unsanitizable(input: "", what: "name"), "Cannot sanitize empty string into valid Prometheus name"),
            (
                .unsanitizable(input: "@@", what: "label"),
                "Input '@@' contains only invalid characters and cannot be sanitized into a valid Prometheus label"
            ),
            (
                .alreadyRegistered(name: "x", reason: "Duplicate metrics collector registration attempted"),
                "Failed to register metric: Duplicate metrics collector registration attempted"
            ),
            (
                .reservedInjectedLabel("le"),
                "Cannot inject reserved label names: {'le'}. Reserved labels: {'le', 'quantile'}"
            ),
        ] as [(MetricsError, String)])
    func upstreamTexts(error: MetricsError, upstream: String) {
        #expect(error.description.hasPrefix(upstream + "; "))
        #expect(error.description.count > upstream.count + 10)
    }

    @Test(
        "every error has a coarse sort for the C status",
        arguments: [
            (.invalidName("x"), .invalid), (.conflict(name: "x", existing: "a", requested: "b", node: "n"), .conflict),
            (.alreadyRegistered(name: "x", reason: "r"), .conflict), (.directory(path: "/x", reason: "r"), .io),
            (.address("taken"), .io), (.invalidAddress("x"), .invalid), (.closed("x"), .closed),
            (.file(path: "x", reason: "r"), .io),
        ] as [(MetricsError, MetricsErrorCode)])
    func codes(error: MetricsError, code: MetricsErrorCode) {
        #expect(error.code == code)
    }

    @Test("a conflict names the metric, both types and where the other one is")
    func conflict() {
        let error = MetricsError.conflict(
            name: "x_total", existing: "counter", requested: "gauge", node: "endpoint 'a.b.c'")

        for fact in ["'x_total'", "counter", "gauge", "endpoint 'a.b.c'"] { #expect(error.description.contains(fact)) }
    }
}
