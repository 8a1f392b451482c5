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

    @Test("lint adds warnings in order of lines, and changes nothing else")
    func order() {
        let page: Text = "# TYPE a gauge\na x\na 1\na 2\nb 1"

        let strict = ExpositionCheck.check(page, lint: false)
        let all = ExpositionCheck.check(page, lint: true)

        #expect(strict.map(\.line) == [2, 5] && strict.allSatisfy { $0.severity == .error })
        #expect(all.filter { $0.severity == .error } == strict)
        #expect(all.map(\.line) == [1, 2, 4, 5, 5], "\(all)")
    }

    @Test("losses are told without names and descriptions")
    func lossesOnly() {
        #expect(losses("a_kb 1\na_kb 2\n").map(\.line) == [2])
        #expect(ExpositionCheck.check("a_kb 1\na_kb 2\n", rules: .none).isEmpty)
    }

    @Test("a good page has no problems")
    func clean() {
        let page =
            described("a", "gauge") + "a 1\n" + described("h", "histogram")
            + "h_bucket{le=\"1.0\"} 1\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n"

        #expect(ExpositionCheck.check(Text(page), lint: true).isEmpty)
        #expect(ExpositionCheck.check("", lint: true).isEmpty)
    }
}
