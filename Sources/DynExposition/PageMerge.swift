// Puts the families of several sources on one page. Warm.
//
// What the page promises: one HELP, one TYPE, one block per family; no series twice, compared on sorted labels without
// empty ones; no sample name that two families write. Who comes first wins; what is left out is counted for the
// source that brought it.

import DynModel

package struct PageMerge {
    private var families: [Family] = []
    private var byName: [Text: Int] = [:]
    /// Which family writes samples of a name: `x_count` may be a part of `x` or a family of its own, not both.
    private var owners: [Text: Int] = [:]
    /// The series of each family that may meet a repetition. Absent: nobody looked yet.
    private var series: [Int: Set<SeriesKey>] = [:]

    package init() {}

    /// Adds one source's families behind those that are there.
    ///
    /// - Parameter isUnique: the source promises that none of its families has a series twice.
    package mutating func add(_ added: [Family], isUnique: Bool, drops: inout DropTally) {
        for family in added {
            if let place = byName[family.name] {
                join(family, to: place, drops: &drops)
            } else {
                begin(family, isUnique: isUnique, drops: &drops)
            }
        }
    }

    /// The page. Families that say nothing and whose names others write are left out.
    package func finish() -> [Family] {
        families.enumerated().filter { index, family in
            guard family.samples.isEmpty else { return true }
            if let owner = owners[family.name], owner != index { return false }
            return !SampleSuffix.allowed(for: family.kind).contains { owners[family.name.appending($0.name)] != nil }
        }.map(\.element)
    }

    private mutating func begin(_ family: Family, isUnique: Bool, drops: inout DropTally) {
        if let (suffix, base) = SampleSuffix.split(family.name), let place = byName[base],
            SampleSuffix.allowed(for: families[place].kind).contains(suffix)
        {
            return joinPart(family, suffix, of: base, at: place, drops: &drops)
        }
        let place = families.count
        var begun = family
        let kept = claimed(family, place, drops: &drops)
        // One that stays whole keeps what is rendered of it.
        if kept.count < family.samples.count { begun.samples = kept }
        if begun.samples.isEmpty, !family.samples.isEmpty { return }
        byName[family.name] = place
        families.append(begun)
        if isUnique || begun.samples.count < 2 { return }
        families[place].samples = []
        series[place] = []
        appendNew(begun.samples, to: place, drops: &drops)
    }

    /// A family that is called like a part of a histogram or summary on this page, `x_sum` beside `x`: readers take it
    /// for that part, and a TYPE line of its own for a second one of `x`. Its samples become that part, unless there is one.
    private mutating func joinPart(
        _ family: Family, _ suffix: SampleSuffix, of base: Text, at place: Int, drops: inout DropTally
    ) {
        let owner = families[place].kind?.textWord.description ?? ""
        let isWritten = owners[family.name] == place
        if family.kind != nil, !isWritten || family.samples.contains(where: { $0.suffix != .none }) {
            drops.add(
                .typeConflict,
                example:
                    "'\(printable(family.name))' is a part of the \(owner) '\(printable(base))' and has no type of its own"
            )
        }
        var part = Family(name: base, kind: families[place].kind)
        for sample in family.samples where sample.suffix == .none {
            var sample = sample
            sample.suffix = suffix
            if isWritten {
                drops.add(.nameCollision, example: "'\(printable(family.name))' is written by another family already")
                continue
            }
            guard sample.hasBound(of: part.kind) else {
                drops.add(
                    .label, example: "'\(printable(family.name))' is a bucket of '\(printable(base))' without a bound")
                continue
            }
            let isCount = suffix == .bucket || suffix == .count || suffix == .gaugeCount
            if isCount, sample.value.double < 0 {
                drops.add(
                    .value, example: "'\(printable(family.name))' is a count of '\(printable(base))' and below zero")
                continue
            }
            part.samples.append(sample)
        }
        if !part.samples.isEmpty { join(part, to: place, drops: &drops) }
        for other in SampleSuffix.allCases where other != .none {
            var rest = Family(name: family.name.appending(other.name), kind: nil)
            rest.samples = family.samples.filter { $0.suffix == other }.map {
                var sample = $0
                sample.suffix = .none
                return sample
            }
            if !rest.samples.isEmpty { add([rest], isUnique: false, drops: &drops) }
        }
    }

    private mutating func join(_ family: Family, to place: Int, drops: inout DropTally) {
        if !family.hasPlainNames { families[place].hasPlainNames = false }
        if let kind = family.kind, let known = families[place].kind, kind != known {
            drops.add(
                .typeConflict, count: max(1, family.samples.count),
                example:
                    "'\(printable(family.name))' is a \(known.textWord) on this page already, not a \(kind.textWord)")
            return
        }
        if families[place].kind == nil, let kind = family.kind {
            let isSplit = SampleSuffix.allowed(for: kind).contains { suffix in
                owners[family.name.appending(suffix.name)].map { $0 != place } ?? false
            }
            let isFitting = !isSplit && families[place].samples.allSatisfy { $0.fits(kind) }
            guard isFitting else {
                drops.add(
                    .typeConflict, count: max(1, family.samples.count),
                    example:
                        "'\(printable(family.name))' has samples already that a \(kind.textWord) cannot have")
                return
            }
            families[place].kind = kind
        }
        if let help = family.help {
            if let known = families[place].help {
                if known != help {
                    drops.add(.helpConflict, example: "'\(printable(family.name))' has another HELP text already")
                }
            } else {
                families[place].help = help
            }
        }
        if families[place].unit == nil { families[place].unit = family.unit }
        if series[place] == nil {
            series[place] = Set(families[place].samples.lazy.map { SeriesKey($0) })
        }
        var joining = family
        if family.kind == nil, let kind = families[place].kind {
            joining.samples = family.samples.filter { $0.hasBound(of: kind) }
            drops.add(
                .label, count: family.samples.count &- joining.samples.count,
                example:
                    "a bound of '\(printable(family.name))' is not a number")
        }
        appendNew(claimed(joining, place, drops: &drops), to: place, drops: &drops)
    }

    /// The samples whose full names no other family writes; `place` owns those names from now on.
    private mutating func claimed(_ family: Family, _ place: Int, drops: inout DropTally) -> [Sample] {
        var lost: [SampleSuffix] = []
        for suffix in family.samples.suffixes {
            let name = family.name.appending(suffix.name)
            if let owner = owners[name], owner != place {
                lost.append(suffix)
            } else {
                owners[name] = place
            }
        }
        if lost.isEmpty { return family.samples }
        let kept = family.samples.filter { !lost.contains($0.suffix) }
        drops.add(
            .nameCollision, count: family.samples.count &- kept.count,
            example:
                "'\(printable(family.name))\(lost.first?.text.description ?? "")' is written by another family already")
        return kept
    }

    private mutating func appendNew(_ samples: [Sample], to place: Int, drops: inout DropTally) {
        var known = series.removeValue(forKey: place) ?? []
        known.reserveCapacity(known.count &+ samples.count)
        var new: [Sample] = []
        new.reserveCapacity(samples.count)
        for sample in samples {
            if known.insert(SeriesKey(sample)).inserted {
                new.append(sample)
            } else {
                drops.add(
                    .duplicateSeries,
                    example:
                        "'\(printable(families[place].name))\(sample.suffix.text)"
                        + "{\(printable(sample.labels.text))}' is on this page already")
            }
        }
        series[place] = known
        families[place].samples += new
    }
}

/// What makes two samples of one family the same series.
struct SeriesKey: Hashable {
    var suffix: SampleSuffix
    var labels: Text

    init(_ sample: Sample) {
        suffix = sample.suffix
        labels = sample.labels.canonical
    }
}
