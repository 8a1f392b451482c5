/// Sits right behind the parser and tells the guard how long the body is that follows the head.
import NIOCore
import NIOHTTP1

final class HeadMark: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private let headGuard: HeadGuard

    init(_ headGuard: HeadGuard) {
        self.headGuard = headGuard
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) {
            headGuard.headParsed(BodyFraming(RequestHead(head)))
        }
        context.fireChannelRead(data)
    }
}

extension RequestHead {
    init(_ head: HTTPRequestHead) {
        self.init(
            method: head.method.rawValue,
            target: head.uri,
            minorVersion: head.version.minor,
            fields: head.headers.map { ($0.name, $0.value) }
        )
    }
}
