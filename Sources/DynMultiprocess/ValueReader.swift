// Reads files into values, and finds out which of them are alike. Warm.

import DynModel

#if canImport(Glibc)
import Glibc
#endif

/// What all files of one directory are read with.
struct ValueReader: ~Copyable {
    /// The file system that the directory is on.
    var device: UInt64 = 0

    private struct Sort: Hashable {
        var kind: MetricKind
        var size: Int
    }

    private var keys = KeyTable(kinds: 1 &+ MetricKind.allCases.count)
    private var buffer = FileBuffer()
    private var chain = RecordChain()
    private var second: ContiguousArray<Double> = []
    private var known: [Sort: [FileLayout]] = [:]

    private static let mostAlike = 16
    private static let mostReadings = 4

    init() {}

    /// How many different keys there are.
    var keyCount: Int { keys.count }

    /// Reads a file that nobody has seen before.
    mutating func read(
        _ file: OpenFile, _ name: ValueFileName, _ values: inout ContiguousArray<Double>
    ) throws(FileProblem) -> (layout: FileLayout, isCut: Bool) {
        try buffer.read(file)
        let sort = Sort(kind: name.kind, size: buffer.used)
        var isTaken = false
        var isCut = buffer.isCut
        for layout in known[sort, default: []] where layout.begins(buffer.bytes) {
            if isTaken { try buffer.read(file) }
            isTaken = true
            if ValueReader.take(buffer.start, layout, &values) {
                if name.mode == .mostRecent, !isCut { _ = settle(file.descriptor, layout, &values, last: []) }
                return (layout, isCut)
            }
        }
        if isTaken { try buffer.read(file) }
        isCut = buffer.isCut
        let layout = try parse(name.kind)
        guard ValueReader.take(buffer.start, layout, &values) else {
            throw FileProblem(reason: .unreadableFile, detail: "no memory for its \(layout.count) values")
        }
        // The file may have got more records since: then it is of another sort than it was.
        known[Sort(kind: name.kind, size: layout.size), default: []].append(layout)
        if known[sort, default: []].count > ValueReader.mostAlike { known[sort]?.removeFirst() }
        if name.mode == .mostRecent, !isCut { _ = settle(file.descriptor, layout, &values, last: []) }
        return (layout, isCut)
    }

    /// Reads the values of a file that had `layout`. False when it has it no more.
    mutating func reread(
        _ descriptor: Int32, _ layout: FileLayout, _ name: ValueFileName, _ values: inout ContiguousArray<Double>
    ) -> Bool {
        guard buffer.readAgain(descriptor, size: layout.size) else { return false }
        // Kept in case that the pairs of a gauge do not stand still.
        if name.mode == .mostRecent {
            let last = values
            guard ValueReader.take(buffer.start, layout, &values) else { return false }
            // What is as it was at the last scrape stands still.
            return isSame(values, last) || settle(descriptor, layout, &values, last: last)
        }
        return ValueReader.take(buffer.start, layout, &values)
    }

    /// Forgets all layouts but those of `files`.
    mutating func keep(layoutsOf files: [PlannedFile]) {
        known.removeAll(keepingCapacity: true)
        for file in files {
            guard let layout = file.layout else { continue }
            let sort = Sort(kind: layout.kind, size: layout.size)
            let alike = known[sort, default: []]
            if alike.count < ValueReader.mostAlike, !alike.contains(where: { $0 === layout }) {
                known[sort, default: []].append(layout)
            }
        }
    }

    private static func take(
        _ start: UnsafeMutableRawPointer?, _ layout: FileLayout, _ values: inout ContiguousArray<Double>
    ) -> Bool {
        let count = layout.count &* layout.width
        if values.count != count { values = ContiguousArray(repeating: 0, count: count) }
        guard let start else { return false }
        return values.withUnsafeMutableBufferPointer { target in
            guard let base = target.baseAddress else {
                return layout.count == 0 && layout.begins(UnsafeRawBufferPointer(start: start, count: layout.size))
            }
            return layout.take(start, into: base)
        }
    }

    /// The records of what was read, with the numbers of their keys.
    private mutating func parse(_ kind: MetricKind) throws(FileProblem) -> FileLayout {
        let bytes = buffer.bytes
        chain.find(in: bytes)
        var numbers: ContiguousArray<Int32> = []
        numbers.reserveCapacity(chain.records.count)
        var cursor = keys.cursor(startOf: Int(kind.rawValue))
        for record in chain.records {
            let raw = UnsafeRawBufferPointer(rebasing: bytes[record.key..<(record.key &+ record.length)])
            guard let key = keys.find(raw, kind: Int(kind.rawValue), at: cursor) else {
                numbers.append(-1)
                continue
            }
            cursor = keys.cursor(behind: key)
            numbers.append(Int32(truncatingIfNeeded: key))
        }
        guard let layout = FileLayout(bytes, chain, kind: kind, keys: numbers) else {
            throw FileProblem(reason: .unreadableFile, detail: "no memory for its \(numbers.count) keys")
        }
        return layout
    }

    /// A value and its time stamp are written one after the other: a pair counts when two readings agree on it. One
    /// that does not stand still is left as it was in `last`, or as it is when that is empty. False when the file has
    /// got other keys meanwhile.
    private mutating func settle(
        _ descriptor: Int32, _ layout: FileLayout, _ values: inout ContiguousArray<Double>,
        last: ContiguousArray<Double>
    ) -> Bool {
        for _ in 1..<ValueReader.mostReadings {
            guard buffer.readAgain(descriptor, size: layout.size), ValueReader.take(buffer.start, layout, &second)
            else { return false }
            swap(&values, &second)
            if isSame(values, second) { return true }
        }
        ValueReader.settle(&values, against: second, last: last)
        return true
    }

    /// Puts the pairs of `last` where `values` and `second` disagree.
    static func settle(
        _ values: inout ContiguousArray<Double>, against second: ContiguousArray<Double>, last: ContiguousArray<Double>
    ) {
        guard last.count == values.count, second.count == values.count else { return }
        for index in stride(from: 0, to: values.count &- 1, by: 2)
        where values[index].bitPattern != second[index].bitPattern
            || values[index &+ 1].bitPattern != second[index &+ 1].bitPattern
        {
            values[index] = last[index]
            values[index &+ 1] = last[index &+ 1]
        }
    }

    private func isSame(_ left: ContiguousArray<Double>, _ right: ContiguousArray<Double>) -> Bool {
        left.withUnsafeBytes { a in
            right.withUnsafeBytes { b in a.count == b.count && compareBytes(a, b, a.count) == 0 }
        }
    }
}
