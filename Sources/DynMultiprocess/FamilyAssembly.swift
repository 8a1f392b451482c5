// Families out of merged series, in the order that generate_latest would print them in. Warm.
//
// What comes out has places instead of values, as it lasts longer than they do. All label blocks of one page are slices
// of one buffer: some ten thousand small allocations less.

import DynModel

/// The families of `catalogue` with its gauges. Every sample's value is the number of its step in the recipe, which
/// says where its real value comes from. Nil when memory ran out.
func assembleFamilies(
    _ catalogue: borrowing Catalogue, gauges: GaugePlan, drops: inout DropTally
) -> (families: [Family], recipe: PageRecipe)? {
    var assembly = FamilyAssembly(familyCount: catalogue.families.count)
    for number in catalogue.families.indices { assembly.addSeries(of: number, catalogue) }
    for number in gauges.results.indices { assembly.add(number, gauges, catalogue) }
    guard let families = assembly.finish(catalogue) else { return nil }
    return (withoutConflicts(families, catalogue, &drops), assembly.recipe)
}

private struct FamilyAssembly: ~Copyable {
    /// A sample whose labels still lie in the buffer.
    private struct Draft {
        var labels: Range<Int>
        var step: Int
        var suffix: SampleSuffix
    }

    private(set) var recipe = PageRecipe()
    private var buffer = ByteWriter(capacity: 1 << 16)
    private var drafts: [[Draft]]
    private var bounds: [UInt64: Text] = [:]

    init(familyCount: Int) {
        drafts = Array(repeating: [], count: familyCount)
    }

    /// Series with other cells than buckets come first, as their labels are met first when Python adds up.
    mutating func addSeries(of family: Int, _ catalogue: borrowing Catalogue) {
        for series in catalogue.families[family].plainSeries { add(series, catalogue) }
        for series in catalogue.families[family].bucketSeries where catalogue.series[series].plainCells.isEmpty {
            add(series, catalogue)
        }
    }

    /// Plain cells, then the buckets by bound and accumulated, then the count that they make.
    private mutating func add(_ number: Int, _ catalogue: borrowing Catalogue) {
        let series = catalogue.series[number]
        let buckets = FamilyAssembly.ascending(series.buckets, catalogue)
        let first = recipe.buckets.count
        for cell in buckets { recipe.buckets.append(Int32(truncatingIfNeeded: cell)) }
        let count = RecipeStep.total(
            Int32(truncatingIfNeeded: first), Int32(truncatingIfNeeded: recipe.buckets.count))
        let labels = write(labelsOf: number, catalogue)
        var isCounted = buckets.isEmpty
        for cell in series.plainCells {
            let suffix = catalogue.cells[cell].suffix
            let isCount = suffix == .count && !buckets.isEmpty
            draft(series.family, labels, isCount ? count : .cell(Int32(truncatingIfNeeded: cell)), suffix)
            if isCount { isCounted = true }
        }
        for (index, cell) in buckets.enumerated() {
            let bound = bound(catalogue.cells[cell].bound)
            let labels = write(labelsOf: number, catalogue, adding: "le", bound)
            let cell = Int32(truncatingIfNeeded: cell)
            draft(series.family, labels, index == 0 ? .firstBucket(cell) : .bucket(cell), .bucket)
        }
        if !isCounted { draft(series.family, labels, count, .count) }
    }

    mutating func add(_ number: Int, _ gauges: GaugePlan, _ catalogue: borrowing Catalogue) {
        let gauge = gauges.results[number]
        let labels =
            if let pid = gauge.pid {
                write(labelsOf: gauge.series, catalogue, adding: "pid", gauges.pids[pid])
            } else {
                write(labelsOf: gauge.series, catalogue)
            }
        draft(catalogue.series[gauge.series].family, labels, .gauge(Int32(truncatingIfNeeded: number)), .none)
    }

    private mutating func draft(_ family: Int, _ labels: Range<Int>, _ step: RecipeStep, _ suffix: SampleSuffix) {
        drafts[family].append(Draft(labels: labels, step: recipe.steps.count, suffix: suffix))
        recipe.steps.append(step)
    }

    mutating func finish(_ catalogue: borrowing Catalogue) -> [Family]? {
        guard !buffer.isTruncated, buffer.count <= Int(UInt32.max) else { return nil }
        let labels = buffer.finish()
        var families: [Family] = []
        families.reserveCapacity(drafts.count)
        for number in drafts.indices {
            let samples = drafts[number].map { draft in
                let block = LabelBlock(rendered: labels.slice(draft.labels.lowerBound, draft.labels.upperBound))
                return Sample(block, .integer(UInt64(draft.step)), suffix: draft.suffix)
            }
            let entry = catalogue.families[number]
            families.append(Family(name: entry.name, kind: entry.kind, help: entry.help, samples: samples))
        }
        return families
    }

    // MARK: - labels

    private mutating func write(labelsOf series: Int, _ catalogue: borrowing Catalogue) -> Range<Int> {
        let start = buffer.count
        buffer.append(catalogue.labels(of: series))
        return start..<buffer.count
    }

    /// The labels of `series` with one more in the place that was kept for it.
    private mutating func write(
        labelsOf series: Int, _ catalogue: borrowing Catalogue, adding name: StaticString, _ value: Text
    ) -> Range<Int> {
        let start = buffer.count
        let bytes = catalogue.labels(of: series)
        let gap = catalogue.series[series].gap
        if gap > 0 {
            buffer.append(UnsafeRawBufferPointer(rebasing: bytes[..<gap]))
            buffer.append(UInt8(ascii: ","))
        }
        buffer.append(literal: name)
        buffer.append(literal: "=\"")
        buffer.append(escaping: value)
        buffer.append(UInt8(ascii: "\""))
        if gap == 0, !bytes.isEmpty { buffer.append(UInt8(ascii: ",")) }
        buffer.append(UnsafeRawBufferPointer(rebasing: bytes[gap...]))
        return start..<buffer.count
    }

    /// A bound in prometheus_client's spelling; most histograms share theirs.
    private mutating func bound(_ bound: Double) -> Text {
        if let spelled = bounds[bound.bitPattern] { return spelled }
        var writer = ByteWriter(capacity: 24)
        writer.append(number: bound, style: .prometheusClient)
        let spelled = writer.finish()
        bounds[bound.bitPattern] = spelled
        return spelled
    }

    private static func ascending(_ buckets: [Int], _ catalogue: borrowing Catalogue) -> [Int] {
        var isAscending = true
        for index in buckets.indices.dropFirst()
        where catalogue.cells[buckets[index &- 1]].bound > catalogue.cells[buckets[index]].bound {
            isAscending = false
        }
        if isAscending { return buckets }
        let bounds = buckets.map { (bound: catalogue.cells[$0].bound, cell: $0) }
        return bounds.sorted { $0.bound < $1.bound }.map(\.cell)
    }
}

/// Of families with one name the first, save that a counter without `_total` yields to a family of another kind: it is
/// more likely that a gauge's file was copied under a counter's name than the other way round.
private func withoutConflicts(
    _ families: [Family], _ catalogue: borrowing Catalogue, _ drops: inout DropTally
) -> [Family] {
    var owners: [Text: Int] = [:]
    var dropped: Set<Int> = []
    for number in families.indices {
        guard let owner = owners[families[number].name] else {
            owners[families[number].name] = number
            continue
        }
        let loser = catalogue.families[owner].isBare ? owner : number
        owners[families[number].name] = loser == owner ? number : owner
        dropped.insert(loser)
        let family = families[loser]
        let count = max(1, family.samples.count)
        drops.add(.typeConflict, count: count, example: "\(family.name): a family of another type has this name")
    }
    if dropped.isEmpty { return families }
    return families.indices.filter { !dropped.contains($0) }.map { families[$0] }
}
