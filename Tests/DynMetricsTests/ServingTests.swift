import DynMetrics
import DynTestSupport
import Testing

@Suite("Serving a runtime", .serialized)
struct ServingTests {
    @Test("the page, health and liveness are served on a free port")
    func serves() throws {
        let runtime = try makeRuntime()
        try runtime.namespace("n").metrics.createIntCounter("x", "X").inc()
        let server = try serve(runtime, port: 0)
        defer { server.close() }

        let page = try fetch("/metrics", port: server.port)
        let health = try fetch("/health", port: server.port)
        let live = try fetch("/live", port: server.port)

        #expect(page.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(page.lowercased().contains("content-type: text/plain; version=0.0.4; charset=utf-8"))
        #expect(page.contains("dynamo_component_x{dynamo_namespace=\"n\",worker_id=\"2a\"} 1\n"))
        #expect(page.contains("# TYPE dynmetrics_build_info gauge\n"))
        #expect(health.contains(#"{"status":"ready","uptime":{"secs":"#) && live.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(
            try fetch("/metrics", port: server.port).contains(
                "dynmetrics_http_requests_total{code=\"200\",worker_id=\"2a\"} 3\n"))
        #expect(server.url == "http://127.0.0.1:\(server.port)")
    }

    @Test("an endpoint that is not ready makes health 503 and leaves liveness alone")
    func health() throws {
        let runtime = try makeRuntime()
        let server = try serve(runtime, port: 0)
        defer { server.close() }

        try runtime.namespace("n").component("c").endpoint("e").setHealthStatus(isReady: false)

        #expect(try fetch("/health", port: server.port).hasPrefix("HTTP/1.1 503 "))
        #expect(try fetch("/health", port: server.port).contains(#""endpoints":{"e":"notready"}"#))
        #expect(try fetch("/live", port: server.port).hasPrefix("HTTP/1.1 200 "))
    }

    @Test("the same address twice is the same server, closed it is another")
    func sameAddress() throws {
        let runtime = try makeRuntime()
        let first = try serve(runtime, port: 0)
        defer { first.close() }

        #expect(try serve(runtime, port: 0) === first)
        #expect(try serve(runtime, port: first.port) === first)
        first.close()
        let second = try serve(runtime, port: first.port)
        #expect(second !== first && second.port == first.port)
        second.close()
    }

    @Test("four threads that serve the same port get one server")
    func concurrentServe() throws {
        let runtime = try makeRuntime()
        let probe = try serve(runtime, port: 0)
        let port = probe.port
        probe.close()
        let servers = Guarded<[HTTPServer]>([])

        inThreads(4) { _ in
            if let server = try? runtime.serve(host: "127.0.0.1", port: port) {
                servers.with { $0.append(server) }
            }
        }

        #expect(servers.copy.count == 4 && servers.copy.allSatisfy { $0 === servers.copy.first })
        servers.copy.first?.close()
    }

    @Test("a taken port is an error that names it")
    func takenPort() throws {
        let first = try serve(makeRuntime(), port: 0)
        defer { first.close() }

        #expect { try serve(makeRuntime(), port: first.port) } throws: { error in
            guard case MetricsError.address(let text) = error else { return false }
            return text.contains(String(first.port))
        }
    }

    @Test(
        "an address that cannot be one is refused",
        arguments: [("not a host", 0), ("127.0.0.1", 65536), ("127.0.0.1", -5)])
    func badAddress(host: String, port: Int) throws {
        let runtime = try makeRuntime()
        #expect { try withEnvironment { try runtime.serve(host: host, port: port) } } throws: {
            if case MetricsError.invalidAddress = $0 { true } else { false }
        }
    }

    @Test("the scraper's timeout bounds what sources may take")
    func scraperTimeout() throws {
        let runtime = try withEnvironment(["DYN_METRICS_SCRAPE_DEADLINE_MS": "20000"]) {
            try DistributedRuntime(connectionID: 42)
        }
        let gate = Gate()
        let source = try runtime.metrics.registerTextCallback(name: "hung") {
            gate.wait()
            return ""
        }
        let server = try serve(runtime, port: 0)
        defer { server.close() }

        // Without the header this would take twenty seconds.
        let started = ContinuousClock.now
        let page = try fetch("/metrics", port: server.port, fields: "X-Prometheus-Scrape-Timeout-Seconds: 0.5\r\n")

        #expect(ContinuousClock.now - started < .seconds(10))
        #expect(page.contains("dynmetrics_source_up{source=\"hung\",worker_id=\"2a\"} 0\n"))
        #expect(try fetch("/live", port: server.port).hasPrefix("HTTP/1.1 200 "))
        gate.open()
        source.close()
    }

    @Test("host, port and paths come from the environment when no argument says otherwise")
    func environment() throws {
        let runtime = try makeRuntime()
        let variables = [
            "DYN_SYSTEM_PORT": "0", "DYN_SYSTEM_HOST": "127.0.0.1", "DYN_SYSTEM_HEALTH_PATH": "/h",
            "DYN_SYSTEM_LIVE_PATH": "/l",
        ]
        let server = try withEnvironment(variables) { try runtime.serve() }
        defer { server.close() }

        #expect(try fetch("/h", port: server.port).hasPrefix("HTTP/1.1 200 "))
        #expect(try fetch("/l", port: server.port).hasPrefix("HTTP/1.1 200 "))
        #expect(try fetch("/health", port: server.port).hasPrefix("HTTP/1.1 404 "))
    }

    @Test("a bad DYN_SYSTEM_PORT is refused with a right one", arguments: ["abc", "65536", "80 "])
    func badPort(value: String) throws {
        let runtime = try makeRuntime()

        withEnvironment(["DYN_SYSTEM_PORT": value]) {
            #expect { try runtime.serve() } throws: {
                "\($0)".hasPrefix("invalid DYN_SYSTEM_PORT='\(value)'; give a port")
            }
        }
    }

    private func makeRuntime() throws -> DistributedRuntime {
        try withEnvironment { try DistributedRuntime(connectionID: 42) }
    }

    private func serve(_ runtime: DistributedRuntime, port: Int) throws -> HTTPServer {
        try withEnvironment { try runtime.serve(host: "127.0.0.1", port: port) }
    }
}
