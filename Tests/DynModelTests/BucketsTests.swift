import DynModel
import Testing

@Suite("Which bucket bounds are accepted")
struct BucketsTests {
    @Test(
        "rising finite bounds are taken, a last +Inf is left out",
        arguments: [
            ([], []), ([1], [1]), ([0.1, 0.5, 1], [0.1, 0.5, 1]), ([1, .infinity], [1]), ([.infinity], []),
            ([-1, 0, 1], [-1, 0, 1]),
        ] as [([Double], [Double])])
    func accepted(given: [Double], bounds: [Double]) throws {
        #expect(try Buckets(given).bounds == bounds)
    }

    @Test(
        "all else is refused with the wrong value",
        arguments: [
            ([1, 1], "1 after 1"), ([2, 1], "1 after 2"), ([.nan], "nan"), ([1, .nan], "nan"), ([.infinity, 1], "inf"),
            ([-.infinity, 1], "-inf"), ([.infinity, .infinity], "inf"),
        ] as [([Double], String)])
    func refused(given: [Double], wrong: String) {
        #expect { try Buckets(given) } throws: { error in
            "\(error)".hasPrefix("invalid buckets: ") && "\(error)".contains(wrong)
        }
    }

    @Test("a thousand bounds are enough")
    func bounded() {
        #expect(throws: MetricsError.self) { try Buckets((0...1000).map(Double.init)) }
        #expect(throws: Never.self) { try Buckets((0..<1000).map(Double.init)) }
        #expect(Buckets.standard.bounds.count == 11)
    }
}
