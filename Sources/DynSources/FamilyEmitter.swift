// Takes typed metrics one call at a time and makes families of them. Warm.
//
// Typed sources name families as OpenMetrics does (`x` for a counter whose samples are `x_total`); here they get the
// name they have in text 0.0.4. `_created` samples become a gauge family behind, as prometheus_client writes them.

import DynExposition
import DynModel

package struct FamilyEmitter: Sendable {
    package private(set) var drops = DropTally()
    package private(set) var tally = FilterTally()
    private let filter: PageFilter
    private let budget: PageBudget
    private var series = 0
    /// The sample emitted last; nil when it was refused, or may not have an exemplar.
    private var last: Int?
    private var families: [Family] = []
    private var created: Family?
    /// Nil before the first family, and while one that was refused is being emitted.
    private var current: Current?
    private var isRefused = false
    /// Whether no family so far can have a series twice.
    package private(set) var isUnique = true

    /// The family begun last, as the source names it.
    private struct Current: Sendable {
        var name: Text
        var kind: MetricKind
        var help: Text
        var index: Int
    }

    package init(filter: PageFilter, budget: PageBudget = .standard) {
        self.filter = filter
        self.budget = budget
    }

    /// Begins a family. Samples follow with ``sample(_:_:_:timestamp:)``.
    package mutating func family(_ name: Text, help: Text, kind: MetricKind, unit: Text?) throws(MetricsError) {
        closeCreated()
        current = nil
        isRefused = true
        guard !name.isEmpty, name.isValidUTF8, !name.hasNUL, isLine(name) else {
            throw refused(.name, .invalidName(printable(name)))
        }
        guard help.isValidUTF8, !help.hasNUL else {
            throw refused(.utf8, .text(what: "help text", value: printable(help)))
        }
        isRefused = false
        isUnique = false
        families.append(Family(name: name, kind: kind, help: help, unit: unit))
        current = Current(name: name, kind: kind, help: help, index: families.count &- 1)
    }

    /// Adds one sample to the family begun last. Samples of a family that was refused go with it.
    package mutating func sample(
        _ name: Text, _ labels: [Label], _ value: Double, timestamp: Double? = nil
    ) throws(MetricsError) {
        last = nil
        guard let current else {
            if isRefused { return }
            throw refused(.shape, .option(name: "sample", value: printable(name), hint: "begin a family before it"))
        }
        guard hasRoom(for: 1) else { return }
        let block = try checked(labels, of: name)
        var sample = Sample(block, .double(value))
        if let timestamp, timestamp.isFinite, timestamp.magnitude < 9e12 {
            sample.timestamp = Text(String(Int64(timestamp * 1000)))
        }
        guard name.hasPrefix(current.name), let place = place(of: name, in: current) else {
            throw refused(
                .name,
                .option(
                    name: "sample name", value: printable(name),
                    hint:
                        "samples of the \(current.kind.openMetricsWord) '\(printable(current.name))' begin with its name "
                        + "and have a suffix of its type"
                ))
        }
        switch place {
        case .suffix(let suffix):
            if suffix == .bucket || current.kind == .summary || current.kind == .histogram {
                let bound: Text = current.kind == .summary ? "quantile" : "le"
                let isNeeded = suffix == .bucket || suffix == .none
                let spelled = block.value(of: bound)
                guard spelled.map({ readNumber($0) != nil }) ?? !isNeeded else {
                    throw refused(
                        .label,
                        .option(
                            name: "label \(bound) of \(printable(name))",
                            value: printable(block.value(of: bound) ?? ""),
                            hint: "give a number, like 0.5"))
                }
            }
            sample.suffix = suffix
            last = suffix == .bucket || current.kind == .counter ? families[current.index].samples.count : nil
            families[current.index].samples.append(sample)
        case .ownName:
            last = current.kind == .counter ? families[current.index].samples.count : nil
            families[current.index].name = name
            families[current.index].samples.append(sample)
        case .created:
            if created == nil { created = Family(name: name, kind: .gauge, help: current.help) }
            created?.samples.append(sample)
        }
    }

    /// Gives the sample emitted last an exemplar. Refuses one that no reader would take; the sample stays.
    package mutating func exemplar(_ labels: [Label], _ value: Double, timestamp: Double? = nil) throws(MetricsError) {
        guard let current, let last else {
            if isRefused { return }
            throw refused(
                .exemplar,
                .option(
                    name: "exemplar", value: printable(current?.name ?? ""),
                    hint: "emit one behind a sample of a counter or a bucket"))
        }
        let exemplar: Exemplar
        do throws(MetricsError) {
            exemplar = try Exemplar(
                checking: labels, value: value, timestamp: timestamp.flatMap { $0.isFinite ? $0 : nil })
        } catch {
            throw refused(.exemplar, error)
        }
        families[current.index].samples[last].exemplar = exemplar
    }

    /// Adds one histogram; `counts` are per bucket, that of `+Inf` last.
    package mutating func histogram(
        _ labels: [Label], bounds: [Double], counts: [UInt64], sum: Double
    ) throws(MetricsError) {
        guard let current else {
            if isRefused { return }
            throw refused(.shape, .option(name: "histogram", value: "", hint: "begin a family before it"))
        }
        guard current.kind == .histogram else {
            throw refused(
                .shape,
                .option(
                    name: "histogram", value: printable(current.name),
                    hint: "its family is a \(current.kind.openMetricsWord); begin one of kind histogram"))
        }
        let buckets: Buckets
        do throws(MetricsError) { buckets = try Buckets(bounds) } catch { throw refused(.shape, error) }
        guard counts.count == buckets.bounds.count &+ 1 else {
            throw refused(
                .shape,
                .option(
                    name: "counts", value: String(counts.count),
                    hint: "give \(buckets.bounds.count &+ 1): one per bound, and +Inf"))
        }
        guard hasRoom(for: buckets.bounds.count &+ 3) else { return }
        let block = try checked(labels, of: current.name)
        if block.value(of: "le") != nil { throw refused(.label, .bucketLabel) }
        var total: UInt64 = 0
        for (bound, count) in zip(buckets.bounds.map { canonicalBound($0) } + ["+Inf"], counts) {
            total &+= count
            families[current.index].samples.append(
                Sample(block.appending(Label("le", bound)), .integer(total), suffix: .bucket))
        }
        families[current.index].samples.append(Sample(block, .double(sum), suffix: .sum))
        families[current.index].samples.append(Sample(block, .integer(total), suffix: .count))
    }

    /// Adds text 0.0.4 or OpenMetrics, read and filtered as that of a text callback.
    package mutating func text(_ text: Text) {
        endFamily()
        let all = readFamilies(text, budget: budget, drops: &drops)
        var read = filter.apply(all, matching: .lines, tally: &tally)
        prepareForServing(&read, drops: &drops)
        PageBudget(bytes: .max, series: max(0, budget.series &- series)).cut(&read, drops: &drops)
        series &+= read.reduce(0) { $0 &+ $1.samples.count }
        isUnique = isUnique && read.isEmpty
        families.append(contentsOf: read)
    }

    /// Reads `text` once for many uses of ``emit(_:_:)``.
    package func template(_ text: Text) -> FamilyTemplate {
        FamilyTemplate(text, filter: filter, budget: budget)
    }

    /// Adds the families of `template` with these values, one for each sample line of its text.
    package mutating func emit(
        _ template: FamilyTemplate, _ values: UnsafeBufferPointer<Double>
    ) throws(MetricsError) {
        endFamily()
        guard values.count == template.valueCount else {
            throw refused(
                .shape,
                .option(
                    name: "values", value: String(values.count),
                    hint: "give \(template.valueCount): one for each sample line of the template"))
        }
        drops.add(template.drops)
        tally.add(template.tally)
        guard hasRoom(for: template.series) else { return }
        var filled = template.families(with: values)
        untypeImpossibleCounts(&filled, drops: &drops)
        families.append(contentsOf: filled)
    }

    /// Counts a part of the source that is missing from this scrape.
    package mutating func missing(_ what: Text) {
        drops.add(.part, example: printable(what))
    }

    /// Counts what the source did not bring, as its filter would have let nothing of it pass.
    package mutating func filtered(families: Int, series: Int) {
        tally.families &+= families
        tally.filteredFamilies &+= families
        tally.series &+= series
        tally.filteredSeries &+= series
    }

    /// The families that pass the filter.
    package mutating func finish() -> [Family] {
        closeCreated()
        let all = families
        families = []
        return all
    }

    // MARK: helpers

    /// Whatever comes now does not belong to the family begun last.
    private mutating func endFamily() {
        closeCreated()
        current = nil
        last = nil
        isRefused = false
    }

    /// Whether the budget has room for so many series more. What it has not is left out and counted, not refused: the
    /// source can do nothing about it.
    private mutating func hasRoom(for count: Int) -> Bool {
        guard series <= budget.series &- count else {
            drops.add(.budget, count: count, example: budget.overflow)
            return false
        }
        series &+= count
        return true
    }

    private enum Place {
        case suffix(SampleSuffix)
        /// The family takes the sample's name: `x_total`, `x_info`.
        case ownName
        case created
    }

    private func place(of name: Text, in family: Current) -> Place? {
        let rest = name.slice(family.name.count, name.count)
        let taken = family.index < families.count ? families[family.index].name : family.name
        if rest == "_created", [.counter, .histogram, .summary].contains(family.kind) { return .created }
        if let suffix = SampleSuffix.allowed(for: family.kind).first(where: { rest == $0.name }) {
            return .suffix(suffix)
        }
        switch family.kind {
        case .counter where rest == "_total", .info where rest == "_info":
            return taken == name || families[family.index].samples.isEmpty ? .ownName : nil
        case .histogram, .gaugehistogram:
            return nil
        default:
            return rest.isEmpty && taken == name ? .suffix(.none) : nil
        }
    }

    /// The family begun last is complete: it passes the filter, or goes, with its `_created` samples behind it.
    private mutating func closeCreated() {
        guard let current, current.index < families.count else { return }
        var closed = [families.remove(at: current.index)]
        // The filter sees the name that the source uses; what it renames keeps the suffix of the wire name.
        let wireName = closed[0].name
        closed[0].name = current.name
        closed = filter.apply(closed, matching: .families, tally: &tally)
        var ended: [Family] = []
        for index in closed.indices {
            let suffix = wireName.slice(current.name.count, wireName.count)
            let renamed = closed[index].name
            closed[index].name = renamed.appending(suffix)
            ended.append(closed[index])
            if var created {
                created.name = renamed.appending("_created")
                ended.append(
                    contentsOf: PageFilter(trustedLabels: filter.labels).apply([created], matching: .families))
            }
        }
        prepareForServing(&ended, drops: &drops)
        families.append(contentsOf: ended)
        created = nil
        self.current = nil
    }

    private mutating func checked(_ labels: [Label], of name: Text) throws(MetricsError) -> LabelBlock {
        for (index, label) in labels.enumerated() {
            guard !label.name.isEmpty, label.name.isValidUTF8, isLine(label.name), label.name != "__name__" else {
                throw refused(.label, .invalidLabelName(printable(label.name)))
            }
            guard label.value.isValidUTF8, !label.value.hasNUL else {
                throw refused(
                    .utf8, .labelValue("'\(printable(label.value))' for '\(label.name)' of '\(printable(name))'"))
            }
            if labels[..<index].contains(where: { $0.name == label.name }) {
                throw refused(.label, .duplicateLabel(printable(label.name)))
            }
        }
        return LabelBlock(sorting: labels)
    }

    private func isLine(_ text: Text) -> Bool {
        text.withBytes { bytes in bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }
    }

    private mutating func refused(_ reason: DropReason, _ error: MetricsError) -> MetricsError {
        drops.add(reason, example: error.description)
        return error
    }
}
