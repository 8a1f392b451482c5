// Which files there are: the names in a directory, in the order in which they are merged. Cold.

import DynModel

#if canImport(Glibc)
import Glibc
#endif

/// A directory held open, so that its files are found even when somebody moves it meanwhile.
struct OpenDirectory: ~Copyable {
    private let handle: OpaquePointer
    private let path: String

    init(path: String) throws(MetricsError) {
        guard let handle = opendir(path) else {
            throw .directory(path: path, reason: String(cString: strerror(errno)))
        }
        self.handle = handle
        self.path = path
    }

    deinit {
        closedir(handle)
    }

    /// For `openat`; good as long as this value lives.
    var descriptor: Int32 { dirfd(handle) }

    /// The names that the pattern `*.db` matches, in the order of their bytes.
    func valueFileNames() throws(MetricsError) -> [Text] {
        var names: [Text] = []
        while true {
            errno = 0
            guard let entry = readdir(handle) else { break }
            guard let first = entry.pointer(to: \.d_name) else { continue }
            let start = UnsafeRawPointer(first)
            let bytes = UnsafeRawBufferPointer(start: start, count: strlen(start.assumingMemoryBound(to: CChar.self)))
            if bytes.first == UInt8(ascii: ".") { continue }
            let name = Text(copying: bytes)
            if name.hasSuffix(".db") { names.append(name) }
        }
        if errno != 0 { throw .directory(path: path, reason: String(cString: strerror(errno))) }
        return names.sorted()
    }
}
