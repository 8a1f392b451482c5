// What an endpoint of a worker measures of its requests: `dynamo_component_*` with the endpoint's labels, and the process's
// queue and time to first response as `dynamo_work_handler_*`. Made cold, used hot: all handles are resolved once.

import DynCatalogue
import DynInstruments
import DynModel
import DynRegistry
import DynSources

/// Where a request failed, as the label `error_type` of `dynamo_component_errors_total` says it.
public enum WorkError: String, Sendable, CaseIterable {
    case deserialization
    case invalidMessage = "invalid_message"
    case responseStream = "response_stream"
    case generate
    case serialization
    case publishResponse = "publish_response"
    case publishFinal = "publish_final"
}

/// The requests of one endpoint. The same endpoint and model give the same one; without a model, the one made first.
public final class WorkHandler: Sendable {
    let requests, received, sent, cancellations, retries, timeouts: IntCounter
    let inflight: IntGauge
    let duration: Histogram
    let errors: [WorkError: IntCounter]
    let transport: WorkTransport
    private let modelLoad, cleanup, drain: LazyGauge

    package static func of(_ node: Node, model: Text?) throws(MetricsError) -> WorkHandler {
        guard node.place.level == .endpoint else {
            throw .wrongNode("\(node.place.title) has no requests of its own; give an endpoint")
        }
        // Who names no model means the endpoint's requests, whoever named it first.
        guard let model else {
            return try node.companion("work_handler") { () throws(MetricsError) in try WorkHandler(node, model: nil) }
        }
        let handler = try node.companion("work_handler of \(model)") { () throws(MetricsError) in
            try WorkHandler(node, model: model)
        }
        _ = try node.companion("work_handler") { () throws(MetricsError) in handler }
        return handler
    }

    private init(_ node: Node, model: Text?) throws(MetricsError) {
        typealias Names = MetricNames.WorkHandler
        let root = Node(runtime: node.runtime, place: node.runtime.root)
        node.runtime.showUptime()
        transport = try WorkTransport.of(root)
        let labels = model.map { [Label("model", $0), Label("model_name", $0)] } ?? []
        let families = Families(node: node, constLabels: labels)
        let failures = try families.vec(Names.errorsTotal, .intCounter)
        requests = try families.intCounter(Names.requestsTotal)
        inflight = try families.intGauge(Names.inflightRequests)
        received = try families.intCounter(Names.requestBytesTotal)
        sent = try families.intCounter(Names.responseBytesTotal)
        duration = try families.histogram(Names.requestDurationSeconds)
        cancellations = try families.intCounter(Names.cancellationTotal)
        retries = try families.intCounter(Names.retriesTotal)
        timeouts = try families.intCounter(Names.timeoutsTotal)
        var errors: [WorkError: IntCounter] = [:]
        for error in WorkError.allCases {
            errors[error] = failures.intCounter(Text(error.rawValue))
        }
        self.errors = errors
        modelLoad = LazyGauge(node, MetricNames.ModelInfo.modelLoadTimeSeconds, [Label("model", model ?? "")])
        cleanup = LazyGauge(node, MetricNames.Lifecycle.cleanupTimeSeconds)
        drain = LazyGauge(node, MetricNames.Lifecycle.drainTimeSeconds)
    }

    /// Takes on a request of `bytes`. End it by one of its own methods; one that is let go of counts as cancelled.
    ///
    /// - Parameter isQueued: whether it waits first, until ``WorkRequest/start()``.
    public func begin(bytes: UInt64 = 0, isQueued: Bool = false) -> WorkRequest {
        WorkRequest(self, bytes: bytes, isQueued: isQueued)
    }

    /// Shows how long the model took to load, in seconds.
    public func tookModelLoad(_ seconds: Double) throws(MetricsError) { try modelLoad.set(seconds) }
    /// Shows how long the last clean-up took, in seconds.
    public func tookCleanup(_ seconds: Double) throws(MetricsError) { try cleanup.set(seconds) }
    /// Shows how long the last drain of open requests took, in seconds.
    public func tookDrain(_ seconds: Double) throws(MetricsError) { try drain.set(seconds) }

    /// How many requests the endpoint works on: a drain waits for 0.
    public var openRequests: Int64 { inflight.value }
}

/// What all endpoints of a process share.
final class WorkTransport: Sendable {
    let queueDepth: IntGauge
    let permitWait, firstResponse: Histogram

    static func of(_ root: Node) throws(MetricsError) -> WorkTransport {
        try root.companion("work_transport") { () throws(MetricsError) in try WorkTransport(root) }
    }

    private init(_ root: Node) throws(MetricsError) {
        let families = Families(node: root, isBare: true)
        queueDepth = try families.intGauge(MetricNames.WorkHandlerTransport.queueDepth)
        permitWait = try families.histogram(MetricNames.WorkHandlerTransport.permitWaitSeconds)
        firstResponse = try families.histogram(MetricNames.WorkHandlerTransport.timeToFirstResponseSeconds)
    }
}

/// A gauge that comes onto the page with its first value: 0 seconds would be a claim.
final class LazyGauge: Sendable {
    private let back: BackNode
    private let name: String
    private let labels: [Label]

    init(_ node: Node, _ name: String, _ labels: [Label] = []) {
        back = BackNode(node)
        self.name = name
        self.labels = labels
    }

    func set(_ value: Double) throws(MetricsError) {
        let node = try back.node()
        let gauge = try node.companion("gauge \(name)") { () throws(MetricsError) in
            GaugeBox(try Families(node: node, constLabels: labels).gauge(name))
        }
        gauge.gauge.set(value)
    }

    private final class GaugeBox: Sendable {
        let gauge: Gauge
        init(_ gauge: Gauge) { self.gauge = gauge }
    }
}
