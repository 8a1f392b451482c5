// One scrape over a node and what is below it. Warm.
//
// Order: all sources that bring values up to date are asked and awaited, for at most half the deadline; then all others
// are asked, then awaited together until the deadline; then our own cells are read and the page is merged. Nobody
// else's code runs on this thread or under a lock.

import CDynCells
import DynExposition
import DynInstruments
import DynModel
import DynSources

package struct ScrapeOptions: Sendable {
    /// The `dynmetrics_*` families, which only the root has.
    package var includesSelfMetrics = true
    /// Seconds that sources may take together; nil is the runtime's own.
    package var deadline: Double?
    /// Only these families; nil is all of them.
    package var names: NameSelection?

    package init(includesSelfMetrics: Bool = true, deadline: Double? = nil, names: NameSelection? = nil) {
        self.includesSelfMetrics = includesSelfMetrics
        self.deadline = deadline
        self.names = names
    }

    /// The deadline for a scraper that gives up after `timeout` seconds.
    package static func deadline(_ own: Double, scraperTimeout timeout: Double?) -> Double {
        guard let timeout else { return max(0.1, own) }
        return max(0.1, min(own, 0.9 * timeout))
    }
}

extension Node {
    /// This page in `format`. Waits for sources, at most until the deadline.
    package func page(_ format: PageFormat, _ options: ScrapeOptions = ScrapeOptions()) -> Text {
        var drops = DropTally()
        let page = format.write(scrape(options), drops: &drops)
        runtime.countFormatDrops(drops)
        return page
    }

    /// The families of this page. Waits for sources, at most until the deadline.
    package func scrape(_ options: ScrapeOptions = ScrapeOptions()) -> [Family] {
        dyncells_reap()
        let started = Moment.now
        let deadline = max(0.001, options.deadline ?? runtime.deadline)
        let (metrics, registrations) = withStructureLock {
            let nodes = place.subtreeLocked()
            return (nodes.flatMap(\.metrics), nodes.flatMap(\.registrations).filter(\.isWantedLocked))
        }
        let updates = registrations.filter { $0.rank == .update }
        let sources = registrations.filter { $0.rank != .update }

        for update in updates { update.worker.ask() }
        let updateOutcomes = updates.map { $0.worker.answer(by: started.adding(deadline / 2)) }
        // One that cannot bring what was asked for is left alone: its last outcome tells of it.
        let rules = runtime.rules
        let names = rules.flatMap { rules in options.names.map { rules.widened($0) } } ?? options.names
        let asked = sources.filter { $0.mayBring(names) }
        // Those with threads first: the others are read on this one meanwhile.
        for source in asked where !source.worker.isInline { source.worker.ask() }
        for source in asked where source.worker.isInline { source.worker.ask() }
        let outcomes = sources.map { source in
            source.mayBring(names)
                ? source.worker.answer(by: started.adding(deadline)) : source.worker.lastOutcome
        }

        var page = PageMerge()
        var ownDrops = DropTally()
        var pass = rules.map { RulePass($0) }
        let own = ownFamilies(metrics, names)
        page.add(pass?.apply(own, drops: &ownDrops) ?? own, isUnique: true, drops: &ownDrops)
        let brought = zip(sources, outcomes).filter { source, _ in source.mayBring(names) }
        merge(brought, through: &pass, into: &page)
        var families = selected(page.finish(), options)
        if place.level == .runtime {
            let process = ProcessFamilies(runtime: runtime).families(beside: families)
            families.append(contentsOf: selected(pass?.apply(process, drops: &ownDrops) ?? process, options))
        }
        runtime.countOwnDrops(ownDrops)
        if let pass { runtime.count(pass, isWhole: place.level == .runtime && options.names == nil) }
        guard place.level == .runtime else { return families }
        remember(updates + sources, updateOutcomes + outcomes)
        if !options.includesSelfMetrics { return families }
        let told = SelfMetrics(runtime: runtime, page: families).families(updates + sources, updateOutcomes + outcomes)
        return joined(families, selected(told, options))
    }

    private func selected(_ families: [Family], _ options: ScrapeOptions) -> [Family] {
        guard let names = options.names else { return families }
        return families.filter { names.selects($0) }
    }

    /// The page with the self-metrics behind it. They are merged first: no source can take their names from them.
    private func joined(_ families: [Family], _ own: [Family]) -> [Family] {
        var page = PageMerge()
        var drops = DropTally()
        page.add(own, isUnique: true, drops: &drops)
        page.add(families, isUnique: true, drops: &drops)
        runtime.countFormatDrops(drops)
        let whole = page.finish()
        let ownCount = min(own.count, whole.count)
        return Array(whole[ownCount...] + whole[..<ownCount])
    }

    /// By name; metrics of one name keep the order in which they were created.
    private func ownFamilies(_ metrics: [Metric], _ names: NameSelection?) -> [Family] {
        metrics.filter { metric in
            let definition = metric.definition
            return names?.selects(Family(name: definition.name, kind: definition.type.kind)) ?? true
        }
        .map { $0.family() }.enumerated()
        .sorted { ($0.element.name, $0.offset) < ($1.element.name, $1.offset) }
        .map(\.element)
        .filter { !$0.samples.isEmpty }
    }

    private func merge(
        _ asked: [(Registration, SourceOutcome)], through pass: inout RulePass?, into page: inout PageMerge
    ) {
        let ranked = asked.enumerated()
            .sorted { ($0.element.0.rank, $0.offset) < ($1.element.0.rank, $1.offset) }
            .map(\.element)
        let hidden = withStructureLock {
            var hidden: [String: HiddenSeries] = [:]
            for (source, _) in ranked { hidden[source.name] = source.hiddenLocked() }
            return hidden
        }
        for (source, outcome) in ranked {
            guard let collected = outcome.collected else { continue }
            var drops = DropTally()
            var families = hidden[source.name]?.hide(in: collected.families) ?? collected.families
            families = pass?.apply(families, drops: &drops) ?? families
            page.add(families, isUnique: collected.isUnique, drops: &drops)
            let told = drops
            withStructureLock { source.pageDrops.add(told) }
            logOnce(source.name, drops)
            logOnce(source.name, collected.drops)
        }
    }

    private func logOnce(_ source: String, _ drops: DropTally) {
        for (reason, example) in drops.examples {
            Log.once(.warning, cause: "\(source) \(reason.rawValue)", "source '\(source)': dropped, \(example)")
        }
    }

    private func remember(_ sources: [Registration], _ outcomes: [SourceOutcome]) {
        let states = zip(sources, outcomes).map { (name: $0.name, state: $1.state) }
        withStructureLock { runtime.sourceStates = states }
        for (source, outcome) in zip(sources, outcomes) where outcome.failure == .deadline {
            Log.once(
                .warning, cause: "\(source.name) deadline",
                "source '\(source.name)' did not answer before the scrape's deadline; "
                    + "its last good values are shown for up to \(Int(runtime.sourceMaxAge.rounded(.up))) seconds")
        }
    }
}
