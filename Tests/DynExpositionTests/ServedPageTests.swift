import DynExposition
import DynModel
import DynTestSupport
import Testing

/// What a foreign page goes through before scrapers get it: as text and as OpenMetrics it has the same series, and every
/// scraper takes it.
@Suite("Foreign families on a served page")
struct ServedPageTests {
    private func served(_ page: String) -> (text: String, openMetrics: String, drops: [DropReason: UInt64]) {
        var drops = DropTally()
        var families = readFamilies(Text(page), drops: &drops)
        prepareForServing(&families, drops: &drops)
        var merge = PageMerge()
        merge.add(families, isUnique: false, drops: &drops)
        let whole = merge.finish()
        var formatDrops = DropTally()
        let openMetrics = OpenMetricsWriter.write(whole, escaping: .allowUTF8, drops: &formatDrops)
        #expect(formatDrops.isEmpty)
        #expect(ExpositionCheck.check(openMetrics, .openMetrics, lint: false).isEmpty, "\(openMetrics)")
        let text = TextWriter.write(whole)
        #expect(ExpositionCheck.check(text, .text, lint: false).isEmpty, "\(text)")
        let left = names(openMetrics).filter { !$0.hasPrefix("#") }
        #expect(names(text).sorted() == left.sorted())
        return (text.string, openMetrics.string, drops.counts)
    }

    /// Name and labels of every sample.
    private func names(_ page: Text) -> [String] {
        sampleLines(page.string).map { line in
            let bare = line.split(separator: " # ").first.map(String.init) ?? line
            return String(bare[..<(bare.lastIndex(of: " ") ?? bare.endIndex)])
        }
    }

    @Test(
        "a number that some scraper does not take is spelled anew, every other stays",
        arguments: [
            (".5", "0.5"), ("5.", "5"), ("+5", "5"), ("+1e3", "1000"), ("-.5", "-0.5"), ("5.e1", "50"), ("inf", "+Inf"),
            ("-INF", "-Inf"), ("nan", "NaN"), ("+Infinity", "+Inf"),
            ("5", "5"), ("1e6", "1e6"), ("1.50", "1.50"), ("007", "007"), ("-0", "-0"), ("1E-05", "1E-05"),
            ("18446744073709551615", "18446744073709551615"), ("NaN", "NaN"), ("+Inf", "+Inf"), ("-Inf", "-Inf"),
        ])
    func numbers(given: String, expected: String) {
        #expect(served("a \(given)\n").text == "a \(expected)\n")
    }

    @Test(
        "what a scraper itself tells of this process cannot be told by a source",
        arguments: [
            ("up 0\n", "", 1), ("up{x=\"\"} 0\n", "", 1), ("up{x=\"1\"} 0\n", "up{x=\"1\"} 0\n", 0),
            ("scrape_duration_seconds 1\na 1\n", "a 1\n", 1),
        ])
    func scrapersOwn(page: String, expected: String, dropped: UInt64) {
        let result = served(page)

        #expect(result.text == expected)
        #expect(result.drops[.nameCollision] ?? 0 == dropped)
    }

    @Test(
        "odd families keep their series, and both formats have the same",
        arguments: [
            // interleaved OpenMetrics
            "# TYPE a histogram\na_bucket{le=\"+Inf\"} 5\nb 1\na_sum 9\n# EOF\n",
            "# TYPE a summary\na_sum 5\nb 1\na_count 9\n# EOF\n",
            "# TYPE a counter\na_total{x=\"1\"} 5\nb 1\na_total{x=\"2\"} 9\n# EOF\n",
            // a count that is none
            "# TYPE a summary\na_count 0.5\n",
            "# TYPE a summary\na_count inf\na_sum 1\n",
            // labels without value
            "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_count 1\na_sum{x=\"\"} 2\n",
            "# TYPE a summary\na{quantile=\"0.5\",x=\"\"} 1\na_count 1\na_sum 2\n",
            // a type behind HELP, when a sample of its name came first
            "a_count 5\n# HELP a x\n# TYPE a histogram\na_sum 3\n",
            "# TYPE a_sum gauge\na_sum 3\n# TYPE a histogram\na_bucket{le=\"1\"} 1\n",
            "# TYPE a histogram\na_bucket{le=\"1\"} 1\n# TYPE a_sum gauge\na_sum 3\n",
        ])
    func oddFamilies(page: String) {
        let result = served(page)

        #expect(sampleLines(result.text).count == sampleLines(page).count)
        #expect(result.drops.keys.allSatisfy { $0 == .typeConflict })
    }

    @Test(
        "a bound that is no number goes, wherever it stands",
        arguments: [
            "# TYPE a histogram\na_sum{le=\"x\"} 28\n", "# TYPE a summary\na_count{quantile=\"x\"} 28\n",
            "# TYPE a histogram\na{le=\"x\"} 28\n# EOF\n", "# TYPE a summary\na{quantile=\"x\"} 28\n",
            "# TYPE a histogram\na_sum{le=\"x\"} 28\n# EOF\n", "# TYPE a summary\na_sum{quantile=\"x\"} 28\n# EOF\n",
        ])
    func strayBounds(page: String) {
        let result = served(page)

        #expect(sampleLines(result.text).isEmpty && result.drops == [.label: 1])
    }

    @Test("exemplars stay where OpenMetrics has a place for them; one too many costs itself only")
    func exemplars() {
        let long = String(repeating: "x", count: 128)
        let result = served(
            """
            # TYPE a counter
            a_total 5 # {trace_id="é\\"1\\""} 0.5 12.25
            # TYPE b counter
            b_total 5 # {t="\(long)"} 0.5
            # TYPE g gauge
            g 1 # {t="1"} 1
            # TYPE h histogram
            h_bucket{le="+Inf"} 1 # {} 7
            # EOF

            """)

        #expect(result.text.contains("a_total 5\n") && !result.text.contains(" # "))
        #expect(result.openMetrics.contains("a_total 5 # {trace_id=\"é\\\"1\\\"\"} 0.5 12.25\n"))
        #expect(result.openMetrics.contains("b_total 5\n") && result.openMetrics.contains("\ng 1\n"))
        #expect(result.openMetrics.contains("h_bucket{le=\"+Inf\"} 1 # {} 7\n"))
        #expect(result.drops == [.exemplar: 2])
    }

    @Test("created times that belong to no child stay gauges")
    func createdTimes() {
        let page = "# TYPE x counter\nx_total{a=\"1\"} 5\nx_created{a=\"1\"} 100\n# EOF\n"
        #expect(served(page).openMetrics == page)

        var drops = DropTally()
        var merge = PageMerge()
        let families = readFamilies(
            "# TYPE h histogram\nh_sum 1\n# TYPE h_created gauge\nh_created 5\nh_created{a=\"2\"} 6\n", drops: &drops)
        merge.add(families, isUnique: false, drops: &drops)
        let written = OpenMetricsWriter.write(merge.finish(), escaping: .allowUTF8, drops: &drops).string
        #expect(
            written
                == "# TYPE h_sum unknown\nh_sum 1\n# TYPE h_created gauge\nh_created 5\nh_created{a=\"2\"} 6\n# EOF\n")
    }
}
