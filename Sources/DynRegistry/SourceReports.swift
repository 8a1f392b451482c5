// What became of each source of a node at the last scrape, for people: seen, filtered out, renamed, left out, and why. Cold.

import DynExposition
import DynModel
import DynSources

extension Node {
    /// A JSON array with an object for each source of this node and below, in order of registration. Asks no source.
    package func sourceReports() -> Text {
        let sources = withStructureLock { place.subtreeLocked().flatMap(\.registrations).filter(\.isWantedLocked) }
        var json = ByteWriter(capacity: 1024)
        json.append(literal: "[")
        for (index, source) in sources.filter({ $0.rank != .update }).enumerated() {
            if index > 0 { json.append(literal: ",") }
            source.report(&json)
        }
        json.append(literal: "]")
        return json.finish()
    }
}

extension Registration {
    fileprivate func report(_ json: inout ByteWriter) {
        let outcome = worker.lastOutcome
        var drops = outcome.drops
        drops.add(withStructureLock { pageDrops })
        let shown = outcome.collected?.families ?? []
        let numbers: [(StaticString, Int)] = [
            ("families", outcome.tally.families), ("series", outcome.tally.series),
            ("filtered_families", outcome.tally.filteredFamilies), ("filtered_series", outcome.tally.filteredSeries),
            ("renamed_families", outcome.tally.renamedFamilies), ("shown_families", shown.count),
            ("shown_series", shown.reduce(0) { $0 &+ $1.samples.count }),
        ]
        json.append(literal: "{\"name\":")
        json.append(json: Text(name))
        json.append(literal: ",\"state\":")
        json.append(json: Text(outcome.state.rawValue))
        for (name, number) in numbers {
            json.append(literal: ",\"")
            json.append(literal: name)
            json.append(literal: "\":")
            json.append(integer: UInt64(clamping: number))
        }
        json.append(literal: ",\"rejected\":[")
        let reasons = DropReason.allCases.filter { drops.counts[$0] != nil }
        for (index, reason) in reasons.enumerated() {
            if index > 0 { json.append(literal: ",") }
            json.append(literal: "[")
            json.append(json: Text(reason.rawValue))
            json.append(literal: ",")
            json.append(integer: drops.counts[reason] ?? 0)
            json.append(literal: ",")
            json.append(json: Text(drops.examples[reason] ?? ""))
            json.append(literal: "]")
        }
        json.append(literal: "],\"errors\":{")
        let failures = SourceFailure.allCases.filter { outcome.errors[$0] != nil }
        for (index, failure) in failures.enumerated() {
            if index > 0 { json.append(literal: ",") }
            json.append(json: Text(failure.rawValue))
            json.append(literal: ":")
            json.append(integer: outcome.errors[failure] ?? 0)
        }
        json.append(literal: "}}")
    }
}
