import DynConfiguration
import DynExposition
import DynModel
import Testing

@Suite("What a configuration says")
struct ConfigurationTests {
    private static let whole = """
        [labels]
        zone = "eu-1"
        [limits]
        scrape_deadline_ms = 500
        source_max_age_ms = 0
        source_max_bytes = 1024
        source_max_series = 10
        family_max_series = 100
        label_value_max_bytes = 64
        [[buckets]]
        family = "*_seconds"
        bounds = [0.1, 1, 10]
        [[buckets]]
        family = "*"
        min = 1
        max = 100
        count = 3
        [[rename]]
        from = "a"
        to = "b"
        [[rename]]
        from = "vllm:*"
        to = "engine_*"
        keep_old = false
        [[drop]]
        family = "x*"
        labels = { model = "test-*" }
        """

    @Test("all of it is read")
    func everything() {
        let (read, problems) = Configuration.read(Text(ConfigurationTests.whole))
        #expect(problems.isEmpty)
        #expect(read.labels == [Label("zone", "eu-1")])
        #expect(read.limits.scrapeDeadline == 0.5)
        #expect(read.limits.sourceMaxAge == 0)
        #expect(read.limits.sourceBytes == 1024)
        #expect(read.limits.sourceSeries == 10)
        #expect(read.rules.familySeries == 100)
        #expect(read.rules.labelBytes == 64)
        #expect(read.buckets.map(\.bounds) == [[0.1, 1, 10], [0, 10, 100]])
        #expect(read.rules.renames.map(\.from) == ["a", "vllm:"])
        #expect(read.rules.renames.map(\.keepsOld) == [true, false])
        #expect(read.rules.renames.map(\.isPrefix) == [false, true])
        #expect(read.rules.drops.map(\.family.text) == ["x*"])
    }

    @Test(
        "a problem names its place, the wrong value and a right one; what is around it counts",
        arguments: [
            ("[label]", 1, 1, "there is no section 'label'; there are [labels]"),
            ("[buckets]", 1, 1, "write [[buckets]]"),
            ("[[limits]]", 1, 1, "write [limits]"),
            ("[labels]\nzone = 1", 2, 8, "the number 1 is no label value; write a string"),
            ("[labels]\nworker_id = \"a\"", 2, 1, "'worker_id' is automatically added"),
            ("[labels]\n\"a-b\" = \"a\"", 2, 1, "'a-b' is not a valid label name"),
            ("[labels]\nle = \"a\"", 2, 1, "Cannot inject reserved label names"),
            ("[limits]\nfamily_max = 1", 2, 1, "[limits] has no 'family_max'; it has scrape_deadline_ms"),
            (
                "[limits]\nfamily_max_series = 0", 2, 21,
                "the number 0 is out of range for family_max_series; write a whole number from 1"
            ),
            ("[limits]\nscrape_deadline_ms = 1.5", 2, 22, "the number 1.5 is out of range"),
            ("[[buckets]]\nfamily = \"x\"", 1, 1, "[[buckets]] has no 'min', or bounds"),
            ("[[buckets]]\nbounds = [1]", 1, 1, "[[buckets]] has no 'family'"),
            ("[[buckets]]\nfamily = \"x\"\nbounds = [2, 1]", 3, 10, "1 after 2; bounds must rise"),
            ("[[buckets]]\nfamily = \"x\"\nbounds = [\"2\"]", 3, 11, "the string \"2\" is no bound"),
            ("[[buckets]]\nfamily = \"x\"\nbounds = [inf, 1]", 3, 10, "invalid buckets"),
            ("[[buckets]]\nfamily = \"x\"\nbounds = [1]\nmin = 1", 3, 10, "two ways to say it"),
            ("[[buckets]]\nfamily = \"x\"\nmin = 0\nmax = 1\ncount = 3", 1, 1, "give 0 < min < max"),
            ("[[rename]]\nfrom = \"a\"", 1, 1, "[[rename]] has no 'to'"),
            ("[[rename]]\nfrom = \"a\"\nto = \"b c\"", 3, 6, "'b c' is no metric name"),
            ("[[rename]]\nfrom = \"a*\"\nto = \"b\"", 3, 6, "end both with *, or none"),
            ("[[rename]]\nfrom = \"a\"\nto = \"a\"", 3, 6, "'a' is its name already"),
            ("[[rename]]\nfrom = \"a\"\nto = \"b\"\nkeep_old = 1", 4, 12, "write keep_old = true"),
            (
                "[[rename]]\nfrom = \"a\"\nto = \"b\"\n[[rename]]\nfrom = \"a\"\nto = \"c\"", 5, 8,
                "'a' is renamed already"
            ),
            ("[[drop]]", 1, 1, "[[drop]] names nothing"),
            ("[[drop]]\nfamily = 1", 2, 10, "the number 1 is no name"),
            ("[[drop]]\nlabels = \"a\"", 2, 10, "matches nothing"),
            ("[[drop]]\nlabels = { le = \"1\" }", 2, 12, "would take a part out of a histogram"),
            ("[[drop]]\nlabels = { a = 1 }", 2, 16, "is no pattern"),
        ])
    func problems(text: String, line: Int, column: Int, message: String) {
        let (read, problems) = Configuration.read(Text(text + "\n[[drop]]\nfamily = \"kept\"\n"))
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.line == line)
        #expect(problems.first?.column == column)
        #expect(problems.first?.message.contains(message) == true, "\(problems)")
        #expect(read.rules.drops.last?.family.text == "kept")
    }

    @Test("the strict reading throws all places, and tells how many more there are")
    func strict() throws {
        let text = Text(String(repeating: "[x]\n", count: 8))
        let error = #expect(throws: MetricsError.self) { try Configuration.strict(text, title: "a.toml") }
        let lines = error?.description.split(separator: "\n") ?? []
        #expect(lines.count == 6)
        #expect(lines.first?.hasPrefix("a.toml:1:1: there is no section 'x'") == true)
        #expect(lines.last?.hasPrefix("and 3 more") == true)
        #expect(error?.code == .invalid)
    }

    @Test(
        "logarithmic bounds are Dynamo's: 0 first, two digits, the largest last",
        arguments: [
            (1.0, 512.0, 10, [0, 2, 4, 8, 16, 32, 64, 130, 260, 510]),
            (0.001, 2.0, 3, [0, 0.045, 2]),
            (1.0, 1.1, 5, [0, 1, 1.1]),
            (50.0, 128_000.0, 2, [0, 130_000]),
        ])
    func logarithmic(low: Double, high: Double, count: Int, expected: [Double]) throws {
        #expect(try logarithmicBounds(low, high, count) == expected)
    }
}
