import Glibc
import Testing

@testable import DynServer

@Suite("Starting and stopping", .serialized)
struct HTTPLifecycleTests {
    @Test("port 0 takes a free port and says which")
    func anyPort() throws {
        try withServer { server throws in
            #expect(server.port > 0)
            #expect(server.host == "127.0.0.1")
            #expect(server.url == "http://127.0.0.1:\(server.port)")
            #expect(server.isOpen)
        }
    }

    @Test("a taken port is named")
    func taken() throws {
        try withServer { server throws in
            #expect(throws: ServerError.addressInUse(host: "127.0.0.1", port: server.port)) {
                try withServer(port: server.port) { _ in }
            }
            #expect(try Client.get("/live", port: server.port).status == 200)
        }
    }

    @Test("an address of another machine is refused with its reason")
    func foreignAddress() throws {
        let configuration = ServerConfiguration(
            host: "192.0.2.1", port: 0, scrape: { _ in page("") }, health: { HealthReport(isReady: true, json: []) })
        #expect(throws: ServerError.cannotBind(host: "192.0.2.1", port: 0, code: EADDRNOTAVAIL)) {
            try HTTPServer.start(configuration)
        }
    }

    @Test("close frees the port, hangs up on clients and may be repeated")
    func closes() throws {
        let server = try withServer { server throws in
            let client = try Client(port: server.port)
            try client.send("GET /live HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.response().status == 200)

            server.close()

            #expect(client.isHungUp())
            #expect(!server.isOpen)
            #expect(throws: Client.Failure.self) { try Client(port: server.port) }
            return server
        }
        server.close()
        try withServer(port: server.port) { again throws in
            #expect(try Client.get("/live", port: again.port).status == 200)
        }
    }

    @Test("twenty restarts on one port leave no descriptor behind")
    func restarts() throws {
        let port = try withServer { $0.port }
        try withServer(port: port) { _ in }
        let before = try descriptors()
        for _ in 0..<20 {
            try withServer(port: port) { server throws in
                #expect(try Client.get("/metrics", port: server.port).body == "up 1\n")
            }
        }
        // Others' tests open and close beside this one, so that it waits rather than compares.
        #expect(eventually { ((try? descriptors()) ?? .max) <= before + 2 })
    }

    @Test("close returns while a scrape hangs")
    func closeWhileHanging() throws {
        let gate = Latch<Bool>(), started = Latch<Bool>()
        defer { gate.open(true) }
        try withServer(scrape: { _ in
            started.open(true)
            _ = gate.wait(seconds: 20)
            return page("late")
        }) { server throws in
            let client = try Client(port: server.port)
            try client.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(started.wait(seconds: 20) == true)
            server.close()
            #expect(client.isHungUp())
        }
    }

    @Test("a server can be closed, and none started, from the thread that serves")
    func fromItsOwnThread() throws {
        let outcome = Notes<String>()
        let holder = Notes<HTTPServer>()
        // The server holds the closure, which holds this.
        defer { holder.clear() }
        try withServer(health: {
            do {
                try withServer { _ in }
            } catch {
                outcome.add("\(error)")
            }
            holder.all.first?.close()
            return HealthReport(isReady: true, json: [])
        }) { server throws in
            holder.add(server)
            let client = try Client(port: server.port)
            try client.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(eventually { !server.isOpen })
            #expect(outcome.all.first?.contains("another thread") == true)
        }
    }

    @Test("the host's SIGPIPE and the signals of its threads stay as they were")
    func signals() throws {
        var before = sigaction()
        sigaction(SIGPIPE, nil, &before)
        let wasBlocked = isBlocked(SIGUSR2)
        try withServer { server throws in
            _ = try Client.get("/live", port: server.port)
            var after = sigaction()
            sigaction(SIGPIPE, nil, &after)
            let unchanged = withUnsafeBytes(of: &before) { one in
                withUnsafeBytes(of: &after) { two in one.prefix(8).elementsEqual(two.prefix(8)) }
            }
            #expect(unchanged)
            #expect(isBlocked(SIGUSR2) == wasBlocked)
        }
    }

    private func isBlocked(_ signal: Int32) -> Bool {
        var mask = sigset_t()
        pthread_sigmask(SIG_SETMASK, nil, &mask)
        return sigismember(&mask, signal) == 1
    }

    private func descriptors() throws -> Int {
        guard let folder = opendir("/proc/self/fd") else { throw Client.Failure(what: "no /proc") }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        return count
    }
}
