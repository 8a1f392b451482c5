// dynmetrics.h, the configuration of a runtime.

import CDynMetrics
import DynModel
import DynRegistry

@_cdecl("dynm_runtime_configure") @implementation
public func dynm_runtime_configure(
    _ handle: OpaquePointer?, _ path: UnsafePointer<CChar>?, _ given: UnsafePointer<CChar>?, _ length: Int
) -> dynm_status {
    status { () throws(MetricsError) in
        let root = try node(handle)
        guard given != nil || length > 0 else { return try root.configure(path: try required(path, "path").string) }
        try root.configure(text: try buffer(given, length, "text"), title: text(path)?.string ?? "configuration")
    }
}
