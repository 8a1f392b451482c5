// Reads one value file into memory of our own, whatever the file turns out to be. Cold; blocks for the reading.
//
// The first four bytes say how much of the file is in use, in the byte order of the machine (little endian on every
// machine we build for). A writer puts a new record behind that mark and raises the mark afterwards, so what lies
// before a mark once read is whole. What is added later is the next merge's.

import CDynSupport
import DynModel

#if canImport(Glibc)
import Glibc
#endif

/// Why nothing was read from a file.
struct FileProblem: Error {
    var reason: DropReason
    var detail: String
}

/// Memory that one file after the other is read into.
struct FileBuffer: ~Copyable {
    private var memory: UnsafeMutableRawPointer?
    private var capacity = 0
    /// How many bytes of the file are in use and were read.
    private(set) var used = 0
    /// Whether the file said that it uses more than it has.
    private(set) var isCut = false

    static let headerSize = 8
    static let largestFile = 64 << 20
    /// Most files are small; this much is read together with the header.
    private static let firstRead = 4096

    init() {}

    deinit {
        free(memory)
    }

    /// The used part of the file that was read last, header included.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory, count: memory == nil ? 0 : used) }

    /// Reads the used part of the file `name`, at least the header.
    mutating func read(_ name: Text, in directory: Int32) throws(FileProblem) {
        used = 0
        isCut = false
        let file = dynsupport_open_regular(directory, name.string)
        guard file >= 0 else { throw FileBuffer.problem(opening: -file) }
        defer { close(file) }
        let size = try FileBuffer.size(of: file)
        var there = try load(file, from: 0, to: min(size, FileBuffer.firstRead))
        let mark = try usedMark(there)
        let end = min(mark, size)
        if end > there { there = try load(file, from: there, to: end) }
        used = min(end, there)
        isCut = used < mark
    }

    /// The size of a file that is worth reading.
    private static func size(of file: Int32) throws(FileProblem) -> Int {
        var facts = stat()
        guard fstat(file, &facts) == 0 else {
            throw FileProblem(reason: .unreadableFile, detail: String(cString: strerror(errno)))
        }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            throw FileProblem(reason: .notAFile, detail: "not a regular file")
        }
        let size = Int(facts.st_size)
        if size > largestFile { throw FileProblem(reason: .oversizedFile, detail: "\(size) bytes") }
        if size == 0 { throw FileProblem(reason: .emptyFile, detail: "no bytes yet") }
        if size < headerSize { throw FileProblem(reason: .shortFile, detail: "\(size) bytes") }
        return size
    }

    /// The mark in the header that says how many bytes are used.
    private func usedMark(_ there: Int) throws(FileProblem) -> Int {
        guard there >= FileBuffer.headerSize, let memory else {
            throw FileProblem(reason: .shortFile, detail: "\(there) bytes")
        }
        let mark = Int(memory.loadUnaligned(as: Int32.self))
        if mark == 0 { throw FileProblem(reason: .emptyFile, detail: "no header yet") }
        guard mark >= FileBuffer.headerSize else {
            throw FileProblem(reason: .corruptFile, detail: "says that it uses \(mark) bytes")
        }
        return mark
    }

    /// Reads the bytes from `start` up to `end` into their places. Returns how far it came: less at the file's end.
    private mutating func load(_ file: Int32, from start: Int, to end: Int) throws(FileProblem) -> Int {
        if end > capacity {
            let larger = max(end, capacity &* 2, 1 << 16)
            guard let moved = realloc(memory, larger) else {
                throw FileProblem(reason: .unreadableFile, detail: "no memory for \(end) bytes")
            }
            memory = moved
            capacity = larger
        }
        guard let memory else { return 0 }
        var there = start
        while there < end {
            let got = pread(file, memory + there, end &- there, there)
            if got < 0, errno == EINTR { continue }
            if got < 0 { throw FileProblem(reason: .unreadableFile, detail: String(cString: strerror(errno))) }
            if got == 0 { break }
            there &+= got
        }
        return there
    }

    private static func problem(opening code: Int32) -> FileProblem {
        let reason: DropReason =
            switch code {
            case ENOENT: .vanishedFile
            case ELOOP, ENXIO, ENODEV, EISDIR: .notAFile
            default: .unreadableFile
            }
        return FileProblem(reason: reason, detail: String(cString: strerror(code)))
    }
}
