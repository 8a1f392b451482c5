/// One response before it is written: status, type, body, and the few headers that go with some of them.
import NIOCore
import NIOHTTP1

struct Reply {
    var status: Int
    var contentType: String
    /// Shared, never copied: forty scrapers of one page hold the same bytes.
    var body: Body
    var extraFields: [(name: String, value: String)] = []

    init(status: Int, contentType: String, body: Body) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    /// A page from the scrape closure. Statuses that may not have a body would break the framing, so they become 500.
    init(_ response: ScrapeResponse) {
        let isFramable = (200...599).contains(response.status) && response.status != 204 && response.status != 304
        self.init(
            status: isFramable ? response.status : 500, contentType: response.contentType, body: response.body)
    }

    init(_ report: HealthReport) {
        self.init(status: report.isReady ? 200 : 503, contentType: "application/json", body: Body(report.json))
    }

    static var live: Reply {
        Reply(status: 200, contentType: "application/json", body: Body(Array(#"{"status":"live"}"#.utf8)))
    }

    /// The same, compressed; as it is where that cannot be had.
    var gzipped: Reply {
        guard let compressed = Gzip.compress(body.bytes) else { return self }
        var reply = self
        reply.body = compressed
        reply.extraFields.append(("Content-Encoding", "gzip"))
        return reply
    }

    /// One line for a person. Never made of what the client sent.
    static func text(_ status: Int, _ line: String) -> Reply {
        Reply(status: status, contentType: "text/plain; charset=utf-8", body: Body(Array((line + "\n").utf8)))
    }

    static var methodNotAllowed: Reply {
        var reply = text(405, "Method not allowed: use GET or HEAD")
        reply.extraFields = [("Allow", "GET, HEAD")]
        return reply
    }

    static var busy: Reply {
        var reply = text(503, "Too many scrapes are waiting: try again")
        reply.extraFields = [("Retry-After", "1")]
        return reply
    }

    /// What belongs to the answer, whoever writes it.
    var fields: [(name: String, value: String)] {
        var fields = [(name: "Content-Type", value: contentType)]
        fields.append(("Content-Length", "\(body.count)"))
        fields.append(contentsOf: extraFields)
        return fields
    }

    /// The head as it is sent. `Content-Length` is that of the body even where none follows, as for HEAD.
    func head(isLast: Bool) -> HTTPResponseHead {
        var fields = HTTPHeaders(self.fields.map { ($0.name, $0.value) })
        if let date = HTTPDate.now { fields.add(name: "Date", value: date) }
        // Said in either case: an HTTP/1.0 client keeps the connection only when told so.
        fields.add(name: "Connection", value: isLast ? "close" : "keep-alive")
        return HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: fields)
    }
}
