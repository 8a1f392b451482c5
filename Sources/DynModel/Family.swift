// Families as values: what every source yields, what is merged, and what every writer writes.
//
// A family carries the name it has in text 0.0.4 ("x_total" for a counter with that suffix), so one key finds it
// whichever format it came from; a sample says only which suffix it adds. Its labels are kept as they stand on the
// wire: writing a line is copying bytes.

/// What a sample's name has behind the family's name.
public enum SampleSuffix: UInt8, Sendable, CaseIterable {
    case none
    case bucket
    case sum
    case count
    case gaugeSum
    case gaugeCount

    public var text: StaticString {
        switch self {
        case .none: ""
        case .bucket: "_bucket"
        case .sum: "_sum"
        case .count: "_count"
        case .gaugeSum: "_gsum"
        case .gaugeCount: "_gcount"
        }
    }

    /// The suffixes that samples of `kind` may carry.
    package static func allowed(for kind: MetricKind?) -> [SampleSuffix] {
        switch kind {
        case .histogram: ofHistogram
        case .summary: ofSummary
        case .gaugehistogram: ofGaugeHistogram
        default: []
        }
    }

    private static let ofHistogram: [SampleSuffix] = [.bucket, .sum, .count]
    private static let ofSummary: [SampleSuffix] = [.sum, .count]
    private static let ofGaugeHistogram: [SampleSuffix] = [.bucket, .gaugeSum, .gaugeCount, .sum, .count]
}

/// A sample's number: as somebody else spelled it, or as one of our cells holds it.
public enum SampleValue: Sendable, Equatable {
    /// The spelling on the page that it came from, known to be a number.
    case spelled(Text)
    case double(Double)
    /// A double that is written as prometheus_client writes it: what a multiprocess merge gives.
    case merged(Double)
    case integer(UInt64)
    case signed(Int64)

    public var double: Double {
        switch self {
        case .spelled(let text): readNumber(text) ?? .nan
        case .double(let value), .merged(let value): value
        case .integer(let value): Double(value)
        case .signed(let value): Double(value)
        }
    }

    /// The value as a count, when it is a whole number from 0 to 2^64−1.
    package var wholeCount: UInt64? {
        switch self {
        case .spelled(let text): UInt64(text.string) ?? UInt64(exactly: double)
        case .double(let value), .merged(let value): UInt64(exactly: value)
        case .integer(let value): value
        case .signed(let value): UInt64(exactly: value)
        }
    }
}

/// One value of one series.
public struct Sample: Sendable {
    public var labels: LabelBlock
    public var value: SampleValue
    public var suffix: SampleSuffix
    /// The line that it was read from, counted from 1; 0 when it was not read.
    public var line: UInt32
    @usableFromInline var extras: SampleExtras?

    public init(
        _ labels: LabelBlock, _ value: SampleValue, suffix: SampleSuffix = .none, line: UInt32 = 0,
        timestamp: Text? = nil, exemplar: Exemplar? = nil
    ) {
        self.labels = labels
        self.value = value
        self.suffix = suffix
        self.line = line
        // Asked first: making an object only to refuse it costs more than all the rest.
        extras = timestamp == nil && exemplar == nil ? nil : SampleExtras(timestamp, exemplar, nil)
    }

    /// One without anything that few samples have: what instruments are read into, many times a scrape.
    @inlinable
    package init(_ labels: LabelBlock, _ value: SampleValue, of suffix: SampleSuffix) {
        self.labels = labels
        self.value = value
        self.suffix = suffix
        line = 0
        extras = nil
    }

    /// Milliseconds since 1970, as spelled on the page it came from.
    public var timestamp: Text? {
        get { extras?.timestamp }
        set { extras = SampleExtras(newValue, exemplar, native) }
    }

    /// An observation behind the value, like the trace of one request. Text 0.0.4 has no place for it.
    public var exemplar: Exemplar? {
        get { extras?.exemplar }
        set { extras = SampleExtras(timestamp, newValue, native) }
    }

    /// The exponential buckets of a histogram, with its count. Only protobuf has a place for them.
    public var native: NativeBuckets? {
        get { extras?.native }
        set { extras = SampleExtras(timestamp, exemplar, newValue) }
    }
}

/// What few samples have: kept apart, so that the others stay small.
@usableFromInline
final class SampleExtras: Sendable {
    let timestamp: Text?
    let exemplar: Exemplar?
    let native: NativeBuckets?

    init?(_ timestamp: Text?, _ exemplar: Exemplar?, _ native: NativeBuckets?) {
        if timestamp == nil, exemplar == nil, native == nil { return nil }
        self.native = native
        self.timestamp = timestamp
        self.exemplar = exemplar
    }
}

extension [Sample] {
    /// The suffixes that occur, in order of first appearance. Looks at the samples in place.
    package var suffixes: [SampleSuffix] {
        var found: [SampleSuffix] = []
        var seen: UInt8 = 0
        withUnsafeBufferPointer { samples in
            for index in samples.indices {
                let bit: UInt8 = 1 &<< samples[index].suffix.rawValue
                if seen & bit != 0 { continue }
                seen |= bit
                found.append(samples[index].suffix)
            }
        }
        return found
    }

    /// Bytes of all their labels. Looks at the samples in place.
    package var labelBytes: Int {
        withUnsafeBufferPointer { samples in samples.indices.reduce(0) { $0 &+ samples[$1].labels.text.count } }
    }
}

/// Everything that shares one name, one HELP and one TYPE.
public struct Family: Sendable {
    public var name: Text
    /// Nil when nobody said which: written without a TYPE line.
    public var kind: MetricKind?
    /// Unescaped; nil when there was no HELP line.
    public var help: Text?
    public var unit: Text?
    public var samples: [Sample]
    /// Whether name and label names are known to be `[a-zA-Z_:][a-zA-Z0-9_:]*`, so that nobody has to look.
    package var hasPlainNames = false
    private var rendering: FamilyRendering?

    public init(name: Text, kind: MetricKind?, help: Text? = nil, unit: Text? = nil, samples: [Sample] = []) {
        self.name = name
        self.kind = kind
        self.help = help
        self.unit = unit
        self.samples = samples
    }

    /// All of it as text 0.0.4 with UTF-8 names, from a source that keeps it between scrapes. Nil once anything of it is
    /// other than it was.
    package var rendered: Text? {
        guard let rendering, rendering.isOf(self) else { return nil }
        return rendering.text
    }

    /// Takes what a writer of text 0.0.4 wrote of it.
    package mutating func keep(rendered text: Text) {
        rendering = FamilyRendering(text, of: self)
    }

    package mutating func forgetRendered() {
        rendering = nil
    }
}

/// A family's text with what it was written of. It holds the samples too: who changes theirs gets a copy, elsewhere.
private final class FamilyRendering: Sendable {
    let text: Text
    private let name: Text
    private let kind: MetricKind?
    private let help: Text?
    private let samples: [Sample]

    init(_ text: Text, of family: Family) {
        self.text = text
        name = family.name
        kind = family.kind
        help = family.help
        samples = family.samples
    }

    func isOf(_ family: Family) -> Bool {
        let isSame = samples.withUnsafeBufferPointer { own in
            family.samples.withUnsafeBufferPointer { $0.baseAddress == own.baseAddress && $0.count == own.count }
        }
        return isSame && kind == family.kind && name == family.name && help == family.help
    }
}
