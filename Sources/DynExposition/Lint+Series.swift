// Series that stand twice, metrics in several blocks, names that two metrics write, types that scrapers refuse. Cold.

import DynModel

extension Lint {
    // MARK: repeated series

    private struct SeriesName: Hashable {
        var name: Text
        /// Sorted, without empty ones.
        var labels: Text
        var time: Text?
    }

    /// One series with several times is legal in OpenMetrics; in text a series has one line.
    mutating func findRepeatedSeries() {
        var first: [SeriesName: UInt32] = [:]
        for (sample, index) in samples where index < families.count {
            let series = SeriesName(
                name: families[index].name.appending(sample.suffix.name), labels: sample.labels.canonical,
                time: format == .openMetrics ? sample.timestamp : nil)
            guard let line = first[series] else {
                first[series] = sample.line
                continue
            }
            warn(
                place(of: sample),
                "series '\(brief(series.name, sample.labels.text))' stands on line \(line) already; write each series once"
            )
        }
    }

    // MARK: interleaved families

    /// In OpenMetrics an error of the strict reader.
    mutating func findInterleavedFamilies() {
        guard format == .text else { return }
        var last: [Int: UInt32] = [:]
        var current = -1
        for (sample, family) in samples {
            if family != current, let line = last[family], family < families.count {
                warn(
                    place(of: sample),
                    "'\(brief(families[family].name))' goes on here after other metrics; put this line behind line \(line), "
                        + "a metric's lines stand together")
            }
            current = family
            last[family] = sample.line
        }
    }

    // MARK: clashing names

    /// In OpenMetrics an error of the strict reader.
    mutating func findClashingNames() {
        guard format == .text else { return }
        var told: Set<Int> = []
        findSharedSampleNames(&told)
        findNamesSharedInOpenMetrics(told)
    }

    /// Two metrics write samples of one name: scrapers take them for one.
    private mutating func findSharedSampleNames(_ told: inout Set<Int>) {
        var owners: [Text: Int] = [:]
        for (index, family) in families.enumerated() {
            var seen: [SampleSuffix] = []
            for sample in family.samples where !seen.contains(sample.suffix) {
                seen.append(sample.suffix)
                let name = family.name.appending(sample.suffix.name)
                guard let owner = owners[name] else {
                    owners[name] = index
                    continue
                }
                guard owner < families.count, families[owner].name != family.name else { continue }
                told.insert(index)
                warn(
                    place(of: sample),
                    "'\(brief(name))' belongs to \(title(families[owner])) already; rename one, like '\(otherName(family))'"
                )
            }
        }
    }

    /// In OpenMetrics a metric has a name without suffix, and takes all that its suffixes could make.
    private mutating func findNamesSharedInOpenMetrics(_ told: Set<Int>) {
        var owners: [Text: Int] = [:]
        for (index, family) in families.enumerated() where !createdTimes.contains(family.name) {
            let names = namesInOpenMetrics(family)
            let taken = names.first {
                owners[$0].map { $0 < families.count && families[$0].name != family.name } ?? false
            }
            if let taken, let owner = owners[taken], owner < families.count, !told.contains(index) {
                warn(
                    place(of: family),
                    "\(title(family)) takes '\(brief(taken))' in OpenMetrics, which \(title(families[owner])) has; "
                        + "rename one, like '\(otherName(family))'")
            }
            for name in names where owners[name] == nil { owners[name] = index }
        }
    }

    private func namesInOpenMetrics(_ family: Family) -> [Text] {
        let base = family.kind == .counter ? family.name.without(suffix: "_total") : family.name
        let suffixes: [Text] =
            switch family.kind {
            case .counter: ["", "_total", "_created"]
            case .histogram, .gaugehistogram: ["", "_bucket", "_count", "_sum", "_created"]
            case .summary: ["", "_count", "_sum", "_created"]
            default: [""]
            }
        return suffixes.map { base.appending($0) }
    }

    private func title(_ family: Family) -> String {
        let kind = family.kind.map { $0 == .unknown ? "untyped" : $0.openMetricsWord.description } ?? "untyped"
        return "\(kind) '\(brief(family.name))'"
    }

    /// A name that is free, most likely.
    private func otherName(_ family: Family) -> String {
        switch family.kind {
        case .counter: "\(brief(family.name.without(suffix: "_total")))_events_total"
        case .histogram, .gaugehistogram, .summary: "\(brief(family.name))_distribution"
        default: "\(brief(family.name))_current"
        }
    }

    // MARK: types

    /// The strict reader of text knows a sixth type; Prometheus refuses the page for it.
    mutating func findForeignTypes() {
        guard format == .text else { return }
        for family in families where family.kind == .gaugehistogram {
            warn(
                metadata[family.name]?.word ?? place(of: family),
                "type gaugehistogram of '\(brief(family.name))' makes Prometheus refuse the page; use histogram")
        }
    }
}
