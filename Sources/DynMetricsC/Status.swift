// Outcomes for C: a status, and a message that waits on the thread. Cold.

import CDynMetrics
import CDynSupport
import DynExposition
import DynModel
import Glibc

extension MetricsError {
    var status: dynm_status {
        switch code {
        case .invalid: DYNM_EINVAL
        case .conflict: DYNM_ECONFLICT
        case .io: DYNM_EIO
        case .busy: DYNM_EBUSY
        case .memory: DYNM_ENOMEM
        case .closed: DYNM_ECLOSED
        }
    }
}

/// Runs `body`; a refusal becomes a status, and its message the thread's last error.
func status(_ body: () throws(MetricsError) -> Void) -> dynm_status {
    do throws(MetricsError) {
        try body()
        return DYNM_OK
    } catch {
        remember(error.description)
        return error.status
    }
}

/// Keeps `message` for dynm_last_error() on this thread.
func remember(_ message: String) {
    Text(message).withBytes { dynsupport_set_last_error($0.baseAddress, $0.count) }
}

/// Hands `text` to the sink; its refusal becomes ours.
func write(_ text: Text, to sink: UnsafePointer<dynm_sink>?) throws(MetricsError) {
    guard let sink, let write = sink.pointee.write else {
        throw .handle("the sink is NULL or has no write function; give one that takes the text")
    }
    let payload = sink.pointee.payload
    let answer = text.withBytes { bytes -> dynm_status in
        if bytes.isEmpty { return DYNM_OK }
        return write(bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, payload)
    }
    if answer != DYNM_OK { throw .scrapeFailed("the sink refused the text with status \(answer)") }
}

/// Calls `body` with `text` as a C string.
func withCString<Result>(_ text: Text, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
    text.string.withCString { body($0) }
}
