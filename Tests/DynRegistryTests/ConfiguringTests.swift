import DynExposition
import DynModel
import DynSources
import DynTestSupport
import Foundation
import Testing

@testable import DynRegistry

@Suite("A configuration at work")
struct ConfiguringTests {
    private func text(_ root: Node, name: String, _ page: Text) {
        _ = root.registerText(SourceOptions(name: name, added: .nothing)) { () throws(SourceFailure) in page }
    }

    @Test("rules count for our own metrics and for those of sources alike")
    func everySource() throws {
        let root = try root()
        try root.counter("a").inc()
        try root.counter("b").inc()
        text(root, name: "engine", "# TYPE e:a gauge\ne:a{m=\"1\"} 1\ne:a{m=\"2\"} 2\n# TYPE e:b gauge\ne:b 3\n")
        try root.configure(
            text: """
                [[drop]]
                family = "*_a"
                [[drop]]
                labels = { m = "2" }
                [[rename]]
                from = "e:*"
                to = "engine_*"
                keep_old = false
                [[rename]]
                from = "dynamo_component_b"
                to = "b"
                """)

        #expect(
            root.text == """
                # HELP b Help
                # TYPE b counter
                b{worker_id="2a"} 1
                # HELP dynamo_component_b Help
                # TYPE dynamo_component_b counter
                dynamo_component_b{worker_id="2a"} 1
                # TYPE engine_a gauge
                engine_a{m="1"} 1
                # TYPE engine_b gauge
                engine_b 3

                """)
        #expect(
            root.lines("dynmetrics_old_name_series") == [
                #"dynmetrics_old_name_series{new="b",old="dynamo_component_b",worker_id="2a"} 1"#
            ])
        #expect(
            root.lines("dynmetrics_dropped_total").contains(
                #"dynmetrics_dropped_total{reason="rule",source="engine",worker_id="2a"} 3"#) == true)
    }

    @Test("a multiprocess directory too, whose text is kept between scrapes")
    func directory() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dynm-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let fixture = try #require(multiprocessFile(#"["c", "c_total", {"m": "1"}, "C."]"#, 2))
        try fixture.write(to: folder.appendingPathComponent("counter_1.db"))
        let root = try root()
        _ = try root.addMultiprocessDirectory(folder.path, SourceOptions(added: .nothing))
        let before = root.text
        #expect(before.contains("c_total{m=\"1\"} 2.0\n"))
        try root.configure(text: "[[rename]]\nfrom = \"c_total\"\nto = \"d_total\"\n")
        #expect(root.text == before.replacing("c_total", with: "d_total") + before)
        try root.configure(text: "[[drop]]\nfamily = \"c*\"\n")
        #expect(root.text == "")
        try root.configure(text: "")
        #expect(root.text == before)
    }

    @Test("a page asked for by new names asks the sources that have the old ones")
    func byName() throws {
        let root = try root()
        let filter = try PageFilter(include: ["vllm:"], exclude: [], addPrefix: nil, labels: [])
        _ = root.registerText(SourceOptions(filter: filter, added: .nothing)) { () throws(SourceFailure) in
            "# TYPE vllm:x gauge\nvllm:x 1\n"
        }
        try root.configure(text: "[[rename]]\nfrom = \"vllm:x\"\nto = \"engine_x\"\n")
        let page = root.scrape(
            ScrapeOptions(includesSelfMetrics: false, deadline: 20, names: NameSelection(["engine_x"])))
        #expect(page.map(\.name) == ["engine_x"])
    }

    @Test("caps count what they leave out, by source and by family")
    func caps() throws {
        let root = try root()
        text(root, name: "engine", "x{a=\"1\"} 1\nx{a=\"2\"} 1\nx{a=\"3\"} 1\ny{a=\"too long\"} 1\n")
        try root.configure(text: "[limits]\nfamily_max_series = 2\nlabel_value_max_bytes = 5\n")
        #expect(root.text == "x{a=\"1\"} 1\nx{a=\"2\"} 1\n")
        _ = root.text
        #expect(root.lines("dynmetrics_overflow_total") == [#"dynmetrics_overflow_total{family="x",worker_id="2a"} 3"#])
        let dropped = root.lines("dynmetrics_dropped_total").filter { $0.contains("engine") }
        #expect(
            dropped == [
                #"dynmetrics_dropped_total{reason="family_limit",source="engine",worker_id="2a"} 4"#,
                #"dynmetrics_dropped_total{reason="label_length",source="engine",worker_id="2a"} 4"#,
            ])
    }

    @Test("self-metrics are out of reach of rules")
    func selfMetrics() throws {
        let root = try root()
        try root.configure(text: "[[drop]]\nfamily = \"*\"\n")
        #expect(!root.lines("dynmetrics_build_info").isEmpty)
    }

    @Test("labels and buckets count for what is made afterwards; labels from code win over the file's")
    func creation() throws {
        let root = try root([Label("zone", "code")])
        _ = try root.create(MetricSpec(.histogram, name: "before_seconds", buckets: [7]))
        try root.configure(
            text: """
                [labels]
                zone = "file"
                team = "a"
                [[buckets]]
                family = "*_seconds"
                bounds = [0.5]
                [[buckets]]
                family = "*"
                bounds = [100]
                """)
        _ = try root.create(MetricSpec(.histogram, name: "after_seconds", buckets: [7]))
        _ = try root.create(MetricSpec(.histogram, name: "after_bytes"))
        let buckets = sampleLines(root.text).filter { $0.contains("_bucket") && !$0.contains("+Inf") }
        #expect(
            buckets == [
                #"dynamo_component_after_bytes_bucket{team="a",worker_id="2a",zone="code",le="100.0"} 0"#,
                #"dynamo_component_after_seconds_bucket{team="a",worker_id="2a",zone="code",le="0.5"} 0"#,
                #"dynamo_component_before_seconds_bucket{worker_id="2a",zone="code",le="7.0"} 0"#,
            ])
    }

    @Test("a configuration that is refused changes nothing; one belongs to a runtime")
    func refused() throws {
        let root = try root()
        try root.counter("a").inc()
        try root.configure(text: "[[drop]]\nfamily = \"*_a\"\n")
        let error = #expect(throws: MetricsError.self) {
            try root.configure(text: "[[drop]]\nfamily = \"z\"\n[limit]\n", title: "c.toml")
        }
        #expect(error?.description.hasPrefix("c.toml:3:1: there is no section 'limit'") == true)
        #expect(root.text == "")
        #expect(throws: MetricsError.self) { try root.endpoint().configure(text: "") }
        let missing = #expect(throws: MetricsError.self) { try root.configure(path: "/nowhere/c.toml") }
        #expect(missing?.code == .io)
    }

    @Test("a file of the environment is in force as far as it makes sense; the environment's own values win")
    func environment() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("dynm-\(UUID()).toml").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try """
        [labels]
        zone = "file"
        team = "a"
        worker_id = "bad"
        [limits]
        scrape_deadline_ms = 250
        source_max_series = 5
        source_max_bytes = -1
        rubbish
        """.write(toFile: path, atomically: true, encoding: .utf8)
        try withEnvironment([
            "DYN_METRICS_CONFIG": path, "DYN_METRICS_CONST_LABELS": "zone=env", "DYN_METRICS_SOURCE_MAX_SERIES": "9",
        ]) {
            let runtime = try Node(connectionID: 1).runtime
            #expect(runtime.constantLabels == [Label("zone", "env"), Label("team", "a")])
            #expect(runtime.deadline == 0.25)
            #expect(runtime.sourceBudget.series == 9)
            #expect(runtime.sourceBudget.bytes == PageBudget.standard.bytes)
        }
        try withEnvironment(["DYN_METRICS_CONFIG": "/nowhere/c.toml"]) {
            let runtime = try Node(connectionID: 1).runtime
            #expect(runtime.deadline == 1)
        }
    }

    @Test(
        "upstream's variables give the frontend's histograms their bounds; a bad one is left",
        arguments: [
            (
                ["DYN_METRICS_TTFT_MAX": "2", "DYN_METRICS_TTFT_COUNT": "3"],
                "dynamo_frontend_time_to_first_token_seconds", ["0.0", "0.045", "2.0"]
            ),
            (["DYN_METRICS_ITL_MIN": "nonsense"], "dynamo_frontend_inter_token_latency_seconds", ["7.0"]),
            (["DYN_METRICS_ITL_COUNT": "2.5"], "dynamo_frontend_inter_token_latency_seconds", ["7.0"]),
            (
                ["DYN_METRICS_PREFIX": "my-front", "DYN_METRICS_REQUEST_DURATION_COUNT": "2"],
                "my_front_request_duration_seconds", ["0.0", "510.0"]
            ),
            (["DYN_METRICS_REQUEST_DURATION_COUNT": "2"], "dynamo_component_request_duration_seconds", ["7.0"]),
        ])
    func frontend(variables: [String: String], name: String, bounds: [String]) throws {
        try withEnvironment(variables) {
            let root = try Node(connectionID: 1)
            _ = try root.create(MetricSpec(.histogram, name: Text(name), isNameAsIs: true, buckets: [7]))
            let lines = sampleLines(root.text).filter { $0.contains("_bucket") }
            #expect(
                lines.compactMap { $0.split(separator: "\"").dropLast().last.map(String.init) } == bounds + ["+Inf"])
        }
    }
}

/// One entry in the form of prometheus_client's files.
private func multiprocessFile(_ key: String, _ value: Double) -> Data? {
    var padded = Array(key.utf8)
    padded += Array(repeating: UInt8(ascii: " "), count: 8 - (padded.count + 4) % 8)
    var bytes = Data()
    func append<Number>(_ number: Number) { withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) } }
    append(Int32(8 + 4 + padded.count + 16))
    append(Int32(0))
    append(Int32(key.utf8.count))
    bytes.append(contentsOf: padded)
    append(value)
    append(Double(0))
    bytes.append(Data(count: 4096 - bytes.count))
    return bytes
}
