import CDynCells
import DynInstruments
import DynModel
import DynTestSupport
import Foundation
import Testing

/// Exponential buckets beside the classic ones: in the right place, agreeing with them, within their limit.
@Suite("Native histograms", .serialized)
struct NativeHistogramTests {
    @Test("every value lies in the bucket with its bounds", arguments: NativeHistogram.schemas)
    func bounds(schema: Int) throws {
        var random = SeededGenerator(seed: 7)
        let base = pow(2, pow(2, Double(-schema)))
        for _ in 0..<400 {
            let value = exp2(Double.random(in: -40...40, using: &random))
            let (_, histogram) = try histogram(NativeHistogram(schema: schema))
            histogram.histogram.observe(value)
            let bucket = try #require(histogram.page.native?.positive.first)
            let upper = pow(base, Double(bucket.index))
            #expect(value <= upper * (1 + 1e-12) && value > upper / base * (1 - 1e-12), "\(value) in \(bucket.index)")
        }
    }

    @Test("a power of two is the upper bound of its bucket, to the bit", arguments: [0, 3, 8])
    func powers(schema: Int) throws {
        for exponent in stride(from: -1074, through: 1023, by: 97) {
            let (_, histogram) = try histogram(NativeHistogram(schema: schema, zeroThreshold: 0))
            let bound = scalbn(1.0, exponent)
            histogram.histogram.observe(bound)
            #expect(histogram.page.native?.positive == [.init(index: Int32(exponent << schema), count: 1)])
            if exponent < -1000 { continue }  // its neighbour is far away
            histogram.histogram.observe(bound.nextUp)
            #expect(
                histogram.page.native?.positive.map(\.index) == [
                    Int32(exponent << schema), Int32(exponent << schema) + 1,
                ])
        }
    }

    @Test("both kinds of buckets, count and sum say the same", arguments: [UInt64(1), 2, 3])
    func agreement(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bounds: [Double] = [-100, -1, 0, 1e-5, 0.1, 0.5, 1, 10]
        let (_, native) = try histogram(NativeHistogram(), bounds)
        let classic = try makeHistogram(bounds)
        var odd: [Double] = [0, -0.0, .nan, .infinity, -.infinity, 5e-324, -5e-324, .greatestFiniteMagnitude, 1e-300]
        odd += bounds + bounds.map(\.nextUp) + bounds.map(\.nextDown)
        var values = odd + (0..<2000).map { _ in exp2(Double.random(in: -30...6, using: &random)) }
        values += (0..<500).map { _ in -exp2(Double.random(in: -10...8, using: &random)) }
        if seed == 2 { values = values.filter(\.isFinite) }
        var plain: [UInt64] = Array(repeating: 0, count: bounds.count + 1)
        for value in values {
            native.histogram.observe(value)
            classic.observe(value)
            plain[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        }
        let page = native.page
        #expect(page.buckets == plain.reduce(into: []) { $0.append(($0.last ?? 0) + $1) })
        #expect(page.count == UInt64(values.count) && native.histogram.count == page.count)
        #expect(classic.count == page.count)
        #expect(page.sum == classic.sum || page.sum.isNaN && classic.sum.isNaN)
        let buckets = try #require(page.native)
        let inBuckets = buckets.zeroCount + (buckets.positive + buckets.negative).reduce(0) { $0 + $1.count }
        #expect(inBuckets == UInt64(values.count { !$0.isNaN }))
        #expect(buckets.positive.count + buckets.negative.count <= 160)
        #expect(buckets.positive.map(\.index) == buckets.positive.map(\.index).sorted())
    }

    @Test("the zero bucket takes what is up to its threshold, on both sides")
    func zero() throws {
        let (_, native) = try histogram(NativeHistogram(zeroThreshold: 0.5))
        for value in [0.5, -0.5, 0, 0.25, (0.5).nextUp, (-0.5).nextDown, -0.6] { native.histogram.observe(value) }
        let buckets = try #require(native.page.native)
        #expect(buckets.zeroCount == 4)
        #expect(buckets.positive.map(\.count) == [1] && buckets.negative.map(\.count) == [1, 1])
        #expect(buckets.zeroThreshold == 0.5)
    }

    @Test("more buckets than there may be lower the schema, and nothing is lost", arguments: [1, 20, 160])
    func limit(most: Int) throws {
        let (_, native) = try histogram(NativeHistogram(schema: 8, maxBuckets: most))
        var random = SeededGenerator(seed: 3)
        var previous: Int32 = 8
        var count: UInt64 = 0
        for octaves in [1.0, 2, 4, 8, 16, 60, 300, 1000] {
            for _ in 0..<500 { native.histogram.observe(exp2(Double.random(in: -octaves...octaves, using: &random))) }
            count += 500
            let buckets = try #require(native.page.native)
            #expect(buckets.schema <= previous)
            #expect(buckets.positive.count <= most || buckets.schema == -4)
            #expect(buckets.positive.reduce(buckets.zeroCount) { $0 + $1.count } == count)
            #expect(most < 160 || octaves > 8 || buckets.schema >= 2)  // what times of requests span
            previous = buckets.schema
        }
    }

    @Test("with no reader for long, a table full of fine buckets goes on with coarser ones")
    func unread() throws {
        let (_, native) = try histogram(NativeHistogram(schema: 8, maxBuckets: 4), [1])
        var random = SeededGenerator(seed: 9)
        for _ in 0..<20_000 {
            let value = exp2(Double.random(in: -1074...1023, using: &random))
            native.histogram.observe(Bool.random(using: &random) ? value : -value)
        }
        let page = native.page
        #expect(page.count == 20_000)
        #expect(page.native?.schema == -4)
        #expect((page.native?.positive.count ?? 0) + (page.native?.negative.count ?? 0) <= 266)
    }

    @Test("it begins anew, fine again, when it has been counting for long enough; a late count is not lost")
    func reset() throws {
        let (metric, native) = try histogram(NativeHistogram(schema: 5, maxBuckets: 4, minResetSeconds: 1e-9), [1])
        for value in [1.0, 2, 4, 8, 16] { native.histogram.observe(value) }
        let before = native.page
        #expect(before.count == 5 && before.sum == 31 && (before.native?.schema ?? 5) < 5)
        let after = native.page
        #expect(after.count == 0 && after.sum == 0 && after.native?.positive.isEmpty == true)
        #expect(after.buckets == [0, 0] && after.native?.schema == 5)
        native.histogram.observe(3)
        #expect(native.page.count == 1 && native.page.sum == 3)
        _ = metric
    }

    @Test("under fire no reset loses or invents a count", arguments: 1...20)
    func resetUnderFire(round: Int) throws {
        let (_, native) = try histogram(NativeHistogram(schema: 8, maxBuckets: 8, minResetSeconds: 1e-9), [1])
        let histogram = native.histogram
        let ended = Guarded(0)
        // Behind the first page that has more buckets than there may be, all counts begin anew.
        let shown = Guarded<UInt64>(0)
        inThreads(4) { index in
            if index == 0 {
                while ended.copy < 3, shown.copy == 0 {
                    let page = native.page
                    if page.native?.schema != 8 { shown.with { $0 = page.count } }
                }
                return
            }
            for step in 0..<3000 { histogram.observe(1.0 + Double((step &* 7919 &+ round) % 4096) / 512) }
            ended.with { $0 += 1 }
        }
        let last = native.page
        #expect(shown.copy + last.count == 9000)
    }

    @Test("every page under fire agrees with itself, and nothing falls")
    func fire() throws {
        let (_, native) = try histogram(NativeHistogram(schema: 8, maxBuckets: 40), [0.5, 1, 2, 4])
        let histogram = native.histogram
        let ended = Guarded(0)
        inThreads(5) { index in
            if index == 0 {
                var last: [UInt64] = []
                while ended.copy < 4 {
                    let page = native.page
                    let inBuckets = page.native?.positive.reduce(page.native?.zeroCount ?? 0) { $0 + $1.count }
                    #expect(page.count == inBuckets && page.buckets.last == page.count)
                    #expect(page.buckets == page.buckets.sorted())
                    #expect(last.isEmpty || zip(last, page.buckets).allSatisfy { $0 <= $1 })
                    last = page.buckets
                }
                return
            }
            let writer = try? histogram.writer()
            for round in 0..<20_000 {
                let value = Double((round &* 7919 &+ index) % 4096) / 700
                if index == 1, writer != nil { writer?.observe(value) } else { histogram.observe(value) }
            }
            ended.with { $0 += 1 }
        }
        #expect(native.page.count == 80_000)
    }

    @Test("the memory of children that leave serves others, and a late observation goes nowhere")
    func leaving() throws {
        let metric = try Metric(
            MetricDefinition(
                name: "x", help: "Help", type: .histogram, isVec: true, labelNames: ["worker"], bounds: [1],
                native: NativeHistogram()),
            inherited: [])
        guard case .histogram(let cell) = try metric.child(["gone"]) else { return }
        let held = Histogram(cell: cell)
        let writer = try held.writer()
        held.observe(1)
        writer.observe(2)
        #expect(held.count == 2)

        try metric.remove(["gone"])
        held.observe(3)
        writer.observe(4)
        #expect(held.count == 0 && held.sum == 0 && metric.family().samples.isEmpty)
        guard case .histogram(let anew) = try metric.child(["gone"]) else { return }
        #expect(Histogram(cell: anew).count == 0)
        Histogram(cell: anew).observe(5)
        #expect(Histogram(cell: anew).count == 1 && held.count == 0)
        _ = metric.removeMatching([Label("worker", "gone")])
        metric.removeAll()
        #expect(Histogram(cell: anew).count == 0)
    }

    @Test("what no histogram can have is refused with a right value")
    func refusals() {
        for wrong in [
            NativeHistogram(schema: 9), NativeHistogram(schema: -5), NativeHistogram(zeroThreshold: -1),
            NativeHistogram(zeroThreshold: .nan), NativeHistogram(maxBuckets: 0), NativeHistogram(maxBuckets: 10_001),
            NativeHistogram(minResetSeconds: -1), NativeHistogram(minResetSeconds: .nan),
        ] {
            #expect(throws: MetricsError.self, "\(wrong)") { try wrong.check() }
        }
    }
}

/// A histogram with native buckets, and what a page has of it.
private struct NativePair: @unchecked Sendable {
    let metric: Metric
    let histogram: Histogram

    struct Page {
        var buckets: [UInt64] = []
        var count: UInt64 = 0
        var sum = 0.0
        var native: NativeBuckets?
    }

    var page: Page {
        var page = Page()
        for sample in metric.family().samples {
            switch sample.suffix {
            case .bucket: page.buckets.append(sample.value.wholeCount ?? 0)
            case .sum: page.sum = sample.value.double
            default:
                page.count = sample.value.wholeCount ?? 0
                page.native = sample.native
            }
        }
        return page
    }
}

private func histogram(_ native: NativeHistogram, _ bounds: [Double] = [1]) throws -> (Metric, NativePair) {
    let metric = try Metric(
        MetricDefinition(name: "x", help: "Help", type: .histogram, isVec: false, bounds: bounds, native: native),
        inherited: [])
    guard case .histogram(let cell)? = metric.scalar else { throw MetricsError.closed("no cell") }
    return (metric, NativePair(metric: metric, histogram: Histogram(cell: cell)))
}
