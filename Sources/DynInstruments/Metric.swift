// One metric of a registry: its name, its labels, and its children. A metric without variable labels has one child,
// made with it. Children that are there are found without a lock (hot), made and removed under the structure lock (cold); a
// scrape copies the list and reads the cells outside the lock (warm).

import CDynCells
import DynExposition
import DynModel

/// What is fixed when a metric is created.
package struct MetricDefinition: Sendable {
    /// The full name on the wire.
    package var name: Text
    package var help: Text
    package var type: InstrumentType
    package var isVec: Bool
    /// The user's fixed labels, without those of the node.
    package var constLabels: [Label]
    /// Names of the variable labels, in the order in which values are given.
    package var labelNames: [Text]
    /// Bounds of a histogram; empty for the others.
    package var bounds: [Double]
    /// The states of a stateset; empty for the others.
    package var states: [Text]
    /// Of a gauge: seconds after which it leaves the page when nothing has set it; nil: never.
    package var ttl: Double?
    /// The native buckets that a histogram has beside its classic ones.
    package var native: NativeHistogram?
    /// Without the labels of its node: a family that is one for the whole process.
    package var isBare = false

    package init(
        name: Text, help: Text, type: InstrumentType, isVec: Bool, constLabels: [Label] = [], labelNames: [Text] = [],
        bounds: [Double] = [], states: [Text] = [], native: NativeHistogram? = nil, ttl: Double? = nil
    ) {
        self.native = native
        self.ttl = ttl
        self.name = name
        self.help = help
        self.type = type
        self.isVec = isVec
        self.constLabels = constLabels
        self.labelNames = labelNames
        self.bounds = bounds
        self.states = states
    }
}

package final class Metric: @unchecked Sendable {
    package let owner: MetricOwner
    package var definition: MetricDefinition { owner.definition }
    /// Where children are looked for without a lock; changed under the structure lock, never given back.
    package let index: UnsafeMutablePointer<dyncells_index>
    // Everything below is guarded by the structure lock.
    /// In order of creation; nil where one was removed. Closed up when the holes are many: removing stays cheap.
    var children: [Child?] = []
    /// Where each is; of one that was removed with many others, where it was.
    var byValues: [Text: Int] = [:]
    /// How many children there are.
    var live = 0
    /// What an info says.
    var info: [Label] = []
    /// One series, or the series of one histogram. Never changed, so that a scrape may read on what a change replaced.
    final class Child: Sendable {
        let values: Text
        let cell: Cell
        let labels: LabelBlock
        /// The blocks with `le`, one per bucket, `+Inf` last. Histograms only.
        let bucketLabels: [LabelBlock]

        init(_ values: Text, _ cell: Cell, _ rendered: (labels: LabelBlock, bucketLabels: [LabelBlock])) {
            self.values = values
            self.cell = cell
            (labels, bucketLabels) = rendered
        }
    }

    /// - Parameter inherited: the labels of node and runtime. They are known to differ from the metric's own.
    package init(_ definition: MetricDefinition, inherited: [Label]) throws(MetricsError) {
        guard let bounds = HistogramBounds(definition.bounds) else { throw .memory("no memory for a new metric") }
        owner = MetricOwner(definition, inherited: inherited, bounds: bounds)
        _ = Unmanaged.passRetained(owner)  // for the cells, which are never given back
        index = .allocate(capacity: 1)
        index.initialize(to: dyncells_index(table: nil, labels: definition.labelNames.count))
        if definition.isVec { return }
        let values = definition.type == .stateset ? definition.states.map { [$0] } : [[]]
        let isWhole = withStructureLock { values.allSatisfy { makeChild(values: $0) != nil } }
        guard isWhole else { throw .memory("no memory for a new metric") }
        if definition.type == .info { setFirst(1) }
    }

    deinit {
        // Whoever holds a child may be reading it.
        if definition.native != nil { withStructureLock { leave(children) } }
        dyncells_clear(index)
        index.deallocate()
    }

    /// The only cell of a metric without variable labels.
    package var scalar: Cell? {
        withStructureLock { children.first??.cell }
    }

    // MARK: children

    /// The cell for these values, made when there is none.
    package func child(_ values: [Text]) throws(MetricsError) -> Cell {
        guard values.count == definition.labelNames.count else {
            throw .labelCount(
                metric: definition.name.string, expected: definition.labelNames.map(\.string), got: values.count)
        }
        let key = Metric.key(values)
        // What is there was checked when it was made.
        if let found = key.withBytes({ dyncells_find_key(index, $0.baseAddress, $0.count) }) {
            return Cell(definition.type, at: found)
        }
        for (name, value) in zip(definition.labelNames, values) where !value.isValidUTF8 || value.hasNUL {
            throw .labelValue("'\(printable(value))' for label '\(name)' of '\(definition.name)'")
        }
        let cell = withStructureLock {
            byValues[key].flatMap { $0 < children.count ? children[$0]?.cell : nil } ?? makeChild(values: values)
        }
        guard let cell else { throw .memory("no memory for a new child of '\(definition.name)'") }
        return cell
    }

    /// The values in the metric's own order, from labels given by name.
    package func values(from labels: [Label]) throws(MetricsError) -> [Text] {
        let names = definition.labelNames.map(\.string)
        for label in labels where !definition.labelNames.contains(label.name) {
            throw .labelUnknown(metric: definition.name.string, label: printable(label.name), expected: names)
        }
        var values: [Text] = []
        for name in definition.labelNames {
            guard let label = labels.last(where: { $0.name == name }) else {
                throw .labelMissing(metric: definition.name.string, label: name.string, expected: names)
            }
            values.append(label.value)
        }
        return values
    }

    /// Gives every child the labels of the node anew: a forked child has another worker_id. Lock held by the caller.
    package func inheritLocked(_ labels: [Label]) {
        owner.inherited = labels
        for index in children.indices {
            guard let child = children[index] else { continue }
            children[index] = Child(child.values, child.cell, render(Metric.values(fromKey: child.values)))
        }
    }

    // MARK: making children

    private func makeChild(values: [Text]) -> Cell? {
        let raw = UnsafeRawPointer(Unmanaged.passUnretained(owner).toOpaque())
        guard
            let cell = Cell.makeLocked(
                definition.type, bounds: owner.bounds, native: definition.native, ages: definition.ttl != nil,
                owner: raw)
        else { return nil }
        let rendered = render(values)
        let key = Metric.key(values)
        closeUpLocked()
        byValues[key] = children.count
        live &+= 1
        children.append(Child(key, cell, rendered))
        if definition.isVec { key.withBytes { dyncells_put(index, $0.baseAddress, $0.count, cell.pointer) } }
        return cell
    }

    /// Sorted by name, `le` behind the others.
    func render(_ values: [Text]) -> (labels: LabelBlock, bucketLabels: [LabelBlock]) {
        let variable =
            switch definition.type {
            case .info: info
            case .stateset: [Label(definition.name, values.first ?? "")]
            default: zip(definition.labelNames, values).map { Label($0, $1) }
            }
        let block = LabelBlock(sorting: owner.inherited + definition.constLabels + variable)
        guard definition.type == .histogram else { return (block, []) }
        let bounds = definition.bounds.map { canonicalBound($0) } + ["+Inf"]
        return (block, bounds.map { block.appending(Label("le", $0)) })
    }

    /// Values joined by a byte that UTF-8 does not have.
    static func key(_ values: [Text]) -> Text {
        if values.count == 1, let only = values.first { return only }
        var writer = ByteWriter(capacity: values.reduce(8) { $0 &+ $1.count &+ 1 })
        for (index, value) in values.enumerated() {
            if index > 0 { writer.append(0xFF) }
            writer.append(value)
        }
        return writer.finish()
    }

    static func values(fromKey key: Text) -> [Text] {
        var values: [Text] = []
        var start = 0
        let bytes = key.bytes
        for (index, byte) in bytes.enumerated() where byte == 0xFF {
            values.append(key.slice(start, index))
            start = index &+ 1
        }
        values.append(key.slice(start, bytes.count))
        return values
    }
}
