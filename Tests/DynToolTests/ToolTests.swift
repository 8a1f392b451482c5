import DynModel
import DynTestSupport
import DynTool
import Testing

@Suite("The command line")
struct ToolTests {
    @Test(
        "a valid page is 0, an invalid one 1 with line and column, wrong usage 2",
        arguments: [
            (["check", "-"], "x 1\n", 0, "", ""),
            (["check", "-"], "x 1\ny z\n", 1, "standard input:2:3: error: 'z' is not a number", ""),
            (
                ["check", "--lint", "-"], "x 1\nx 2\n", 0, "standard input:1:1: warning: 'x' has neither HELP nor TYPE",
                ""
            ),
            (
                ["check", "--lint", "-"], "# HELP x X.\n# TYPE x gauge\nx 1\nx 2\n", 0, "standard input:4:1: warning: ",
                ""
            ),
            (["check"], "", 2, "", "FILE is missing"),
            (["check", "a", "b"], "", 2, "", "one FILE is taken, got 2"),
            (["check", "--lint=yes", "-"], "", 2, "", "--lint takes no value"),
            (["check", "--nothing", "-"], "", 2, "", "no option '--nothing'"),
            (["check", "--format", "yaml", "-"], "", 2, "", "yaml"),
            (["check", "--compare", "-"], "", 2, "", "--compare takes two pages, OLD and NEW, got 1"),
            (["check", "--compare", "--lint", "-", "-"], "", 2, "", "--lint looks at one page"),
            (["check", "--compare", "-", "-"], "x 1\n", 0, "", ""),
            (["check", "--compare", "-", "/dev/null"], "x 1\n", 1, "x: is not there\n", ""),
            (["check", "--compare", "-", "-"], "x z\n", 0, "", "not read: 1 (value)"),
            (["check", "/nonexistent/page"], "", 1, "", "'/nonexistent/page'"),
            (["filter", "--include", "x", "--label", "a=b", "-"], "x 1\ny 2\n", 0, "x{a=\"b\"} 1\n", ""),
            (["filter", "--exclude=x", "--", "-"], "x 1\ny 2\n", 0, "y 2\n", ""),
            (["filter", "--label", "a", "-"], "", 2, "", "'a' is no label"),
            (["filter", "--label", "le=1", "-"], "", 2, "", "reserved label"),
            (["filter", "--add-prefix", "1", "-"], "", 2, "", "invalid prefix '1'"),
            (["filter", "--add-prefix"], "", 2, "", "--add-prefix needs a value"),
            (["merge", "/nonexistent/dir"], "", 1, "", "'/nonexistent/dir'"),
            (["compact"], "", 2, "", "DIR is missing"),
            (["compact", "/nonexistent/dir"], "", 1, "", "'/nonexistent/dir'"),
            (["check-config", "-"], "[labels]\nzone = \"a\"\n", 0, "", ""),
            (
                ["check-config", "-"], "[labels]\nzone = 1\n", 1,
                "standard input:2:8: error: the number 1 is no label value", ""
            ),
            (["check-config", "/nonexistent/file"], "", 1, "", "'/nonexistent/file'"),
            (["serve", "--config", "/nonexistent/file"], "", 1, "", "'/nonexistent/file'"),
            (["serve", "--listen", "nowhere"], "", 2, "", "'nowhere' is no address"),
            (["serve", "extra"], "", 2, "", "'extra'"),
            (["sources"], "", 2, "", "URL is missing"),
            (["sources", "-"], "a 1\n", 1, "", "'-' tells of no source"),
            (["sources", "http://example.com/metrics"], "", 1, "", "'example.com'"),
            (["run"], "", 2, "", "PROGRAM is missing; write it behind --"),
            (["run", "--listen", "nowhere", "--", "true"], "", 2, "", "'nowhere' is no address"),
            (["run", "--help", "--", "true"], "", 0, "usage: dynmetrics", ""),
            (["nothing"], "", 2, "", "no command 'nothing'"),
            ([], "", 2, "", "usage: dynmetrics"),
            (["--help"], "", 0, "usage: dynmetrics", ""),
            (["check", "--help"], "", 0, "usage: dynmetrics", ""),
            (["--version"], "", 0, "dynmetrics ", ""),
        ] as [([String], String, Int32, String, String)])
    func commands(arguments: [String], input: String, status: Int32, out: String, err: String) {
        let result = run(arguments, input)

        #expect(result.status == status, "\(result)")
        #expect(result.out.hasPrefix(out) && (out.isEmpty ? result.out.isEmpty : true), "\(result)")
        #expect(err.isEmpty || result.err.contains(err), "\(result)")
    }

    @Test("merge writes the page of a directory")
    func merge() throws {
        let entry = try #require(ConformanceCase.all.first { $0.name == "merge-histogram" })

        let result = run(["merge", "\(entry.path)/db", "--label", "zone=a"], "")

        #expect(try result.out == entry.text("expected.txt").string)
        #expect(result.status == 0 && result.err.isEmpty)
    }

    @Test("serve says where it listens and ends when it is asked to")
    func serve() throws {
        let entry = try #require(ConformanceCase.all.first { $0.name == "merge-counter" })
        var urls: [String] = []

        let status = withEnvironment {
            Tool.run(
                ["serve", "--listen", "127.0.0.1:0", "--multiproc-dir", "\(entry.path)/db"],
                ToolStreams(
                    out: { urls.append($0.string) }, err: { _ in },
                    input: { () throws(MetricsError) in Text() }, waitForEnd: {}))
        }

        #expect(status == 0 && urls.count == 1)
        #expect(urls.first?.hasPrefix("http://127.0.0.1:") == true && urls.first?.hasSuffix("/metrics\n") == true)
    }

    private func run(_ arguments: [String], _ input: String) -> (status: Int32, out: String, err: String) {
        var out = ""
        var err = ""
        let status = Tool.run(
            arguments,
            ToolStreams(
                out: { out += $0.string }, err: { err += $0 + "\n" }, input: { () throws(MetricsError) in Text(input) },
                waitForEnd: {}))
        return (status, out, err)
    }
}
