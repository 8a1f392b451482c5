import Testing

@testable import DynServer

@Suite("The server, over a real socket")
struct HTTPServerTests {
    @Test("the three pages are served")
    func pages() throws {
        try withServer { server throws in
            let metrics = try Client.get("/metrics?x=1", port: server.port)
            #expect(metrics.status == 200)
            #expect(metrics.body == "up 1\n")
            #expect(metrics.fields["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(metrics.fields["content-length"] == "5")
            #expect(metrics.fields["date"]?.hasSuffix(" GMT") == true)

            let health = try Client.get("/health", port: server.port)
            #expect(health.status == 200)
            #expect(health.body == #"{"a":1}"#)
            #expect(health.fields["content-type"] == "application/json")

            let live = try Client.get("http://else.where/live", port: server.port)
            #expect(live.status == 200)
            #expect(live.body == #"{"status":"live"}"#)
            #expect(live.fields["content-type"] == "application/json")
        }
    }

    @Test("notready is 503 with the same report")
    func notReady() throws {
        try withServer(health: { HealthReport(isReady: false, json: Array("{}".utf8)) }) { server throws in
            let health = try Client.get("/health", port: server.port)
            #expect(health.status == 503)
            #expect(health.body == "{}")
        }
    }

    @Test("HEAD gives the same head and no body", arguments: ["/metrics", "/health", "/live", "/nowhere"])
    func head(path: String) throws {
        try withServer { server throws in
            let get = try Client.get(path, port: server.port)
            let client = try Client(port: server.port)
            try client.send("HEAD \(path) HTTP/1.1\r\nHost: a\r\n\r\nGET /live HTTP/1.1\r\nHost: a\r\n\r\n")
            let head = try client.response(isHead: true)
            let next = try client.response()

            #expect(head.status == get.status)
            #expect(head.fields["content-length"] == get.fields["content-length"])
            #expect(head.fields["content-type"] == get.fields["content-type"])
            #expect(next.body == #"{"status":"live"}"#)
        }
    }

    @Test("an unknown path is 404, another method is 405, and both keep the connection")
    func refusals() throws {
        try withServer { server throws in
            let client = try Client(port: server.port)

            try client.send("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n")
            let unknown = try client.response()
            #expect(unknown.status == 404)
            #expect(unknown.body == "Route not found\n")
            #expect(unknown.fields["content-type"]?.hasPrefix("text/plain") == true)

            for request in ["POST /metrics", "DELETE /live", "OPTIONS *", "PUT /health"] {
                try client.send("\(request) HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
                let refused = try client.response()
                #expect(refused.status == 405)
                #expect(refused.fields["allow"] == "GET, HEAD")
            }
        }
    }

    @Test("HTTP/1.0 needs no Host, and the connection ends unless it asked otherwise")
    func oldVersion() throws {
        try withServer { server throws in
            let plain = try Client(port: server.port)
            try plain.send("GET /metrics HTTP/1.0\r\n\r\n")
            let text = try plain.rest()
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(text.hasSuffix("\r\n\r\nup 1\n"))

            let kept = try Client(port: server.port)
            for _ in 0..<3 {
                try kept.send("GET /live HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                let response = try kept.response()
                #expect(response.status == 200)
                #expect(response.fields["connection"] == "keep-alive")
            }
        }
    }

    @Test("Connection: close is honoured")
    func close() throws {
        try withServer { server throws in
            let client = try Client(port: server.port)
            try client.send("GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(try client.response().fields["connection"] == "close")
            #expect(client.isHungUp())
        }
    }

    @Test("pipelined requests are answered in their order")
    func pipelining() throws {
        try withServer { server throws in
            let client = try Client(port: server.port)
            let paths = ["/metrics", "/live", "/nowhere", "/metrics", "/health"]
            try client.send(paths.map { "GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())

            #expect(try paths.map { _ in try client.response().status } == [200, 200, 404, 200, 200])
        }
    }

    @Test("a long burst behind a slow page neither nests nor is lost")
    func burst() throws {
        let gate = Latch<Bool>(), started = Latch<Bool>()
        try withServer(scrape: { _ in
            started.open(true)
            _ = gate.wait(seconds: 20)
            return page("late")
        }) { server throws in
            let client = try Client(port: server.port)
            let live = String(repeating: "GET /live HTTP/1.1\r\nHost: a\r\n\r\n", count: 5000)
            try client.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n\(live)")
            client.finish()
            #expect(started.wait(seconds: 20) == true)
            gate.open(true)

            let text = try client.rest()
            #expect(text.split(separator: #"{"status":"live"}"#, omittingEmptySubsequences: false).count == 5001)
        }
    }

    @Test("a client that closes its half still gets what is due")
    func halfClosed() throws {
        try withServer { server throws in
            let client = try Client(port: server.port)
            try client.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\nGET /live HTTP/1.1\r\nHost: a\r\n\r\n")
            client.finish()
            let text = try client.rest()
            #expect(text.contains("up 1\n"))
            #expect(text.hasSuffix(#"{"status":"live"}"#))
        }
    }

    @Test("a request may arrive one byte at a time")
    func bytewise() throws {
        try withServer { server throws in
            let client = try Client(port: server.port)
            for byte in "GET /live HTTP/1.1\r\nHost: a\r\n\r\n".utf8 { try client.send([byte]) }
            #expect(try client.response().status == 200)
        }
    }

    @Test("a body is thrown away and the next request is found behind it")
    func bodies() throws {
        try withServer { server throws in
            let client = try Client(port: server.port)
            let body = String(repeating: "GET /nowhere HTTP/1.1\r\n\r\n\r\n\r\n\r\n", count: 2048)
            for _ in 0..<2 {
                try client.send("GET /live HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
                #expect(try client.response().status == 200)
            }
            try client.send("GET /live HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
            #expect(try client.response().status == 200)
            #expect(client.isHungUp())
        }
    }

    @Test("a client that waits for 100 Continue is told to go on")
    func expects() throws {
        try withServer { server throws in
            let client = try Client(port: server.port)
            try client.send("POST /metrics HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
            #expect(try client.response().status == 100)
            try client.send("abc")
            #expect(try client.response().status == 405)

            try client.send("GET /live HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n")
            #expect(try client.response().status == 200)
        }
    }

    @Test("an offer to upgrade is declined, and the connection ends with the answer")
    func upgrade() throws {
        try withServer { server throws in
            let client = try Client(port: server.port)
            try client.send("GET /live HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
            #expect(try client.response().status == 200)
            #expect(client.isHungUp())
        }
    }

    @Test("every response that went out is reported")
    func reports() throws {
        let codes = Notes<Int>()
        try withServer(onResponse: { codes.add($0) }) { server throws in
            _ = try Client.get("/metrics", port: server.port)
            _ = try Client.get("/nowhere", port: server.port)
            _ = try Client.get("/live", port: server.port, method: "PATCH")
            _ = try Client.get("/live", port: server.port, fields: "Host: twice\r\n")
            #expect(eventually { codes.all == [200, 404, 405, 400] })
        }
    }

    @Test("a large page arrives whole")
    func largePage() throws {
        let text = String(repeating: "0123456789abcde\n", count: 1_000_000)
        try withServer(scrape: { _ in page(text) }) { server throws in
            let client = try Client(port: server.port)
            for _ in 0..<2 {
                try client.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try client.response().body == text)
            }
        }
    }
}
