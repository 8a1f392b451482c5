// One family while OpenMetrics text is read: which samples belong to it, what its type demands of them. Warm.

import DynModel

struct OpenMetricsFamily {
    struct Entry {
        var suffix: Text
        var line: Int
        var sample: OpenMetricsLine.SampleLine
    }

    let name: Text
    /// The line that began it.
    let line: Int
    var kind: MetricKind?
    var help: Text?
    var unit: Text?
    var samples: [Entry] = []

    init(name: Text, line: Int) {
        self.name = name
        self.line = line
    }

    // MARK: names

    /// What a sample's name has behind the family's, when its type allows that.
    func suffix(of sampleName: Text) -> Text? {
        guard sampleName.hasPrefix(name) else { return nil }
        let rest = sampleName.slice(name.count, sampleName.count)
        return suffixes.contains(rest) ? rest : nil
    }

    private var suffixes: [Text] {
        switch kind {
        case .counter: ["_total", "_created"]
        case .histogram: ["_bucket", "_count", "_sum", "_created"]
        case .gaugehistogram: ["_bucket", "_gcount", "_gsum"]
        case .summary: ["", "_count", "_sum", "_created"]
        case .info: ["_info"]
        case .gauge, .stateset, .unknown, nil: [""]
        }
    }

    /// The family's name and every name that a sample of it could have.
    var reservedNames: [Text] {
        [name] + suffixes.filter { !$0.isEmpty }.map { name.appending($0) }
    }

    /// Every name that a sample of it could have.
    var sampleNames: [Text] {
        suffixes.map { name.appending($0) }
    }

    /// Why the sample cannot have its exemplar, or nil.
    func exemplarFault(_ suffix: Text, _ sample: OpenMetricsLine.SampleLine) -> String? {
        if sample.exemplar == nil { return nil }
        let isPlace =
            switch kind {
            case .counter: suffix == "_total"
            case .histogram, .gaugehistogram: suffix == "_bucket"
            default: false
            }
        if !isPlace {
            return
                "an exemplar on '\(printable(sample.name))'; only _total of counters and _bucket of histograms have them"
        }
        if sample.exemplarLength > Exemplar.longestLabels {
            return "the exemplar's labels have \(sample.exemplarLength) characters; at most 128 are taken"
        }
        return nil
    }

    // MARK: what a type demands of one sample

    /// Why a bucket or quantile cannot be used, or nil.
    func boundFault(_ suffix: Text, _ sample: OpenMetricsLine.SampleLine) -> String? {
        func number(_ label: Text) -> Double? {
            sample.labels.first { $0.name == label }.flatMap { readNumber($0.value) }
        }
        switch kind {
        case .histogram where suffix == "_bucket", .gaugehistogram where suffix == "_bucket":
            guard let bound = number("le"), !bound.isNaN else {
                return "a bucket of '\(printable(name))' needs a label le with a number, like le=\"0.5\""
            }
        case .summary where suffix.isEmpty:
            guard let quantile = number("quantile"), quantile >= 0, quantile <= 1 else {
                return "a quantile of '\(printable(name))' needs a label quantile from 0 to 1, like quantile=\"0.5\""
            }
        case .stateset:
            guard sample.labels.contains(where: { $0.name == name }) else {
                return "a state of '\(printable(name))' needs a label named like the metric"
            }
        default: break
        }
        return nil
    }

    /// Why a bound that means nothing here makes other readers refuse the page, or nil.
    func strayBoundFault(_ sample: OpenMetricsLine.SampleLine) -> String? {
        guard kind == .histogram || kind == .summary else { return nil }
        let bound: Text = kind == .histogram ? "le" : "quantile"
        guard let label = sample.labels.first(where: { $0.name == bound }), readNumber(label.value) == nil else {
            return nil
        }
        return "\(bound)=\"\(printable(label.value))\" of '\(printable(name))' is not a number; leave it out"
    }

    /// What the strict reader has against one sample.
    func faults(_ suffix: Text, _ sample: OpenMetricsLine.SampleLine) -> [String] {
        let value = sample.number
        let title = "'\(printable(sample.name))'"
        var faults: [String] = []
        switch kind {
        case .counter where suffix == "_total":
            if !(value >= 0) {
                faults.append("\(title) is a counter and cannot be \(goNumber(value)); counters begin at 0")
            }
        case .histogram where suffix != "_created", .gaugehistogram where suffix != "_gsum":
            if value.isNaN || (value < 0 && suffix != "_sum") {
                faults.append("\(title) counts and cannot be \(goNumber(value)); counts begin at 0")
            } else if suffix != "_sum", value.isFinite, value != value.rounded() {
                faults.append("\(title) counts and cannot be \(goNumber(value)); write a whole number")
            }
        case .gaugehistogram:
            if value.isNaN { faults.append("\(title) cannot be NaN") }
        case .summary where suffix != "_created":
            if value < 0 || (value.isNaN && !suffix.isEmpty) {
                faults.append("\(title) cannot be \(goNumber(value)); write a number from 0 up")
            }
        case .info:
            if value != 1 { faults.append("\(title) is an info and must be 1, not \(goNumber(value))") }
        case .stateset:
            if value != 0, value != 1 {
                faults.append("\(title) is a state and must be 0 or 1, not \(goNumber(value))")
            }
        default: break
        }
        return faults
    }

    // MARK: families as values

    /// The family as it is called in text 0.0.4, and its created times as a gauge.
    func families() -> [Family] {
        var main = Family(name: wireName, kind: kind, help: help, unit: unit.flatMap { $0.isEmpty ? nil : $0 })
        var created = Family(name: name.appending("_created"), kind: .gauge, help: help)
        for entry in samples {
            var sample = Sample(
                LabelBlock(entry.sample.labels), .spelled(entry.sample.value),
                line: UInt32(truncatingIfNeeded: entry.line), exemplar: entry.sample.exemplar)
            if let seconds = entry.sample.timestamp, seconds.magnitude < 9e12 {
                sample.timestamp = Text(String(Int64((seconds * 1000).rounded())))
            }
            if entry.suffix == "_created" {
                created.samples.append(sample)
                continue
            }
            sample.suffix = SampleSuffix.allCases.first { $0.name == entry.suffix } ?? .none
            main.samples.append(sample)
        }
        return created.samples.isEmpty ? [main] : [main, created]
    }

    private var wireName: Text {
        switch kind {
        case .counter: name.appending("_total")
        case .info: name.appending("_info")
        default: name
        }
    }
}
