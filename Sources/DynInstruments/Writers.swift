// Values of a counter or histogram that belong to one thread alone: for the hottest loops, which then need not even look
// for their thread's stripe. Their share is added when the metric is read. Cold to make, hot to use.

import CDynCells
import DynModel
import Synchronization

/// Whether any writer was ever made in this process: reading values looks for them only then.
private let hasWriters = Atomic<Bool>(false)

extension Cell {
    /// A writer's value for this counter or histogram; one that was given back is used again, with what it holds.
    package func takeWriter() throws(MetricsError) -> CellPointer {
        guard let owner = MetricOwner.ofCell(UnsafeRawPointer(pointer)) else { throw .handle("the cell has no owner") }
        let writer = withStructureLock { () -> CellPointer? in
            hasWriters.store(true, ordering: .relaxed)
            if let free = owner.freeWriters[pointer]?.popLast() { return free }
            let raw = UnsafeRawPointer(Unmanaged.passUnretained(owner).toOpaque())
            guard let made = makeWriterLocked(bounds: owner.bounds, owner: raw) else { return nil }
            owner.writers[pointer, default: []].append(made)
            return made
        }
        guard let writer else { throw .memory("no memory for a writer of '\(owner.definition.name)'") }
        return writer
    }

    /// Gives a writer back: its thread will not use it again. What it counted stays.
    package static func giveBackWriter(_ writer: CellPointer) {
        guard let owner = MetricOwner.ofCell(UnsafeRawPointer(writer)) else { return }
        withStructureLock {
            guard let cell = owner.writers.first(where: { $0.value.contains(writer) })?.key,
                owner.freeWriters[cell]?.contains(writer) != true
            else { return }
            owner.freeWriters[cell, default: []].append(writer)
        }
    }
}

extension MetricOwner {
    /// The writers of `cell`. Takes the structure lock, when there are any in this process.
    package static func writers(of cell: CellPointer) -> [CellPointer] {
        guard hasWriters.load(ordering: .relaxed), let owner = ofCell(UnsafeRawPointer(cell)) else { return [] }
        return withStructureLock { owner.writers[cell] ?? [] }
    }
}

/// One thread's own grip on a counter, faster than the counter itself. For one thread at a time; give it no second one.
///
/// Not for a signal handler that may interrupt an update of the same writer.
public struct CounterWriter: ~Copyable, @unchecked Sendable {
    @usableFromInline let cell: CellPointer
    package init(_ cell: CellPointer) { self.cell = cell }
    deinit { Cell.giveBackWriter(cell) }

    /// Adds `delta`. A negative or NaN delta is refused and counted.
    @inlinable public func inc(by delta: Double) { dyncells_writer_add(cell, delta) }
    @inlinable public func inc() { dyncells_add_own(cell, 1) }
}

/// One thread's own grip on an integer counter; as ``CounterWriter``.
public struct IntCounterWriter: ~Copyable, @unchecked Sendable {
    @usableFromInline let cell: CellPointer
    package init(_ cell: CellPointer) { self.cell = cell }
    deinit { Cell.giveBackWriter(cell) }

    @inlinable public func inc(by delta: UInt64 = 1) { dyncells_add_own(cell, delta) }
}

/// One thread's own grip on a histogram; as ``CounterWriter``.
public struct HistogramWriter: ~Copyable, @unchecked Sendable {
    @usableFromInline let cell: CellPointer
    package init(_ cell: CellPointer) { self.cell = cell }
    deinit { Cell.giveBackWriter(cell) }

    /// Counts `value` in its bucket.
    @inlinable public func observe(_ value: Double) { dyncells_writer_observe(cell, value) }
}

extension Counter {
    /// A grip for one thread's hottest loop. Takes a lock for a short time.
    public func writer() throws(MetricsError) -> CounterWriter { CounterWriter(try Cell.counter(cell).takeWriter()) }
}

extension IntCounter {
    /// As ``Counter/writer()``.
    public func writer() throws(MetricsError) -> IntCounterWriter {
        IntCounterWriter(try Cell.intCounter(cell).takeWriter())
    }
}

extension Histogram {
    /// As ``Counter/writer()``.
    public func writer() throws(MetricsError) -> HistogramWriter {
        HistogramWriter(try Cell.histogram(cell).takeWriter())
    }
}
