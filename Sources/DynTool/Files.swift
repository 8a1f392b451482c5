// Reading files and the standard streams. Cold.

import DynModel

#if canImport(Glibc)
import Glibc
#endif

/// The whole of the file at `path`.
func readFile(_ path: String) throws(MetricsError) -> Text {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .file(path: path, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    return try readAll(descriptor, name: path)
}

/// Everything that comes from `descriptor` until its end.
func readAll(_ descriptor: Int32, name: String) throws(MetricsError) -> Text {
    var writer = ByteWriter(capacity: 1 << 16)
    while true {
        guard let room = writer.room(for: 1 << 16) else { throw .file(path: name, reason: "it does not fit in memory") }
        let got = read(descriptor, room, 1 << 16)
        if got < 0, errno == EINTR { continue }
        if got < 0 { throw .file(path: name, reason: String(cString: strerror(errno))) }
        if got == 0 { return writer.finish() }
        writer.advance(by: got)
    }
}

/// Writes all of `text`, however long that takes.
func writeAll(_ descriptor: Int32, _ text: Text) {
    text.withBytes { bytes in
        var done = 0
        while done < bytes.count, let base = bytes.baseAddress {
            let wrote = write(descriptor, base + done, bytes.count &- done)
            if wrote < 0, errno == EINTR { continue }
            if wrote <= 0 { return }
            done &+= wrote
        }
    }
}

extension ToolStreams {
    /// The streams of this process. Waiting for the end means SIGINT or SIGTERM.
    package static var standard: ToolStreams {
        ToolStreams(
            out: { writeAll(1, $0) },
            err: { writeAll(2, Text($0 + "\n")) },
            input: { () throws(MetricsError) in try readAll(0, name: "standard input") },
            waitForEnd: {
                var signals = sigset_t()
                sigemptyset(&signals)
                sigaddset(&signals, SIGINT)
                sigaddset(&signals, SIGTERM)
                pthread_sigmask(SIG_BLOCK, &signals, nil)
                var received: Int32 = 0
                sigwait(&signals, &received)
            }
        )
    }
}
