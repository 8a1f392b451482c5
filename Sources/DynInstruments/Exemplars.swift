// The observations that a metric's counters and buckets point at: the newest of each. They stand beside the cells, so an
// update without exemplar knows nothing of them. Warm: an update with exemplar takes the structure lock for a moment.

import CDynCells
import DynModel

#if canImport(Glibc)
import Glibc
#endif

/// Which cell, and which of its buckets; 0 of a counter.
struct ExemplarPlace: Hashable {
    var cell: UnsafeRawPointer
    var bucket: Int
}

extension Cell {
    /// Keeps `labels` as the newest exemplar of a counter, or of the histogram's bucket for `value`.
    ///
    /// Refuses labels that no reader would take. The value itself is not counted here. Any thread, but no signal handler.
    package func keepExemplar(_ labels: [Label], value: Double) throws(MetricsError) {
        let bucket: Int
        switch self {
        case .counter, .intCounter: bucket = 0
        case .histogram(let cell):
            bucket = dyncells_is_native(cell) == 0 ? dyncells_bucket(cell, value) : dyncells_native_bucket(cell, value)
        default: throw .handle("only counters and histograms have exemplars")
        }
        if labels.isEmpty { return }
        let exemplar = try Exemplar(checking: labels, value: value, timestamp: secondsNow())
        guard let owner = MetricOwner.ofCell(UnsafeRawPointer(pointer)) else { return }
        let place = ExemplarPlace(cell: UnsafeRawPointer(pointer), bucket: bucket)
        // The one it replaces is let go outside the lock.
        let replaced = withStructureLock { owner.exemplars.updateValue(exemplar, forKey: place) }
        _ = replaced
    }
}

/// To the millisecond, as readers keep it.
private func secondsNow() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec / 1_000_000) / 1000
}
