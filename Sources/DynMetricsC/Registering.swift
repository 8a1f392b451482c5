// dynmetrics.h, "Callbacks and directories".

import CDynMetrics
import DynExposition
import DynMetrics
import DynModel
import DynRegistry
import DynSources

func sourceOptions(_ given: UnsafePointer<dynm_source_options>?) throws(MetricsError) -> SourceOptions {
    guard let options = try options(given, dynm_source_options()) else { return SourceOptions(added: .constantLabels) }
    let added: SourceOptions.AddedLabels =
        switch options.node_labels {
        case DYNM_LABELS_CONSTANT: .constantLabels
        case DYNM_LABELS_NODE: .nodeLabels
        case DYNM_LABELS_NONE: .nothing
        default: throw .option(name: "node_labels", value: String(options.node_labels), hint: "use DYNM_LABELS_…")
        }
    let name = try text(options.name).map { name throws(MetricsError) -> String in
        guard !name.isEmpty, name.isValidUTF8 else { throw .text(what: "source name", value: printable(name)) }
        return printable(name)
    }
    return SourceOptions(
        name: name, filter: try filter(options.filter), added: added, foldsDeadWriters: options.fold_dead_writers != 0,
        standsForText: options.as_text != 0)
}

/// Registers by `register` and gives its handle, if one is wanted. Nothing fails once something is registered: a
/// refused payload is still the caller's.
func give(
    _ out: UnsafeMutablePointer<OpaquePointer?>?, _ register: () throws(MetricsError) -> Registration
) throws(MetricsError) {
    guard let out else {
        _ = try register()
        return
    }
    let handle = try Handle.reserve()
    Handle.fill(handle, ObjectTag.registration, try register())
    out.pointee = handle
}

func required<Function>(callback: Function?) throws(MetricsError) -> Function {
    guard let callback else { throw .option(name: "callback", value: "NULL", hint: "give a function") }
    return callback
}

@_cdecl("dynm_node_on_scrape") @implementation
public func dynm_node_on_scrape(
    _ handle: OpaquePointer?, _ fn: dynm_update_fn?, _ payload: UnsafeMutableRawPointer?, _ release: dynm_release_fn?,
    _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status {
    status { () throws(MetricsError) in
        let fn = try required(callback: fn)
        let node = try node(handle)
        try give(out) { () throws(MetricsError) in
            let payload = Payload(payload, release)
            return node.onScrape { () throws(SourceFailure) in
                if fn(payload.pointer) != DYNM_OK { throw .failed }
            }
        }
    }
}

@_cdecl("dynm_node_register_text") @implementation
public func dynm_node_register_text(
    _ handle: OpaquePointer?, _ given: UnsafePointer<dynm_source_options>?, _ fn: dynm_text_fn?,
    _ payload: UnsafeMutableRawPointer?, _ release: dynm_release_fn?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status {
    status { () throws(MetricsError) in
        let fn = try required(callback: fn)
        let node = try node(handle)
        let options = try sourceOptions(given)
        try give(out) { () throws(MetricsError) in
            let payload = Payload(payload, release)
            let most = node.runtime.sourceBudget.bytes
            return node.registerText(options) { () throws(SourceFailure) in try collectText(fn, payload, most) }
        }
    }
}

/// What a callback wrote into our sink.
func collectText(_ fn: dynm_text_fn, _ payload: Payload, _ most: Int) throws(SourceFailure) -> Text {
    let collector = TextCollector(most: most)
    var sink = dynm_sink(
        write: { data, length, raw in
            guard let raw else { return DYNM_EINVAL }
            return Unmanaged<TextCollector>.fromOpaque(raw).takeUnretainedValue().append(data, length)
        },
        payload: Unmanaged.passUnretained(collector).toOpaque())
    let answer = withExtendedLifetime(collector) { fn(&sink, payload.pointer) }
    guard answer == DYNM_OK else { throw .failed }
    return collector.finish()
}

private final class TextCollector {
    private var writer = ByteWriter(capacity: 1 << 16)
    private let most: Int

    init(most: Int) { self.most = most }

    func append(_ data: UnsafePointer<CChar>?, _ length: Int) -> dynm_status {
        guard length > 0 else { return length == 0 ? DYNM_OK : DYNM_EINVAL }
        guard let data else { return DYNM_EINVAL }
        // One byte more than is allowed tells who reads it that there was more.
        let room = max(0, most &- writer.count &+ 1)
        writer.append(UnsafeRawBufferPointer(start: data, count: min(length, room)))
        return writer.isTruncated ? DYNM_ENOMEM : DYNM_OK
    }

    func finish() -> Text { writer.finish() }
}

@_cdecl("dynm_node_register_typed") @implementation
public func dynm_node_register_typed(
    _ handle: OpaquePointer?, _ given: UnsafePointer<dynm_source_options>?, _ fn: dynm_typed_fn?,
    _ payload: UnsafeMutableRawPointer?, _ release: dynm_release_fn?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status {
    status { () throws(MetricsError) in
        let fn = try required(callback: fn)
        let node = try node(handle)
        let options = try sourceOptions(given)
        try give(out) { () throws(MetricsError) in
            let payload = Payload(payload, release)
            return node.registerTyped(options) { emitter throws(SourceFailure) in
                let box = EmitterBox(emitter)
                let isWell = box.run { fn($0, payload.pointer) == DYNM_OK }
                emitter = box.emitter
                if !isWell { throw .failed }
            }
        }
    }
}

@_cdecl("dynm_node_add_multiprocess_dir") @implementation
public func dynm_node_add_multiprocess_dir(
    _ handle: OpaquePointer?, _ path: UnsafePointer<CChar>?, _ given: UnsafePointer<dynm_source_options>?,
    _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status {
    status { () throws(MetricsError) in
        let node = try node(handle)
        let options = try sourceOptions(given)
        let path = try required(path, "directory").string
        try give(out) { () throws(MetricsError) in try node.addMultiprocessDirectory(path, options) }
    }
}

@_cdecl("dynm_node_add_page_source") @implementation
public func dynm_node_add_page_source(
    _ handle: OpaquePointer?, _ url: UnsafePointer<CChar>?, _ given: UnsafePointer<dynm_source_options>?,
    _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status {
    status { () throws(MetricsError) in
        let node = try node(handle)
        let source = try sourceOptions(given)
        let allowsRemote = try options(given, dynm_source_options())?.allow_remote ?? 0 != 0
        let url = try required(url, "URL").string
        try give(out) { () throws(MetricsError) in
            try node.addPageSource(url, source, allowsRemote: allowsRemote)
        }
    }
}

@_cdecl("dynm_registration_set_stale_policy") @implementation
public func dynm_registration_set_stale_policy(_ handle: OpaquePointer?, _ given: Int32) -> dynm_status {
    status { () throws(MetricsError) in
        guard let policy = StalePolicy(rawValue: given) else {
            throw .option(name: "stale policy", value: String(given), hint: "use DYNM_STALE_…")
        }
        try Handle.value(
            Registration.self, ObjectTag.registration, handle.map { UnsafeRawPointer($0) }, "dynm_registration"
        ).setStalePolicy(policy)
    }
}

@_cdecl("dynm_registration_close") @implementation
public func dynm_registration_close(_ handle: OpaquePointer?) -> dynm_status {
    status { () throws(MetricsError) in
        try Handle.value(
            Registration.self, ObjectTag.registration, handle.map { UnsafeRawPointer($0) }, "dynm_registration"
        ).close()
    }
}

@_cdecl("dynm_registration_free") @implementation
public func dynm_registration_free(_ handle: OpaquePointer?) {
    Handle.free(Registration.self, ObjectTag.registration, handle.map { UnsafeRawPointer($0) })
}
