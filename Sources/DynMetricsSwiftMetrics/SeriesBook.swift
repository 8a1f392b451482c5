// Which series swift-metrics has made: found by name and labels, shared, counted, let go. Cold.

#if SwiftMetrics
import DynInstruments
import DynModel
import DynRegistry
import DynSources

/// One series: labels sorted by name.
struct SeriesKey: Hashable, Sendable {
    var type: InstrumentType
    var name: Text
    var labels: [Label]

    var family: FamilyKey { FamilyKey(type: type, name: name, labelNames: labels.map(\.name)) }
}

/// The series of one name and one set of label names, which are one vec.
struct FamilyKey: Hashable, Sendable {
    var type: InstrumentType
    var name: Text
    var labelNames: [Text]
}

final class SeriesBook: @unchecked Sendable {
    private let node: Node
    private let options: DynMetricsFactory.Options
    // Guarded by the structure lock.
    private var handlers: [SeriesKey: SeriesHandler] = [:]
    private var metrics: [FamilyKey: Metric] = [:]
    private var helps: [Text: Text] = [:]

    init(_ node: Node, _ options: DynMetricsFactory.Options) {
        self.node = node
        self.options = options
    }

    func counter(_ label: String, _ dimensions: [(String, String)]) -> CounterSeries? {
        handler(.counter, label, "_total", dimensions, bounds: nil)
    }

    func gauge(_ label: String, _ dimensions: [(String, String)]) -> GaugeSeries? {
        handler(.gauge, label, "", dimensions, bounds: nil)
    }

    func histogram(_ label: String, _ dimensions: [(String, String)]) -> HistogramSeries? {
        handler(.histogram, label, "", dimensions, bounds: options.buckets[label] ?? options.recorderBuckets)
    }

    func timer(_ label: String, _ dimensions: [(String, String)]) -> HistogramSeries? {
        handler(.histogram, label, "_seconds", dimensions, bounds: options.buckets[label] ?? options.timerBuckets)
    }

    /// Takes one use of it back; the last takes the series off the page.
    func destroy(_ handler: AnyObject) {
        guard let series = handler as? SeriesHandler else { return }
        let isLast = withStructureLock {
            guard handlers[series.key] === series else { return false }
            series.uses &-= 1
            if series.uses <= 0 { handlers[series.key] = nil }
            return series.uses <= 0
        }
        guard isLast else { return }
        series.hide()
        // One that was made meanwhile may have found the cell that has just left.
        withStructureLock { handlers[series.key] }?.show()
    }

    // MARK: making

    private func handler<Made: SeriesHandler>(
        _ type: InstrumentType, _ label: String, _ suffix: Text, _ dimensions: [(String, String)], bounds: [Double]?
    ) -> Made? {
        do throws(MetricsError) {
            var name = try sanitizedMetricName(Text(label))
            if !name.hasSuffix(suffix) { name = name.appending(suffix) }
            let key = SeriesKey(type: type, name: name, labels: SeriesBook.labels(dimensions, of: type))
            if let known: Made = use(key) { return known }
            let metric = try metric(key.family, label, bounds)
            let cell = try metric.child(key.labels.map(\.value))
            let made = Made(key, metric, cell.pointer)
            return keep(made)
        } catch {
            Log.once(
                .warning, cause: "swift-metrics \(label) \(type)",
                "swift-metrics '\(label)' is not shown: \(error.description)")
            return nil
        }
    }

    private func use<Made: SeriesHandler>(_ key: SeriesKey) -> Made? {
        withStructureLock {
            guard let known = handlers[key] as? Made else { return nil }
            known.uses &+= 1
            return known
        }
    }

    /// `made`, or the one that another thread has made of the same series meanwhile.
    private func keep<Made: SeriesHandler>(_ made: Made) -> Made {
        let kept = withStructureLock { () -> Made? in
            if let known = handlers[made.key] as? Made {
                known.uses &+= 1
                return known
            }
            handlers[made.key] = made
            return nil
        }
        return kept ?? made
    }

    private func metric(_ family: FamilyKey, _ label: String, _ bounds: [Double]?) throws(MetricsError) -> Metric {
        let (known, help) = withStructureLock {
            let help = helps[family.name] ?? Text(options.help[label] ?? label)
            helps[family.name] = help
            return (metrics[family], help)
        }
        if let known { return known }
        var spec = MetricSpec(
            family.type, isVec: true, name: family.name, isNameAsIs: !options.prefixesNames, help: help,
            labelNames: family.labelNames, buckets: bounds)
        spec.isOneOfFamily = true
        let made: Metric
        do throws(MetricsError) {
            made = try node.create(spec)
        } catch {
            // Another thread may have been faster.
            guard let theirs = withStructureLock({ metrics[family] }) else { throw error }
            return theirs
        }
        withStructureLock { metrics[family] = made }
        return made
    }

    /// Legal names, each once (the last counts), sorted; none that the page gives a meaning of its own.
    private static func labels(_ dimensions: [(String, String)], of type: InstrumentType) -> [Label] {
        var labels: [Text: Text] = [:]
        for (name, value) in dimensions {
            guard var legal = try? sanitizedLabelName(Text(name)) else { continue }
            let isTaken = automaticLabelNames.contains(legal) || (type == .histogram && legal == "le")
            if isTaken { legal = Text("exported_").appending(legal) }
            labels[legal] = Text(value.contains("\0") ? value.replacing("\0", with: "\u{FFFD}") : value)
        }
        return labels.map { Label($0.key, $0.value) }.sorted { $0.name < $1.name }
    }
}
#endif
