// Counters, summaries and histograms: values added up over files, buckets by the value of their bound.

import DynModel
import Testing

@testable import DynMultiprocess

@Suite struct SummingTests {
    @Test("counters are summed in the order of the file names, under the name of text 0.0.4")
    func sumsCounters() throws {
        let directory = TestDirectory()
        for (pid, value) in [("1", 0.3), ("10", 0.2), ("2", 0.1)] {
            directory.write("counter_\(pid).db", ValueFile([(key("c", "c_total", ["a": "x"]), value)]))
        }

        let merged = try directory.merge()

        #expect(merged.page == ["# HELP c_total help", "# TYPE c_total counter", "c_total{a=\"x\"} 0.6"])
        #expect(0.3 + 0.2 + 0.1 == 0.6 && 0.1 + 0.2 + 0.3 != 0.6)
    }

    @Test("a counter from before the suffix keeps its name")
    func keepsBareCounter() throws {
        let directory = TestDirectory()
        directory.write("counter_1.db", ValueFile([(key("c", "c"), 1), (key("d_total", "d_total"), 2)]))

        let page = try directory.merge().page.filter { !$0.hasPrefix("# HELP") }

        #expect(page == ["# TYPE c counter", "c 1.0", "# TYPE d_total counter", "d_total 2.0"])
    }

    @Test("samples of a summary stand together by labels, in the order of the file")
    func groupsSummaries() throws {
        let directory = TestDirectory()
        directory.write(
            "summary_1.db",
            ValueFile([
                (key("s", "s_count", ["a": "1"]), 1), (key("s", "s_sum", ["a": "1"]), 2),
                (key("s", "s_sum", ["a": "2"]), 4), (key("s", "s_count", ["a": "2"]), 3),
            ]))

        #expect(
            try directory.merge().page.dropFirst(2) == [
                "s_count{a=\"1\"} 1.0", "s_sum{a=\"1\"} 2.0", "s_sum{a=\"2\"} 4.0", "s_count{a=\"2\"} 3.0",
            ])
    }

    @Test("buckets are merged by value, sorted, accumulated and spelled anew; the count is made")
    func mergesBuckets() throws {
        let directory = TestDirectory()
        let spellings = [["+Inf", "1", "0.5"], ["1.0", "5e-1", "Inf"], ["1e0", "2500000", "+Inf"]]
        for (pid, bounds) in spellings.enumerated() {
            var file = ValueFile([(key("h", "h_sum", ["z": "1"]), 0.25)])
            for bound in bounds { file.add(key("h", "h_bucket", ["le": bound, "z": "1"]), 1) }
            directory.write("histogram_\(pid).db", file)
        }

        let merged = try directory.merge()

        #expect(
            merged.page.dropFirst(2) == [
                "h_sum{z=\"1\"} 0.75", "h_bucket{le=\"0.5\",z=\"1\"} 2.0", "h_bucket{le=\"1.0\",z=\"1\"} 5.0",
                "h_bucket{le=\"2.5e+06\",z=\"1\"} 6.0", "h_bucket{le=\"+Inf\",z=\"1\"} 9.0", "h_count{z=\"1\"} 9.0",
            ])
        #expect(merged.drops.isEmpty)
    }

    @Test(
        "le stands in its sorted place",
        arguments: [
            (["a": "1"], #"h_bucket{a="1",le="1.0"} 1.0"#),
            (["z": "1"], #"h_bucket{le="1.0",z="1"} 1.0"#),
            (["a": "1", "z": "2"], #"h_bucket{a="1",le="1.0",z="2"} 1.0"#),
            ([:], #"h_bucket{le="1.0"} 1.0"#),
        ] as [(KeyValuePairs<String, String>, String)])
    func placesBound(labels: KeyValuePairs<String, String>, expected: String) throws {
        let directory = TestDirectory()
        let members = (labels.map { "\"\($0.key)\": \"\($0.value)\"" } + ["\"le\": \"1.0\""]).joined(separator: ",")
        directory.write("histogram_1.db", ValueFile([("[\"h\", \"h_bucket\", {\(members)}, \"\"]", 1)]))

        #expect(try directory.merge().page.contains(expected))
    }

    @Test("series that have only buckets come behind those that have a sum")
    func ordersSeries() throws {
        let directory = TestDirectory()
        directory.write(
            "histogram_1.db",
            ValueFile([
                (key("h", "h_bucket", ["a": "1", "le": "1"]), 1), (key("h", "h_sum", ["a": "2"]), 2),
            ]))

        #expect(
            try directory.merge().page.dropFirst(2) == [
                "h_sum{a=\"2\"} 2.0", "h_bucket{a=\"1\",le=\"1.0\"} 1.0", "h_count{a=\"1\"} 1.0",
            ])
    }

    @Test("the help of the first file holds; equal labels under another help are one series")
    func takesFirstHelp() throws {
        let directory = TestDirectory()
        directory.write("counter_1.db", ValueFile([(key("c", "c_total", [:], "first\\nline"), 1)]))
        directory.write("counter_2.db", ValueFile([(key("c", "c_total", [:], "second"), 2)]))

        let merged = try directory.merge()

        #expect(merged.page == ["# HELP c_total first\nline", "# TYPE c_total counter", "c_total 3.0"])
    }

    @Test("families come in the order of their first record")
    func ordersFamilies() throws {
        let directory = TestDirectory()
        directory.write("counter_2.db", ValueFile([(key("b", "b_total"), 1), (key("a", "a_total"), 1)]))
        directory.write("counter_1.db", ValueFile([(key("c", "c_total"), 1), (key("a", "a_total"), 1)]))

        let page = try directory.merge().page

        #expect(page.filter { !$0.hasPrefix("#") } == ["c_total 1.0", "a_total 2.0", "b_total 1.0"])
    }
}
