import Testing

@testable import DynServer

@Suite("Requests that are wrong")
struct HTTPAttackTests {
    /// The status of the first response, after which the server must hang up.
    private func status(_ text: String, port: Int) throws -> Int {
        let client = try Client(port: port)
        client.sendAsMuchAsPossible(text)
        let status = try client.response().status
        #expect(client.isHungUp(), "still open after \(text.prefix(60).debugDescription)")
        return status
    }

    @Test(
        "what is malformed or can be read in two ways is 400",
        arguments: [
            "GET /live HTTP/1.1\r\n\r\n",
            "GET /live HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET /live HTTP/1.1\r\nHost: a b\r\n\r\n",
            "GET /live HTTP/1.1\r\nHost: a\n\r\n",
            "GET /live HTTP/1.1\nHost: a\n\n",
            "GET /live HTTP/1.1\r\nHost : a\r\n\r\n",
            "GET /live HTTP/1.1\r\n Host: a\r\n\r\n",
            "GET /live HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n",
            "GET /live HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n",
            "GET /live HTTP/1.1\r\nHost: a\r\nX\0: a\r\n\r\n",
            "GET /live HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
            "GET /live HTTP/1.1\r\nHost: a\r\n: a\r\n\r\n",
            "GET /live HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
            "GET /live HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "GET /live HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
            "GET /live HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
            "GET /live HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            "GET /live HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
            "GET /live HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\na",
            "GET /live HTTP/1.1\r\nHost: a\r\nContent-Length: 1 2\r\n\r\na",
            "GET /live HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n",
            "GET /live HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            "GET /live HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
            "GET /live HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
            "GET /live HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
            "GET /live HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
            "GET /live HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "GET /live HTTP/9.9\r\nHost: a\r\n\r\n",
            "GET /live HTTP/2.0\r\nHost: a\r\n\r\n",
            "GET /live HTTP/1.x\r\nHost: a\r\n\r\n",
            "GET /live HTTPS/1.1\r\nHost: a\r\n\r\n",
            "GET /live\r\n\r\n",
            "GET  /live HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET live HTTP/1.1\r\nHost: a\r\n\r\n",
            "BREW /live HTTP/1.1\r\nHost: a\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "\u{16}\u{03}\u{01}\u{00}\u{05}",
            "garbage\r\n\r\n",
            "\r\n\r\n\u{1}\r\n",
        ] as [Raw])
    func malformed(raw: Raw) throws {
        try withServer { server throws in
            #expect(try status(raw.text, port: server.port) == 400)
            #expect(try Client.get("/live", port: server.port).status == 200)
        }
    }

    /// Shown escaped, so that a report stays readable.
    struct Raw: ExpressibleByStringLiteral, CustomTestStringConvertible, Sendable {
        let text: String
        init(stringLiteral text: String) { self.text = text }
        var testDescription: String { text.debugDescription }
    }

    @Test("a request that ends in the middle is 400")
    func truncated() throws {
        try withServer { server throws in
            let client = try Client(port: server.port)
            try client.send("GET /live HTTP/1.1\r\nHost")
            client.finish()
            #expect(try client.rest().hasPrefix("HTTP/1.1 400 "))
        }
    }

    @Test("too much of anything has its status", arguments: [8_193, 20_000, 100_000, 1_000_000])
    func oversize(count: Int) throws {
        let many = String(repeating: "a", count: count)
        try withServer { server throws in
            #expect(try status("GET /\(many) HTTP/1.1\r\nHost: a\r\n\r\n", port: server.port) == 414)
            let wide = max(count, 40_000)
            let field = "X: \(String(repeating: "b", count: wide))\r\n"
            #expect(try status("GET /live HTTP/1.1\r\nHost: a\r\n\(field)\r\n", port: server.port) == 431)
            let fields = String(repeating: "X: b\r\n", count: count / 80)
            #expect(try status("GET /live HTTP/1.1\r\nHost: a\r\n\(fields)\r\n", port: server.port) == 431)
        }
    }

    @Test("a body over 64 KiB is 413, whether announced or not")
    func largeBody() throws {
        let body = String(repeating: "x", count: 70_000)
        try withServer { server throws in
            let announced = "GET /live HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n\(body)"
            #expect(try status(announced, port: server.port) == 413)
            let length = String(body.utf8.count, radix: 16)
            let chunks = "\(length)\r\n\(body)\r\n0\r\n\r\n"
            let chunked = "GET /live HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            #expect(try status(chunked + chunks, port: server.port) == 413)
            let expecting = "GET /live HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 70000\r\n\r\n"
            #expect(try status(expecting, port: server.port) == 413)
        }
    }

    @Test("garbage behind good requests is answered after them")
    func garbageInLine() throws {
        try withServer { server throws in
            let client = try Client(port: server.port)
            let good = ["/metrics", "/live"].map { "GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined()
            try client.send("\(good)garbage\r\n\r\n")
            #expect(try (0..<3).map { _ in try client.response().status } == [200, 200, 400])
            #expect(client.isHungUp())
        }
    }

    @Test("three thousand mutated requests leave the server standing")
    func fuzz() throws {
        let seeds = [
            "GET /metrics?name[]=up HTTP/1.1\r\nHost: a\r\nAccept: text/plain\r\n\r\n",
            "POST /live HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n",
            "GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /live HTTP/1.0\r\n\r\n",
            "CONNECT a:1 HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: upgrade\r\nExpect: 100-continue\r\n\r\n",
        ].map { Array($0.utf8) }
        var random = Linear(state: 42)
        try withServer { server throws in
            for round in 0..<3_000 {
                var bytes = seeds[round % seeds.count]
                for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, &random) }
                let client = try Client(port: server.port)
                try? client.send(bytes)
                client.finish()
                _ = try? client.rest()
            }
            #expect(try Client.get("/metrics", port: server.port).body == "up 1\n")
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout Linear) {
        let at = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes.insert(.random(in: 0...255, using: &random), at: at)
        case 1: if at < bytes.count { bytes.remove(at: at) }
        case 2: if at < bytes.count { bytes[at] = .random(in: 0...255, using: &random) }
        case 3: bytes.insert(contentsOf: bytes.prefix(at), at: at)
        default: bytes.insert(contentsOf: Array("\r\n".utf8), at: at)
        }
    }

    /// The same "random" numbers in every run.
    private struct Linear: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 33)
        }
    }
}
