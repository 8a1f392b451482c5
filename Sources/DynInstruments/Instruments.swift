// What code updates: a thin, copyable grip on a cell. Hot.

import CDynCells
import DynModel

/// A value that only goes up: requests served, bytes sent, seconds spent.
///
/// For a value that can also go down, use ``Gauge``. Any thread; never blocks, never allocates.
public struct Counter: @unchecked Sendable {
    @usableFromInline package let cell: CellPointer
    package init(cell: CellPointer) { self.cell = cell }

    /// Adds `delta`, in the metric's own unit. A negative or NaN delta is refused and counted.
    @inlinable public func inc(by delta: Double) { dyncells_counter_add(cell, delta) }
    @inlinable public func inc() { dyncells_add(cell, 1) }
    public var value: Double { Cell.counterValue(cell, MetricOwner.writers(of: cell)) }

    /// Adds `delta` and keeps `exemplar`, labels such as a trace id, as the newest observation behind the value.
    ///
    /// `delta` counts whatever happens. Throws when the labels have more than 128 characters or no legal names. Takes a
    /// lock for a short time, so not for signal handlers. OpenMetrics and protobuf show exemplars, text 0.0.4 cannot.
    public func inc(by delta: Double = 1, exemplar: [String: String]) throws(MetricsError) {
        dyncells_counter_add(cell, delta)
        try Cell.counter(cell).keepExemplar(Label.all(in: exemplar), value: delta)
    }
}

/// A value that goes up by whole numbers, exact to 2^64−1. Any thread; never blocks, never allocates.
public struct IntCounter: @unchecked Sendable {
    @usableFromInline package let cell: CellPointer
    package init(cell: CellPointer) { self.cell = cell }

    @inlinable public func inc(by delta: UInt64 = 1) { dyncells_add(cell, delta) }
    public var value: UInt64 { Cell.intCounterValue(cell, MetricOwner.writers(of: cell)) }

    /// As ``Counter/inc(by:exemplar:)``.
    public func inc(by delta: UInt64 = 1, exemplar: [String: String]) throws(MetricsError) {
        dyncells_add(cell, delta)
        try Cell.intCounter(cell).keepExemplar(Label.all(in: exemplar), value: Double(delta))
    }
}

/// A value that goes up and down: requests in flight, bytes in use. Any thread; never blocks, never allocates.
public struct Gauge: @unchecked Sendable {
    @usableFromInline package let cell: CellPointer
    package init(cell: CellPointer) { self.cell = cell }

    @inlinable public func set(_ value: Double) { dyncells_gauge_set(cell, value) }
    public func add(_ delta: Double) { dyncells_gauge_add(cell, delta) }
    public func sub(_ delta: Double) { dyncells_gauge_add(cell, -delta) }
    public func inc() { dyncells_gauge_add(cell, 1) }
    public func dec() { dyncells_gauge_add(cell, -1) }
    public var value: Double { Cell.gaugeValue(cell) }
}

/// A whole number that goes up and down; wraps at the ends of Int64. Any thread; never blocks, never allocates.
public struct IntGauge: @unchecked Sendable {
    @usableFromInline package let cell: CellPointer
    package init(cell: CellPointer) { self.cell = cell }

    @inlinable public func set(_ value: Int64) { dyncells_set(cell, UInt64(bitPattern: value)) }
    @inlinable public func add(_ delta: Int64) { dyncells_intgauge_add(cell, delta) }
    @inlinable public func sub(_ delta: Int64) { dyncells_intgauge_add(cell, 0 &- delta) }
    @inlinable public func inc() { dyncells_intgauge_add(cell, 1) }
    @inlinable public func dec() { dyncells_intgauge_add(cell, -1) }
    public var value: Int64 { Cell.intGaugeValue(cell) }
}

/// Counts observations in buckets: durations in seconds, sizes in bytes. Any thread; never blocks, never allocates.
public struct Histogram: @unchecked Sendable {
    @usableFromInline package let cell: CellPointer
    package init(cell: CellPointer) { self.cell = cell }

    /// Counts `value`, in the metric's own unit. NaN is counted in `+Inf` alone.
    @inlinable public func observe(_ value: Double) { dyncells_observe(cell, value) }

    /// Counts `value` and keeps `exemplar` as the newest observation of its bucket; as ``Counter/inc(by:exemplar:)``.
    public func observe(_ value: Double, exemplar: [String: String]) throws(MetricsError) {
        dyncells_observe(cell, value)
        try Cell.histogram(cell).keepExemplar(Label.all(in: exemplar), value: value)
    }

    /// How many values were observed.
    public var count: UInt64 { Cell.histogramCount(cell, MetricOwner.writers(of: cell)) }
    /// Their sum.
    public var sum: Double { Cell.histogramSum(cell, MetricOwner.writers(of: cell)) }
}

/// Counts observations and adds them up, without buckets. Any thread; never blocks, never allocates.
///
/// Its average can be told, quantiles cannot: for those use ``Histogram``.
public struct Summary: @unchecked Sendable {
    @usableFromInline package let cell: CellPointer
    package init(cell: CellPointer) { self.cell = cell }

    /// Counts `value`, in the metric's own unit.
    @inlinable public func observe(_ value: Double) { dyncells_observe(cell, value) }
    /// How many values were observed.
    public var count: UInt64 { Cell.histogramCount(cell, MetricOwner.writers(of: cell)) }
    /// Their sum.
    public var sum: Double { Cell.histogramSum(cell, MetricOwner.writers(of: cell)) }
}

/// What something is, told in labels: a version, a model's name. Its value is always 1.
public struct Info: Sendable {
    package let metric: Metric
    package init(metric: Metric) { self.metric = metric }

    /// Replaces what it says. Any thread; takes a lock for a short time.
    public func set(_ info: [String: String]) throws(MetricsError) { try metric.setInfo(Label.all(in: info)) }
}

/// Which of some states something is in: one series for each, 1 or 0.
public struct StateSet: Sendable {
    package let metric: Metric
    package init(metric: Metric) { self.metric = metric }

    /// Puts it in `state` alone: no page shows it in two, or in none. Any thread; takes a lock for a short time.
    public func state(_ state: String) throws(MetricsError) {
        try metric.setState(Text(state), isOn: true, alone: true)
    }

    /// Sets one state on or off, whatever the others are.
    public func set(_ state: String, _ isOn: Bool) throws(MetricsError) {
        try metric.setState(Text(state), isOn: isOn)
    }
}
