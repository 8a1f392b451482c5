/// The first handler of a connection: hands bytes to the parser head by head, stops those that go over the limits, and
/// swallows what comes after the last response.
import NIOCore
import NIOHTTP1

final class HeadGuard: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// Fired down the pipeline when the first byte of a request arrives: its deadline begins.
    struct RequestBegan {}

    private enum State: Equatable {
        case head
        /// A whole head went to the parser, which has not yet said what it is.
        case headGiven
        case body(left: Int)
        /// A chunked body, whose end only the parser knows: the connection ends with it.
        case unwatched
        case discarding
    }

    private var state = State.head
    private var scanner: HeadScanner
    /// The status for a head that was stopped here; nil when an error is the parser's own.
    private(set) var refusal: Int?

    init(limits: ServerLimits) {
        scanner = HeadScanner(limits: limits)
    }

    var isBetweenRequests: Bool { state == .head && scanner.isAtStart }

    /// From now on nothing is read; it is only thrown away.
    func discard() {
        state = .discarding
    }

    /// Said by ``HeadMark`` when the parser has understood the head just given.
    func headParsed(_ framing: BodyFraming) {
        guard state == .headGiven else { return }
        switch framing {
        case .none, .length(0): state = .head
        case .length(let length): state = .body(left: length)
        case .chunked, .broken: state = .unwatched
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        // What is fired may come back and change `state`, even to `discarding`: it is asked anew each time round.
        while buffer.readableBytes > 0, state != .discarding {
            guard let piece = nextPiece(of: &buffer, context: context) else { return }
            context.fireChannelRead(wrapInboundOut(piece))
            if state == .headGiven { state = .unwatched }
        }
    }

    /// What the parser may have next; nil when nothing more may pass.
    private func nextPiece(of buffer: inout ByteBuffer, context: ChannelHandlerContext) -> ByteBuffer? {
        switch state {
        case .head, .headGiven:
            return nextHeadPiece(of: &buffer, context: context)
        case .body(let left):
            let count = min(left, buffer.readableBytes)
            state = count == left ? .head : .body(left: left &- count)
            return buffer.readSlice(length: count)
        case .unwatched:
            return buffer.readSlice(length: buffer.readableBytes)
        case .discarding:
            return nil
        }
    }

    private func nextHeadPiece(of buffer: inout ByteBuffer, context: ChannelHandlerContext) -> ByteBuffer? {
        let wasAtStart = scanner.isAtStart
        let (taken, verdict) = scanner.scan(buffer.readableBytesView)
        if wasAtStart, verdict != .needsMore || !scanner.isAtStart {
            context.fireUserInboundEventTriggered(RequestBegan())
        }
        switch verdict {
        case .needsMore:
            return buffer.readSlice(length: taken)
        case .complete:
            state = .headGiven
            return buffer.readSlice(length: taken)
        case .refused(let status):
            refusal = status
            state = .discarding
            // The parser's own error type, because the pipeline handler keeps only that one in line behind the
            // responses that are still due.
            context.fireErrorCaught(HTTPParserError.headerOverflow)
            return nil
        }
    }
}
