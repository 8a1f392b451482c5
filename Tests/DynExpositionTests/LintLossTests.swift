import DynExposition
import DynModel
import DynTestSupport
import Testing

@Suite("Lint: what scrapers lose")
struct LintLossTests {
    static let now = 1_800_000_000.0

    @Test(
        "a series stands once, compared on sorted labels without empty ones",
        arguments: [
            LintCase(
                gauge("a", "a 1\na 2\n"), 4, 1, ["series 'a' stands on line 3 already", "write each series once"],
                good: gauge("a", "a 1\n")),
            LintCase(
                gauge("a", "a{x=\"1\",y=\"2\"} 1\n a{y=\"2\",x=\"1\"} 2\n"), 4, 2,
                ["series 'a{y=\"2\",x=\"1\"}' stands on line 3"],
                good: gauge("a", "a{x=\"1\",y=\"2\"} 1\n a{y=\"1\",x=\"2\"} 2\n")),
            LintCase(
                gauge("a", "a 1\na{x=\"\"} 2\n"), 4, 1, ["'a{x=\"\"}' stands on line 3"],
                good: gauge("a", "a 1\na{x=\" \"} 2\n")),
            LintCase(
                gauge("a", "{\"a\",x=\"1\"} 1\na{x=\"1\"} 2\n"), 4, 1, ["'a{x=\"1\"}' stands on line 3"],
                good: gauge("a", "{\"a\",x=\"1\"} 1\na{x=\"2\"} 2\n")),
            LintCase(
                histogram("h_bucket{le=\"+Inf\"} 1\nh_bucket{le=\"+Inf\"} 1\n", count: 1), 4, 1,
                ["'h_bucket{le=\"+Inf\"}' stands on line 3"], good: histogram("h_bucket{le=\"+Inf\"} 1\n", count: 1)),
            LintCase(
                gauge("a", "a 1 1800000000000\na 2 1800000000001\n"), 4, 1, ["'a' stands on line 3"],
                good: gauge("a", "a 2 1800000000001\n")),
            LintCase(
                gauge("a", "a 1\na 2\n# EOF\n"), 4, 1, ["series 'a' stands on line 3"],
                good: gauge("a", "a 1 1800000000\na 2 1800000001\n# EOF\n"), format: .openMetrics),
        ])
    func repeatedSeries(row: LintCase) { expect(row) }

    @Test("a series that stands three times is told against the first")
    func threeTimes() {
        let told = losses("a 1\na 2\na 3\n")

        #expect(told.map(\.line) == [2, 3] && told.allSatisfy { $0.message.contains("stands on line 1") })
    }

    @Test(
        "a metric's lines stand together",
        arguments: [
            LintCase(
                described("a", "gauge") + described("b", "gauge") + "a 1\nb 1\na{x=\"1\"} 1\n", 7, 1,
                ["'a' goes on here after other metrics", "behind line 5"],
                good: described("a", "gauge") + described("b", "gauge") + "a 1\na{x=\"1\"} 1\nb 1\n"),
            LintCase(
                described("a", "gauge") + histogram("h_bucket{le=\"+Inf\"} 1\na 1\n", count: 1), 7, 1,
                ["'h' goes on here", "behind line 5"],
                good: described("a", "gauge") + "a 1\n" + histogram("h_bucket{le=\"+Inf\"} 1\n", count: 1)),
        ])
    func interleaving(row: LintCase) { expect(row) }

    @Test(
        "no two metrics claim one name, in text or once the page is OpenMetrics",
        arguments: [
            LintCase(
                histogram("h_bucket{le=\"+Inf\"} 1\n", count: 1) + described("h_count", "untyped")
                    + "h_count{a=\"1\"} 4\n",
                8, 1, ["'h_count' belongs to histogram 'h' already", "like 'h_count_current'"],
                good: histogram("h_bucket{le=\"+Inf\"} 1\n", count: 1) + described("h_seen", "untyped") + "h_seen 4\n"),
            LintCase(
                described("h_count", "untyped") + "h_count 4\n# TYPE h histogram\n", 4, 8,
                ["histogram 'h' takes 'h_count' in OpenMetrics, which untyped 'h_count' has", "like 'h_distribution'"],
                good: described("h_counted", "untyped") + "h_counted 4\n# TYPE h histogram\n"),
            LintCase(
                gauge("x", "x 1\n") + described("x_total", "counter") + "x_total 1\n", 5, 8,
                ["counter 'x_total' takes 'x' in OpenMetrics, which gauge 'x' has", "like 'x_events_total'"],
                good: gauge("x", "x 1\n") + described("x_seen_total", "counter") + "x_seen_total 1\n"),
            LintCase(
                described("x_total", "counter") + "x_total 1\n" + gauge("x", "x 1\n"), 5, 8,
                ["gauge 'x' takes 'x' in OpenMetrics, which counter 'x_total' has", "like 'x_current'"],
                good: described("x_total", "counter") + "x_total 1\n" + gauge("y", "y 1\n")),
            LintCase(
                described("x_total", "counter") + "x_total 1\n" + described("x_created", "untyped") + "x_created 1\n",
                5, 8,
                ["untyped 'x_created' takes 'x_created' in OpenMetrics, which counter 'x_total' has"],
                good: described("x_total", "counter") + "x_total 1\n" + gauge("x_created", "x_created 1\n")),
        ])
    func clashes(row: LintCase) { expect(row) }

    @Test(
        "text has five types",
        arguments: [
            LintCase(
                described("g", "gaugehistogram") + "g_bucket{le=\"+Inf\"} 1\ng_gcount 1\ng_gsum 1\n", 2, 10,
                ["type gaugehistogram of 'g'", "use histogram"],
                good: described("h", "histogram") + "h_bucket{le=\"+Inf\"} 1\nh_count 1\nh_sum 1\n")
        ])
    func types(row: LintCase) { expect(row) }

    @Test(
        "the types of OpenMetrics are errors in text, with the five to choose from",
        arguments: ["info", "stateset", "unknown"])
    func typesOfOpenMetrics(word: String) {
        let told = ExpositionCheck.check(Text(described("a", word)), lint: true)

        #expect(told.count == 1 && told.first?.severity == .error && told.first?.column == 10)
        #expect(told.first?.message.contains("use counter, gauge, histogram, summary or untyped") == true)
    }

    @Test(
        "times are such as scrapers keep",
        arguments: [
            LintCase(
                gauge("a", "a 1 1799996399000\n"), 3, 5, ["the time 1799996399000 of 'a'", "leave the time out"],
                good: gauge("a", "a 1 1799996401000\n")),
            LintCase(
                gauge("a", "a{b=\" } 2 3 \"} 1\t 1800000601000\n"), 3, 19, ["the time 1800000601000 of 'a'"],
                good: gauge("a", "a 1 1800000599000\n")),
            LintCase(
                gauge("a", "a 1 1800000000\n"), 3, 5,
                ["the time 1800000000 of 'a'", "milliseconds: write 1800000000000"],
                good: gauge("a", "a 1 1800000000000\n")),
            LintCase(
                gauge("a", "a 1 1800000000000\n# EOF\n"), 3, 5,
                ["the time 1800000000000 of 'a'", "seconds: write 1800000000"],
                good: gauge("a", "a 1 1800000000.5\n# EOF\n"),
                format: .openMetrics),
            LintCase(
                gauge("a", "a 1 1e300\n# EOF\n"), 3, 5, ["the time 1e300 of 'a'", "leave the time out"],
                good: gauge("a", "a 1\n# EOF\n"), format: .openMetrics),
            LintCase(
                described("a", "counter") + "a_total 1 5 # {t=\"1\"} 1 1800000000\n# EOF\n", 3, 11,
                ["the time 5 of 'a_total'"],
                good: described("a", "counter") + "a_total 1 # {t=\"1\"} 1 5\n# EOF\n", format: .openMetrics),
        ])
    func times(row: LintCase) { expect(row) }

    private func expect(_ row: LintCase) {
        let fault = row.fault(now: Self.now)
        #expect(fault == nil)
    }
}

/// Three lines and more: HELP, TYPE, then `lines`.
private func gauge(_ name: String, _ lines: String) -> String {
    described(name, "gauge") + lines
}

/// Histogram `h`: HELP, TYPE, `buckets`, then sum and count.
private func histogram(_ buckets: String, count: Int) -> String {
    described("h", "histogram") + buckets + "h_sum 1\nh_count \(count)\n"
}
