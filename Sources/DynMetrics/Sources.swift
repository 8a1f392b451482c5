// Foreign metrics on a node, in Swift's words: callbacks and multiprocess directories.

import DynExposition
import DynModel
import DynRegistry
import DynSources

/// Which families of a source pass, under which names, with which labels more.
public struct SourceFilter: Sendable {
    /// Only names that begin with one of these pass; empty: all.
    public var include: [String]
    /// Names that begin with one of these do not pass, whatever `include` says.
    public var exclude: [String]
    /// The first matching include prefix is taken off, then this is put in front unless it is there.
    public var addPrefix: String?
    /// Labels to add; one that a sample has already stays as it is.
    public var labels: [String: String]

    public init(
        include: [String] = [], exclude: [String] = [], addPrefix: String? = nil, labels: [String: String] = [:]
    ) {
        self.include = include
        self.exclude = exclude
        self.addPrefix = addPrefix
        self.labels = labels
    }

    package func checked() throws(MetricsError) -> PageFilter {
        try PageFilter(
            include: include.map { Text($0) }, exclude: exclude.map { Text($0) }, addPrefix: addPrefix.map { Text($0) },
            labels: Label.all(in: labels))
    }
}

/// A source that was registered, until it is closed. Letting go of it does not close it.
public struct SourceHandle: Sendable {
    package let registration: Registration

    /// Takes the source off the page at once; a call that is running is not waited for. Twice is fine.
    public func close() { registration.close() }

    /// What is shown of it from now on while it brings nothing new, for as long as that is young
    /// (`DYN_METRICS_SOURCE_MAX_AGE_MS`, 60 seconds).
    public func setStalePolicy(_ policy: StalePolicy) { registration.setStalePolicy(policy) }
}

/// What a callback throws when it has nothing to give: the source is left out of this scrape, and that is counted.
public struct SourceUnavailable: Error, Sendable {
    public init() {}
}

/// Takes typed metrics inside a typed callback.
public struct MetricEmitter {
    package var emitter: FamilyEmitter

    /// Begins a family; `name` is without `_total`.
    public mutating func family(
        _ name: String, _ help: String, _ kind: MetricKind, unit: String? = nil
    ) throws(MetricsError) {
        try emitter.family(Text(name), help: Text(help), kind: kind, unit: unit.map { Text($0) })
    }

    /// Emits one sample of the family begun last; `name` is the full name, with the suffix of its kind.
    public mutating func sample(_ name: String, _ labels: [String: String], _ value: Double) throws(MetricsError) {
        try emitter.sample(Text(name), Label.all(in: labels), value)
    }

    /// Gives the sample emitted last, of a counter or a bucket, an exemplar; `timestamp` in seconds since 1970.
    public mutating func exemplar(
        _ labels: [String: String], _ value: Double, timestamp: Double? = nil
    ) throws(MetricsError) {
        try emitter.exemplar(Label.all(in: labels), value, timestamp: timestamp)
    }

    /// Emits one histogram; `counts` are per bucket, not cumulative, that of +Inf last.
    public mutating func histogram(
        _ labels: [String: String], bounds: [Double], counts: [UInt64], sum: Double
    ) throws(MetricsError) {
        try emitter.histogram(Label.all(in: labels), bounds: bounds, counts: counts, sum: sum)
    }
}

extension Metrics {
    /// Registers something to run before each scrape that includes this node, on a thread of its own.
    @discardableResult
    public func registerUpdateCallback(_ update: @escaping @Sendable () throws -> Void) -> SourceHandle {
        SourceHandle(
            registration: node.onScrape { () throws(SourceFailure) in
                do { try update() } catch { throw .failed }
            })
    }

    /// Registers a source of text 0.0.4, asked at each scrape on a thread of its own.
    ///
    /// - Parameter addsLabels: whether its samples get the labels of this node.
    @discardableResult
    public func registerTextCallback(
        name: String? = nil, filter: SourceFilter = SourceFilter(), addsLabels: Bool = true,
        _ text: @escaping @Sendable () throws -> String
    ) throws(MetricsError) -> SourceHandle {
        let options = SourceOptions(
            name: name, filter: try filter.checked(), added: addsLabels ? .nodeLabels : .nothing)
        return SourceHandle(
            registration: node.registerText(options) { () throws(SourceFailure) in
                do { return Text(try text()) } catch { throw .failed }
            })
    }

    /// Registers a source of typed metrics, asked at each scrape on a thread of its own.
    @discardableResult
    public func registerTypedCallback(
        name: String? = nil, filter: SourceFilter = SourceFilter(), addsLabels: Bool = true,
        _ emit: @escaping @Sendable (inout MetricEmitter) throws -> Void
    ) throws(MetricsError) -> SourceHandle {
        let options = SourceOptions(
            name: name, filter: try filter.checked(), added: addsLabels ? .nodeLabels : .nothing)
        return SourceHandle(
            registration: node.registerTyped(options) { (families) throws(SourceFailure) in
                var emitter = MetricEmitter(emitter: families)
                defer { families = emitter.emitter }
                do { try emit(&emitter) } catch { throw .failed }
            })
    }

    /// Adds a directory of prometheus_client's multiprocess mode, merged at each scrape. It must exist.
    ///
    /// - Parameter foldsDeadWriters: whether files of processes that are gone are read once instead of at each scrape. The
    ///   page is the same. Only for directories whose writers share this process's pid namespace: pids are looked up.
    @discardableResult
    public func addMultiprocessDirectory(
        _ path: String, name: String? = nil, filter: SourceFilter = SourceFilter(), addsLabels: Bool = true,
        foldsDeadWriters: Bool = false
    ) throws(MetricsError) -> SourceHandle {
        let options = SourceOptions(
            name: name, filter: try filter.checked(), added: addsLabels ? .nodeLabels : .nothing,
            foldsDeadWriters: foldsDeadWriters)
        return SourceHandle(registration: try node.addMultiprocessDirectory(path, options))
    }
}
