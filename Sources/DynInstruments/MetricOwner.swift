// What cells know of the metric that they belong to. Cells outlive their metric, and so does this. Cold.

import CDynCells
import DynModel

/// The way from a cell back to what it belongs to. Cells outlive their metric, and so does this.
package final class MetricOwner: @unchecked Sendable {
    package let definition: MetricDefinition
    // Guarded by the structure lock.
    var inherited: [Label]
    var exemplars: [ExemplarPlace: Exemplar] = [:]
    /// By the cell they belong to: all writers, and those that nobody holds.
    var writers: [CellPointer: [CellPointer]] = [:]
    var freeWriters: [CellPointer: [CellPointer]] = [:]
    let bounds: HistogramBounds

    init(_ definition: MetricDefinition, inherited: [Label], bounds: HistogramBounds) {
        self.bounds = bounds
        self.definition = definition
        self.inherited = inherited
    }

    /// The fixed labels on the wire, those of the node included, sorted by name. Takes the structure lock.
    package var fixedLabels: [Label] {
        withStructureLock { (inherited + definition.constLabels).sorted { $0.name < $1.name } }
    }

    func forgetExemplarsLocked(of cell: CellPointer) {
        if exemplars.isEmpty { return }
        exemplars = exemplars.filter { $0.key.cell != UnsafeRawPointer(cell) }
    }

    /// The owner of the cell at `cell`; nil for any other pointer.
    package static func ofCell(_ cell: UnsafeRawPointer) -> MetricOwner? {
        guard dyncells_kind_of(cell) != DYNCELLS_OBJECT, let owner = dyncells_owner_of(cell) else { return nil }
        return Unmanaged<MetricOwner>.fromOpaque(owner).takeUnretainedValue()
    }
}
