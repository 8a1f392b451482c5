/// Makes the listening channel and the pipeline of each connection.
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

enum Listener {
    /// Seconds that the serving thread may take to begin.
    private static let patience = 5

    /// Serves on `socket`, whose descriptor belongs to the channel from now on. Nil when NIO refuses.
    static func channel(
        on socket: ListeningSocket, group: MultiThreadedEventLoopGroup, service: Service
    ) -> Channel? {
        let started = Latch<Channel?>()
        let future = EventLoops.keepingSIGPIPE { bootstrap(group, socket, service).withBoundSocket(socket.descriptor) }
        future.whenComplete { started.open(try? $0.get()) }
        guard let outcome = started.wait(seconds: patience) else {
            future.whenSuccess { $0.close(promise: nil) }
            return nil
        }
        if outcome == nil {
            // Closed by NIO, or lost: in neither case is the number ours to close in a child.
            socket.forget()
        } else {
            socket.restoreBacklog()
        }
        return outcome
    }

    private static func bootstrap(
        _ group: MultiThreadedEventLoopGroup, _ socket: ListeningSocket, _ service: Service
    ) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pacer = AcceptPacer(socket: socket, connections: service.connections)
                    try channel.pipeline.syncOperations.addHandler(pacer)
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try addHandlers(to: channel, service) }
            }
    }

    private static func addHandlers(to channel: Channel, _ service: Service) throws {
        let headGuard = HeadGuard(limits: service.limits)
        let connection = Connection(service: service, headGuard: headGuard)
        guard service.connections.admit(connection) else { throw ChannelError.ioOnClosedChannel }

        // NIO accepts without it, and a program started by the host would keep the client waiting for our close.
        try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            _ = fcntl($0, F_SETFD, FD_CLOEXEC)
        }
        do {
            try channel.pipeline.syncOperations.addHandlers([
                HTTPResponseEncoder(),
                headGuard,
                ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: parserLimits(service.limits))),
                HeadMark(headGuard),
                HTTPServerPipelineHandler(),
                connection,
            ])
        } catch {
            service.connections.remove(connection)
            throw error
        }
    }

    /// A little above the guard's, which speaks first because it can tell one limit from another.
    private static func parserLimits(_ limits: ServerLimits) -> NIOHTTPDecoderLimitConfiguration {
        var parser = NIOHTTPDecoderLimitConfiguration()
        parser.maxHeaderFieldSize = max(limits.fields, limits.requestLine) &* 2
        parser.maxHeaderListSize = (limits.fields &+ limits.requestLine) &* 2
        parser.maxHeaderFieldCount = limits.fieldCount &* 2
        return parser
    }
}
