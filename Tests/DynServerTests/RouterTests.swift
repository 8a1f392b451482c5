import Testing

@testable import DynServer

@Suite("Which page a request means")
struct RouterTests {
    let router = Router(metricsPath: "/metrics", healthPath: "/health", livePath: "/live")

    private func name(_ route: Route) -> String {
        switch route {
        case .metrics: "metrics"
        case .health: "health"
        case .live: "live"
        case .refused(let reply): "\(reply.status)"
        }
    }

    @Test(
        "the method and the path decide",
        arguments: [
            ("GET", "/metrics", "metrics"),
            ("HEAD", "/metrics", "metrics"),
            ("GET", "/health", "health"),
            ("GET", "/live", "live"),
            ("GET", "/metrics?name[]=up", "metrics"),
            ("GET", "/metrics?", "metrics"),
            ("GET", "/live#x", "live"),
            ("GET", "http://example.org/metrics?x=1", "metrics"),
            ("GET", "HTTP://example.org:80/live", "live"),
            ("GET", "http://example.org", "404"),
            ("GET", "http://example.org?/metrics", "404"),
            ("POST", "/metrics", "405"),
            ("DELETE", "/live", "405"),
            ("get", "/live", "405"),
            ("OPTIONS", "*", "405"),
            ("GET", "*", "405"),
            ("CONNECT", "example.org:443", "405"),
            ("POST", "/nowhere", "404"),
            ("GET", "/", "404"),
            ("GET", "", "404"),
            ("GET", "/metrics/", "404"),
            ("GET", "//metrics", "404"),
            ("GET", "/METRICS", "404"),
            ("GET", "/%6detrics", "404"),
            ("GET", "/x/%2e%2e/metrics", "404"),
            ("GET", "/x/../metrics", "404"),
        ])
    func routes(method: String, target: String, expected: String) {
        #expect(name(router.route(RequestHead(method: method, target: target))) == expected)
    }

    @Test(
        "mounted below a path of another server, that path itself is the page",
        arguments: [
            ("", "metrics"),
            ("/", "metrics"),
            ("/?name[]=up", "metrics"),
            ("/metrics", "metrics"),
            ("/health", "health"),
            ("/live", "live"),
            ("//", "404"),
            ("/x", "404"),
        ])
    func routesMounted(target: String, expected: String) {
        let mounted = Router(metricsPath: "/metrics", healthPath: "/health", livePath: "/live", isMounted: true)
        #expect(name(mounted.route(RequestHead(method: "GET", target: target))) == expected)
    }

    @Test("a refused method is told which ones are allowed")
    func allows() throws {
        guard case .refused(let reply) = router.route(RequestHead(method: "PUT", target: "/live")) else {
            Issue.record("not refused")
            return
        }
        #expect(reply.extraFields.map(\.name) == ["Allow"])
        #expect(reply.extraFields.map(\.value) == ["GET, HEAD"])
    }

    @Test("the scrape is told what the scraper asked for")
    func scrapeRequest() throws {
        let head = RequestHead(
            method: "GET", target: "/metrics?name%5B%5D=up&name[]=a+b%3D",
            fields: [
                ("accept", "text/plain"), ("Accept", "*/*"), ("X-Prometheus-Scrape-Timeout-Seconds", "2.5"),
            ])

        guard case .metrics(let request, _) = router.route(head) else {
            Issue.record("not the metrics page")
            return
        }

        #expect(request.accept == "text/plain, */*")
        #expect(request.scrapeTimeout == 2.5)
        #expect(request.query.map(\.name) == ["name[]", "name[]"])
        #expect(request.query.map(\.value) == ["up", "a b="])
    }

    @Test("a timeout that is no positive number is none", arguments: ["", "x", "0", "-1", "nan", "inf", "1s", "1e999"])
    func badTimeout(text: String) {
        let head = RequestHead(
            method: "GET", target: "/metrics", fields: [("x-prometheus-scrape-timeout-seconds", text)])
        guard case .metrics(let request, _) = router.route(head) else {
            Issue.record("not the metrics page")
            return
        }
        #expect(request.scrapeTimeout == nil)
    }
}

@Suite("Query strings")
struct RequestTargetTests {
    @Test(
        "percent signs are decoded where two hex digits follow",
        arguments: [
            ("", ""), ("abc", "abc"), ("a%20b", "a b"), ("a+b", "a b"), ("%5b%5D", "[]"), ("%", "%"), ("%4", "%4"),
            ("%zz", "%zz"), ("%%41", "%A"), ("%ff", "\u{FFFD}"), ("%C3%A4", "ä"), ("%00", "\0"),
        ])
    func decodes(raw: String, expected: String) {
        #expect(RequestTarget.decoded(raw[...]) == expected)
    }

    @Test(
        "pairs keep their order and may lack either half",
        arguments: [
            ("/m", []),
            ("/m?", []),
            ("/m?a", ["a="]),
            ("/m?a=1&&b=2=3&=4", ["a=1", "b=2=3", "=4"]),
            ("http://h?a=1", ["a=1"]),
            ("/m?a=1#b=2", ["a=1"]),
            ("/m?a=?", ["a=?"]),
        ])
    func pairs(target: String, expected: [String]) {
        #expect(RequestTarget(target).pairs.map { "\($0.name)=\($0.value)" } == expected)
    }
}
