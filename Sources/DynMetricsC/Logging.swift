// dynmetrics.h, "Log".

import CDynMetrics
import DynModel
import DynSources

/// Someone's payload with the function that takes it back, called when the last user lets go.
final class Payload: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer?
    private let release: dynm_release_fn?

    init(_ pointer: UnsafeMutableRawPointer?, _ release: dynm_release_fn?) {
        self.pointer = pointer
        self.release = release
    }

    deinit {
        release?(pointer)
    }
}

@_cdecl("dynm_set_log") @implementation
public func dynm_set_log(
    _ fn: dynm_log_fn?, _ payload: UnsafeMutableRawPointer?, _ release: dynm_release_fn?
) -> dynm_status {
    let payload = Payload(payload, release)
    guard let fn else {
        Log.setHandler(nil)
        return DYNM_OK
    }
    Log.setHandler(
        LogHandler { level, line in
            line.withBytes { bytes in
                fn(level.rawValue, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, payload.pointer)
            }
        })
    return DYNM_OK
}
