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
    private var templates: [FamilyTemplate] = []
    private var drops = DropTally()

    init(path: String, foldsDead: Bool) {
        plan = DirectoryPlan(path: path, holdsFiles: true, foldsDead: foldsDead)
    }

    func families(
        _ filter: PageFilter, _ budget: PageBudget, _ counted: inout DropTally
    ) throws(MetricsError) -> [Family] {
        if try plan.read(drops: &counted) { prepare(filter, budget) }
        counted.add(drops)
        var families: [Family] = []
        families.reserveCapacity(templates.count)
        for index in templates.indices { families.append(templates[index].filled(plan.values)) }
        // The only thing in the preparation that asks for values.
        untypeImpossibleCounts(&families, drops: &counted)
        return families
    }

    private func prepare(_ filter: PageFilter, _ budget: PageBudget) {
        drops = DropTally()
        var families = filter.apply(plan.families, matching: .lines)
        budget.cut(&families, drops: &drops)
        prepareForServing(&families, drops: &drops)
        templates = families.map { FamilyTemplate($0) }
    }
}

/// A family whose values are filled in.
private struct FamilyTemplate {
    private var family: Family
    private let steps: ContiguousArray<Int32>

    init(_ family: Family) {
        self.family = family
        steps = ContiguousArray(family.samples.map { sample in
            if case .integer(let step) = sample.value { Int32(truncatingIfNeeded: step) } else { -1 }
        })
    }

    /// In place, unless somebody still has what was filled in last.
    mutating func filled(_ values: ContiguousArray<Double>) -> Family {
        for (index, step) in steps.enumerated() where step >= 0 && Int(step) < values.count {
            family.samples[index].value = .merged(values[Int(step)])
        }
        return family
    }
}
