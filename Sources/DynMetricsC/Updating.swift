// dynmetrics.h, "Updating metrics". Hot: a NULL check, then the cell.

import CDynMetrics
import DynInstruments

/// The cell behind a handle; nil for NULL, which is counted.
@inline(__always)
private func cell<Cell: ~Copyable>(_ handle: OpaquePointer?, _ type: Cell.Type) -> UnsafeMutablePointer<Cell>? {
    guard let handle else {
        refusedUpdates.add()
        return nil
    }
    return UnsafeMutablePointer<Cell>(handle)
}

@_cdecl("dynm_counter_inc") @implementation
public func dynm_counter_inc(_ counter: OpaquePointer?) {
    cell(counter, CounterCell.self)?.pointee.inc()
}

@_cdecl("dynm_counter_inc_by") @implementation
public func dynm_counter_inc_by(_ counter: OpaquePointer?, _ delta: Double) {
    cell(counter, CounterCell.self)?.pointee.add(delta)
}

@_cdecl("dynm_counter_get") @implementation
public func dynm_counter_get(_ counter: OpaquePointer?) -> Double {
    cell(counter, CounterCell.self)?.pointee.value ?? 0
}

@_cdecl("dynm_intcounter_inc") @implementation
public func dynm_intcounter_inc(_ counter: OpaquePointer?) {
    cell(counter, IntCounterCell.self)?.pointee.add(1)
}

@_cdecl("dynm_intcounter_inc_by") @implementation
public func dynm_intcounter_inc_by(_ counter: OpaquePointer?, _ delta: UInt64) {
    cell(counter, IntCounterCell.self)?.pointee.add(delta)
}

@_cdecl("dynm_intcounter_get") @implementation
public func dynm_intcounter_get(_ counter: OpaquePointer?) -> UInt64 {
    cell(counter, IntCounterCell.self)?.pointee.value ?? 0
}

@_cdecl("dynm_gauge_set") @implementation
public func dynm_gauge_set(_ gauge: OpaquePointer?, _ value: Double) {
    cell(gauge, GaugeCell.self)?.pointee.set(value)
}

@_cdecl("dynm_gauge_add") @implementation
public func dynm_gauge_add(_ gauge: OpaquePointer?, _ delta: Double) {
    cell(gauge, GaugeCell.self)?.pointee.add(delta)
}

@_cdecl("dynm_gauge_get") @implementation
public func dynm_gauge_get(_ gauge: OpaquePointer?) -> Double {
    cell(gauge, GaugeCell.self)?.pointee.value ?? 0
}

@_cdecl("dynm_intgauge_set") @implementation
public func dynm_intgauge_set(_ gauge: OpaquePointer?, _ value: Int64) {
    cell(gauge, IntGaugeCell.self)?.pointee.set(value)
}

@_cdecl("dynm_intgauge_add") @implementation
public func dynm_intgauge_add(_ gauge: OpaquePointer?, _ delta: Int64) {
    cell(gauge, IntGaugeCell.self)?.pointee.add(delta)
}

@_cdecl("dynm_intgauge_get") @implementation
public func dynm_intgauge_get(_ gauge: OpaquePointer?) -> Int64 {
    cell(gauge, IntGaugeCell.self)?.pointee.value ?? 0
}

@_cdecl("dynm_histogram_observe") @implementation
public func dynm_histogram_observe(_ histogram: OpaquePointer?, _ value: Double) {
    cell(histogram, HistogramCell.self)?.pointee.observe(value)
}

@_cdecl("dynm_histogram_count") @implementation
public func dynm_histogram_count(_ histogram: OpaquePointer?) -> UInt64 {
    cell(histogram, HistogramCell.self)?.pointee.count ?? 0
}

@_cdecl("dynm_histogram_sum") @implementation
public func dynm_histogram_sum(_ histogram: OpaquePointer?) -> Double {
    cell(histogram, HistogramCell.self)?.pointee.sum ?? 0
}

@_cdecl("dynm_summary_observe") @implementation
public func dynm_summary_observe(_ summary: OpaquePointer?, _ value: Double) {
    cell(summary, HistogramCell.self)?.pointee.observe(value)
}

@_cdecl("dynm_summary_count") @implementation
public func dynm_summary_count(_ summary: OpaquePointer?) -> UInt64 {
    cell(summary, HistogramCell.self)?.pointee.count ?? 0
}

@_cdecl("dynm_summary_sum") @implementation
public func dynm_summary_sum(_ summary: OpaquePointer?) -> Double {
    cell(summary, HistogramCell.self)?.pointee.sum ?? 0
}
