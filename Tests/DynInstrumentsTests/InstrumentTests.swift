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
        let before = refusedUpdates.value

        counter.inc(by: delta)

        #expect(counter.value == 1 && refusedUpdates.value == before + 1)
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
        guard case .intCounter(let cell)? = Cell.make(.intCounter, bounds: []) else { return }
        let counter = IntCounter(cell: cell)

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
        guard case .gauge(let cell)? = Cell.make(.gauge, bounds: []) else { return }
        let gauge = Gauge(cell: cell)

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
        guard case .intGauge(let cell)? = Cell.make(.intGauge, bounds: []) else { return }
        let gauge = IntGauge(cell: cell)

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

    @Test("cells stand on cache lines of their own and begin with their tag")
    func memory() throws {
        for (type, tag) in zip(
            InstrumentType.allCases,
            [
                HandleTag.counter, HandleTag.intCounter, HandleTag.gauge,
                HandleTag.intGauge, HandleTag.histogram,
            ])
        {
            let before = cellBytes.value
            let cell = try #require(Cell.make(type, bounds: [1, 2]))
            #expect(UInt(bitPattern: cell.pointer) % 64 == 0)
            #expect(cell.pointer.load(as: UInt64.self) == tag && HandleTag.isCell(tag))
            #expect(cellBytes.value >= before + 64)
        }
    }

    private func cumulative(_ histogram: Histogram) -> [UInt64] {
        var counts: [UInt64] = []
        histogram.cell.pointee.forEachBucket { _, count in counts.append(count) }
        return counts
    }
}
