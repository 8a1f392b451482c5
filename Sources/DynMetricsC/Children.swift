// dynmetrics.h, "Children of vecs".

import CDynCells
import CDynMetrics
import DynInstruments
import DynModel

private func child(
    _ type: InstrumentType, _ handle: OpaquePointer?, _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int,
    _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status {
    // One that is there is found without a lock.
    if let out, let found = dyncells_find_child(handle.map { UnsafeRawPointer($0) }, ObjectTag.metric(type), values, count) {
        out.pointee = OpaquePointer(found)
        return DYNM_OK
    }
    return status { () throws(MetricsError) in
        let out = try place(out)
        let vec = try Handle.value(
            Metric.self, ObjectTag.metric(type), handle.map { UnsafeRawPointer($0) }, type.typeName(isVec: true))
        out.pointee = OpaquePointer(try vec.child(texts(values, count, "label value")).pointer)
    }
}

/// A vec of any type.
private func vec(_ handle: UnsafeMutableRawPointer?) throws(MetricsError) -> Metric {
    let tag = Handle.tag(handle)
    guard ObjectTag.isVec(tag) else { throw .handle(Handle.complaint(handle, "vec")) }
    return try Handle.value(Metric.self, tag, handle, "vec")
}

@_cdecl("dynm_counter_vec_with") @implementation
public func dynm_counter_vec_with(
    _ vec: OpaquePointer?, _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int,
    _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { child(.counter, vec, values, count, out) }

@_cdecl("dynm_intcounter_vec_with") @implementation
public func dynm_intcounter_vec_with(
    _ vec: OpaquePointer?, _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int,
    _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { child(.intCounter, vec, values, count, out) }

@_cdecl("dynm_gauge_vec_with") @implementation
public func dynm_gauge_vec_with(
    _ vec: OpaquePointer?, _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int,
    _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { child(.gauge, vec, values, count, out) }

@_cdecl("dynm_intgauge_vec_with") @implementation
public func dynm_intgauge_vec_with(
    _ vec: OpaquePointer?, _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int,
    _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { child(.intGauge, vec, values, count, out) }

@_cdecl("dynm_histogram_vec_with") @implementation
public func dynm_histogram_vec_with(
    _ vec: OpaquePointer?, _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int,
    _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { child(.histogram, vec, values, count, out) }

@_cdecl("dynm_summary_vec_with") @implementation
public func dynm_summary_vec_with(
    _ vec: OpaquePointer?, _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int,
    _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { child(.summary, vec, values, count, out) }

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
