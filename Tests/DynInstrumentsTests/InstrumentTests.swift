import CDynCells
import DynInstruments
import DynModel
import DynTestSupport
import Testing

@Suite("Instruments count", .serialized)
struct InstrumentTests {
    static let threads = 4
    static let rounds = 20_000

    // MARK: counters

    @Test("a counter adds whole and broken numbers exactly")
    func counter() throws {
        let counter = Counter(cell: try counterCell())

        counter.inc()
        counter.inc(by: 2)
        counter.inc(by: 0.5)
        counter.inc(by: 1e15)
        counter.inc(by: 0)

        #expect(counter.value == 1e15 + 3.5)
    }

    @Test(
        "a negative or NaN delta is refused and counted", arguments: [-1, -0.5, -.infinity, .nan, -5e-324] as [Double])
    func refused(delta: Double) throws {
        let counter = Counter(cell: try counterCell())
        counter.inc()
        let before = dyncells_refused()

        counter.inc(by: delta)

        #expect(counter.value == 1 && dyncells_refused() == before + 1)
    }

    @Test(
        "very large deltas do not trap",
        arguments: [9e15, 1e19, 1e300, .greatestFiniteMagnitude, .infinity] as [Double])
    func large(delta: Double) throws {
        let counter = Counter(cell: try counterCell())

        counter.inc(by: delta)

        #expect(counter.value == delta)
    }

    @Test("a counter's sum is exact after all threads have ended")
    func concurrentCounter() throws {
        let counter = Counter(cell: try counterCell())

        inThreads(Self.threads) { _ in
            for _ in 0..<Self.rounds {
                counter.inc()
                counter.inc(by: 0.25)
            }
        }

        #expect(counter.value == Double(Self.threads * Self.rounds) * 1.25)
    }

    @Test("an integer counter is exact to 2^64 and wraps there")
    func intCounter() throws {
        let counter = IntCounter(cell: try cell(.intCounter))

        counter.inc(by: .max)
        #expect(counter.value == .max)
        counter.inc(by: 3)
        #expect(counter.value == 2)

        inThreads(Self.threads) { _ in for _ in 0..<Self.rounds { counter.inc() } }
        #expect(counter.value == 2 + UInt64(Self.threads * Self.rounds))
    }

    // MARK: gauges

    @Test("a gauge goes up and down")
    func gauge() throws {
        let gauge = Gauge(cell: try cell(.gauge))

        gauge.set(5)
        gauge.inc()
        gauge.dec()
        gauge.add(0.5)
        gauge.sub(2)
        #expect(gauge.value == 3.5)
        gauge.set(.nan)
        #expect(gauge.value.isNaN)
        gauge.set(-.infinity)
        #expect(gauge.value == -.infinity)

        gauge.set(0)
        inThreads(Self.threads) { index in
            for _ in 0..<Self.rounds { index % 2 == 0 ? gauge.inc() : gauge.dec() }
        }
        #expect(gauge.value == 0)
    }

    @Test("an integer gauge wraps at its ends and never traps")
    func intGauge() throws {
        let gauge = IntGauge(cell: try cell(.intGauge))

        gauge.set(.max)
        gauge.inc()
        #expect(gauge.value == .min)
        gauge.sub(1)
        #expect(gauge.value == .max)
        gauge.set(0)
        gauge.sub(.min)
        #expect(gauge.value == .min)

        gauge.set(0)
        inThreads(Self.threads) { _ in
            for _ in 0..<Self.rounds {
                gauge.add(3)
                gauge.sub(2)
            }
        }
        #expect(gauge.value == Int64(Self.threads * Self.rounds))
    }

    // MARK: histograms

    @Test(
        "an observation counts in the first bucket that holds it",
        arguments: [
            (-1, [1, 1, 1]), (0.5, [1, 1, 1]), (0.50001, [0, 1, 1]), (1, [0, 1, 1]), (1.5, [0, 0, 1]),
            (.infinity, [0, 0, 1]),
            (-.infinity, [1, 1, 1]), (.nan, [0, 0, 1]),
        ] as [(Double, [UInt64])])
    func buckets(value: Double, expected: [UInt64]) throws {
        let histogram = try makeHistogram([0.5, 1])

        histogram.observe(value)

        #expect(cumulative(histogram) == expected && histogram.count == 1)
        #expect(histogram.sum == value || (histogram.sum.isNaN && value.isNaN))
    }

    @Test("a histogram without bounds has one bucket")
    func noBounds() throws {
        let histogram = try makeHistogram([])

        for value in [1.0, 2, 3] { histogram.observe(value) }

        #expect(cumulative(histogram) == [3] && histogram.sum == 6)
    }

    @Test("a histogram's counts and sum are exact after all threads have ended")
    func concurrentHistogram() throws {
        let histogram = try makeHistogram([1, 2, 3])

        inThreads(Self.threads) { index in
            for _ in 0..<Self.rounds { histogram.observe(Double(index) + 0.5) }
        }

        let each = UInt64(Self.rounds)
        #expect(cumulative(histogram) == [each, 2 * each, 3 * each, 4 * each])
        #expect(histogram.count == 4 * each && histogram.sum == Double(each) * 8)
    }

    @Test("bounds of every number are searched right", arguments: [1, 2, 3, 4, 7, 8, 13, 15, 16, 17, 31, 32, 33, 100])
    func boundCounts(count: Int) throws {
        let bounds = (1...count).map(Double.init)
        let histogram = try makeHistogram(bounds)

        for bound in bounds {
            for value in [bound, bound - 0.5] { histogram.observe(value) }
        }
        histogram.observe(Double(count) + 0.5)
        histogram.observe(.nan)

        let expected = bounds.map { UInt64($0) * 2 } + [UInt64(count) * 2 + 2]
        #expect(cumulative(histogram) == expected)
    }

    @Test("a scalar takes 32 bytes at most, a histogram a word per bucket and a few more")
    func memory() throws {
        _ = try counterCell()
        for (type, bounds, bytes) in [
            (.counter, [], 32), (.intCounter, [], 16), (.gauge, [], 16), (.intGauge, [], 16),
            (.histogram, [1, 2, 3], 2 * 8 * 8),
        ] as [(InstrumentType, [Double], Int)] {
            let cells = try (0..<50).map { _ in UInt(bitPattern: try cell(type, bounds)) }
            // Its head, and its value where a thread adds to it: the rest of the arena stays untouched. Other tests may
            // make cells in between.
            #expect(zip(cells, cells.dropFirst()).map { $1 - $0 }.min() ?? .max <= UInt(bytes / 2))
        }
        #expect(dyncells_bytes() > 0)
    }

    private func cumulative(_ histogram: Histogram) -> [UInt64] {
        let owner = MetricOwner.ofCell(UnsafeRawPointer(histogram.cell))
        let bounds = owner?.definition.bounds.count ?? 0
        return (0...bounds).reduce(into: []) { counts, bucket in
            counts.append(
                (counts.last ?? 0) + Cell.bucketCount(histogram.cell, bucket, MetricOwner.writers(of: histogram.cell)))
        }
    }
}
