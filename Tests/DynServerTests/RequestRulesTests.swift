import Testing

@testable import DynServer

@Suite("Requests that may not be served")
struct RequestRulesTests {
    private func status(minor: Int = 1, _ fields: [(String, String)]) -> Int? {
        let head = RequestHead(
            method: "GET", target: "/metrics", minorVersion: minor, fields: fields.map { (name: $0.0, value: $0.1) })
        return RequestRules.fault(in: head, limits: ServerLimits())?.status
    }

    @Test("one Host is needed in HTTP/1.1, none in HTTP/1.0, and two are wrong in both")
    func hosts() {
        #expect(status([("Host", "a")]) == nil)
        #expect(status([("hOST", "[::1]:9464")]) == nil)
        #expect(status([("Host", "")]) == nil)
        #expect(status([]) == 400)
        #expect(status([("Host", "a"), ("host", "a")]) == 400)
        #expect(status(minor: 0, []) == nil)
        #expect(status(minor: 0, [("Host", "a"), ("Host", "b")]) == 400)
    }

    @Test("a Host that is no host is refused", arguments: ["a b", "a,b", "a/b", "u@h", "a\u{1}", "ä", "a?b", "\"a\""])
    func badHost(value: String) {
        #expect(status([("Host", value)]) == 400)
    }

    @Test(
        "a body whose length is not clear is refused",
        arguments: [
            [("Content-Length", "1"), ("Content-Length", "1")],
            [("Content-Length", "1"), ("Content-Length", "2")],
            [("Content-Length", "1"), ("Transfer-Encoding", "chunked")],
            [("Content-Length", "-1")],
            [("Content-Length", "+1")],
            [("Content-Length", "1, 1")],
            [("Content-Length", "0x1")],
            [("Content-Length", "")],
            [("Transfer-Encoding", "gzip, chunked")],
            [("Transfer-Encoding", "identity")],
            [("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")],
            [("Transfer-Encoding", "xchunked")],
        ])
    func unclearLength(fields: [(String, String)]) {
        #expect(status([("Host", "a")] + fields) == 400)
    }

    @Test("a chunked body is no part of HTTP/1.0")
    func chunkedInOldVersion() {
        #expect(status(minor: 0, [("Transfer-Encoding", "chunked")]) == 400)
        #expect(status([("Host", "a"), ("Transfer-Encoding", "Chunked")]) == nil)
    }

    @Test(
        "a body over the limit is refused before it comes",
        arguments: [
            "65537", "9223372036854775808", "99999999999999999999",
        ])
    func largeBody(length: String) {
        #expect(status([("Host", "a"), ("Content-Length", length)]) == 413)
        #expect(status([("Host", "a"), ("Content-Length", "65536")]) == nil)
    }

    @Test("an expectation is met or refused")
    func expectations() {
        let plain = RequestHead(method: "GET", target: "/live", fields: [("Expect", "100-Continue")])
        var withBody = plain
        withBody.fields.append(("Content-Length", "5"))
        var old = withBody
        old.minorVersion = 0

        #expect(!RequestRules.wantsContinue(plain))
        #expect(RequestRules.wantsContinue(withBody))
        #expect(!RequestRules.wantsContinue(old))
        #expect(status([("Host", "a"), ("Expect", "tea")]) == 417)
        #expect(status(minor: 0, [("Expect", "tea")]) == nil)
    }
}
