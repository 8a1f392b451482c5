// The backend of swift-metrics: what any package counts through it stands on our page. Making and destroying is cold;
// updates go to the cell as those of our own instruments do.
//
//     let runtime = try DistributedRuntime()
//     MetricsSystem.bootstrap(DynMetricsFactory(runtime))
//     let server = try runtime.serve()

#if SwiftMetrics
import CoreMetrics
import DynInstruments
import DynMetrics
import DynModel
import DynRegistry

/// A backend of swift-metrics whose metrics stand on the page of one node, with its labels.
///
/// A `Counter` becomes a counter, a `Gauge` or `Meter` a gauge, a `Recorder` that aggregates a histogram, a `Timer` a
/// histogram in seconds. Names become Prometheus's: `http.requests` counted is `http_requests_total`, timed
/// `http_requests_seconds`. The same label with the same dimensions is one series, however often it is made; with other
/// dimensions it is another series of the same family. What the page cannot hold (a name that has another type already) is
/// told once in the log, and its updates go nowhere. Nothing here ends the process. Any thread.
public final class DynMetricsFactory: MetricsFactory {
    /// How labels of swift-metrics become families.
    public struct Options: Sendable {
        /// Whether names get `dynamo_component_` in front, as those of our own metrics do.
        public var prefixesNames = false
        /// Upper bounds in seconds of timers, rising; nil: 0.005 to 10.
        public var timerBuckets: [Double]?
        /// Upper bounds of recorders that aggregate, rising, in the recorder's own unit.
        public var recorderBuckets: [Double] = [
            1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 1_000_000,
        ]
        /// Other bounds for single labels, by the label as it is given to swift-metrics.
        public var buckets: [String: [Double]] = [:]
        /// HELP texts by label; one that is not here gets its label.
        public var help: [String: String] = [:]

        public init() {}
    }

    private let series: SeriesBook

    /// - Throws: when bounds of buckets do not rise; the message names them.
    public init(_ node: any HierarchyNode, options: Options = Options()) throws(MetricsError) {
        for bounds in [options.timerBuckets ?? [], options.recorderBuckets] + options.buckets.values {
            _ = try Buckets(bounds)
        }
        series = SeriesBook(node.grip.node, options)
    }

    // MARK: made

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series.counter(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series.counter(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series.gauge(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        if aggregate { return series.histogram(label, dimensions) ?? NOOPMetricsHandler.instance }
        return series.gauge(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series.timer(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    // MARK: destroyed: a series leaves the page with the last that was made of it

    public func destroyCounter(_ handler: any CounterHandler) { series.destroy(handler) }
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { series.destroy(handler) }
    public func destroyMeter(_ handler: any MeterHandler) { series.destroy(handler) }
    public func destroyRecorder(_ handler: any RecorderHandler) { series.destroy(handler) }
    public func destroyTimer(_ handler: any TimerHandler) { series.destroy(handler) }
}
#endif
