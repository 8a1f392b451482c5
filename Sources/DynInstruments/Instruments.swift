// What code updates: a thin, copyable grip on a cell. Hot.

import DynModel

/// A value that only goes up: requests served, bytes sent, seconds spent.
///
/// For a value that can also go down, use ``Gauge``. Any thread; never blocks, never allocates.
public struct Counter: @unchecked Sendable {
    package let cell: UnsafeMutablePointer<CounterCell>
    package init(cell: UnsafeMutablePointer<CounterCell>) { self.cell = cell }

    /// Adds `delta`, in the metric's own unit. A negative or NaN delta is refused and counted.
    public func inc(by delta: Double) { cell.pointee.add(delta) }
    public func inc() { cell.pointee.inc() }
    public var value: Double { cell.pointee.value }
}

/// A value that goes up by whole numbers, exact to 2^64−1. Any thread; never blocks, never allocates.
public struct IntCounter: @unchecked Sendable {
    package let cell: UnsafeMutablePointer<IntCounterCell>
    package init(cell: UnsafeMutablePointer<IntCounterCell>) { self.cell = cell }

    public func inc(by delta: UInt64 = 1) { cell.pointee.add(delta) }
    public var value: UInt64 { cell.pointee.value }
}

/// A value that goes up and down: requests in flight, bytes in use. Any thread; never blocks, never allocates.
public struct Gauge: @unchecked Sendable {
    package let cell: UnsafeMutablePointer<GaugeCell>
    package init(cell: UnsafeMutablePointer<GaugeCell>) { self.cell = cell }

    public func set(_ value: Double) { cell.pointee.set(value) }
    public func add(_ delta: Double) { cell.pointee.add(delta) }
    public func sub(_ delta: Double) { cell.pointee.add(-delta) }
    public func inc() { cell.pointee.add(1) }
    public func dec() { cell.pointee.add(-1) }
    public var value: Double { cell.pointee.value }
}

/// A whole number that goes up and down; wraps at the ends of Int64. Any thread; never blocks, never allocates.
public struct IntGauge: @unchecked Sendable {
    package let cell: UnsafeMutablePointer<IntGaugeCell>
    package init(cell: UnsafeMutablePointer<IntGaugeCell>) { self.cell = cell }

    public func set(_ value: Int64) { cell.pointee.set(value) }
    public func add(_ delta: Int64) { cell.pointee.add(delta) }
    public func sub(_ delta: Int64) { cell.pointee.add(0 &- delta) }
    public func inc() { cell.pointee.add(1) }
    public func dec() { cell.pointee.add(-1) }
    public var value: Int64 { cell.pointee.value }
}

/// Counts observations in buckets: durations in seconds, sizes in bytes. Any thread; never blocks, never allocates.
public struct Histogram: @unchecked Sendable {
    package let cell: UnsafeMutablePointer<HistogramCell>
    package init(cell: UnsafeMutablePointer<HistogramCell>) { self.cell = cell }

    /// Counts `value`, in the metric's own unit. NaN is counted in `+Inf` alone.
    public func observe(_ value: Double) { cell.pointee.observe(value) }
    /// How many values were observed.
    public var count: UInt64 { cell.pointee.count }
    /// Their sum.
    public var sum: Double { cell.pointee.sum }
}

