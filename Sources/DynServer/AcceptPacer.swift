/// Rests for a moment when the process has no descriptor left for a new connection.
///
/// The system would report the same waiting client again and again, and the serving thread would turn at full speed. So
/// it frees a descriptor if it can and looks again a little later.
import Glibc
import NIOCore

final class AcceptPacer: ChannelDuplexHandler, @unchecked Sendable {
    typealias InboundIn = Channel
    typealias InboundOut = Channel
    typealias OutboundIn = Channel

    private static let rest = TimeAmount.milliseconds(20)

    // On the serving thread only.
    private let socket: ListeningSocket
    private let connections: Connections
    private var context: ChannelHandlerContext?
    private var isResting = false
    private var isReadHeld = false

    init(socket: ListeningSocket, connections: Connections) {
        self.socket = socket
        self.connections = connections
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    /// Also when NIO closed the socket on its own, for an error it does not live with.
    func channelInactive(context: ChannelHandlerContext) {
        socket.forget()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: Error) {
        let passing = [EMFILE, ENFILE, ENOBUFS, ENOMEM]
        guard let code = (error as? IOError)?.errnoCode, passing.contains(code) else { return }
        connections.makeRoom()
        guard !isResting else { return }
        isResting = true
        context.eventLoop.scheduleTask(in: Self.rest) { self.wake() }
    }

    func read(context: ChannelHandlerContext) {
        if isResting {
            isReadHeld = true
        } else {
            context.read()
        }
    }

    private func wake() {
        isResting = false
        guard isReadHeld else { return }
        isReadHeld = false
        context?.read()
    }
}
