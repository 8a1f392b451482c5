// dynmetrics.h, "Exemplars, infos and states".

import CDynCells
import CDynMetrics
import DynInstruments
import DynModel

/// The cell behind the handle of a single metric of this kind.
private func cell(_ handle: OpaquePointer?, _ kind: dyncells_kind, _ what: String) throws(MetricsError) -> CellPointer {
    guard let cell = cell(handle, kind) else {
        throw .handle(Handle.complaint(handle.map { UnsafeRawPointer($0) }, what))
    }
    return cell
}

@_cdecl("dynm_counter_inc_by_with_exemplar") @implementation
public func dynm_counter_inc_by_with_exemplar(
    _ counter: OpaquePointer?, _ delta: Double, _ given: UnsafePointer<dynm_label>?, _ count: Int
) -> dynm_status {
    status { () throws(MetricsError) in
        let cell = try cell(counter, DYNCELLS_COUNTER, "dynm_counter")
        dyncells_counter_add(cell, delta)
        try Cell.counter(cell).keepExemplar(labels(given, count, "labels"), value: delta)
    }
}

@_cdecl("dynm_intcounter_inc_by_with_exemplar") @implementation
public func dynm_intcounter_inc_by_with_exemplar(
    _ counter: OpaquePointer?, _ delta: UInt64, _ given: UnsafePointer<dynm_label>?, _ count: Int
) -> dynm_status {
    status { () throws(MetricsError) in
        let cell = try cell(counter, DYNCELLS_INTCOUNTER, "dynm_intcounter")
        dyncells_add(cell, delta)
        try Cell.intCounter(cell).keepExemplar(labels(given, count, "labels"), value: Double(delta))
    }
}

@_cdecl("dynm_histogram_observe_with_exemplar") @implementation
public func dynm_histogram_observe_with_exemplar(
    _ histogram: OpaquePointer?, _ value: Double, _ given: UnsafePointer<dynm_label>?, _ count: Int
) -> dynm_status {
    status { () throws(MetricsError) in
        let cell = try cell(histogram, DYNCELLS_HISTOGRAM, "dynm_histogram")
        dyncells_observe(cell, value)
        try Cell.histogram(cell).keepExemplar(labels(given, count, "labels"), value: value)
    }
}

// MARK: - infos and states

private func metric(_ handle: OpaquePointer?, _ type: InstrumentType, _ what: String) throws(MetricsError) -> Metric {
    try Handle.value(Metric.self, ObjectTag.metric(type), handle.map { UnsafeRawPointer($0) }, what)
}

@_cdecl("dynm_info_set") @implementation
public func dynm_info_set(_ info: OpaquePointer?, _ given: UnsafePointer<dynm_label>?, _ count: Int) -> dynm_status {
    status { () throws(MetricsError) in
        try metric(info, .info, "dynm_info").setInfo(labels(given, count, "labels"))
    }
}

@_cdecl("dynm_stateset_enter") @implementation
public func dynm_stateset_enter(_ stateset: OpaquePointer?, _ state: UnsafePointer<CChar>?) -> dynm_status {
    status { () throws(MetricsError) in
        try metric(stateset, .stateset, "dynm_stateset").setState(required(state, "state"), isOn: true, alone: true)
    }
}

@_cdecl("dynm_stateset_set") @implementation
public func dynm_stateset_set(
    _ stateset: OpaquePointer?, _ state: UnsafePointer<CChar>?, _ isOn: Int32
) -> dynm_status {
    status { () throws(MetricsError) in
        try metric(stateset, .stateset, "dynm_stateset").setState(required(state, "state"), isOn: isOn != 0)
    }
}
