// One value file between two scrapes: what is known of it, and the values that were read last. Warm.

import DynModel

#if canImport(Glibc)
import Glibc
#endif

/// What a scrape found when it looked at a file again.
enum FileChange {
    /// The same keys; perhaps other values.
    case none
    /// Other keys than before, or none any more.
    case keys
}

final class PlannedFile {
    let name: Text
    /// Nil for a name that prometheus_client does not give.
    let facts: ValueFileName?
    /// As the directory told it.
    let inode: UInt64
    /// Which keys it has; nil when it could not be read.
    private(set) var layout: FileLayout?
    /// The values of ``layout``'s records, of gauges each with its time stamp.
    private(set) var values: ContiguousArray<Double> = []
    /// Where the values of a gauge file go; empty for others, whose layout knows.
    var steps: ContiguousArray<GaugeStep> = []

    /// Who writes it, as a number among the ``Writers``; nil when nobody asks, or it cannot be told.
    var writer: Int?
    /// Whether its values are final: it was read when its writer was gone already.
    private(set) var isFinal = false

    private let path: ContiguousArray<CChar>
    private var problem: (reason: DropReason, detail: String)?
    /// Whether it says that it uses more than it has.
    private(set) var isCut = false
    /// Held open, so that its inode number is nobody else's meanwhile; -1 when it is not.
    private var descriptor: Int32 = -1

    init(_ name: Text, inode: UInt64) {
        self.name = name
        self.inode = inode
        facts = ValueFileName(name)
        var path = ContiguousArray(name.bytes.map { CChar(bitPattern: $0) })
        path.append(0)
        self.path = path
    }

    deinit {
        letGo()
    }

    var isHeld: Bool { descriptor >= 0 }

    func letGo() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    /// Says that nobody writes it any more, or that somebody may. To be said before it is read.
    func setFinal(_ isFinal: Bool) {
        self.isFinal = isFinal && layout != nil && !isCut
        if isFinal { letGo() }
    }

    /// Reads the values again. Whatever is not as it was makes it a file nobody has seen before.
    func read(_ reader: inout ValueReader, in directory: Int32, mayHold: Bool) -> FileChange {
        guard let facts else { return .none }
        if let layout, !isCut {
            if descriptor >= 0 {
                if reader.reread(descriptor, layout, facts, &values) { return .none }
            } else if let opened = try? path.withUnsafeBufferPointer({ try open($0, directory) }) {
                defer { close(opened.descriptor) }
                if reader.reread(opened.descriptor, layout, facts, &values) { return .none }
            }
        }
        letGo()
        return readAnew(facts, &reader, in: directory, mayHold: mayHold)
    }

    /// Counts what is wrong with the file, as at every reading.
    func count(_ drops: inout DropTally) {
        if let problem { drops.add(problem.reason, example: "\(name): \(problem.detail)") }
        if let layout, layout.unusable > 0 {
            drops.add(
                .record, count: layout.unusable,
                example:
                    "\(name): \(layout.unusable) keys that a \(layout.kind) cannot have")
        }
    }

    private func readAnew(
        _ facts: ValueFileName, _ reader: inout ValueReader, in directory: Int32, mayHold: Bool
    ) -> FileChange {
        let before = layout
        layout = nil
        problem = nil
        isCut = false
        do throws(FileProblem) {
            let opened = try path.withUnsafeBufferPointer { names throws(FileProblem) in try open(names, directory) }
            // Only where the listing's number is the file's own does it tell that the file is another one.
            let isHeld = mayHold && opened.inode == inode && opened.device == reader.device
            if isHeld { descriptor = opened.descriptor }
            defer { if !isHeld { close(opened.descriptor) } }
            let found = try reader.read(opened, facts, &values)
            layout = found.layout
            isCut = found.isCut
            if !found.layout.isWhole || found.isCut {
                let kept = found.layout.count
                let reason: DropReason = found.isCut && kept > 0 ? .truncatedFile : .corruptFile
                problem = (reason, "breaks off behind record \(kept)")
            }
        } catch {
            letGo()
            // Files of live gauges are removed when their process dies.
            if error.reason != .vanishedFile || !facts.mayVanish { problem = (error.reason, error.detail) }
        }
        return layout === before ? .none : .keys
    }

    private func open(_ path: UnsafeBufferPointer<CChar>, _ directory: Int32) throws(FileProblem) -> OpenFile {
        guard let start = path.baseAddress else { throw FileProblem(reason: .unreadableFile, detail: "no name") }
        return try FileBuffer.open(start, in: directory)
    }
}
