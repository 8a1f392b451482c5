// The four levels as Swift users see them: DistributedRuntime › Namespace › Component › Endpoint.
//
//     let runtime = try DistributedRuntime()
//     let endpoint = try runtime.namespace("prod").component("backend").endpoint("generate")
//     let requests = try endpoint.metrics.createIntCounter("requests_total", "Requests served")
//     requests.inc()
//     let server = try runtime.serve()

import DynExposition
import DynModel
import DynRegistry
import DynServer

/// A place in the hierarchy. Metrics and sources on it carry its labels.
public protocol HierarchyNode: Sendable {
    /// What the level is made of. For this library only.
    var grip: NodeGrip { get }
}

/// The formats of a page.
public enum ScrapeFormat: Sendable {
    /// Text 0.0.4.
    case text
    /// OpenMetrics 1.0.
    case openMetrics
    /// `io.prometheus.client.MetricFamily` messages, each behind its length.
    case protobuf

    /// The format as it is written when nobody asks for a way to escape names.
    package var page: PageFormat {
        switch self {
        case .text: .text
        case .openMetrics: .openMetrics
        case .protobuf: .protobuf
        }
    }
}

/// The inside of a node, opaque to users. A node keeps its whole tree alive.
public struct NodeGrip: Sendable {
    package let node: Node
    package init(_ node: Node) { self.node = node }
}

extension HierarchyNode {
    /// Creates metrics on this node, and registers sources.
    public var metrics: Metrics { Metrics(node: grip.node) }

    /// The number behind the worker_id label, which shows it in lower hex.
    public var connectionID: UInt64 { grip.node.runtime.connectionID }

    /// Takes every child of a vec on this node or below off the page that has all of `labels`, variable or fixed. Returns
    /// how many. Who still holds one may go on updating it, unseen.
    @discardableResult
    public func removeMatching(_ labels: [String: String]) throws(MetricsError) -> Int {
        try grip.node.removeMatching(Label.all(in: labels))
    }

    /// Leaves series of sources on this node or below out of pages that have all of `labels`, until ``showMatching(_:)``.
    public func hideMatching(_ labels: [String: String]) throws(MetricsError) {
        try grip.node.hideMatching(Label.all(in: labels))
    }

    /// Shows again what ``hideMatching(_:)`` hid by the same labels on this node.
    public func showMatching(_ labels: [String: String]) throws(MetricsError) {
        try grip.node.showMatching(Label.all(in: labels))
    }

    /// The page of this node and what is below it. Waits for its sources, up to the deadline.
    ///
    /// - Parameters:
    ///   - format: text 0.0.4, OpenMetrics 1.0 or protobuf.
    ///   - selfMetrics: the `dynmetrics_*` families, which only the runtime has.
    ///   - names: only these families; sources whose filter lets none of them pass are not asked. Nil: all.
    ///   - deadline: seconds that sources may take together; nil is `DYN_METRICS_SCRAPE_DEADLINE_MS`, else 1.
    public func scrape(
        format: ScrapeFormat = .text, selfMetrics: Bool = true, names: [String]? = nil, deadline: Double? = nil
    ) -> [UInt8] {
        let options = ScrapeOptions(
            includesSelfMetrics: selfMetrics, deadline: deadline, names: names.map { NameSelection($0) })
        return grip.node.page(format.page, options).bytes
    }
}

/// The root of a tree. Making one starts no thread and opens nothing.
public struct DistributedRuntime: HierarchyNode {
    public let grip: NodeGrip

    /// - Parameters:
    ///   - connectionID: the id behind worker_id; nil: `DYN_WORKER_ID`, else random.
    ///   - constantLabels: labels for every metric, beside those of `DYN_METRICS_CONST_LABELS` (`zone=a,team=b`).
    public init(connectionID: UInt64? = nil, constantLabels: [String: String] = [:]) throws(MetricsError) {
        grip = NodeGrip(try Node(connectionID: connectionID, constantLabels: Label.all(in: constantLabels)))
    }

    /// The runtime that all parts of a process share which are not handed one; made with the defaults at the first call.
    public static func shared() throws(MetricsError) -> DistributedRuntime {
        DistributedRuntime(grip: NodeGrip(try Node.shared()))
    }

    private init(grip: NodeGrip) { self.grip = grip }

    /// The namespace of this name; the same name gives the same one again.
    public func namespace(_ name: String) throws(MetricsError) -> Namespace {
        Namespace(grip: NodeGrip(try grip.node.child(.namespace, Text(name))))
    }

    /// Takes the configuration in the file at `path` in the place of the one before (that of `DYN_METRICS_CONFIG`).
    ///
    /// Its rules count from the next scrape on, its labels and buckets for what is created afterwards. Throws when anything in
    /// it makes no sense, with the places; then nothing changes.
    public func configure(path: String) throws(MetricsError) {
        try grip.node.configure(path: path)
    }

    /// As ``configure(path:)``, from a text.
    public func configure(text: String) throws(MetricsError) {
        try grip.node.configure(text: Text(text))
    }

    /// Serves `/metrics`, `/health` and `/live`. The same address twice gives the same server.
    ///
    /// - Parameters:
    ///   - host: a numeric address or `localhost`. Nil: `DYN_SYSTEM_HOST`, else 0.0.0.0 when `DYN_SYSTEM_PORT` is
    ///     set, else 127.0.0.1.
    ///   - port: 0 is any free one. Nil: `DYN_SYSTEM_PORT`, else any free one.
    public func serve(host: String? = nil, port: Int? = nil) throws(MetricsError) -> HTTPServer {
        try Serving.server(for: grip.node, host: host, port: port)
    }
}

/// Below a runtime, or below another namespace; the label of a nested one reads `outer.inner`.
public struct Namespace: HierarchyNode {
    public let grip: NodeGrip

    public func namespace(_ name: String) throws(MetricsError) -> Namespace {
        Namespace(grip: NodeGrip(try grip.node.child(.namespace, Text(name))))
    }

    public func component(_ name: String) throws(MetricsError) -> Component {
        Component(grip: NodeGrip(try grip.node.child(.component, Text(name))))
    }
}

public struct Component: HierarchyNode {
    public let grip: NodeGrip

    public func endpoint(_ name: String) throws(MetricsError) -> Endpoint {
        Endpoint(grip: NodeGrip(try grip.node.child(.endpoint, Text(name))))
    }
}

public struct Endpoint: HierarchyNode {
    public let grip: NodeGrip

    /// What `/health` says of it: the whole answers 503 while one endpoint is not ready.
    public func setHealthStatus(isReady: Bool) throws(MetricsError) {
        try grip.node.setReady(isReady)
    }
}
