import Glibc
import Testing

@testable import DynModel

@Suite("Large blocks wait for the next page", .serialized)
struct BlockCacheTests {
    @Test("a text of the size of the one before stands where that stood, and what it says is its own")
    func reuses() {
        func make(_ byte: UInt8) -> (text: Text, place: UnsafeRawPointer?) {
            var writer = ByteWriter(capacity: 3 << 20)
            for _ in 0..<(3 << 20) { writer.append(byte) }
            let text = writer.finish()
            return (text, text.withBytes { $0.baseAddress })
        }
        // Other tests may take the block in between; not a hundred times.
        let isReused = (0..<100).contains { _ in
            let first = make(UInt8(ascii: "a")).place
            let second = make(UInt8(ascii: "b"))
            #expect(second.text.withBytes { $0.allSatisfy { $0 == UInt8(ascii: "b") } })
            return first == second.place
        }
        #expect(isReused)
    }

    @Test("a writer that grows into a block of the cache keeps what it has")
    func grows() {
        for round in 0..<3 {
            var writer = ByteWriter()
            for number in 0..<400_000 { writer.append(integer: UInt64(number &+ round)) }
            var expected = ""
            for number in 0..<400_000 { expected += "\(number &+ round)" }
            #expect(writer.finish().string == expected)
        }
    }

    @Test("blocks that are too small or much too large are not given out")
    func fits() {
        guard let small = malloc(BlockCache.smallest), let large = malloc(8 << 20) else { return }
        BlockCache.give(large)
        BlockCache.give(small)
        #expect(BlockCache.take(BlockCache.smallest - 1) == nil)
        if let block = BlockCache.take(1 << 20) {
            #expect(block.size >= 1 << 20 && block.size < 8 << 20)
            free(block.memory)
        }
        if let block = BlockCache.take(6 << 20) {
            #expect(block.size >= 6 << 20)
            free(block.memory)
        }
    }

    @Test("what is given back and not wanted is let go, and what waits has a limit")
    func forgets() {
        for _ in 0..<2000 {
            guard let block = malloc(2 << 20) else { return }
            BlockCache.give(block)
        }
        #expect(BlockCache.waiting <= 49 << 20)
    }
}
