import DynMetrics
import DynTestSupport
import Testing

@Suite("The front door in Swift")
struct HierarchyTests {
    @Test("every instrument works as the first page of the manual shows it")
    func instruments() throws {
        let endpoint = try endpoint()
        let metrics = endpoint.metrics

        try metrics.createCounter("counter", "C").inc(by: 1.5)
        try metrics.createIntCounter("int_counter", "C", constLabels: ["zone": "a"]).inc()
        try metrics.createGauge("gauge", "G").set(-2)
        try metrics.createIntGauge("int_gauge", "G").dec()
        try metrics.createHistogram("histogram", "H", buckets: [1]).observe(0.5)
        try metrics.createCounterVec("v1", "V", labelNames: ["m"]).with("a").inc()
        try metrics.createIntCounterVec("v2", "V", labelNames: ["m"]).with("a").inc()
        try metrics.createGaugeVec("v3", "V", labelNames: ["m"]).with(["a"]).set(3)
        try metrics.createIntGaugeVec("v4", "V", labelNames: ["m", "n"]).with("a", "b").set(4)
        try metrics.createHistogramVec("v5", "V", labelNames: ["m"], buckets: [1], nameAsIs: true).with("a").observe(2)

        let page = page(endpoint)
        let labels = #"dynamo_component="c",dynamo_endpoint="e",dynamo_namespace="n""#
        for line in [
            "dynamo_component_counter{\(labels),worker_id=\"2a\"} 1.5",
            "dynamo_component_int_counter{\(labels),worker_id=\"2a\",zone=\"a\"} 1",
            "dynamo_component_gauge{\(labels),worker_id=\"2a\"} -2",
            "dynamo_component_int_gauge{\(labels),worker_id=\"2a\"} -1",
            "dynamo_component_histogram_bucket{\(labels),worker_id=\"2a\",le=\"1.0\"} 1",
            "dynamo_component_histogram_sum{\(labels),worker_id=\"2a\"} 0.5",
            "dynamo_component_v1{\(labels),m=\"a\",worker_id=\"2a\"} 1",
            "dynamo_component_v4{\(labels),m=\"a\",n=\"b\",worker_id=\"2a\"} 4",
            "v5_bucket{\(labels),m=\"a\",worker_id=\"2a\",le=\"+Inf\"} 1",
        ] { #expect(page.contains(line + "\n"), "\(line) is not in \(page)") }
        #expect(losses(Text(page)).isEmpty)
    }

    @Test("the shared runtime is one for all who ask")
    func sharedRuntime() throws {
        try DistributedRuntime.shared().metrics.createCounter("shared", "S").inc()

        #expect(page(try DistributedRuntime.shared()).contains("dynamo_component_shared{"))
        #expect(try DistributedRuntime.shared().connectionID == DistributedRuntime.shared().connectionID)
        #expect(try DistributedRuntime.shared().connectionID != DistributedRuntime().connectionID)
    }

    @Test("children can be removed and cleared")
    func removal() throws {
        let endpoint = try endpoint()
        let vec = try endpoint.metrics.createIntCounterVec("v", "V", labelNames: ["m"], nameAsIs: true)
        for value in ["a", "b", "c"] { try vec.with(value).inc() }

        try vec.remove("b")
        #expect(sampleLines(page(endpoint)).count == 2)
        #expect(throws: MetricsError.self) { try vec.remove("a", "b") }
        vec.clear()
        #expect(page(endpoint) == "")
    }

    @Test("series leave by their labels: children for good, those of sources while they are hidden")
    func leaving() throws {
        let endpoint = try endpoint()
        let vec = try endpoint.metrics.createIntCounterVec("v", "V", labelNames: ["m", "n"], nameAsIs: true)
        for value in ["a", "b", "c"] { try vec.with(value, "1").inc() }
        try endpoint.metrics.registerTextCallback(addsLabels: false) { "x{m=\"a\"} 1\nx{m=\"b\"} 1\n" }

        #expect(try endpoint.removeMatching(["m": "a", "dynamo_component": "c"]) == 1)
        #expect(try endpoint.removeMatching(["m": "b", "n": "2"]) == 0)
        #expect(sampleLines(page(endpoint)).count == 4)
        try endpoint.hideMatching(["m": "a"])
        #expect(!page(endpoint).contains("x{m=\"a\"}"))
        try endpoint.showMatching(["m": "a"])
        #expect(page(endpoint).contains("x{m=\"a\"} 1\n"))
        #expect(throws: MetricsError.self) { try endpoint.removeMatching([:]) }
    }

    @Test("a histogram may have native buckets, a gauge a time to live, a source a policy")
    func options() throws {
        let endpoint = try endpoint()
        let metrics = endpoint.metrics
        try metrics.createHistogram("h", "H", buckets: [1], native: NativeHistogram(schema: 2)).observe(3)
        try metrics.createGauge("g", "G", ttl: 60, nameAsIs: true).set(5)
        let isBroken = Guarded(false)
        let handle = try metrics.registerTextCallback(addsLabels: false) {
            if isBroken.copy { throw SourceUnavailable() }
            return "# TYPE x_total counter\nx_total 1\n# TYPE y gauge\ny 1\n"
        }
        handle.setStalePolicy(.keepCounters)

        let whole = page(endpoint)
        #expect(whole.contains("h_bucket{") && whole.contains("g{") && whole.contains("y 1\n"))
        isBroken.with { $0 = true }
        #expect(page(endpoint).contains("x_total 1\n") && !page(endpoint).contains("y 1\n"))
        #expect(throws: MetricsError.self) { try metrics.createGaugeVec("z", "Z", labelNames: ["a"], ttl: 0) }
        #expect(throws: MetricsError.self) {
            try metrics.createHistogramVec("z", "Z", labelNames: ["a"], native: NativeHistogram(maxBuckets: 0))
        }
    }

    @Test("a typed callback emits families, and what it throws leaves it out")
    func typedCallback() throws {
        let endpoint = try endpoint()
        let isBroken = Guarded(false)
        let handle = try endpoint.metrics.registerTypedCallback(
            filter: SourceFilter(include: ["vllm:"], addPrefix: "x_", labels: ["z": "1"]), addsLabels: false
        ) { emitter in
            try emitter.family("vllm:tokens", "T", .counter)
            try emitter.sample("vllm:tokens_total", ["a": "b"], 5)
            try emitter.family("vllm:h", "H", .histogram)
            try emitter.histogram([:], bounds: [1], counts: [1, 1], sum: 3)
            if isBroken.copy { throw SourceUnavailable() }
        }

        #expect(
            sampleLines(page(endpoint)) == [
                #"x_tokens_total{a="b",z="1"} 5"#, #"x_h_bucket{le="1.0",z="1"} 1"#, #"x_h_bucket{le="+Inf",z="1"} 2"#,
                #"x_h_sum{z="1"} 3"#, #"x_h_count{z="1"} 2"#,
            ])
        isBroken.with { $0 = true }
        #expect(page(endpoint) == "")
        handle.close()
    }

    @Test("a directory that does not exist is refused with its name")
    func directory() throws {
        #expect { try endpoint().metrics.addMultiprocessDirectory("/nonexistent/prom") } throws: {
            "\($0)".contains("'/nonexistent/prom'") && "\($0)".contains("PROMETHEUS_MULTIPROC_DIR")
        }
    }

    @Test("a multiprocess directory is merged at each scrape")
    func multiprocess() throws {
        let entry = try #require(ConformanceCase.all.first { $0.name == "merge-counter" })
        let endpoint = try endpoint()

        let handle = try endpoint.metrics.addMultiprocessDirectory("\(entry.path)/db", addsLabels: false)

        #expect(try page(endpoint) == entry.text("expected.txt").string)
        handle.close()
        #expect(page(endpoint) == "")
    }

    @Test("a bad filter is refused and registers nothing")
    func badFilter() throws {
        let endpoint = try endpoint()

        #expect(throws: MetricsError.reservedInjectedLabel("le")) {
            try endpoint.metrics.registerTextCallback(filter: SourceFilter(labels: ["le": "1"])) { "x 1\n" }
        }
        #expect(throws: MetricsError.self) { try Exposition.filter(Array("x 1\n".utf8), SourceFilter(addPrefix: "1")) }
        #expect(page(endpoint) == "")
    }

    @Test("an update callback may do what it wants with the tree")
    func updateCallback() throws {
        let endpoint = try endpoint()
        let vec = try endpoint.metrics.createIntGaugeVec("v", "V", labelNames: ["m"], nameAsIs: true)
        let handle = endpoint.metrics.registerUpdateCallback {
            try vec.with("a").inc()
            _ = try endpoint.metrics.createGauge("made_inside", "G", nameAsIs: true)
        }

        #expect(page(endpoint).contains("} 1\n"))
        #expect(page(endpoint).contains("made_inside{"))
        handle.close()
    }

    private func endpoint() throws -> Endpoint {
        let runtime = try withEnvironment { try DistributedRuntime(connectionID: 42) }
        return try runtime.namespace("n").component("c").endpoint("e")
    }

    private func page(_ node: some HierarchyNode) -> String {
        Text(node.scrape(selfMetrics: false, deadline: 20)).string
    }
}
