import DynModel
import DynTestSupport
import Testing

@Suite("Numbers are read as Prometheus reads them")
struct NumberReadingTests {
    @Test(
        "a spelling that Go takes is taken",
        arguments: [
            ("0", 0), ("-0", -0.0), ("1", 1), ("+1", 1), ("-1", -1), ("08", 8), ("000", 0), (".5", 0.5), ("5.", 5),
            ("-.5", -0.5), ("1e3", 1000), ("1E3", 1000), ("1e+3", 1000), ("1e-3", 0.001), ("1.5e03", 1500),
            ("9007199254740993", 9_007_199_254_740_992), ("999999999999999", 999_999_999_999_999),
            ("0.1", 0.1), ("5e-324", 5e-324), ("1.7976931348623157e308", .greatestFiniteMagnitude), ("1e-400", 0),
            ("123456789012345678901234567890", 1.2345678901234568e29),
            ("inf", .infinity), ("Inf", .infinity), ("+INF", .infinity), ("-inf", -.infinity),
            ("infinity", .infinity), ("-Infinity", -.infinity), ("+iNfInItY", .infinity),
        ] as [(String, Double)])
    func accepts(spelling: String, expected: Double) {
        let number = readNumber(Text(spelling))

        #expect(number?.bitPattern == expected.bitPattern)
        #expect(Text(spelling).withBytes { isNumber($0) })
    }

    @Test("NaN is taken without a sign only", arguments: ["nan", "NaN", "NAN"])
    func acceptsNaN(spelling: String) {
        #expect(readNumber(Text(spelling))?.isNaN == true)
        #expect(Text(spelling).withBytes { isNumber($0) })
    }

    @Test(
        "a spelling that Go or Prometheus refuses is refused",
        arguments: [
            "", " ", "+", "-", ".", "+.", "e", "e5", ".e5", "1e", "1e+", "1e5.5", "1.2.3", "--1", "+-1", "1 ", " 1",
            "1\t",
            "0x1p4", "0x10", "0X1P-2", "1_000", "1e1_0", "1,5", "1f", "1d", "+nan", "-nan", "nan0", "in", "infi",
            "infinit",
            "infinityy", "+", "1e400", "-1e400", "1e309", "١", "1\u{0}", "\u{FEFF}1", "TRUE",
        ])
    func refuses(spelling: String) {
        #expect(readNumber(Text(spelling)) == nil)
        #expect(!Text(spelling).withBytes { isNumber($0) })
    }

    @Test("whether something is a number is known without making it")
    func shapeAgreesWithValue() {
        var random = SeededGenerator(seed: 7)
        let letters = Array("0123456789+-.eEinfaNx_ ".utf8)

        for _ in 0..<50_000 {
            let count = Int.random(in: 0...8, using: &random)
            let text = Text((0..<count).map { _ in letters.randomElement(using: &random) ?? 0 })
            #expect(text.withBytes { isNumber($0) } == (readNumber(text) != nil), "\(text)")
        }
    }

    @Test("a number of any length is no trap")
    func longNumbers() {
        #expect(readNumber(Text(String(repeating: "9", count: 4000))) == nil)
        #expect(readNumber(Text("0." + String(repeating: "0", count: 3000) + "1")) == 0)
        #expect(readNumber(Text(String(repeating: "1", count: 100_000))) == nil)
        #expect(readNumber(Text("1e" + String(repeating: "9", count: 1000))) == nil)
    }
}
