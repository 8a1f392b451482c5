/// The rules of RFC 9112 that the parser leaves to us. Broken, they end the connection: whoever breaks them may mean
/// another message than the one we read.

enum RequestRules {
    /// What to answer to a request that may not be served at all; nil when it may.
    static func fault(in head: RequestHead, limits: ServerLimits) -> Reply? {
        if head.target.utf8.count > limits.requestLine { return .text(414, "Request target too long") }
        if !hasGoodHost(head) { return .text(400, "Bad request: exactly one valid Host header is needed") }

        switch BodyFraming(head) {
        case .broken:
            return .text(400, "Bad request: the length of the body is not clear")
        case .length(let length) where length > limits.body:
            return .text(413, "Request body too large")
        case .none, .chunked, .length:
            break
        }

        let expectations = head.values(of: "expect")
        let areMet = head.minorVersion == 0 || expectations.allSatisfy { RequestHead.isSame($0, "100-continue") }
        return areMet ? nil : .text(417, "Expectation failed")
    }

    /// Whether the client waits for our word before it sends a body.
    static func wantsContinue(_ head: RequestHead) -> Bool {
        guard head.minorVersion > 0, !head.values(of: "expect").isEmpty else { return false }
        switch BodyFraming(head) {
        case .none, .length(0), .broken: return false
        case .length, .chunked: return true
        }
    }

    /// HTTP/1.1 needs one Host, which may be empty; HTTP/1.0 needs none; two are wrong in both.
    private static func hasGoodHost(_ head: RequestHead) -> Bool {
        let hosts = head.values(of: "host")
        guard let host = hosts.first else { return head.minorVersion == 0 }
        return hosts.count == 1 && host.utf8.allSatisfy(isHostByte)
    }

    /// A superset of RFC 3986's host and port: what matters is that no list, path or user gets through.
    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "@"),
            UInt8(ascii: "\\"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""):
            false
        default:
            byte > 0x20 && byte < 0x7f
        }
    }
}
