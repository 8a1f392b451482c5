import Testing

@testable import DynServer

@Suite("Content codings")
struct ContentCodingTests {
    @Test(
        "gzip is for clients that like it better than a plain body",
        arguments: [
            (nil, false), ("", false), ("gzip", true), ("GZIP", true), ("x-gzip", true), ("gzip, deflate, br", true),
            ("deflate, gzip;q=0.5", true), ("gzip;q=0", false), ("gzip;q=0.0, *", false), ("identity", false),
            ("*", false),
            ("gzip;q=0.5, identity", false), ("gzip;q=1.0, identity;q=0.5", true), ("br", false), ("gzip;q=x", false),
            (" gzip ; q=0.1 ", true), ("gzipped", false), (";;;,,=", false), ("gzip;q=nan", false),
        ] as [(String?, Bool)])
    func negotiates(header: String?, isGzip: Bool) {
        #expect((ContentCoding.negotiated(header) == .gzip) == isGzip)
    }

    @Test("scrapers that want different codings of one page share one scrape")
    func shares() {
        let gate = Latch<Bool>(), calls = Notes<ScrapeRequest>(), bodies = Notes<(coding: ContentCoding, count: Int)>()
        let text = [UInt8](repeating: 97, count: 10_000)
        let queue = ScrapeQueue(limit: 9) { request in
            calls.add(request)
            _ = gate.wait(seconds: 20)
            return ScrapeResponse(contentType: "text/plain", body: Body(text))
        }
        defer { queue.stop() }
        func ticket(_ coding: ContentCoding) -> ScrapeQueue.Ticket {
            ScrapeQueue.Ticket(ScrapeRequest(), coding: coding) { ticket, reply in
                let isMarked = reply.extraFields.contains { $0 == ("Content-Encoding", "gzip") }
                #expect(isMarked == (ticket.coding == .gzip))
                bodies.add((ticket.coding, reply.body.bytes.count))
            }
        }

        #expect(queue.add(ticket(.identity)))
        #expect(eventually { calls.all.count == 1 })
        for coding in [ContentCoding.gzip, .identity, .gzip] { #expect(queue.add(ticket(coding))) }
        gate.open(true)

        #expect(eventually { bodies.all.count == 4 })
        #expect(calls.all.count == 2)
        for body in bodies.all { #expect(body.coding == .gzip ? body.count < 1000 : body.count == 10_000) }
    }
}
