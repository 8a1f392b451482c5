import Testing

@testable import DynServer

@Suite("Answers to requests that another server has read")
struct ResponderTests {
    private func makeResponder(
        limits: ServerLimits = ServerLimits(), told: Notes<Int> = Notes<Int>(),
        scrape: @escaping @Sendable (ScrapeRequest) -> ScrapeResponse = { _ in page("up 1\n") }
    ) -> Responder {
        Responder(
            ServerConfiguration(
                host: "", port: 0, limits: limits, scrape: scrape,
                health: { HealthReport(isReady: false, json: Array("{}".utf8)) }, onResponse: { told.add($0) }))
    }

    private func body(_ answer: Answer) -> String {
        answer.withBody { String(decoding: $0, as: UTF8.self) }
    }

    private func field(_ answer: Answer, _ name: String) -> String? {
        answer.fields.first { $0.name == name }?.value
    }

    @Test("a page has its type, its length and its bytes; HEAD the same without bytes")
    func answersWithPage() {
        let responder = makeResponder()

        let get = responder.answer(method: "GET", target: "", fields: [])
        let head = responder.answer(method: "HEAD", target: "/metrics", fields: [])

        #expect(get.status == 200 && body(get) == "up 1\n" && field(get, "Content-Length") == "5")
        #expect(head.status == 200 && body(head).isEmpty && field(head, "Content-Length") == "5")
    }

    @Test("the scrape is told what the request asks for, and a page is compressed for who likes that")
    func negotiates() {
        let asked = Notes<ScrapeRequest>()
        let responder = makeResponder { request in
            asked.add(request)
            return page(String(repeating: "up 1\n", count: 100))
        }

        let answer = responder.answer(
            method: "GET", target: "/?name[]=up",
            fields: [("Accept", "a"), ("accept-encoding", "gzip"), ("X-Prometheus-Scrape-Timeout-Seconds", "5")])

        #expect(asked.all.map(\.accept) == ["a"] && asked.all.map(\.scrapeTimeout) == [5])
        #expect(asked.all.first?.query.map(\.value) == ["up"])
        #expect(field(answer, "Content-Encoding") == "gzip" && body(answer).utf8.count < 500)
    }

    @Test("other paths and methods are refused, health and liveness answered, all of them told")
    func refuses() {
        let told = Notes<Int>()
        let responder = makeResponder(told: told)

        let answers = [("GET", "/no"), ("PUT", "/"), ("GET", "/health"), ("GET", "/live")].map {
            responder.answer(method: $0.0, target: $0.1, fields: [])
        }

        #expect(answers.map(\.status) == [404, 405, 503, 200] && told.all == [404, 405, 503, 200])
        #expect(field(answers[1], "Allow") == "GET, HEAD")
    }

    @Test("a scrape that takes too long is told 503")
    func busy() {
        let gate = Latch<Bool>()
        var limits = ServerLimits()
        limits.answerDeadline = 0
        let responder = makeResponder(limits: limits) { _ in
            _ = gate.wait(seconds: 20)
            return page("x")
        }

        let answer = responder.answer(method: "GET", target: "", fields: [])
        gate.open(true)

        #expect(answer.status == 503 && field(answer, "Retry-After") == "1")
    }
}
