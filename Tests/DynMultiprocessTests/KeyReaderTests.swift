// Which keys are read, and to what text.

import DynModel
import Testing

@testable import DynMultiprocess

@Suite struct KeyReaderTests {
    @Test(
        "label values are unescaped and escaped again for the page",
        arguments: [
            (#"plain"#, "plain"),
            (#"two\nlines\\ \"q\""#, #"two\nlines\\ \"q\""#),
            (#"\u00e9\u6f22"#, "é漢"),
            (#"\ud83d\ude00"#, "😀"),
            (#"\ud83d\ude00\uD835\uDCB3!"#, "😀𝒳!"),
            (#"\/\b\f\r\t"#, "/\u{8}\u{C}\r\t"),
            ("raw é 😀", "raw é 😀"),
            ("", ""),
        ])
    func readsStrings(spelled: String, expected: String) throws {
        let directory = TestDirectory()
        directory.write("counter_1.db", ValueFile([(key("c", "c_total", ["a": spelled]), 1)]))

        let merged = try directory.merge()

        #expect(merged.page.last == "c_total{a=\"\(expected)\"} 1.0")
        #expect(merged.drops.isEmpty)
    }

    static let manyLabels = (0...1000).map { "\"l\($0)\": \"\"" }.joined(separator: ",")

    static let refused: [String] = [
        " ", "[", "[]", "{}", "nonsense", "[1, 2, 3, 4]",
        #"["c", "c_total", {}]"#, #"["c", "c_total", {}, "h", "more"]"#, #"["c", "c_total", {}, "h"] x"#,
        #"["c", "c_total", {}, "h""#, #"["c", "c_total", {}, "h"#, #"["c", "c_total", [], "h"]"#,
        #"["c", "c_total", {}, null]"#, #"["c", 1, {}, "h"]"#, #"["", "_total", {}, "h"]"#,
        #"["c", "c_total", {"a": 1}, "h"]"#, #"["c", "c_total", {"a": null}, "h"]"#,
        #"["c", "c_total", {"a": {}}, "h"]"#,
        #"["c", "c_total", {"a"}, "h"]"#, #"["c", "c_total", {"a": "b",}, "h"]"#, #"["c", "c_total", {"": "b"}, "h"]"#,
        #"["c", "c_total", {"a.b": "1", "a_b": "2"}, "h"]"#,
        // Text without a UTF-8 form, and broken escapes
        #"["c", "c_total", {"a": "\ud83d"}, "h"]"#, #"["c", "c_total", {"a": "\ud83dx\ude00"}, "h"]"#,
        #"["c", "c_total", {"a": "\ude00"}, "h"]"#, #"["c", "c_total", {"a": "\ud83d\u0041"}, "h"]"#,
        #"["c", "c_total", {}, "\ud83d\ud83d"]"#, #"["c", "c_total", {"a": "\u12"}, "h"]"#,
        #"["c", "c_total", {"a": "\u12g4"}, "h"]"#, #"["c", "c_total", {"a": "\x"}, "h"]"#,
        #"["c", "c_total", {"a": "\"#, #"["c", "c_total", {"a": "\u"#, #"["c", "c_total", {"a": "\ud83d\u"#,
        "[\"c\", \"c_total\", {\"a\": \"raw\nline\"}, \"h\"]",
        key("c", "c_total").replacing("{}", with: "{" + manyLabels + "}"),
        // Samples that a counter does not have
        key("c", "c_bucket", ["le": "1"]), key("c", "other"), key("c", "c_created"), key("counter", "c"),
    ]

    @Test("a key that cannot be had costs its record only", arguments: refused)
    func refusesKey(bad: String) throws {
        let directory = TestDirectory()
        directory.write(
            "counter_1.db",
            ValueFile([
                (key("g", "g_total"), 1), (bad, 5), (key("i", "i_total"), 2), (bad, 5),
            ]))

        let merged = try directory.merge()

        #expect(merged.page.filter { !$0.hasPrefix("#") } == ["g_total 1.0", "i_total 2.0"])
        #expect(merged.drops == [.record: 2])
    }

    @Test("bytes that are not UTF-8 cost their record only")
    func refusesRawBytes() throws {
        let directory = TestDirectory()
        var file = ValueFile([(key("c", "c_total"), 1)])
        let parts = (Array(#"["d", "d_total", {"a": ""#.utf8), Array(#""}, "h"]"#.utf8))
        file.add(raw: parts.0 + [0xED, 0xA0, 0x80] + parts.1, 1)
        directory.write("counter_1.db", file)

        let merged = try directory.merge()

        #expect(merged.page.last == "c_total 1.0")
        #expect(merged.drops == [.record: 1])
    }

    @Test(
        "histogram samples whose le does not fit them are dropped",
        arguments: [
            key("h", "h_bucket"), key("h", "h_bucket", ["le": "x"]), key("h", "h_bucket", ["le": "nan"]),
            key("h", "h_bucket", ["le": ""]), key("h", "h_sum", ["le": "1"]), key("h", "h"), key("h", "h_total"),
        ])
    func refusesBound(bad: String) throws {
        let directory = TestDirectory()
        directory.write("histogram_1.db", ValueFile([(bad, 1), (key("h", "h_sum"), 2)]))

        let merged = try directory.merge()

        #expect(merged.page.dropFirst(2) == ["h_sum 2.0"])
        #expect(merged.drops == [.record: 1])
    }

    @Test("labels are sorted, of two with one name the last holds, illegal names get underscores")
    func rendersLabels() throws {
        let directory = TestDirectory()
        directory.write(
            "counter_1.db",
            ValueFile([
                (#"["my.c", "my.c_total", {"z": "1", "a": "2", "z": "3", "é.0": "4", "0k": "5"}, "h"]"#, 1)
            ]))

        #expect(try directory.merge().page.last == #"my_c_total{_k="5",a="2",z="3",__0="4"} 1.0"#)
    }

    @Test("keys of 1 to 8 spaces of padding are read", arguments: 0..<8)
    func skipsPadding(extra: Int) throws {
        let directory = TestDirectory()
        let name = "c" + String(repeating: "x", count: extra)
        directory.write("counter_1.db", ValueFile([(key(name, name + "_total"), 1), (key("z", "z_total"), 2)]))

        #expect(try directory.merge().page.filter { !$0.hasPrefix("#") } == ["\(name)_total 1.0", "z_total 2.0"])
    }
}
