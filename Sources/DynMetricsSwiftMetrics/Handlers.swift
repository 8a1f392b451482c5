// What swift-metrics updates: a grip on one cell. Hot: one relaxed load more than our own instruments.

#if SwiftMetrics
import CoreMetrics
import DynInstruments
import DynModel
import Synchronization

/// One series, shared by all that were made with its label and dimensions.
class SeriesHandler: @unchecked Sendable {
    let key: SeriesKey
    private let metric: Metric
    private let cell: Atomic<CellPointer>
    /// How many hold it. Guarded by the structure lock.
    var uses = 1

    required init(_ key: SeriesKey, _ metric: Metric, _ cell: CellPointer) {
        self.key = key
        self.metric = metric
        self.cell = Atomic(cell)
    }

    final var current: CellPointer { cell.load(ordering: .relaxed) }

    /// Takes the series off the page. Updates go to where nobody looks, until ``show()``.
    final func hide() {
        try? metric.remove(key.labels.map(\.value))
    }

    /// Puts it on the page again, from zero unless it is there.
    final func show() {
        guard let found = try? metric.child(key.labels.map(\.value)) else { return }
        cell.store(found.pointer, ordering: .relaxed)
    }

    /// Back to zero, which scrapers take for a restart.
    final func reset() {
        hide()
        show()
    }
}

final class CounterSeries: SeriesHandler, CounterHandler, FloatingPointCounterHandler, @unchecked Sendable {
    func increment(by amount: Int64) { increment(by: Double(amount)) }
    /// A negative or NaN amount is refused and counted.
    func increment(by amount: Double) { Counter(cell: current).inc(by: amount) }
}

final class GaugeSeries: SeriesHandler, MeterHandler, RecorderHandler, @unchecked Sendable {
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { Gauge(cell: current).set(value) }
    func increment(by amount: Double) { Gauge(cell: current).add(amount) }
    func decrement(by amount: Double) { Gauge(cell: current).sub(amount) }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
}

final class HistogramSeries: SeriesHandler, RecorderHandler, TimerHandler, @unchecked Sendable {
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { Histogram(cell: current).observe(value) }
    /// A clock that went back has measured nothing.
    func recordNanoseconds(_ duration: Int64) { record(Double(max(0, duration)) / 1e9) }
}
#endif
