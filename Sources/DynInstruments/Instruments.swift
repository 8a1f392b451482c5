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

    /// Adds `delta` and keeps `exemplar`, labels such as a trace id, as the newest observation behind the value.
    ///
    /// `delta` counts whatever happens. Throws when the labels have more than 128 characters or no legal names. Takes a
    /// lock for a short time, so not for signal handlers. OpenMetrics and protobuf show exemplars, text 0.0.4 cannot.
    public func inc(by delta: Double = 1, exemplar: [String: String]) throws(MetricsError) {
        cell.pointee.add(delta)
        try Cell.counter(cell).keepExemplar(Label.all(in: exemplar), value: delta)
    }
}

/// A value that goes up by whole numbers, exact to 2^64−1. Any thread; never blocks, never allocates.
public struct IntCounter: @unchecked Sendable {
    package let cell: UnsafeMutablePointer<IntCounterCell>
    package init(cell: UnsafeMutablePointer<IntCounterCell>) { self.cell = cell }

    public func inc(by delta: UInt64 = 1) { cell.pointee.add(delta) }
    public var value: UInt64 { cell.pointee.value }

    /// As ``Counter/inc(by:exemplar:)``.
    public func inc(by delta: UInt64 = 1, exemplar: [String: String]) throws(MetricsError) {
        cell.pointee.add(delta)
        try Cell.intCounter(cell).keepExemplar(Label.all(in: exemplar), value: Double(delta))
    }
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

    /// Counts `value` and keeps `exemplar` as the newest observation of its bucket; as ``Counter/inc(by:exemplar:)``.
    public func observe(_ value: Double, exemplar: [String: String]) throws(MetricsError) {
        cell.pointee.observe(value)
        try Cell.histogram(cell).keepExemplar(Label.all(in: exemplar), value: value)
    }

    /// How many values were observed.
    public var count: UInt64 { cell.pointee.count }
    /// Their sum.
    public var sum: Double { cell.pointee.sum }
}

/// Counts observations and adds them up, without buckets. Any thread; never blocks, never allocates.
///
/// Its average can be told, quantiles cannot: for those use ``Histogram``.
public struct Summary: @unchecked Sendable {
    package let cell: UnsafeMutablePointer<HistogramCell>
    package init(cell: UnsafeMutablePointer<HistogramCell>) { self.cell = cell }

    /// Counts `value`, in the metric's own unit.
    public func observe(_ value: Double) { cell.pointee.observe(value) }
    /// How many values were observed.
    public var count: UInt64 { cell.pointee.count }
    /// Their sum.
    public var sum: Double { cell.pointee.sum }
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
