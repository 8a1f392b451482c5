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
    /// Where the last sample went, as most are called like the one before. Nil once its name may mean another place.
    private(set) var last: Place?
    /// The names of the last samples and where they went: those of a histogram take turns. Emptied with `last`.
    private var recent: [(name: Text, place: Place)] = []

    func kind(at place: Place) -> MetricKind? {
        place.family < families.count ? families[place.family].kind : nil
    }

    @inline(__always)
    mutating func append(_ sample: consuming Sample, to place: Place) {
        guard place.family < families.count else { return }
        families[place.family].samples.append(sample)
    }

    /// The place of a sample called `name`; makes a family of its own when no other claims it.
    ///
    /// A family of exactly this name comes before one that has it as a part, as in other readers.
    mutating func place(for name: Text) -> Place {
        if let known = recent.first(where: { $0.name == name }) {
            last = known.place
            return known.place
        }
        let place =
            byName[name].map { Place(family: $0, suffix: .none) } ?? parent(of: name)
            ?? Place(family: make(name, kind: nil), suffix: .none)
        if recent.count > 3 { recent.removeFirst() }
        recent.append((name, place))
        last = place
        return place
    }

    /// Names may mean other places now.
    private mutating func forget() {
        last = nil
        recent.removeAll(keepingCapacity: true)
    }

    mutating func setKind(_ kind: MetricKind, for name: Text) -> KindOutcome {
        guard let found = byName[name] else {
            _ = make(name, kind: kind)
            return .first
        }
        forget()
        if let earlier = families[found].kind {
            if earlier == kind { return .repeated }
            _ = make(name, kind: kind)
            return .contradicted(earlier)
        }
        if families[found].samples.isEmpty {
            families[found].kind = kind
            return .first
        }
        // Parts of it may stand further down as metrics of their own: with a type they would be two blocks of one.
        let isSplit = SampleSuffix.allowed(for: kind).contains { byName[name.appending($0.name)] != nil }
        guard !isSplit, families[found].samples.allSatisfy({ $0.fits(kind) }) else { return .impossible }
        families[found].kind = kind
        return .late
    }

    /// False when there was a text already, which then stays.
    mutating func setHelp(_ help: Text, for name: Text) -> Bool {
        let found = byName[name] ?? make(name, kind: nil)
        guard families[found].help == nil else { return false }
        families[found].help = help
        return true
    }

    private mutating func make(_ name: Text, kind: MetricKind?) -> Int {
        let place = families.count
        families.append(Family(name: name, kind: kind))
        byName[name] = place
        forget()
        return place
    }

    private func parent(of name: Text) -> Place? {
        guard let (suffix, base) = SampleSuffix.split(name), let found = byName[base],
            SampleSuffix.allowed(for: families[found].kind).contains(suffix)
        else { return nil }
        return Place(family: found, suffix: suffix)
    }
}

extension Sample {
    /// Whether its `le` or `quantile` is a number, as samples of `kind` need it: buckets must have one.
    func hasBound(of kind: MetricKind?) -> Bool {
        let bound: Text
        switch kind {
        case .histogram, .gaugehistogram: bound = "le"
        case .summary: bound = "quantile"
        default: return true
        }
        return labels.value(of: bound).map { readNumber($0) != nil } ?? (suffix != .bucket)
    }

    /// Whether it may stand in a family of `kind`.
    func fits(_ kind: MetricKind) -> Bool {
        let suffixes = SampleSuffix.allowed(for: kind)
        guard suffix == .none else { return suffixes.contains(suffix) }
        guard kind == .summary else { return !suffixes.contains(.bucket) }
        return labels.value(of: "quantile").map { readNumber($0) != nil } ?? true
    }
}

extension SampleSuffix {
    private static let names: [Text] = allCases.map { Text($0.text.description) }

    /// The suffix that `name` ends in, and what stands before it. No suffix ends in another one.
    static func split(_ name: Text) -> (SampleSuffix, Text)? {
        let start = name.withBytes { $0.lastIndex(of: UInt8(ascii: "_")) ?? 0 }
        let tail = name.slice(start, name.count)
        guard start > 0, let index = names.firstIndex(of: tail), index < allCases.count else { return nil }
        return (allCases[index], name.slice(0, start))
    }

    /// The suffix as a text, for comparing and joining.
    package var name: Text {
        let index = Int(rawValue)
        return index < Self.names.count ? Self.names[index] : Text()
    }
}
