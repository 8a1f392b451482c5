// Folds the files of processes that have ended into a few, on disk. Cold.
//
// A second folder is made beside the directory: links to the files that stay, the folded files instead of the others. It
// is merged to see that it gives the same page, and then the two change names in one step of the kernel. Whatever ends
// the work before that leaves the directory as it was, whatever ends it afterwards leaves it folded; no reader ever sees
// something in between. What is left of a work that was ended is taken away by the next one.

import CDynSupport
import DynModel

#if canImport(Glibc)
import Glibc
#endif

/// Why a directory was left as it is.
package struct CompactionError: Error, CustomStringConvertible {
    package var description: String

    init(_ description: String) { self.description = description }

    static func failed(_ what: String, _ code: Int32) -> CompactionError {
        CompactionError("\(what): \(String(cString: strerror(code)))")
    }
}

/// What was done.
package struct CompactionReport: Sendable {
    package var filesBefore = 0
    package var filesAfter = 0
    /// What could have been folded but for a reason.
    package var left: [String] = []
}

package struct Compaction {
    private let path: String
    private let plan: DirectoryPlan
    private var page: Text = ""

    /// Folds the directory at `path`.
    ///
    /// - Parameter assumesStopped: whether no process is looked up: whoever asks knows that all writers have ended.
    package static func run(_ path: String, assumesStopped: Bool) throws(CompactionError) -> CompactionReport {
        guard let resolved = realpath(path, nil) else { throw .failed("cannot find '\(path)'", errno) }
        defer { free(resolved) }
        var compaction = Compaction(String(cString: resolved))
        return try compaction.run(assumesStopped: assumesStopped)
    }

    private init(_ path: String) {
        self.path = path
        plan = DirectoryPlan(path: path, holdsFiles: false)
    }

    private var beside: String { "\(path).dynmetrics-compact" }

    private mutating func run(assumesStopped: Bool) throws(CompactionError) -> CompactionReport {
        let directory = try Folder(path)
        try directory.lock()
        try removeLeftovers()
        var drops = DropTally()
        do throws(MetricsError) { _ = try plan.read(drops: &drops) } catch { throw CompactionError(error.description) }
        if !assumesStopped { try refuseLiveWriters() }
        if drops.counts[.typeConflict] != nil {
            throw CompactionError(
                "two kinds of metric have one name (\(drops.examples[.typeConflict] ?? "")); remove the files of one")
        }
        var report = CompactionReport(filesBefore: plan.files.count, filesAfter: plan.files.count)
        let (groups, left) = FoldedGroup.all(in: plan)
        report.left = left
        if groups.isEmpty { return report }
        let names = try directory.names()
        do throws(CompactionError) {
            // Locked until all is done: under the directory's name it is what another process would begin with.
            let made = try prepare(names, groups, directory)
            try exchange()
            try made.flush()
            try rescue(names)
        } catch {
            try? removeLeftovers()
            throw error
        }
        try removeLeftovers()
        report.filesAfter = groups.reduce(report.filesBefore) { $0 &- $1.files.count &+ 1 }
        return report
    }

    /// Refuses while somebody may write: what is written into a file that is folded would be lost.
    private func refuseLiveWriters() throws(CompactionError) {
        for file in plan.files where file.facts != nil {
            if file.name.hasSuffix(FoldedGroup.identifier.appending(".db")) { continue }
            guard let pid = Writers.pid(in: file.name) else {
                throw CompactionError(
                    "'\(printable(file.name))' is named after no pid, so nobody can tell whether its writer runs; "
                        + "when all writers have ended, say so with --stopped")
            }
            if !Writers.isGone(pid) {
                throw CompactionError(
                    "process \(pid) runs and may write '\(printable(file.name))'; stop it first, or say --stopped "
                        + "when the writers were other processes and have ended")
            }
        }
    }

    // MARK: the folder beside

    /// Makes the folder that is to take the directory's place.
    private func prepare(
        _ names: [String], _ groups: [FoldedGroup], _ directory: borrowing Folder
    ) throws(CompactionError) -> Folder {
        guard mkdir(beside, 0o700) == 0 else { throw .failed("cannot make the folder '\(beside)'", errno) }
        let made = try Folder(beside)
        try made.lock()
        let folded = Set(groups.flatMap { $0.files.map(\.name.string) })
        for name in names where !folded.contains(name) {
            guard link("\(path)/\(name)", "\(beside)/\(name)") == 0 else {
                throw .failed("'\(name)' cannot stay where it is, move it away first", errno)
            }
        }
        for group in groups { try write(group.folded(plan), "\(beside)/\(group.foldedName)") }
        try made.take(over: directory)
        try made.flush()
        try compare()
        return made
    }

    private func write(_ bytes: consuming ByteWriter, _ path: String) throws(CompactionError) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw .failed("cannot make '\(path)'", errno) }
        defer { close(file) }
        let failure = bytes.withBytes { all -> Int32 in
            var done = 0
            while done < all.count {
                let count = Glibc.write(file, all.baseAddress?.advanced(by: done), all.count &- done)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { return count == 0 ? ENOSPC : errno }
                done &+= count
            }
            return fsync(file) == 0 ? 0 : errno
        }
        if failure != 0 || bytes.isTruncated {
            throw .failed("cannot write '\(path)'", failure == 0 ? ENOMEM : failure)
        }
    }

    /// The last word before anything changes: both folders give the same page, number by number.
    private func compare() throws(CompactionError) {
        let other = DirectoryPlan(path: beside, holdsFiles: false)
        var drops = DropTally()
        do throws(MetricsError) { _ = try other.read(drops: &drops) } catch { throw CompactionError(error.description) }
        let before = plan.filled()
        let after = other.filled()
        let isSame =
            before.count == after.count
            && zip(before, after).allSatisfy { left, right in
                left.name == right.name && left.kind == right.kind && left.help == right.help
                    && left.samples.count == right.samples.count
                    && zip(left.samples, right.samples).allSatisfy { one, two in
                        one.labels == two.labels && one.suffix == two.suffix
                            && one.value.double.bitPattern == two.value.double.bitPattern
                    }
            }
        guard isSame else { throw CompactionError("folding '\(path)' would change its page; it is left as it is") }
    }

    private func exchange() throws(CompactionError) {
        let failure = dynsupport_exchange(path, beside)
        guard failure == 0 else {
            throw .failed(
                "'\(path)' cannot be replaced as a whole (a mount point cannot; compact a folder below it)", failure)
        }
        try Folder(path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ".").flush()
    }

    /// Brings over what was made in the directory while the other one was being made.
    private func rescue(_ names: [String]) throws(CompactionError) {
        let known = Set(names)
        for name in try Folder(beside).names() where !known.contains(name) {
            // link() never replaces a file that has this name already.
            _ = link("\(beside)/\(name)", "\(path)/\(name)")
        }
    }

    /// Takes away the folder beside, whichever of the two it is now.
    private func removeLeftovers() throws(CompactionError) {
        guard let folder = try? Folder(beside) else { return }
        for name in try folder.names() {
            if unlink("\(beside)/\(name)") != 0, errno != ENOENT {
                throw .failed("cannot remove '\(beside)/\(name)'", errno)
            }
        }
        guard rmdir(beside) == 0 || errno == ENOENT else { throw .failed("cannot remove '\(beside)'", errno) }
    }
}

/// A folder held open.
private struct Folder: ~Copyable {
    let descriptor: Int32
    private let path: String

    init(_ path: String) throws(CompactionError) {
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        self.path = path
        guard descriptor >= 0 else { throw .failed("cannot open '\(path)'", errno) }
    }

    deinit {
        close(descriptor)
    }

    /// Keeps other processes out as long as this value lives. Refuses when one is there, or has just been.
    func lock() throws(CompactionError) {
        var held = stat()
        var named = stat()
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &held) == 0, stat(path, &named) == 0,
            held.st_dev == named.st_dev, held.st_ino == named.st_ino
        else { throw CompactionError("'\(path)' is being compacted by another process; wait for it") }
    }

    /// Everything in it.
    func names() throws(CompactionError) -> [String] {
        guard let handle = opendir(path) else { throw .failed("cannot list '\(path)'", errno) }
        defer { closedir(handle) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(handle) else { break }
            guard let first = entry.pointer(to: \.d_name) else { continue }
            let name = String(cString: UnsafeRawPointer(first).assumingMemoryBound(to: CChar.self))
            if name != ".", name != ".." { names.append(name) }
        }
        if errno != 0 { throw .failed("cannot list '\(path)'", errno) }
        return names.sorted()
    }

    /// Gives it the owner and the mode of `other`.
    func take(over other: borrowing Folder) throws(CompactionError) {
        var facts = stat()
        guard fstat(other.descriptor, &facts) == 0 else { throw .failed("cannot look at '\(other.path)'", errno) }
        _ = fchown(descriptor, facts.st_uid, facts.st_gid)
        guard fchmod(descriptor, facts.st_mode & 0o7777) == 0 else {
            throw .failed("cannot set the mode of '\(path)'", errno)
        }
    }

    func flush() throws(CompactionError) {
        guard fsync(descriptor) == 0 else { throw .failed("cannot flush '\(path)'", errno) }
    }
}
