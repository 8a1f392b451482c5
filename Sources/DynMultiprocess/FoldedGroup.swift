// Many files of one sort as one file that prometheus_client merges to the same page. Cold.
//
// Sums do not change when they are added to nothing once more, and neither does the least, the greatest or the newest of
// some values; so one record stands for all that come together on the page. Gauges that are told apart by their pid
// cannot be folded, as the pid is the file's name; those of live processes are left to whoever removes them.

import DynModel

/// The files of one sort, and what is to take their place.
struct FoldedGroup {
    /// What the names begin with, up to the identifier of the process: `counter_`, `gauge_max_`.
    let prefix: Text
    private(set) var files: [PlannedFile] = []

    static let identifier: Text = "folded"

    init(prefix: Text) {
        self.prefix = prefix
    }

    var foldedName: Text { prefix.appending(FoldedGroup.identifier).appending(".db") }

    /// The groups of `plan`'s files that can be folded, and why others of two files or more cannot.
    static func all(in plan: DirectoryPlan) -> (groups: [FoldedGroup], left: [String]) {
        var groups: [FoldedGroup] = []
        var places: [Text: Int] = [:]
        for file in plan.files {
            guard let prefix = prefix(of: file) else { continue }
            let place = places[prefix] ?? groups.count
            if place == groups.count {
                places[prefix] = place
                groups.append(FoldedGroup(prefix: prefix))
            }
            groups[place].files.append(file)
        }
        let mixed = mixedPrefixes(plan)
        var left: [String] = []
        groups.removeAll { group in
            guard group.files.count > 1 else { return true }
            if mixed.contains(group.prefix) {
                left.append("\(group.prefix)*.db: a gauge has more modes than one")
                return true
            }
            guard let bad = group.files.first(where: { !$0.isSound }) else { return false }
            left.append("\(group.prefix)*.db: \(bad.name) cannot be read to its end")
            return true
        }
        return (groups, left)
    }

    /// The file that takes the place of all.
    func folded(_ plan: DirectoryPlan) -> ByteWriter {
        var writer = ByteWriter(capacity: 1 << 16)
        writer.append(zeros: FileBuffer.headerSize)
        for record in records(plan) { writer.append(record: record.key, value: record.value, time: record.time) }
        writer.setMark()
        return writer
    }

    // MARK: records

    private struct FoldedRecord {
        var key: UnsafeRawBufferPointer
        var value: Double
        var time: Double
        /// Families in the order in which they are met, series in the order in which they come to the page.
        var order: (family: Int, series: Int)
    }

    private func records(_ plan: DirectoryPlan) -> [FoldedRecord] {
        var records: [FoldedRecord] = []
        var known: Set<Int32> = []
        var families: [Int: Int] = [:]
        let results = results()
        for file in files {
            guard let layout = file.layout else { continue }
            for (number, place) in layout.places.enumerated() where place >= 0 && known.insert(place).inserted {
                var record = FoldedRecord(
                    key: layout.key(number), value: 0, time: 0, order: (family: 0, series: records.count))
                if layout.kind == .gauge {
                    let family = plan.familyOfSeries[Int(place)]
                    record.order.family = families[family] ?? families.count
                    families[family] = record.order.family
                    if let result = results[place] {
                        record.value = plan.gauges.values[Int(result)]
                        record.time = plan.gauges.times[Int(result)]
                        record.order.series = Int(result)
                    } else {
                        // Never set: it has no sample, but its family is on the page.
                        record.order.series = .max
                    }
                } else {
                    record.value = plan.sums[Int(place)]
                }
                records.append(record)
            }
        }
        return records.sorted { $0.order < $1.order }
    }

    /// The gauges that were set, by their series.
    private func results() -> [Int32: Int32] {
        var results: [Int32: Int32] = [:]
        for file in files {
            guard let layout = file.layout, layout.kind == .gauge else { continue }
            for (place, step) in zip(layout.places, file.steps) where step.rule != .unset && step.rule != .none {
                results[place] = step.result
            }
        }
        return results
    }

    // MARK: what can be folded

    private static let modes: Set<Text> = ["min", "max", "sum", "mostrecent"]

    private static func prefix(of file: PlannedFile) -> Text? {
        guard let facts = file.facts, let word = file.words.first else { return nil }
        if facts.kind != .gauge { return word.appending("_") }
        guard file.words.count > 1, modes.contains(file.words[1]) else { return nil }
        return word.appending("_").appending(file.words[1]).appending("_")
    }

    /// The prefixes of files that share a gauge with files of another mode: which rule is its depends on their order.
    private static func mixedPrefixes(_ plan: DirectoryPlan) -> Set<Text> {
        var owners: [Int: Text] = [:]
        var mixed: Set<Text> = []
        for file in plan.files {
            guard let layout = file.layout, layout.kind == .gauge, file.words.count > 1 else { continue }
            let prefix = file.words[0].appending("_").appending(file.words[1]).appending("_")
            for place in layout.places where place >= 0 {
                let family = plan.familyOfSeries[Int(place)]
                let owner = owners[family] ?? prefix
                owners[family] = owner
                if owner != prefix { mixed.formUnion([owner, prefix]) }
            }
        }
        return mixed
    }
}

extension PlannedFile {
    /// Whether every byte of it is understood.
    var isSound: Bool {
        guard let layout else { return false }
        return layout.isWhole && !isCut && layout.unusable == 0
    }

    /// The name's parts between underscores.
    var words: [Text] {
        var words: [Text] = []
        var start = 0
        for (index, byte) in name.bytes.enumerated() where byte == UInt8(ascii: "_") {
            words.append(name.slice(start, index))
            start = index &+ 1
        }
        words.append(name.slice(start, name.count))
        return words
    }
}

extension ByteWriter {
    fileprivate mutating func append(zeros count: Int) {
        for _ in 0..<count { append(UInt8(0)) }
    }

    /// One record as prometheus_client writes it.
    fileprivate mutating func append(record key: UnsafeRawBufferPointer, value: Double, time: Double) {
        withUnsafeBytes(of: Int32(truncatingIfNeeded: key.count)) { append($0) }
        append(key)
        for _ in 0..<(8 &- (key.count &+ 4) % 8) { append(UInt8(ascii: " ")) }
        withUnsafeBytes(of: value) { append($0) }
        withUnsafeBytes(of: time) { append($0) }
    }

    /// Says in the header how much is in use.
    fileprivate mutating func setMark() {
        patch(Int32(clamping: count))
    }
}
