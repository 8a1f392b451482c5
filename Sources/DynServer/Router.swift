/// Which of the three pages a request means. A pure function of its head.

enum Route {
    case metrics(ScrapeRequest, ContentCoding)
    case health
    case live
    /// Answered with this, and the connection goes on.
    case refused(Reply)
}

struct Router: Sendable {
    let metricsPath: String
    let healthPath: String
    let livePath: String
    /// Below a path of somebody else's server: what stands at that very path is the page.
    var isMounted = false

    func route(_ head: RequestHead) -> Route {
        var target = RequestTarget(head.target)
        if isMounted, target.path == "/" { target.path = metricsPath }
        let isAsterisk = head.target == "*" || head.method == "CONNECT"
        guard isAsterisk || [metricsPath, healthPath, livePath].contains(target.path) else {
            return .refused(.text(404, "Route not found"))
        }
        guard !isAsterisk, head.method == "GET" || head.method == "HEAD" else {
            return .refused(.methodNotAllowed)
        }
        if target.path == metricsPath { return .metrics(scrapeRequest(head, target), coding(head)) }
        return target.path == healthPath ? .health : .live
    }

    private func coding(_ head: RequestHead) -> ContentCoding {
        ContentCoding.negotiated(head.values(of: "accept-encoding").joined(separator: ","))
    }

    private func scrapeRequest(_ head: RequestHead, _ target: RequestTarget) -> ScrapeRequest {
        let accepts = head.values(of: "accept")
        return ScrapeRequest(
            accept: accepts.isEmpty ? nil : accepts.joined(separator: ", "),
            scrapeTimeout: head.values(of: "x-prometheus-scrape-timeout-seconds").first.flatMap(Self.seconds),
            query: target.pairs
        )
    }

    /// A number of seconds above 0; nil for anything else, `inf` and `nan` included.
    private static func seconds(_ text: String) -> Double? {
        guard let seconds = Double(text), seconds.isFinite, seconds > 0 else { return nil }
        return seconds
    }
}
