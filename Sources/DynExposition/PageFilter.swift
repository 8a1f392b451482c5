// Which families of a source pass, under which names, with which labels more. Warm.
//
// Order: exclude wins over include; then the rename; then labels, where the sample's own win. Text sources are matched
// line by line on rendered names, as upstream does it (so `x_bucket` can go while `x_sum` stays); typed ones by family.

import DynModel

package struct PageFilter: Sendable {
    package enum Matching: Sendable {
        /// By the name of each line: a sample's full name, a family's name in HELP and TYPE.
        case lines
        /// By the family's name as the source calls it.
        case families
    }

    package let include: [Text]
    package let exclude: [Text]
    package let addPrefix: Text?
    package let labels: [Label]
    private let injection: LabelInjection

    package static let passAll = PageFilter(trustedLabels: [])

    /// Labels that are known to be good: the automatic ones.
    package init(trustedLabels labels: [Label]) {
        self.init(include: [], exclude: [], addPrefix: nil, checked: labels)
    }

    fileprivate init(include: [Text], exclude: [Text], addPrefix: Text?, checked labels: [Label]) {
        self.include = include
        self.exclude = exclude
        self.addPrefix = addPrefix
        self.labels = labels
        injection = LabelInjection(labels)
    }

    /// Refuses what cannot be a prefix or a label; of two labels with one name the first counts.
    package init(
        include: [Text] = [], exclude: [Text] = [], addPrefix: Text? = nil, labels: [Label] = []
    ) throws(MetricsError) {
        for prefix in include + exclude + [addPrefix ?? ""] {
            let isLine = prefix.withBytes { bytes in bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }
            guard prefix.isValidUTF8, isLine else { throw .invalidPrefix(printable(prefix)) }
        }
        if let addPrefix, !addPrefix.isEmpty, !isLegacyMetricName(addPrefix) {
            throw .invalidPrefix(printable(addPrefix))
        }
        var kept: [Label] = []
        for label in labels {
            if label.name == "le" || label.name == "quantile" { throw .reservedInjectedLabel(label.name.string) }
            guard isUsableLabelName(label.name) else { throw .invalidLabelName(printable(label.name)) }
            guard label.value.isValidUTF8, !label.value.hasNUL else {
                throw .labelValue("the value of '\(label.name)' is '\(printable(label.value))'")
            }
            if !kept.contains(where: { $0.name == label.name }) { kept.append(label) }
        }
        self.init(include: include, exclude: exclude, addPrefix: addPrefix, checked: kept)
    }

    /// The same filter with `labels` added where it has none of that name; those win that come first.
    package func preferring(_ first: [Label]) -> PageFilter {
        let rest = labels.filter { label in !first.contains { $0.name == label.name } }
        return PageFilter(include: include, exclude: exclude, addPrefix: addPrefix, checked: first + rest)
    }

    package func apply(_ families: [Family], matching: Matching) -> [Family] {
        var tally = FilterTally()
        return apply(families, matching: matching, tally: &tally)
    }

    package func apply(_ families: [Family], matching: Matching, tally: inout FilterTally) -> [Family] {
        var kept: [Family] = []
        kept.reserveCapacity(families.count)
        let isNamesOnly = include.isEmpty && exclude.isEmpty && addPrefix == nil
        for family in families {
            let before = kept.count
            defer { tally.count(family, left: kept[before...]) }
            if isNamesOnly {
                kept.append(family)
            } else if matching == .families {
                if passes(family.name) { kept.append(renaming(family)) }
            } else {
                selectLines(of: family, into: &kept)
            }
        }
        injection.apply(to: &kept)
        return kept
    }

    // MARK: names

    private func passes(_ name: Text) -> Bool {
        if exclude.contains(where: { name.hasPrefix($0) }) { return false }
        return include.isEmpty || include.contains { name.hasPrefix($0) }
    }

    private func renamed(_ name: Text) -> Text {
        guard let addPrefix, !addPrefix.isEmpty else { return name }
        var rest = name
        if let prefix = include.first(where: { name.hasPrefix($0) }) { rest = name.slice(prefix.count, name.count) }
        return rest.hasPrefix(addPrefix) ? rest : addPrefix.appending(rest)
    }

    private func renaming(_ family: Family) -> Family {
        var family = family
        family.name = renamed(family.name)
        return family
    }

    private func selectLines(of family: Family, into kept: inout [Family]) {
        let name = renamed(family.name)
        let keepsMetadata = passes(family.name)
        var main = Family(name: name, kind: nil)
        if keepsMetadata { (main.kind, main.help, main.unit) = (family.kind, family.help, family.unit) }
        var strays: [Family] = []

        // What happens to a sample depends on its suffix alone: decided once for each.
        let fates = SampleSuffix.allCases.map { fate(of: $0, in: family, renamedTo: name) }
        for sample in family.samples {
            let index = Int(sample.suffix.rawValue)
            switch index < fates.count ? fates[index] : .dropped {
            case .dropped: break
            case .stays: main.samples.append(sample)
            case .apart(let name):
                var sample = sample
                sample.suffix = .none
                if let place = strays.firstIndex(where: { $0.name == name }) {
                    strays[place].samples.append(sample)
                } else {
                    strays.append(Family(name: name, kind: nil, samples: [sample]))
                }
            }
        }
        if keepsMetadata || !main.samples.isEmpty { kept.append(main) }
        kept += strays
    }

    private enum Fate {
        case dropped, stays
        /// The prefix that was taken off differs from the family's, so the name no longer begins with it.
        case apart(Text)
    }

    private func fate(of suffix: SampleSuffix, in family: Family, renamedTo name: Text) -> Fate {
        let full = family.name.appending(suffix.name)
        guard passes(full) else { return .dropped }
        let new = renamed(full)
        return new == name.appending(suffix.name) ? .stays : .apart(new)
    }
}

extension PageFilter {
    /// The same filter with `labels` added behind its own: they lose against them.
    package func appending(_ more: [Label]) -> PageFilter {
        let new = more.filter { label in !labels.contains { $0.name == label.name } }
        return PageFilter(include: include, exclude: exclude, addPrefix: addPrefix, checked: labels + new)
    }
}
