import DynModel
import Testing

@testable import DynConfiguration

@Suite("The reader of configuration files")
struct ConfigReaderTests {
    private func value(_ spelled: String) -> ConfigItem.Value? {
        let reader = ConfigReader(Text("[s]\nk = \(spelled)\n"))
        guard reader.faults.isEmpty else { return nil }
        return reader.sections.first?.table.item("k")?.value
    }

    @Test(
        "strings",
        arguments: [
            (#""plain""#, "plain"), (#"'C:\dir\*'"#, #"C:\dir\*"#), (#""a\tb\\\"\u00e4\U0001F600""#, "a\tb\\\"ä😀"),
            (#""""#, ""),
            ("\"# no comment\" # one", "# no comment"),
        ])
    func strings(spelled: String, expected: String) {
        guard case .string(let text)? = value(spelled) else { Issue.record("no string"); return }
        #expect(text.string == expected)
    }

    @Test(
        "numbers",
        arguments: [
            ("0", 0), ("-17", -17), ("+5", 5), ("1_000", 1000), ("0.5", 0.5), ("1e3", 1000), ("6.5E-1", 0.65),
            ("-0.0", 0),
            ("9_007.25e+2", 900_725),
        ])
    func numbers(spelled: String, expected: Double) {
        switch value(spelled) {
        case .integer(let number)?: #expect(Double(number) == expected)
        case .float(let number)?: #expect(number == expected)
        default: Issue.record("no number")
        }
    }

    @Test(
        "what is no value is refused, with its place",
        arguments: [
            ("01", 5), ("1__0", 5), ("_1", 5), ("1.", 5), (".5", 5), ("0x1F", 5), ("1e", 5),
            ("99999999999999999999", 5), ("1e999", 5),
            ("yes", 5), ("", 5), (#""open"#, 5), (#"'open"#, 5), (#""\q""#, 6), (#""\uD800""#, 6), (#""\u12""#, 6),
            ("[1, 2", 5),
            ("[1 2]", 8), ("[,]", 6), ("{a = 1", 5), ("{a = 1,}", 12), ("{a = 1, a = 2}", 13), ("{a}", 7),
            (#""""x""""#, 5), ("1 2", 7),
            ("2026-01-01", 5), ("\"a\u{1}\"", 7),
        ])
    func refused(spelled: String, column: Int) {
        let reader = ConfigReader(Text("[s]\nk = \(spelled)\n"))
        #expect(reader.faults.first?.place.line == 2)
        #expect(reader.faults.first?.place.column == column, "\(reader.faults)")
        #expect(reader.sections.first?.table.entries.contains { $0.key == "k" && spelled != "1 2" } != true)
    }

    @Test("arrays go over lines, with comments and a last comma; tables on one line")
    func nested() {
        let reader = ConfigReader(
            Text("[s]\r\na = [ # one\r\n  1,\r\n  2.5, # two\r\n]\r\nb = { x = \"1\", 'y z' = [true] }\r\nc = false"))
        #expect(reader.faults.isEmpty)
        let table = reader.sections.first?.table
        guard case .array(let items)? = table?.item("a")?.value, case .table(let inner)? = table?.item("b")?.value
        else {
            Issue.record("not read")
            return
        }
        #expect(items.map(\.place.line) == [3, 4])
        #expect(inner.entries.map(\.key) == ["x", "y z"])
        #expect(table?.item("c")?.place.line == 7)
    }

    @Test("a bad line costs itself, a bad section what is in it; the rest is read")
    func recovery() {
        let reader = ConfigReader(
            Text(
                """
                early = 1
                [a]
                x = 1
                x = 2
                y ! 3
                z = 3
                [a]
                x = 4
                [bad
                x = 5
                [[m]]
                [[m]]
                k = 1
                a.b = 2
                """))
        #expect(reader.faults.map(\.place.line) == [1, 4, 5, 7, 9, 14])
        #expect(reader.sections.map(\.name) == ["a", "m", "m"])
        #expect(reader.sections.first?.table.entries.map(\.key) == ["x", "z"])
        #expect(reader.sections.last?.table.entries.map(\.key) == ["k"])
    }

    @Test("rubbish ends, and ends in faults", arguments: 0..<200)
    func rubbish(seed: Int) {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        let alphabet = Array("[]{}=,\"'\\u#\n\r\t ab1.-_e\u{0}é".utf8)
        let bytes = (0..<120).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1
            return alphabet[Int(state >> 33) % alphabet.count]
        }
        let (_, problems) = Configuration.read(Text(bytes))
        #expect(problems.allSatisfy { $0.line > 0 && $0.column > 0 && !$0.message.isEmpty })
    }

    @Test("arrays nest only so deep")
    func deep() {
        let reader = ConfigReader(Text("[s]\nk = " + String(repeating: "[", count: 100_000)))
        #expect(reader.faults.first?.message.hasPrefix("too deep") == true)
    }
}
