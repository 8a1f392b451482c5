/// What goes in and out of the closures a server is made of. Plain values, so that this target knows no other.

/// One request for the metrics page, as far as it may change what is on the page.
public struct ScrapeRequest: Sendable {
    /// The `Accept` header as the scraper sent it; several are joined by a comma. Nil when there was none.
    public var accept: String?
    /// Seconds the scraper will wait (`X-Prometheus-Scrape-Timeout-Seconds`); nil when absent or no number above 0.
    public var scrapeTimeout: Double?
    /// The query string in its order, percent-decoded: `name[]=up` gives `("name[]", "up")`.
    public var query: [(name: String, value: String)]

    public init(accept: String? = nil, scrapeTimeout: Double? = nil, query: [(name: String, value: String)] = []) {
        self.accept = accept
        self.scrapeTimeout = scrapeTimeout
        self.query = query
    }

    /// Whether one page answers both. The timeout is left out: the shorter of the two serves both.
    func asksForSamePage(as other: ScrapeRequest) -> Bool {
        accept == other.accept && query.elementsEqual(other.query) { $0.name == $1.name && $0.value == $1.value }
    }
}

/// The metrics page, whole.
public struct ScrapeResponse: Sendable {
    /// An HTTP status with a body: 200, or 500 to 599 for a page that could not be made.
    public var status: Int
    /// Sent as it is: it must be one line.
    public var contentType: String
    public var body: Body

    public init(status: Int = 200, contentType: String, body: Body) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}

/// What `/health` says: 200 with `json` when ready, else 503 with it.
public struct HealthReport: Sendable {
    public var isReady: Bool
    /// The whole JSON document.
    public var json: [UInt8]

    public init(isReady: Bool, json: [UInt8]) {
        self.isReady = isReady
        self.json = json
    }
}
