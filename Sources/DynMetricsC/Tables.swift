// dynmetrics.h, "Tables".

import CDynCells
import CDynMetrics
import DynInstruments
import DynModel
import DynRegistry
import DynSources

private func table(_ handle: OpaquePointer?) throws(MetricsError) -> SeriesTable {
    try Handle.value(SeriesTable.self, ObjectTag.table, handle.map { UnsafeRawPointer($0) }, "dynm_table")
}

private func metric(_ handle: OpaquePointer?) throws(MetricsError) -> TableMetric {
    try Handle.value(TableMetric.self, ObjectTag.tableMetric, handle.map { UnsafeRawPointer($0) }, "dynm_table_metric")
}

private func required<Value>(
    _ out: UnsafeMutablePointer<Value>?
) throws(MetricsError) -> UnsafeMutablePointer<Value> {
    guard let out else { throw .option(name: "out", value: "NULL", hint: "give where the handle is to go") }
    return out
}

@_cdecl("dynm_value_create") @implementation
public func dynm_value_create(_ out: UnsafeMutablePointer<OpaquePointer?>?) -> dynm_status {
    status { () throws(MetricsError) in
        let out = try required(out)
        Node.warmUp()
        guard let made = TableValues.make() else { throw .memory("no memory for a value") }
        out.pointee = OpaquePointer(made)
    }
}

@_cdecl("dynm_value_free") @implementation
public func dynm_value_free(_ value: OpaquePointer?) {
    // One that belongs to a metric of ours has an owner, and is not the caller's to give back.
    guard let cell = cell(value, DYNCELLS_GAUGE), dyncells_owner_of(UnsafeRawPointer(cell)) == nil else { return }
    TableValues.giveBack(cell)
}

@_cdecl("dynm_table_create") @implementation
public func dynm_table_create(_ out: UnsafeMutablePointer<OpaquePointer?>?) -> dynm_status {
    status { () throws(MetricsError) in
        let out = try required(out)
        Node.warmUp()
        out.pointee = try Handle.make(ObjectTag.table, SeriesTable())
    }
}

@_cdecl("dynm_table_free") @implementation
public func dynm_table_free(_ handle: OpaquePointer?) {
    Handle.free(SeriesTable.self, ObjectTag.table, handle.map { UnsafeRawPointer($0) })
}

@_cdecl("dynm_table_metric_create") @implementation
public func dynm_table_metric_create(
    _ given: UnsafePointer<dynm_table_metric_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status {
    status { () throws(MetricsError) in
        let out = try required(out)
        guard let options = try options(given, dynm_table_metric_options()) else {
            throw .option(name: "options", value: "NULL", hint: "say what the metric is")
        }
        let kind: TableDefinition.Kind
        switch options.kind {
        case DYNM_KIND_COUNTER: kind = .counter
        case DYNM_KIND_GAUGE: kind = .gauge
        case DYNM_KIND_SUMMARY: kind = .summary
        case DYNM_KIND_HISTOGRAM: kind = .histogram(try bounds(options))
        default:
            throw .option(
                name: "kind", value: String(options.kind), hint: "tables have counters, gauges, histograms, summaries")
        }
        Node.warmUp()
        let definition = try TableDefinition(
            name: required(options.name, "name"), help: text(options.description) ?? "", kind: kind,
            labelNames: texts(options.label_names, options.label_name_count, "label name"))
        out.pointee = try Handle.make(ObjectTag.tableMetric, TableMetric(definition))
    }
}

private func bounds(_ options: dynm_table_metric_options) throws(MetricsError) -> [Double] {
    guard let bounds = options.buckets, options.bucket_count > 0, options.bucket_count <= 4096 else {
        throw .option(
            name: "buckets", value: options.buckets == nil ? "NULL" : String(options.bucket_count),
            hint: "give 1 to 4096 rising bounds, without +Inf")
    }
    var all = Array(UnsafeBufferPointer(start: bounds, count: options.bucket_count))
    all.append(.infinity)
    return all
}

@_cdecl("dynm_table_metric_free") @implementation
public func dynm_table_metric_free(_ handle: OpaquePointer?) {
    Handle.free(TableMetric.self, ObjectTag.tableMetric, handle.map { UnsafeRawPointer($0) })
}

@_cdecl("dynm_table_metric_put") @implementation
public func dynm_table_metric_put(
    _ handle: OpaquePointer?, _ labels: UnsafePointer<UnsafePointer<CChar>?>?, _ labelCount: Int,
    _ values: UnsafePointer<OpaquePointer?>?, _ valueCount: Int, _ created: Double
) -> dynm_status {
    status { () throws(MetricsError) in
        let metric = try metric(handle)
        var cells: [CellPointer] = []
        guard let values, valueCount > 0, valueCount <= 4100 else {
            throw .option(name: "values", value: String(valueCount), hint: "give an array of values")
        }
        for index in 0..<valueCount {
            guard let cell = cell(values[index], DYNCELLS_GAUGE), dyncells_owner_of(UnsafeRawPointer(cell)) == nil,
                !cells.contains(cell)
            else { throw .handle("a value is none of dynm_value_create's, or given twice") }
            cells.append(cell)
        }
        try metric.put(texts(labels, labelCount, "label value"), cells, created: created.isFinite ? created : nil)
    }
}

@_cdecl("dynm_table_metric_remove") @implementation
public func dynm_table_metric_remove(
    _ handle: OpaquePointer?, _ labels: UnsafePointer<UnsafePointer<CChar>?>?, _ labelCount: Int
) -> dynm_status {
    status { () throws(MetricsError) in try metric(handle).remove(texts(labels, labelCount, "label value")) }
}

@_cdecl("dynm_table_metric_clear") @implementation
public func dynm_table_metric_clear(_ handle: OpaquePointer?) -> dynm_status {
    status { () throws(MetricsError) in try metric(handle).removeAll() }
}

@_cdecl("dynm_table_add") @implementation
public func dynm_table_add(_ handle: OpaquePointer?, _ added: OpaquePointer?) -> dynm_status {
    status { () throws(MetricsError) in try table(handle).add(metric(added)) }
}

@_cdecl("dynm_table_remove") @implementation
public func dynm_table_remove(_ handle: OpaquePointer?, _ removed: OpaquePointer?) -> dynm_status {
    status { () throws(MetricsError) in try table(handle).remove(metric(removed)) }
}

@_cdecl("dynm_table_show_created") @implementation
public func dynm_table_show_created(_ handle: OpaquePointer?, _ shows: Int32) -> dynm_status {
    status { () throws(MetricsError) in try table(handle).setShowsCreated(shows != 0) }
}

@_cdecl("dynm_node_register_table") @implementation
public func dynm_node_register_table(
    _ handle: OpaquePointer?, _ given: UnsafePointer<dynm_source_options>?, _ shown: OpaquePointer?,
    _ rest: dynm_text_fn?, _ payload: UnsafeMutableRawPointer?, _ release: dynm_release_fn?,
    _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status {
    status { () throws(MetricsError) in
        let node = try node(handle)
        let options = try sourceOptions(given)
        let table = try table(shown)
        try give(out) { () throws(MetricsError) in
            guard let rest else { return node.registerTable(options, table, rest: nil) }
            let payload = Payload(payload, release)
            let most = node.runtime.sourceBudget.bytes
            return node.registerTable(options, table) { () throws(SourceFailure) in
                try collectText(rest, payload, most)
            }
        }
    }
}

@_cdecl("dynm_registration_ask_rest") @implementation
public func dynm_registration_ask_rest(_ handle: OpaquePointer?, _ asked: Int32) -> dynm_status {
    status { () throws(MetricsError) in
        try Handle.value(
            Registration.self, ObjectTag.registration, handle.map { UnsafeRawPointer($0) }, "dynm_registration"
        ).setRestWanted(asked != 0)
    }
}
