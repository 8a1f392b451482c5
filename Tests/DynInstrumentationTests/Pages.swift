// What tests ask of a page.

import DynExposition
import DynInstrumentation
import DynModel
import DynRegistry

/// An endpoint `prod.backend.generate` of a new tree whose worker_id is ff.
func endpoint() throws -> Node {
    try Node(connectionID: 255).child(.namespace, "prod").child(.component, "backend").child(.endpoint, "generate")
}

func root(of node: Node) -> Node { Node(runtime: node.runtime, place: node.runtime.root) }

/// The number behind `series`, a name with labels in the page's own order; nil when it is not there.
func value(_ series: String, of node: Node) -> Double? {
    let page = root(of: node).page(.text, ScrapeOptions(includesSelfMetrics: false)).string
    for line in page.split(separator: "\n") where line.hasPrefix(series + " ") {
        return Double(line.dropFirst(series.count + 1))
    }
    return nil
}

/// The whole page of the tree.
func page(of node: Node) -> String { root(of: node).page(.text, ScrapeOptions(includesSelfMetrics: false)).string }
