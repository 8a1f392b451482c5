// Checks a page: what the strict reader refuses, and on request what scrapers lose although readers take it. Cold.

import DynModel

package enum ExpositionCheck {
    /// The problems of `page` by line. Without `lint` only what makes it invalid. A text whose last line is `# EOF` is
    /// OpenMetrics.
    package static func check(_ page: Text, _ format: PageFormat.Kind = .text, lint: Bool) -> [Problem] {
        let format = OpenMetricsReader.isOpenMetrics(page) ? .openMetrics : format
        var (problems, families) = format == .text ? TextReader.check(page) : OpenMetricsReader.check(page)
        if lint { problems += Lint.warnings(families, format) }
        return problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    }
}

/// What readers take but scrapers lose, misread or count twice.
enum Lint {
    /// In OpenMetrics the strict reader itself minds order, clashes and buckets.
    static func warnings(_ families: [Family], _ format: PageFormat.Kind) -> [Problem] {
        if format == .openMetrics { return repeatedSeries(families) }
        return repeatedSeries(families) + interleaved(families) + nameClashes(families)
            + families.filter { $0.kind == .histogram }.flatMap(histogramFaults)
            + families.filter { $0.kind == .gaugehistogram }.flatMap(foreignTypes)
    }

    private static func warning(_ line: UInt32, _ message: String) -> Problem {
        Problem(line: max(1, Int(line)), column: 1, severity: .warning, message: message)
    }

    private static func repeatedSeries(_ families: [Family]) -> [Problem] {
        var found: [Problem] = []
        for family in families {
            var first: [SeriesKey: UInt32] = [:]
            for sample in family.samples {
                if let line = first.updateValue(sample.line, forKey: SeriesKey(sample)) {
                    first[SeriesKey(sample)] = line
                    found.append(warning(sample.line,
                        "series '\(printable(family.name))\(sample.suffix.text){\(printable(sample.labels.text))}' "
                            + "stands on line \(line) already; write each series once"))
                }
            }
        }
        return found
    }

    private static func interleaved(_ families: [Family]) -> [Problem] {
        var lines: [(line: UInt32, family: Int)] = []
        for (index, family) in families.enumerated() {
            for sample in family.samples { lines.append((sample.line, index)) }
        }
        lines.sort { $0.line < $1.line }
        var found: [Problem] = []
        var finished: Set<Int> = []
        var current = -1
        for entry in lines where entry.family != current {
            if current >= 0 { finished.insert(current) }
            current = entry.family
            if finished.contains(current) {
                found.append(warning(entry.line,
                    "'\(printable(families[current].name))' goes on here after other metrics; "
                        + "keep the lines of a metric together"))
            }
        }
        return found
    }

    private static func nameClashes(_ families: [Family]) -> [Problem] {
        var owners: [Text: Int] = [:]
        var found: [Problem] = []
        for (index, family) in families.enumerated() {
            var seen: [SampleSuffix] = []
            for sample in family.samples where !seen.contains(sample.suffix) {
                seen.append(sample.suffix)
                let name = family.name.appending(sample.suffix.name)
                if let owner = owners[name], owner != index {
                    found.append(warning(sample.line,
                        "'\(printable(name))' belongs to '\(printable(families[owner].name))' already; rename one"))
                }
                owners[name] = owners[name] ?? index
            }
        }
        return found
    }

    private static func foreignTypes(_ family: Family) -> [Problem] {
        [warning(family.samples.first?.line ?? 1,
            "type gaugehistogram of '\(printable(family.name))' makes Prometheus refuse the page; use histogram")]
    }

    // MARK: histograms

    private struct Child {
        var line: UInt32
        var buckets: [(bound: Double, count: Double, line: UInt32)] = []
        var count: Double?

        mutating func take(_ sample: Sample) {
            switch sample.suffix {
            case .bucket:
                let bound = sample.labels.value(of: "le").flatMap { readNumber($0) } ?? .nan
                buckets.append((bound, sample.value.double, sample.line))
            case .count: count = sample.value.double
            default: break
            }
        }
    }

    private static func histogramFaults(_ family: Family) -> [Problem] {
        var children: [Text: Child] = [:]
        var order: [Text] = []
        for sample in family.samples {
            let key = LabelBlock(rendered: sample.labels.removing("le").canonical).text
            if children[key] == nil { order.append(key) }
            // In place: a copy per bucket would make many buckets slow.
            children[key, default: Child(line: sample.line)].take(sample)
        }
        return order.flatMap { key in
            children[key].map { faults(of: $0, "\(printable(family.name)){\(printable(key))}") } ?? []
        }
    }

    private static func faults(of child: Child, _ name: String) -> [Problem] {
        var found: [Problem] = []
        var previous: (bound: Double, count: Double)?
        for bucket in child.buckets {
            if bucket.bound.isNaN {
                found.append(warning(bucket.line, "a bucket of '\(name)' has no numeric le label; write le=\"0.5\""))
                continue
            }
            if let previous {
                if bucket.bound == previous.bound {
                    found.append(warning(bucket.line,
                        "le=\"\(goNumber(bucket.bound))\" stands twice in '\(name)'; write each bound once"))
                } else if bucket.bound < previous.bound {
                    found.append(warning(bucket.line,
                        "le=\"\(goNumber(bucket.bound))\" of '\(name)' comes after a higher bound; sort buckets by le"))
                } else if bucket.count < previous.count {
                    found.append(warning(bucket.line,
                        "bucket le=\"\(goNumber(bucket.bound))\" of '\(name)' counts fewer than the one below; "
                            + "buckets are cumulative"))
                }
            }
            previous = (bucket.bound, bucket.count)
        }
        let infinite = child.buckets.first { $0.bound == .infinity }
        if infinite == nil {
            found.append(warning(child.line, "'\(name)' has no le=\"+Inf\" bucket; add one equal to _count"))
        }
        if let infinite, let count = child.count, infinite.count != count {
            found.append(warning(infinite.line,
                "the +Inf bucket of '\(name)' is \(goNumber(infinite.count)) but _count is \(goNumber(count)); "
                    + "they must be equal"))
        }
        return found
    }
}
