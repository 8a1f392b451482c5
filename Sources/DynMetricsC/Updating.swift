// dynmetrics.h, "Updating metrics": what is read. The updates themselves are in CDynMetrics/updating.c.

import CDynCells
import CDynMetrics
import DynInstruments

/// The cell of a metric that is read; nil for anything else.
func cell(_ handle: OpaquePointer?, _ kind: dyncells_kind) -> CellPointer? {
    guard let handle, dyncells_kind_of(UnsafeRawPointer(handle)) == kind else { return nil }
    return CellPointer(handle)
}

@_cdecl("dynm_counter_get") @implementation
public func dynm_counter_get(_ counter: OpaquePointer?) -> Double {
    cell(counter, DYNCELLS_COUNTER).map { Cell.counterValue($0, MetricOwner.writers(of: $0)) } ?? 0
}

@_cdecl("dynm_intcounter_get") @implementation
public func dynm_intcounter_get(_ counter: OpaquePointer?) -> UInt64 {
    cell(counter, DYNCELLS_INTCOUNTER).map { Cell.intCounterValue($0, MetricOwner.writers(of: $0)) } ?? 0
}

@_cdecl("dynm_gauge_get") @implementation
public func dynm_gauge_get(_ gauge: OpaquePointer?) -> Double {
    (cell(gauge, DYNCELLS_GAUGE) ?? cell(gauge, DYNCELLS_AGEING)).map { Cell.gaugeValue($0) } ?? 0
}

@_cdecl("dynm_intgauge_get") @implementation
public func dynm_intgauge_get(_ gauge: OpaquePointer?) -> Int64 {
    cell(gauge, DYNCELLS_INTGAUGE).map { Cell.intGaugeValue($0) } ?? 0
}

@_cdecl("dynm_histogram_count") @implementation
public func dynm_histogram_count(_ histogram: OpaquePointer?) -> UInt64 {
    cell(histogram, DYNCELLS_HISTOGRAM).map { Cell.histogramCount($0, MetricOwner.writers(of: $0)) } ?? 0
}

@_cdecl("dynm_histogram_sum") @implementation
public func dynm_histogram_sum(_ histogram: OpaquePointer?) -> Double {
    cell(histogram, DYNCELLS_HISTOGRAM).map { Cell.histogramSum($0, MetricOwner.writers(of: $0)) } ?? 0
}

@_cdecl("dynm_summary_count") @implementation
public func dynm_summary_count(_ summary: OpaquePointer?) -> UInt64 {
    cell(summary, DYNCELLS_SUMMARY).map { Cell.histogramCount($0, []) } ?? 0
}

@_cdecl("dynm_summary_sum") @implementation
public func dynm_summary_sum(_ summary: OpaquePointer?) -> Double {
    cell(summary, DYNCELLS_SUMMARY).map { Cell.histogramSum($0, []) } ?? 0
}
