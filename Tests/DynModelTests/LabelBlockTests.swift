import DynModel
import DynTestSupport
import Testing

@Suite("Label blocks stand for label sets")
struct LabelBlockTests {
    @Test(
        "labels are rendered as on the wire",
        arguments: [
            ([], ""),
            ([("a", "1")], #"a="1""#),
            ([("b", "2"), ("a", "1")], #"b="2",a="1""#),
            ([("a", "two\nlines")], #"a="two\nlines""#),
            ([("a", #"back\slash"#)], #"a="back\\slash""#),
            ([("a", #"quo"te"#)], #"a="quo\"te""#),
            ([("a", "é, {}=")], #"a="é, {}=""#),
            ([("a.b", "1")], #""a.b"="1""#),
            ([("a\"b", "1")], #""a\"b"="1""#),
            ([("a", "")], #"a="""#),
        ] as [([(String, String)], String)])
    func rendering(labels: [(String, String)], expected: String) {
        let labels = labels.map { Label(Text($0.0), Text($0.1)) }

        let block = LabelBlock(labels)

        #expect(block.text.string == expected)
        #expect(block.labels == labels)
        for label in labels { #expect(block.value(of: label.name) == label.value) }
        #expect(block.value(of: "absent") == nil)
    }

    @Test("any labels come back as they were given")
    func roundTrip() {
        var random = SeededGenerator(seed: 1)
        let pieces = ["a", "\\", "\"", "\n", ",", "=", "{", "}", "é", "n", " ", "1", "\\n", ""]

        for _ in 0..<3000 {
            let labels = (0..<Int.random(in: 0...5, using: &random)).map { index in
                let value = (0..<4).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
                let name =
                    Bool.random(using: &random)
                    ? "n\(index)" : "n.\(index)" + (pieces.randomElement(using: &random) ?? "")
                return Label(Text(name), Text(value))
            }
            let block = LabelBlock(labels)
            #expect(block.labels == labels)
            #expect(
                LabelBlock(rendered: block.canonical).labels
                    == labels.filter { !$0.value.isEmpty }.sorted { $0.name < $1.name })
        }
    }

    @Test(
        "equal label sets have one canonical form",
        arguments: [
            (#"a="1",b="2""#, #"a="1",b="2""#),
            (#"b="2",a="1""#, #"a="1",b="2""#),
            (#"a="1",b="""#, #"a="1""#),
            (#"a="""#, ""),
            ("", ""),
            (#""z.z"="1",a="2""#, #"a="2","z.z"="1""#),
            (#"a="x\"y\\",b="2""#, #"a="x\"y\\",b="2""#),
            (#"ab="1",a="2""#, #"a="2",ab="1""#),
        ])
    func canonical(block: String, expected: String) {
        #expect(LabelBlock(rendered: Text(block)).canonical.string == expected)
    }

    @Test("labels that are added lose against those that are there, and are sorted in")
    func adding() {
        let block = LabelBlock([Label("m", "mine"), Label("z", "1")])

        let more = block.adding([Label("a", "x"), Label("m", "theirs"), Label("n", "\"")])

        #expect(more.text.string == #"a="x",m="mine",n="\"",z="1""#)
        #expect(block.adding([]).text == block.text)
    }

    @Test("a label can be put behind the others or taken out")
    func appendingAndRemoving() {
        let block = LabelBlock([Label("a", "1")]).appending(Label("le", "+Inf"))

        #expect(block.text.string == #"a="1",le="+Inf""#)
        #expect(block.removing("a").text.string == #"le="+Inf""#)
        #expect(block.removing("le").text.string == #"a="1""#)
        #expect(block.removing("nothing").text == block.text)
        #expect(LabelBlock.empty.appending(Label("le", "1.0")).text.string == #"le="1.0""#)
    }

    @Test(
        "unescaping leaves what is no escape alone",
        arguments: [
            (#"a\\b"#, #"a\b"#), (#"a\nb"#, "a\nb"), (#"a\"b"#, #"a"b"#), (#"a\xb"#, #"a\xb"#), (#"a\"#, #"a\"#),
            (#"\\n"#, #"\n"#),
        ])
    func unescaping(escaped: String, expected: String) {
        #expect(DynModel.unescaped(Text(escaped)).string == expected)
    }
}
