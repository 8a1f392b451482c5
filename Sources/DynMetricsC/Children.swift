// dynmetrics.h, "Children of vecs".

import CDynMetrics
import DynInstruments
import DynModel

/// What is left of `dynm_…_vec_with` when CDynMetrics finds no child: it is made, or the reason told. `type` is the number in
/// ``ObjectTag/metric(_:)``.
@_cdecl("dynmetrics_make_child")
public func dynmetrics_make_child(
    _ type: Int32, _ handle: UnsafeMutableRawPointer?, _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int,
    _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status {
    status { () throws(MetricsError) in
        let out = try place(out)
        guard let type = InstrumentType.allCases.first(where: { ObjectTag.number($0) == UInt64(clamping: type) }) else {
            throw .handle("no such type of vec")
        }
        let vec = try Handle.value(Metric.self, ObjectTag.metric(type), handle, type.typeName(isVec: true))
        out.pointee = OpaquePointer(try vec.child(texts(values, count, "label value")).pointer)
    }
}

/// A vec of any type.
private func vec(_ handle: UnsafeMutableRawPointer?) throws(MetricsError) -> Metric {
    let tag = Handle.tag(handle)
    guard ObjectTag.isVec(tag) else { throw .handle(Handle.complaint(handle, "vec")) }
    return try Handle.value(Metric.self, tag, handle, "vec")
}

@_cdecl("dynm_vec_with_labels") @implementation
public func dynm_vec_with_labels(
    _ handle: UnsafeMutableRawPointer?, _ given: UnsafePointer<dynm_label>?, _ count: Int,
    _ out: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> dynm_status {
    status { () throws(MetricsError) in
        let out = try place(out)
        let vec = try vec(handle)
        out.pointee = UnsafeMutableRawPointer(try vec.child(vec.values(from: labels(given, count, "labels"))).pointer)
    }
}

@_cdecl("dynm_vec_remove") @implementation
public func dynm_vec_remove(
    _ handle: UnsafeMutableRawPointer?, _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int
) -> dynm_status {
    status { () throws(MetricsError) in
        try vec(handle).remove(texts(values, count, "label value"))
    }
}

@_cdecl("dynm_vec_clear") @implementation
public func dynm_vec_clear(_ handle: UnsafeMutableRawPointer?) -> dynm_status {
    status { () throws(MetricsError) in
        try vec(handle).removeAll()
    }
}
