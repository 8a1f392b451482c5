// What an operator wants of a page, whoever brings its families: some left out, some under other names, none too large.
// Warm; there is none where nothing is wanted.

import DynModel

package struct PageRules: Sendable {
    /// Series that are left out: those of a family that fits, with labels that all fit.
    package struct Drop: Sendable {
        package var family: NamePattern
        /// A label that a series does not have has the value "".
        package var labels: [Matcher]

        package init(family: NamePattern, labels: [Matcher] = []) {
            self.family = family
            self.labels = labels
        }

        fileprivate func takes(_ block: LabelBlock) -> Bool {
            labels.allSatisfy { $0.value.matches(block.value(of: $0.name) ?? "") }
        }
    }

    /// What the value of one label has to be like.
    package struct Matcher: Sendable {
        package var name: Text
        package var value: NamePattern

        package init(_ name: Text, _ value: Text) {
            self.name = name
            self.value = NamePattern(value)
        }
    }

    /// A family that is called otherwise: one name, or all that begin alike.
    package struct Rename: Sendable {
        /// Without the star at the end.
        package var from: Text
        package var to: Text
        package var isPrefix: Bool
        /// Whether it stands under its old name too.
        package var keepsOld: Bool

        package init(from: Text, to: Text, isPrefix: Bool = false, keepsOld: Bool = true) {
            self.from = from
            self.to = to
            self.isPrefix = isPrefix
            self.keepsOld = keepsOld
        }

        package func newName(_ name: Text) -> Text? {
            if !isPrefix { return name == from ? to : nil }
            return name.hasPrefix(from) ? to.appending(name.slice(from.count, name.count)) : nil
        }

        /// What was called `name` before; nil when it cannot come from here.
        fileprivate func oldName(_ name: Text) -> Text? {
            if !isPrefix { return name == to ? from : nil }
            return name.hasPrefix(to) ? from.appending(name.slice(to.count, name.count)) : nil
        }
    }

    package var drops: [Drop]
    package var renames: [Rename]
    /// Samples that one family may have on a page.
    package var familySeries: Int?
    /// Bytes that the value of one label may have.
    package var labelBytes: Int?

    package init(drops: [Drop] = [], renames: [Rename] = [], familySeries: Int? = nil, labelBytes: Int? = nil) {
        self.drops = drops
        self.renames = renames
        self.familySeries = familySeries
        self.labelBytes = labelBytes
    }

    package var isEmpty: Bool { drops.isEmpty && renames.isEmpty && familySeries == nil && labelBytes == nil }

    /// What has to be asked for, so that all of `names` are there after renaming.
    package func widened(_ names: NameSelection) -> NameSelection {
        names.adding { name in renames.compactMap { $0.oldName(name) } }
    }
}

/// The rules at work on one page: it counts over all sources.
package struct RulePass {
    private let rules: PageRules
    private var counts: [Text: Int] = [:]
    /// By family: samples that were too many.
    package private(set) var overflow: [Text: UInt64] = [:]
    /// Samples that stand under an old name, beside the new one.
    package private(set) var old: [OldName: Int] = [:]

    package struct OldName: Hashable, Sendable {
        package var old: Text
        package var new: Text
    }

    package init(_ rules: PageRules) {
        self.rules = rules
        for rename in rules.renames where rename.keepsOld && !rename.isPrefix {
            old[OldName(old: rename.from, new: rename.to)] = 0
        }
    }

    /// One source's families as the page is to have them.
    package mutating func apply(_ families: [Family], drops: inout DropTally) -> [Family] {
        var applied: [Family] = []
        applied.reserveCapacity(families.count)
        for family in families {
            guard var kept = dropping(family, &drops) else { continue }
            cutLabels(of: &kept, &drops)
            for var named in renaming(kept) {
                cutSeries(of: &named, &drops)
                applied.append(named)
            }
        }
        return applied
    }

    // MARK: left out

    private func dropping(_ family: Family, _ drops: inout DropTally) -> Family? {
        var family = family
        for rule in rules.drops where rule.family.matches(family.name) {
            let count = family.samples.count
            if !rule.labels.isEmpty {
                // Asked first: what nothing is taken from keeps its samples where they are, and what is rendered of them.
                guard family.samples.contains(where: { rule.takes($0.labels) }) else { continue }
                family.samples.removeAll { rule.takes($0.labels) }
            }
            let left = rule.labels.isEmpty ? 0 : family.samples.count
            drops.add(.rule, count: count &- left, example: "")
            if left == 0, count > 0 || rule.labels.isEmpty { return nil }
        }
        return family
    }

    // MARK: under other names

    private mutating func renaming(_ family: Family) -> [Family] {
        for rule in rules.renames {
            guard let name = rule.newName(family.name) else { continue }
            var renamed = family
            renamed.name = name
            if !rule.keepsOld { return [renamed] }
            old[OldName(old: family.name, new: name), default: 0] &+= family.samples.count
            return [renamed, family]
        }
        return [family]
    }

    // MARK: not too large

    private func cutLabels(of family: inout Family, _ drops: inout DropTally) {
        guard let most = rules.labelBytes else { return }
        func isTooLong(_ block: LabelBlock) -> Bool {
            block.text.count > most && block.labels.contains { $0.value.count > most }
        }
        let count = family.samples.count
        guard let first = family.samples.first(where: { isTooLong($0.labels) }) else { return }
        family.samples.removeAll { isTooLong($0.labels) }
        let long = first.labels.labels.first { $0.value.count > most }
        drops.add(
            .labelLength, count: count &- family.samples.count,
            example:
                "the value of label '\(long.map { printable($0.name) } ?? "")' of '\(printable(family.name))' has "
                + "\(long?.value.count ?? 0) bytes; \(most) are allowed")
    }

    private mutating func cutSeries(of family: inout Family, _ drops: inout DropTally) {
        guard let most = rules.familySeries else { return }
        let before = counts[family.name] ?? 0
        let count = family.samples.count
        if before &+ count > most { keepFirst(max(0, most &- before), of: &family) }
        counts[family.name] = before &+ family.samples.count
        let cut = count &- family.samples.count
        guard cut > 0 else { return }
        overflow[family.name, default: 0] &+= UInt64(cut)
        drops.add(
            .familyLimit, count: cut,
            example:
                "'\(printable(family.name))' has more than \(most) series; what comes behind is left out")
    }

    /// Buckets, sum and count of one histogram stay or go together.
    private func keepFirst(_ most: Int, of family: inout Family) {
        guard !SampleSuffix.allowed(for: family.kind).isEmpty else {
            family.samples.removeLast(family.samples.count &- most)
            return
        }
        let bound: Text = family.kind == .summary ? "quantile" : "le"
        let children = family.samples.map { $0.labels.removing(bound).canonical }
        var sizes: [Text: Int] = [:]
        for child in children { sizes[child, default: 0] &+= 1 }
        var kept: [Text: Bool] = [:]
        var left = most
        for child in children where kept[child] == nil {
            let size = sizes[child] ?? 0
            kept[child] = size <= left
            // What comes behind a child that was too large is left out too.
            left = size <= left ? left &- size : 0
        }
        family.samples = zip(family.samples, children).filter { kept[$0.1] == true }.map(\.0)
    }
}
