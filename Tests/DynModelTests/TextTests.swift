import DynModel
import DynTestSupport
import Testing

@Suite("Text is bytes, not characters")
struct TextTests {
    @Test("equality is that of bytes: two spellings of one letter differ")
    func bytewiseEquality() {
        let composed = Text("\u{E9}")
        let decomposed = Text("e\u{301}")

        #expect("\u{E9}" == "e\u{301}")  // what String would say
        #expect(composed != decomposed)
        #expect(composed == Text([0xC3, 0xA9]))
        #expect(Set([composed, decomposed, Text([0xC3, 0xA9])]).count == 2)
    }

    @Test(
        "order is that of bytes, a shorter text before its continuation",
        arguments: [
            ("a", "b"), ("a", "aa"), ("", "a"), ("B", "a"), ("a", "\u{E9}"), ("a_b", "ab"),
        ])
    func bytewiseOrder(smaller: String, larger: String) {
        #expect(Text(smaller) < Text(larger))
        #expect(!(Text(larger) < Text(smaller)))
        #expect(!(Text(smaller) < Text(smaller)))
    }

    @Test(
        "a slice is cut to what there is",
        arguments: [
            (0, 5, "hello"), (1, 3, "el"), (-4, 2, "he"), (3, 99, "lo"), (4, 2, ""), (5, 5, ""), (99, 100, ""),
            (Int.min, Int.max, "hello"),
        ])
    func slices(lower: Int, upper: Int, expected: String) {
        #expect(Text("hello").slice(lower, upper) == Text(expected))
    }

    @Test("slices of slices keep their place in the buffer")
    func nestedSlices() {
        let inner = Text("abcdefgh").slice(2, 7).slice(1, 3)

        #expect(inner.string == "de")
        #expect(inner.hasPrefix("d") && inner.hasSuffix("e") && !inner.hasPrefix("def"))
        #expect(inner.appending("!") == "de!")
    }

    @Test(
        "UTF-8 is judged as RFC 3629 does",
        arguments: [
            ([], true),
            ([0x41, 0x7F, 0x00], true),
            ([0xC2, 0x80], true),
            ([0xDF, 0xBF], true),
            ([0xE0, 0xA0, 0x80], true),
            ([0xED, 0x9F, 0xBF], true),
            ([0xEF, 0xBF, 0xBF], true),
            ([0xF0, 0x90, 0x80, 0x80], true),
            ([0xF4, 0x8F, 0xBF, 0xBF], true),
            ([0x80], false),  // a continuation alone
            ([0xC0, 0x80], false),  // overlong NUL
            ([0xC1, 0xBF], false),
            ([0xE0, 0x9F, 0xBF], false),  // overlong
            ([0xED, 0xA0, 0x80], false),  // a surrogate
            ([0xF0, 0x8F, 0xBF, 0xBF], false),  // overlong
            ([0xF4, 0x90, 0x80, 0x80], false),  // above U+10FFFF
            ([0xF5, 0x80, 0x80, 0x80], false),
            ([0xFF], false),
            ([0xC3], false),  // cut short
            ([0xE2, 0x82], false),
            ([0xF0, 0x9F, 0x98], false),
            ([0xC3, 0x41], false),
        ] as [([UInt8], Bool)])
    func validity(bytes: [UInt8], isValid: Bool) {
        #expect(Text(bytes).isValidUTF8 == isValid)
        #expect((String(validating: bytes, as: UTF8.self) != nil) == isValid)
    }

    @Test("a NUL is found wherever it stands", arguments: [("", false), ("a", false), ("\0", true), ("a\0b", true)])
    func findsNUL(text: String, hasNUL: Bool) {
        #expect(Text(text).hasNUL == hasNUL)
    }

    @Test("a writer's text is what was appended, and the writer starts anew")
    func writer() {
        var writer = ByteWriter(capacity: 0)

        for _ in 0..<100 { writer.append(literal: "ab") }
        writer.append(integer: UInt64.max)
        writer.append(integer: Int64.min)
        let first = writer.finish()
        writer.append(string: "é")
        let second = writer.finish()

        #expect(first.string == String(repeating: "ab", count: 100) + "18446744073709551615-9223372036854775808")
        #expect(second.string == "é")
        #expect(writer.finish().isEmpty && !writer.isTruncated)
    }
}
