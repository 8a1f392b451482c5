/// Where a server listens: checked before any socket is made, and spelled for people afterwards.
import Glibc

public struct ServerAddress: Sendable, Equatable {
    /// A numeric IPv4 or IPv6 address, without brackets.
    public let host: String
    /// 0 to 65535.
    public let port: Int

    /// - Throws: ``ServerError/invalidHost(_:)`` or ``ServerError/invalidPort(_:)``.
    public init(host: String, port: Int) throws(ServerError) {
        let numeric = host == "localhost" ? "127.0.0.1" : Self.withoutBrackets(host)
        guard Self.isNumeric(numeric) else { throw .invalidHost(host) }
        guard (0...65535).contains(port) else { throw .invalidPort(port) }
        self.host = numeric
        self.port = port
    }

    /// What a person or a scraper on this machine can open: a wildcard host shows as the loopback address it includes.
    public var url: String {
        switch host {
        case "0.0.0.0": "http://127.0.0.1:\(port)"
        case "::": "http://[::1]:\(port)"
        default: "http://\(Self.joined(host, port))"
        }
    }

    /// `127.0.0.1:80` or `[::1]:80`; the zone of a link-local address is escaped as in a URL.
    static func joined(_ host: String, _ port: Int) -> String {
        guard host.utf8.contains(UInt8(ascii: ":")) else { return "\(host):\(port)" }
        let parts = host.split(separator: "%", maxSplits: 1)
        return "[\(parts.joined(separator: "%25"))]:\(port)"
    }

    private static func withoutBrackets(_ host: String) -> String {
        host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }

    private static func isNumeric(_ host: String) -> Bool {
        // A C string ends at a zero byte: what follows it would be believed unseen.
        guard !host.utf8.contains(0) else { return false }
        var four = in_addr()
        if inet_pton(AF_INET, host, &four) == 1 { return true }
        var six = in6_addr()
        let parts = host.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first, parts.last?.isEmpty == false else { return false }
        return inet_pton(AF_INET6, String(address), &six) == 1
    }
}
