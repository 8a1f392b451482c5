import DynExposition
import DynModel
import DynTestSupport
import Testing

@Suite("Lint: buckets and quantiles")
struct LintBucketTests {
    @Test(
        "buckets rise, add up, end at +Inf and are spelled as they are stored",
        arguments: [
            LintCase(
                histogram("h_bucket{le=\"2.0\"} 3\nh_bucket{le=\"1.0\"} 2\nh_bucket{le=\"+Inf\"} 3\n"), 4, 14,
                ["le=\"1.0\" of 'h' comes after a higher bound, le=\"2.0\"", "sort buckets"],
                good: histogram("h_bucket{le=\"1.0\"} 2\nh_bucket{le=\"2.0\"} 3\nh_bucket{le=\"+Inf\"} 3\n")),
            LintCase(
                histogram("h_bucket{le=\"1e+06\"} 3\nh_bucket{le=\"+Inf\"} 3\nh_bucket{le=\"1e+07\"} 3\n"), 5, 14,
                ["le=\"1e+07\" of 'h' comes after a higher bound, le=\"+Inf\""],
                good: histogram("h_bucket{le=\"1e+06\"} 3\nh_bucket{le=\"1e+07\"} 3\nh_bucket{le=\"+Inf\"} 3\n")),
            LintCase(
                histogram("h_bucket{le=\"1.0\"} 5\nh_bucket{le=\"2.0\"} 3\nh_bucket{le=\"+Inf\"} 5\n", count: 5), 4, 20,
                ["le=\"2.0\" of 'h' counts 3, fewer than the one below", "write 5 or more"],
                good: histogram("h_bucket{le=\"1.0\"} 3\nh_bucket{le=\"2.0\"} 3\nh_bucket{le=\"+Inf\"} 5\n", count: 5)),
            LintCase(
                histogram("h_bucket{le=\"1.0\"} 3\n"), 3, 1,
                ["'h' has no le=\"+Inf\" bucket", "'h_bucket{le=\"+Inf\"} 3'"],
                good: histogram("h_bucket{le=\"1.0\"} 3\nh_bucket{le=\"+Inf\"} 3\n")),
            LintCase(
                described("h", "histogram") + "h_sum{a=\"1\"} 1\nh_count{a=\"1\"} 7\n", 3, 1,
                ["'h{a=\"1\"}' has no le=\"+Inf\" bucket", "'h_bucket{a=\"1\",le=\"+Inf\"} 7'"],
                good: described("h", "histogram")
                    + "h_bucket{a=\"1\",le=\"+Inf\"} 7\nh_sum{a=\"1\"} 1\nh_count{a=\"1\"} 7\n"),
            LintCase(
                histogram("h_bucket{le=\"+Inf\"} 4\n", count: 9), 3, 21,
                ["the +Inf bucket of 'h' is 4 but _count is 9", "write both as 9"],
                good: histogram("h_bucket{le=\"+Inf\"} 9\n", count: 9)),
            LintCase(
                histogram("h_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 3\n"), 3, 14,
                ["le=\"1\" of 'h' is not how Prometheus stores it", "write le=\"1.0\""],
                good: histogram("h_bucket{le=\"1.0\"} 1\nh_bucket{le=\"+Inf\"} 3\n")),
            LintCase(
                histogram(
                    "h_bucket{a=\"le\", le = \"2.50\"} 1\nh_bucket{a=\"le\",le=\"+Inf\"} 1\n", labels: "{a=\"le\"}",
                    count: 1), 3,
                24, ["le=\"2.50\" of 'h'", "write le=\"2.5\""],
                good: histogram(
                    "h_bucket{a=\"le\",le=\"2.5\"} 1\nh_bucket{a=\"le\",le=\"+Inf\"} 1\n", labels: "{a=\"le\"}",
                    count: 1)),
            LintCase(
                histogram("h_bucket{le=\"inf\"} 3\n"), 3, 14, ["le=\"inf\"", "write le=\"+Inf\""],
                good: histogram("h_bucket{le=\"+Inf\"} 3\n")),
            LintCase(
                histogram("h_bucket{le=\"1000000\"} 3\nh_bucket{le=\"+Inf\"} 3\n"), 3, 14, ["write le=\"1e+06\""],
                good: histogram("h_bucket{le=\"1e+06\"} 3\nh_bucket{le=\"+Inf\"} 3\n")),
            LintCase(
                histogram(" h_bucket 3\nh_bucket{le=\"+Inf\"} 3\n"), 3, 2,
                ["a bucket of 'h' has no numeric le label", "write le=\"0.5\""],
                good: histogram("h_bucket{le=\"0.5\"} 3\nh_bucket{le=\"+Inf\"} 3\n")),
            LintCase(
                histogram("h_bucket{le=\"NaN\"} 3\nh_bucket{le=\"+Inf\"} 3\n"), 3, 14, ["no numeric le label"],
                good: histogram("h_bucket{le=\"-0.5\"} 3\nh_bucket{le=\"+Inf\"} 3\n")),
            LintCase(
                described("h", "histogram") + "h_bucket{le=\"+Inf\"} 3\nh_count 3\n", 4, 1,
                ["'h' has _count but no _sum", "add 'h_sum'"], good: histogram("h_bucket{le=\"+Inf\"} 3\n")),
            LintCase(
                described("h", "histogram")
                    + "h_bucket{le=\"1\"} 3\nh_bucket{le=\"+Inf\"} 3\nh_sum 3\nh_count 3\n# EOF\n", 3, 14,
                ["le=\"1\" of 'h'", "write le=\"1.0\""],
                good: described("h", "histogram")
                    + "h_bucket{le=\"1.0\"} 3\nh_bucket{le=\"+Inf\"} 3\nh_sum 3\nh_count 3\n# EOF\n",
                format: .openMetrics),
        ])
    func buckets(row: LintCase) { expect(row) }

    @Test("one bound in two spellings is one bound")
    func boundInTwoSpellings() {
        let page = histogram("h_bucket{le=\"1.0\"} 1\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 3\n")

        let told = ExpositionCheck.check(Text(page), lint: true)

        #expect(told.map(\.line) == [4, 4] && told.map(\.column) == [14, 14], "\(told)")
        #expect(told.contains { $0.message.contains("le=\"1.0\" stands twice in 'h', on line 3 too") })
    }

    @Test("unsorted buckets are told once, and whether they add up is judged by their bounds")
    func unsorted() {
        let page = histogram(
            "h_bucket{le=\"1.0\"} 1\nh_bucket{le=\"5.0\"} 9\nh_bucket{le=\"2.0\"} 2\nh_bucket{le=\"3.0\"} 1\n"
                + "h_bucket{le=\"+Inf\"} 9\n", count: 9)

        let told = ExpositionCheck.check(Text(page), lint: true)

        #expect(told.map(\.line) == [5, 6], "\(told)")
        #expect(told.first?.message.contains("le=\"2.0\" of 'h' comes after") == true)
        #expect(told.last?.message.contains("le=\"3.0\" of 'h' counts 1, fewer") == true)
    }

    @Test("the children of a histogram are judged apart, each spelling is told once for all of them")
    func children() {
        let page =
            described("h", "histogram")
            + (0..<3).map {
                "h_bucket{a=\"\($0)\",le=\"1\"} \(9 - $0)\nh_bucket{a=\"\($0)\",le=\"+Inf\"} 9\nh_sum{a=\"\($0)\"} 1\nh_count{a=\"\($0)\"} 9\n"
            }
            .joined()

        let told = ExpositionCheck.check(Text(page), lint: true)

        #expect(told.count == 1 && told.first?.line == 3, "\(told)")
    }

    @Test(
        "quantiles go from 0 to 1, each once and spelled as they are stored",
        arguments: [
            LintCase(
                summary("s{quantile=\"99.0\"} 1\n"), 3, 13,
                ["quantile=\"99.0\" of 's' is not from 0 to 1", "quantile=\"0.99\""],
                good: summary("s{quantile=\"0.99\"} 1\n")),
            LintCase(
                summary("s{quantile=\"-0.5\"} 1\n"), 3, 13, ["quantile=\"-0.5\"", "quantile=\"0.5\""],
                good: summary("s{quantile=\"0.0\"} 1\n")),
            LintCase(
                summary("s{quantile=\"NaN\"} 1\n"), 3, 13, ["quantile=\"NaN\"", "quantile=\"0.5\""],
                good: summary("s{quantile=\"0.5\"} NaN\n")),
            LintCase(
                summary("s{quantile=\"0.90\"} 1\n"), 3, 13, ["quantile=\"0.90\" of 's'", "write quantile=\"0.9\""],
                good: summary("s{quantile=\"0.9\"} 1\n")),
            LintCase(
                summary("s 1\n"), 3, 1, ["'s' is a summary", "needs a quantile", "'s{quantile=\"0.5\"}'"],
                good: summary("s{quantile=\"0.5\"} 1\n")),
            LintCase(
                summary("s{quantile=\"1\"} 1\n# EOF\n", "s_sum 1\ns_count 1\n"), 5, 13,
                ["quantile=\"1\"", "write quantile=\"1.0\""],
                good: summary("s{quantile=\"1.0\"} 1\n# EOF\n", "s_sum 1\ns_count 1\n"), format: .openMetrics),
        ])
    func quantiles(row: LintCase) { expect(row) }

    @Test("one quantile in two spellings is one quantile")
    func quantileInTwoSpellings() {
        let told = ExpositionCheck.check(Text(summary("s{quantile=\"0.5\"} 1\ns{quantile=\"0.50\"} 1\n")), lint: true)

        #expect(told.map(\.line) == [4, 4] && told.map(\.column) == [13, 13], "\(told)")
        #expect(told.contains { $0.message.contains("quantile=\"0.5\" stands twice in 's', on line 3 too") })
    }

    private func expect(_ row: LintCase) {
        let fault = row.fault(now: 1_800_000_000)
        #expect(fault == nil)
    }
}

/// Histogram `h`: HELP, TYPE, `buckets`, then sum and count.
private func histogram(_ buckets: String, labels: String = "", count: Int = 3) -> String {
    described("h", "histogram") + buckets + "h_sum\(labels) 1\nh_count\(labels) \(count)\n"
}

/// Summary `s`: HELP, TYPE, `before`, `quantiles`.
private func summary(_ quantiles: String, _ before: String = "") -> String {
    described("s", "summary") + before + quantiles
}
