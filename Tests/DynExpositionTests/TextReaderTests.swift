import DynExposition
import DynModel
import DynTestSupport
import Testing

@Suite("Reading text 0.0.4")
struct TextReaderTests {
    @Test("a family gathers its HELP, its TYPE and its samples with their suffixes")
    func family() throws {
        let page: Text = """
            # HELP h Some \\\\ help\\nin two lines
            # TYPE h histogram
            h_bucket{a="1",le="1.0"} 1
            h_bucket{a="1",le="+Inf"} 2
            h_sum{a="1"} 3.50
            h_count{a="1"} 2

            """

        let families = read(page).families

        let family = try #require(families.first)
        #expect(families.count == 1)
        #expect(family.name == "h" && family.kind == .histogram && family.help == "Some \\ help\nin two lines")
        #expect(family.samples.map(\.suffix) == [.bucket, .bucket, .sum, .count])
        #expect(family.samples[2].value == .spelled("3.50"))
        #expect(family.samples[2].labels.text == "a=\"1\"" && family.samples[2].line == 5)
    }

    @Test(
        "a sample line is taken in every form that Prometheus 3 takes",
        arguments: [
            ("x 1", "x 1"), ("x{} 1", "x 1"), ("x\t1", "x 1"), ("  x 1", "x 1"), ("x   1  ", "x 1"),
            (#"x{a="1"}2"#, #"x{a="1"} 2"#), (#"x { a = "1" , b="2" , } 5"#, #"x{a="1",b="2"} 5"#),
            (#"x{a="q\"b\\n\n."} 5"#, #"x{a="q\"b\\n\n."} 5"#), (#"x{a="x\qy"} 5"#, #"x{a="x\\qy"} 5"#),
            (#"{"d.utf8",a="1"} 5"#, #"{"d.utf8",a="1"} 5"#), (#"{a="1","x"} 5"#, #"x{a="1"} 5"#),
            (#"{"x"} 5"#, "x 5"), (#"x{"a.b"="1"} 5"#, #"x{"a.b"="1"} 5"#), (#"x{"a"="1"} 5"#, #"x{a="1"} 5"#),
            ("x 1 1700000000000", "x 1 1700000000000"), ("x .5", "x .5"), ("x 5.", "x 5."), ("x +Inf", "x +Inf"),
            (#"x{__a="1"} 5"#, #"x{__a="1"} 5"#), ("a:b 5", "a:b 5"), (#"x{a="}"} 1"#, #"x{a="}"} 1"#),
            (#"x{a="监控"} 1"#, #"x{a="监控"} 1"#), (#"x{a="\\"} 1"#, #"x{a="\\"} 1"#),
            (#"x{a=",\"b\"="} 1"#, #"x{a=",\"b\"="} 1"#),
        ])
    func takes(line: String, written: String) {
        let (families, drops) = read(Text(line + "\n"))

        #expect(drops.isEmpty)
        #expect(TextWriter.write(families).string == written + "\n")
    }

    @Test(
        "a line that would cost the page is dropped, counted by reason, and costs nothing else",
        arguments: [
            ("{A}0", .syntax), (#"{A="1"}0"#, .name), ("{}1", .name), (#"{""} 1"#, .name), (#"x{"y"} 1"#, .name),
            (#"{"x","y"} 1"#, .name), ("x", .value), ("x ", .value), ("x{} ", .value), ("x abc", .value),
            ("x 0x10", .value),
            ("x 1_000", .value), ("x 1e400", .value), ("1x 5", .name), ("a-b 5", .name), ("é 5", .name), ("-", .name),
            (#"x{a:b="1"} 5"#, .syntax), (#"x{1a="1"} 5"#, .label), (#"x{a="1",a="2"} 5"#, .label),
            (#"x{"a"="1",a="2"} 5"#, .label), (#"x{__name__="y"} 5"#, .label), (#"x{"__name__"="y"} 5"#, .label),
            (#"x{""="1"} 5"#, .label), (#"x{a="1" 5"#, .syntax), (#"x{a="1"#, .syntax), (#"x{a=1} 5"#, .syntax),
            ("x{a} 5", .syntax), ("x{ 5", .label), ("x{", .syntax), (#"x{a="1",,} 5"#, .label),
            (#"x{a="1"b="2"} 5"#, .syntax),
            ("x 5 1.5", .timestamp), ("x 5 -1", .timestamp), ("x 5 1 foo", .syntax),
            ("x 5 99999999999999999999", .timestamp),
            (##"x 1 # {trace_id="abc"} 0.5"##, .timestamp), ("x 5\r", .value), ("x\0 5", .name),
            ("x{a=\"\0\"} 5", .syntax),
            ("\u{FEFF}x 1", .name), ("<html><body>hi</body></html>", .name), ("# TYPE x foo", .type),
            ("# TYPE x info", .type),
            ("# TYPE x unknown", .type), ("# TYPE x", .type), ("# TYPE 1x gauge", .name), ("# TYPE a-b gauge", .name),
            (##"# TYPE "x gauge"##, .syntax), ("# HELP x \0", .utf8), (#"# HELP "" text"#, .name),
        ] as [(String, DropReason)])
    func drops(line: String, reason: DropReason) {
        let (families, drops) = read(Text("m_ok 1\n\(line)\nm_after 2\n"))

        #expect(drops == [reason: 1])
        let page = TextWriter.write(families).string
        #expect(page.hasPrefix("m_ok 1\n") && page.hasSuffix("m_after 2\n"))
    }

    @Test(
        "bytes that are no UTF-8 cost their line",
        arguments: [
            [0xFF, 0xFE], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80],
        ] as [[UInt8]])
    func invalidUTF8(bytes: [UInt8]) {
        let page = Text(
            Array("m_ok 1\nx{a=\"".utf8) + bytes + Array("\"} 5\n# HELP m_ok ".utf8) + bytes + Array("\n".utf8))

        let (families, drops) = read(page)

        #expect(TextWriter.write(families) == "m_ok 1\n")
        #expect(drops == [.utf8: 2])
    }

    @Test(
        "a bucket needs a numeric le, a quantile a number",
        arguments: [
            "# TYPE h histogram\nh_bucket{le=\"x\"} 1\n", "# TYPE s summary\ns{quantile=\"\"} 1\n",
        ])
    func bounds(page: String) {
        #expect(read(Text(page)).drops == [.label: 1])
    }

    @Test(
        "comments, EOF lines and blank lines are no metrics",
        arguments: [
            "", "\n", "\n\n \t\n", "# just a comment\n", "#\n", "# EOF\n", "#HELPx y\n", "# HELP\n", "# HELP x\n",
            "# UNIT x s\n",
        ])
    func ignored(page: String) {
        let (families, drops) = read(Text(page))

        #expect(families.allSatisfy { $0.samples.isEmpty } && drops.isEmpty)
    }

    @Test("TYPE after its samples is taken, a second other TYPE begins a family that the merge judges")
    func lateAndSecondTypes() {
        let late = read("d 5\n# TYPE d gauge\n").families
        let second = read("# TYPE d counter\nd{a=\"1\"} 5\n# TYPE d gauge\nd{a=\"2\"} 7\n").families

        #expect(late.map(\.kind) == [.gauge])
        #expect(second.map(\.name) == ["d", "d"] && second.map(\.kind) == [.counter, .gauge])
    }

    @Test("a plain metric cannot become a histogram in the middle")
    func impossibleType() {
        let (families, drops) = read("x 5\n# TYPE x histogram\nx 6\n")

        #expect(families.count == 1 && families[0].kind == nil && families[0].samples.count == 2)
        #expect(drops == [.type: 1])
    }

    @Test("a metric of exactly this name comes before one that has it as a part")
    func exactNameFirst() {
        let (families, drops) = read(
            "x_count 1\n# TYPE x histogram\nx_count 2\nx_bucket{le=\"+Inf\"} 2\nx_count{a=\"1\"} 3\n")

        #expect(families.map(\.name) == ["x_count", "x"] && drops.isEmpty)
        #expect(families[0].samples.count == 3 && families[1].samples.map(\.suffix) == [.bucket])
    }

    @Test(
        "suffixes belong to a family only when its type has them",
        arguments: [
            ("counter", "x_sum", ["x", "x_sum"]), ("summary", "x_sum", ["x"]),
            ("summary", "x_bucket", ["x", "x_bucket"]),
            ("gauge", "x_count", ["x", "x_count"]), ("histogram", "x_created", ["x", "x_created"]),
        ] as [(String, String, [Text])])
    func suffixes(kind: String, sample: String, names: [Text]) {
        #expect(read(Text("# TYPE x \(kind)\n\(sample) 1\n")).families.map(\.name) == names)
    }

    @Test("quoted and plain names in turn find their own families")
    func quotedAndPlain() {
        let families = read("x 1\n{\"y\"} 2\nx{a=\"1\"} 3\n{\"x\",a=\"2\"} 4\ny{a=\"1\"} 5\n").families

        #expect(families.map(\.name) == ["x", "y"])
        #expect(families.map(\.samples.count) == [3, 2])
    }
}
