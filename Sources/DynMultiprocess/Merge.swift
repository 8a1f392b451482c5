// One merge: takes the files in their order, then gives the families. Cold on the whole, its inner loop warm.
//
// What is known (the keys, the catalogue) and what was read (the sums, the gauges' readings) are kept in different
// members: who keeps the first between two merges only has to read the second again.

import DynModel

struct Merge: ~Copyable {
    private var keys = KeyTable(kinds: 1 &+ MetricKind.allCases.count)
    private var catalogue = Catalogue()
    private var buffer = FileBuffer()
    private var chain = RecordChain()
    private var pids: [Text: Int] = [:]

    /// Per cell of the catalogue, what was added up.
    private var sums: ContiguousArray<Double> = []
    private var readings: ContiguousArray<GaugeReading> = []
    private var gaugeFiles: [GaugeFile] = []

    init() {}

    /// Adds the values of the file `name`.
    mutating func take(_ name: Text, in directory: Int32, drops: inout DropTally) {
        guard let file = ValueFileName(name) else {
            return drops.add(.foreignFile, example: "\(name): not a name like counter_12.db or gauge_all_12.db")
        }
        do throws(FileProblem) {
            try buffer.read(name, in: directory)
        } catch {
            // Files of live gauges are removed when their process dies.
            if error.reason == .vanishedFile, file.mayVanish { return }
            return drops.add(error.reason, example: "\(name): \(error.detail)")
        }
        chain.find(in: buffer.bytes)
        count(problemsOf: name, &drops)
        if file.kind == .gauge { gaugeFiles.append(GaugeFile(mode: file.mode, pid: number(of: file.pid))) }
        let unusable = takeRecords(file.kind)
        drops.add(.record, count: unusable, example: "\(name): \(unusable) keys that a \(file.kind) cannot have")
    }

    /// The families of everything taken so far, in order of first appearance. Nil when memory ran out.
    consuming func families(drops: inout DropTally) -> [Family]? {
        let gauges = mergeGauges(readings, files: gaugeFiles, catalogue: catalogue)
        let pids = pids.sorted { $0.value < $1.value }.map(\.key)
        return assembleFamilies(catalogue, sums: sums, gauges: gauges, pids: pids, drops: &drops)
    }

    /// Adds the values of the records in ``chain``. Returns how many were dropped.
    private mutating func takeRecords(_ kind: MetricKind) -> Int {
        let bytes = buffer.bytes
        let hasTime = chain.layout == .valueAndTime
        var cursor = keys.cursor(startOf: Int(kind.rawValue))
        var dropped = 0
        for record in chain.records {
            let raw = UnsafeRawBufferPointer(rebasing: bytes[record.key..<(record.key &+ record.length)])
            guard let key = keys.find(raw, kind: Int(kind.rawValue), at: cursor) else {
                dropped &+= 1
                continue
            }
            cursor = keys.cursor(behind: key)
            if keys.places[key] == KeyTable.unknown { place(key, raw, kind) }
            let place = Int(keys.places[key])
            guard place >= 0 else {
                dropped &+= 1
                continue
            }
            let value = bytes.loadUnaligned(fromByteOffset: record.value, as: Double.self)
            if kind == .gauge {
                let time = hasTime ? bytes.loadUnaligned(fromByteOffset: record.value &+ 8, as: Double.self) : 0
                readings.append(GaugeReading(series: place, file: gaugeFiles.count &- 1, value: value, time: time))
            } else {
                sums[place] += value
            }
        }
        return dropped
    }

    private mutating func place(_ key: Int, _ raw: UnsafeRawBufferPointer, _ kind: MetricKind) {
        let place = catalogue.place(raw, kind: kind)
        keys.places[key] = place.map { Int32(truncatingIfNeeded: $0) } ?? KeyTable.unusable
        while sums.count < catalogue.cells.count { sums.append(0) }
    }

    private func count(problemsOf name: Text, _ drops: inout DropTally) {
        if chain.isWhole, !buffer.isCut { return }
        let kept = chain.records.count
        let reason: DropReason = buffer.isCut && kept > 0 ? .truncatedFile : .corruptFile
        drops.add(reason, example: "\(name): breaks off behind record \(kept)")
    }

    private mutating func number(of pid: Text) -> Int {
        if let number = pids[pid] { return number }
        pids[pid] = pids.count
        return pids.count &- 1
    }
}
