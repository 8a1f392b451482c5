import DynModel
import Testing

@testable import DynExposition

@Suite("What queries for one page would miss on another")
struct PageComparisonTests {
    private static let histogram = """
        # TYPE h histogram
        h_bucket{le="1.0"} 1
        h_bucket{le="2.5"} 1
        h_bucket{le="+Inf"} 1
        h_sum 1
        h_count 1

        """

    @Test(
        "names, types, labels, bounds and spellings",
        arguments: [
            ("a 1\n", "a 2\nb 1\n", []),
            ("a 1\nb 1\n", "b 1\n", ["a: is not there"]),
            ("# TYPE a counter\na 1\n", "# TYPE a gauge\na 1\n", ["a: was of type counter, is of type gauge"]),
            ("# TYPE a gauge\na 1\n", "a 1\n", []),
            ("a{x=\"1\",y=\"2\"} 1\n", "a{x=\"7\"} 1\n", ["a: label 'y' is not there; it was '2'"]),
            ("a{x=\"\"} 1\n", "a 1\n", []),
            (
                "a{n=\"prod_ns\"} 1\n", "a{n=\"prod-ns\"} 1\n", ["a: label 'n' is 'prod-ns', was 'prod_ns'"]
            ),
            ("a{n=\"prod\"} 1\n", "a{n=\"other\"} 1\n", []),
            (
                Text(histogram), "# TYPE h histogram\nh_bucket{le=\"1.0\"} 1\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\n",
                ["h_bucket: has no le '2.5'; it has '1.0', '+Inf'", "h_count: is not there"]
            ),
            (
                "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 1\n",
                "# TYPE h histogram\nh_bucket{le=\"1.0\"} 1\nh_bucket{le=\"+Inf\"} 1\n",
                ["h_bucket: spells le '1' otherwise: '1.0', '+Inf'"]
            ),
            ("a_total 1\n", "# TYPE a counter\na_total 1.0\n# EOF\n", []),
        ] as [(Text, Text, [String])])
    func losses(old: Text, new: Text, expected: [String]) {
        var drops = DropTally()

        let losses = PageComparison.losses(
            from: readFamilies(old, drops: &drops), to: readFamilies(new, drops: &drops))

        #expect(losses.map { "\($0.name): \($0.message)" } == expected)
        #expect(drops.counts.isEmpty)
    }
}
