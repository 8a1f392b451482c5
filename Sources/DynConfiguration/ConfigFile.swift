// Reads a configuration file from disk. Cold.

import DynModel

#if canImport(Glibc)
import Glibc
#endif

package enum ConfigFile {
    private static let most = 1 << 20

    /// The whole of the file at `path`; never waits for one that is none, like a pipe.
    package static func read(_ path: String) throws(MetricsError) -> Text {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .file(path: path, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var writer = ByteWriter(capacity: 1 << 14)
        while writer.count <= most {
            guard let room = writer.room(for: 1 << 14) else {
                throw .file(path: path, reason: "it does not fit in memory")
            }
            let got = Glibc.read(descriptor, room, 1 << 14)
            if got < 0, errno == EINTR { continue }
            if got < 0 { throw .file(path: path, reason: String(cString: strerror(errno))) }
            if got == 0 { return writer.finish() }
            writer.advance(by: got)
        }
        throw .file(path: path, reason: "it is larger than 1 MiB; a configuration has some lines of text")
    }
}
