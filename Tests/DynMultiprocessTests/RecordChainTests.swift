// The two layouts, and chains that break.

import DynModel
import Testing

@testable import DynMultiprocess

@Suite struct RecordChainTests {
    static let records = (0..<20).map { (key: key("c\($0)", "c\($0)_total", ["a": "b"]), value: Double($0)) }

    @Test("both layouts are told apart by walking", arguments: [0, 1, 2, 20], [RecordLayout.valueOnly, .valueAndTime])
    func tellsLayouts(count: Int, layout: RecordLayout) {
        let file = ValueFile(Array(RecordChainTests.records.prefix(count)), layout: layout)
        var chain = RecordChain()

        file.bytes.withUnsafeBytes { chain.find(in: $0) }

        #expect(chain.isWhole)
        #expect(chain.records.count == count)
        #expect(count == 0 || chain.layout == layout)
    }

    @Test("a gauge of the old layout has no time stamp")
    func readsOldGauges() throws {
        let directory = TestDirectory()
        directory.write("gauge_sum_1.db", ValueFile([(key("g", "g"), 1), (key("h", "h"), 2)], layout: .valueOnly))
        directory.write("gauge_sum_2.db", ValueFile([(key("g", "g"), 3), (key("h", "h"), 4)]))

        let merged = try directory.merge()

        #expect(merged.page.filter { !$0.hasPrefix("#") } == ["g 4.0", "h 6.0"])
        #expect(merged.drops.isEmpty)
    }

    @Test("a broken chain keeps what lies before the break", arguments: [Int32(0), -28, 1 << 20, .max, .min])
    func keepsRecordsBeforeBreak(length: Int32) throws {
        let directory = TestDirectory()
        var file = ValueFile([(key("c", "c_total"), 1)])
        let second = file.bytes.count
        file.add(key("d", "d_total"), 2)
        withUnsafeBytes(of: length) { file.bytes.replaceSubrange(second..<(second + 4), with: $0) }
        directory.write("counter_1.db", file)
        directory.write("counter_2.db", ValueFile([(key("c", "c_total"), 10)]))

        let merged = try directory.merge()

        #expect(merged.page.filter { !$0.hasPrefix("#") } == ["c_total 11.0"])
        #expect(merged.drops == [.corruptFile: 1])
    }

    @Test("every prefix of a file gives its whole records and never more")
    func survivesEveryPrefix() throws {
        let file = ValueFile(Array(RecordChainTests.records.prefix(4)))
        for length in 0...file.bytes.count {
            let directory = TestDirectory()
            directory.write("counter_1.db", bytes: Array(file.bytes.prefix(length)))

            let merged = try directory.merge()

            // Cut inside its first time stamp the file looks like one of the old layout, whose value is whole.
            let size = (file.bytes.count - 8) / 4
            let expected = length < 8 + size ? (length >= size ? 1 : 0) : (length - 8) / size
            #expect(merged.page.count == expected * 3, "prefix of \(length) bytes")
            #expect(merged.drops.isEmpty == (length == file.bytes.count))
        }
    }

    @Test("changed bytes never end the process")
    func survivesChangedBytes() throws {
        var chance = SystemRandomNumberGenerator()
        var file = ValueFile()
        file.add(key("h", "h_sum", ["a": "é\\u00e9"]), 1)
        file.add(key("h", "h_bucket", ["a": "b", "le": "1.0"]), 1)
        let good = file.bytes
        for _ in 0..<2000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &chance) {
                bytes[Int.random(in: 0..<bytes.count, using: &chance)] = UInt8.random(in: 0...255, using: &chance)
            }
            var chain = RecordChain()
            var catalogue = Catalogue()
            bytes.withUnsafeBytes { all in
                chain.find(in: all)
                for record in chain.records {
                    let raw = UnsafeRawBufferPointer(rebasing: all[record.key..<(record.key + record.length)])
                    _ = catalogue.place(raw, kind: .histogram)
                }
            }
            #expect(chain.records.allSatisfy { $0.value + chain.layout.rawValue <= bytes.count })
        }
    }
}
