import DynInstruments
import DynModel
import DynTestSupport
import Testing

@Suite("Metrics and their children")
struct MetricTests {
    @Test("a metric without variable labels has one series, with the node's labels and its own sorted")
    func scalar() throws {
        let metric = try metric(
            .intCounter, constLabels: [Label("b", "2")], inherited: [Label("c", "3"), Label("a", "1")])

        let family = metric.family()

        #expect(family.name == "x" && family.help == "Help" && family.kind == .counter)
        #expect(family.samples.map(\.labels.text) == [#"a="1",b="2",c="3""#])
        let cell = try #require(metric.scalar)
        #expect(MetricOwner.ofCell(cell.pointer)?.fixedLabels.map(\.name) == ["a", "b", "c"])
    }

    @Test("the same values give the same child, in any text")
    func children() throws {
        let vec = try metric(.intCounter, labels: ["m", "n"])

        let child = try vec.child(["a\"b", ""])
        _ = try vec.child(["", "a\"b"])
        _ = try vec.child(["é", "\n"])

        #expect(try vec.child(["a\"b", ""]).pointer == child.pointer)
        #expect(vec.family().samples.map(\.labels.text) == [#"m="a\"b",n="""#, #"m="",n="a\"b""#, #"m="é",n="\n""#])
    }

    @Test(
        "wrong values are refused and leave nothing behind",
        arguments: [
            [], ["a"], ["a", "b", "c"], ["a", Text([0xFF])], ["a\0", "b"],
        ] as [[Text]])
    func refusals(values: [Text]) throws {
        let vec = try metric(.gauge, labels: ["m", "n"])

        #expect(throws: MetricsError.self) { try vec.child(values) }
        #expect(vec.family().samples.isEmpty)
    }

    @Test("values can be given by name; what is missing or unknown is named")
    func byName() throws {
        let vec = try metric(.gauge, labels: ["m", "n"])

        #expect(try vec.values(from: [Label("n", "2"), Label("m", "1")]) == ["1", "2"])
        #expect(throws: MetricsError.labelMissing(metric: "x", label: "n", expected: ["m", "n"])) {
            try vec.values(from: [Label("m", "1")])
        }
        #expect(throws: MetricsError.labelUnknown(metric: "x", label: "o", expected: ["m", "n"])) {
            try vec.values(from: [Label("m", "1"), Label("n", "1"), Label("o", "1")])
        }
    }

    @Test("a removed child leaves the page; its cell can be updated without harm, and a new child begins at zero")
    func removal() throws {
        let vec = try metric(.intCounter, labels: ["m"])
        let old = try intCounter(vec, "a")
        try intCounter(vec, "b").inc()
        old.inc(by: 7)

        try vec.remove(["a"])
        old.inc(by: 7)
        try vec.remove(["never there"])

        #expect(vec.family().samples.map(\.labels.text) == [#"m="b""#])
        #expect(try intCounter(vec, "a").value == 0)
        #expect(vec.family().samples.map(\.labels.text) == [#"m="b""#, #"m="a""#])
    }

    @Test("removing keeps the order of those that stay, however many go")
    func manyRemovals() throws {
        let vec = try metric(.intCounter, labels: ["m"])
        for index in 0..<1000 { try intCounter(vec, "\(index)").inc(by: UInt64(index)) }

        for index in 0..<1000 where index % 10 != 3 { try vec.remove([Text("\(index)")]) }

        let left = (0..<1000).filter { $0 % 10 == 3 }
        #expect(vec.family().samples.map(\.value) == left.map { .integer(UInt64($0)) })
        for index in left { #expect(try intCounter(vec, "\(index)").value == UInt64(index)) }
        #expect(try intCounter(vec, "4").value == 0)
    }

    @Test("clear takes all children off the page, a scalar has none to remove")
    func clearing() throws {
        let vec = try metric(.gauge, labels: ["m"])
        _ = try vec.child(["a"])

        vec.removeAll()
        #expect(vec.family().samples.isEmpty)

        let scalar = try metric(.gauge)
        scalar.removeAll()
        #expect(scalar.family().samples.count == 1)
        #expect(throws: MetricsError.self) { try scalar.remove([]) }
    }

    @Test("a histogram's page has its bounds in canonical spelling, le last, the count of all")
    func histogramFamily() throws {
        let vec = try metric(.histogram, labels: ["z"], bounds: [0.5, 1, 1e6])
        guard case .histogram(let cell) = try vec.child(["1"]) else { return }
        for value in [0.1, 0.7, 5, 1e7] { Histogram(cell: cell).observe(value) }

        let samples = vec.family().samples

        #expect(
            samples.map(\.labels.text) == [
                #"z="1",le="0.5""#, #"z="1",le="1.0""#, #"z="1",le="1e+06""#, #"z="1",le="+Inf""#, #"z="1""#, #"z="1""#,
            ])
        #expect(samples.map(\.suffix) == [.bucket, .bucket, .bucket, .bucket, .sum, .count])
        #expect(samples.map(\.value.double) == [1, 2, 3, 4, 10_000_005.8, 4])
    }

    @Test("the labels of the node can be given anew")
    func inheritance() throws {
        let vec = try metric(.histogram, labels: ["m", "n"], bounds: [1], inherited: [Label("worker_id", "a")])
        _ = try vec.child(["1", "2"])
        _ = try vec.child(["3", "4"])
        try vec.remove(["1", "2"])

        withStructureLock { vec.inheritLocked([Label("worker_id", "b")]) }

        #expect(
            vec.family().samples.map(\.labels.text) == [
                #"m="3",n="4",worker_id="b",le="1.0""#, #"m="3",n="4",worker_id="b",le="+Inf""#,
                #"m="3",n="4",worker_id="b""#, #"m="3",n="4",worker_id="b""#,
            ])
    }

    @Test("a cell knows what its metric is called, even when that is gone")
    func owner() throws {
        var vec: Metric? = try metric(.gauge, labels: ["m"])
        let cell = try #require(try vec?.child(["a"]))
        vec = nil

        #expect(MetricOwner.ofCell(cell.pointer)?.definition.name == "x")
    }

    @Test("every page has rising buckets and a count equal to +Inf while four threads update")
    func scrapeWhileUpdating() throws {
        let vec = try metric(.histogram, labels: ["m"], bounds: [1, 2, 3])
        let isDone = Guarded(0)

        inThreads(5) { index in
            if index < 4 {
                for round in 0..<10_000 {
                    guard case .histogram(let cell)? = try? vec.child([Text("\(round % 3)")]) else { continue }
                    Histogram(cell: cell).observe(Double(round % 4) + 0.5)
                }
                isDone.with { $0 += 1 }
                return
            }
            repeat {
                let family = vec.family()
                for start in stride(from: 0, to: family.samples.count, by: 6) {
                    let counts = family.samples[start..<start + 4].map(\.value.double)
                    #expect(counts == counts.sorted())
                    #expect(family.samples[start + 5].value.double == counts[3])
                }
            } while isDone.copy < 4
        }

        let family = vec.family()
        let total = family.samples.filter { $0.suffix == .count }.reduce(0) { $0 + $1.value.double }
        #expect(total == 40_000)
    }

    @Test("children can come and go on four threads while the page is read")
    func churn() throws {
        let vec = try metric(.intCounter, labels: ["m"])

        inThreads(5) { index in
            for round in 0..<2000 {
                let value = Text("\(round % 50)")
                switch index {
                case 0: _ = vec.family()
                case 1: try? vec.remove([value])
                case 2 where round % 500 == 0: vec.removeAll()
                default: if case .intCounter(let cell)? = try? vec.child([value]) { IntCounter(cell: cell).inc() }
                }
            }
        }

        #expect(Set(vec.family().samples.map(\.labels.text)).count == vec.family().samples.count)
    }

    private func intCounter(_ vec: Metric, _ value: String) throws -> IntCounter {
        guard case .intCounter(let cell) = try vec.child([Text(value)]) else { throw MetricsError.closed("no cell") }
        return IntCounter(cell: cell)
    }
}
