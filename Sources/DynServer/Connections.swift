/// The open connections of one server, and who must go when there are too many. Lives on the serving thread only.
import NIOCore

final class Connections: @unchecked Sendable {
    private let limit: Int
    private var open: [ObjectIdentifier: Connection] = [:]
    private var isClosing = false

    init(limit: Int) {
        self.limit = limit
    }

    /// False when there is no place, and none could be made.
    func admit(_ connection: Connection) -> Bool {
        guard !isClosing, open.count < limit || makeRoom() else { return false }
        open[ObjectIdentifier(connection)] = connection
        return true
    }

    func remove(_ connection: Connection) {
        open[ObjectIdentifier(connection)] = nil
    }

    /// Closes the connection that will be missed least: one that said goodbye, else the oldest that never asked
    /// anything, else the one idle longest. Those that are being answered stay.
    @discardableResult
    func makeRoom() -> Bool {
        let candidates = open.values.compactMap { connection in connection.standing.map { ($0, connection) } }
        guard let (_, least) = candidates.min(by: { $0.0 < $1.0 }) else { return false }
        least.close()
        return true
    }

    /// Closes all of them, now and for ever, and gives the futures of their ends.
    func closeAll() -> [EventLoopFuture<Void>] {
        isClosing = true
        let channels = open.values.compactMap(\.channel)
        for connection in open.values { connection.close() }
        return channels.map(\.closeFuture)
    }
}
