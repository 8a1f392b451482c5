/// Answers requests that another program's HTTP server has read, by the rules of our own. No socket, no NIO loop.
///
/// For one process: its scrape thread and its locks do not exist in a forked child, which needs one of its own.

/// An answer before it is written. The host's server adds what belongs to the connection.
package struct Answer: Sendable {
    package let status: Int
    /// `Content-Length` is that of the whole body, for HEAD too.
    package let fields: [(name: String, value: String)]
    private let body: Body

    fileprivate init(_ reply: Reply, isHead: Bool) {
        status = reply.status
        fields = reply.fields
        body = isHead ? Body([]) : reply.body
    }

    package func withBody<Result>(_ read: (UnsafeRawBufferPointer) -> Result) -> Result {
        defer { withExtendedLifetime(body) {} }
        return read(body.bytes)
    }
}

package final class Responder: Sendable {
    private let router: Router
    private let scrapes: ScrapeQueue
    private let secondsToAnswer: Int
    private let health: @Sendable () -> HealthReport
    private let onResponse: @Sendable (Int) -> Void

    /// Where it listens is not looked at.
    package init(_ configuration: ServerConfiguration) {
        Gzip.prepare()
        router = Router(
            metricsPath: configuration.metricsPath, healthPath: configuration.healthPath,
            livePath: configuration.livePath, isMounted: true)
        scrapes = ScrapeQueue(limit: configuration.limits.waitingScrapes, scrape: configuration.scrape)
        secondsToAnswer = Int(clamping: configuration.limits.answerDeadline / 1000)
        health = configuration.health
        onResponse = configuration.onResponse
        // Uses each type once, for those who hold forks meanwhile.
        Latch<Reply>().open(reply(router.route(RequestHead(method: "GET", target: "/live"))))
    }

    deinit { scrapes.stop() }

    /// Waits for the scrape, as long as that takes and for at most a minute.
    ///
    /// - Parameter target: the path below the place where the page is mounted, with its query.
    package func answer(method: String, target: String, fields: [(name: String, value: String)]) -> Answer {
        let head = RequestHead(method: method, target: target, fields: fields)
        let reply = reply(router.route(head))
        onResponse(reply.status)
        return Answer(reply, isHead: method == "HEAD")
    }

    private func reply(_ route: Route) -> Reply {
        switch route {
        case .live: .live
        case .health: Reply(health())
        case .refused(let reply): reply
        case .metrics(let request, let coding): scraped(request, coding)
        }
    }

    private func scraped(_ request: ScrapeRequest, _ coding: ContentCoding) -> Reply {
        let answered = Latch<Reply>()
        let ticket = ScrapeQueue.Ticket(request, coding: coding) { _, reply in answered.open(reply) }
        guard scrapes.add(ticket) else { return .busy }
        if let reply = answered.wait(seconds: secondsToAnswer) { return reply }
        scrapes.remove(ticket)
        return .busy
    }
}
