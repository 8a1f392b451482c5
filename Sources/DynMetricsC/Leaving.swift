// dynmetrics.h, taking series off the page by their labels.

import CDynMetrics
import DynModel
import DynRegistry

@_cdecl("dynm_node_remove_matching") @implementation
public func dynm_node_remove_matching(
    _ handle: OpaquePointer?, _ given: UnsafePointer<dynm_label>?, _ count: Int, _ removed: UnsafeMutablePointer<Int>?
) -> dynm_status {
    status { () throws(MetricsError) in
        let found = try node(handle).removeMatching(labels(given, count, "labels"))
        removed?.pointee = found
    }
}

@_cdecl("dynm_node_hide_matching") @implementation
public func dynm_node_hide_matching(
    _ handle: OpaquePointer?, _ given: UnsafePointer<dynm_label>?, _ count: Int
) -> dynm_status {
    status { () throws(MetricsError) in try node(handle).hideMatching(labels(given, count, "labels")) }
}

@_cdecl("dynm_node_show_matching") @implementation
public func dynm_node_show_matching(
    _ handle: OpaquePointer?, _ given: UnsafePointer<dynm_label>?, _ count: Int
) -> dynm_status {
    status { () throws(MetricsError) in try node(handle).showMatching(labels(given, count, "labels")) }
}
