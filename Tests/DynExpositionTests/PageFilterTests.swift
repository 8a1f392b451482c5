import DynExposition
import DynModel
import DynTestSupport
import Testing

@Suite("Filters choose, rename and label")
struct PageFilterTests {
    static let page: Text = """
        # HELP vllm:h Help
        # TYPE vllm:h histogram
        vllm:h_bucket{le="+Inf"} 1
        vllm:h_count 1
        vllm:h_sum 1
        # TYPE python_info gauge
        python_info 1

        """

    @Test(
        "text is matched by the name on each line, exclusion first",
        arguments: [
            (["vllm:"], [], ["vllm:h_bucket{le=\"+Inf\"} 1", "vllm:h_count 1", "vllm:h_sum 1"]),
            ([], ["vllm:"], ["python_info 1"]),
            (["vllm:"], ["vllm:h"], []),
            (["vllm:h_sum"], [], ["vllm:h_sum 1"]),
            (["vllm:"], ["vllm:h_bucket"], ["vllm:h_count 1", "vllm:h_sum 1"]),
            (["python_", "vllm:h_c"], [], ["vllm:h_count 1", "python_info 1"]),
            (["nothing"], [], []),
            ([], [], ["vllm:h_bucket{le=\"+Inf\"} 1", "vllm:h_count 1", "vllm:h_sum 1", "python_info 1"]),
            ([""], [], ["vllm:h_bucket{le=\"+Inf\"} 1", "vllm:h_count 1", "vllm:h_sum 1", "python_info 1"]),
        ] as [([Text], [Text], [String])])
    func lines(include: [Text], exclude: [Text], expected: [String]) throws {
        let filter = try PageFilter(include: include, exclude: exclude)

        let kept = filter.apply(read(Self.page).families, matching: .lines)

        #expect(sampleLines(TextWriter.write(kept).string) == expected)
    }

    @Test(
        "what was seen, filtered out and renamed is counted",
        arguments: [
            ([], nil, [2, 4, 0, 0, 0]), (["vllm:"], nil, [2, 4, 1, 1, 0]), (["nothing"], nil, [2, 4, 2, 4, 0]),
            (["vllm:h_sum"], nil, [2, 4, 1, 3, 0]), (["vllm:"], "x_", [2, 4, 1, 1, 1]),
            ([], "python_", [2, 4, 0, 0, 1]),
        ] as [([Text], Text?, [Int])])
    func counts(include: [Text], addPrefix: Text?, expected: [Int]) throws {
        var tally = FilterTally()

        _ = try PageFilter(include: include, addPrefix: addPrefix)
            .apply(read(Self.page).families, matching: .lines, tally: &tally)

        #expect(
            [
                tally.families, tally.series, tally.filteredFamilies, tally.filteredSeries, tally.renamedFamilies,
            ] == expected)
    }

    @Test(
        "HELP and TYPE stay or go by the family's own name",
        arguments: [
            ("vllm:", true), ("vllm:h", true), ("vllm:h_", false), ("python_", false),
        ] as [(Text, Bool)])
    func metadata(include: Text, isKept: Bool) throws {
        let kept = try PageFilter(include: [include]).apply(read(Self.page).families, matching: .lines)

        #expect(TextWriter.write(kept).string.contains("# TYPE vllm:h histogram\n") == isKept)
        #expect(TextWriter.write(kept).string.contains("# HELP vllm:h Help\n") == isKept)
    }

    @Test(
        "typed families are matched by their own name",
        arguments: [
            (["vllm:h"], [], ["vllm:h"]), (["vllm:h_sum"], [], []), ([], ["vllm:h_sum"], ["vllm:h", "python_info"]),
        ] as [([Text], [Text], [Text])])
    func families(include: [Text], exclude: [Text], expected: [Text]) throws {
        let filter = try PageFilter(include: include, exclude: exclude)

        #expect(filter.apply(read(Self.page).families, matching: .families).map(\.name) == expected)
    }

    @Test(
        "renaming takes the include prefix off and puts the new one on, unless it is there",
        arguments: [
            (["vllm:"], "trtllm_", ["trtllm_h", "trtllm_x"]), ([], "p_", ["p_vllm:h", "p_vllm:x"]),
            (["vllm:"], "vllm:", ["vllm:h", "vllm:x"]), (["vllm:"], "", ["vllm:h", "vllm:x"]),
            (["vllm:"], "h", ["h", "hx"]),
        ] as [([Text], Text, [Text])])
    func renaming(include: [Text], addPrefix: Text, names: [Text]) throws {
        let filter = try PageFilter(include: include, addPrefix: addPrefix)

        let kept = filter.apply(read("# TYPE vllm:h gauge\nvllm:h 1\nvllm:x 2\n").families, matching: .lines)

        #expect(kept.map(\.name) == names)
    }

    @Test(
        "labels are sorted in and never overwrite",
        arguments: [
            ("x 1\n", #"x{a="A",z="Z"} 1"#), (#"x{m="1"} 1"# + "\n", #"x{a="A",m="1",z="Z"} 1"#),
            (#"x{a="mine"} 1"# + "\n", #"x{a="mine",z="Z"} 1"#),
            (#"x{z="",b="2"} 1"# + "\n", #"x{a="A",b="2",z=""} 1"#),
            (#"x{b="2",a="1"} 1"# + "\n", #"x{a="1",b="2",z="Z"} 1"#),
            (#"x{"q.r"="1"} 1"# + "\n", #"x{a="A","q.r"="1",z="Z"} 1"#),
            (#"x{m="\\\",="} 1"# + "\n", #"x{a="A",m="\\\",=",z="Z"} 1"#),
            (#"x{zz="1"} 1"# + "\n", #"x{a="A",z="Z",zz="1"} 1"#),
        ])
    func labels(line: String, expected: String) throws {
        let filter = try PageFilter(labels: [Label("z", "Z"), Label("a", "A"), Label("a", "later")])

        let kept = filter.apply(read(Text(line)).families, matching: .lines)

        #expect(sampleLines(TextWriter.write(kept).string) == [expected])
    }

    @Test("injection by one walk equals taking blocks apart")
    func injectionAgrees() throws {
        var random = SeededGenerator(seed: 9)
        let names = ["a", "b", "le", "m", "z", "a_b", "A"]
        let values = ["", "1", "x\"y", "\\", ",", "=\"", "\n"]

        for _ in 0..<2000 {
            func some(_ most: Int) -> [Label] {
                names.shuffled(using: &random).prefix(Int.random(in: 0...most, using: &random)).map {
                    Label(Text($0), Text(values.randomElement(using: &random) ?? ""))
                }
            }
            let block = LabelBlock(some(4))
            let added = some(3).filter { $0.name != "le" }
            let filter = try PageFilter(labels: added)
            let family = Family(name: "x", kind: nil, samples: [Sample(block, .double(1))])
            let kept = filter.apply([family], matching: .lines)
            let expected = added.isEmpty ? block : block.adding(added)
            #expect(kept.first?.samples.first?.labels.labels == expected.labels)
        }
    }

    @Test(
        "what cannot be a prefix or a label is refused",
        arguments: [
            ([Text("a\nb")], nil, []), ([Text([0xFF])], nil, []), ([], "1x", []), ([], "a b", []),
            ([], nil, [Label("le", "1")]), ([], nil, [Label("quantile", "1")]), ([], nil, [Label("a-b", "1")]),
            ([], nil, [Label("__a", "1")]), ([], nil, [Label("a", Text([0xFF]))]), ([], nil, [Label("a", "\0")]),
            ([], nil, [Label("", "")]),
        ] as [([Text], Text?, [Label])])
    func refusals(include: [Text], addPrefix: Text?, labels: [Label]) {
        #expect(throws: MetricsError.self) { try PageFilter(include: include, addPrefix: addPrefix, labels: labels) }
    }

    @Test("labels given first win, labels given last lose")
    func precedence() throws {
        let filter = try PageFilter(labels: [Label("a", "custom"), Label("c", "custom")])
            .preferring([Label("a", "automatic")]).appending([Label("c", "constant"), Label("d", "constant")])

        let kept = filter.apply(read("x 1\n").families, matching: .lines)

        #expect(TextWriter.write(kept).string == #"x{a="automatic",c="custom",d="constant"} 1"# + "\n")
    }
}
