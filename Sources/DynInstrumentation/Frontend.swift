// What a frontend measures of its requests and models: `dynamo_frontend_*`, or what DYN_METRICS_PREFIX says in its place. Made
// cold; a request resolves its handles once, by three short look-ups under the structure lock.

import DynCatalogue
import DynInstruments
import DynModel
import DynRegistry
import DynSources

/// How a request ended badly, as the label `error_type` says it.
public enum FrontendError: String, Sendable, CaseIterable {
    case validation
    case notFound = "not_found"
    case overload, unavailable, cancelled
    case responseTimeout = "response_timeout"
    case `internal`
    case notImplemented = "not_implemented"
}

/// The frontend of a process. There is one for a runtime.
public final class Frontend: Sendable {
    let started, finished, cancellations, rejections: Metric
    let failures: IntCounter
    let disconnected: IntGauge
    private let active, inflight, queued, outputTokens: Metric
    private let duration, firstToken, interToken, embedding, input, output, cached: Metric
    let configuration: ModelConfigurationGauges
    private let back: BackNode

    /// - Parameter prefix: what stands in place of `dynamo_frontend`, made legal; it counts when the frontend is made.
    package static func of(
        _ root: Node, prefix: String? = Environment.value("DYN_METRICS_PREFIX")
    ) throws(MetricsError) -> Frontend {
        guard root.place.level == .runtime else {
            throw .wrongNode("\(root.place.title) has no frontend; give the runtime")
        }
        return try root.companion("frontend") { () throws(MetricsError) in try Frontend(root, prefix) }
    }

    private init(_ root: Node, _ given: String?) throws(MetricsError) {
        typealias Names = MetricNames.Frontend
        back = BackNode(root)
        root.runtime.showUptime()
        let families = Families(node: root, isBare: true, prefix: Frontend.legalPrefix(given))
        started = try families.vec(Names.requestsStartedTotal, .intCounter)
        finished = try families.vec(Names.requestsTotal, .intCounter)
        cancellations = try families.vec(Names.modelCancellationTotal, .intCounter)
        rejections = try families.vec(Names.modelRejectionTotal, .intCounter)
        failures = try families.intCounter(Names.failuresTotal)
        disconnected = try families.intGauge(Names.disconnectedClients)
        active = try families.vec(Names.activeRequests, .intGauge)
        inflight = try families.vec(Names.inflightRequests, .intGauge)
        queued = try families.vec(Names.queuedRequests, .intGauge)
        outputTokens = try families.vec(Names.outputTokensTotal, .intCounter)
        duration = try families.vec(Names.requestDurationSeconds, .histogram)
        firstToken = try families.vec(Names.timeToFirstTokenSeconds, .histogram)
        interToken = try families.vec(Names.interTokenLatencySeconds, .histogram)
        embedding = try families.vec(Names.embeddingLatencySeconds, .histogram)
        input = try families.vec(Names.inputSequenceTokens, .histogram)
        output = try families.vec(Names.outputSequenceTokens, .histogram)
        cached = try families.vec(Names.cachedTokens, .histogram)
        configuration = try ModelConfigurationGauges(families)
    }

    /// `given` as a legal name; nil, for `dynamo_frontend`, when there is none or nothing of it can stand.
    private static func legalPrefix(_ given: String?) -> Text? {
        guard let given else { return nil }
        let legal = try? sanitizedMetricName(Text(given))
        if legal?.string != given {
            Log.once(
                .warning, cause: "frontend prefix",
                "DYN_METRICS_PREFIX=\(given) is no metric name; \(legal?.string ?? "dynamo_frontend") is used")
        }
        return legal
    }

    /// Takes on a request.
    ///
    /// - Parameters:
    ///   - endpoint: `chat_completions`, `completions`, `embeddings`, …
    ///   - isStreaming: whether the answer is a stream: `request_type` says `stream` or `unary`.
    public func begin(
        model: String, endpoint: String = "chat_completions", isStreaming: Bool = true
    ) throws(MetricsError) -> FrontendRequest {
        try begin(Text(model), Text(endpoint), isStreaming ? "stream" : "unary")
    }

    /// The node that it counts for.
    func node() throws(MetricsError) -> Node { try back.node() }

    package func begin(_ model: Text, _ endpoint: Text, _ type: Text) throws(MetricsError) -> FrontendRequest {
        let key = "route \(model) \(endpoint) \(type)"
        let node = try back.node()
        let route = try node.companion(key) { () throws(MetricsError) in
            try Route(self, try served(model, of: node), endpoint, type)
        }
        return FrontendRequest(self, route)
    }

    private func served(_ model: Text, of node: Node) throws(MetricsError) -> ServedModel {
        try node.companion("model \(model)") { () throws(MetricsError) in
            guard let tokens = outputTokens.intCounter(model) else {
                throw .labelValue("'\(printable(model))' for 'model'")
            }
            return ServedModel(
                name: model, active: try active.intGauge(model), inflight: try inflight.intGauge(model),
                queued: try queued.intGauge(model), outputTokens: tokens, duration: try duration.histogram(model),
                firstToken: try firstToken.histogram(model), interToken: try interToken.histogram(model),
                embedding: try embedding.histogram(model), input: try input.histogram(model),
                output: try output.histogram(model), cached: try cached.histogram(model))
        }
    }
}

/// The handles of one model.
final class ServedModel: Sendable {
    let name: Text
    let active, inflight, queued: IntGauge
    let outputTokens: IntCounter
    let duration, firstToken, interToken, embedding, input, output, cached: Histogram

    init(
        name: Text, active: IntGauge, inflight: IntGauge, queued: IntGauge, outputTokens: IntCounter,
        duration: Histogram,
        firstToken: Histogram, interToken: Histogram, embedding: Histogram, input: Histogram, output: Histogram,
        cached: Histogram
    ) {
        self.name = name
        self.active = active
        self.inflight = inflight
        self.queued = queued
        self.outputTokens = outputTokens
        self.duration = duration
        self.firstToken = firstToken
        self.interToken = interToken
        self.embedding = embedding
        self.input = input
        self.output = output
        self.cached = cached
    }
}

/// The handles of one model at one endpoint, for streams or not.
final class Route: Sendable {
    let model: ServedModel
    let endpoint, type: Text
    let isEmbedding: Bool
    let started, succeeded: IntCounter

    init(_ frontend: Frontend, _ model: ServedModel, _ endpoint: Text, _ type: Text) throws(MetricsError) {
        guard let started = frontend.started.intCounter(model.name, endpoint, type),
            let succeeded = frontend.finished.intCounter(model.name, endpoint, type, "success", "")
        else { throw .labelValue("'\(printable(endpoint))' for 'endpoint'") }
        self.model = model
        self.endpoint = endpoint
        self.type = type
        self.started = started
        self.succeeded = succeeded
        isEmbedding = endpoint == "embeddings"
    }
}
