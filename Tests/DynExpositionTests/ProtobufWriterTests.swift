import DynExposition
import DynModel
import Testing

/// Protobuf byte by byte for the small shapes; whole pages are read by other people's decoders elsewhere.
@Suite("Protobuf pages")
struct ProtobufWriterTests {
    private func bytes(_ page: String) -> [UInt8] {
        var drops = DropTally()
        return ProtobufWriter.write(readFamilies(Text(page), drops: &drops), escaping: .allowUTF8).bytes
    }

    /// 1.0 as it stands in a message.
    private let one: [UInt8] = [0, 0, 0, 0, 0, 0, 0xF0, 0x3F]

    @Test("a gauge is a name, a type and a double behind a length")
    func gauge() {
        let metric: [UInt8] = [0x0A, 0x06, 0x0A, 1, 0x61, 0x12, 1, 0x62, 0x12, 9, 0x09] + one
        let family: [UInt8] = [0x0A, 1, 0x67, 0x12, 1, 0x48, 0x18, 1, 0x22, UInt8(metric.count)] + metric

        #expect(bytes("# HELP g H\n# TYPE g gauge\ng{a=\"b\"} 1\n") == [UInt8(family.count)] + family)
    }

    @Test("a metric without type is untyped, one of info or stateset a gauge, metadata alone nothing")
    func types() {
        #expect(bytes("g 1\n").contains([0x18, 3]))
        #expect(bytes("# TYPE g info\ng_info 1\n# EOF\n").contains([0x18, 1]))
        #expect(bytes("# TYPE g stateset\ng{g=\"a\"} 1\n# EOF\n").contains([0x18, 1]))
        #expect(bytes("# HELP g H\n# TYPE g gauge\n").isEmpty)
        #expect(bytes("").isEmpty)
    }

    @Test("lengths from 128 on take two bytes")
    func longLengths() {
        let value = String(repeating: "x", count: 300)
        let page = bytes("g{a=\"\(value)\"} 1\n")

        #expect(page.contains([0x12, 0xAC, 0x02, 0x78]))
        #expect(Int(page[0] & 0x7F) | Int(page[1]) << 7 == page.count - 2)
    }

    @Test(
        "counts that no message holds keep their series as untyped metrics",
        arguments: [
            "h_bucket{le=\"+Inf\"} 1.5\nh_count 1.5\nh_sum 1\n", "h_bucket{le=\"+Inf\"} 1e30\nh_count 1e30\nh_sum 1\n",
            "h_bucket{le=\"+Inf\"} 1\nh_count 1\n", "h_bucket{le=\"+Inf\"} 2\nh_count 1\nh_sum 1\n",
            "h_count 1\nh_sum 1\n",
        ])
    func partialHistograms(samples: String) {
        let page = bytes("# TYPE h histogram\n" + samples)

        #expect(!page.contains([0x18, 4]) && page.contains([0x18, 3]))
        #expect(page.contains(Array("h_count".utf8)))
    }
}

extension [UInt8] {
    fileprivate func contains(_ part: [UInt8]) -> Bool {
        guard count >= part.count else { return false }
        return (0...(count - part.count)).contains { self[$0..<($0 + part.count)].elementsEqual(part) }
    }
}
