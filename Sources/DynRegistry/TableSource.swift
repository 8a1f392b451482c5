// A table of series as a source: read on the thread that scrapes, since it can neither wait nor hang. Warm.
//
// What a metric looks like on the page is found once, by the way that any text takes: read, filtered, labelled, made fit to
// serve. A scrape then only puts the values of the moment in, and writes anew what they have changed.

import DynExposition
import DynInstruments
import DynModel
import DynSources
import Synchronization

package final class TableSource: Source {
    private let table: SeriesTable
    private let filter: PageFilter
    private let budget: PageBudget
    // Guarded by the structure lock. Never changed in place: a fork may come while somebody reads it.
    nonisolated(unsafe) private var known: [ObjectIdentifier: TableTemplate] = [:]

    package init(_ table: SeriesTable, filter: PageFilter, budget: PageBudget = .standard) {
        self.table = table
        self.filter = filter
        self.budget = budget
    }

    package func collect() throws(SourceFailure) -> Collected {
        let before = withStructureLock { known }
        var now: [ObjectIdentifier: TableTemplate] = [:]
        var collected = Collected(isUnique: true)
        table.read { reading in
            now.reserveCapacity(reading.parts.count)
            for part in reading.parts {
                let id = ObjectIdentifier(part.metric)
                var template = before[id].flatMap { $0.fits(part, reading.showsCreated) ? $0 : nil }
                let cells = template?.cells ?? part.cells()
                let values = part.values(of: cells)
                if part.hasImpossibleCounts(values) {
                    // What becomes of it depends on its values: it takes the whole way.
                    template = TableTemplate(part, cells, reading.showsCreated, filter, values: values)
                } else {
                    template = template ?? TableTemplate(part, cells, reading.showsCreated, filter, values: nil)
                    now[id] = template
                }
                template?.append(values, to: &collected)
                if part.hasDoubleBounds { collected.isUnique = false }
            }
        }
        let kept = now
        let replaced = withStructureLock { () -> [ObjectIdentifier: TableTemplate] in
            defer { known = kept }
            return known
        }
        _ = replaced  // let go outside the lock
        budget.cut(&collected.families, drops: &collected.drops)
        return collected
    }
}

/// One metric's families as the page has them, without values.
private final class TableTemplate: @unchecked Sendable {
    let cells: [CellPointer]
    private let metric: TableMetric  // keeps the identity that it is known by
    private let version: UInt64
    private let showsCreated: Bool
    private let families: [Family]
    /// For each sample of each family where its value stands, or -1 when it never changes.
    private let places: [[Int32]]
    private let drops: DropTally
    private let tally: FilterTally
    /// The families as they were written last, with their text. Whose ``isTaken`` it is may change them.
    private var kept: [KeptFamily] = []
    private let isTaken = Atomic(false)

    /// - Parameter values: what stands in the text for good; nil when values come later.
    init(
        _ part: TableReading.Part, _ cells: [CellPointer], _ showsCreated: Bool, _ filter: PageFilter, values: [Double]?
    ) {
        self.cells = cells
        metric = part.metric
        version = part.version
        self.showsCreated = showsCreated
        let page = part.text(values: values, showsCreated: showsCreated)
        var drops = DropTally()
        var tally = FilterTally()
        var families = filter.apply(TextReader.read(page.text, drops: &drops), matching: .lines, tally: &tally)
        prepareForServing(&families, drops: &drops)
        var places: [[Int32]] = []
        places.reserveCapacity(families.count)
        for family in families.indices {
            var row: [Int32] = []
            row.reserveCapacity(families[family].samples.count)
            for index in families[family].samples.indices {
                let line = Int(families[family].samples[index].line) &- 1
                let place = values == nil && page.places.indices.contains(line) ? page.places[line] : -1
                row.append(place)
                families[family].samples[index].line = 0
                if place >= 0 { families[family].samples[index].value = .merged(0) }
            }
            places.append(row)
        }
        self.families = families
        self.places = places
        self.drops = drops
        self.tally = tally
    }

    func fits(_ part: TableReading.Part, _ showsCreated: Bool) -> Bool {
        metric === part.metric && version == part.version && self.showsCreated == showsCreated
    }

    func append(_ values: [Double], to collected: inout Collected) {
        collected.drops.add(drops)
        collected.tally.add(tally)
        // Scrapes at the same time, and the child of a fork in the middle of one, make copies of their own.
        guard isTaken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else {
            collected.families.append(contentsOf: filled(values))
            return
        }
        if kept.count == families.count {
            for index in kept.indices {
                let row = places[index]
                _ = kept[index].update { sample in
                    let place = sample < row.count ? Int(row[sample]) : -1
                    return values.indices.contains(place) ? values[place] : 0
                }
            }
        } else {
            kept = filled(values).map(KeptFamily.init)
        }
        for one in kept { collected.families.append(one.family) }
        isTaken.store(false, ordering: .releasing)
    }

    /// The families with `values` in their places.
    private func filled(_ values: [Double]) -> [Family] {
        zip(families, places).map { family, row in
            var family = family
            family.samples.withUnsafeMutableBufferPointer { samples in
                values.withUnsafeBufferPointer { values in
                    for index in 0..<min(samples.count, row.count) {
                        let place = Int(row[index])
                        if place >= 0, place < values.count { samples[index].value = .merged(values[place]) }
                    }
                }
            }
            return family
        }
    }
}
