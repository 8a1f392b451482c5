// Large blocks of memory that were given back a moment ago. Warm.
//
// A page of megabytes is made at each scrape, and so is the text of each family that has changed. The system's allocator
// returns such blocks to the kernel, which gives them back page by page, each with a fault of 1 to 2 µs: that was more
// than half of what a scrape of 100,000 series cost. Here a few of them wait for the next scrape.

import CDynSupport
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

enum BlockCache {
    /// Below, the allocator keeps blocks by itself.
    static let smallest = 1 << 16
    /// How much waits at most.
    private static let most = 48 << 20
    private static let places = 16
    /// A block that nobody wanted while so many came back is let go.
    private static let patience: UInt64 = 256

    private struct Block {
        var memory: UnsafeMutableRawPointer?
        var size = 0
        var since: UInt64 = 0
    }

    private struct State {
        var blocks = [Block](repeating: Block(), count: BlockCache.places)
        var total = 0
        var turn: UInt64 = 0
    }

    // Only ever tried: who finds it taken goes to the allocator, as does a child that was forked in between.
    private static let isTaken = Atomic(false)
    nonisolated(unsafe) private static var state = State()

    /// Takes what came from `malloc`, to keep it or to free it.
    static func give(_ memory: UnsafeMutableRawPointer) {
        let size = dynsupport_block_size(memory)
        guard size >= smallest, size <= most, enter() else { return free(memory) }
        var released: [UnsafeMutableRawPointer] = []
        state.turn &+= 1
        for index in state.blocks.indices {
            guard let old = state.blocks[index].memory else { continue }
            if state.turn &- state.blocks[index].since > patience || state.total &+ size > most {
                released.append(old)
                remove(index)
            }
        }
        if let place = state.blocks.firstIndex(where: { $0.memory == nil }) {
            state.blocks[place] = Block(memory: memory, size: size, since: state.turn)
            state.total &+= size
        } else {
            released.append(memory)
        }
        leave()
        for memory in released { free(memory) }
    }

    /// A block of at least `size` bytes, with its size: the smallest that there is, unless it is much too large. The caller
    /// owns it, as if `malloc` had given it.
    static func take(_ size: Int) -> (memory: UnsafeMutableRawPointer, size: Int)? {
        guard size >= smallest, enter() else { return nil }
        defer { leave() }
        var best: Int?
        for (index, block) in state.blocks.enumerated() where block.memory != nil && block.size >= size {
            if block.size / 4 > size { continue }
            if let known = best, state.blocks[known].size <= block.size { continue }
            best = index
        }
        guard let best, let memory = state.blocks[best].memory else { return nil }
        let size = state.blocks[best].size
        remove(best)
        return (memory, size)
    }

    /// How many bytes wait.
    static var waiting: Int {
        guard enter() else { return 0 }
        defer { leave() }
        return state.total
    }

    private static func remove(_ index: Int) {
        state.total &-= state.blocks[index].size
        state.blocks[index] = Block()
    }

    private static func enter() -> Bool { !isTaken.exchange(true, ordering: .acquiring) }
    private static func leave() { isTaken.store(false, ordering: .releasing) }
}

/// Gives back memory of `malloc` that holds `size` bytes or more.
func release(_ memory: UnsafeMutableRawPointer?, _ size: Int) {
    guard let memory, size >= BlockCache.smallest else { return free(memory) }
    BlockCache.give(memory)
}
