// A prometheus_client multiprocess directory between two scrapes: keys are read once, then only values. Warm.
//
// Nothing is taken for granted that a writer or an administrator can change: the directory is listed at every scrape, and
// every file's bytes are compared with what is known of its keys while its values are taken out (`FileLayout`). Time
// stamps of files are not looked at: they do not move while a writer writes through its mapping.

import DynModel

#if canImport(Glibc)
import Glibc
#endif

/// The state that makes the second merge of a directory cheaper than the first. One thread at a time.
package final class DirectoryPlan {
    package let path: String
    /// What the families look like; every sample's value is its number among ``values``. Good until ``read(drops:)``
    /// says that they are others.
    package private(set) var families: [Family] = []
    package private(set) var values: ContiguousArray<Double> = []

    private let mostHeld: Int
    private let foldsDead: Bool
    private var writers = Writers()
    private var turn = 0
    private var reader = ValueReader()
    private var identity: DirectoryIdentity?
    private var listing: DirectoryListing?
    private(set) var files: [PlannedFile] = []
    private(set) var gauges = GaugePlan()
    /// What was added up in each cell of the catalogue.
    private(set) var sums: ContiguousArray<Double> = []
    /// The family of each series.
    private(set) var familyOfSeries: ContiguousArray<Int> = []
    private var recipe = PageRecipe()
    private var structureDrops = DropTally()
    private var replay = 0
    /// Whether most keys that are remembered are in no file any more.
    private var hasOldKeys = false

    /// - Parameter holdsFiles: whether files are kept open between two readings, an eighth as many as the process may
    ///   open and at most 1024.
    /// - Parameter foldsDead: whether files of processes that are gone are read only once, and from time to time to be
    ///   sure. For writers in this process's own pid namespace only.
    package init(path: String, holdsFiles: Bool, foldsDead: Bool = false) {
        self.path = path
        self.foldsDead = foldsDead
        mostHeld = holdsFiles ? DirectoryPlan.share : 0
    }

    /// Reads the directory as it is now. True when ``families`` are others than before.
    ///
    /// What could not be used is counted in `drops`. Throws `MetricsError.directory` only when the directory itself
    /// cannot be opened or listed, or memory ran out.
    package func read(drops: inout DropTally) throws(MetricsError) -> Bool {
        let directory = try OpenDirectory(path: path)
        if hasOldKeys { forget() }
        var isNew = try update(directory)
        if read(directory.descriptor) { isNew = true }
        if isNew { try rebuild() }
        if !merge() {
            isNew = true
            try rebuild()
            _ = merge()
        }
        count(&drops)
        return isNew
    }

    /// ``families`` with ``values`` in their places.
    package func filled() -> [Family] {
        var filled = families
        for family in filled.indices {
            filled[family].samples.withUnsafeMutableBufferPointer { samples in
                for index in samples.indices {
                    guard case .integer(let step) = samples[index].value, step < values.count else { continue }
                    samples[index].value = .merged(values[Int(step)])
                }
            }
        }
        return filled
    }

    /// How many keys are remembered.
    var keyCount: Int { reader.keyCount }

    // MARK: the files

    /// Reads all files but those whose values are final. True when one has other keys than before.
    ///
    /// Who is gone is asked first: what is read after that is the last that was written. A pid that was used again, and
    /// left again, between two scrapes leaves no trace, so a few of the final files are read at each scrape all the same.
    private func read(_ directory: Int32) -> Bool {
        if foldsDead { writers.ask() }
        turn = (turn &+ 1) & DirectoryPlan.turnMask
        var isNew = false
        var held = 0
        for (number, file) in files.enumerated() {
            let isGone = file.writer.map { writers.isGone($0) } ?? false
            if isGone, file.isFinal, number & DirectoryPlan.turnMask != turn { continue }
            let change = file.read(&reader, in: directory, mayHold: held < mostHeld && !isGone)
            if change == .keys { isNew = true }
            file.setFinal(isGone)
            if file.isHeld { held &+= 1 }
        }
        return isNew
    }

    /// A final file is read again after 32 scrapes.
    private static let turnMask = 31

    /// Brings ``files`` up to date with the directory's listing. True when there are others than before.
    private func update(_ directory: borrowing OpenDirectory) throws(MetricsError) -> Bool {
        let found = directory.identity
        if found == nil || found != identity {
            forget()
            identity = found
            reader.device = found?.device ?? 0
        }
        let now = try directory.list()
        if now == listing { return false }
        listing = now
        var known: [Text: PlannedFile] = [:]
        for file in files { known[file.name] = file }
        files = now.sorted.map { name, inode in
            if let file = known[name], file.inode == inode { return file }
            return PlannedFile(name, inode: inode)
        }
        if foldsDead {
            writers = Writers()
            for file in files { file.writer = writers.number(of: file.name) }
        }
        return true
    }

    /// Begins anew, as if nothing had ever been read.
    private func forget() {
        let device = reader.device
        reader = ValueReader()
        reader.device = device
        listing = nil
        files = []
        hasOldKeys = false
    }

    // MARK: what the keys mean

    /// Numbers families, series and cells anew, in the order in which the files have them.
    private func rebuild() throws(MetricsError) {
        reader.keep(layoutsOf: files)
        replay &+= 1
        var catalogue = Catalogue()
        var places = ContiguousArray(repeating: DirectoryPlan.unknown, count: reader.keyCount)
        for file in files {
            guard let layout = file.layout, layout.replay != replay else { continue }
            layout.replay = replay
            layout.unusable = 0
            layout.places.removeAll(keepingCapacity: true)
            layout.places.reserveCapacity(layout.count)
            for (record, key) in layout.keys.enumerated() {
                guard key >= 0, Int(key) < places.count else {
                    layout.places.append(DirectoryPlan.unusable)
                    layout.unusable &+= 1
                    continue
                }
                if places[Int(key)] == DirectoryPlan.unknown {
                    let place = catalogue.place(layout.key(record), kind: layout.kind)
                    places[Int(key)] = place.map { Int32(truncatingIfNeeded: $0) } ?? DirectoryPlan.unusable
                }
                layout.places.append(places[Int(key)])
                if places[Int(key)] < 0 { layout.unusable &+= 1 }
            }
        }
        let known = places.reduce(0) { $1 == DirectoryPlan.unknown ? $0 : $0 &+ 1 }
        hasOldKeys = reader.keyCount > 2 &* known &+ DirectoryPlan.spareKeys
        gauges = GaugePlan(files, catalogue)
        structureDrops = DropTally()
        guard let page = assembleFamilies(catalogue, gauges: gauges, drops: &structureDrops) else {
            listing = nil
            throw .directory(path: path, reason: "not enough memory for its series")
        }
        (families, recipe) = page
        sums = ContiguousArray(repeating: 0, count: catalogue.cells.count)
        familyOfSeries = ContiguousArray(catalogue.series.lazy.map(\.family))
    }

    /// A key that nobody has looked at yet; one whose records are dropped.
    private static let unknown: Int32 = -1
    private static let unusable: Int32 = -2
    /// So many keys that no file has any more may be remembered, and as many again as there are.
    private static let spareKeys = 4096

    // MARK: the values

    /// Adds up the values of all files, in the order of their names. False when the gauges need another plan.
    private func merge() -> Bool {
        for cell in sums.indices { sums[cell] = 0 }
        for file in files {
            guard let layout = file.layout else { continue }
            if layout.kind == .gauge {
                guard gauges.take(file) else { return false }
                continue
            }
            sums.withUnsafeMutableBufferPointer { sums in
                layout.places.withUnsafeBufferPointer { places in
                    file.values.withUnsafeBufferPointer { values in
                        for index in 0..<min(places.count, values.count) where places[index] >= 0 {
                            sums[Int(places[index])] += values[index]
                        }
                    }
                }
            }
        }
        recipe.follow(sums, gauges.values, into: &values)
        return true
    }

    private func count(_ drops: inout DropTally) {
        for file in files {
            if file.facts == nil {
                drops.add(.foreignFile, example: "\(file.name): not a name like counter_12.db or gauge_all_12.db")
            } else {
                file.count(&drops)
            }
        }
        drops.add(structureDrops)
    }

    private static var share: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 64 }
        return Int(min(limit.rlim_cur / 8, 1024))
    }
}
