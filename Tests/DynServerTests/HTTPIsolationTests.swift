import Testing

@testable import DynServer

@Suite("What a slow scrape or a bad client may not spoil")
struct HTTPIsolationTests {
    @Test("/live and /health answer at once while a scrape hangs")
    func liveWhileHanging() throws {
        let gate = Latch<Bool>(), started = Latch<Bool>()
        try withServer(scrape: { _ in
            started.open(true)
            _ = gate.wait(seconds: 20)
            return page("late")
        }) { server throws in
            let scraper = try Client(port: server.port)
            try scraper.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(started.wait(seconds: 20) == true)

            for _ in 0..<20 {
                #expect(try Client.get("/live", port: server.port).status == 200)
                #expect(try Client.get("/health", port: server.port).status == 200)
            }
            gate.open(true)
            #expect(try scraper.response().body == "late")
        }
    }

    @Test("forty scrapers at once share few scrapes and each gets the whole page")
    func coalesces() throws {
        let calls = Count(), gate = Latch<Bool>()
        let text = String(repeating: "0123456789\n", count: 50_000)
        try withServer(scrape: { _ in
            if calls.raise() == 1 { _ = gate.wait(seconds: 20) }
            return page(text)
        }) { server throws in
            let clients = try (0..<40).map { _ in try Client(port: server.port) }
            for client in clients { try client.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n") }
            #expect(eventually { calls.value == 1 })
            // Whatever is sent before this answer was read before the first scrape ended.
            #expect(try Client.get("/live", port: server.port).status == 200)
            gate.open(true)

            for client in clients { #expect(try client.response().body == text) }
            #expect(calls.value <= 4)
        }
    }

    @Test("a scraper that hangs up costs nothing")
    func hangsUp() throws {
        let gate = Latch<Bool>(), calls = Count()
        try withServer(scrape: { _ in
            if calls.raise() == 1 { _ = gate.wait(seconds: 20) }
            return page("x")
        }) { server throws in
            for _ in 0..<10 {
                let client = try Client(port: server.port)
                try client.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(eventually { calls.value == 1 })
            }
            gate.open(true)
            #expect(try Client.get("/metrics", port: server.port).body == "x")
        }
    }

    @Test("more waiting scrapes than there are places are told to come back")
    func busy() throws {
        let gate = Latch<Bool>(), started = Latch<Bool>()
        var limits = ServerLimits()
        limits.waitingScrapes = 1
        try withServer(
            limits: limits,
            scrape: { _ in
                started.open(true)
                _ = gate.wait(seconds: 20)
                return page("x")
            }
        ) { server throws in
            let running = try Client(port: server.port)
            try running.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(started.wait(seconds: 20) == true)
            let others = try (0..<3).map { _ in try Client(port: server.port) }
            for client in others { try client.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n") }
            #expect(try Client.get("/live", port: server.port).status == 200)
            gate.open(true)

            let responses = try ([running] + others).map { try $0.response() }
            #expect(responses.map(\.status).sorted() == [200, 200, 503, 503])
            #expect(responses.allSatisfy { $0.status == 200 || $0.fields["retry-after"] == "1" })
        }
    }

    @Test("a scrape that never ends is 503 in the end, and its late page reaches nobody")
    func neverEnds() throws {
        let gate = Latch<Bool>()
        var limits = ServerLimits()
        limits.answerDeadline = 50
        try withServer(
            limits: limits,
            scrape: { _ in
                _ = gate.wait(seconds: 20)
                return page("late")
            }
        ) { server throws in
            let client = try Client(port: server.port)
            try client.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.response().status == 503)
            gate.open(true)
            try client.send("GET /live HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.response().body == #"{"status":"live"}"#)
        }
    }

    @Test(
        "half-sent requests, silent clients and idle ones are hung up on",
        arguments: [
            ("", 0),
            ("GET /live HTTP/1.1\r\nHo", 0),
            ("GET /live HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc", 0),
            ("GET /live HTTP/1.1\r\nHost: a\r\n\r\n", 1),
            ("GET /live HTTP/1.1\r\nHost: a\r\n\r\nGET /li", 1),
        ])
    func slowClients(text: String, responses: Int) throws {
        var limits = ServerLimits()
        limits.requestDeadline = 100
        limits.idleDeadline = 100
        try withServer(limits: limits) { server throws in
            let client = try Client(port: server.port)
            try client.send(text)
            for _ in 0..<responses { #expect(try client.response().status == 200) }
            #expect(client.isHungUp())
        }
    }

    @Test("a client that drips does not prolong its deadline")
    func drips() throws {
        var limits = ServerLimits()
        limits.requestDeadline = 300
        try withServer(limits: limits) { server throws in
            let client = try Client(port: server.port)
            #expect(
                eventually {
                    do { try client.send("G") } catch { return true }
                    return false
                })
        }
    }

    @Test("a client that does not read is hung up on")
    func doesNotRead() throws {
        let text = String(repeating: "x", count: 32_000_000), codes = Notes<Int>(), started = Latch<Bool>()
        var limits = ServerLimits()
        limits.writeDeadline = 200
        limits.connections = 1
        try withServer(
            limits: limits, onResponse: { codes.add($0) },
            scrape: { _ in
                started.open(true)
                return page(text)
            }
        ) { server throws in
            let client = try Client(port: server.port, receiveBuffer: 4096)
            try client.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(started.wait(seconds: 20) == true)

            // The only place is taken for as long as the response is being written.
            #expect(eventually { (try? Client.get("/live", port: server.port).status) == 200 })
            #expect(throws: Client.Failure.self) { try client.response() }
            #expect(codes.all == [200], "only /live went out whole")
        }
    }

    @Test("over the limit of connections the idle go, and one that was served outlives those that never asked")
    func flood() throws {
        var limits = ServerLimits()
        limits.connections = 8
        try withServer(limits: limits) { server throws in
            let scraper = try Client(port: server.port)
            try scraper.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try scraper.response().status == 200)

            var flood: [Client] = []
            for _ in 0..<50 { flood.append(try Client(port: server.port)) }
            let late = try Client.get("/live", port: server.port)
            try scraper.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")

            #expect(late.status == 200)
            #expect(try scraper.response().status == 200)
            #expect(flood.prefix(40).allSatisfy { $0.isHungUp() })
        }
    }
}
