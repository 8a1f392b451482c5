// Built-in instrumentation in Swift's words: what workers, frontends and block managers measure, under upstream's names.

import DynInstrumentation
import DynModel
import DynRegistry
import DynSources

extension Endpoint {
    /// The requests of this endpoint: `dynamo_component_*` with its labels.
    ///
    /// - Parameter model: goes into the labels `model` and `model_name`; nil leaves them away.
    public func workHandler(model: String? = nil) throws(MetricsError) -> WorkHandler {
        try WorkHandler.of(grip.node, model: model.map { Text($0) })
    }
}

extension DistributedRuntime {
    /// The requests and models of a frontend: `dynamo_frontend_*`, or `DYN_METRICS_PREFIX` in its place. Keep the runtime
    /// for as long as there are requests.
    public func frontend() throws(MetricsError) -> Frontend { try Frontend.of(grip.node) }

    /// Shows `process_*` of this process on the runtime's page; a family that a source brings is left to that.
    public func showProcess() { grip.node.runtime.showProcess() }

    /// Shows `dynamo_component_uptime_seconds`; a work handler or frontend does so too.
    public func showUptime() { grip.node.runtime.showUptime() }
}

extension HierarchyNode {
    /// What a KV block manager tells: `kvbm_*` with the labels of this node.
    public func kvBlockManager() throws(MetricsError) -> KVBlockManager { try KVBlockManager.of(grip.node) }
}

extension Frontend {
    /// Calls `refresh` before a scrape when the last time is at least `interval` seconds ago, on a thread of its own.
    @discardableResult
    public func onRefresh(
        interval: Double = 8, _ refresh: @escaping @Sendable () throws -> Void
    ) throws(MetricsError) -> SourceHandle {
        SourceHandle(
            registration: try onRefresh(interval: interval) { () throws(SourceFailure) in
                do { try refresh() } catch { throw .failed }
            })
    }
}
