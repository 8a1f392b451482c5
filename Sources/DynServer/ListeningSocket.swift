/// The socket that clients connect to. It is ours, not NIO's, so that a forked child closes it and the port does not
/// stay taken by a process that serves nobody.
import CDynSupport
import Glibc
import Synchronization

final class ListeningSocket: Sendable {
    /// How many clients the system may hold for us before we take them.
    private static let backlog: Int32 = 1024

    let descriptor: Int32
    /// With the port that was really bound.
    let address: ServerAddress
    private let isForgotten = Atomic<Bool>(false)

    init(_ wanted: ServerAddress) throws(ServerError) {
        guard var port = UInt16(exactly: wanted.port) else { throw .invalidPort(wanted.port) }
        descriptor = dynsupport_listen(wanted.host, &port, Self.backlog)
        guard descriptor >= 0 else {
            let code = 0 &- descriptor
            if code == EADDRINUSE { throw .addressInUse(host: wanted.host, port: wanted.port) }
            throw .cannotBind(host: wanted.host, port: wanted.port, code: code)
        }
        address = try ServerAddress(host: wanted.host, port: Int(port))
    }

    /// NIO asks for a shorter backlog when it takes the socket over; this asks for ours again.
    func restoreBacklog() {
        listen(descriptor, Self.backlog)
    }

    /// To be said once NIO closes the descriptor: from then on its number may be anybody's, and the fork hook must not
    /// close it in a child.
    func forget() {
        guard !isForgotten.exchange(true, ordering: .acquiringAndReleasing) else { return }
        dynsupport_listen_forget(descriptor)
    }
}
