#if SwiftMetrics
import CoreMetrics
import enum DynMetrics.MetricsError
import struct DynMetrics.DistributedRuntime
import DynMetricsSwiftMetrics
import Testing

/// A factory on an endpoint of its own, never bootstrapped: a process has one of those.
private struct Bench {
    let runtime: DistributedRuntime
    let factory: DynMetricsFactory

    init(_ change: (inout DynMetricsFactory.Options) -> Void = { _ in }) throws {
        runtime = try DistributedRuntime(connectionID: 0x2a)
        var options = DynMetricsFactory.Options()
        change(&options)
        factory = try DynMetricsFactory(runtime, options: options)
    }

    var lines: [String] {
        String(decoding: runtime.scrape(selfMetrics: false), as: UTF8.self).split(separator: "\n").map(String.init)
    }
    var samples: [String] { lines.filter { !$0.hasPrefix("#") } }
}

@Suite("swift-metrics")
struct SwiftMetricsTests {
    @Test("each kind stands on the page as its own type, under a legal name")
    func kinds() throws {
        let bench = try Bench {
            $0.recorderBuckets = [1, 10]; $0.timerBuckets = [0.1, 1]
        }
        Counter(label: "http.requests", dimensions: [("path", "/a")], factory: bench.factory).increment(by: 3)
        FloatingPointCounter(label: "work-done", factory: bench.factory).increment(by: 0.5)
        let meter = Meter(label: "queue.depth", factory: bench.factory)
        meter.set(7)
        meter.decrement(by: 2)
        Gauge(label: "temperature", factory: bench.factory).record(21.5)
        Recorder(label: "body.bytes", factory: bench.factory).record(4)
        Timer(label: "answer", factory: bench.factory).recordMilliseconds(250)

        #expect(
            bench.lines == [
                "# HELP answer_seconds answer", "# TYPE answer_seconds histogram",
                #"answer_seconds_bucket{worker_id="2a",le="0.1"} 0"#,
                #"answer_seconds_bucket{worker_id="2a",le="1.0"} 1"#,
                #"answer_seconds_bucket{worker_id="2a",le="+Inf"} 1"#,
                #"answer_seconds_sum{worker_id="2a"} 0.25"#, #"answer_seconds_count{worker_id="2a"} 1"#,
                "# HELP body_bytes body.bytes", "# TYPE body_bytes histogram",
                #"body_bytes_bucket{worker_id="2a",le="1.0"} 0"#, #"body_bytes_bucket{worker_id="2a",le="10.0"} 1"#,
                #"body_bytes_bucket{worker_id="2a",le="+Inf"} 1"#,
                #"body_bytes_sum{worker_id="2a"} 4"#, #"body_bytes_count{worker_id="2a"} 1"#,
                "# HELP http_requests_total http.requests", "# TYPE http_requests_total counter",
                #"http_requests_total{path="/a",worker_id="2a"} 3"#,
                "# HELP queue_depth queue.depth", "# TYPE queue_depth gauge", #"queue_depth{worker_id="2a"} 5"#,
                "# HELP temperature temperature", "# TYPE temperature gauge", #"temperature{worker_id="2a"} 21.5"#,
                "# HELP work_done_total work-done", "# TYPE work_done_total counter",
                #"work_done_total{worker_id="2a"} 0.5"#,
            ])
    }

    @Test("one label with different dimensions is one family, whatever their keys and their order")
    func otherKeys() throws {
        let bench = try Bench()
        for dimensions in [[], [("a", "1")], [("b", "2")], [("a", "1"), ("b", "2")], [("b", "2"), ("a", "1")]] {
            Counter(label: "x", dimensions: dimensions, factory: bench.factory).increment()
        }
        #expect(bench.lines.filter { $0.hasPrefix("# TYPE") } == ["# TYPE x_total counter"])
        #expect(
            bench.samples == [
                #"x_total{worker_id="2a"} 1"#, #"x_total{a="1",worker_id="2a"} 1"#, #"x_total{b="2",worker_id="2a"} 1"#,
                #"x_total{a="1",b="2",worker_id="2a"} 2"#,
            ])
    }

    @Test("a counter and a floating point counter of one label are one series")
    func bothCounters() throws {
        let bench = try Bench()
        Counter(label: "x", factory: bench.factory).increment(by: 2)
        FloatingPointCounter(label: "x", factory: bench.factory).increment(by: 0.25)
        #expect(bench.samples == [#"x_total{worker_id="2a"} 2.25"#])
    }

    @Test(
        "a name of another type, and one that cannot be made legal, go nowhere and end nothing",
        arguments: ["x", "", "…"])
    func conflicts(label: String) throws {
        let bench = try Bench()
        Gauge(label: "x", factory: bench.factory).record(1)
        let recorder = Recorder(label: label, factory: bench.factory)
        recorder.record(5)
        recorder.destroy()
        #expect(bench.samples == [#"x{worker_id="2a"} 1"#])
    }

    @Test("a metric that the node has made itself is not touched")
    func ownMetric() throws {
        let bench = try Bench()
        let own = try bench.runtime.metrics.createIntCounter("x_total", "Ours", nameAsIs: true)
        own.inc()
        Counter(label: "x", factory: bench.factory).increment(by: 10)
        #expect(bench.samples == [#"x_total{worker_id="2a"} 1"#])
    }

    @Test(
        "a dimension that has an automatic label's name, or le, keeps its value under another name",
        arguments: [
            ("worker_id", "exported_worker_id"), ("le", "exported_le"), ("bad-name", "bad_name"),
        ])
    func labels(given: String, expected: String) throws {
        let bench = try Bench()
        Timer(label: "t", dimensions: [(given, "v\0w")], factory: bench.factory).recordSeconds(1)
        #expect(bench.samples.last?.contains("\(expected)=\"v\u{FFFD}w\"") == true)
    }

    @Test("a dimension given twice counts once, with its last value")
    func twice() throws {
        let bench = try Bench()
        Counter(label: "x", dimensions: [("a", "1"), ("a", "2")], factory: bench.factory).increment()
        #expect(bench.samples == [#"x_total{a="2",worker_id="2a"} 1"#])
    }

    @Test("destroying the last of a series takes it off the page, not one before; made again it begins at zero")
    func destroying() throws {
        let bench = try Bench()
        let first = Counter(label: "x", dimensions: [("a", "1")], factory: bench.factory)
        let second = Counter(label: "x", dimensions: [("a", "1")], factory: bench.factory)
        first.increment(by: 2)
        second.increment(by: 3)
        first.destroy()
        #expect(bench.samples == [#"x_total{a="1",worker_id="2a"} 5"#])
        second.destroy()
        second.increment()  // late: nobody sees it
        #expect(bench.samples == [])
        Counter(label: "x", dimensions: [("a", "1")], factory: bench.factory).increment()
        #expect(bench.samples == [#"x_total{a="1",worker_id="2a"} 1"#])
    }

    @Test("a counter that is reset begins at zero, for everyone who holds it")
    func resetting() throws {
        let bench = try Bench()
        let first = Counter(label: "x", factory: bench.factory)
        let second = Counter(label: "x", factory: bench.factory)
        first.increment(by: 9)
        second.reset()
        first.increment()
        #expect(bench.samples == [#"x_total{worker_id="2a"} 1"#])
    }

    @Test("options: prefix, buckets of one label, help; buckets that fall are refused")
    func options() throws {
        let bench = try Bench {
            $0.prefixesNames = true
            $0.buckets = ["t": [5]]
            $0.help = ["t": "How long it takes"]
        }
        Timer(label: "t", factory: bench.factory).recordSeconds(1)
        #expect(bench.lines.first == "# HELP dynamo_component_t_seconds How long it takes")
        #expect(bench.samples.count == 4)
        #expect(throws: MetricsError.self) { try Bench { $0.buckets = ["t": [2, 1]] } }
    }

    @Test("threads that make, update and destroy the same series lose nothing while one holds it")
    func concurrently() async throws {
        let bench = try Bench()
        let held = Counter(label: "x", factory: bench.factory)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<500 {
                        let counter = Counter(label: "x", factory: bench.factory)
                        counter.increment()
                        counter.destroy()
                        let other = Counter(label: "y", factory: bench.factory)
                        other.increment()
                        other.destroy()
                    }
                }
            }
        }
        #expect(bench.samples == [#"x_total{worker_id="2a"} 2000"#])
        held.destroy()
        // After all that, one that is made is seen.
        Counter(label: "y", factory: bench.factory).increment()
        #expect(bench.samples == [#"y_total{worker_id="2a"} 1"#])
    }
}
#endif
