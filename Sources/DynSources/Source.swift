// What a source is to a scrape: something with a name that yields families when asked, and may fail, or hang.

import DynExposition
import DynModel

/// What a source brought: families that passed its filter, and what had to be left out.
package struct Collected: Sendable {
    package var families: [Family]
    package var drops: DropTally
    /// What the filter did.
    package var tally: FilterTally
    /// No family has a series twice.
    package var isUnique: Bool

    package init(
        families: [Family] = [], drops: DropTally = DropTally(), tally: FilterTally = FilterTally(),
        isUnique: Bool = false
    ) {
        self.families = families
        self.drops = drops
        self.tally = tally
        self.isUnique = isUnique
    }
}

/// Why a source brought nothing. The raw value is the `reason` label of `dynmetrics_source_errors_total`.
package enum SourceFailure: String, Error, Sendable, CaseIterable {
    /// The callback said so.
    case failed
    /// It did not return before the deadline.
    case deadline
    /// The directory could not be read.
    case directory
    /// The page of another program could not be fetched.
    case page
    /// No thread could be started for it.
    case thread
}

/// Something that yields families. ``collect()`` is called on the source's own thread, never twice at a time.
package protocol Source: AnyObject, Sendable {
    func collect() throws(SourceFailure) -> Collected
}

/// Refreshes values before they are read; yields no families of its own.
package final class UpdateSource: Source {
    private let update: @Sendable () throws(SourceFailure) -> Void

    package init(_ update: @escaping @Sendable () throws(SourceFailure) -> Void) {
        self.update = update
    }

    package func collect() throws(SourceFailure) -> Collected {
        try update()
        return Collected(isUnique: true)
    }
}

/// Text 0.0.4 or OpenMetrics from a callback: read, filtered line by line, never passed on unread.
package final class TextSource: Source {
    private let filter: PageFilter
    private let budget: PageBudget
    private let text: @Sendable () throws(SourceFailure) -> Text

    package init(
        filter: PageFilter, budget: PageBudget = .standard, _ text: @escaping @Sendable () throws(SourceFailure) -> Text
    ) {
        self.filter = filter
        self.budget = budget
        self.text = text
    }

    package func collect() throws(SourceFailure) -> Collected {
        let page = try text()
        var collected = Collected()
        let families = readFamilies(page, budget: budget, drops: &collected.drops)
        collected.families = filter.apply(families, matching: .lines, tally: &collected.tally)
        prepareForServing(&collected.families, drops: &collected.drops)
        return collected
    }
}

/// Families from a callback that emits them; filtered by the names that the callback uses.
package final class TypedSource: Source {
    private let filter: PageFilter
    private let budget: PageBudget
    private let emit: @Sendable (inout FamilyEmitter) throws(SourceFailure) -> Void

    package init(
        filter: PageFilter, budget: PageBudget = .standard,
        _ emit: @escaping @Sendable (inout FamilyEmitter) throws(SourceFailure) -> Void
    ) {
        self.filter = filter
        self.budget = budget
        self.emit = emit
    }

    package func collect() throws(SourceFailure) -> Collected {
        var emitter = FamilyEmitter(filter: filter, budget: budget)
        try emit(&emitter)
        let families = emitter.finish()
        return Collected(
            families: families, drops: emitter.drops, tally: emitter.tally, isUnique: emitter.isUnique)
    }
}
