/// Who goes first when a server has too many connections.
import NIOCore

extension Connection {
    /// How much a connection would be missed, least first; nil while it is being answered.
    struct Standing: Comparable {
        let worth: Int
        let since: NIODeadline

        static func < (left: Standing, right: Standing) -> Bool {
            (left.worth, left.since) < (right.worth, right.since)
        }
    }

    var standing: Standing? {
        switch phase {
        case .lingering: Standing(worth: 0, since: since)
        case .idle, .reading: Standing(worth: hasServed ? 2 : 1, since: since)
        case .answering, .writing, .closed: nil
        }
    }
}
