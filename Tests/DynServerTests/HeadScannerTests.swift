import Testing

@testable import DynServer

@Suite("The watch over request heads")
struct HeadScannerTests {
    private func verdict(_ text: String) -> HeadScanner.Verdict {
        var scanner = HeadScanner(limits: ServerLimits())
        return scanner.scan(text.utf8).verdict
    }

    @Test("a head ends at its empty line, and what follows is left alone")
    func end() {
        var scanner = HeadScanner(limits: ServerLimits())
        let text = "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"

        let result = scanner.scan((text + "GET").utf8)

        #expect(result.verdict == .complete)
        #expect(result.taken == text.utf8.count)
        #expect(scanner.isAtStart)
    }

    @Test("it does not matter how the bytes are cut")
    func pieces() {
        var scanner = HeadScanner(limits: ServerLimits())
        var verdicts: [HeadScanner.Verdict] = []
        for byte in "GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8 { verdicts.append(scanner.scan([byte]).verdict) }

        #expect(verdicts.last == .complete)
        #expect(verdicts.dropLast().allSatisfy { $0 == .needsMore })
    }

    @Test(
        "badly cut lines are refused",
        arguments: [
            "GET / HTTP/1.1\n", "GET / HTTP/1.1\rHost", "GET / HTTP/1.1\r\nHost: a\n", "\n", "GET /\0",
            "GET / HTTP/1.1\r\nA: b\r\n c\r\n", "GET / HTTP/1.1\r\n\tA: b\r\n", "GET  / HTTP/1.1\r\n",
            "GET / HTTP/1.1\r\nA: \0\r\n",
        ])
    func badLines(text: String) {
        #expect(verdict(text) == .refused(400))
    }

    @Test("each limit has its own status, and what just fits passes")
    func limits() {
        let line = "GET /" + String(repeating: "a", count: 8192 - 14) + " HTTP/1.1\r\n"
        let fields = String(repeating: "A: b\r\n", count: 100)
        let wide = "A:" + String(repeating: "b", count: 32768 - 2) + "\r\n"

        #expect(verdict("\(line)\r\n") == .complete)
        #expect(verdict("x\(line)") == .refused(414))
        #expect(verdict("GET / HTTP/1.1\r\n\(fields)\r\n") == .complete)
        #expect(verdict("GET / HTTP/1.1\r\n\(fields)A: b") == .refused(431))
        #expect(verdict("GET / HTTP/1.1\r\n\(wide)\r\n") == .complete)
        #expect(verdict("GET / HTTP/1.1\r\nA\(wide)") == .refused(431))
    }
}
