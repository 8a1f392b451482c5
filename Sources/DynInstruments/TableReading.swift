// A table's metric as prometheus_client would write it, and the values of its lines. The text is made when children came or
// went, and read by the same reader as any engine's; the values are made at each scrape. Warm.

import CDynCells
import DynExposition
import DynModel

extension TableReading.Part {
    /// The cells of its children, one after the other: for ``values(of:)``, for as long as the version is this one.
    package func cells() -> [CellPointer] {
        var cells: [CellPointer] = []
        cells.reserveCapacity(children.count &* metric.definition.valueCount)
        for case let child? in children { cells.append(contentsOf: child.values) }
        return cells
    }

    /// What its lines say now, child after child, in the order in which ``text(values:showsCreated:)`` writes them. Buckets
    /// are added up, and the count of a histogram is made from them.
    package func values(of cells: [CellPointer]) -> [Double] {
        guard case .histogram(let bounds) = metric.definition.kind else { return cells.map { Cell.gaugeValue($0) } }
        let hasSum = hasSum(bounds)
        var values: [Double] = []
        values.reserveCapacity(cells.count &+ children.count)
        var at = 0
        while at &+ bounds.count < cells.count {
            var count = 0.0
            for _ in bounds.indices {
                count += Cell.gaugeValue(cells[at])
                values.append(count)
                at &+= 1
            }
            values.append(count)
            if hasSum { values.append(Cell.gaugeValue(cells[at])) }
            at &+= 1
        }
        return values
    }

    /// Whether a count among `values` is none: negative or no number. Readers treat such families in ways of their own.
    package func hasImpossibleCounts(_ values: [Double]) -> Bool {
        switch metric.definition.kind {
        case .counter, .gauge: return false
        case .summary:
            return stride(from: 0, to: values.count, by: 2).contains { !(values[$0] >= 0) }
        case .histogram(let bounds):
            // Each bucket adds to the one before, and the sum, which may be anything, comes behind the count.
            let lines = linesPerChild
            return stride(from: 0, to: values.count, by: lines).contains { first in
                (0...bounds.count).contains { !(values[first &+ $0] >= 0) }
            }
        }
    }

    /// Whether two buckets of a child have the same bound, so that one of them has to go.
    package var hasDoubleBounds: Bool {
        guard case .histogram(let bounds) = metric.definition.kind else { return false }
        return zip(bounds, bounds.dropFirst()).contains { $0 == $1 }
    }

    private var linesPerChild: Int {
        switch metric.definition.kind {
        case .counter, .gauge: 1
        case .summary: 2
        case .histogram(let bounds): bounds.count &+ (hasSum(bounds) ? 2 : 1)
        }
    }

    private func hasSum(_ bounds: [Double]) -> Bool { (bounds.first ?? 0) >= 0 }

    // MARK: text

    /// The metric as text 0.0.4, with `values` as ``values()`` gives them; nil writes a 0 everywhere.
    ///
    /// - Returns: the text, and for each of its lines the place of its value, or -1.
    package func text(values: [Double]?, showsCreated: Bool) -> (text: Text, places: [Int32]) {
        var page = TablePage(values: values)
        let definition = metric.definition
        switch definition.kind {
        case .counter: page.begin(definition.name, "_total", definition.help, "counter")
        case .gauge: page.begin(definition.name, "", definition.help, "gauge")
        case .summary: page.begin(definition.name, "", definition.help, "summary")
        case .histogram: page.begin(definition.name, "", definition.help, "histogram")
        }
        for case let child? in children { add(child, to: &page) }
        if showsCreated { addCreated(to: &page) }
        return page.finish()
    }

    private func add(_ child: TableChild, to page: inout TablePage) {
        let name = metric.definition.name
        let labels = zip(metric.definition.labelNames, child.labels).map { Label($0, $1) }
        let block = LabelBlock(sorting: labels).text
        switch metric.definition.kind {
        case .counter: page.sample(name, "_total", block)
        case .gauge: page.sample(name, "", block)
        case .summary:
            page.sample(name, "_count", block)
            page.sample(name, "_sum", block)
        case .histogram(let bounds):
            for bound in bounds {
                var labels = labels
                labels.append(Label("le", prometheusNumber(bound)))
                page.sample(name, "_bucket", LabelBlock(sorting: labels).text)
            }
            page.sample(name, "_count", block)
            if hasSum(bounds) { page.sample(name, "_sum", block) }
        }
    }

    private func addCreated(to page: inout TablePage) {
        let definition = metric.definition
        var isBegun = false
        for case let child? in children {
            guard let created = child.created else { continue }
            if !isBegun { page.begin(definition.name, "_created", definition.help, "gauge") }
            isBegun = true
            let labels = zip(definition.labelNames, child.labels).map { Label($0, $1) }
            page.constant(definition.name, "_created", LabelBlock(sorting: labels).text, created)
        }
    }
}

private struct TablePage: ~Copyable {
    private var writer = ByteWriter(capacity: 4096)
    private var places: [Int32] = []
    private var next: Int32 = 0
    private let values: [Double]?

    init(values: [Double]?) { self.values = values }

    mutating func begin(_ name: Text, _ suffix: StaticString, _ help: Text, _ word: StaticString) {
        writer.append(literal: "# HELP ")
        writer.append(name)
        writer.append(literal: suffix)
        writer.append(UInt8(ascii: " "))
        writer.append(escaping: help, quotes: false)
        writer.append(literal: "\n# TYPE ")
        writer.append(name)
        writer.append(literal: suffix)
        writer.append(UInt8(ascii: " "))
        writer.append(literal: word)
        writer.append(UInt8(ascii: "\n"))
        places.append(-1)
        places.append(-1)
    }

    mutating func sample(_ name: Text, _ suffix: StaticString, _ labels: Text) {
        let place = Int(next)
        let value = values.flatMap { place < $0.count ? $0[place] : nil } ?? 0
        line(name, suffix, labels, value)
        places.append(next)
        next &+= 1
    }

    mutating func constant(_ name: Text, _ suffix: StaticString, _ labels: Text, _ value: Double) {
        line(name, suffix, labels, value)
        places.append(-1)
    }

    private mutating func line(_ name: Text, _ suffix: StaticString, _ labels: Text, _ value: Double) {
        writer.append(name)
        writer.append(literal: suffix)
        if !labels.isEmpty {
            writer.append(UInt8(ascii: "{"))
            writer.append(labels)
            writer.append(UInt8(ascii: "}"))
        }
        writer.append(UInt8(ascii: " "))
        writer.append(number: value, style: .prometheusClient)
        writer.append(UInt8(ascii: "\n"))
    }

    consuming func finish() -> (text: Text, places: [Int32]) {
        let places = places
        return (writer.finish(), places)
    }
}

private func prometheusNumber(_ number: Double) -> Text {
    var writer = ByteWriter(capacity: 24)
    writer.append(number: number, style: .prometheusClient)
    return writer.finish()
}
