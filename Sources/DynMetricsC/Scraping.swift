// dynmetrics.h, "Scraping", "Serving" and "Plain functions".

import CDynMetrics
import DynExposition
import DynMetrics
import DynModel
import DynRegistry
import DynServer
import DynTool

@_cdecl("dynm_node_scrape") @implementation
public func dynm_node_scrape(
    _ handle: OpaquePointer?, _ given: UnsafePointer<dynm_scrape_options>?, _ sink: UnsafePointer<dynm_sink>?
) -> dynm_status {
    status { () throws(MetricsError) in
        let node = try node(handle)
        let options = try DynMetricsC.options(given, dynm_scrape_options()) ?? dynm_scrape_options()
        let format = try format(options.format)
        guard options.deadline_ms >= 0 else {
            throw .option(name: "deadline_ms", value: String(options.deadline_ms), hint: "give milliseconds, like 1000")
        }
        let scrape = ScrapeOptions(
            includesSelfMetrics: options.without_self_metrics == 0,
            deadline: options.deadline_ms > 0 ? Double(options.deadline_ms) / 1000 : nil,
            names: options.name_count > 0
                ? NameSelection(try texts(options.names, options.name_count, "metric name")) : nil)
        try write(node.page(format.page, scrape), to: sink)
    }
}

@_cdecl("dynm_node_sources") @implementation
public func dynm_node_sources(_ handle: OpaquePointer?, _ sink: UnsafePointer<dynm_sink>?) -> dynm_status {
    status { () throws(MetricsError) in
        try write(node(handle).sourceReports(), to: sink)
    }
}

// MARK: - serving

private func server(_ handle: OpaquePointer?) throws(MetricsError) -> HTTPServer {
    try Handle.value(HTTPServer.self, ObjectTag.server, handle.map { UnsafeRawPointer($0) }, "dynm_server")
}

@_cdecl("dynm_node_serve") @implementation
public func dynm_node_serve(
    _ root: OpaquePointer?, _ given: UnsafePointer<dynm_serve_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status {
    status { () throws(MetricsError) in
        let out = try place(out)
        let options = try DynMetricsC.options(given, dynm_serve_options()) ?? dynm_serve_options()
        let server = try Serving.server(
            for: node(root), host: text(options.host)?.string, port: options.has_port != 0 ? Int(options.port) : nil)
        out.pointee = try Handle.make(ObjectTag.server, server)
    }
}

@_cdecl("dynm_server_port") @implementation
public func dynm_server_port(_ handle: OpaquePointer?) -> Int32 {
    Int32(truncatingIfNeeded: (try? server(handle))?.port ?? 0)
}

@_cdecl("dynm_server_url") @implementation
public func dynm_server_url(_ handle: OpaquePointer?, _ sink: UnsafePointer<dynm_sink>?) -> dynm_status {
    status { () throws(MetricsError) in
        try write(Text(server(handle).url), to: sink)
    }
}

@_cdecl("dynm_server_close") @implementation
public func dynm_server_close(_ handle: OpaquePointer?) -> dynm_status {
    status { () throws(MetricsError) in
        try server(handle).close()
    }
}

@_cdecl("dynm_server_free") @implementation
public func dynm_server_free(_ handle: OpaquePointer?) {
    Handle.free(HTTPServer.self, ObjectTag.server, handle.map { UnsafeRawPointer($0) })
}

// MARK: - plain functions

@_cdecl("dynm_filter_exposition") @implementation
public func dynm_filter_exposition(
    _ data: UnsafePointer<CChar>?, _ length: Int, _ given: UnsafePointer<dynm_filter>?,
    _ sink: UnsafePointer<dynm_sink>?
) -> dynm_status {
    status { () throws(MetricsError) in
        try write(Exposition.filter(buffer(data, length, "text"), filter(given)), to: sink)
    }
}

@_cdecl("dynm_merge_multiprocess") @implementation
public func dynm_merge_multiprocess(
    _ path: UnsafePointer<CChar>?, _ given: UnsafePointer<dynm_filter>?, _ format: Int32,
    _ sink: UnsafePointer<dynm_sink>?
) -> dynm_status {
    status { () throws(MetricsError) in
        let format = try DynMetricsC.format(format)
        try write(
            Exposition.mergeMultiprocess(required(path, "directory").string, filter(given), format).page, to: sink)
    }
}

@_cdecl("dynm_check_exposition") @implementation
public func dynm_check_exposition(
    _ data: UnsafePointer<CChar>?, _ length: Int, _ format: Int32, _ lint: Int32, _ each: dynm_problem_fn?,
    _ payload: UnsafeMutableRawPointer?
) -> dynm_status {
    status { () throws(MetricsError) in
        let kind = try DynMetricsC.format(format).page.kind
        guard kind != .protobuf else {
            throw .option(name: "format", value: "protobuf", hint: "check text (0) or openmetrics (1)")
        }
        for problem in ExpositionCheck.check(try buffer(data, length, "text"), kind, lint: lint != 0) {
            problem.message.withCString { message in
                var told = dynm_problem()
                told.struct_size = MemoryLayout<dynm_problem>.size
                told.line = UInt64(max(0, problem.line))
                told.column = UInt64(max(0, problem.column))
                told.severity = problem.severity == .error ? DYNM_SEVERITY_ERROR : DYNM_SEVERITY_WARNING
                told.message = message
                each?(&told, payload)
            }
        }
    }
}

@_cdecl("dynm_tool_main") @implementation
public func dynm_tool_main(
    _ argc: Int32, _ argv: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
    var arguments: [String] = []
    if let argv {
        for index in 0..<Int(max(0, argc)) { arguments.append(argv[index].map { String(cString: $0) } ?? "") }
    }
    return Tool.run(Array(arguments.dropFirst()), .standard)
}
