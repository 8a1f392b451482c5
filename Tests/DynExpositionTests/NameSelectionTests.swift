import DynExposition
import DynModel
import Testing

@Suite("Families asked for by name")
struct NameSelectionTests {
    @Test(
        "a family is known by its name in either text format, and by those of its samples",
        arguments: [
            ("x_total", MetricKind.counter, ["x_total", "x"], ["x_", "x_tota", "x_total_", "x_sum"]),
            ("x", .counter, ["x"], ["x_total"]),
            ("x_info", .info, ["x_info", "x"], ["x_infos"]),
            ("x", .histogram, ["x", "x_bucket", "x_sum", "x_count"], ["x_total", "x_created"]),
            ("x", .gauge, ["x"], ["x_sum"]),
        ] as [(Text, MetricKind, [String], [String])])
    func selects(name: Text, kind: MetricKind, known: [String], unknown: [String]) {
        let family = Family(name: name, kind: kind)

        for name in known { #expect(NameSelection(["other", name]).selects(family)) }
        for name in unknown { #expect(!NameSelection([name]).selects(family)) }
    }

    @Test(
        "a filter that lets nothing of it pass is known by its prefixes, behind the rename",
        arguments: [
            (["vllm:"], nil, "vllm:x", true), (["vllm:"], nil, "sglang:x", false), ([], nil, "anything", true),
            (["vllm:x_bucket"], nil, "vllm:x", true), (["a", "vllm:"], nil, "vllm:x", true),
            (["vllm:"], "dynamo_", "dynamo_x", true), (["vllm:"], "dynamo_", "vllm:x", false),
            ([], "dynamo_", "x", false), (["vllm:"], "", "vllm:x", true),
        ] as [([Text], Text?, String, Bool)])
    func mayPass(include: [Text], prefix: Text?, name: String, expected: Bool) throws {
        let filter = try PageFilter(include: include, addPrefix: prefix)

        #expect(filter.mayPass(NameSelection([name])) == expected)
    }

    @Test("a page over its budget loses whole lines at its end, and that is told once")
    func budget() {
        var drops = DropTally()
        let page: Text = "aa 1\nbb 2\ncc 3\n"

        #expect(PageBudget(bytes: 12, series: 9).cut(page, drops: &drops) == "aa 1\nbb 2\n")
        #expect(drops.counts == [.budget: 1])
        #expect(PageBudget(bytes: 15, series: 9).cut(page, drops: &drops) == page)
        #expect(PageBudget(bytes: 3, series: 9).cut(page, drops: &drops).isEmpty)
    }
}
