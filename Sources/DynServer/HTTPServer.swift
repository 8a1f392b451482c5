/// The HTTP server of `/metrics`, `/health` and `/live`. It knows nothing of metrics: it is given closures.
import CDynSupport
import Glibc
import NIOCore
import Synchronization

/// A server that is running until ``close()``. Letting go of the value does not stop it.
public final class HTTPServer: Sendable {
    /// Where it listens, with the port it really got.
    public var address: ServerAddress { socket.address }

    private let socket: ListeningSocket
    private let channel: Channel
    private let service: Service
    private let generation = dynsupport_fork_generation()
    private let isClosing = Atomic<Bool>(false)
    private let closed = Latch<Bool>()

    /// The numeric address it was bound to.
    public var host: String { address.host }
    /// The port it was bound to, never 0.
    public var port: Int { address.port }
    /// What to open on this machine, such as `http://127.0.0.1:9464`.
    public var url: String { address.url }
    /// False after ``close()``, and in a forked child, where only the parent's memory of it is left.
    public var isOpen: Bool {
        generation == dynsupport_fork_generation() && !isClosing.load(ordering: .acquiring) && channel.isActive
    }

    /// Starts to listen and to serve. Blocks for a moment; not from a closure of another server.
    package static func start(_ configuration: ServerConfiguration) throws(ServerError) -> HTTPServer {
        let wanted = try ServerAddress(host: configuration.host, port: configuration.port)
        let group = try EventLoops.group()
        guard !group.any().inEventLoop else { throw .calledOnServingThread }

        Gzip.prepare()
        let socket = try ListeningSocket(wanted)
        let service = Service(configuration)
        guard let channel = Listener.channel(on: socket, group: group, service: service) else {
            throw .cannotBind(host: wanted.host, port: wanted.port, code: EIO)
        }
        return HTTPServer(socket: socket, channel: channel, service: service)
    }

    private init(socket: ListeningSocket, channel: Channel, service: Service) {
        self.socket = socket
        self.channel = channel
        self.service = service
    }

    /// Frees the port and hangs up on every client. Idempotent, any thread; waits for at most two seconds.
    ///
    /// A scrape that is running ends by itself, unheard. In a forked child there is nothing to close: nothing happens.
    public func close() {
        guard generation == dynsupport_fork_generation() else { return }
        let loop = channel.eventLoop
        if !isClosing.exchange(true, ordering: .acquiringAndReleasing) {
            service.scrapes.stop()
            loop.execute { self.closeOnLoop() }
        }
        if !loop.inEventLoop { _ = closed.wait(seconds: 2) }
    }

    private func closeOnLoop() {
        if channel.isActive {
            socket.forget()
            channel.close(promise: nil)
        }
        let ends = service.connections.closeAll() + [channel.closeFuture]
        EventLoopFuture.andAllComplete(ends, on: channel.eventLoop).whenComplete { _ in self.closed.open(true) }
    }
}
