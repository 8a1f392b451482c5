import DynExposition
import DynModel
import Testing

/// A page of text 0.0.4 as it goes out in OpenMetrics: the same series under the same names, in a shape that the
/// format's strictest reader takes.
struct OpenMetricsWriterTests {
    private func rewritten(_ page: String) -> String {
        var drops = DropTally()
        var merge = PageMerge()
        merge.add(TextReader.read(Text(page), drops: &drops), isUnique: false, drops: &drops)
        return OpenMetricsWriter.write(merge.finish(), escaping: .allowUTF8, drops: &drops).string
    }

    @Test(
        "families keep their series",
        arguments: [
            (
                "a counter's family loses _total, its samples keep it",
                "# HELP x_total Things\n# TYPE x_total counter\nx_total{a=\"1\"} 5\n",
                "# TYPE x counter\n# HELP x Things\nx_total{a=\"1\"} 5\n# EOF\n"
            ),
            (
                "a counter without _total is unknown, not renamed",
                "# TYPE kvbm_matched_tokens counter\nkvbm_matched_tokens 5\n",
                "# TYPE kvbm_matched_tokens unknown\nkvbm_matched_tokens 5\n# EOF\n"
            ),
            (
                "a counter beside a gauge of its short name keeps its whole name",
                "# TYPE x gauge\nx 1\n# TYPE x_total counter\nx_total 5\n",
                "# TYPE x gauge\nx 1\n# TYPE x_total unknown\nx_total 5\n# EOF\n"
            ),
            (
                "a counter that is negative or NaN is unknown",
                "# TYPE x_total counter\nx_total NaN\n",
                "# TYPE x_total unknown\nx_total NaN\n# EOF\n"
            ),
            (
                "created times stand with the child they belong to",
                "# TYPE x_total counter\nx_total{a=\"1\"} 5\nx_total{a=\"2\"} 6\n"
                    + "# TYPE x_created gauge\nx_created{a=\"1\"} 100\nx_created{a=\"2\"} 200\n",
                "# TYPE x counter\nx_total{a=\"1\"} 5\nx_created{a=\"1\"} 100\n"
                    + "x_total{a=\"2\"} 6\nx_created{a=\"2\"} 200\n# EOF\n"
            ),
            (
                "a histogram's buckets, count and sum stand together, sorted by bound",
                "# TYPE h histogram\nh_sum 3\nh_bucket{le=\"+Inf\"} 2\nh_bucket{le=\"0.5\"} 1\nh_count 2\n",
                "# TYPE h histogram\nh_bucket{le=\"0.5\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_count 2\nh_sum 3\n# EOF\n"
            ),
            (
                "a histogram that does not add up loses its type, not its series",
                "# TYPE h histogram\nh_bucket{le=\"0.5\"} 5\nh_bucket{le=\"+Inf\"} 2\nh_count 2\nh_sum 3\n",
                "# TYPE h_bucket unknown\nh_bucket{le=\"0.5\"} 5\nh_bucket{le=\"+Inf\"} 2\n"
                    + "# TYPE h_count unknown\nh_count 2\n# TYPE h_sum unknown\nh_sum 3\n# EOF\n"
            ),
            (
                "what nobody gave a type is unknown",
                "plain 1\n",
                "# TYPE plain unknown\nplain 1\n# EOF\n"
            ),
            (
                "quotes in HELP are escaped",
                "# HELP g say \"hi\"\n# TYPE g gauge\ng 1\n",
                "# TYPE g gauge\n# HELP g say \\\"hi\\\"\ng 1\n# EOF\n"
            ),
            ("an empty page is an end", "", "# EOF\n"),
        ])
    func keepsSeries(what: String, page: String, expected: String) {
        #expect(rewritten(page) == expected, "\(what)")
    }

    @Test("our own doubles show that they are, integers stay exact")
    func spellsNumbers() {
        let values: [(SampleValue, String)] = [
            (.double(3), "3.0"), (.double(0.25), "0.25"), (.double(1e6), "1e+06"), (.double(.infinity), "+Inf"),
            (.integer(9_007_199_254_740_993), "9007199254740993"), (.signed(-2), "-2"), (.merged(3), "3.0"),
        ]
        for (value, spelled) in values {
            var drops = DropTally()
            let family = Family(name: "g", kind: .gauge, samples: [Sample(.empty, value)])
            let page = OpenMetricsWriter.write([family], escaping: .allowUTF8, drops: &drops).string
            #expect(page == "# TYPE g gauge\ng \(spelled)\n# EOF\n")
        }
    }

    @Test("families whose names clash in this format only are left out and counted")
    func countsClashes() {
        var drops = DropTally()
        let summary = Family(
            name: "x", kind: .summary,
            samples: [
                Sample(.empty, .integer(1), suffix: .count), Sample(.empty, .integer(2), suffix: .sum),
            ])
        let clashing = Family(name: "x_created", kind: .counter, samples: [Sample(.empty, .integer(3))])
        let page = OpenMetricsWriter.write([summary, clashing], escaping: .allowUTF8, drops: &drops).string
        #expect(!page.contains("x_created"))
        #expect(drops.counts[.nameCollision] == 1)
    }
}
