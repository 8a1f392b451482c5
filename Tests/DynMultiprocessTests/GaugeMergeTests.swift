// What several processes' gauges become, by mode.

import DynModel
import Testing

@testable import DynMultiprocess

@Suite struct GaugeMergeTests {
    /// Two processes, two values each with the time at which it was set.
    static let modes: [(mode: String, first: (Double, Double), second: (Double, Double), expected: [String])] = [
        ("all", (1, 0), (2, 0), ["g{pid=\"1\"} 1.0", "g{pid=\"2\"} 2.0"]),
        ("liveall", (1, 0), (2, 0), ["g{pid=\"1\"} 1.0", "g{pid=\"2\"} 2.0"]),
        ("min", (3, 0), (2, 0), ["g 2.0"]),
        ("livemin", (0, 0), (2, 0), ["g 0.0"]),
        ("max", (3, 0), (2, 0), ["g 3.0"]),
        ("livemax", (-3, 0), (-2, 0), ["g -2.0"]),
        ("sum", (3, 0), (2, 0), ["g 5.0"]),
        ("livesum", (0.1, 0), (0.2, 0), ["g 0.30000000000000004"]),
        ("mostrecent", (1, 20), (2, 10), ["g 1.0"]),
        ("livemostrecent", (1, 10), (2, 20), ["g 2.0"]),
        // NaN: one that came first stays, a later one is ignored.
        ("min", (.nan, 0), (2, 0), ["g NaN"]),
        ("min", (2, 0), (.nan, 0), ["g 2.0"]),
        ("max", (.nan, 0), (2, 0), ["g NaN"]),
        ("max", (2, 0), (.nan, 0), ["g 2.0"]),
        ("sum", (2, 0), (.nan, 0), ["g NaN"]),
        ("all", (.nan, 0), (.infinity, 0), ["g{pid=\"1\"} NaN", "g{pid=\"2\"} +Inf"]),
        ("sum", (-0.0, 0), (-0.0, 0), ["g 0.0"]),
        ("min", (-0.0, 0), (0, 0), ["g -0.0"]),
        // Time stamps: the first file wins a tie; what was never set is left out.
        ("mostrecent", (1, 10), (2, 10), ["g 1.0"]),
        ("mostrecent", (1, 0), (2, 10), ["g 2.0"]),
        ("mostrecent", (1, 0), (2, 0), []),
        ("mostrecent", (1, -5), (2, .nan), []),
        // A word that is no mode counts as all.
        ("odd", (1, 0), (2, 0), ["g{pid=\"1\"} 1.0", "g{pid=\"2\"} 2.0"]),
    ]

    @Test("the ten modes, NaN and time stamps", arguments: modes.indices)
    func mergesByMode(index: Int) throws {
        let (mode, first, second, expected) = GaugeMergeTests.modes[index]
        let directory = TestDirectory()
        for (pid, value) in [("1", first), ("2", second)] {
            var file = ValueFile()
            file.add(key("g", "g"), value.0, time: value.1)
            directory.write("gauge_\(mode)_\(pid).db", file)
        }

        let merged = try directory.merge()

        #expect(merged.page == ["# HELP g help", "# TYPE g gauge"] + expected)
        #expect(merged.drops.isEmpty)
    }

    @Test("pid stands in its sorted place, escaped, and replaces a label of that name")
    func placesPid() throws {
        let directory = TestDirectory()
        directory.write(
            "gauge_all_a\"b.db",
            ValueFile([
                (key("g", "g", ["a": "1", "z": "2"]), 1), (key("h", "h", ["z": "2"]), 2),
                (key("i", "i", ["a": "1"]), 3),
                (key("j", "j", ["pid": "mine"]), 4),
            ]))
        directory.write(
            "gauge_sum_1.db",
            ValueFile([
                (key("k", "k", ["pid": "mine"]), 1), (key("k", "k", ["pid": "yours"]), 2),
            ]))

        let page = try directory.merge().page.filter { !$0.hasPrefix("#") }

        #expect(
            page == [
                #"g{a="1",pid="a\"b",z="2"} 1.0"#, #"h{pid="a\"b",z="2"} 2.0"#, #"i{a="1",pid="a\"b"} 3.0"#,
                #"j{pid="a\"b"} 4.0"#, "k 3.0",
            ])
    }

    @Test("the mode of the last file holds for the whole family")
    func takesModeOfLastFile() throws {
        let directory = TestDirectory()
        directory.write("gauge_all_1.db", ValueFile([(key("g", "g"), 1)]))
        directory.write("gauge_max_1.db", ValueFile([(key("g", "g"), 7)]))
        directory.write("gauge_sum_1.db", ValueFile([(key("g", "g"), 2)]))

        #expect(try directory.merge().page.last == "g 10.0")
    }

    @Test("series of a mostrecent gauge come in the order in which one was first set")
    func ordersMostRecentBySetting() throws {
        let directory = TestDirectory()
        for (pid, times) in [("1", [0.0, 5]), ("2", [5, 5])] {
            var file = ValueFile()
            for (label, time) in zip(["a", "b"], times) { file.add(key("g", "g", ["l": label]), 1, time: time) }
            directory.write("gauge_mostrecent_\(pid).db", file)
        }

        #expect(try directory.merge().page.dropFirst(2) == ["g{l=\"b\"} 1.0", "g{l=\"a\"} 1.0"])
    }
}
