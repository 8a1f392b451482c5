/// What every connection of one server shares.
import Glibc

struct Service: Sendable {
    let router: Router
    let limits: ServerLimits
    let scrapes: ScrapeQueue
    let connections: Connections
    let health: @Sendable () -> HealthReport
    let onResponse: @Sendable (Int) -> Void

    init(_ configuration: ServerConfiguration) {
        router = Router(
            metricsPath: configuration.metricsPath,
            healthPath: configuration.healthPath,
            livePath: configuration.livePath
        )
        limits = configuration.limits
        scrapes = ScrapeQueue(limit: configuration.limits.waitingScrapes, scrape: configuration.scrape)
        connections = Connections(limit: Self.affordableConnections(configuration.limits.connections))
        health = configuration.health
        onResponse = configuration.onResponse
    }

    /// At most a quarter of the descriptors the process may have: the engine needs the rest.
    private static func affordableConnections(_ wanted: Int) -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return wanted }
        return min(wanted, max(8, Int(clamping: limit.rlim_cur / 4)))
    }
}
