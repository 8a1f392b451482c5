// Creating metrics on a node, in Swift's words. Names become `dynamo_component_` + name unless `nameAsIs`.

import DynInstruments
import DynModel
import DynRegistry

/// The metrics and sources of one node.
public struct Metrics: Sendable {
    package let node: Node

    // MARK: single metrics

    public func createCounter(
        _ name: String, _ description: String, constLabels: [String: String] = [:], nameAsIs: Bool = false
    ) throws(MetricsError) -> Counter {
        let spec = spec(.counter, name, description, constLabels, nameAsIs)
        guard case .counter(let cell)? = try node.create(spec).scalar else { throw outOfMemory }
        return Counter(cell: cell)
    }

    public func createIntCounter(
        _ name: String, _ description: String, constLabels: [String: String] = [:], nameAsIs: Bool = false
    ) throws(MetricsError) -> IntCounter {
        let spec = spec(.intCounter, name, description, constLabels, nameAsIs)
        guard case .intCounter(let cell)? = try node.create(spec).scalar else { throw outOfMemory }
        return IntCounter(cell: cell)
    }

    /// - Parameter ttl: seconds after which it leaves the page when nothing has updated it, seen from scrape to scrape; it
    ///   comes back with the next update. Nil: never.
    public func createGauge(
        _ name: String, _ description: String, constLabels: [String: String] = [:], ttl: Double? = nil,
        nameAsIs: Bool = false
    ) throws(MetricsError) -> Gauge {
        var spec = spec(.gauge, name, description, constLabels, nameAsIs)
        spec.ttl = ttl
        guard case .gauge(let cell)? = try node.create(spec).scalar else { throw outOfMemory }
        return Gauge(cell: cell)
    }

    public func createIntGauge(
        _ name: String, _ description: String, constLabels: [String: String] = [:], nameAsIs: Bool = false
    ) throws(MetricsError) -> IntGauge {
        let spec = spec(.intGauge, name, description, constLabels, nameAsIs)
        guard case .intGauge(let cell)? = try node.create(spec).scalar else { throw outOfMemory }
        return IntGauge(cell: cell)
    }

    /// - Parameters:
    ///   - buckets: upper bounds, rising, in the metric's own unit; nil: 0.005 to 10 seconds.
    ///   - native: native buckets beside them; nil: none.
    public func createHistogram(
        _ name: String, _ description: String, constLabels: [String: String] = [:], buckets: [Double]? = nil,
        native: NativeHistogram? = nil, nameAsIs: Bool = false
    ) throws(MetricsError) -> Histogram {
        var spec = spec(.histogram, name, description, constLabels, nameAsIs)
        spec.buckets = buckets
        spec.native = native
        guard case .histogram(let cell)? = try node.create(spec).scalar else { throw outOfMemory }
        return Histogram(cell: cell)
    }

    /// Counts and adds up; for quantiles use ``createHistogram(_:_:constLabels:buckets:native:nameAsIs:)``.
    public func createSummary(
        _ name: String, _ description: String, constLabels: [String: String] = [:], nameAsIs: Bool = false
    ) throws(MetricsError) -> Summary {
        let spec = spec(.summary, name, description, constLabels, nameAsIs)
        guard case .summary(let cell)? = try node.create(spec).scalar else { throw outOfMemory }
        return Summary(cell: cell)
    }

    /// Its name ends in `_info`, which is added when it does not; what it says is ``Info/set(_:)`` and `constLabels`.
    public func createInfo(
        _ name: String, _ description: String, constLabels: [String: String] = [:], nameAsIs: Bool = false
    ) throws(MetricsError) -> Info {
        Info(metric: try node.create(spec(.info, name, description, constLabels, nameAsIs)))
    }

    /// One series for each of `states`, 0 at first.
    public func createStateSet(
        _ name: String, _ description: String, states: [String], constLabels: [String: String] = [:],
        nameAsIs: Bool = false
    ) throws(MetricsError) -> StateSet {
        var spec = spec(.stateset, name, description, constLabels, nameAsIs)
        spec.states = states.map { Text($0) }
        return StateSet(metric: try node.create(spec))
    }

    // MARK: vecs

    public func createCounterVec(
        _ name: String, _ description: String, labelNames: [String], constLabels: [String: String] = [:],
        nameAsIs: Bool = false
    ) throws(MetricsError) -> CounterVec {
        CounterVec(metric: try node.create(spec(.counter, name, description, constLabels, nameAsIs, labelNames)))
    }

    public func createIntCounterVec(
        _ name: String, _ description: String, labelNames: [String], constLabels: [String: String] = [:],
        nameAsIs: Bool = false
    ) throws(MetricsError) -> IntCounterVec {
        IntCounterVec(metric: try node.create(spec(.intCounter, name, description, constLabels, nameAsIs, labelNames)))
    }

    /// - Parameter ttl: of each child, as in ``createGauge(_:_:constLabels:ttl:nameAsIs:)``.
    public func createGaugeVec(
        _ name: String, _ description: String, labelNames: [String], constLabels: [String: String] = [:],
        ttl: Double? = nil, nameAsIs: Bool = false
    ) throws(MetricsError) -> GaugeVec {
        var spec = spec(.gauge, name, description, constLabels, nameAsIs, labelNames)
        spec.ttl = ttl
        return GaugeVec(metric: try node.create(spec))
    }

    public func createIntGaugeVec(
        _ name: String, _ description: String, labelNames: [String], constLabels: [String: String] = [:],
        nameAsIs: Bool = false
    ) throws(MetricsError) -> IntGaugeVec {
        IntGaugeVec(metric: try node.create(spec(.intGauge, name, description, constLabels, nameAsIs, labelNames)))
    }

    /// - Parameters:
    ///   - buckets: upper bounds, rising, in the metric's own unit; nil: 0.005 to 10 seconds.
    ///   - native: native buckets beside them; nil: none.
    public func createHistogramVec(
        _ name: String, _ description: String, labelNames: [String], constLabels: [String: String] = [:],
        buckets: [Double]? = nil, native: NativeHistogram? = nil, nameAsIs: Bool = false
    ) throws(MetricsError) -> HistogramVec {
        var spec = spec(.histogram, name, description, constLabels, nameAsIs, labelNames)
        spec.buckets = buckets
        spec.native = native
        return HistogramVec(metric: try node.create(spec))
    }

    public func createSummaryVec(
        _ name: String, _ description: String, labelNames: [String], constLabels: [String: String] = [:],
        nameAsIs: Bool = false
    ) throws(MetricsError) -> SummaryVec {
        SummaryVec(metric: try node.create(spec(.summary, name, description, constLabels, nameAsIs, labelNames)))
    }

    private func spec(
        _ type: InstrumentType, _ name: String, _ help: String, _ constLabels: [String: String], _ nameAsIs: Bool,
        _ labelNames: [String]? = nil
    ) -> MetricSpec {
        MetricSpec(
            type, isVec: labelNames != nil, name: Text(name), isNameAsIs: nameAsIs, help: Text(help),
            constLabels: Label.all(in: constLabels), labelNames: (labelNames ?? []).map { Text($0) })
    }

    private var outOfMemory: MetricsError { .memory("no memory for a new metric") }
}
