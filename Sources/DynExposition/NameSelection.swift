// The families that somebody asked for by name, as `?name[]=` does. Warm.

import DynModel

package struct NameSelection: Sendable, Equatable {
    private let names: [Text]
    private let set: Set<Text>

    package init(_ names: [Text]) {
        self.names = names
        set = Set(names)
    }

    package init(_ names: [String]) {
        self.init(names.map { Text($0) })
    }

    /// With those that `others` makes of each, and of what each could be a sample's name of.
    package func adding(_ others: (Text) -> [Text]) -> NameSelection {
        let bases = names + names.compactMap { SampleSuffix.split($0)?.1 } + names.map { $0.appending("_total") }
        return NameSelection(names + bases.flatMap(others))
    }

    /// Whether `family` is one of them: by its name in text 0.0.4 or OpenMetrics, or that of a sample it could have.
    package func selects(_ family: Family) -> Bool {
        if set.contains(family.name) { return true }
        switch family.kind {
        case .counter where family.name.hasSuffix("_total"):
            return set.contains(family.name.slice(0, family.name.count &- 6))
        case .info where family.name.hasSuffix("_info"):
            return set.contains(family.name.slice(0, family.name.count &- 5))
        default:
            return SampleSuffix.allowed(for: family.kind).contains { set.contains(family.name.appending($0.name)) }
        }
    }

    /// Whether a family whose name begins with `prefix` could be one of them. A prefix may be longer than the name of
    /// the family, when it is matched against those of samples.
    package func mayBegin(with prefix: Text) -> Bool {
        names.contains { $0.hasPrefix(prefix) || prefix.hasPrefix($0) }
    }
}

extension PageFilter {
    /// Whether this filter could let any of `selection` pass, under the names that it gives.
    package func mayPass(_ selection: NameSelection) -> Bool {
        if let addPrefix, !addPrefix.isEmpty { return selection.mayBegin(with: addPrefix) }
        return include.isEmpty || include.contains { selection.mayBegin(with: $0) }
    }
}
