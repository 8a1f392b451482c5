// A callback or directory that was registered on a node, until it is closed.

import DynExposition
import DynModel
import DynSources

package final class Registration: @unchecked Sendable {
    /// Where its families stand when several sources bring the same: lower first.
    package enum Rank: Int, Sendable, Comparable {
        case update, directory, typed, text
        package static func < (left: Rank, right: Rank) -> Bool { left.rawValue < right.rawValue }
    }

    package let name: String
    let rank: Rank
    let worker: SourceWorker
    private let filter: PageFilter
    private weak var node: TreeNode?
    private weak var runtime: Runtime?
    /// Closed with this one: what a table cannot tell.
    let rest: Registration?
    // Guarded by the structure lock: what the page had to leave out of this source, beyond what the source saw itself.
    var pageDrops = DropTally()
    /// One that is not wanted is neither asked nor told of.
    private(set) var isWantedLocked = true

    init(
        name: String, rank: Rank, source: any Source, filter: PageFilter, node: TreeNode, runtime: Runtime,
        isInline: Bool = false, rest: Registration? = nil
    ) {
        self.name = name
        self.rank = rank
        self.filter = filter
        self.node = node
        self.runtime = runtime
        self.rest = rest
        worker = SourceWorker(source, threadName: "dynm-\(name)", isInline: isInline, maxAge: runtime.sourceMaxAge)
    }

    deinit {
        worker.close()
    }

    /// Whether it could bring any of these families; one that refreshes values always could.
    func mayBring(_ selection: NameSelection?) -> Bool {
        guard let selection, rank != .update else { return true }
        return filter.mayPass(selection)
    }

    /// What its node and those above hide of it; nil: nothing. Lock held by the caller.
    func hiddenLocked() -> HiddenSeries? {
        guard let node, let runtime else { return nil }
        return HiddenSeries(root: runtime.root, path: node.path)
    }

    /// What is shown of it from now on while it brings nothing new.
    package func setStalePolicy(_ policy: StalePolicy) {
        worker.setPolicy(policy)
        rest?.setStalePolicy(policy)
    }

    package func setWanted(_ isWanted: Bool) {
        withStructureLock { isWantedLocked = isWanted }
    }

    /// Whether what comes beside the table is asked too.
    package func setRestWanted(_ isWanted: Bool) throws(MetricsError) {
        guard let rest else { throw .handle("the registration has nothing beside a table; give one of a table") }
        rest.setWanted(isWanted)
    }

    /// Takes it off the page at once. Does not wait for a call that is running. Twice is fine.
    package func close() {
        let (node, runtime) = (self.node, self.runtime)
        // What is removed is let go outside the lock: its owner's code runs then.
        let removed = withStructureLock { () -> [Registration] in
            let removed = node?.registrations.filter { $0 === self } ?? []
            node?.registrations.removeAll { $0 === self }
            // Closed before, its name may be another source's by now.
            if !removed.isEmpty { runtime?.sourceNames.remove(name) }
            return removed
        }
        worker.close()
        _ = removed
        rest?.close()
    }
}
