// How a source is, and what is shown of what it brought before while it brings nothing new. Warm.

import DynExposition
import DynModel

/// How a source was at a scrape. The raw value is what /health says.
package enum SourceState: String, Sendable, CaseIterable {
    /// It answered.
    case fresh
    /// It has not answered yet; what it brought before is young enough to be shown.
    case late
    /// It has not answered yet, and what it brought before is too old to be shown, or there is nothing.
    case stale
    /// Its last call failed.
    case failed
    /// Its call has been running for longer than anything is shown: it may never return.
    case hung
}

/// What is shown of a source that brings nothing new, for as long as that is young.
public enum StalePolicy: Int32, Sendable, CaseIterable {
    /// Everything while it is late, nothing when it failed: then it has spoken.
    case standard = 0
    /// Nothing.
    case drop = 1
    /// Counters, histograms and summaries, late or failed: they are right up to then. Not gauges, which tell of now.
    case keepCounters = 2
    /// Everything, late or failed.
    case keep = 3

    func shown(of lastGood: Collected?, isLate: Bool) -> Collected? {
        switch self {
        case .standard: isLate ? lastGood : nil
        case .drop: nil
        case .keepCounters: lastGood.map { $0.counters }
        case .keep: lastGood
        }
    }
}

extension Collected {
    /// What only rises, and when it began to.
    fileprivate var counters: Collected {
        var counters = self
        let names = Set(families.lazy.filter { $0.isCumulative }.map(\.name))
        counters.families = families.filter { family in
            if family.isCumulative { return true }
            guard family.name.hasSuffix("_created") else { return false }
            let base = family.name.slice(0, family.name.count &- 8)
            return names.contains(base) || names.contains(base.appending("_total"))
        }
        return counters
    }
}

extension Family {
    fileprivate var isCumulative: Bool { kind == .counter || kind == .histogram || kind == .summary }
}
