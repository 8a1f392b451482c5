// Creating built-in families as the catalogue describes them. Cold.

import DynCatalogue
import DynInstruments
import DynModel
import DynRegistry

/// Creates families of the catalogue on one node.
struct Families {
    let node: Node
    /// Labels that all of them have the same values of, like the model that a worker serves.
    var constLabels: [Label] = []
    /// Without the labels of the node, as upstream has those of a whole process.
    var isBare = false
    /// Put in place of `dynamo_frontend`.
    var prefix: Text?

    func intCounter(_ name: String) throws(MetricsError) -> IntCounter {
        guard case .intCounter(let cell)? = try create(name, .intCounter).scalar else { throw wrongShape(name) }
        return IntCounter(cell: cell)
    }

    func intGauge(_ name: String) throws(MetricsError) -> IntGauge {
        guard case .intGauge(let cell)? = try create(name, .intGauge).scalar else { throw wrongShape(name) }
        return IntGauge(cell: cell)
    }

    func gauge(_ name: String) throws(MetricsError) -> Gauge {
        guard case .gauge(let cell)? = try create(name, .gauge).scalar else { throw wrongShape(name) }
        return Gauge(cell: cell)
    }

    func histogram(_ name: String) throws(MetricsError) -> Histogram {
        guard case .histogram(let cell)? = try create(name, .histogram).scalar else { throw wrongShape(name) }
        return Histogram(cell: cell)
    }

    /// A family with variable labels, in the catalogue's order.
    func vec(_ name: String, _ type: InstrumentType) throws(MetricsError) -> Metric { try create(name, type) }

    private func create(_ name: String, _ type: InstrumentType) throws(MetricsError) -> Metric {
        guard let entry = Catalogue.find(name) else {
            throw .option(name: "built-in metric", value: name, hint: "give one that `dynmetrics catalog` lists")
        }
        var fixed = constLabels.map(\.name.string)
        if !isBare { fixed.append(contentsOf: automaticLabelNames.map(\.string)) }
        let variable = entry.labels.filter { !fixed.contains($0) }
        var spec = MetricSpec(
            type, isVec: !variable.isEmpty, name: renamed(name), isNameAsIs: true, help: Text(entry.help),
            constLabels: constLabels, labelNames: variable.map { Text($0) },
            buckets: type == .histogram ? entry.buckets : nil)
        spec.isBare = isBare
        return try node.create(spec)
    }

    private func renamed(_ name: String) -> Text {
        guard let prefix, name.hasPrefix("dynamo_frontend_") else { return Text(name) }
        return prefix.appending("_").appending(Text(String(name.dropFirst("dynamo_frontend_".count))))
    }

    private func wrongShape(_ name: String) -> MetricsError { .memory("no memory for '\(name)'") }
}

extension Metric {
    /// The child for these values; nil when there is no memory for it or a value is no text.
    func intCounter(_ values: Text...) -> IntCounter? {
        guard case .intCounter(let cell)? = try? child(values) else { return nil }
        return IntCounter(cell: cell)
    }

    func intGauge(_ values: Text...) throws(MetricsError) -> IntGauge { IntGauge(cell: try child(values).pointer) }

    func histogram(_ values: Text...) throws(MetricsError) -> Histogram { Histogram(cell: try child(values).pointer) }
}
