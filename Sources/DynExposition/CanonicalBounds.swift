// One spelling for bucket bounds and quantiles, whatever a source wrote: Prometheus 3 stores `le="1"` as `le="1.0"`, so
// both on one page are one series, and OpenMetrics takes only the second. Warm.

import DynModel

/// Spells `le` of buckets and `quantile` of summaries as `1.0`, `0.5`, `+Inf` everywhere in `families`.
package func canonicalizeBounds(_ families: inout [Family]) {
    // A page has few distinct bounds, and nearly all are canonical.
    var known: [Text: Text] = [:]
    for family in families.indices {
        let name: Text
        let wanted: SampleSuffix
        switch families[family].kind {
        case .histogram, .gaugehistogram: (name, wanted) = ("le", .bucket)
        case .summary: (name, wanted) = ("quantile", .none)
        default: continue
        }
        for index in families[family].samples.indices where families[family].samples[index].suffix == wanted {
            let labels = families[family].samples[index].labels
            guard let spelled = labels.plainValue(of: name) else { continue }
            let canonical = known[spelled] ?? readNumber(spelled).map { canonicalBound($0) } ?? spelled
            known[spelled] = canonical
            if canonical == spelled { continue }
            families[family].samples[index].labels = LabelBlock(
                labels.labels.map {
                    $0.name == name ? Label(name, canonical) : $0
                })
        }
    }
}
