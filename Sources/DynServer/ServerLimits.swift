/// How much one server puts up with. Times are in milliseconds, sizes in bytes.

package struct ServerLimits: Sendable {
    /// Open connections; a quarter of the process's descriptors if that is less. Over it the oldest idle one goes.
    package var connections = 256
    /// Scrapes waiting for the one that runs; more are told 503.
    package var waitingScrapes = 256

    /// The request line, method and version included; longer is 414.
    package var requestLine = 8 * 1024
    /// All header fields together, and how many; more is 431.
    package var fields = 32 * 1024
    package var fieldCount = 100
    /// The body of a request, which is read and thrown away; longer is 413.
    package var body = 64 * 1024

    /// From a request's first byte (or the connection's birth) to its last.
    package var requestDeadline: Int64 = 5_000
    /// From a request's end to the page; after that 503. A scrape has a deadline of its own, so this is a last resort.
    package var answerDeadline: Int64 = 60_000
    /// For the client to take the whole response.
    package var writeDeadline: Int64 = 30_000
    /// Between two requests.
    package var idleDeadline: Int64 = 60_000
    /// For the client to hang up after we did, so that what it still sends does not destroy our last response.
    package var lingerDeadline: Int64 = 2_000

    package init() {}
}
