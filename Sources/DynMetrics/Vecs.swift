// Metrics with variable labels, in Swift's words. Take a child once and keep it where updates are hot.

import DynInstruments
import DynModel

/// What all vecs can do. Finding a child takes a lock for a short time.
public protocol MetricVec: Sendable {
    associatedtype Child: Sendable
    var grip: VecGrip { get }
    static func child(_ cell: CellGrip) -> Child?
}

/// The inside of a vec, opaque to users.
public struct VecGrip: Sendable {
    package let metric: Metric
}

/// The inside of a child, opaque to users.
public struct CellGrip: Sendable {
    package let cell: Cell
}

extension MetricVec {
    /// The child for these values, one per label in the order of `labelNames`; made when there is none.
    public func with(_ values: String...) throws(MetricsError) -> Child {
        try with(values)
    }

    public func with(_ values: [String]) throws(MetricsError) -> Child {
        let cell = try grip.metric.child(values.map { Text($0) })
        guard let child = Self.child(CellGrip(cell: cell)) else {
            throw .handle("the vec holds children of another type")
        }
        return child
    }

    /// Takes the child for these values off the page. Nothing happens when there is none.
    public func remove(_ values: String...) throws(MetricsError) {
        try grip.metric.remove(values.map { Text($0) })
    }

    /// Takes all children off the page.
    public func clear() {
        grip.metric.removeAll()
    }
}

public struct CounterVec: MetricVec {
    public let grip: VecGrip
    package init(metric: Metric) { grip = VecGrip(metric: metric) }
    public static func child(_ grip: CellGrip) -> Counter? {
        if case .counter(let cell) = grip.cell { Counter(cell: cell) } else { nil }
    }
}

public struct IntCounterVec: MetricVec {
    public let grip: VecGrip
    package init(metric: Metric) { grip = VecGrip(metric: metric) }
    public static func child(_ grip: CellGrip) -> IntCounter? {
        if case .intCounter(let cell) = grip.cell { IntCounter(cell: cell) } else { nil }
    }
}

public struct GaugeVec: MetricVec {
    public let grip: VecGrip
    package init(metric: Metric) { grip = VecGrip(metric: metric) }
    public static func child(_ grip: CellGrip) -> Gauge? {
        if case .gauge(let cell) = grip.cell { Gauge(cell: cell) } else { nil }
    }
}

public struct IntGaugeVec: MetricVec {
    public let grip: VecGrip
    package init(metric: Metric) { grip = VecGrip(metric: metric) }
    public static func child(_ grip: CellGrip) -> IntGauge? {
        if case .intGauge(let cell) = grip.cell { IntGauge(cell: cell) } else { nil }
    }
}

public struct HistogramVec: MetricVec {
    public let grip: VecGrip
    package init(metric: Metric) { grip = VecGrip(metric: metric) }
    public static func child(_ grip: CellGrip) -> Histogram? {
        if case .histogram(let cell) = grip.cell { Histogram(cell: cell) } else { nil }
    }
}

public struct SummaryVec: MetricVec {
    public let grip: VecGrip
    package init(metric: Metric) { grip = VecGrip(metric: metric) }
    public static func child(_ grip: CellGrip) -> Summary? {
        if case .summary(let cell) = grip.cell { Summary(cell: cell) } else { nil }
    }
}
