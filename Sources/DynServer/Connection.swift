/// One client: reads a request, has it answered, writes the response, waits for the next; each step with a deadline.
///
/// Everything here happens on the serving thread. Only the scraping thread hands something in, through the loop.
import NIOCore
import NIOHTTP1

final class Connection: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    enum Phase {
        /// Between two requests.
        case idle
        /// A request is coming in. A new connection begins here.
        case reading
        /// The scrape has not ended.
        case answering
        case writing
        /// We have said the last word and wait for the client to hang up.
        case lingering
        case closed
    }

    /// What is remembered of the request under way.
    private struct Exchange {
        var route: Route
        var isHead: Bool
        var bodyBytes = 0
    }

    let service: Service
    let headGuard: HeadGuard
    private var context: ChannelHandlerContext?
    private(set) var phase = Phase.reading
    private(set) var since = NIODeadline.now()
    private var timer: Scheduled<Void>?
    private var exchange: Exchange?
    private var ticket: ScrapeQueue.Ticket?
    private var isLastExchange = false
    private(set) var hasServed = false

    init(service: Service, headGuard: HeadGuard) {
        self.service = service
        self.headGuard = headGuard
    }

    var channel: Channel? { context?.channel }

    // MARK: What the channel tells

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelActive(context: ChannelHandlerContext) {
        enter(.reading, deadline: service.limits.requestDeadline)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is HeadGuard.RequestBegan, phase == .idle {
            enter(.reading, deadline: service.limits.requestDeadline)
        } else if event as? ChannelEvent == .inputClosed {
            inputClosed()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase == .reading || phase == .idle else { return }
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head)
        case .body(let bytes): discard(bytes.readableBytes)
        case .end: answer()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: Error) {
        if error is HTTPParserError {
            refuse()
        } else if !(error is ByteToMessageDecoderError) {
            close()
        }
        // A ByteToMessageDecoderError only repeats that the parser gave up; its first error has been dealt with.
    }

    /// A client may close its half and still wait for what is due; `nc` does.
    private func inputClosed() {
        isLastExchange = true
        if phase == .idle || phase == .reading { close() }
    }

    // MARK: From a request to its answer

    private func begin(_ head: HTTPRequestHead) {
        if phase == .idle { enter(.reading, deadline: service.limits.requestDeadline) }
        let request = RequestHead(head)
        exchange = Exchange(route: service.router.route(request), isHead: request.method == "HEAD")
        isLastExchange = isLastExchange || !head.isKeepAlive || Self.endsParsing(request)

        if let fault = RequestRules.fault(in: request, limits: service.limits) {
            isLastExchange = true
            send(fault)
        } else if RequestRules.wantsContinue(request) {
            let head = HTTPResponseHead(version: .http1_1, status: .continue)
            context?.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
        }
    }

    /// After a chunked body the guard has lost its place; after an upgrade or CONNECT the parser reads no more.
    private static func endsParsing(_ head: RequestHead) -> Bool {
        BodyFraming(head) == .chunked || head.method == "CONNECT" || !head.values(of: "upgrade").isEmpty
    }

    private func discard(_ count: Int) {
        exchange?.bodyBytes &+= count
        guard let bytes = exchange?.bodyBytes, bytes > service.limits.body else { return }
        isLastExchange = true
        send(.text(413, "Request body too large"))
    }

    /// For what the parser or the guard could not take.
    private func refuse() {
        guard phase == .reading || phase == .idle else { return }
        isLastExchange = true
        switch headGuard.refusal {
        case 414: send(.text(414, "Request target too long"))
        case 431: send(.text(431, "Request header fields too large"))
        default: send(.text(400, "Bad request"))
        }
    }

    private func answer() {
        switch exchange?.route {
        case .live: send(.live)
        case .health: send(Reply(service.health()))
        case .refused(let reply): send(reply)
        case .metrics(let request, let coding): scrape(request, coding)
        case nil: break
        }
    }

    private func scrape(_ request: ScrapeRequest, _ coding: ContentCoding) {
        guard let loop = context?.eventLoop else { return }
        let ticket = ScrapeQueue.Ticket(request, coding: coding) { ticket, reply in
            loop.execute { self.deliver(reply, for: ticket) }
        }
        guard service.scrapes.add(ticket) else { return send(.busy) }
        self.ticket = ticket
        enter(.answering, deadline: service.limits.answerDeadline)
    }

    private func deliver(_ reply: Reply, for ticket: ScrapeQueue.Ticket) {
        // Too late for a client that hung up or has been told 503.
        guard self.ticket === ticket else { return }
        self.ticket = nil
        send(reply)
    }

    // MARK: From an answer to the next request

    private func send(_ reply: Reply) {
        guard let context else { return }
        enter(.writing, deadline: service.limits.writeDeadline)
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenComplete { self.sent(reply.status, $0) }

        let head = reply.head(isLast: isLastExchange)
        if exchange?.isHead == true {
            context.writeAndFlush(wrapOutboundOut(.head(head)), promise: written)
        } else {
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            BodySender(reply.body, on: context.eventLoop, done: written) { self.write($0, $1) }.run()
        }
    }

    private func write(_ part: ByteBuffer, _ promise: EventLoopPromise<Void>) {
        guard let context else { return promise.fail(ChannelError.ioOnClosedChannel) }
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(part))), promise: promise)
    }

    private func sent(_ status: Int, _ result: Result<Void, Error>) {
        guard case .success = result else { return close() }
        service.onResponse(status)
        hasServed = true
        guard phase == .writing, let context else { return }
        if isLastExchange {
            linger()
        } else {
            // In a fresh turn of the loop: `next` lets a pipelined request in, and a burst of them would nest.
            context.eventLoop.execute { self.next() }
        }
    }

    /// Lets the next request in. Only now, with the response gone: who pipelines and does not read waits, and holds one
    /// page at most.
    private func next() {
        guard phase == .writing, let context else { return }
        exchange = nil
        if headGuard.isBetweenRequests {
            enter(.idle, deadline: service.limits.idleDeadline)
        } else {
            enter(.reading, deadline: service.limits.requestDeadline)
        }
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        // The client closed its half while we wrote, and nothing of it is left to answer.
        if isLastExchange, phase == .idle || phase == .reading { close() }
    }

    /// Closes our half first: closing both while the client still sends would destroy the response on its way.
    private func linger() {
        headGuard.discard()
        enter(.lingering, deadline: service.limits.lingerDeadline)
        context?.close(mode: .output, promise: nil)
    }

    func close() {
        guard phase != .closed else { return }
        // Gives its place free at once: a channel that was never active tells nobody about its end until later.
        end()
        context?.close(promise: nil)
    }

    // MARK: Time

    private func enter(_ phase: Phase, deadline milliseconds: Int64) {
        guard self.phase != .closed, let loop = context?.eventLoop else { return }
        self.phase = phase
        since = .now()
        timer?.cancel()
        // Some thirty years are as good as for ever, and still fit when counted in nanoseconds.
        timer = loop.scheduleTask(in: .milliseconds(min(max(milliseconds, 0), 1 << 40))) { self.expire() }
    }

    private func expire() {
        guard phase == .answering else { return close() }
        if let ticket { service.scrapes.remove(ticket) }
        ticket = nil
        send(.busy)
    }

    private func end() {
        phase = .closed
        timer?.cancel()
        timer = nil
        if let ticket { service.scrapes.remove(ticket) }
        ticket = nil
        service.connections.remove(self)
    }
}
