// The page as a service of swift-service-lifecycle: up with the group, down with it.
//
//     let group = ServiceGroup(services: [MetricsService(runtime), server], logger: logger)
//     try await group.run()

#if ServiceLifecycle
import DynMetrics
import ServiceLifecycle

/// Serves `/metrics`, `/health` and `/live` of a runtime until the group shuts down.
///
/// Services end in the reverse of their order: put it first, so that the page is there until the last of the others has
/// ended. `run()` throws when the address cannot be had, which ends the group.
public struct MetricsService: Service {
    private let runtime: DistributedRuntime
    private let host: String?
    private let port: Int?
    private let onStart: @Sendable (HTTPServer) -> Void

    /// - Parameters:
    ///   - runtime: whose page is served.
    ///   - host: a numeric address or `localhost`; nil as in ``DistributedRuntime/serve(host:port:)``.
    ///   - port: 0 is any free one; nil as there.
    ///   - onStart: called once it serves, with the server and so its port. Must not block.
    public init(
        _ runtime: DistributedRuntime, host: String? = nil, port: Int? = nil,
        onStart: @escaping @Sendable (HTTPServer) -> Void = { _ in }
    ) {
        self.runtime = runtime
        self.host = host
        self.port = port
        self.onStart = onStart
    }

    /// Serves until graceful shutdown or cancellation; then the port is free.
    public func run() async throws {
        let server = try runtime.serve(host: host, port: port)
        defer { server.close() }
        onStart(server)
        // Ends at either; neither is a failure of this service.
        try? await gracefulShutdown()
    }
}
#endif
