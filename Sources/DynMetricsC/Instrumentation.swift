// dynmetrics.h, "Instrumentation".

import CDynMetrics
import DynInstrumentation
import DynMetrics
import DynModel
import DynRegistry
import DynSources

private func raw(_ handle: OpaquePointer?) -> UnsafeRawPointer? { handle.map { UnsafeRawPointer($0) } }

/// What a handle keeps: the tree too, which the work handler that it belongs to does not.
private final class WorkHandlerGrip: Sendable {
    let handler: WorkHandler
    let node: Node

    init(_ handler: WorkHandler, _ node: Node) {
        self.handler = handler
        self.node = node
    }
}

private final class FrontendGrip: Sendable {
    let frontend: Frontend
    let node: Node

    init(_ frontend: Frontend, _ node: Node) {
        self.frontend = frontend
        self.node = node
    }
}

// MARK: workers

private func workHandler(_ handle: OpaquePointer?) throws(MetricsError) -> WorkHandler {
    try Handle.value(WorkHandlerGrip.self, ObjectTag.workHandler, raw(handle), "dynm_work_handler").handler
}

/// The request, or nothing: what is done with requests never fails.
private func work(_ handle: OpaquePointer?) -> WorkRequest? {
    try? Handle.value(WorkRequest.self, ObjectTag.workRequest, raw(handle), "dynm_work_request")
}

@_cdecl("dynm_runtime_show") @implementation
public func dynm_runtime_show(_ root: OpaquePointer?, _ what: Int32) -> dynm_status {
    status { () throws(MetricsError) in
        let node = try node(root)
        guard what > 0, what <= DYNM_SHOW_PROCESS | DYNM_SHOW_UPTIME else {
            throw .option(name: "what", value: String(what), hint: "use DYNM_SHOW_PROCESS, DYNM_SHOW_UPTIME or both")
        }
        if what & DYNM_SHOW_PROCESS != 0 { node.runtime.showProcess() }
        if what & DYNM_SHOW_UPTIME != 0 { node.runtime.showUptime() }
    }
}

@_cdecl("dynm_work_handler_create") @implementation
public func dynm_work_handler_create(
    _ endpoint: OpaquePointer?, _ model: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status {
    status { () throws(MetricsError) in
        let out = try place(out)
        let node = try node(endpoint)
        let grip = WorkHandlerGrip(try WorkHandler.of(node, model: text(model)), node)
        out.pointee = try Handle.make(ObjectTag.workHandler, grip)
    }
}

@_cdecl("dynm_work_handler_free") @implementation
public func dynm_work_handler_free(_ handler: OpaquePointer?) {
    Handle.free(WorkHandlerGrip.self, ObjectTag.workHandler, raw(handler))
}

@_cdecl("dynm_work_handler_took") @implementation
public func dynm_work_handler_took(_ handle: OpaquePointer?, _ what: Int32, _ seconds: Double) -> dynm_status {
    status { () throws(MetricsError) in
        let handler = try workHandler(handle)
        switch what {
        case DYNM_TOOK_MODEL_LOAD: try handler.tookModelLoad(seconds)
        case DYNM_TOOK_CLEANUP: try handler.tookCleanup(seconds)
        case DYNM_TOOK_DRAIN: try handler.tookDrain(seconds)
        default: throw .option(name: "what", value: String(what), hint: "use DYNM_TOOK_…")
        }
    }
}

@_cdecl("dynm_work_handler_open_requests") @implementation
public func dynm_work_handler_open_requests(_ handle: OpaquePointer?) -> Int64 {
    (try? workHandler(handle))?.openRequests ?? 0
}

@_cdecl("dynm_work_handler_begin") @implementation
public func dynm_work_handler_begin(
    _ handle: OpaquePointer?, _ bytes: UInt64, _ isQueued: Int32, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status {
    status { () throws(MetricsError) in
        let out = try place(out)
        let handler = try workHandler(handle)
        let request = try Handle.reserve()
        Handle.fill(request, ObjectTag.workRequest, handler.begin(bytes: bytes, isQueued: isQueued != 0))
        out.pointee = request
    }
}

@_cdecl("dynm_work_request_start") @implementation
public func dynm_work_request_start(_ request: OpaquePointer?) { work(request)?.start() }

@_cdecl("dynm_work_request_received") @implementation
public func dynm_work_request_received(_ request: OpaquePointer?, _ bytes: UInt64) {
    work(request)?.received(bytes: bytes)
}

@_cdecl("dynm_work_request_sent") @implementation
public func dynm_work_request_sent(_ request: OpaquePointer?, _ bytes: UInt64) { work(request)?.sent(bytes: bytes) }

@_cdecl("dynm_work_request_retry") @implementation
public func dynm_work_request_retry(_ request: OpaquePointer?) { work(request)?.retry() }

@_cdecl("dynm_work_request_end") @implementation
public func dynm_work_request_end(_ handle: OpaquePointer?, _ outcome: Int32, _ error: UnsafePointer<CChar>?) {
    guard let request = work(handle) else { return }
    switch outcome {
    case DYNM_OUTCOME_OK: request.finish()
    case DYNM_OUTCOME_CANCELLED, DYNM_OUTCOME_DISCONNECTED: request.cancel()
    case DYNM_OUTCOME_TIMEOUT: request.timeOut()
    default: request.fail(text(error).flatMap { WorkError(rawValue: $0.string) } ?? .generate)
    }
}

@_cdecl("dynm_work_request_free") @implementation
public func dynm_work_request_free(_ request: OpaquePointer?) {
    Handle.free(WorkRequest.self, ObjectTag.workRequest, raw(request))
}

// MARK: frontends

private func frontend(_ handle: OpaquePointer?) throws(MetricsError) -> Frontend {
    try Handle.value(FrontendGrip.self, ObjectTag.frontend, raw(handle), "dynm_frontend").frontend
}

private func asked(_ handle: OpaquePointer?) -> FrontendRequest? {
    try? Handle.value(FrontendRequest.self, ObjectTag.frontendRequest, raw(handle), "dynm_frontend_request")
}

@_cdecl("dynm_frontend_create") @implementation
public func dynm_frontend_create(_ root: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?) -> dynm_status {
    status { () throws(MetricsError) in
        let out = try place(out)
        let node = try node(root)
        out.pointee = try Handle.make(ObjectTag.frontend, FrontendGrip(try Frontend.of(node), node))
    }
}

@_cdecl("dynm_frontend_free") @implementation
public func dynm_frontend_free(_ handle: OpaquePointer?) {
    Handle.free(FrontendGrip.self, ObjectTag.frontend, raw(handle))
}

@_cdecl("dynm_frontend_begin") @implementation
public func dynm_frontend_begin(
    _ handle: OpaquePointer?, _ model: UnsafePointer<CChar>?, _ endpoint: UnsafePointer<CChar>?,
    _ type: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status {
    status { () throws(MetricsError) in
        let out = try place(out)
        let frontend = try frontend(handle)
        let model = try required(model, "model")
        let type = text(type) ?? "stream"
        guard type == "stream" || type == "unary" else {
            throw .option(name: "request type", value: printable(type), hint: "use stream or unary")
        }
        let request = try Handle.reserve()
        let begun = try frontend.begin(model, text(endpoint) ?? "chat_completions", type)
        Handle.fill(request, ObjectTag.frontendRequest, begun)
        out.pointee = request
    }
}

@_cdecl("dynm_frontend_request_input") @implementation
public func dynm_frontend_request_input(_ request: OpaquePointer?, _ tokens: UInt64, _ cached: Int64) {
    asked(request)?.input(tokens: tokens, cached: UInt64(exactly: cached))
}

@_cdecl("dynm_frontend_request_responded") @implementation
public func dynm_frontend_request_responded(_ request: OpaquePointer?) { asked(request)?.responded() }

@_cdecl("dynm_frontend_request_tokens") @implementation
public func dynm_frontend_request_tokens(_ request: OpaquePointer?, _ count: UInt64) { asked(request)?.tokens(count) }

@_cdecl("dynm_frontend_request_end") @implementation
public func dynm_frontend_request_end(_ handle: OpaquePointer?, _ outcome: Int32, _ error: UnsafePointer<CChar>?) {
    guard let request = asked(handle) else { return }
    switch outcome {
    case DYNM_OUTCOME_OK: request.finish()
    case DYNM_OUTCOME_CANCELLED: request.cancel()
    case DYNM_OUTCOME_TIMEOUT: request.fail(.responseTimeout)
    case DYNM_OUTCOME_DISCONNECTED: request.disconnect()
    default: request.fail(text(error).flatMap { FrontendError(rawValue: $0.string) } ?? .internal)
    }
}

@_cdecl("dynm_frontend_request_free") @implementation
public func dynm_frontend_request_free(_ request: OpaquePointer?) {
    Handle.free(FrontendRequest.self, ObjectTag.frontendRequest, raw(request))
}

@_cdecl("dynm_frontend_set_model") @implementation
public func dynm_frontend_set_model(
    _ handle: OpaquePointer?, _ model: UnsafePointer<CChar>?, _ given: UnsafePointer<dynm_model_configuration>?
) -> dynm_status {
    status { () throws(MetricsError) in
        let frontend = try frontend(handle)
        let model = try required(model, "model")
        // What an older caller's struct does not have is not known.
        var unknown = dynm_model_configuration()
        unknown.is_ready = -1
        unknown.total_kv_blocks = -1
        unknown.max_num_seqs = -1
        unknown.max_num_batched_tokens = -1
        unknown.context_length = -1
        unknown.kv_cache_block_size = -1
        unknown.migration_limit = -1
        guard let found = try options(given, unknown) else { return try frontend.remove(model: model.string) }
        func known(_ value: Int64) -> Int64? { value < 0 ? nil : value }
        var configuration = ModelConfiguration()
        configuration.isReady = known(found.is_ready).map { $0 != 0 }
        configuration.totalKVBlocks = known(found.total_kv_blocks)
        configuration.maxNumSeqs = known(found.max_num_seqs)
        configuration.maxNumBatchedTokens = known(found.max_num_batched_tokens)
        configuration.contextLength = known(found.context_length)
        configuration.kvCacheBlockSize = known(found.kv_cache_block_size)
        configuration.migrationLimit = known(found.migration_limit)
        try frontend.set(model: model.string, configuration)
    }
}

@_cdecl("dynm_frontend_on_refresh") @implementation
public func dynm_frontend_on_refresh(
    _ handle: OpaquePointer?, _ interval: Double, _ fn: dynm_update_fn?, _ payload: UnsafeMutableRawPointer?,
    _ release: dynm_release_fn?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status {
    status { () throws(MetricsError) in
        let fn = try required(callback: fn)
        let frontend = try frontend(handle)
        guard interval >= 0, interval.isFinite else {
            throw .option(name: "interval", value: "\(interval)", hint: "give seconds, like 8")
        }
        try give(out) { () throws(MetricsError) in
            let payload = Payload(payload, release)
            return try frontend.onRefresh(interval: interval) { () throws(SourceFailure) in
                if fn(payload.pointer) != DYNM_OK { throw .failed }
            }
        }
    }
}

// MARK: KV blocks

private func kvBlocks(_ handle: OpaquePointer?) throws(MetricsError) -> KVBlockManager {
    try Handle.value(KVBlockManager.self, ObjectTag.kvBlocks, raw(handle), "dynm_kv_blocks")
}

@_cdecl("dynm_kv_blocks_create") @implementation
public func dynm_kv_blocks_create(_ handle: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?) -> dynm_status
{
    status { () throws(MetricsError) in
        let out = try place(out)
        out.pointee = try Handle.make(ObjectTag.kvBlocks, KVBlockManager.of(node(handle)))
    }
}

@_cdecl("dynm_kv_blocks_free") @implementation
public func dynm_kv_blocks_free(_ blocks: OpaquePointer?) {
    Handle.free(KVBlockManager.self, ObjectTag.kvBlocks, raw(blocks))
}

@_cdecl("dynm_kv_blocks_moved") @implementation
public func dynm_kv_blocks_moved(
    _ handle: OpaquePointer?, _ move: UnsafePointer<CChar>?, _ count: UInt64, _ bytes: UInt64
) -> dynm_status {
    status { () throws(MetricsError) in
        let word = try required(move, "move")
        guard let way = KVMove(rawValue: word.string) else {
            let right = KVMove.allCases.map(\.rawValue).joined(separator: ", ")
            throw .option(name: "move", value: printable(word), hint: "use one of \(right)")
        }
        try kvBlocks(handle).moved(way, blocks: count, bytes: bytes)
    }
}

@_cdecl("dynm_kv_blocks_matched") @implementation
public func dynm_kv_blocks_matched(_ handle: OpaquePointer?, _ tokens: UInt64) -> dynm_status {
    status { () throws(MetricsError) in try kvBlocks(handle).matched(tokens: tokens) }
}

@_cdecl("dynm_kv_blocks_failed") @implementation
public func dynm_kv_blocks_failed(_ handle: OpaquePointer?, _ reading: UInt64, _ writing: UInt64) -> dynm_status {
    status { () throws(MetricsError) in
        let blocks = try kvBlocks(handle)
        blocks.failed(reading: reading)
        blocks.failed(writing: writing)
    }
}

@_cdecl("dynm_kv_blocks_looked_up") @implementation
public func dynm_kv_blocks_looked_up(
    _ handle: OpaquePointer?, _ tier: UnsafePointer<CChar>?, _ count: UInt64, _ hits: UInt64
) -> dynm_status {
    status { () throws(MetricsError) in
        let word = try required(tier, "tier")
        guard let tier = KVTier(rawValue: word.string) else {
            throw .option(name: "tier", value: printable(word), hint: "use host, disk or object")
        }
        try kvBlocks(handle).lookedUp(tier, blocks: count, hits: hits)
    }
}
