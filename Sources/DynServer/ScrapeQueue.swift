/// The scrapes that wait, and the one thread that runs them, so that a slow page never stalls `/live`.
///
/// One call of the closure answers every waiting request that asks for the same page: forty scrapers at once cost two
/// scrapes at most, the one that runs and the one after it.
import CDynSupport

final class ScrapeQueue: @unchecked Sendable {
    /// A place in the queue. `deliver` is called at most once, on the scraping thread.
    final class Ticket: Sendable {
        let request: ScrapeRequest
        let coding: ContentCoding
        let deliver: @Sendable (Ticket, Reply) -> Void

        init(
            _ request: ScrapeRequest, coding: ContentCoding = .identity,
            deliver: @escaping @Sendable (Ticket, Reply) -> Void
        ) {
            self.request = request
            self.coding = coding
            self.deliver = deliver
        }
    }

    private let scrape: @Sendable (ScrapeRequest) -> ScrapeResponse
    private let limit: Int
    private let monitor = Monitor()
    // Guarded by `monitor`.
    private var waiting: [Ticket] = []
    private var hasThread = false
    private var isStopped = false

    init(limit: Int, scrape: @escaping @Sendable (ScrapeRequest) -> ScrapeResponse) {
        self.limit = limit
        self.scrape = scrape
    }

    /// False when the queue is full, stopped, or no thread is to be had.
    func add(_ ticket: Ticket) -> Bool {
        monitor.withLock {
            guard !isStopped, waiting.count < limit, hasThread || startThread() else { return false }
            waiting.append(ticket)
            monitor.wakeAll()
            return true
        }
    }

    /// For a client that hung up or was told otherwise. If its scrape runs already, it ends as it would.
    func remove(_ ticket: Ticket) {
        monitor.withLock { waiting.removeAll { $0 === ticket } }
    }

    /// Lets the thread go as soon as its current scrape ends; who waits is not answered.
    func stop() {
        monitor.withLock {
            isStopped = true
            waiting = []
            monitor.wakeAll()
        }
    }

    /// With the lock held: the new thread's first step is to wait for it.
    private func startThread() -> Bool {
        let this = Unmanaged.passRetained(self)
        let failed = dynsupport_thread_start(
            "dynm-scrape",
            { raw in
                guard let raw else { return }
                Unmanaged<ScrapeQueue>.fromOpaque(raw).takeRetainedValue().run()
            }, this.toOpaque())
        if failed != 0 { this.release() }
        hasThread = failed == 0
        return hasThread
    }

    private func run() {
        while let batch = nextBatch(), let request = Self.joined(batch) {
            let reply = Reply(scrape(request))
            // Compressed once for all who want it so.
            let gzipped = batch.contains { $0.coding == .gzip } ? reply.gzipped : reply
            for ticket in batch { ticket.deliver(ticket, ticket.coding == .gzip ? gzipped : reply) }
        }
    }

    /// The oldest ticket and all that want the same page; nil once stopped.
    private func nextBatch() -> [Ticket]? {
        monitor.withLock {
            while waiting.isEmpty, !isStopped { monitor.wait() }
            guard let oldest = waiting.first else { return nil }
            let batch = waiting.filter { $0.request.asksForSamePage(as: oldest.request) }
            waiting.removeAll { $0.request.asksForSamePage(as: oldest.request) }
            return batch
        }
    }

    /// One request for all of them, as patient as the least patient.
    private static func joined(_ batch: [Ticket]) -> ScrapeRequest? {
        var request = batch.first?.request
        request?.scrapeTimeout = batch.compactMap(\.request.scrapeTimeout).min()
        return request
    }
}
