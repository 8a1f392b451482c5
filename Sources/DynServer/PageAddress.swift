/// Where another program's page is: a URL, checked before anything is opened.
import Glibc

public struct PageAddress: Sendable, Equatable {
    enum Place: Sendable, Equatable {
        /// A numeric address, `localhost`, or with leave a name to be looked up.
        case host(String, port: Int)
        /// The path of a Unix socket.
        case socket(String)
    }

    /// As it was given.
    public let url: String
    let place: Place
    /// Path and query, as a request has them.
    let target: String

    /// `http://127.0.0.1:8002/metrics`, `http://[::1]:8002` (the path is /metrics when there is none), or
    /// `unix:/run/engine.sock:/metrics`.
    ///
    /// - Parameter allowsRemote: whether it may be on another machine.
    /// - Throws: ``PageError/invalidAddress(_:reason:)``.
    public init(_ url: String, allowsRemote: Bool = false) throws(PageError) {
        self.url = url
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .invalidAddress(
                url, reason: "it has a space, a control character or one outside ASCII; write those as %20")
        }
        if let rest = url.dropping(scheme: "unix:") {
            let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let path = String(parts.first ?? "")
            guard path.hasPrefix("/"), path.utf8.count < 108 else {
                throw .invalidAddress(url, reason: "a Unix socket has an absolute path below 108 bytes")
            }
            place = .socket(path)
            target = try Self.target(parts.count > 1 ? parts[1] : "", url)
            return
        }
        guard let rest = url.dropping(scheme: "http://") else {
            throw .invalidAddress(url, reason: "only http:// and unix: are spoken")
        }
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let (host, port) = try Self.authority(rest[..<end], url)
        guard allowsRemote || Self.isOnThisMachine(host) else {
            throw .invalidAddress(url, reason: "'\(host)' is not on this machine; allow remote pages if it is meant")
        }
        place = .host(host, port: port)
        target = try Self.target(rest[end...], url)
    }

    /// What a self-metric calls it: host and port, or the socket's path.
    public var title: String {
        switch place {
        case .host(let host, let port): ServerAddress.joined(host, port)
        case .socket(let path): path
        }
    }

    private static func target(_ given: Substring, _ url: String) throws(PageError) -> String {
        let target = given.prefix { $0 != "#" }
        if target.isEmpty { return "/metrics" }
        if target.hasPrefix("?") { return "/metrics" + target }
        guard target.hasPrefix("/") else { throw .invalidAddress(url, reason: "its path does not begin with /") }
        return String(target)
    }

    private static func authority(_ given: Substring, _ url: String) throws(PageError) -> (String, Int) {
        guard !given.contains("@") else { throw .invalidAddress(url, reason: "user and password are not taken") }
        var host = given
        var port: Substring?
        if given.hasPrefix("[") {
            guard let close = given.firstIndex(of: "]") else { throw .invalidAddress(url, reason: "a ] is missing") }
            host = given[given.index(after: given.startIndex)..<close]
            let rest = given[given.index(after: close)...]
            guard rest.isEmpty || rest.hasPrefix(":") else {
                throw .invalidAddress(url, reason: "a : is missing behind ]")
            }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = given.lastIndex(of: ":") {
            host = given[..<colon]
            port = given[given.index(after: colon)...]
        }
        guard !host.isEmpty else { throw .invalidAddress(url, reason: "it names no host") }
        guard let port else { return (String(host), 80) }
        guard let number = Int(port), (1...65535).contains(number), port.allSatisfy(\.isNumber) else {
            throw .invalidAddress(url, reason: "its port '\(port)' is none from 1 to 65535")
        }
        return (String(host), number)
    }

    private static func isOnThisMachine(_ host: String) -> Bool {
        var four = in_addr()
        if inet_pton(AF_INET, host, &four) == 1 { return UInt32(bigEndian: four.s_addr) >> 24 == 127 }
        return host.lowercased() == "localhost" || host == "::1"
    }
}

/// Why a page of another program could not be had. Every text names it.
public enum PageError: Error, Equatable, CustomStringConvertible {
    case invalidAddress(String, reason: String)
    /// Nobody answers there; `code` is an errno, or 0 when it is not known.
    case unreachable(String, code: Int32)
    /// The whole page did not come within so many seconds.
    case timeout(String, seconds: Int)
    /// The connection ended in the middle, or what came is not HTTP.
    case broken(String)
    /// Another status than 200.
    case status(String, Int)
    /// Compressed, though it was asked not to be.
    case coded(String, String)

    public var description: String {
        switch self {
        case .invalidAddress(let url, let reason):
            "cannot use '\(url)' as a page: \(reason); give a URL like http://127.0.0.1:8002/metrics or "
                + "unix:/run/engine.sock:/metrics"
        case .unreachable(let url, 0): "cannot reach \(url); is the program up, and is that its port?"
        case .unreachable(let url, let code):
            "cannot reach \(url): \(strerror(code).map { String(cString: $0) } ?? "error \(code)"); is the program up?"
        case .timeout(let url, let seconds): "\(url) did not answer in \(seconds) seconds"
        case .broken(let url): "\(url) broke off, or answered no HTTP"
        case .status(let url, let status): "\(url) answered \(status), not 200; is that the path of its metrics?"
        case .coded(let url, let coding): "\(url) answered compressed (\(coding)), though it was asked for plain text"
        }
    }
}

extension String {
    /// What is behind `scheme`, in upper or lower case; nil when it does not begin with it.
    fileprivate func dropping(scheme: String) -> Substring? {
        prefix(scheme.count).lowercased() == scheme ? dropFirst(scheme.count) : nil
    }
}
