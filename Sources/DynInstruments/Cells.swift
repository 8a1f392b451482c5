// The memory behind an instrument. Hot: an update is a few instructions on raw memory, without lock, allocation,
// retain or release, safe from any thread and from signal handlers.
//
// A cell begins with its tag, so that a call across the C ABI can tell a counter from a histogram or from rubbish, and
// with whose it is. It is never given back: whoever still holds a handle to a removed metric counts into memory that
// nobody reads.

import DynModel
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// What stands in the first eight bytes of every handle.
package enum HandleTag {
    package static let counter: UInt64 = 0x6479_6e6d_0000_0001
    package static let intCounter: UInt64 = 0x6479_6e6d_0000_0002
    package static let gauge: UInt64 = 0x6479_6e6d_0000_0003
    package static let intGauge: UInt64 = 0x6479_6e6d_0000_0004
    package static let histogram: UInt64 = 0x6479_6e6d_0000_0005
    package static let summary: UInt64 = 0x6479_6e6d_0000_0006

    /// Whether a handle with this tag is a cell.
    package static func isCell(_ tag: UInt64) -> Bool { tag >= counter && tag <= summary }
}

/// How many bytes cells take, for the self-metrics.
package let cellBytes = CellBytes()

package struct CellBytes: ~Copyable, Sendable {
    private let count = Atomic<Int>(0)
    package var value: Int { count.load(ordering: .relaxed) }
    func add(_ bytes: Int) { count.wrappingAdd(bytes, ordering: .relaxed) }
}

/// Memory for one cell on cache lines of its own, zeroed. Nil when there is none.
private func cellMemory(_ bytes: Int) -> UnsafeMutableRawPointer? {
    var memory: UnsafeMutableRawPointer?
    let size = (bytes &+ 63) & ~63
    guard posix_memalign(&memory, 64, size) == 0, let memory else { return nil }
    memset(memory, 0, size)
    cellBytes.add(size)
    return memory
}

/// Updates that were refused: negative or NaN added to a counter, a NULL handle. They go on the page.
package let refusedUpdates = RefusedUpdates()

package struct RefusedUpdates: ~Copyable, Sendable {
    private let counts = Atomic<Int>(0)
    package var value: Int { counts.load(ordering: .relaxed) }
    package func add() { counts.wrappingAdd(1, ordering: .relaxed) }
}

// MARK: - counters

/// A sum of doubles that never falls. Whole deltas, the usual ones, are one atomic addition; the rest goes to a double
/// of its own, and both are added when read.
package struct CounterCell: ~Copyable {
    let tag: UInt64
    let owner: UnsafeRawPointer?
    private let whole: Atomic<UInt64>
    private let part: Atomic<UInt64>

    init(owner: UnsafeRawPointer?) {
        tag = HandleTag.counter
        self.owner = owner
        whole = Atomic(0)
        part = Atomic(0)
    }

    package func inc() {
        whole.wrappingAdd(1, ordering: .relaxed)
    }

    package func add(_ delta: Double) {
        if delta >= 0, delta < 9e15 {
            let integer = UInt64(delta)
            if Double(integer) == delta {
                whole.wrappingAdd(integer, ordering: .relaxed)
                return
            }
        }
        guard delta >= 0 else { return refusedUpdates.add() }
        atomicAdd(delta, to: part)
    }

    package var value: Double {
        Double(whole.load(ordering: .relaxed)) + Double(bitPattern: part.load(ordering: .relaxed))
    }
}

/// A whole number that never falls; wraps at 2^64.
package struct IntCounterCell: ~Copyable {
    let tag: UInt64
    let owner: UnsafeRawPointer?
    private let bits: Atomic<UInt64>

    init(owner: UnsafeRawPointer?) {
        tag = HandleTag.intCounter
        self.owner = owner
        bits = Atomic(0)
    }

    package func add(_ delta: UInt64) {
        bits.wrappingAdd(delta, ordering: .relaxed)
    }

    package var value: UInt64 { bits.load(ordering: .relaxed) }
}

// MARK: - gauges

package struct GaugeCell: ~Copyable {
    let tag: UInt64
    let owner: UnsafeRawPointer?
    private let bits: Atomic<UInt64>

    init(owner: UnsafeRawPointer?) {
        tag = HandleTag.gauge
        self.owner = owner
        bits = Atomic(0)
    }

    package func set(_ value: Double) {
        bits.store(value.bitPattern, ordering: .relaxed)
    }

    package func add(_ delta: Double) {
        atomicAdd(delta, to: bits)
    }

    package var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }
}

package struct IntGaugeCell: ~Copyable {
    let tag: UInt64
    let owner: UnsafeRawPointer?
    private let bits: Atomic<Int64>

    init(owner: UnsafeRawPointer?) {
        tag = HandleTag.intGauge
        self.owner = owner
        bits = Atomic(0)
    }

    package func set(_ value: Int64) {
        bits.store(value, ordering: .relaxed)
    }

    package func add(_ delta: Int64) {
        bits.wrappingAdd(delta, ordering: .relaxed)
    }

    package var value: Int64 { bits.load(ordering: .relaxed) }
}

// MARK: - histograms

/// One count per bucket (not cumulative) and the sum. The count of all is made from the buckets when read, so every
/// page has `_count` equal to `+Inf`. A summary is one without bounds.
package struct HistogramCell: ~Copyable {
    let tag: UInt64
    let owner: UnsafeRawPointer?
    private let sumBits: Atomic<UInt64>
    private let boundCount: Int
    private let bounds: UnsafePointer<Double>
    private let counts: UnsafeMutablePointer<Atomic<UInt64>>

    init(
        tag: UInt64, owner: UnsafeRawPointer?, bounds: UnsafePointer<Double>, boundCount: Int,
        counts: UnsafeMutablePointer<Atomic<UInt64>>
    ) {
        self.tag = tag
        self.owner = owner
        sumBits = Atomic(0)
        self.bounds = bounds
        self.boundCount = boundCount
        self.counts = counts
    }

    package func observe(_ value: Double) {
        counts[bucket(of: value)].wrappingAdd(1, ordering: .relaxed)
        atomicAdd(value, to: sumBits)
    }

    /// Counts the bounds below the value without a branch each; NaN is above all of them.
    @inline(__always)
    package func bucket(of value: Double) -> Int {
        var bucket = 0
        for index in 0..<boundCount { bucket &+= bounds[index] >= value ? 0 : 1 }
        return bucket
    }

    package var sum: Double { Double(bitPattern: sumBits.load(ordering: .relaxed)) }

    package var count: UInt64 {
        (0...boundCount).reduce(0) { $0 &+ counts[$1].load(ordering: .relaxed) }
    }

    /// Calls `each` with the cumulative count of every bucket, `+Inf` last.
    package func forEachBucket(_ each: (Int, UInt64) -> Void) {
        var total: UInt64 = 0
        for index in 0...boundCount {
            total &+= counts[index].load(ordering: .relaxed)
            each(index, total)
        }
    }
}

private func atomicAdd(_ delta: Double, to bits: borrowing Atomic<UInt64>) {
    var old = bits.load(ordering: .relaxed)
    while true {
        let new = (Double(bitPattern: old) + delta).bitPattern
        let (exchanged, original) = bits.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
        if exchanged { return }
        old = original
    }
}

// MARK: - making them

/// A cell of any type. Raw memory, so copying it costs nothing and keeps nothing alive.
package enum Cell: @unchecked Sendable {
    case counter(UnsafeMutablePointer<CounterCell>)
    case intCounter(UnsafeMutablePointer<IntCounterCell>)
    case gauge(UnsafeMutablePointer<GaugeCell>)
    case intGauge(UnsafeMutablePointer<IntGaugeCell>)
    case histogram(UnsafeMutablePointer<HistogramCell>)
    case summary(UnsafeMutablePointer<HistogramCell>)

    /// A new cell, or nil without memory. `bounds` matter to histograms only.
    package static func make(_ type: InstrumentType, bounds: [Double], owner: UnsafeRawPointer? = nil) -> Cell? {
        switch type {
        case .counter:
            return initialized(CounterCell.self) { $0.initialize(to: CounterCell(owner: owner)) }.map { .counter($0) }
        case .intCounter:
            return initialized(IntCounterCell.self) { $0.initialize(to: IntCounterCell(owner: owner)) }.map { .intCounter($0) }
        case .gauge:
            return initialized(GaugeCell.self) { $0.initialize(to: GaugeCell(owner: owner)) }.map { .gauge($0) }
        case .intGauge:
            return initialized(IntGaugeCell.self) { $0.initialize(to: IntGaugeCell(owner: owner)) }.map { .intGauge($0) }
        case .histogram:
            return makeHistogram(HandleTag.histogram, bounds, owner).map { .histogram($0) }
        case .summary:
            return makeHistogram(HandleTag.summary, [], owner).map { .summary($0) }
        case .info, .stateset:
            // A 1 or a 0; nobody but the metric itself holds it.
            return make(.intGauge, bounds: [], owner: owner)
        }
    }

    package var pointer: UnsafeMutableRawPointer {
        switch self {
        case .counter(let cell): UnsafeMutableRawPointer(cell)
        case .intCounter(let cell): UnsafeMutableRawPointer(cell)
        case .gauge(let cell): UnsafeMutableRawPointer(cell)
        case .intGauge(let cell): UnsafeMutableRawPointer(cell)
        case .histogram(let cell), .summary(let cell): UnsafeMutableRawPointer(cell)
        }
    }

    private static func initialized<C: ~Copyable>(
        _ type: C.Type, _ initialize: (UnsafeMutablePointer<C>) -> Void
    ) -> UnsafeMutablePointer<C>? {
        guard let memory = cellMemory(MemoryLayout<C>.stride) else { return nil }
        let cell = memory.bindMemory(to: C.self, capacity: 1)
        initialize(cell)
        return cell
    }

    /// The cell, then its counts, then the bounds, in one piece of memory.
    private static func makeHistogram(
        _ tag: UInt64, _ bounds: [Double], _ owner: UnsafeRawPointer?
    ) -> UnsafeMutablePointer<HistogramCell>? {
        let head = (MemoryLayout<HistogramCell>.stride &+ 63) & ~63
        let buckets = bounds.count &+ 1
        guard let memory = cellMemory(head &+ 8 &* buckets &+ 8 &* bounds.count) else { return nil }
        let counts = (memory + head).bindMemory(to: Atomic<UInt64>.self, capacity: buckets)
        for index in 0..<buckets { (counts + index).initialize(to: Atomic(0)) }
        let limits = (memory + head + 8 &* buckets).bindMemory(to: Double.self, capacity: bounds.count)
        for (index, bound) in bounds.enumerated() { (limits + index).initialize(to: bound) }
        let cell = memory.bindMemory(to: HistogramCell.self, capacity: 1)
        cell.initialize(to: HistogramCell(
            tag: tag, owner: owner, bounds: limits, boundCount: bounds.count, counts: counts))
        return cell
    }
}
