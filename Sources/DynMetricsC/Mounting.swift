// dynmetrics.h, "Mounting".

import CDynMetrics
import CDynSupport
import DynMetrics
import DynModel
import DynRegistry

#if canImport(Glibc)
import Glibc
#endif

private func mount(_ handle: OpaquePointer?) throws(MetricsError) -> Mount {
    try Handle.value(Mount.self, ObjectTag.mount, handle.map { UnsafeRawPointer($0) }, "dynm_mount")
}

@_cdecl("dynm_mount_create") @implementation
public func dynm_mount_create(
    _ root: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> dynm_status {
    status { () throws(MetricsError) in
        let out = try place(out)
        let mount = try Mount(node(root))
        MountWarmUp.once()
        out.pointee = try Handle.make(ObjectTag.mount, mount)
    }
}

/// The first answers of a process, on a tree of their own and while no fork can happen: like ``WarmUp``, for what only
/// answers do. A child would find what its parent's threads had begun to make, and nobody to end it.
private enum MountWarmUp {
    nonisolated(unsafe) private static var hasBegun = false

    static func once() {
        let isFirst = withStructureLock {
            defer { hasBegun = true }
            return !hasBegun
        }
        guard isFirst, let root = try? Node(connectionID: 1), let mount = try? Mount(root),
            let handle = try? Handle.make(ObjectTag.mount, mount)
        else { return }
        dynsupport_hold_forks()
        for target in ["/", "/?name[]=none", "/live", "/health", "/x"] { answer(handle, target, "GET") }
        answer(handle, "/", "HEAD")
        dynsupport_let_forks()
        dynm_mount_free(handle)
    }

    private static func answer(_ handle: OpaquePointer, _ target: String, _ method: String) {
        let accept = strdup("accept"), kind = strdup("application/openmetrics-text"), coding = strdup("accept-encoding")
        let gzip = strdup("gzip")
        defer { for field in [accept, kind, coding, gzip] { free(field) } }
        var headers = [
            dynm_label(name: UnsafePointer(accept), value: UnsafePointer(kind)),
            dynm_label(name: UnsafePointer(coding), value: UnsafePointer(gzip)),
        ]
        target.withCString { target in
            method.withCString { method in
                headers.withUnsafeMutableBufferPointer { headers in
                    var request = dynm_request()
                    request.struct_size = MemoryLayout<dynm_request>.size
                    request.method = method
                    request.target = target
                    request.headers = UnsafePointer(headers.baseAddress)
                    request.header_count = headers.count
                    _ = dynm_mount_answer(handle, &request, { _, _ in DYNM_OK }, nil)
                }
            }
        }
    }
}

@_cdecl("dynm_mount_answer") @implementation
public func dynm_mount_answer(
    _ handle: OpaquePointer?, _ given: UnsafePointer<dynm_request>?, _ take: dynm_response_fn?,
    _ payload: UnsafeMutableRawPointer?
) -> dynm_status {
    status { () throws(MetricsError) in
        let mount = try mount(handle)
        guard let take else {
            throw .option(name: "take", value: "NULL", hint: "give a function that takes the response")
        }
        guard let request = try options(given, dynm_request()) else {
            throw .option(name: "request", value: "NULL", hint: "give a dynm_request")
        }
        let fields = try labels(request.headers, request.header_count, "headers")
        let answer = mount.answer(
            method: try required(request.method, "method").string,
            target: try required(request.target, "target").string,
            fields: fields.map { (name: $0.name.string, value: $0.value.string) })
        let outcome = withFields(answer.fields) { headers in
            answer.withBody { body in
                var response = dynm_response()
                response.struct_size = MemoryLayout<dynm_response>.size
                response.status = Int32(clamping: answer.status)
                response.headers = headers.baseAddress
                response.header_count = headers.count
                response.body = body.baseAddress?.assumingMemoryBound(to: CChar.self)
                response.body_length = body.count
                return take(&response, payload)
            }
        }
        if outcome != DYNM_OK { throw .scrapeFailed("the response was refused with status \(outcome)") }
    }
}

@_cdecl("dynm_mount_free") @implementation
public func dynm_mount_free(_ handle: OpaquePointer?) {
    Handle.free(Mount.self, ObjectTag.mount, handle.map { UnsafeRawPointer($0) })
}

/// Calls `body` with header fields as C has them: strings that live as long as the call.
private func withFields(
    _ fields: [(name: String, value: String)], _ body: (UnsafeBufferPointer<dynm_label>) -> dynm_status
) -> dynm_status {
    var bytes: [CChar] = []
    var starts: [Int] = []
    for text in fields.flatMap({ [$0.name, $0.value] }) {
        starts.append(bytes.count)
        bytes.append(contentsOf: text.utf8CString)
    }
    return bytes.withUnsafeBufferPointer { all in
        let texts = starts.map { all.baseAddress?.advanced(by: $0) }
        let headers = fields.indices.map { dynm_label(name: texts[$0 &* 2], value: texts[$0 &* 2 &+ 1]) }
        return headers.withUnsafeBufferPointer(body)
    }
}
