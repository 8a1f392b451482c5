import DynExposition
import DynModel
import DynTestSupport
import Testing

@Suite("Checking pages")
struct ExpositionCheckTests {
    @Test("the strict verdict is that of the reference parser on its own cases")
    func referenceVerdicts() throws {
        guard Fixtures.root(orSkip: 67) != nil else { return }
        // Errors only under the legacy name scheme; we read UTF-8 names.
        let legacyOnly: Set<String> = ["error_41.prom", "error_42.prom"]
        let rows = try Fixtures.rows("exposition/manifest.csv").filter {
            $0["file"]?.hasPrefix("common-expfmt-text/") == true
        }
        #expect(rows.count == 67)

        for row in rows {
            let file = row["file"] ?? ""
            let name = String(file.split(separator: "/").last ?? "")
            let problems = ExpositionCheck.check(try Fixtures.text("exposition/" + file), lint: false)
            let isValid = row["expect"] == "valid" || legacyOnly.contains(name)
            #expect(problems.isEmpty == isValid, "\(name): \(problems)")
        }
    }

    @Test(
        "a fault is told by line and column",
        arguments: [
            ("a 1\nb x\n", 2, 3, "'x' is not a number"),
            ("a{b=\"1\",b=\"2\"} 1\n", 1, 9, "'b' stands twice"),
            ("a 1", 1, 4, "no newline"),
            ("# TYPE a foo\n", 1, 10, "'foo' is not a metric type"),
            ("# TYPE a gauge\n# TYPE a gauge\n", 2, 10, "second TYPE"),
            ("# HELP a x\n# HELP a y\n", 2, 10, "second HELP"),
            ("a 1\n# TYPE a gauge\n", 2, 10, "comes after its samples"),
            ("# TYPE h histogram\nh_count -1\n", 2, 9, "cannot count -1"),
            ("a{b=\"\\q\"} 1\n", 1, 6, "no escape"),
            ("{A}0\n", 1, 3, "expected '='"),
        ] as [(String, Int, Int, String)])
    func places(page: String, line: Int, column: Int, message: String) {
        let problems = ExpositionCheck.check(Text(page), lint: false)

        #expect(problems.count == 1)
        #expect(problems.first?.line == line && problems.first?.column == column, "\(problems)")
        #expect(problems.first?.severity == .error && problems.first?.message.contains(message) == true)
    }

    @Test(
        "what scrapers lose is a warning, and only with lint",
        arguments: [
            ("a 1\na 2\n", "stands on line 1 already"),
            ("a{x=\"1\",y=\"2\"} 1\na{y=\"2\",x=\"1\"} 2\n", "stands on line 1 already"),
            ("a 1\na{x=\"\"} 2\n", "stands on line 1 already"),
            ("a 1\nb 1\na{x=\"1\"} 1\n", "'a' goes on here after other metrics"),
            (
                "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n# TYPE h_count counter\nh_count{a=\"1\"} 4\n",
                "'h_count' belongs to 'h' already"
            ),
            ("# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_sum 1\nh_count 1\n", "no le=\"+Inf\" bucket"),
            (
                "# TYPE h histogram\nh_bucket{le=\"1\"} 5\nh_bucket{le=\"2\"} 3\nh_bucket{le=\"+Inf\"} 5\n",
                "counts fewer"
            ),
            (
                "# TYPE h histogram\nh_bucket{le=\"2\"} 1\nh_bucket{le=\"1\"} 3\nh_bucket{le=\"+Inf\"} 3\n",
                "after a higher bound"
            ),
            (
                "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"1.0\"} 1\nh_bucket{le=\"+Inf\"} 3\n",
                "stands twice"
            ),
            ("# TYPE h histogram\nh_bucket{le=\"+Inf\"} 4\nh_count 9\n", "_count is 9"),
            ("# TYPE h histogram\nh_bucket 4\nh_bucket{le=\"+Inf\"} 4\n", "no numeric le"),
        ])
    func lint(page: String, message: String) {
        #expect(ExpositionCheck.check(Text(page), lint: false).isEmpty)
        let warnings = ExpositionCheck.check(Text(page), lint: true)
        #expect(warnings.contains { $0.severity == .warning && $0.message.contains(message) }, "\(warnings)")
    }

    @Test("a good page has no problems, and a histogram of many buckets none either")
    func clean() {
        let buckets = (0..<20_000).map { "h_bucket{le=\"\($0).5\"} \($0)\n" }.joined()
        let page =
            "# HELP a b\n# TYPE a gauge\na 1\n# TYPE h histogram\n\(buckets)h_bucket{le=\"+Inf\"} 20000\nh_sum 1\nh_count 20000\n"

        #expect(ExpositionCheck.check(Text(page), lint: true).isEmpty)
        #expect(ExpositionCheck.check("", lint: true).isEmpty)
    }
}
