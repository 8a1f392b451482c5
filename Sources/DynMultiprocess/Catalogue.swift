// Which families, series and cells there are, and which of them the values of a key go to. Once per distinct key. Warm.
//
// A cell is a number that values are added up in: a counter's, a `_sum`, one bucket of a histogram. A gauge has no
// cell, as its rule is known only when all files are read (``GaugeMerge``): its keys lead to a series.

import DynModel

/// Everything that values can belong to, numbered in order of first appearance.
struct Catalogue: ~Copyable {
    struct FamilyEntry {
        var name: Text
        var kind: MetricKind
        /// Of the first record.
        var help: Text
        /// Whether it is a counter whose samples have no `_total`.
        var isBare: Bool
        /// Series with a cell that is not a bucket, then those with a bucket, each in order of first appearance.
        var plainSeries: [Int] = []
        var bucketSeries: [Int] = []
    }

    struct SeriesEntry {
        var family: Int
        /// Where in its labels `le` or `pid` belongs.
        var gap: Int
        var plainCells: [Int] = []
        var buckets: [Int] = []
    }

    struct Cell {
        var suffix: SampleSuffix
        /// The upper bound of a bucket.
        var bound: Double
    }

    private(set) var families: ContiguousArray<FamilyEntry> = []
    private(set) var series: ContiguousArray<SeriesEntry> = []
    private(set) var cells: ContiguousArray<Cell> = []
    private var familyNames = ByteTable()
    private var seriesLabels = ByteTable()
    private var cellNames = ByteTable()
    private var key = KeyReader()
    private var labels = LabelRendering()
    private var name: ContiguousArray<UInt8> = []

    init() {}

    /// The labels of series `number`, without `le` and `pid`.
    func labels(of number: Int) -> UnsafeRawBufferPointer { seriesLabels.bytes(of: number) }

    /// The number of the cell that values of the raw key `bytes` go to, of the series when `kind` is gauge. Nil for a
    /// key that cannot be read or whose sample no metric of this kind has.
    mutating func place(_ bytes: UnsafeRawBufferPointer, kind: MetricKind) -> Int? {
        guard key.read(bytes), !key.family.isEmpty, let role = SampleRole(key, kind: kind),
            labels.render(key, settingApart: role.labelApart), let bound = role.bound(key, labels),
            let family = family(role, kind), let series = series(in: family)
        else { return nil }
        return kind == .gauge ? series : cell(Cell(suffix: role.suffix, bound: bound), of: series)
    }

    private mutating func family(_ role: SampleRole, _ kind: MetricKind) -> Int? {
        name.removeAll(keepingCapacity: true)
        _ = key.appendName(role.name, to: &name, colons: true)
        let found = name.withUnsafeBytes { familyNames.intern($0, tag: UInt32(kind.rawValue)) }
        guard let number = found else { return nil }
        if number == families.count {
            families.append(
                FamilyEntry(
                    name: name.withUnsafeBytes { Text(copying: $0) }, kind: kind,
                    help: key.with(key.help) { Text(copying: $0) }, isBare: role.isBare
                ))
        } else if !role.isBare {
            families[number].isBare = false
        }
        return number
    }

    private mutating func series(in family: Int) -> Int? {
        let tag = UInt32(truncatingIfNeeded: family)
        let found = labels.block.withUnsafeBytes { seriesLabels.intern($0, tag: tag) }
        guard let number = found else { return nil }
        if number == series.count { series.append(SeriesEntry(family: family, gap: labels.gap)) }
        return number
    }

    private mutating func cell(_ cell: Cell, of number: Int) -> Int? {
        // -0.0 and 0.0 are one bound.
        let identity = (cell.bound == 0 ? 0 : cell.bound.bitPattern, UInt64(cell.suffix.rawValue))
        let found = withUnsafeBytes(of: identity) { cellNames.intern($0, tag: UInt32(truncatingIfNeeded: number)) }
        guard let found, found == cells.count else { return found }
        cells.append(cell)
        let family = series[number].family
        if cell.suffix == .bucket {
            if series[number].buckets.isEmpty { families[family].bucketSeries.append(number) }
            series[number].buckets.append(found)
        } else {
            if series[number].plainCells.isEmpty { families[family].plainSeries.append(number) }
            series[number].plainCells.append(found)
        }
        return found
    }
}
