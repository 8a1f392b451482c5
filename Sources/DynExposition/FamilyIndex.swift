// Which family a name belongs to while a page is read: `x_bucket` is a part of histogram `x`, or a metric of its own.
// Warm.

import DynModel

/// The families of one page, in order of first appearance, found by name.
struct FamilyIndex {
    /// Where a sample goes: which family, with which suffix.
    struct Place {
        var family: Int
        var suffix: SampleSuffix
    }

    enum KindOutcome {
        case first
        case repeated
        /// It is taken, though samples came before it.
        case late
        /// The family had another kind; what follows goes into a new one, which the merge will judge.
        case contradicted(MetricKind)
        /// The samples that are there do not fit it.
        case impossible
    }

    private(set) var families: [Family] = []
    private var byName: [Text: Int] = [:]
    /// Samples mostly belong to the family of the line before.
    private var current = -1

    func kind(at place: Place) -> MetricKind? {
        place.family < families.count ? families[place.family].kind : nil
    }

    mutating func append(_ sample: Sample, to place: Place) {
        guard place.family < families.count else { return }
        families[place.family].samples.append(sample)
    }

    /// The place of a sample called `name`; makes a family of its own when no other claims it.
    mutating func place(for name: Text) -> Place {
        if current >= 0, current < families.count {
            let family = families[current]
            if family.name == name { return Place(family: current, suffix: .none) }
            if let suffix = suffix(of: name, in: family) { return Place(family: current, suffix: suffix) }
        }
        if let found = byName[name] {
            current = found
            return Place(family: found, suffix: .none)
        }
        if let found = parent(of: name) {
            current = found.family
            return found
        }
        return Place(family: make(name, kind: nil), suffix: .none)
    }

    mutating func setKind(_ kind: MetricKind, for name: Text) -> KindOutcome {
        guard let found = byName[name] else {
            _ = make(name, kind: kind)
            return .first
        }
        current = found
        if let earlier = families[found].kind {
            if earlier == kind { return .repeated }
            _ = make(name, kind: kind)
            return .contradicted(earlier)
        }
        if families[found].samples.isEmpty {
            families[found].kind = kind
            return .first
        }
        if SampleSuffix.allowed(for: kind).contains(.bucket) { return .impossible }
        families[found].kind = kind
        return .late
    }

    /// False when there was a text already, which then stays.
    mutating func setHelp(_ help: Text, for name: Text) -> Bool {
        let found = byName[name] ?? make(name, kind: nil)
        current = found
        guard families[found].help == nil else { return false }
        families[found].help = help
        return true
    }

    private mutating func make(_ name: Text, kind: MetricKind?) -> Int {
        families.append(Family(name: name, kind: kind))
        current = families.count &- 1
        byName[name] = current
        return current
    }

    private func suffix(of name: Text, in family: Family) -> SampleSuffix? {
        let suffixes = SampleSuffix.allowed(for: family.kind)
        if suffixes.isEmpty || !name.hasPrefix(family.name) { return nil }
        let rest = name.slice(family.name.count, name.count)
        return suffixes.first { rest == $0.name }
    }

    private func parent(of name: Text) -> Place? {
        for suffix in SampleSuffix.allCases where suffix != .none && name.hasSuffix(suffix.name) {
            guard let found = byName[name.slice(0, name.count &- suffix.name.count)],
                SampleSuffix.allowed(for: families[found].kind).contains(suffix)
            else { continue }
            return Place(family: found, suffix: suffix)
        }
        return nil
    }
}

extension SampleSuffix {
    private static let names: [Text] = allCases.map { Text($0.text.description) }

    /// The suffix as a text, for comparing and joining.
    package var name: Text {
        let index = Int(rawValue)
        return index < Self.names.count ? Self.names[index] : Text()
    }
}
