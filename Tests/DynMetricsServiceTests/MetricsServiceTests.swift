#if ServiceLifecycle
import DynMetrics
import DynMetricsService
import Glibc
import ServiceLifecycle
import Testing

/// Looks at the server once it is up, then ends, and its group with it.
private struct Visitor: Service {
    let servers: AsyncStream<HTTPServer>
    let visit: @Sendable (HTTPServer) -> Void

    func run() async throws {
        for await server in servers {
            visit(server)
            return
        }
    }
}

@Suite("the metrics service")
struct MetricsServiceTests {
    @Test("it serves while the group runs, and frees its port when the group shuts down")
    func lifecycle() async throws {
        let runtime = try DistributedRuntime(connectionID: 1)
        let (servers, told) = AsyncStream.makeStream(of: HTTPServer.self)
        let (visits, tell) = AsyncStream.makeStream(of: (HTTPServer, Bool).self)
        let metrics = MetricsService(runtime, host: "127.0.0.1", port: 0) { told.yield($0) }
        let visitor = Visitor(servers: servers) { tell.yield(($0, canConnect($0.port))) }
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: metrics),
                    .init(service: visitor, successTerminationBehavior: .gracefullyShutdownGroup),
                ],
                logger: .init(label: "test")))

        try await group.run()

        var seen = visits.makeAsyncIterator()
        let (server, answered) = try #require(await seen.next())
        #expect(answered)
        #expect(!server.isOpen)
        #expect(!canConnect(server.port))
    }

    @Test("after cancellation the server is closed")
    func cancellation() async throws {
        let runtime = try DistributedRuntime(connectionID: 1)
        let (servers, told) = AsyncStream.makeStream(of: HTTPServer.self)
        let running = Task {
            try await MetricsService(runtime, host: "127.0.0.1", port: 0) { told.yield($0) }.run()
        }
        var started = servers.makeAsyncIterator()
        let server = try #require(await started.next())
        #expect(server.isOpen)
        running.cancel()
        try await running.value
        #expect(!server.isOpen)
        #expect(!canConnect(server.port))
    }

    @Test("an address that cannot be had ends the group with its reason")
    func taken() async throws {
        let runtime = try DistributedRuntime(connectionID: 1)
        let other = try DistributedRuntime(connectionID: 2)
        let server = try other.serve(host: "127.0.0.1", port: 0)
        defer { server.close() }
        await #expect(throws: MetricsError.self) {
            try await MetricsService(runtime, host: "127.0.0.1", port: server.port).run()
        }
    }
}

private func canConnect(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
}
#endif
