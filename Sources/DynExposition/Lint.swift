// What a page is warned of although readers take it. The rules stand in Lint+….swift, one concern each; this file has
// what they share: the page, its families, and where a warning points. Cold.

import DynModel

#if canImport(Glibc)
import Glibc
#endif

/// Which warnings are wanted.
package enum LintRules: Sendable {
    case none
    /// What scrapers lose, misread or count twice.
    case losses
    /// That, and names and descriptions that mislead people.
    case all
}

struct Lint {
    let format: PageFormat.Kind
    let families: [Family]
    /// Every sample with the index of its family, as they stand on the page.
    let samples: [(sample: Sample, family: Int)]
    let lines: PageLines
    /// Where HELP and TYPE stand, by the name that they give.
    let metadata: [Text: MetadataPlaces]
    /// Gauges like `x_created` that say since when counter, histogram or summary `x` counts.
    let createdTimes: Set<Text>
    /// Seconds since 1970.
    let now: Double
    private(set) var found: [Problem] = []

    init(_ page: Text, _ families: [Family], _ format: PageFormat.Kind, now: Double) {
        self.format = format
        self.families = families
        self.now = now
        samples = Lint.inOrder(families)
        lines = PageLines(page)
        metadata = lines.metadata()
        createdTimes = Lint.createdTimes(families)
    }

    static func clock() -> Double { Double(time(nil)) }

    mutating func run(_ rules: LintRules) {
        if rules == .none { return }
        findRepeatedSeries()
        findInterleavedFamilies()
        findClashingNames()
        findForeignTypes()
        findHistogramFaults()
        findSummaryFaults()
        findLostTimes()
        if rules == .losses { return }
        findMisleadingNames()
        findBadLabelNames()
        findMissingMetadata()
    }

    mutating func warn(_ place: PagePlace, _ message: String) {
        found.append(Problem(line: place.line, column: place.column, severity: .warning, message: message))
    }

    // MARK: places

    /// Where a sample begins.
    func place(of sample: Sample) -> PagePlace {
        lines.place(Int(sample.line), parts(of: sample).name)
    }

    /// Where the value of a sample's label begins, inside its quotes; where the sample begins when it has no such label.
    func place(of sample: Sample, label: Text) -> PagePlace {
        let line = lines.text(Int(sample.line))
        let parts = LineParts(line)
        let found = parts.labels.first { unquoted(line.slice($0.name.lowerBound, $0.name.upperBound)) == label }
        return lines.place(Int(sample.line), found?.value.lowerBound ?? parts.name)
    }

    /// Where a family is introduced: by its TYPE, else its HELP, else its first sample.
    func place(of family: Family) -> PagePlace {
        let known = metadata[metadataName(of: family)]
        if let place = known?.type ?? known?.help { return place }
        return family.samples.first.map { place(of: $0) } ?? PagePlace(line: 1, column: 1)
    }

    func parts(of sample: Sample) -> LineParts {
        LineParts(lines.text(Int(sample.line)))
    }

    /// What HELP and TYPE lines call it: in OpenMetrics a counter and an info without their suffix.
    func metadataName(of family: Family) -> Text {
        guard format == .openMetrics else { return family.name }
        switch family.kind {
        case .counter: return family.name.without(suffix: "_total")
        case .info: return family.name.without(suffix: "_info")
        default: return family.name
        }
    }

    private static func inOrder(_ families: [Family]) -> [(sample: Sample, family: Int)] {
        var samples: [(sample: Sample, family: Int)] = []
        for (index, family) in families.enumerated() {
            for sample in family.samples { samples.append((sample, index)) }
        }
        return samples.sorted { $0.sample.line < $1.sample.line }
    }

    // MARK: created times

    private static func createdTimes(_ families: [Family]) -> Set<Text> {
        let owners = Set(families.compactMap { createdName(of: $0) })
        return Set(families.filter { $0.kind == .gauge && owners.contains($0.name) }.map(\.name))
    }

    private static func createdName(of family: Family) -> Text? {
        switch family.kind {
        case .counter: family.name.without(suffix: "_total").appending("_created")
        case .histogram, .summary: family.name.appending("_created")
        default: nil
        }
    }
}

extension Text {
    func without(suffix: Text) -> Text {
        hasSuffix(suffix) ? slice(0, count &- suffix.count) : self
    }
}

/// `text` for a message: printable, and no longer than a line that one reads.
func brief(_ text: Text) -> String {
    let shown = text.slice(0, 120)
    let isPlain = shown.withBytes { bytes in bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }
    return "\(isPlain ? shown.string : printable(shown))\(text.count > 120 ? "…" : "")"
}

/// A series for a message: `x`, or `x{a="1"}`.
func brief(_ name: Text, _ labels: Text) -> String {
    labels.isEmpty ? brief(name) : "\(brief(name)){\(brief(labels))}"
}
