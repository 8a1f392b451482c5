// dynmetrics.h, the emitter of typed callbacks: good only while its callback runs. And what they keep for the next scrape.

import CDynMetrics
import CDynSupport
import DynExposition
import DynModel
import DynSources

/// What a dynm_emitter handle stands for.
final class EmitterBox {
    var emitter: FamilyEmitter

    init(_ emitter: FamilyEmitter) {
        self.emitter = emitter
    }

    /// Runs `body` with a handle that ends with it.
    func run(_ body: (OpaquePointer) -> Bool) -> Bool {
        guard let handle = try? Handle.make(ObjectTag.emitter, self) else { return false }
        defer { Handle.free(EmitterBox.self, ObjectTag.emitter, UnsafeRawPointer(handle)) }
        return body(handle)
    }
}

private func box(_ handle: OpaquePointer?) throws(MetricsError) -> EmitterBox {
    try Handle.value(EmitterBox.self, ObjectTag.emitter, handle.map { UnsafeRawPointer($0) }, "dynm_emitter")
}

@_cdecl("dynm_emit_family") @implementation
public func dynm_emit_family(
    _ handle: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ help: UnsafePointer<CChar>?, _ kind: Int32,
    _ unit: UnsafePointer<CChar>?
) -> dynm_status {
    status { () throws(MetricsError) in
        let box = try box(handle)
        guard let kind = UInt8(exactly: kind).flatMap({ MetricKind(rawValue: $0) }) else {
            throw .option(name: "kind", value: String(kind), hint: "use one of DYNM_KIND_…, 0 to 7")
        }
        try box.emitter.family(required(name, "family name"), help: text(help) ?? "", kind: kind, unit: text(unit))
    }
}

@_cdecl("dynm_emit_sample") @implementation
public func dynm_emit_sample(
    _ handle: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ given: UnsafePointer<dynm_label>?, _ count: Int,
    _ value: Double, _ timestamp: UnsafePointer<Double>?
) -> dynm_status {
    status { () throws(MetricsError) in
        try box(handle).emitter.sample(
            required(name, "sample name"), labels(given, count, "labels"), value, timestamp: timestamp?.pointee)
    }
}

@_cdecl("dynm_emit_exemplar") @implementation
public func dynm_emit_exemplar(
    _ handle: OpaquePointer?, _ given: UnsafePointer<dynm_label>?, _ count: Int, _ value: Double,
    _ timestamp: UnsafePointer<Double>?
) -> dynm_status {
    status { () throws(MetricsError) in
        try box(handle).emitter.exemplar(labels(given, count, "labels"), value, timestamp: timestamp?.pointee)
    }
}

@_cdecl("dynm_emit_histogram") @implementation
public func dynm_emit_histogram(
    _ handle: OpaquePointer?, _ given: UnsafePointer<dynm_label>?, _ labelCount: Int, _ bounds: UnsafePointer<Double>?,
    _ counts: UnsafePointer<UInt64>?, _ boundCount: Int, _ sum: Double
) -> dynm_status {
    status { () throws(MetricsError) in
        let box = try box(handle)
        guard let counts, boundCount >= 0, boundCount <= 4096, bounds != nil || boundCount == 0 else {
            throw .option(
                name: "bounds", value: String(boundCount),
                hint: "give at most 1000 bounds and one count more than bounds")
        }
        try box.emitter.histogram(
            labels(given, labelCount, "labels"), bounds: Array(UnsafeBufferPointer(start: bounds, count: boundCount)),
            counts: Array(UnsafeBufferPointer(start: counts, count: boundCount &+ 1)), sum: sum)
    }
}

// MARK: texts and templates

@_cdecl("dynm_emit_text") @implementation
public func dynm_emit_text(_ handle: OpaquePointer?, _ data: UnsafePointer<CChar>?, _ length: Int) -> dynm_status {
    status { () throws(MetricsError) in try box(handle).emitter.text(buffer(data, length, "text")) }
}

@_cdecl("dynm_emit_filtered") @implementation
public func dynm_emit_filtered(_ handle: OpaquePointer?, _ families: UInt64, _ series: UInt64) -> dynm_status {
    status { () throws(MetricsError) in
        try box(handle).emitter.filtered(families: Int(clamping: families), series: Int(clamping: series))
    }
}

@_cdecl("dynm_emit_missing") @implementation
public func dynm_emit_missing(_ handle: OpaquePointer?, _ what: UnsafePointer<CChar>?) -> dynm_status {
    status { () throws(MetricsError) in try box(handle).emitter.missing(required(what, "name of what is missing")) }
}

@_cdecl("dynm_template_create") @implementation
public func dynm_template_create(
    _ handle: OpaquePointer?, _ data: UnsafePointer<CChar>?, _ length: Int, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status {
    status { () throws(MetricsError) in
        let box = try box(handle)
        guard let out else { throw .option(name: "out", value: "NULL", hint: "give a place for the template") }
        let text = try buffer(data, length, "text")
        out.pointee = try Handle.make(ObjectTag.template, box.emitter.template(text))
    }
}

private func template(_ handle: OpaquePointer?) throws(MetricsError) -> FamilyTemplate {
    try Handle.value(FamilyTemplate.self, ObjectTag.template, handle.map { UnsafeRawPointer($0) }, "dynm_template")
}

@_cdecl("dynm_template_series") @implementation
public func dynm_template_series(_ handle: OpaquePointer?) -> Int {
    (try? template(handle).series) ?? 0
}

@_cdecl("dynm_emit_template") @implementation
public func dynm_emit_template(
    _ handle: OpaquePointer?, _ given: OpaquePointer?, _ values: UnsafePointer<Double>?, _ count: Int
) -> dynm_status {
    status { () throws(MetricsError) in
        let box = try box(handle)
        guard count >= 0, values != nil || count == 0 else {
            throw .option(
                name: "values", value: values == nil ? "NULL" : String(count), hint: "give an array of numbers")
        }
        try box.emitter.emit(template(given), UnsafeBufferPointer(start: values, count: count))
    }
}

@_cdecl("dynm_template_free") @implementation
public func dynm_template_free(_ handle: OpaquePointer?) {
    Handle.free(FamilyTemplate.self, ObjectTag.template, handle.map { UnsafeRawPointer($0) })
}

@_cdecl("dynm_note_hold") @implementation
public func dynm_note_hold(_ seconds: Double) {
    if seconds > 0, seconds.isFinite { dynsupport_hold_note(seconds) }
}
