// Cells as Swift knows them: a pointer into the arena of CDynCells, and what it points at. An update is inlined from there
// (hot); making and reading is here (cold, warm). A cell is never given back: whoever still holds a handle to a removed
// metric counts into memory that nobody reads.

import CDynCells
import DynModel

#if canImport(Glibc)
import Glibc
#endif

/// The common value of a cell; its stripes lie at fixed distances behind.
public typealias CellPointer = UnsafeMutablePointer<UInt64>

/// A cell of any type. Raw memory, so copying it costs nothing and keeps nothing alive.
package enum Cell: @unchecked Sendable {
    case counter(CellPointer)
    case intCounter(CellPointer)
    case gauge(CellPointer)
    case intGauge(CellPointer)
    case histogram(CellPointer)
    case summary(CellPointer)

    /// The cell at `pointer`, known to be of this type.
    init(_ type: InstrumentType, at pointer: CellPointer) {
        self =
            switch type {
            case .counter: .counter(pointer)
            case .intCounter: .intCounter(pointer)
            case .gauge: .gauge(pointer)
            case .intGauge, .info, .stateset: .intGauge(pointer)
            case .histogram: .histogram(pointer)
            case .summary: .summary(pointer)
            }
    }

    package var pointer: CellPointer {
        switch self {
        case .counter(let cell), .intCounter(let cell), .gauge(let cell), .intGauge(let cell), .histogram(let cell),
            .summary(let cell):
            cell
        }
    }

    // MARK: making

    /// A new cell, or nil without memory. `bounds` matter to histograms only. Takes no lock: the caller holds the
    /// structure lock.
    static func makeLocked(
        _ type: InstrumentType, bounds: HistogramBounds, native: NativeHistogram?, ages: Bool, owner: UnsafeRawPointer
    ) -> Cell? {
        let made =
            switch type {
            case .counter: dyncells_make(DYNCELLS_COUNTER, 2, owner, 16)
            case .intCounter: dyncells_make(DYNCELLS_INTCOUNTER, 1, owner, 8)
            case .gauge where ages: dyncells_make(DYNCELLS_AGEING, Int(DYNCELLS_AGEING_WORDS), owner, 8)
            case .gauge: dyncells_make(DYNCELLS_GAUGE, 1, owner, 8)
            // An info is a 1, a state 1 or 0; nobody but the metric itself holds their cells.
            case .intGauge, .info, .stateset: dyncells_make(DYNCELLS_INTGAUGE, 1, owner, 8)
            case .histogram: makeHistogramLocked(bounds, native, owner)
            case .summary: histogramRow(DYNCELLS_SUMMARY, .none, owner, 16)
            }
        return made.map { Cell(type, at: $0) }
    }

    private static func makeHistogramLocked(
        _ bounds: HistogramBounds, _ native: NativeHistogram?, _ owner: UnsafeRawPointer
    ) -> CellPointer? {
        guard let native else { return histogramRow(DYNCELLS_HISTOGRAM, bounds, owner, 16) }
        // No classic counts in the row: the native ones tell both.
        guard let cell = histogramRow(DYNCELLS_HISTOGRAM, .none, owner, 16) else { return nil }
        var options = dyncells_native_options(
            schema: Int32(clamping: native.schema), max_buckets: UInt32(clamping: native.maxBuckets),
            zero_threshold: native.zeroThreshold)
        let classic = UnsafePointer<Double>(bitPattern: UInt(bounds.address))
        return dyncells_native_make(cell, &options, classic, bounds.shape, secondsOfMonotonicClock()) != 0 ? cell : nil
    }

    /// A value of the same shape for one thread alone, on cache lines of its own; counters and histograms only.
    func makeWriterLocked(bounds: HistogramBounds, owner: UnsafeRawPointer) -> CellPointer? {
        switch self {
        case .counter, .intCounter: dyncells_make(DYNCELLS_WRITER, 8, owner, 64)
        case .histogram(let cell) where dyncells_is_native(cell) != 0:
            // The buckets are those of the histogram, the sum is its own.
            histogramRow(DYNCELLS_WRITER, .none, owner, 64).map { writer in
                writer[Int(DYNCELLS_BOUNDS)] = cell[Int(DYNCELLS_BOUNDS)]
                writer[Int(DYNCELLS_SHAPE)] = cell[Int(DYNCELLS_SHAPE)]
                return writer
            }
        case .histogram: histogramRow(DYNCELLS_WRITER, bounds, owner, 64)
        default: nil
        }
    }

    // MARK: reading

    /// The value of a counter: exact as long as all steps are whole numbers below 2^53.
    package static func counterValue(_ cell: CellPointer, _ writers: [CellPointer]) -> Double {
        var whole = dyncells_sum(cell, 0)
        var rest = dyncells_sum_doubles(cell, 1)
        for writer in writers {
            whole &+= load(writer, 0)
            rest += Double(bitPattern: load(writer, 1))
        }
        return Double(whole) + rest
    }

    package static func intCounterValue(_ cell: CellPointer, _ writers: [CellPointer]) -> UInt64 {
        writers.reduce(dyncells_sum(cell, 0)) { $0 &+ load($1, 0) }
    }

    package static func gaugeValue(_ cell: CellPointer) -> Double {
        let value = Double(bitPattern: load(cell, 0))
        // Only a mark of an ageing gauge signals.
        if value.isSignalingNaN, dyncells_kind_of(cell) == DYNCELLS_AGEING { return dyncells_ageing_value(cell) }
        return value
    }

    package static func intGaugeValue(_ cell: CellPointer) -> Int64 { Int64(bitPattern: load(cell, 0)) }

    /// What one bucket alone has counted; the last is that of `+Inf`.
    package static func bucketCount(_ cell: CellPointer, _ bucket: Int, _ writers: [CellPointer]) -> UInt64 {
        let word = Int(DYNCELLS_COUNTS) &+ bucket
        return writers.reduce(dyncells_sum(cell, word)) { $0 &+ load($1, word) }
    }

    package static func histogramSum(_ cell: CellPointer, _ writers: [CellPointer]) -> Double {
        if let native = native(cell, writers) { return native.sum }
        return rowSum(cell, writers)
    }

    /// The exponential buckets of a histogram that has them, and all that goes with them.
    static func native(_ cell: CellPointer, _ writers: [CellPointer]) -> NativeReading? {
        dyncells_is_native(cell) == 0 ? nil : NativeReading(cell, writers)
    }

    static func rowSum(_ cell: CellPointer, _ writers: [CellPointer]) -> Double {
        let word = Int(DYNCELLS_COUNTS) &+ boundCount(cell) &+ 1
        return writers.reduce(dyncells_sum_doubles(cell, word)) { $0 + Double(bitPattern: load($1, word)) }
    }

    /// Made from the buckets, so that every page has `_count` equal to `+Inf`.
    package static func histogramCount(_ cell: CellPointer, _ writers: [CellPointer]) -> UInt64 {
        if let native = native(cell, writers) { return native.count }
        return (0...boundCount(cell)).reduce(0) { $0 &+ bucketCount(cell, $1, writers) }
    }

    static func boundCount(_ cell: CellPointer) -> Int {
        Int(cell[Int(DYNCELLS_SHAPE)] & 0xFFFF_FFFF)
    }

    private static func load(_ cell: CellPointer, _ word: Int) -> UInt64 {
        dyncells_load(cell, word)
    }
}

/// Bounds as cells look for them: filled up with +Inf to a power of two above their number. Never given back, as cells
/// are not; one copy serves all children of a metric.
struct HistogramBounds: @unchecked Sendable {
    fileprivate let address: UInt64
    /// Half of the filled number, then the number of bounds.
    fileprivate let shape: UInt64
    let count: Int

    static let none = HistogramBounds(address: 0, shape: 0, count: 0)

    private init(address: UInt64, shape: UInt64, count: Int) {
        (self.address, self.shape, self.count) = (address, shape, count)
    }

    /// Nil without memory.
    init?(_ bounds: [Double]) {
        if bounds.isEmpty {
            self = .none
            return
        }
        var filled = 1
        while filled <= bounds.count { filled &*= 2 }
        guard let memory = malloc(filled &* 8) else { return nil }
        let copy = memory.bindMemory(to: Double.self, capacity: filled)
        for index in 0..<filled { (copy + index).initialize(to: index < bounds.count ? bounds[index] : .infinity) }
        self.init(
            address: UInt64(UInt(bitPattern: memory)), shape: UInt64(filled / 2) << 32 | UInt64(bounds.count),
            count: bounds.count)
    }
}

private func histogramRow(
    _ kind: dyncells_kind, _ bounds: HistogramBounds, _ owner: UnsafeRawPointer, _ alignment: Int
) -> CellPointer? {
    let words = Int(DYNCELLS_COUNTS) &+ bounds.count &+ 2
    guard let cell = dyncells_make(kind, words, owner, alignment) else { return nil }
    cell[Int(DYNCELLS_BOUNDS)] = bounds.address
    cell[Int(DYNCELLS_SHAPE)] = bounds.shape
    return cell
}
