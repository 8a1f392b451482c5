// What a native histogram holds, read once: its exponential and its classic buckets agree, since one count serves both.
// Warm.

import CDynCells
import DynModel

#if canImport(Glibc)
import Glibc
#endif

struct NativeReading {
    /// Per classic bucket alone, that of `+Inf` last.
    var classic: [UInt64]
    var native: NativeBuckets
    var count: UInt64 = 0
    var sum: Double

    /// Reads. For a page it also sees to the limit: with more buckets than there may be the schema is lowered; with
    /// one that was lowered everything begins anew behind this reading, where `minResetSeconds` allow it. Takes the structure lock for moments.
    init(_ cell: CellPointer, _ writers: [CellPointer], forPage: Bool = false, minResetSeconds: Double = 0) {
        let options = dyncells_native_options_of(cell)
        let capacity = dyncells_native_capacity(cell)
        let counts = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
        let entries = UnsafeMutablePointer<dyncells_native_entry>.allocate(capacity: capacity)
        defer {
            counts.deallocate()
            entries.deallocate()
        }
        withStructureLock { dyncells_native_take_late(cell) }
        let state = dyncells_native_read(cell, counts, entries)
        let whole = Cell.rowSum(cell, writers)
        sum = state.table == nil ? 0 : whole - state.sum_before  // one that left its page reads as empty
        classic = Array(repeating: 0, count: dyncells_native_bounds(cell) &+ 1)
        native = NativeBuckets(schema: state.schema, zeroThreshold: options.zero_threshold)

        let found = UnsafeBufferPointer(start: entries, count: state.entries)
        for entry in found where entry.class == DYNCELLS_NATIVE_POSITIVE || entry.class == DYNCELLS_NATIVE_NEGATIVE {
            native.schema = min(native.schema, entry.schema)
        }
        for entry in found {
            count &+= entry.count
            if Int(entry.bucket) < classic.count { classic[Int(entry.bucket)] &+= entry.count }
            let index = coarser(entry.index, by: entry.schema &- native.schema)
            switch entry.class {
            case DYNCELLS_NATIVE_ZERO: native.zeroCount &+= entry.count
            case DYNCELLS_NATIVE_POSITIVE: native.positive.append(.init(index: index, count: entry.count))
            case DYNCELLS_NATIVE_NEGATIVE: native.negative.append(.init(index: index, count: entry.count))
            default: break
            }
        }
        native.positive = joined(native.positive.sorted { $0.index < $1.index })
        native.negative = joined(native.negative.sorted { $0.index < $1.index })
        while native.positive.count &+ native.negative.count > Int(options.max_buckets),
            native.schema > DYNCELLS_COARSEST_SCHEMA
        {
            native.schema &-= 1
            native.positive = joined(native.positive.map { .init(index: coarser($0.index, by: 1), count: $0.count) })
            native.negative = joined(native.negative.map { .init(index: coarser($0.index, by: 1), count: $0.count) })
        }
        guard forPage, native.schema < options.schema else { return }
        let now = secondsOfMonotonicClock()
        let isDue = minResetSeconds > 0 && now - state.began >= minResetSeconds
        if isDue, withStructureLock({ dyncells_native_reset(cell, state.table, counts, whole, now) }) != 0 { return }
        if native.schema < state.schema { dyncells_native_lower(cell, state.table, native.schema) }
    }
}

/// The index in which a bucket lies after so many steps down: two buckets become one with each.
private func coarser(_ index: Int32, by steps: Int32) -> Int32 {
    guard steps > 0 else { return index }
    return (index &+ (1 &<< steps) &- 1) &>> steps
}

/// Buckets that have become one, by rising index.
private func joined(_ buckets: [NativeBuckets.Bucket]) -> [NativeBuckets.Bucket] {
    var joined: [NativeBuckets.Bucket] = []
    for bucket in buckets {
        if let last = joined.last, last.index == bucket.index {
            joined[joined.count &- 1].count &+= bucket.count
        } else {
            joined.append(bucket)
        }
    }
    return joined
}

func secondsOfMonotonicClock() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}
