// The types a metric can have on the wire.

/// What a family measures. The words are those of `# TYPE` lines.
public enum MetricKind: UInt8, Sendable, Hashable, CaseIterable {
    case counter
    case gauge
    case histogram
    case summary
    /// `untyped` in text 0.0.4, `unknown` in OpenMetrics.
    case unknown
    case info
    case stateset
    case gaugehistogram

    /// The word in OpenMetrics.
    public var openMetricsWord: StaticString {
        switch self {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        case .summary: "summary"
        case .unknown: "unknown"
        case .info: "info"
        case .stateset: "stateset"
        case .gaugehistogram: "gaugehistogram"
        }
    }

    /// The word in text 0.0.4, which knows only five; the others become the one that reads them best.
    public var textWord: StaticString {
        switch self {
        case .counter: "counter"
        case .gauge, .info, .stateset: "gauge"
        case .histogram, .gaugehistogram: "histogram"
        case .summary: "summary"
        case .unknown: "untyped"
        }
    }

    /// The kind that `word` names in either format, or nil.
    public init?(word: Text) {
        guard let kind = MetricKind.words[word] else { return nil }
        self = kind
    }

    private static let words: [Text: MetricKind] = [
        "counter": .counter, "gauge": .gauge, "histogram": .histogram, "summary": .summary,
        "untyped": .unknown, "unknown": .unknown, "info": .info, "stateset": .stateset,
        "gaugehistogram": .gaugehistogram, "gauge_histogram": .gaugehistogram,
    ]
}
