import DynModel
import DynTestSupport
import Testing

@Suite("Numbers are written in two styles")
struct NumberWritingTests {
    /// What Go's strconv.FormatFloat(v, 'g', -1, 64) and prometheus_client 0.26's floatToGoString(v) give.
    static let table: [(value: Double, go: String, prometheusClient: String)] = [
        (0, "0", "0.0"),
        (-0.0, "-0", "-0.0"),
        (1, "1", "1.0"),
        (-1, "-1", "-1.0"),
        (3, "3", "3.0"),
        (100, "100", "100.0"),
        (0.25, "0.25", "0.25"),
        (-0.5, "-0.5", "-0.5"),
        (0.1, "0.1", "0.1"),
        (1.0 / 3, "0.3333333333333333", "0.3333333333333333"),
        (12345.678, "12345.678", "12345.678"),
        (999_999, "999999", "999999.0"),
        (1_000_000, "1e+06", "1e+06"),
        (-1_000_000, "-1e+06", "-1000000.0"),
        (1_234_567, "1.234567e+06", "1.234567e+06"),
        (1_234_567.5, "1.2345675e+06", "1.2345675e+06"),
        (-1_234_567.5, "-1.2345675e+06", "-1234567.5"),
        (1e9, "1e+09", "1e+09"),
        (1e10, "1e+10", "1e+10"),
        (-1e10, "-1e+10", "-10000000000.0"),
        (123_456_789_012.5, "1.234567890125e+11", "1.234567890125e+11"),
        (9_007_199_254_740_992, "9.007199254740992e+15", "9.007199254740992e+15"),
        (1e16, "1e+16", "1e+16"),
        (-1e16, "-1e+16", "-1e+16"),
        (1.5e16, "1.5e+16", "1.5e+16"),
        (1e22, "1e+22", "1e+22"),
        (1e23, "1e+23", "1e+23"),
        (1e100, "1e+100", "1e+100"),
        (1e-4, "0.0001", "0.0001"),
        (1e-5, "1e-05", "1e-05"),
        (2.5e-5, "2.5e-05", "2.5e-05"),
        (1.5e-7, "1.5e-07", "1.5e-07"),
        (5e-324, "5e-324", "5e-324"),
        (.greatestFiniteMagnitude, "1.7976931348623157e+308", "1.7976931348623157e+308"),
        (.infinity, "+Inf", "+Inf"),
        (-.infinity, "-Inf", "-Inf"),
        (.nan, "NaN", "NaN"),
    ]

    @Test("each style spells as its model does", arguments: table)
    func spelling(value: Double, go: String, prometheusClient: String) {
        #expect(written(value, .go) == go)
        #expect(written(value, .prometheusClient) == prometheusClient)
    }

    @Test("what is written reads back as the same bits")
    func roundTrip() {
        var random = SeededGenerator(seed: 2026)

        for round in 0..<40_000 {
            let bits = random.next()
            // Doubles of all sizes, and of sizes that metrics have.
            let value = round % 2 == 0 ? Double(bitPattern: bits) : Double(bits % 1_000_000_000) / 1024
            if value.isNaN { continue }
            #expect(readNumber(Text(written(value, .go)))?.bitPattern == value.bitPattern)
            #expect(readNumber(Text(written(value, .prometheusClient)))?.bitPattern == value.bitPattern)
        }
    }

    @Test(
        "a bucket bound has one spelling everywhere",
        arguments: [
            (1, "1.0"), (0.5, "0.5"), (10, "10.0"), (1e6, "1e+06"), (0, "0.0"), (-2, "-2.0"), (.infinity, "+Inf"),
            (1e-5, "1e-05"),
        ] as [(Double, String)])
    func canonicalBounds(bound: Double, expected: String) {
        #expect(canonicalBound(bound).string == expected)
    }

    private func written(_ value: Double, _ style: NumberStyle) -> String {
        var writer = ByteWriter()
        writer.append(number: value, style: style)
        return writer.finish().string
    }
}
