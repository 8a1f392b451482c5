// What a source's families go through before they may stand on a page that scrapers get. Warm.

import DynModel

#if canImport(Glibc)
import Glibc
#endif

/// Makes `families` of a source fit for every scraper. What has to go is counted.
package func prepareForServing(_ families: inout [Family], drops: inout DropTally) {
    canonicalizeBounds(&families)
    untypeImpossibleCounts(&families, drops: &drops)
    var timestamps = 0
    for family in families.indices {
        let isGrouped = families[family].kind == .histogram || families[family].kind == .summary
        for sample in families[family].samples.indices {
            if case .spelled(let text) = families[family].samples[sample].value, !isPlain(text) {
                families[family].samples[sample].value = .double(readNumber(text) ?? .nan)
            }
            if families[family].samples[sample].timestamp != nil {
                families[family].samples[sample].timestamp = nil
                timestamps &+= 1
            }
            // Readers that put the parts of a child together compare the labels as they stand.
            if isGrouped, mayHaveEmptyLabel(families[family].samples[sample].labels.text) {
                let labels = families[family].samples[sample].labels.labels.filter { !$0.value.isEmpty }
                families[family].samples[sample].labels = LabelBlock(labels)
            }
        }
    }
    // Prometheus drops samples that carry old ones.
    drops.add(
        .timestamp, count: timestamps, example: "samples carry explicit timestamps, which a served page leaves out")
    dropScrapersOwn(&families, drops: &drops)
}

/// Whether every reader takes the number as it is spelled: no `.5`, `5.` or `+5`, which VictoriaMetrics does not.
private func isPlain(_ spelled: Text) -> Bool {
    spelled.withBytes { bytes in
        var at = bytes.first == UInt8(ascii: "-") ? 1 : 0
        func digits() -> Bool {
            let start = at
            while at < bytes.count, isDigit(bytes[at]) { at &+= 1 }
            return at > start
        }
        guard digits() else { return isWord(spelled) }
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at &+= 1
            guard digits() else { return false }
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at &+= 1
            if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at &+= 1 }
            guard digits() else { return false }
        }
        return at == bytes.count
    }
}

private func isWord(_ spelled: Text) -> Bool {
    spelled == "NaN" || spelled == "+Inf" || spelled == "-Inf"
}

/// Whether `=""` stands somewhere: inside a value a quote never stands without a backslash before it.
private func mayHaveEmptyLabel(_ labels: Text) -> Bool {
    labels.withBytes { bytes in
        guard let base = bytes.baseAddress else { return false }
        var at = 0
        while let equals = memchr(base + at, 0x3D, bytes.count &- at) {
            at = UnsafeRawPointer(equals) - base + 1
            guard at &+ 1 < bytes.count else { return false }
            if bytes[at] == UInt8(ascii: "\""), bytes[at &+ 1] == UInt8(ascii: "\"") { return true }
        }
        return false
    }
}

/// The series that Prometheus writes of every target. Without labels, a source's would take their place: a healthy
/// process would look down.
private let scrapersOwn: Set<Text> = [
    "up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling",
    "scrape_series_added", "scrape_timeout_seconds", "scrape_sample_limit", "scrape_body_size_bytes",
]

private func dropScrapersOwn(_ families: inout [Family], drops: inout DropTally) {
    for index in families.indices where scrapersOwn.contains(families[index].name) {
        let name = families[index].name
        let kept = families[index].samples.filter { !$0.labels.canonical.isEmpty }
        drops.add(
            .nameCollision, count: families[index].samples.count &- kept.count,
            example:
                "'\(printable(name))' is what a scraper itself tells of this process; give it a label, or another name")
        families[index].samples = kept
    }
}
