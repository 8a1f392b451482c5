/// Cells and metrics in one word.

import DynInstruments
import DynModel

func counterCell() throws -> UnsafeMutablePointer<CounterCell> {
    guard case .counter(let cell)? = Cell.make(.counter, bounds: []) else { throw MetricsError.closed("no cell") }
    return cell
}

func makeHistogram(_ bounds: [Double]) throws -> Histogram {
    guard case .histogram(let cell)? = Cell.make(.histogram, bounds: bounds) else {
        throw MetricsError.closed("no cell")
    }
    return Histogram(cell: cell)
}

func metric(
    _ type: InstrumentType, labels: [Text] = [], constLabels: [Label] = [], bounds: [Double] = [],
    inherited: [Label] = []
) throws -> Metric {
    try Metric(
        MetricDefinition(
            name: "x", help: "Help", type: type, isVec: !labels.isEmpty, constLabels: constLabels, labelNames: labels,
            bounds: bounds),
        inherited: inherited)
}
