import DynExposition
import DynModel
import DynTestSupport
import Testing

/// What grew with the square of a page would not end here.
@Suite("Lint of large pages")
struct LintSizeTests {
    static let count = 100_000

    static func lines(_ line: (Int) -> String) -> String {
        var page = ""
        for index in 0..<count { page += line(index) }
        return page
    }

    @Test("a hundred thousand series of one metric")
    func series() {
        let page = described("a", "gauge") + Self.lines { "a{x=\"\($0)\"} 1\n" }

        #expect(ExpositionCheck.check(Text(page), lint: true).isEmpty)
        #expect(ExpositionCheck.check(Text(page + "# EOF\n"), lint: true).isEmpty)
    }

    @Test("a hundred thousand buckets of one histogram")
    func buckets() {
        let page =
            described("h", "histogram") + Self.lines { "h_bucket{le=\"0.\(100_000 + $0)1\"} \($0)\n" }
            + "h_bucket{le=\"+Inf\"} \(Self.count)\nh_sum 1\nh_count \(Self.count)\n"

        #expect(ExpositionCheck.check(Text(page), lint: true).isEmpty)
        #expect(ExpositionCheck.check(Text(page + "# EOF\n"), lint: true).isEmpty)
    }

    @Test("a hundred thousand lines that are all wrong")
    func faults() {
        let twice = described("a", "gauge") + Self.lines { _ in "a 1\n" }
        let taken = Self.lines { $0 % 2 == 0 ? "a{x=\"\($0)\"} 1 5\n" : "b{x=\"\($0)\"} 1 5\n" }
        let falling = described("h", "histogram") + Self.lines { "h_bucket{le=\"\(Self.count - $0).0\"} \($0)\n" }

        #expect(ExpositionCheck.check(Text(twice), lint: true).count == Self.count - 1)
        #expect(losses(Text(taken)).count == 2 * Self.count - 2)
        #expect(losses(Text(falling)).count >= Self.count)
    }

    @Test("a hundred thousand metrics, each described under another name")
    func metrics() {
        let page = Self.lines { "# TYPE v:x\($0) gauge\nv_x\($0) 1\n" }

        #expect(ExpositionCheck.check(Text(page), lint: true).count == Self.count)
    }

    @Test("one line of a hundred thousand labels, and one name of as many words")
    func longLine() {
        let labels = described("a", "gauge") + "a{" + Self.lines { "aB\($0)=\"\",__\($0)=\"\"," } + "} 1\n"
        let name = "a" + Self.lines { _ in "_gauge_x:total" }

        #expect(ExpositionCheck.check(Text(labels), lint: true).count == 2 * Self.count)
        let told = ExpositionCheck.check(Text(described(name, "counter") + "\(name)_kb 1\n"), lint: true)
        #expect(told.count > 2 && told.allSatisfy { $0.message.utf8.count < 2000 })
    }

    @Test("a page of nothing but newlines, and one of comments")
    func nothing() {
        #expect(ExpositionCheck.check(Text(Self.lines { _ in "\n" }), lint: true).isEmpty)
        #expect(ExpositionCheck.check(Text(Self.lines { "# HELP a\($0) A.\n" }), lint: true).isEmpty)
    }
}
