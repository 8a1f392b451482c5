/// Everything a server is made of: where it listens, which paths it has, whom it asks, and how much it puts up with.

package struct ServerConfiguration: Sendable {
    /// A numeric address, or `localhost` for 127.0.0.1.
    package var host: String
    /// 0 takes any free port.
    package var port: Int
    package var metricsPath: String
    package var healthPath: String
    package var livePath: String
    package var limits: ServerLimits

    /// Makes the page. Called on a thread of the server's own, one call at a time; may block, must end some day.
    package var scrape: @Sendable (ScrapeRequest) -> ScrapeResponse
    /// Called on the thread that serves, so it must return at once and wait for nothing.
    package var health: @Sendable () -> HealthReport
    /// Told the status of every response that was written whole. On the thread that serves; must return at once.
    package var onResponse: @Sendable (Int) -> Void

    package init(
        host: String,
        port: Int,
        metricsPath: String = "/metrics",
        healthPath: String = "/health",
        livePath: String = "/live",
        limits: ServerLimits = ServerLimits(),
        scrape: @escaping @Sendable (ScrapeRequest) -> ScrapeResponse,
        health: @escaping @Sendable () -> HealthReport,
        onResponse: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.host = host
        self.port = port
        self.metricsPath = metricsPath
        self.healthPath = healthPath
        self.livePath = livePath
        self.limits = limits
        self.scrape = scrape
        self.health = health
        self.onResponse = onResponse
    }
}
