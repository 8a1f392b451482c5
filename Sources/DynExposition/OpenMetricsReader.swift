// Reads OpenMetrics 1.0 text into families. Warm.
//
// Who merges an engine's page gets what can be read, line by line; who checks a page is told everything that the
// format's strict reader refuses. The families get the names that they have in text 0.0.4.

import DynModel

package struct OpenMetricsReader {
    private var problems: [Problem]?
    private var drops = DropTally()
    private var finished: [OpenMetricsFamily] = []
    private var current: OpenMetricsFamily?
    /// Where `current` stands in `finished`, when it goes on there.
    private var place: Int?
    /// The families by name, and by the names of samples that they could have. Who merges a page takes a family that
    /// goes on after others; the strict reader takes it for another one.
    private var byName: [Text: Int] = [:]
    private var bySample: [Text: Int] = [:]
    /// Names that families have taken, with those their suffixes could make.
    private var taken: Set<Text> = []
    private var line = 0
    private var budget = PageBudget.unlimited
    private var series = 0

    /// Whether `page` says of itself that it is OpenMetrics: its last line is `# EOF`.
    package static func isOpenMetrics(_ page: Text) -> Bool {
        let trimmed = page.hasSuffix("\n") ? page.slice(0, page.count &- 1) : page
        return trimmed == "# EOF" || trimmed.hasSuffix("\n# EOF")
    }

    /// The families of `page`. What is refused is counted in `drops`.
    package static func read(_ page: Text, budget: PageBudget = .unlimited, drops: inout DropTally) -> [Family] {
        var reader = OpenMetricsReader()
        reader.budget = budget
        reader.readLines(page)
        drops.add(reader.drops)
        return reader.finished.flatMap { $0.families() }
    }

    /// What the strict reader has against `page`, and the families in it.
    package static func check(_ page: Text) -> (problems: [Problem], families: [Family]) {
        var reader = OpenMetricsReader()
        reader.problems = []
        reader.readLines(page)
        return (reader.problems ?? [], reader.finished.flatMap { $0.families() })
    }

    private mutating func readLines(_ page: Text) {
        var start = 0
        var hasEnded = false
        var isToldOfEnd = false
        while start < page.count {
            line &+= 1
            let end = page.firstIndex(of: UInt8(ascii: "\n"), from: start) ?? page.count
            let text = page.slice(start, end)
            start = end &+ 1
            if hasEnded {
                if !isToldOfEnd { refuse(OpenMetricsFault(offset: 0, reason: .syntax, message: "text behind # EOF")) }
                isToldOfEnd = true
                continue
            }
            do throws(OpenMetricsFault) {
                // The format lets NUL pass; Prometheus' readers of the page that we write do not.
                if problems == nil, text.hasNUL {
                    throw OpenMetricsFault(offset: 0, reason: .syntax, message: "a NUL byte; leave it out")
                }
                switch try OpenMetricsLine.read(text) {
                case .end: hasEnded = true
                case .metadata(let metadata): try take(metadata)
                case .sample(let sample):
                    guard series < budget.series else {
                        throw OpenMetricsFault(offset: 0, reason: .budget, message: budget.overflow)
                    }
                    try take(sample)
                    series &+= 1
                }
            } catch {
                refuse(
                    text.isEmpty
                        ? OpenMetricsFault(offset: 0, reason: .syntax, message: "a blank line; leave it out") : error)
            }
        }
        finishFamily()
        if !hasEnded {
            line = max(1, line)
            tell(0, "the page does not end with # EOF; write that as its last line")
        }
    }

    private mutating func take(_ metadata: OpenMetricsLine.Metadata) throws(OpenMetricsFault) {
        if current?.name != metadata.name { begin(metadata.name, known: byName[metadata.name]) }
        guard var family = current else { return }
        if !family.samples.isEmpty {
            tell(0, "metadata of '\(printable(metadata.name))' behind its samples; put it before them")
        }
        let isRepeated: Bool
        switch metadata.word {
        case .help:
            isRepeated = family.help != nil
            if !isRepeated { family.help = unescaped(metadata.value) }
        case .unit:
            isRepeated = family.unit != nil
            if !isRepeated { family.unit = metadata.value }
        case .type:
            isRepeated = family.kind != nil
            guard let kind = MetricKind(openMetricsWord: metadata.value) else {
                throw OpenMetricsFault(
                    offset: metadata.valueOffset, reason: .type,
                    message:
                        "'\(printable(metadata.value))' is not a type of OpenMetrics; use counter, gauge, histogram, "
                        + "gaugehistogram, summary, info, stateset or unknown")
            }
            if !isRepeated, family.samples.isEmpty { family.kind = kind }
        }
        if isRepeated { tell(0, "second line of this kind for '\(printable(metadata.name))'; a metric has one") }
        current = family
    }

    private mutating func take(_ sample: OpenMetricsLine.SampleLine) throws(OpenMetricsFault) {
        if current?.suffix(of: sample.name) == nil { begin(sample.name, known: bySample[sample.name]) }
        // No copy of the family is held here: adding a sample would copy all those before it.
        guard let suffix = current?.suffix(of: sample.name) else { return }
        var sample = sample
        if let reason = current?.exemplarFault(suffix, sample) {
            let fault = OpenMetricsFault(offset: sample.exemplarOffset, reason: .exemplar, message: reason)
            if problems != nil { throw fault }
            refuse(fault)  // as Prometheus does: the sample is good without it
            sample.exemplar = nil
        }
        // A bucket without a bound, a quantile that is none: nobody can use the sample.
        if let reason = current?.boundFault(suffix, sample) {
            throw OpenMetricsFault(offset: 0, reason: .label, message: reason)
        }
        if problems != nil {
            for reason in current?.faults(suffix, sample) ?? [] { tell(0, reason) }
        } else if let reason = current?.strayBoundFault(sample) {
            throw OpenMetricsFault(offset: 0, reason: .label, message: reason)
        }
        current?.samples.append(OpenMetricsFamily.Entry(suffix: suffix, line: line, sample: sample))
    }

    private mutating func begin(_ name: Text, known: Int?) {
        finishFamily()
        guard problems == nil, let known else {
            current = OpenMetricsFamily(name: name, line: line)
            return
        }
        current = finished[known]
        place = known
        finished[known].samples = []  // or the next one would be added to a copy
    }

    private mutating func finishFamily() {
        guard let family = current else { return }
        current = nil
        if let place {
            finished[place] = family
            self.place = nil
            return
        }
        if problems != nil {
            let claimed = family.reservedNames
            if let name = claimed.first(where: { taken.contains($0) }) {
                problems?.append(
                    Problem(
                        line: family.line, column: 1, severity: .error,
                        message: "'\(printable(name))' clashes with a metric above; each name belongs to one metric"))
            }
            taken.formUnion(claimed)
            for (line, message) in family.faultsOfWhole() {
                problems?.append(Problem(line: line, column: 1, severity: .error, message: message))
            }
        }
        let index = finished.count
        finished.append(family)
        if byName[family.name] == nil { byName[family.name] = index }
        for name in family.sampleNames where bySample[name] == nil { bySample[name] = index }
    }

    // MARK: telling

    private mutating func refuse(_ fault: OpenMetricsFault) {
        drops.add(fault.reason, example: "line \(line): \(fault.message)")
        tell(fault.offset, fault.message)
    }

    private mutating func tell(_ offset: Int, _ message: String) {
        problems?.append(Problem(line: line, column: offset &+ 1, severity: .error, message: message))
    }
}

extension Text {
    /// The index of the first `byte` at or behind `start`.
    fileprivate func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        withBytes { bytes in
            var at = start
            while at < bytes.count {
                if bytes[at] == byte { return at }
                at &+= 1
            }
            return nil
        }
    }
}

extension MetricKind {
    fileprivate init?(openMetricsWord word: Text) {
        guard let kind = MetricKind(word: word), Text(kind.openMetricsWord.description) == word else { return nil }
        self = kind
    }
}
