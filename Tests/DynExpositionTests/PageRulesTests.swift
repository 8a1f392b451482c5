import DynModel
import DynTestSupport
import Testing

@testable import DynExposition

@Suite("An operator's rules for pages")
struct PageRulesTests {
    private func apply(_ rules: PageRules, _ page: String) -> (page: String, drops: DropTally, pass: RulePass) {
        var drops = DropTally()
        var pass = RulePass(rules)
        let families = pass.apply(TextReader.read(Text(page), drops: &drops), drops: &drops)
        var merge = PageMerge()
        merge.add(families, isUnique: false, drops: &drops)
        return (TextWriter.write(merge.finish()).string, drops, pass)
    }

    @Test(
        "patterns: * stands for any run, also none",
        arguments: [
            ("a", "a", true), ("a", "ab", false), ("*", "", true), ("a*", "a", true), ("*b", "ab", true),
            ("a*b", "ab", true),
            ("a*b", "a", false), ("a*b*c", "a1b2c", true), ("a*b*c", "acb", false), ("*x*x*", "x", false),
            ("*x*x*", "axbxc", true),
            ("a*a", "a", false), ("**", "q", true), ("*ab*b", "aab", false), ("*ab*b", "aabb", true),
        ])
    func patterns(pattern: String, name: String, expected: Bool) {
        #expect(NamePattern(Text(pattern)).matches(Text(name)) == expected)
    }

    @Test("a family that is dropped leaves with its HELP and TYPE; others stay byte for byte")
    func dropFamily() {
        let rules = PageRules(drops: [.init(family: NamePattern("x_*"))])
        let made = apply(
            rules, "# HELP x_a A.\n# TYPE x_a gauge\nx_a 1\n# TYPE y gauge\ny{a=\"b\"} 2.0\n# TYPE x_b counter\n")
        #expect(made.page == "# TYPE y gauge\ny{a=\"b\"} 2.0\n")
        #expect(made.drops.counts == [.rule: 1])
        #expect(made.drops.examples.isEmpty)
    }

    @Test("series are dropped when all matchers fit; a label that is not there reads as empty")
    func dropSeries() {
        let page = "# TYPE x gauge\nx{m=\"test-1\",e=\"0\"} 1\nx{m=\"test-2\",e=\"1\"} 2\nx{m=\"real\"} 3\n"
        let both = PageRules(drops: [.init(family: NamePattern("*"), labels: [.init("m", "test-*"), .init("e", "0")])])
        #expect(apply(both, page).page == "# TYPE x gauge\nx{m=\"test-2\",e=\"1\"} 2\nx{m=\"real\"} 3\n")
        let without = PageRules(drops: [.init(family: NamePattern("x"), labels: [.init("e", "")])])
        #expect(apply(without, page).page == "# TYPE x gauge\nx{m=\"test-1\",e=\"0\"} 1\nx{m=\"test-2\",e=\"1\"} 2\n")
        let all = PageRules(drops: [.init(family: NamePattern("x"), labels: [.init("m", "*")])])
        #expect(apply(all, page).page == "")
    }

    @Test("a renamed family stands beside its old name, or without it")
    func rename() {
        let page = "# HELP x_total X.\n# TYPE x_total counter\nx_total{a=\"1\"} 1\nx_total{a=\"2\"} 2\n"
        let both = apply(PageRules(renames: [.init(from: "x_total", to: "y_total")]), page)
        #expect(both.page == page.replacing("x_total", with: "y_total") + page)
        #expect(both.pass.old == [.init(old: "x_total", new: "y_total"): 2])
        let alone = apply(PageRules(renames: [.init(from: "x_", to: "v:", isPrefix: true, keepsOld: false)]), page)
        #expect(alone.page == page.replacing("x_total", with: "v:total"))
        #expect(alone.pass.old.isEmpty)
    }

    @Test("a new name that is taken joins when the types agree, and is counted when not")
    func taken() {
        let rules = PageRules(renames: [.init(from: "x", to: "y", keepsOld: false)])
        #expect(
            apply(rules, "# TYPE y gauge\ny 1\n# TYPE x gauge\nx{a=\"1\"} 2\n").page
                == "# TYPE y gauge\ny 1\ny{a=\"1\"} 2\n")
        let clash = apply(rules, "# TYPE y gauge\ny 1\n# TYPE x counter\nx 2\n")
        #expect(clash.page == "# TYPE y gauge\ny 1\n")
        #expect(clash.drops.counts == [.typeConflict: 1])
    }

    @Test("a family keeps its first series, histograms whole, over all sources")
    func familyLimit() {
        var drops = DropTally()
        var pass = RulePass(PageRules(familySeries: 3))
        func samples(_ page: String) -> [String] {
            pass.apply(TextReader.read(Text(page), drops: &drops), drops: &drops).flatMap { family in
                family.samples.map { "\($0.suffix.text){\($0.labels.text)}" }
            }
        }
        #expect(samples("x{a=\"1\"} 1\nx{a=\"2\"} 1\n") == [#"{a="1"}"#, #"{a="2"}"#])
        #expect(samples("x{a=\"3\"} 1\nx{a=\"4\"} 1\n") == [#"{a="3"}"#])
        let histogram = ["1", "2"].map {
            "h_bucket{a=\"\($0)\",le=\"+Inf\"} 1\nh_sum{a=\"\($0)\"} 1\nh_count{a=\"\($0)\"} 1\n"
        }
        #expect(
            samples("# TYPE h histogram\n" + histogram.joined()) == [
                #"_bucket{a="1",le="+Inf"}"#, #"_sum{a="1"}"#, #"_count{a="1"}"#,
            ])
        #expect(drops.counts == [.familyLimit: 4])
        #expect(pass.overflow == ["x": 1, "h": 3])
    }

    @Test("a series with a label value that is too long is left out; the length is that of the value itself")
    func labelLimit() {
        let made = apply(
            PageRules(labelBytes: 4), "x{a=\"\\\"\\\"\\\"\\\"\"} 1\nx{a=\"12345\"} 2\nx{a=\"1234\",b=\"1234\"} 3\n")
        #expect(made.page == "x{a=\"\\\"\\\"\\\"\\\"\"} 1\nx{a=\"1234\",b=\"1234\"} 3\n")
        #expect(made.drops.counts == [.labelLength: 1])
    }

    @Test(
        "what is asked for by a new name is asked of the source by the old one",
        arguments: [
            ("y_total", "x_total"), ("y", "x_total"), ("z_seconds_bucket", "old_seconds"),
        ])
    func widened(asked: String, wanted: String) {
        let rules = PageRules(renames: [
            .init(from: "x_total", to: "y_total"), .init(from: "old_", to: "z_", isPrefix: true),
        ])
        let names = rules.widened(NameSelection([asked]))
        #expect(names.selects(Family(name: Text(wanted), kind: nil)))
        #expect(names.selects(Family(name: Text(asked), kind: nil)))
        #expect(!names.selects(Family(name: "other", kind: nil)))
    }
}
