// Series that somebody else keeps, as a page needs them: families in order, children with the values they show. Changed by
// whoever owns them, read at a scrape without asking anybody. Cold to change, warm to read.

import CDynCells
import DynExposition
import DynModel

/// What a metric of a table is. Names are those of text 0.0.4; `name` has no `_total`.
package struct TableDefinition: Sendable {
    package enum Kind: Sendable {
        case counter, gauge, summary
        /// The upper bounds, rising, +Inf included.
        case histogram([Double])
    }

    package let name: Text
    package let help: Text
    package let kind: Kind
    package let labelNames: [Text]

    package init(name: Text, help: Text, kind: Kind, labelNames: [Text]) throws(MetricsError) {
        guard isLegacyMetricName(name) else { throw .invalidName(printable(name)) }
        guard help.isValidUTF8 else { throw .text(what: "help text", value: printable(help)) }
        for (index, label) in labelNames.enumerated() {
            guard isLegacyLabelName(label) else { throw .invalidLabelName(printable(label)) }
            if labelNames[..<index].contains(label) { throw .duplicateLabel(printable(label)) }
        }
        if case .histogram(let bounds) = kind, bounds.contains(where: \.isNaN) {
            throw .option(name: "bounds", value: "NaN", hint: "give rising numbers, like 0.1, 1, 10")
        }
        self.name = name
        self.help = help
        self.kind = kind
        self.labelNames = labelNames
    }

    /// How many values a child has: of a summary count and sum, of a histogram one per bucket and the sum.
    package var valueCount: Int {
        switch kind {
        case .counter, .gauge: 1
        case .summary: 2
        case .histogram(let bounds): bounds.count &+ 1
        }
    }
}

/// One metric with its children. It may stand in several tables.
package final class TableMetric: @unchecked Sendable {
    package let definition: TableDefinition
    // Guarded by the structure lock.
    private var children: [TableChild?] = []
    private var places: [[Text]: Int] = [:]
    private var version: UInt64 = 0

    package init(_ definition: TableDefinition) {
        self.definition = definition
    }

    /// Shows these values as the child of `labels`, in place of those that it showed before.
    ///
    /// - Parameter created: seconds since 1970; nil when nobody knows.
    package func put(_ labels: [Text], _ values: [CellPointer], created: Double?) throws(MetricsError) {
        guard labels.count == definition.labelNames.count else {
            throw .labelCount(
                metric: definition.name.string, expected: definition.labelNames.map(\.string), got: labels.count)
        }
        guard values.count == definition.valueCount else {
            throw .option(
                name: "values of \(definition.name)", value: String(values.count),
                hint: "give \(definition.valueCount)")
        }
        for (name, value) in zip(definition.labelNames, labels) {
            if value.isValidUTF8, !value.hasNUL { continue }
            throw .labelValue("'\(printable(value))' for label '\(name)' of '\(definition.name)'")
        }
        let child = TableChild(metric: self, labels: labels, values: values, created: created)
        let replaced = withStructureLock { () -> TableChild? in
            version &+= 1
            let place = places[labels].flatMap { $0 < children.count ? $0 : nil }
            let old = place.flatMap { children[$0] }
            old?.forgetValuesLocked()
            for cell in values {
                TableValues.childLocked(of: cell)?.leaveLocked()
                TableValues.setChildLocked(child, of: cell)
            }
            if let place {
                children[place] = child
            } else {
                places[labels] = children.count
                children.append(child)
            }
            return old
        }
        _ = replaced
    }

    /// Takes the child of `labels` away. Nothing happens when there is none.
    package func remove(_ labels: [Text]) {
        withStructureLock {
            if let place = places[labels], place < children.count, let child = children[place] { removeLocked(child) }
        }
    }

    package func removeAll() {
        withStructureLock {
            for case let child? in children { child.forgetValuesLocked() }
            children = []
            places = [:]
            version &+= 1
        }
    }

    fileprivate func removeLocked(_ child: TableChild) {
        child.forgetValuesLocked()
        guard let place = places[child.labels], place < children.count, children[place] === child else { return }
        places[child.labels] = nil
        children[place] = nil
        version &+= 1
        guard children.count > 32, places.count < children.count / 2 else { return }
        children.removeAll { $0 == nil }
        for (index, child) in children.enumerated() {
            if let child { places[child.labels] = index }
        }
    }

    /// Changes when a child comes, goes or is told anew, never when a value does.
    fileprivate func readingLocked() -> TableReading.Part {
        TableReading.Part(metric: self, version: version, children: children)
    }
}

/// The values of one label set.
package final class TableChild: @unchecked Sendable {
    package let labels: [Text]
    package let values: [CellPointer]
    package let created: Double?
    // Guarded by the structure lock.
    fileprivate(set) weak var metric: TableMetric?

    fileprivate init(metric: TableMetric, labels: [Text], values: [CellPointer], created: Double?) {
        (self.metric, self.labels, self.values, self.created) = (metric, labels, values, created)
    }

    /// Leaves its metric.
    func leaveLocked() {
        guard let metric else { return forgetValuesLocked() }
        metric.removeLocked(self)
    }

    fileprivate func forgetValuesLocked() {
        for cell in values where TableValues.childLocked(of: cell) === self {
            TableValues.setChildLocked(nil, of: cell)
        }
        metric = nil
    }
}

/// Metrics in the order in which their page has them.
package final class SeriesTable: @unchecked Sendable {
    // Guarded by the structure lock.
    private var metrics: [TableMetric] = []
    private var showsCreated = true

    package init() {}

    /// Adds `metric` behind the others. Twice is fine.
    package func add(_ metric: TableMetric) {
        withStructureLock {
            if !metrics.contains(where: { $0 === metric }) { metrics.append(metric) }
        }
    }

    package func remove(_ metric: TableMetric) {
        let kept = withStructureLock { () -> [TableMetric] in
            let before = metrics
            metrics.removeAll { $0 === metric }
            return before
        }
        _ = kept  // let go outside the lock
    }

    /// Whether the times at which children were created are series too, as `x_created`.
    package func setShowsCreated(_ shows: Bool) {
        withStructureLock { showsCreated = shows }
    }

    /// Calls `body` with what is in the table now. Values that it shows are not given out again meanwhile.
    package func read<Result>(_ body: (TableReading) -> Result) -> Result {
        let reading = withStructureLock {
            TableValues.beginReadingLocked()
            return TableReading(parts: metrics.map { $0.readingLocked() }, showsCreated: showsCreated)
        }
        defer { TableValues.endReading() }
        return body(reading)
    }
}

/// A table at one moment; values are read when they are asked for.
package struct TableReading {
    package struct Part {
        package let metric: TableMetric
        package let version: UInt64
        let children: [TableChild?]
    }

    package let parts: [Part]
    package let showsCreated: Bool
}
