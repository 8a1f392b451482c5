// dynmetrics.h, "Runtime and nodes".

import CDynMetrics
import DynModel
import DynRegistry

func node(_ handle: OpaquePointer?) throws(MetricsError) -> Node {
    try Handle.value(Node.self, ObjectTag.node, handle.map { UnsafeRawPointer($0) }, "dynm_node")
}

/// Fails when the caller gave nowhere to put the result.
func place<Value>(_ out: UnsafeMutablePointer<Value>?) throws(MetricsError) -> UnsafeMutablePointer<Value> {
    guard let out else { throw .option(name: "out", value: "NULL", hint: "give a pointer for the result") }
    return out
}

@_cdecl("dynm_runtime_create") @implementation
public func dynm_runtime_create(
    _ options: UnsafePointer<dynm_runtime_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status {
    status { () throws(MetricsError) in
        let out = try place(out)
        let given = try DynMetricsC.options(options, dynm_runtime_options()) ?? dynm_runtime_options()
        let root = try Node(
            connectionID: given.has_connection_id != 0 ? given.connection_id : nil,
            constantLabels: labels(given.constant_labels, given.constant_label_count, "constant labels"))
        out.pointee = try Handle.make(ObjectTag.node, root)
    }
}

@_cdecl("dynm_runtime_default") @implementation
public func dynm_runtime_default(_ out: UnsafeMutablePointer<OpaquePointer?>?) -> dynm_status {
    status { () throws(MetricsError) in
        let out = try place(out)
        out.pointee = try Handle.make(ObjectTag.node, Node.shared())
    }
}

@_cdecl("dynm_node_namespace") @implementation
public func dynm_node_namespace(
    _ parent: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { child(parent, .namespace, name, out) }

@_cdecl("dynm_node_component") @implementation
public func dynm_node_component(
    _ parent: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { child(parent, .component, name, out) }

@_cdecl("dynm_node_endpoint") @implementation
public func dynm_node_endpoint(
    _ parent: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { child(parent, .endpoint, name, out) }

private func child(
    _ parent: OpaquePointer?, _ level: Level, _ name: UnsafePointer<CChar>?,
    _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status {
    status { () throws(MetricsError) in
        let out = try place(out)
        let child = try node(parent).child(level, required(name, "\(level.rawValue) name"))
        out.pointee = try Handle.make(ObjectTag.node, child)
    }
}

@_cdecl("dynm_node_copy") @implementation
public func dynm_node_copy(_ handle: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?) -> dynm_status {
    status { () throws(MetricsError) in
        let out = try place(out)
        out.pointee = try Handle.make(ObjectTag.node, node(handle))
    }
}

@_cdecl("dynm_node_free") @implementation
public func dynm_node_free(_ handle: OpaquePointer?) {
    Handle.free(Node.self, ObjectTag.node, handle.map { UnsafeRawPointer($0) })
}

@_cdecl("dynm_node_connection_id") @implementation
public func dynm_node_connection_id(_ handle: OpaquePointer?) -> UInt64 {
    (try? node(handle))?.runtime.connectionID ?? 0
}

@_cdecl("dynm_node_set_health_status") @implementation
public func dynm_node_set_health_status(_ endpoint: OpaquePointer?, _ health: Int32) -> dynm_status {
    status { () throws(MetricsError) in
        guard health == DYNM_HEALTH_READY || health == DYNM_HEALTH_NOTREADY else {
            throw .option(name: "health status", value: String(health), hint: "use ready (1) or notready (0)")
        }
        try node(endpoint).setReady(health == DYNM_HEALTH_READY)
    }
}
