// A node as those hold it whom the tree itself holds: a strong one would keep both for ever. Warm.

import DynModel

package struct BackNode: @unchecked Sendable {
    private weak var runtime: Runtime?
    private weak var place: TreeNode?

    package init(_ node: Node) {
        runtime = node.runtime
        place = node.place
    }

    /// The node, for as long as somebody has its runtime.
    package func node() throws(MetricsError) -> Node {
        guard let runtime, let place else {
            throw .wrongNode("the runtime is gone; keep it for as long as its requests are counted")
        }
        return Node(runtime: runtime, place: place)
    }
}
