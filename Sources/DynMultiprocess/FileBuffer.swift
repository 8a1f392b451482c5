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

/// A file that is open for reading, with what `fstat` said of it.
struct OpenFile {
    var descriptor: Int32
    var size: Int
    var device: UInt64
    var inode: UInt64
}

/// Memory that one file after the other is read into.
struct FileBuffer: ~Copyable {
    private var memory: UnsafeMutableRawPointer?
    private var capacity = 0
    /// How many bytes of the file are in use and were read.
    private(set) var used = 0
    /// Whether the file said that it uses more than it has.
    private(set) var isCut = false
    /// How much to read together with the header: most files are as large as the one before.
    private var guess = 4096

    static let headerSize = 8
    static let largestFile = 64 << 20

    init() {}

    deinit {
        free(memory)
    }

    /// The used part of the file that was read last, header included.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory, count: memory == nil ? 0 : used) }

    /// The same bytes, to be changed.
    var start: UnsafeMutableRawPointer? { memory }

    /// Opens the file `name`. The caller closes it. Anything but a regular file is refused.
    static func open(_ name: UnsafePointer<CChar>, in directory: Int32) throws(FileProblem) -> OpenFile {
        let file = dynsupport_open_regular(directory, name)
        guard file >= 0 else { throw problem(opening: -file) }
        let facts: stat
        do throws(FileProblem) {
            facts = try self.facts(of: file)
        } catch {
            close(file)
            throw error
        }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            close(file)
            throw FileProblem(reason: .notAFile, detail: "not a regular file")
        }
        return OpenFile(
            descriptor: file, size: Int(facts.st_size), device: UInt64(facts.st_dev), inode: UInt64(facts.st_ino))
    }

    /// Reads the used part of `file`, at least the header.
    mutating func read(_ file: OpenFile) throws(FileProblem) {
        used = 0
        isCut = false
        let size = file.size
        if size > FileBuffer.largestFile { throw FileProblem(reason: .oversizedFile, detail: "\(size) bytes") }
        if size == 0 { throw FileProblem(reason: .emptyFile, detail: "no bytes yet") }
        if size < FileBuffer.headerSize { throw FileProblem(reason: .shortFile, detail: "\(size) bytes") }
        var there = try load(file.descriptor, from: 0, to: min(size, guess))
        let mark = try usedMark(there)
        // A mark beyond the file's end: the file was cut, or it has grown since it was opened.
        let end = mark <= size ? mark : min(mark, try FileBuffer.size(of: file.descriptor))
        if end > there { there = try load(file.descriptor, from: there, to: end) }
        used = min(end, there)
        isCut = used < mark
        guess = max(4096, min(used, 1 << 20))
    }

    /// Reads as many bytes as the file had in use before. False when it has not that many, or has more in use now.
    mutating func readAgain(_ descriptor: Int32, size: Int) -> Bool {
        used = 0
        isCut = false
        guard let there = try? load(descriptor, from: 0, to: size), there == size, let memory else { return false }
        used = size
        return Int(memory.loadUnaligned(as: Int32.self)) == size
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

    private static func facts(of descriptor: Int32) throws(FileProblem) -> stat {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else {
            throw FileProblem(reason: .unreadableFile, detail: String(cString: strerror(errno)))
        }
        return facts
    }

    /// How many bytes the file has now, of those that would be read.
    private static func size(of descriptor: Int32) throws(FileProblem) -> Int {
        min(Int(try facts(of: descriptor).st_size), largestFile)
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
