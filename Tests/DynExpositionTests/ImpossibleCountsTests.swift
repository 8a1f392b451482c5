import DynExposition
import DynModel
import DynTestSupport
import Testing

@Suite("Histograms that count below zero")
struct ImpossibleCountsTests {
    @Test(
        "lose their type, keep their series, and are counted",
        arguments: [
            ("h_bucket{le=\"+Inf\"} -1\nh_sum 2\nh_count 1\n", 1),
            ("h_bucket{le=\"+Inf\"} 1\nh_sum 2\nh_count -1\n", 1),
            ("h_bucket{le=\"+Inf\"} 1\nh_sum -2\nh_count 1\n", 0),
            ("h_bucket{le=\"+Inf\"} -0\nh_sum 0\nh_count 0\n", 0),
        ] as [(String, UInt64)])
    func untyped(samples: String, dropped: UInt64) {
        var drops = DropTally()
        var families = read(Text("# HELP h Help.\n# TYPE h histogram\n" + samples)).families

        untypeImpossibleCounts(&families, drops: &drops)

        let page = TextWriter.write(families).string
        #expect(sampleLines(page).sorted() == sampleLines(samples).sorted())
        #expect(page.contains("# TYPE h histogram") == (dropped == 0))
        #expect(drops.counts[.type, default: 0] == dropped)
        #expect(ExpositionCheck.check(Text(page), lint: false).isEmpty)
    }
}
