import DynInstruments
import DynModel
import DynRegistry
import DynTestSupport
import Testing

@Suite("Creating metrics")
struct MetricCreationTests {
    @Test(
        "a name becomes dynamo_component_ and itself, sanitised, unless it is taken as it is",
        arguments: [
            ("requests_total", false, "dynamo_component_requests_total"),
            ("123metric", false, "dynamo_component__123metric"),
            ("a-b.c", false, "dynamo_component_a_b_c"), ("vllm:x", true, "vllm:x"), ("x", true, "x"),
        ])
    func names(name: String, isAsIs: Bool, expected: Text) throws {
        let metric = try root().create(MetricSpec(.gauge, name: Text(name), isNameAsIs: isAsIs))

        #expect(metric.definition.name == expected)
    }

    @Test(
        "every type can be created, with and without variable labels",
        arguments: InstrumentType.allCases.filter { $0 != .info && $0 != .stateset })
    func types(type: InstrumentType) throws {
        let root = try root()

        _ = try root.create(MetricSpec(type, name: "scalar", help: "S"))
        let vec = try root.create(MetricSpec(type, isVec: true, name: "vec", help: "V", labelNames: ["m"]))
        #expect(!root.text.contains("_vec"))
        _ = try vec.child(["1"])

        let page = root.text
        #expect(page.contains("# HELP dynamo_component_scalar S\n# TYPE dynamo_component_scalar \(type.word)\n"))
        #expect(page.contains("# TYPE dynamo_component_vec \(type.word)\n"))
        #expect(losses(Text(page)).isEmpty)
    }

    @Test("an info says what it is told, under one name in every format")
    func info() throws {
        let root = try root()

        let info = try root.create(MetricSpec(.info, name: "build", constLabels: [Label("fixed", "1")]))
        #expect(root.text.contains("\ndynamo_component_build_info{fixed=\"1\",worker_id="))
        try info.setInfo([Label("version", "1.2")])

        #expect(root.text.contains("# TYPE dynamo_component_build_info gauge\n"))
        #expect(root.text.contains("_info{fixed=\"1\",version=\"1.2\",worker_id="))
        #expect(throws: MetricsError.duplicateLabel("fixed")) { try info.setInfo([Label("fixed", "2")]) }
    }

    @Test("a stateset is in one state at a time, however many threads move it")
    func stateset() throws {
        let root = try root()
        let states: [Text] = ["starting", "ready", "draining"]
        let stateset = try root.create(MetricSpec(.stateset, name: "state", states: states))
        try stateset.setState("ready", isOn: true, alone: true)

        inThreads(4) { index in
            for round in 0..<200 {
                if index > 1 {
                    let on = stateset.family().samples.map(\.value.double).reduce(0, +)
                    #expect(on == 1)
                } else {
                    try? stateset.setState(states[(round &+ index) % 3], isOn: true, alone: true)
                }
            }
        }

        #expect(throws: MetricsError.self) { try stateset.setState("gone", isOn: true) }
        #expect(throws: MetricsError.self) { try root.create(MetricSpec(.stateset, name: "none")) }
        #expect(throws: MetricsError.self) {
            try root.create(MetricSpec(.stateset, name: "twice", states: ["a", "a"]))
        }
    }

    @Test(
        "what cannot be created is refused in upstream's words, and leaves nothing behind",
        arguments: [
            (MetricSpec(.counter, name: ""), "Cannot sanitize empty string into valid Prometheus name"),
            (MetricSpec(.counter, name: "@@@"), "Input '@@@' contains only invalid characters"),
            (MetricSpec(.counter, name: "a-b", isNameAsIs: true), "invalid metric name 'a-b'"),
            (MetricSpec(.counter, name: Text([0xFF])), "invalid metric name"),
            (MetricSpec(.counter, name: "x", help: Text([0xFF])), "invalid description"),
            (
                MetricSpec(.counter, name: "x", constLabels: [Label("a", "1"), Label("a", "2")]),
                "Duplicate label key 'a' found in labels; "
            ),
            (
                MetricSpec(.counter, name: "x", constLabels: [Label("worker_id", "1")]),
                "Label 'worker_id' is automatically added by auto-label injection and cannot be manually set; "
            ),
            (
                MetricSpec(.counter, name: "x", constLabels: [Label("a:b", "1")]),
                "Error: 'a:b' is not a valid label name; "
            ),
            (
                MetricSpec(.counter, name: "x", constLabels: [Label("__a", "1")]),
                "Error: '__a' is not a valid label name; "
            ),
            (MetricSpec(.counter, name: "x", constLabels: [Label("", "1")]), "Error: '' is not a valid label name; "),
            (MetricSpec(.counter, name: "x", constLabels: [Label("a", "\0")]), "invalid label value"),
            (
                MetricSpec(.histogram, name: "x", constLabels: [Label("le", "1")]),
                "Error: `le` is not allowed as label name in histograms; "
            ),
            (MetricSpec(.counter, isVec: true, name: "x"), "CounterVec requires const_labels parameter; "),
            (MetricSpec(.intGauge, isVec: true, name: "x"), "IntGaugeVec requires const_labels parameter; "),
            (
                MetricSpec(.counter, name: "x", labelNames: ["m"]),
                "const_labels parameter is not valid for Counter, IntCounter, Gauge, or IntGauge; "
            ),
            (
                MetricSpec(.histogram, name: "x", labelNames: ["m"]),
                "const_labels parameter is not valid for Histogram; "
            ),
            (
                MetricSpec(.gauge, name: "x", buckets: [1]),
                "buckets parameter is not valid for Counter, IntCounter, Gauge, or IntGauge; "
            ),
            (
                MetricSpec(.gauge, isVec: true, name: "x", labelNames: ["m"], buckets: [1]),
                "buckets parameter is not valid for GaugeVec; "
            ),
            (MetricSpec(.histogram, name: "x", buckets: [2, 1]), "invalid buckets: "),
            (
                MetricSpec(.counter, isVec: true, name: "x", labelNames: ["dynamo_endpoint"]),
                "Variable label name 'dynamo_endpoint' conflicts with auto-injected const label and cannot be used; "
            ),
            (
                MetricSpec(.histogram, isVec: true, name: "x", labelNames: ["le"]),
                "Error: `le` is not allowed as label name in histograms; "
            ),
            (
                MetricSpec(.counter, isVec: true, name: "x", labelNames: ["a-b"]),
                "Error: 'a-b' is not a valid label name; "
            ),
            (
                MetricSpec(.counter, isVec: true, name: "x", labelNames: ["m", "m"]),
                "Duplicate label key 'm' found in labels; "
            ),
            (
                MetricSpec(.counter, isVec: true, name: "x", constLabels: [Label("m", "1")], labelNames: ["m"]),
                "Duplicate label key 'm' found in labels; "
            ),
        ] as [(MetricSpec, String)])
    func refusals(spec: MetricSpec, beginning: String) throws {
        let root = try root()

        #expect { try root.endpoint().create(spec) } throws: { "\($0)".hasPrefix(beginning) }

        #expect(root.text == "")
        // The name is still free, for a metric of any type.
        _ = try root.create(MetricSpec(.gauge, name: "x"))
        #expect(root.text.contains("# TYPE dynamo_component_x gauge"))
    }

    @Test("le is fine on what is no histogram, as upstream has it")
    func leOnCounter() throws {
        #expect(throws: Never.self) { try root().counter("x", labels: [Label("le", "1")]) }
    }

    @Test("the same name on two endpoints is one family of two series")
    func sameName() throws {
        let root = try root()

        try root.endpoint("ns", "c", "one").counter("requests_total").inc(by: 1)
        try root.endpoint("ns", "c", "two").counter("requests_total").inc(by: 2)

        #expect(sampleLines(root.text).map { $0.suffix(2) } == [" 1", " 2"])
        #expect(root.text.components("# HELP") == 1)
    }

    @Test("another type elsewhere is refused and names the other node")
    func conflict() throws {
        let root = try root()
        _ = try root.endpoint("ns", "c", "one").counter("x")

        #expect(
            throws: MetricsError.conflict(
                name: "dynamo_component_x", existing: "counter", requested: "gauge", node: "endpoint 'ns.c.one'")
        ) { try root.create(MetricSpec(.gauge, name: "x")) }
        // Counter and integer counter are one type on the wire.
        #expect(throws: Never.self) { try root.create(MetricSpec(.counter, name: "x")) }
    }

    @Test("the same metric twice on one node is refused; other constant label values are another series")
    func twice() throws {
        let root = try root()
        _ = try root.counter("x", labels: [Label("a", "1")])

        for (help, labels) in [
            ("Help", [Label("a", "1")]), ("Other", [Label("a", "2")]), ("Help", [Label("b", "1")]), ("Help", []),
        ] {
            #expect { try root.counter("x", help: Text(help), labels: labels) } throws: {
                "\($0)".hasPrefix("Failed to register metric: ") && "\($0)".contains("'dynamo_component_x'")
            }
        }
        #expect(throws: Never.self) { try root.counter("x", labels: [Label("a", "2")]) }
        #expect(sampleLines(root.text).count == 2)
    }

    @Test("help that differs between nodes keeps the first text, and that is counted")
    func helpConflict() throws {
        let root = try root()
        _ = try root.endpoint("a").counter("x", help: "One")
        _ = try root.endpoint("b").counter("x", help: "Two")

        #expect(root.text.contains("# HELP dynamo_component_x One\n") && !root.text.contains("Two"))
        #expect(root.lines("dynmetrics_dropped_total{reason=\"help_conflict\",source=\"instruments\"").count == 1)
    }

    @Test("metrics can be created on four threads while the page is read")
    func concurrentCreation() throws {
        let root = try root()
        let won = Guarded(0)

        inThreads(5) { index in
            for round in 0..<100 {
                if index == 4 {
                    _ = root.text
                } else if let counter = try? root.endpoint(Text("n\(round % 7)")).counter(Text("x_\(round)")) {
                    counter.inc()
                    won.with { $0 += 1 }
                }
            }
        }

        #expect(won.copy == 100 && sampleLines(root.text).count == 100)
    }
}

extension InstrumentType {
    fileprivate var word: String {
        switch self {
        case .counter, .intCounter: "counter"
        case .gauge, .intGauge: "gauge"
        case .histogram: "histogram"
        case .summary: "summary"
        case .info: "info"
        case .stateset: "stateset"
        }
    }
}
