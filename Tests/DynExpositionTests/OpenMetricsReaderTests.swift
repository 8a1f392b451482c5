import DynExposition
import DynModel
import DynTestSupport
import Testing

@Suite("Reading OpenMetrics")
struct OpenMetricsReaderTests {
    private func families(_ page: String) -> (families: [Family], drops: [DropReason: UInt64]) {
        var drops = DropTally()
        let families = OpenMetricsReader.read(Text(page), drops: &drops)
        return (families, drops.counts)
    }

    @Test("the strict verdict is that of the format's own cases")
    func referenceVerdicts() throws {
        guard Fixtures.root(orSkip: 202) != nil else { return }
        let rows = try Fixtures.rows("exposition/manifest.csv").filter {
            $0["file"]?.hasPrefix("openmetrics-1.0-parsers/") == true
        }
        #expect(rows.count == 202)

        for row in rows {
            let file = row["file"] ?? ""
            let problems = ExpositionCheck.check(try Fixtures.text("exposition/" + file), .openMetrics, lint: false)
            #expect(problems.isEmpty == (row["expect"] == "valid"), "\(file): \(problems)")
        }
    }

    @Test(
        "families get the names that they have in text 0.0.4",
        arguments: [
            (
                "# TYPE a counter\na_total 1\na_created 5\n# EOF\n",
                "# TYPE a_total counter\na_total 1\n# TYPE a_created gauge\na_created 5\n"
            ),
            ("# TYPE a info\na_info{v=\"1\"} 1\n# EOF\n", "# TYPE a_info gauge\na_info{v=\"1\"} 1\n"),
            ("# TYPE a unknown\na 1\n# EOF\n", "# TYPE a untyped\na 1\n"),
            ("# TYPE a counter\na_total 1 # {t=\"x\"} 0.5\n# EOF\n", "# TYPE a_total counter\na_total 1\n"),
            ("a 1 1.5\n# EOF\n", "a 1 1500\n"),
            ("# HELP a say \\\"hi\\\"\n# TYPE a gauge\na 1\n# EOF\n", "# HELP a say \"hi\"\n# TYPE a gauge\na 1\n"),
        ])
    func names(page: String, text: String) {
        #expect(TextWriter.write(families(page).families).string == text)
    }

    @Test(
        "a bad line costs only itself",
        arguments: [
            ("a 1\n\nb 2\n# EOF\n", DropReason.syntax),
            ("a 1\nb x\nb 2\n# EOF\n", .value),
            ("a 1\n# TYPE c foo\nb 2\n# EOF\n", .type),
            ("a 1\nb{x=\"1\",x=\"2\"} 1\nb 2\n# EOF\n", .label),
            ("a 1\nb 2\n# EOF\nc 3\n# EOF\n", .syntax),
        ])
    func badLines(page: String, reason: DropReason) {
        let read = families(page)

        #expect(sampleLines(TextWriter.write(read.families).string) == ["a 1", "b 2"])
        #expect(read.drops == [reason: 1])
    }

    @Test(
        "a page whose last line is # EOF is OpenMetrics",
        arguments: [
            ("a 1\n# EOF\n", true), ("a 1\n# EOF", true), ("# EOF\n", true), ("a 1\n", false), ("# EOF\na 1\n", false),
            ("", false),
            ("a{b=\"# EOF\"} 1\n", false),
        ])
    func detects(page: String, isOpenMetrics: Bool) {
        #expect(OpenMetricsReader.isOpenMetrics(Text(page)) == isOpenMetrics)
    }

    @Test("a metric of a hundred thousand samples is read in time that grows with its length")
    func manySamples() {
        let page = "# TYPE a gauge\n" + (0..<100_000).map { "a{x=\"\($0)\"} 1\n" }.joined() + "# EOF\n"
        var drops = DropTally()

        let families = OpenMetricsReader.read(Text(page), drops: &drops)

        #expect(families.count == 1 && families.first?.samples.count == 100_000 && drops.isEmpty)
    }

    @Test("an engine's page is the same series in both formats, and valid in both")
    func roundTrip() throws {
        guard Fixtures.root(orSkip: 5) != nil else { return }
        for file in [
            "vllm/single_1_engine/exposition.txt", "vllm/single_4_engines/exposition.txt",
            "sglang/multiprocess_tp2/expected.txt", "trtllm/single_process/exposition.txt",
            "vllm/single_1_engine/exposition.openmetrics.txt",
        ] {
            var drops = DropTally()
            var merge = PageMerge()
            merge.add(readFamilies(try Fixtures.text("engines/" + file), drops: &drops), isUnique: false, drops: &drops)
            let page = merge.finish()
            let text = TextWriter.write(page)
            let openMetrics = OpenMetricsWriter.write(page, escaping: .allowUTF8, drops: &drops)

            #expect(losses(text).isEmpty)
            #expect(losses(openMetrics, .openMetrics).isEmpty)
            #expect(series(text.string) == series(openMetrics.string))
        }
    }

    /// Names and labels of all samples but created times, sorted.
    private func series(_ page: String) -> [String] {
        sampleLines(page).compactMap { line in
            let name = line.split(separator: " ").dropLast().joined(separator: " ")
            return name.split(separator: "{").first?.hasSuffix("_created") == true ? nil : name
        }.sorted()
    }

    @Test("no mutation of a page makes reading or checking trap, and what is written again is valid")
    func mutations() {
        let base =
            "# TYPE a counter\n# HELP a x\na_total{b=\"1\",c=\"x\\ny\"} 1 2 # {t=\"1\"} 3 4\na_created{b=\"1\"} 5\n"
            + "# TYPE h histogram\nh_bucket{le=\"1.0\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_count 2\nh_sum 3\n"
            + "# TYPE s stateset\ns{s=\"on\"} 1\n# TYPE i info\ni_info{v=\"1\"} 1\n# TYPE q summary\nq{quantile=\"0.5\"} 1\n# EOF\n"
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<5000 {
            var bytes = Array(base.utf8)
            for _ in 0..<Int.random(in: 1...6, using: &generator) where !bytes.isEmpty {
                let at = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: at)
                default: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &generator)], at: at)
                }
            }
            let page = Text(bytes)
            _ = ExpositionCheck.check(page, .openMetrics, lint: true)
            var drops = DropTally()
            var merge = PageMerge()
            merge.add(OpenMetricsReader.read(page, drops: &drops), isUnique: false, drops: &drops)
            var families = merge.finish()
            prepareForServing(&families, drops: &drops)
            canonicalizeBounds(&families)
            let written = OpenMetricsWriter.write(families, escaping: .allowUTF8, drops: &drops)
            let problems = ExpositionCheck.check(written, .openMetrics, lint: false)
            #expect(problems.isEmpty, "\(problems) in \(written) from \(page)")
            if !problems.isEmpty { return }
        }
    }
}
