import DynExposition
import DynModel
import DynTestSupport
import Testing

@Suite("Several sources make one page")
struct PageMergeTests {
    @Test("a family of two sources is one block with one HELP and one TYPE")
    func oneBlock() {
        let (page, drops) = merged([
            "# HELP a help\n# TYPE a gauge\na{s=\"1\"} 1\n# TYPE b gauge\nb 1\n",
            "# HELP a help\n# TYPE a gauge\na{s=\"2\"} 2\n",
        ])

        #expect(page == "# HELP a help\n# TYPE a gauge\na{s=\"1\"} 1\na{s=\"2\"} 2\n# TYPE b gauge\nb 1\n")
        #expect(drops == [[:], [:]])
    }

    @Test(
        "the first series wins, however its labels are written",
        arguments: [
            ("x{a=\"1\",b=\"2\"} 1\n", "x{b=\"2\",a=\"1\"} 2\n"), ("x 1\n", "x{a=\"\"} 2\n"),
            ("x{a=\"\"} 1\n", "x 2\n"),
            ("x{a=\"\\\"\"} 1\n", "x{a=\"\\\"\"} 2\n"), ("x{\"a\"=\"1\"} 1\n", "x{a=\"1\"} 1\n"),
        ])
    func firstWins(first: String, second: String) {
        let (page, drops) = merged([Text(first), Text(second)])

        #expect(sampleLines(page).count == 1 && sampleLines(page)[0].hasSuffix(" 1"))
        #expect(drops[1] == [.duplicateSeries: 1])
        #expect(merged([Text(first + second)]).drops[0] == [.duplicateSeries: 1])
    }

    @Test(
        "series that differ stay", arguments: ["x{a=\"2\"} 1\n", "x{b=\"1\"} 1\n", "x{a=\"1\",b=\"1\"} 1\n", "x 1\n"])
    func differentSeries(other: String) {
        #expect(sampleLines(merged(["x{a=\"1\"} 1\n", Text(other)]).page).count == 2)
    }

    @Test("another type drops the later family, another help keeps the first text")
    func conflicts() {
        let first: Text = "# HELP a one\n# TYPE a gauge\na 1\n"
        let (page, drops) = merged([
            first, "# TYPE a counter\na{s=\"2\"} 2\na{s=\"3\"} 2\n", "# HELP a two\na{s=\"4\"} 4\n",
        ])

        #expect(page == "# HELP a one\n# TYPE a gauge\na 1\na{s=\"4\"} 4\n")
        #expect(drops == [[:], [.typeConflict: 2], [.helpConflict: 1]])
    }

    @Test(
        "a type that comes later is taken when the samples fit it",
        arguments: [
            ("x 1\n", "# TYPE x gauge\nx{a=\"1\"} 2\n", [:]),
            ("x 1\n", "# TYPE x histogram\nx_bucket{le=\"+Inf\"} 2\n", [.typeConflict: 1]),
        ] as [(Text, Text, [DropReason: UInt64])])
    func lateTypes(first: Text, second: Text, drops: [DropReason: UInt64]) {
        #expect(merged([first, second]).drops[1] == drops)
    }

    @Test(
        "no sample name is written by two families, whoever comes first",
        arguments: [
            (
                "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n",
                "# TYPE h_count counter\nh_count{a=\"1\"} 4\n", 3
            ),
            (
                "# TYPE h_count counter\nh_count{a=\"1\"} 4\n",
                "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n", 3
            ),
            ("# TYPE s summary\ns_sum 1\ns_count 1\n", "s_sum{a=\"1\"} 1\n", 2),
        ] as [(Text, Text, Int)])
    func collisions(first: Text, second: Text, left: Int) {
        let (page, drops) = merged([first, second])

        #expect(sampleLines(page).count == left)
        #expect(drops[1] == [.nameCollision: 1])
        #expect(ExpositionCheck.check(Text(page), lint: true).allSatisfy { !$0.message.contains("belongs to") })
    }

    @Test(
        "a family called like a part of a histogram that lacks it becomes that part, without a TYPE of its own",
        arguments: [
            (
                "# TYPE a histogram\na_bucket{le=\"1\"} 1\n", "# HELP a_sum S\n# TYPE a_sum gauge\na_sum 3\n",
                "# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 3\n"
            ),
            (
                "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_count 1\na_sum 1\n",
                "# TYPE a_count histogram\na_count_bucket{le=\"+Inf\"} 1\na_count_sum 1\na_count_count 1\n",
                "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_count 1\na_sum 1\n"
                    + "a_count_bucket{le=\"+Inf\"} 1\na_count_sum 1\na_count_count 1\n"
            ),
        ] as [(Text, Text, String)])
    func partsOfOthers(first: Text, second: Text, expected: String) {
        let (page, drops) = merged([first, second])

        #expect(page == expected)
        #expect(drops[1][.typeConflict] == 1)
    }

    @Test("an x_created gauge beside x is no collision in text")
    func created() {
        let page: Text = """
            # TYPE h histogram
            h_bucket{le="+Inf"} 1
            h_count 1
            h_sum 1
            # TYPE h_created gauge
            h_created 1.7e+09

            """

        #expect(merged([page]).page == page.string)
    }

    @Test("a family without samples stays, unless others write its names")
    func emptyFamilies() {
        #expect(merged(["# HELP a b\n# TYPE a gauge\n"]).page == "# HELP a b\n# TYPE a gauge\n")
        let clash = merged(["# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\n", "# TYPE h_bucket counter\n"]).page
        #expect(!clash.contains("TYPE h_bucket"))
    }

    @Test("values keep their own spelling")
    func spelling() {
        let page: Text =
            "# TYPE a gauge\na{x=\"1\"} 1.0\na{x=\"2\"} 18446744073709551615\na{x=\"3\"} 1e6\na{x=\"4\"} nan\n"

        #expect(merged([page]).page == page.string)
    }

    @Test("explicit timestamps leave a served page, counted")
    func timestamps() {
        var (families, _) = read("a 1 1700000000000\nb 2\nb{x=\"1\"} 2 5\n")
        var drops = DropTally()

        prepareForServing(&families, drops: &drops)

        #expect(TextWriter.write(families) == "a 1\nb 2\nb{x=\"1\"} 2\n")
        #expect(drops.counts == [.timestamp: 2])
    }
}
