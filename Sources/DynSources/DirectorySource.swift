// A prometheus_client multiprocess directory as a source: merged in Swift, no Python involved. Warm.

import CDynSupport
import DynExposition
import DynModel
import DynMultiprocess

package final class DirectorySource: Source, @unchecked Sendable {
    private let filter: PageFilter
    private let path: String
    private let budget: PageBudget
    private let foldsDead: Bool
    // Only the thread that collects has these: never two at a time.
    private var page: DirectoryPage
    private var generation = dynsupport_fork_generation()

    /// - Parameter foldsDead: whether what processes left that are gone is read once; for writers in this process's own
    ///   pid namespace only.
    package init(path: String, filter: PageFilter, budget: PageBudget = .standard, foldsDead: Bool = false) {
        self.path = path
        self.foldsDead = foldsDead
        self.budget = budget
        self.filter = filter
        page = DirectoryPage(path: path, foldsDead: foldsDead)
    }

    package func collect() throws(SourceFailure) -> Collected {
        leaveToParent()
        var collected = Collected(isUnique: true)
        do throws(MetricsError) {
            collected.families = try page.families(filter, budget, &collected.drops)
            collected.tally = page.tally
        } catch {
            Log.once(.error, cause: "directory \(path)", error.description)
            throw .directory
        }
        return collected
    }

    /// A forked child may have been made in the middle of a reading: it leaves everything as it is and begins anew.
    private func leaveToParent() {
        let now = dynsupport_fork_generation()
        if now == generation { return }
        generation = now
        _ = Unmanaged.passRetained(page)
        page = DirectoryPage(path: path, foldsDead: foldsDead)
    }
}

/// What lasts from one scrape to the next. Filter, labels and what a served page asks for depend on the keys alone, so
/// they are applied once, to families whose values are places; a scrape puts the values there.
private final class DirectoryPage {
    private let plan: DirectoryPlan
    private var families: [KeptFamily] = []
    /// Per family, which value of the plan each sample has.
    private var places: [ContiguousArray<Int32>] = []
    private var drops = DropTally()
    private(set) var tally = FilterTally()
    /// Whether a value below zero was ever seen: only then a histogram may have to lose its type.
    private var hasNegative = false

    init(path: String, foldsDead: Bool) {
        plan = DirectoryPlan(path: path, holdsFiles: true, foldsDead: foldsDead)
    }

    func families(
        _ filter: PageFilter, _ budget: PageBudget, _ counted: inout DropTally
    ) throws(MetricsError) -> [Family] {
        if try plan.read(drops: &counted) { prepare(filter, budget) }
        counted.add(drops)
        plan.values.withUnsafeBufferPointer { values in
            for number in families.indices { update(number, values) }
        }
        var page = families.map(\.family)
        if hasNegative { untypeImpossibleCounts(&page, drops: &counted) }
        return page
    }

    private func update(_ number: Int, _ values: UnsafeBufferPointer<Double>) {
        let isNew = places[number].withUnsafeBufferPointer { places in
            families[number].update { values[Int(places[$0])] }
        }
        if isNew, !hasNegative { hasNegative = families[number].news.contains { $0 < 0 } }
    }

    private func prepare(_ filter: PageFilter, _ budget: PageBudget) {
        drops = DropTally()
        tally = FilterTally()
        var shapes = filter.apply(plan.families, matching: .lines, tally: &tally)
        budget.cut(&shapes, drops: &drops)
        prepareForServing(&shapes, drops: &drops)
        hasNegative = plan.values.contains { $0 < 0 }
        places = []
        families = []
        for shape in shapes {
            var family = shape
            var found: ContiguousArray<Int32> = []
            family.samples = shape.samples.map { sample in
                var sample = sample
                if case .integer(let place) = sample.value {
                    found.append(Int32(truncatingIfNeeded: place))
                    sample.value = .merged(plan.values[Int(place)])
                }
                return sample
            }
            places.append(found)
            families.append(KeptFamily(family))
        }
    }
}
