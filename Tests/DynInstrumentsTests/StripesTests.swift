import CDynCells
import DynInstruments
import DynModel
import DynTestSupport
import Testing

/// Threads that come and go, more of them than there are stripes, and writers: nothing is lost, nothing falls.
@Suite("Cells in stripes", .serialized)
struct StripesTests {
    @Test("generations of threads add up exactly")
    func generations() throws {
        let counter = Counter(cell: try counterCell())
        let whole = IntCounter(cell: try cell(.intCounter))
        let histogram = try makeHistogram([1, 2])

        for _ in 0..<10 {
            inThreads(24) { index in
                for round in 0..<500 {
                    counter.inc(by: round % 2 == 0 ? 1 : 0.5)
                    whole.inc()
                    histogram.observe(Double(index % 3) + 0.5)
                }
            }
        }

        #expect(counter.value == 10 * 24 * 500 * 0.75)
        #expect(whole.value == 10 * 24 * 500)
        #expect(histogram.count == 10 * 24 * 500 && histogram.sum == 10 * 500 * 8 * (0.5 + 1.5 + 2.5))
    }

    @Test("a value never falls while threads add, write and end")
    func monotone() throws {
        let metric = try metric(.histogram, bounds: [1, 2, 3])
        guard case .histogram(let cell)? = metric.scalar else { return }
        let histogram = Histogram(cell: cell)
        let ended = Guarded(0)

        inThreads(5) { index in
            if index == 0 {
                var last: [Double] = []
                while ended.copy < 4 {
                    let page = metric.family().samples
                    let counts = page.filter { $0.suffix == .bucket }.map(\.value.double)
                    #expect(counts == counts.sorted())
                    #expect(page.first { $0.suffix == .count }?.value.double == counts.last)
                    #expect(last.isEmpty || zip(last, counts).allSatisfy { $0 <= $1 })
                    last = counts
                }
                return
            }
            for _ in 0..<20 {
                inThreads(2) { inner in
                    guard let writer = try? histogram.writer() else { return }
                    for _ in 0..<200 {
                        inner == 0 ? histogram.observe(Double(index) - 0.5) : writer.observe(Double(index) - 0.5)
                    }
                }
            }
            ended.with { $0 += 1 }
        }

        #expect(histogram.count == 4 * 20 * 2 * 200)
    }

    @Test("what a writer counts is part of the value, stays when it ends, and its place is used again")
    func writers() throws {
        let counter = Counter(cell: try counterCell())
        let whole = IntCounter(cell: try cell(.intCounter))
        counter.inc(by: 5)

        for _ in 0..<3 {
            let writer = try counter.writer(), other = try whole.writer()
            writer.inc()
            writer.inc(by: 2.5)
            writer.inc(by: -1)
            other.inc(by: .max)
        }

        #expect(counter.value == 5 + 3 * 3.5)
        #expect(whole.value == 0 &- 3)
        #expect(MetricOwner.writers(of: counter.cell).count == 1)
        #expect(throws: MetricsError.self) { try Cell.gauge(cell(.gauge)).takeWriter() }
    }

    @Test("children are found without a lock while others are made and removed")
    func lookups() throws {
        let vec = try metric(.intCounter, labels: ["a", "b"])
        nonisolated(unsafe) let steady = try (0..<50).map { number in
            try vec.child([Text("steady\(number)"), "x"]).pointer
        }

        inThreads(4) { index in
            for round in 0..<3000 {
                if index < 2 {
                    let number = (round &* 7 &+ index) % 50
                    let key = Array("steady\(number)\u{0}x".utf8).map { $0 == 0 ? UInt8(0xFF) : $0 }
                    let found = key.withUnsafeBytes { dyncells_find_key(vec.index, $0.baseAddress, $0.count) }
                    let expected = steady[number]
                    // Nil says only that somebody changes the table at the moment.
                    #expect(found == nil || found == expected)
                    #expect((try? vec.child([Text("steady\(number)"), "x"]).pointer) == expected)
                } else {
                    let values = [Text("\(index) \(round)"), Text("y")]
                    if let cell = try? vec.child(values) { dyncells_add(cell.pointer, 1) }
                    if round % 3 != 0 { try? vec.remove(values) }
                    if round == 2000, index == 2 { #expect((try? vec.child(values)) != nil) }
                }
            }
        }

        #expect(vec.family().samples.count == 50 + 2 * 1000 + 1)
    }

    @Test("values that would join to another's key do not find it, nor does a wrong number of them")
    func keys() throws {
        let two = try metric(.intCounter, labels: ["a", "b"])
        _ = try two.child(["x", "y"])
        func find(_ values: [[UInt8]]) -> UnsafeMutablePointer<UInt64>? {
            let texts = values.map { $0.map { CChar(bitPattern: $0) } + [0] }
            return texts[0].withUnsafeBufferPointer { first in
                guard texts.count > 1 else {
                    return [first.baseAddress].withUnsafeBufferPointer { dyncells_find(two.index, $0.baseAddress, 1) }
                }
                return texts[1].withUnsafeBufferPointer { second in
                    [first.baseAddress, second.baseAddress].withUnsafeBufferPointer {
                        dyncells_find(two.index, $0.baseAddress, 2)
                    }
                }
            }
        }

        #expect(find([[0x78], [0x79]]) != nil)
        #expect(find([[0x78, 0xFF, 0x79]]) == nil)
        #expect(find([[0x78, 0xFF, 0x79], []]) == nil)
        #expect(find([[0x79], [0x78]]) == nil)
        // Every length and every place in memory: words are read whole.
        for length in 0..<40 {
            let value = [UInt8](repeating: 0x61, count: length)
            let made = try two.child([Text(value), "é"]).pointer
            for offset in 0..<8 {
                var bytes = [CChar](repeating: 0x7F, count: offset) + value.map { CChar($0) } + [0, 0x7F, 0x7F, 0x7F]
                var second: [CChar] = [-61, -87, 0]
                let found = bytes.withUnsafeMutableBufferPointer { first in
                    second.withUnsafeMutableBufferPointer { second in
                        let values: [UnsafePointer<CChar>?] = [
                            UnsafePointer(first.baseAddress.map { $0 + offset }), UnsafePointer(second.baseAddress),
                        ]
                        return values.withUnsafeBufferPointer { dyncells_find(two.index, $0.baseAddress, 2) }
                    }
                }
                #expect(found == made, "\(length) bytes at \(offset)")
            }
        }
        #expect(find([[UInt8](repeating: 0x78, count: 300), [0x79]]) == nil)
        let long = Text(String(repeating: "x", count: 500))
        #expect(try two.child([long, "y"]).pointer == two.child([long, "y"]).pointer)
    }

    @Test("no pointer but a cell's is a cell")
    func foreignPointers() throws {
        var number: UInt64 = 1
        let cell = try cell(.histogram, [1, 2])

        #expect(dyncells_kind_of(cell) == DYNCELLS_HISTOGRAM)
        #expect(dyncells_kind_of(nil) == DYNCELLS_NONE && dyncells_kind_of(&number) == DYNCELLS_NONE)
        #expect(dyncells_kind_of(cell + 1) == DYNCELLS_NONE)
        #expect(dyncells_kind_of(UnsafeRawPointer(cell) + 1) == DYNCELLS_NONE)
        for bits in [1, 8, 4096, UInt.max, UInt.max - 7, 1 << 47] {
            #expect(dyncells_kind_of(UnsafeRawPointer(bitPattern: bits)) == DYNCELLS_NONE)
        }
    }
}
