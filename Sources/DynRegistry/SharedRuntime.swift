// The one runtime of a process that its parts meet in without handing it to each other. Cold.

import DynModel

extension Node {
    /// The root that all who ask get, made with the defaults at the first call and kept from then on.
    package static func shared() throws(MetricsError) -> Node {
        if let known = withStructureLock({ root }) { return known }
        // Made outside the lock. Who comes second lets his own go again, outside as well.
        let made = try Node()
        defer { withExtendedLifetime(made) {} }
        return withStructureLock {
            if let root { return root }
            root = made
            return made
        }
    }
}

/// Guarded by the structure lock.
nonisolated(unsafe) private var root: Node?
