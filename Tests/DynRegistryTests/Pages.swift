/// A tree and its page in one word.

import DynExposition
import DynInstruments
import DynModel
import DynRegistry
import DynTestSupport

/// A tree whose worker_id is `2a`.
func root(_ constantLabels: [Label] = [], connectionID: UInt64? = 42) throws -> Node {
    try withEnvironment { try Node(connectionID: connectionID, constantLabels: constantLabels) }
}

extension Node {
    func endpoint(_ namespace: Text = "ns", _ component: Text = "c", _ endpoint: Text = "e") throws -> Node {
        try child(.namespace, namespace).child(.component, component).child(.endpoint, endpoint)
    }

    func counter(_ name: Text, help: Text = "Help", labels: [Label] = []) throws -> IntCounter {
        try intCounter(try create(MetricSpec(.intCounter, name: name, help: help, constLabels: labels)))
    }

    /// The page without the library's own metrics.
    var text: String {
        TextWriter.write(scrape(ScrapeOptions(includesSelfMetrics: false, deadline: 20))).string
    }

    /// The lines of the whole page that begin with `prefix`.
    func lines(_ prefix: String, deadline: Double = 20) -> [String] {
        sampleLines(TextWriter.write(scrape(ScrapeOptions(deadline: deadline))).string).filter { $0.hasPrefix(prefix) }
    }
}

func intCounter(_ metric: Metric) throws -> IntCounter {
    guard case .intCounter(let cell)? = metric.scalar else { throw MetricsError.closed("no cell") }
    return IntCounter(cell: cell)
}
