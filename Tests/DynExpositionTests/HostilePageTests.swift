import DynExposition
import DynModel
import DynTestSupport
import Testing

@Suite("No bytes from outside can hurt")
struct HostilePageTests {
    /// A real engine's page where there is one, else one of our own with every construct.
    static let page: Text = {
        guard Fixtures.root(orSkip: 1) != nil,
            let page = try? Fixtures.text("engines/vllm/single_1_engine/exposition.txt")
        else { return everyConstruct }
        return page
    }()

    static let everyConstruct: Text = """
        # HELP vllm:tokens_total Tokens.
        # TYPE vllm:tokens_total counter
        vllm:tokens_total{engine="0",model="a\\"b"} 5.0
        # TYPE h histogram
        h_bucket{le="1.0"} 1.0
        h_bucket{le="+Inf"} 2.0
        h_count 2.0
        h_sum 1.5e+06
        # TYPE s summary
        s{quantile="0.5"} NaN
        s_sum 3
        s_count 1
        {"d.utf8","l.x"="1"} 5 1700000000000
        # HELP g one\\ntwo
        # TYPE g gauge
        g{a="",b="é"} -Inf
        g 4

        """

    @Test("every beginning of a page can be read")
    func prefixes() {
        let start = Self.page.slice(0, 3000)
        for length in 0...start.count { expectHarmless(start.slice(0, length)) }
    }

    @Test("twenty thousand broken pages can be read, and what is written of them is whole")
    func mutations() {
        var random = SeededGenerator(seed: 20_261_120)
        let page = Self.page.bytes + Self.everyConstruct.bytes

        for _ in 0..<20_000 {
            let start = Int.random(in: 0..<page.count, using: &random)
            var bytes = Array(page[start..<min(page.count, start + Int.random(in: 1...900, using: &random))])
            for _ in 0...Int.random(in: 0...4, using: &random) { mutate(&bytes, &random) }
            expectHarmless(Text(bytes))
        }
    }

    @Test("random bytes of the alphabet can be read")
    func noise() {
        var random = SeededGenerator(seed: 5)
        let alphabet = Array("{}\"\\=,#\n\n  \t0.5eE+-aA_:1le\u{0}é HELP TYPE".utf8) + [0xFF, 0xC3]

        for _ in 0..<20_000 {
            expectHarmless(
                Text(
                    (0..<Int.random(in: 0...60, using: &random)).map { _ in
                        alphabet.randomElement(using: &random) ?? 0
                    }))
        }
    }

    @Test("a line of very many labels is read in time that grows with its length")
    func manyLabels() {
        let distinct = "x{" + (0..<100_000).map { "l\($0)=\"\"" }.joined(separator: ",") + "} 1\n"
        let repeated = "x{" + (0..<100_000).map { "l\($0 % 99_999)=\"\"" }.joined(separator: ",") + "} 1\n"

        #expect(read(Text(distinct)).families[0].samples.count == 1)
        #expect(read(Text(repeated)).drops == [.label: 1])
    }

    @Test("a page that changes the type of a metric at every line is merged in time that grows with its length")
    func manyTypes() {
        let lines = (0..<20_000).map { "# TYPE x \($0 % 2 == 0 ? "counter" : "gauge")\nx{a=\"\($0)\"} 1\n" }

        let (page, drops) = merged([Text(lines.joined())])

        #expect(sampleLines(page).count == 10_000 && drops[0][.typeConflict] == 10_000)
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let special = Array("\n\"\\{}=, #\t_:0-".utf8) + [0, 0xFF, 0xC3, 0x80]
        switch Int.random(in: 0...4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[place] = special.randomElement(using: &random) ?? 0
        case 2: bytes.remove(at: place)
        case 3: bytes.insert(special.randomElement(using: &random) ?? 0, at: place)
        default:
            let end = min(bytes.count, place + Int.random(in: 1...80, using: &random))
            bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
        }
    }

    /// Reads, merges, writes, in both name schemes; the result must be a page that a strict reader takes.
    private func expectHarmless(_ page: Text) {
        var drops = DropTally()
        var merge = PageMerge()
        merge.add(TextReader.read(page, drops: &drops), isUnique: false, drops: &drops)
        let families = merge.finish()
        expectPlaces(page, .text)
        expectPlaces(page, .openMetrics)
        for escaping in [NameEscaping.allowUTF8, .underscores] {
            let written = TextWriter.write(families, escaping: escaping)
            let faults = ExpositionCheck.check(written, lint: true).filter { problem in
                // Negative counts are passed on as they are: no scraper minds.
                (problem.severity == .error && !problem.message.contains("a histogram cannot count"))
                    || ["stands on line", "goes on here", "belongs to"].contains { problem.message.contains($0) }
            }
            #expect(
                faults.isEmpty, "\(faults)\nof \(page.string.debugDescription)\nas \(written.string.debugDescription)")
        }
    }

    /// Lint changes no error and points into the page.
    private func expectPlaces(_ page: Text, _ format: PageFormat.Kind) {
        let problems = ExpositionCheck.check(page, format, lint: true)
        let lines = page.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(\.count)
        let isWithin = problems.allSatisfy {
            (1...lines.count).contains($0.line) && (1...lines[$0.line - 1] + 1).contains($0.column)
        }
        let errors = problems.filter { $0.severity == .error }
        #expect(isWithin && errors == ExpositionCheck.check(page, format, lint: false), "\(problems) of \(page)")
    }
}
