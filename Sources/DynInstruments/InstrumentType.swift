// The instruments that can be created. Cold.

import DynModel

public enum InstrumentType: Sendable, Hashable, CaseIterable {
    case counter, intCounter, gauge, intGauge, histogram, summary, info, stateset

    package var kind: MetricKind {
        switch self {
        case .counter, .intCounter: .counter
        case .gauge, .intGauge: .gauge
        case .histogram: .histogram
        case .summary: .summary
        case .info: .info
        case .stateset: .stateset
        }
    }

    /// The name in error messages: `IntCounter`, or `IntCounterVec` with variable labels.
    package func typeName(isVec: Bool) -> String {
        let name =
            switch self {
            case .counter: "Counter"
            case .intCounter: "IntCounter"
            case .gauge: "Gauge"
            case .intGauge: "IntGauge"
            case .histogram: "Histogram"
            case .summary: "Summary"
            case .info: "Info"
            case .stateset: "StateSet"
            }
        return isVec ? name + "Vec" : name
    }
}
