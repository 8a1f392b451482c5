// The instruments that can be created. Cold.

import DynModel

public enum InstrumentType: Sendable, Hashable, CaseIterable {
    case counter, intCounter, gauge, intGauge, histogram

    package var kind: MetricKind {
        switch self {
        case .counter, .intCounter: .counter
        case .gauge, .intGauge: .gauge
        case .histogram: .histogram
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
            }
        return isVec ? name + "Vec" : name
    }
}
