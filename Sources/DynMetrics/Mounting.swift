// The page of a runtime inside another program's HTTP server: its requests in, our answers out. Warm.

import CDynSupport
import DynModel
import DynRegistry
import DynServer

/// A runtime's pages for a server that is not ours. Any thread.
package final class Mount: @unchecked Sendable {
    private let root: Node
    // Guarded by the structure lock.
    private var responder: Responder
    private var generation: UInt64

    package init(_ root: Node) throws(MetricsError) {
        guard root.place.level == .runtime else {
            throw .wrongNode(
                "\(root.place.title) cannot be mounted; mount the runtime, whose page has every node's")
        }
        // As for a server: a child must not find the Swift runtime's first use of these types half done.
        dynsupport_hold_forks()
        defer { dynsupport_let_forks() }
        self.root = root
        responder = Responder(Serving.mountedConfiguration(root))
        generation = dynsupport_fork_generation()
        root.runtime.expectResponses([200, 500, 503])
    }

    deinit {
        // What a parent left may be locked for ever.
        if generation != dynsupport_fork_generation() { _ = Unmanaged.passRetained(responder) }
    }

    /// Waits for the scrape that a page takes.
    package func answer(method: String, target: String, fields: [(name: String, value: String)]) -> Answer {
        root.runtime.becomeOwnWorker()
        return ownResponder().answer(method: method, target: target, fields: fields)
    }

    /// A forked child answers with one of its own: the parent's has a thread that is not there.
    private func ownResponder() -> Responder {
        withStructureLock {
            let now = dynsupport_fork_generation()
            guard now != generation else { return responder }
            generation = now
            _ = Unmanaged.passRetained(responder)  // not to be taken apart here
            responder = Responder(Serving.mountedConfiguration(root))
            return responder
        }
    }
}
