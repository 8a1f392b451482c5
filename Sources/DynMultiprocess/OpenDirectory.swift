// Which files there are: the names in a directory with their inode numbers. Cold.

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

    /// Which directory of which file system it is; nil when nobody says.
    var identity: DirectoryIdentity? {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { return nil }
        return DirectoryIdentity(device: UInt64(facts.st_dev), inode: UInt64(facts.st_ino))
    }

    /// What the pattern `*.db` matches, as it comes.
    func list() throws(MetricsError) -> DirectoryListing {
        var listing = DirectoryListing()
        while true {
            errno = 0
            guard let entry = readdir(handle) else { break }
            guard let first = entry.pointer(to: \.d_name) else { continue }
            let start = UnsafeRawPointer(first)
            let bytes = UnsafeRawBufferPointer(start: start, count: strlen(start.assumingMemoryBound(to: CChar.self)))
            listing.add(bytes, inode: UInt64(entry.pointee.d_ino))
        }
        if errno != 0 { throw .directory(path: path, reason: String(cString: strerror(errno))) }
        return listing
    }
}

/// What tells a directory from one that was made anew under its name.
struct DirectoryIdentity: Equatable {
    var device: UInt64
    var inode: UInt64
}

/// The value files of a directory, in one piece of memory: two listings are compared at once.
struct DirectoryListing: Equatable {
    /// Inode number and length of the name, in eight bytes each, then the name.
    private var bytes: ContiguousArray<UInt8> = []

    init() {
        bytes.reserveCapacity(4096)
    }

    /// Takes a name unless it is hidden or does not end in `.db`.
    mutating func add(_ name: UnsafeRawBufferPointer, inode: UInt64) {
        let count = name.count
        guard count >= 3, name[0] != UInt8(ascii: "."), name[count &- 3] == UInt8(ascii: "."),
            name[count &- 2] == UInt8(ascii: "d"), name[count &- 1] == UInt8(ascii: "b")
        else { return }
        withUnsafeBytes(of: (inode, UInt64(count))) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: name)
    }

    /// Names with inode numbers, in the order of the names' bytes.
    var sorted: [(name: Text, inode: UInt64)] {
        var found: [(name: Text, inode: UInt64)] = []
        bytes.withUnsafeBytes { all in
            let text = Text(copying: all)
            var at = 0
            while at &+ 16 <= all.count {
                let inode = all.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                let count = Int(all.loadUnaligned(fromByteOffset: at &+ 8, as: UInt64.self))
                found.append((text.slice(at &+ 16, at &+ 16 &+ count), inode))
                at &+= 16 &+ count
            }
        }
        return found.sorted { $0.name < $1.name }
    }

    static func == (left: DirectoryListing, right: DirectoryListing) -> Bool {
        guard left.bytes.count == right.bytes.count else { return false }
        return left.bytes.withUnsafeBytes { a in right.bytes.withUnsafeBytes { b in compareBytes(a, b, a.count) == 0 } }
    }
}
