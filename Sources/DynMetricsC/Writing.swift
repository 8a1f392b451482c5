// dynmetrics.h, "Writers".

import CDynCells
import CDynMetrics
import DynInstruments
import DynModel

private func createWriter(
    _ handle: OpaquePointer?, _ kind: dyncells_kind, _ what: String, _ out: UnsafeMutablePointer<OpaquePointer?>?,
    _ make: (CellPointer) -> Cell
) -> dynm_status {
    status { () throws(MetricsError) in
        let out = try place(out)
        guard let cell = cell(handle, kind) else {
            throw .handle(Handle.complaint(handle.map { UnsafeRawPointer($0) }, what))
        }
        out.pointee = OpaquePointer(try make(cell).takeWriter())
    }
}

private func freeWriter(_ writer: OpaquePointer?) {
    if let cell = cell(writer, DYNCELLS_WRITER) { Cell.giveBackWriter(cell) }
}

@_cdecl("dynm_counter_writer_create") @implementation
public func dynm_counter_writer_create(
    _ counter: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { createWriter(counter, DYNCELLS_COUNTER, "dynm_counter", out) { .counter($0) } }

@_cdecl("dynm_counter_writer_free") @implementation
public func dynm_counter_writer_free(_ writer: OpaquePointer?) { freeWriter(writer) }

@_cdecl("dynm_intcounter_writer_create") @implementation
public func dynm_intcounter_writer_create(
    _ counter: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { createWriter(counter, DYNCELLS_INTCOUNTER, "dynm_intcounter", out) { .intCounter($0) } }

@_cdecl("dynm_intcounter_writer_free") @implementation
public func dynm_intcounter_writer_free(_ writer: OpaquePointer?) { freeWriter(writer) }

@_cdecl("dynm_histogram_writer_create") @implementation
public func dynm_histogram_writer_create(
    _ histogram: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { createWriter(histogram, DYNCELLS_HISTOGRAM, "dynm_histogram", out) { .histogram($0) } }

@_cdecl("dynm_histogram_writer_free") @implementation
public func dynm_histogram_writer_free(_ writer: OpaquePointer?) { freeWriter(writer) }
