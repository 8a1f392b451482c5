// The grip on one place of a tree. It keeps the whole tree alive.

import DynExposition
import DynInstruments
import DynModel
import DynMultiprocess
import DynSources

#if canImport(Glibc)
import Glibc
#endif

package struct Node: Sendable {
    package let runtime: Runtime
    package let place: TreeNode

    package init(runtime: Runtime, place: TreeNode) {
        self.runtime = runtime
        self.place = place
    }

    /// The root of a new tree.
    package init(connectionID: UInt64? = nil, constantLabels: [Label] = []) throws(MetricsError) {
        WarmUp.once()
        runtime = try Runtime(connectionID: connectionID, constantLabels: constantLabels)
        place = runtime.root
    }

    /// For those who make something before they make a runtime; see WarmUp.swift.
    package static func warmUp() { WarmUp.once() }

    // MARK: the tree

    /// The child of this name, made when there is none.
    package func child(_ level: Level, _ name: Text) throws(MetricsError) -> Node {
        let isFitting =
            switch (place.level, level) {
            case (.runtime, .namespace), (.namespace, .namespace), (.namespace, .component), (.component, .endpoint):
                true
            default: false
            }
        guard isFitting else { throw .level(asked: level.rawValue, parent: place.level.rawValue) }
        guard !name.isEmpty, name.isValidUTF8, !name.hasNUL else {
            throw .invalidNodeName(printable(name), level: level.rawValue)
        }
        // Trees are walked and taken down recursively.
        guard place.path.count < 100 else {
            throw .wrongNode("\(place.title) is 100 levels deep; nest fewer namespaces")
        }
        let labels = try childLabels(level, name)
        let child = withStructureLock {
            if let known = place.children.first(where: { $0.level == level && $0.path.last == name }) { return known }
            let child = TreeNode(level: level, path: place.path + [name], ownLabels: labels)
            child.isReady = runtime.startsReady
            place.children.append(child)
            return child
        }
        return Node(runtime: runtime, place: child)
    }

    private func childLabels(_ level: Level, _ name: Text) throws(MetricsError) -> [Label] {
        let value = runtime.sanitizesLabelValues ? try sanitizedLabelName(name) : name
        switch level {
        case .runtime: return []
        case .namespace:
            // Nested namespaces share one label: "a.b".
            guard let outer = place.ownLabels.first?.value else { return [Label("dynamo_namespace", value)] }
            let joint: Text = runtime.sanitizesLabelValues ? "_" : "."
            return [Label("dynamo_namespace", outer.appending(joint).appending(value))]
        case .component: return place.ownLabels + [Label("dynamo_component", value)]
        case .endpoint: return place.ownLabels + [Label("dynamo_endpoint", value)]
        }
    }

    /// What /health says of this endpoint.
    package func setReady(_ isReady: Bool) throws(MetricsError) {
        guard place.level == .endpoint else {
            throw .wrongNode("\(place.title) has no health status; set it on an endpoint")
        }
        withStructureLock { place.isReady = isReady }
    }

    // MARK: sources

    /// Registers something to run before each scrape that includes this node.
    package func onScrape(
        _ update: @escaping @Sendable () throws(SourceFailure) -> Void
    ) -> Registration {
        register(UpdateSource(update), named: nil, rank: .update, filter: .passAll)
    }

    package func registerText(
        _ options: SourceOptions, _ text: @escaping @Sendable () throws(SourceFailure) -> Text
    ) -> Registration {
        let filter = filter(options)
        return register(
            TextSource(filter: filter, budget: runtime.sourceBudget, text), named: options.name, rank: .text,
            filter: filter)
    }

    package func registerTyped(
        _ options: SourceOptions, _ emit: @escaping @Sendable (inout FamilyEmitter) throws(SourceFailure) -> Void
    ) -> Registration {
        let filter = filter(options)
        return register(
            TypedSource(filter: filter, budget: runtime.sourceBudget, emit), named: options.name,
            rank: options.standsForText ? .text : .typed, filter: filter)
    }

    /// The directory must exist now; later its files may come and go.
    package func addMultiprocessDirectory(
        _ path: String, _ options: SourceOptions
    ) throws(MetricsError) -> Registration {
        guard let directory = opendir(path) else {
            throw .directory(path: path, reason: String(cString: strerror(errno)))
        }
        closedir(directory)
        let filter = filter(options)
        let source = DirectorySource(
            path: path, filter: filter, budget: runtime.sourceBudget, foldsDead: options.foldsDeadWriters)
        return register(source, named: options.name, rank: .directory, filter: filter)
    }

    /// Shows `table`; `rest` brings what belongs to it and cannot be in it, while that is wanted.
    package func registerTable(
        _ options: SourceOptions, _ table: SeriesTable, rest: (@Sendable () throws(SourceFailure) -> Text)?
    ) -> Registration {
        let filter = filter(options)
        let source = TableSource(table, filter: filter, budget: runtime.sourceBudget)
        guard let rest else {
            return register(source, named: options.name, rank: .text, filter: filter, isInline: true)
        }
        // Made first, shown second: the table's own comes before it on the page.
        let others = registration(
            TextSource(filter: filter, budget: runtime.sourceBudget, rest),
            named: (options.name ?? defaultName(.text, filter)) + "_rest", rank: .text, filter: filter)
        let table = register(
            source, named: options.name, rank: .text, filter: filter, isInline: true, rest: others)
        withStructureLock { place.registrations.append(others) }
        return table
    }

    private func filter(_ options: SourceOptions) -> PageFilter {
        switch options.added {
        case .nothing: options.filter
        case .constantLabels: options.filter.appending(runtime.constantLabels)
        case .nodeLabels:
            options.filter.preferring(runtime.automaticLabels(of: place)).appending(runtime.constantLabels)
        }
    }

    private func register(
        _ source: any Source, named name: String?, rank: Registration.Rank, filter: PageFilter, isInline: Bool = false,
        rest: Registration? = nil
    ) -> Registration {
        let made = registration(source, named: name, rank: rank, filter: filter, isInline: isInline, rest: rest)
        withStructureLock { place.registrations.append(made) }
        return made
    }

    private func registration(
        _ source: any Source, named name: String?, rank: Registration.Rank, filter: PageFilter, isInline: Bool = false,
        rest: Registration? = nil
    ) -> Registration {
        let name = runtime.claimSourceName(name ?? defaultName(rank, filter))
        return Registration(
            name: name, rank: rank, source: source, filter: filter, node: place, runtime: runtime, isInline: isInline,
            rest: rest)
    }

    /// `vllm` for the include prefix `vllm:`; else what kind of source it is.
    private func defaultName(_ rank: Registration.Rank, _ filter: PageFilter) -> String {
        var prefix = filter.include.first.map { printable($0) } ?? ""
        while prefix.hasSuffix(":") || prefix.hasSuffix("_") { prefix.removeLast() }
        if !prefix.isEmpty { return prefix }
        return switch rank {
        case .update: "update"
        case .directory: "multiprocess"
        case .typed: "typed"
        case .text: "text"
        }
    }
}

/// How a source is named, filtered and labelled.
package struct SourceOptions: Sendable {
    package enum AddedLabels: Sendable {
        case nothing
        /// The runtime's constant labels only.
        case constantLabels
        /// Those of the node, which win over the filter's, and the runtime's constant ones.
        case nodeLabels
    }

    package var name: String?
    package var filter: PageFilter
    package var added: AddedLabels
    /// Of a directory: what processes wrote that are gone is read once. Its writers have to be processes of this pid namespace.
    package var foldsDeadWriters: Bool
    /// A typed source in the place of a text callback: its families stand where those of one would.
    package var standsForText: Bool

    package init(
        name: String? = nil, filter: PageFilter = .passAll, added: AddedLabels = .nodeLabels,
        foldsDeadWriters: Bool = false,
        standsForText: Bool = false
    ) {
        self.name = name
        self.filter = filter
        self.added = added
        self.foldsDeadWriters = foldsDeadWriters
        self.standsForText = standsForText
    }
}
