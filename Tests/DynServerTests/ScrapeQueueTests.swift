import Testing

@testable import DynServer

@Suite("Scrapes that wait for one another")
struct ScrapeQueueTests {
    /// A queue whose first scrape waits until `gate` opens; every request is noted.
    private func makeQueue(limit: Int = 256) -> (queue: ScrapeQueue, gate: Latch<Bool>, calls: Notes<ScrapeRequest>) {
        let gate = Latch<Bool>(), calls = Notes<ScrapeRequest>()
        let queue = ScrapeQueue(limit: limit) { request in
            calls.add(request)
            _ = gate.wait(seconds: 20)
            return page("x")
        }
        return (queue, gate, calls)
    }

    private func ticket(_ count: Count, _ request: ScrapeRequest = ScrapeRequest()) -> ScrapeQueue.Ticket {
        ScrapeQueue.Ticket(request) { _, _ in count.raise() }
    }

    @Test("equal requests that wait share one call, with the shortest of their timeouts")
    func shares() {
        let (queue, gate, calls) = makeQueue(), done = Count()
        defer { queue.stop() }

        #expect(queue.add(ticket(done)))
        #expect(eventually { calls.all.count == 1 })
        for seconds in [nil, 9, 2, 5] as [Double?] {
            #expect(queue.add(ticket(done, ScrapeRequest(scrapeTimeout: seconds))))
        }
        gate.open(true)

        #expect(eventually { done.value == 5 })
        #expect(calls.all.map(\.scrapeTimeout) == [nil, 2])
    }

    @Test("another format or another query is another page")
    func separates() {
        let (queue, gate, calls) = makeQueue(), done = Count()
        defer { queue.stop() }

        #expect(queue.add(ticket(done)))
        #expect(eventually { calls.all.count == 1 })
        for _ in 0..<3 {
            #expect(queue.add(ticket(done, ScrapeRequest(accept: "a"))))
            #expect(queue.add(ticket(done, ScrapeRequest(query: [("name[]", "up")]))))
            #expect(queue.add(ticket(done, ScrapeRequest(query: [("name[]", "down")]))))
        }
        gate.open(true)

        #expect(eventually { done.value == 10 })
        #expect(calls.all.count == 4)
    }

    @Test("who hung up is not scraped for")
    func removes() {
        let (queue, gate, calls) = makeQueue(), done = Count(), gone = Count()
        defer { queue.stop() }

        #expect(queue.add(ticket(done)))
        #expect(eventually { calls.all.count == 1 })
        let leaving = ticket(gone, ScrapeRequest(accept: "gone"))
        #expect(queue.add(leaving))
        #expect(queue.add(ticket(done, ScrapeRequest(accept: "stays"))))
        queue.remove(leaving)
        gate.open(true)

        #expect(eventually { done.value == 2 })
        #expect(calls.all.map(\.accept) == [nil, "stays"])
        #expect(gone.value == 0)
    }

    @Test("a full queue and a stopped one take nobody")
    func refuses() {
        let (queue, gate, calls) = makeQueue(limit: 2), done = Count()

        #expect(queue.add(ticket(done)))
        #expect(eventually { calls.all.count == 1 })
        #expect(queue.add(ticket(done)))
        #expect(queue.add(ticket(done)))
        #expect(!queue.add(ticket(done)))
        queue.stop()
        gate.open(true)

        #expect(!queue.add(ticket(done)))
        #expect(eventually { done.value == 1 })
    }
}
