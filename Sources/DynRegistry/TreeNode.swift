// One place in the hierarchy: its metrics, its callbacks, its children. Plain data: everything is guarded by the
// structure lock and copied out before anyone else's code runs.

import DynInstruments
import DynModel

package enum Level: String, Sendable {
    case runtime, namespace, component, endpoint
}

package final class TreeNode: @unchecked Sendable {
    package let level: Level
    /// The names from the first namespace down to this node.
    package let path: [Text]
    /// dynamo_namespace, dynamo_component and dynamo_endpoint as this level has them; worker_id is the runtime's.
    let ownLabels: [Label]

    // Guarded by the structure lock.
    var children: [TreeNode] = []
    var metrics: [Metric] = []
    var registrations: [Registration] = []
    /// Label sets whose series of sources do not go on pages.
    var hidden: [[Label]] = []
    /// What was made once for this node, by its name: helpers that share their metrics.
    var companions: [String: AnyObject] = [:]
    /// Endpoints only.
    var isReady = true

    init(level: Level, path: [Text], ownLabels: [Label]) {
        self.level = level
        self.path = path
        self.ownLabels = ownLabels
    }

    /// How messages call it: `runtime`, `namespace 'prod'`, `endpoint 'prod.backend.generate'`.
    package var title: String {
        path.isEmpty ? level.rawValue : "\(level.rawValue) '\(path.map(\.string).joined(separator: "."))'"
    }

    /// This node and everything below it, depth first, children in order of creation. Lock held by the caller.
    func subtreeLocked() -> [TreeNode] {
        [self] + children.flatMap { $0.subtreeLocked() }
    }
}
