/// Fetches another program's page, on the loop that serves: the caller's thread only waits.
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

public enum PageClient {
    /// The body of a 200 answer to GET, at most `most` bytes of it and one more.
    ///
    /// Waits up to `seconds`; a name that is to be looked up may take longer. Not for the thread that serves.
    public static func get(_ address: PageAddress, seconds: Int, most: Int) throws(PageError) -> [UInt8] {
        guard let group = try? EventLoops.group() else { throw .unreachable(address.url, code: EMFILE) }
        var last = PageError.unreachable(address.url, code: 0)
        for candidate in try candidates(address) {
            // Waited for inside: the socket is made on the loop, some time later.
            let result = EventLoops.keepingSIGPIPE { () -> Result<[UInt8], PageError> in
                let answer = Latch<Result<[UInt8], PageError>>()
                let connecting = connect(group, candidate, address, seconds, most, answer)
                connecting.whenFailure { error in
                    answer.open(.failure(.unreachable(address.url, code: (error as? IOError)?.errnoCode ?? 0)))
                }
                if let result = answer.wait(seconds: seconds) { return result }
                connecting.whenSuccess { $0.close(promise: nil) }
                return .failure(.timeout(address.url, seconds: seconds))
            }
            switch result {
            case .success(let body): return body
            case .failure(.unreachable(let url, let code)): last = .unreachable(url, code: code)
            case .failure(let error): throw error
            }
        }
        throw last
    }

    private static func connect(
        _ group: MultiThreadedEventLoopGroup, _ place: SocketAddress, _ address: PageAddress, _ seconds: Int,
        _ most: Int,
        _ answer: Latch<Result<[UInt8], PageError>>
    ) -> EventLoopFuture<Channel> {
        ClientBootstrap(group: group)
            .connectTimeout(.seconds(Int64(seconds)))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try? pipeline.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
                        _ = fcntl($0, F_SETFD, FD_CLOEXEC)
                    }
                    try pipeline.addHandlers([
                        HTTPRequestEncoder(),
                        ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes)),
                        PageReader(address, seconds: seconds, most: most, answer),
                    ])
                }
            }
            .connect(to: place)
    }

    /// The addresses to try, in order.
    private static func candidates(_ address: PageAddress) throws(PageError) -> [SocketAddress] {
        switch address.place {
        case .socket(let path):
            guard let place = try? SocketAddress(unixDomainSocketPath: path) else {
                throw .unreachable(address.url, code: ENAMETOOLONG)
            }
            return [place]
        case .host(let host, let port):
            let known = host.lowercased() == "localhost" ? ["127.0.0.1", "::1"] : [host]
            let numeric = known.compactMap { try? SocketAddress(ipAddress: $0, port: port) }
            if !numeric.isEmpty { return numeric }
            return try lookUp(host, port, address)
        }
    }

    /// NIO's own way to look names up needs Dispatch.
    private static func lookUp(_ host: String, _ port: Int, _ address: PageAddress) throws(PageError) -> [SocketAddress]
    {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { throw .unreachable(address.url, code: ENXIO) }
        defer { freeaddrinfo(list) }
        var found: [SocketAddress] = []
        var next = list
        while let entry = next {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let size = socklen_t(text.count)
            if getnameinfo(entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, size, nil, 0, NI_NUMERICHOST) == 0 {
                let numeric = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                if let place = try? SocketAddress(ipAddress: numeric, port: port) { found.append(place) }
            }
            next = entry.pointee.ai_next
        }
        return found
    }
}

/// Asks, and collects the answer. Lives on the loop.
private final class PageReader: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let address: PageAddress
    private let seconds: Int
    private let most: Int
    private let answer: Latch<Result<[UInt8], PageError>>
    private var body: [UInt8] = []

    init(_ address: PageAddress, seconds: Int, most: Int, _ answer: Latch<Result<[UInt8], PageError>>) {
        self.address = address
        self.seconds = seconds
        self.most = most
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: address.target,
            headers: [
                "Host": host,
                "Accept": "text/plain;version=0.0.4,*/*;q=0.1",
                "Accept-Encoding": "identity",
                "User-Agent": "dynmetrics",
                "X-Prometheus-Scrape-Timeout-Seconds": String(seconds),
                "Connection": "close",
            ])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    private var host: String {
        switch address.place {
        case .host(let host, let port): ServerAddress.joined(host, port)
        case .socket: "localhost"
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            if head.status.code != 200 { return end(context, .failure(.status(address.url, Int(head.status.code)))) }
            let coding = head.headers.first(name: "Content-Encoding") ?? "identity"
            if coding.lowercased() != "identity" {
                end(context, .failure(.coded(address.url, String(coding.prefix(40)))))
            }
        case .body(let part):
            let room = max(0, most &- body.count &+ 1)
            body.append(contentsOf: part.readableBytesView.prefix(room))
            if body.count > most { end(context, .success(body)) }
        case .end:
            end(context, .success(body))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(context, .failure(.broken(address.url)))
    }

    func channelInactive(context: ChannelHandlerContext) {
        answer.open(.failure(.broken(address.url)))  // unless it has its answer
    }

    /// The first word counts.
    private func end(_ context: ChannelHandlerContext, _ result: Result<[UInt8], PageError>) {
        answer.open(result)
        context.close(promise: nil)
    }
}
