/// Cells and metrics in one word.

import DynInstruments
import DynModel

/// The only cell of a new metric.
func cell(_ type: InstrumentType, _ bounds: [Double] = []) throws -> CellPointer {
    guard let cell = try metric(type, bounds: bounds).scalar else { throw MetricsError.closed("no cell") }
    return cell.pointer
}

func counterCell() throws -> CellPointer { try cell(.counter) }

func makeHistogram(_ bounds: [Double]) throws -> Histogram { Histogram(cell: try cell(.histogram, bounds)) }

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
