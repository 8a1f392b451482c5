// dynmetrics.h, "Creating metrics".

import CDynMetrics
import DynInstruments
import DynModel
import DynRegistry

private func spec(
    _ type: InstrumentType, isVec: Bool, _ given: UnsafePointer<dynm_metric_options>?
) throws(MetricsError) -> MetricSpec {
    guard let options = try options(given, dynm_metric_options()) else {
        throw .option(name: "options", value: "NULL", hint: "give a dynm_metric_options with a name")
    }
    var buckets: [Double]?
    if options.bucket_count > 0 {
        guard let bounds = options.buckets, options.bucket_count <= 4096 else {
            throw .invalidBuckets("\(options.bucket_count) bounds; give an array of at most 1000")
        }
        buckets = Array(UnsafeBufferPointer(start: bounds, count: options.bucket_count))
    }
    return MetricSpec(
        type, isVec: isVec, name: try required(options.name, "metric name"), isNameAsIs: options.name_as_is != 0,
        help: text(options.description) ?? "",
        constLabels: try labels(options.const_labels, options.const_label_count, "const labels"),
        labelNames: try texts(options.label_names, options.label_name_count, "label name"), buckets: buckets,
        states: try texts(options.states, options.state_count, "state"), native: try nativeBuckets(options.native),
        ttl: options.ttl_seconds == 0 ? nil : options.ttl_seconds)
}

private func nativeBuckets(_ given: UnsafePointer<dynm_native_histogram>?) throws(MetricsError) -> NativeHistogram? {
    guard let options = try options(given, dynm_native_histogram()) else { return nil }
    return NativeHistogram(
        schema: Int(options.schema),
        zeroThreshold: options.zero_threshold == 0
            ? NativeHistogram.standardZeroThreshold : options.zero_threshold < 0 ? 0 : options.zero_threshold,
        maxBuckets: options.max_buckets == 0 ? 160 : Int(options.max_buckets),
        minResetSeconds: options.min_reset_seconds)
}

/// The handle of a single metric is its cell.
private func createScalar(
    _ type: InstrumentType, _ handle: OpaquePointer?, _ options: UnsafePointer<dynm_metric_options>?,
    _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status {
    status { () throws(MetricsError) in
        let out = try place(out)
        let metric = try node(handle).create(spec(type, isVec: false, options))
        guard let cell = metric.scalar else { throw .memory("no memory for a new metric") }
        out.pointee = OpaquePointer(cell.pointer)
    }
}

/// The handle of a vec, an info or a stateset keeps its metric.
private func createObject(
    _ type: InstrumentType, isVec: Bool = false, _ handle: OpaquePointer?,
    _ options: UnsafePointer<dynm_metric_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status {
    status { () throws(MetricsError) in
        let out = try place(out)
        let metric = try node(handle).create(spec(type, isVec: isVec, options))
        let made = try Handle.make(ObjectTag.metric(type), metric)
        if isVec { Handle.setIndex(made, metric.index) }
        out.pointee = made
    }
}

private func createVec(
    _ type: InstrumentType, _ handle: OpaquePointer?, _ options: UnsafePointer<dynm_metric_options>?,
    _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status {
    createObject(type, isVec: true, handle, options, out)
}

@_cdecl("dynm_node_create_counter") @implementation
public func dynm_node_create_counter(
    _ node: OpaquePointer?, _ options: UnsafePointer<dynm_metric_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { createScalar(.counter, node, options, out) }

@_cdecl("dynm_node_create_intcounter") @implementation
public func dynm_node_create_intcounter(
    _ node: OpaquePointer?, _ options: UnsafePointer<dynm_metric_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { createScalar(.intCounter, node, options, out) }

@_cdecl("dynm_node_create_gauge") @implementation
public func dynm_node_create_gauge(
    _ node: OpaquePointer?, _ options: UnsafePointer<dynm_metric_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { createScalar(.gauge, node, options, out) }

@_cdecl("dynm_node_create_intgauge") @implementation
public func dynm_node_create_intgauge(
    _ node: OpaquePointer?, _ options: UnsafePointer<dynm_metric_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { createScalar(.intGauge, node, options, out) }

@_cdecl("dynm_node_create_histogram") @implementation
public func dynm_node_create_histogram(
    _ node: OpaquePointer?, _ options: UnsafePointer<dynm_metric_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { createScalar(.histogram, node, options, out) }

@_cdecl("dynm_node_create_counter_vec") @implementation
public func dynm_node_create_counter_vec(
    _ node: OpaquePointer?, _ options: UnsafePointer<dynm_metric_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { createVec(.counter, node, options, out) }

@_cdecl("dynm_node_create_intcounter_vec") @implementation
public func dynm_node_create_intcounter_vec(
    _ node: OpaquePointer?, _ options: UnsafePointer<dynm_metric_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { createVec(.intCounter, node, options, out) }

@_cdecl("dynm_node_create_gauge_vec") @implementation
public func dynm_node_create_gauge_vec(
    _ node: OpaquePointer?, _ options: UnsafePointer<dynm_metric_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { createVec(.gauge, node, options, out) }

@_cdecl("dynm_node_create_intgauge_vec") @implementation
public func dynm_node_create_intgauge_vec(
    _ node: OpaquePointer?, _ options: UnsafePointer<dynm_metric_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { createVec(.intGauge, node, options, out) }

@_cdecl("dynm_node_create_histogram_vec") @implementation
public func dynm_node_create_histogram_vec(
    _ node: OpaquePointer?, _ options: UnsafePointer<dynm_metric_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { createVec(.histogram, node, options, out) }

@_cdecl("dynm_node_create_summary") @implementation
public func dynm_node_create_summary(
    _ node: OpaquePointer?, _ options: UnsafePointer<dynm_metric_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { createScalar(.summary, node, options, out) }

@_cdecl("dynm_node_create_summary_vec") @implementation
public func dynm_node_create_summary_vec(
    _ node: OpaquePointer?, _ options: UnsafePointer<dynm_metric_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { createVec(.summary, node, options, out) }

@_cdecl("dynm_node_create_info") @implementation
public func dynm_node_create_info(
    _ node: OpaquePointer?, _ options: UnsafePointer<dynm_metric_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { createObject(.info, node, options, out) }

@_cdecl("dynm_node_create_stateset") @implementation
public func dynm_node_create_stateset(
    _ node: OpaquePointer?, _ options: UnsafePointer<dynm_metric_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status { createObject(.stateset, node, options, out) }

// MARK: - asking a metric

/// Whose a handle of a metric or vec is. It outlives the tree, as the handles do.
private func owner(_ handle: UnsafeRawPointer?) throws(MetricsError) -> MetricOwner {
    let tag = Handle.tag(handle)
    if ObjectTag.isMetric(tag) { return try Handle.value(Metric.self, tag, handle, "metric or vec").owner }
    guard let handle, let owner = MetricOwner.ofCell(handle) else {
        throw .handle(Handle.complaint(handle, "metric or vec"))
    }
    return owner
}

@_cdecl("dynm_metric_name") @implementation
public func dynm_metric_name(_ handle: UnsafeRawPointer?, _ sink: UnsafePointer<dynm_sink>?) -> dynm_status {
    status { () throws(MetricsError) in
        try write(owner(handle).definition.name, to: sink)
    }
}

@_cdecl("dynm_metric_const_labels") @implementation
public func dynm_metric_const_labels(
    _ handle: UnsafeRawPointer?, _ each: dynm_label_fn?, _ payload: UnsafeMutableRawPointer?
) -> dynm_status {
    status { () throws(MetricsError) in
        for label in try owner(handle).fixedLabels {
            withCString(label.name) { name in withCString(label.value) { value in each?(name, value, payload) } }
        }
    }
}

@_cdecl("dynm_metric_variable_labels") @implementation
public func dynm_metric_variable_labels(
    _ handle: UnsafeRawPointer?, _ each: dynm_label_fn?, _ payload: UnsafeMutableRawPointer?
) -> dynm_status {
    status { () throws(MetricsError) in
        for name in try owner(handle).definition.labelNames {
            withCString(name) { name in withCString("") { value in each?(name, value, payload) } }
        }
    }
}
