// What the library tells of itself: is each source well, what was dropped, how many series there are. Warm.

import CDynCells
import DynExposition
import DynInstruments
import DynModel
import DynSources

/// The release of this library.
package let libraryVersion = "0.1.0"

struct SelfMetrics {
    let runtime: Runtime
    let page: [Family]

    func families(_ sources: [Registration], _ outcomes: [SourceOutcome]) -> [Family] {
        let worker = runtime.workerLabel
        func block(_ labels: [Label]) -> LabelBlock { LabelBlock(sorting: labels + [worker]) }
        func perSource(
            _ name: Text, _ kind: MetricKind, _ help: Text, _ value: (Registration, SourceOutcome) -> SampleValue
        ) -> Family {
            Family(
                name: name, kind: kind, help: help,
                samples: zip(sources, outcomes).map { source, outcome in
                    Sample(block([Label("source", Text(source.name))]), value(source, outcome))
                })
        }
        func single(_ name: Text, _ kind: MetricKind, _ help: Text, _ value: SampleValue) -> Family {
            Family(name: name, kind: kind, help: help, samples: [Sample(block([]), value)])
        }

        func holds(_ name: Text, _ kind: MetricKind, _ help: Text, _ value: (LockHolds) -> Double) -> Family {
            Family(
                name: name, kind: kind, help: help,
                samples: zip(sources, outcomes).compactMap { source, outcome in
                    outcome.holds.map {
                        Sample(block([Label("source", Text(source.name))]), .double((value($0) * 1e6).rounded() / 1e6))
                    }
                })
        }

        func counts(
            _ name: Text, _ help: Text, families: (FilterTally) -> Int, series: ((FilterTally) -> Int)?
        ) -> Family {
            var samples: [Sample] = []
            for (source, outcome) in zip(sources, outcomes) where source.rank != .update {
                func add(_ of: Text, _ count: Int) {
                    let labels = block([Label("source", Text(source.name)), Label("of", of)])
                    samples.append(Sample(labels, .integer(UInt64(clamping: count))))
                }
                add("families", families(outcome.tally))
                if let series { add("series", series(outcome.tally)) }
            }
            return Family(name: name, kind: .gauge, help: help, samples: samples)
        }

        var errors: [Sample] = []
        var dropped: [Sample] = []
        for (source, outcome) in zip(sources, outcomes) {
            let name = Label("source", Text(source.name))
            for failure in SourceFailure.allCases {
                if let count = outcome.errors[failure] {
                    errors.append(Sample(block([name, Label("reason", Text(failure.rawValue))]), .integer(count)))
                }
            }
            var drops = outcome.drops
            drops.add(withStructureLock { source.pageDrops })
            dropped += samples(drops, name, block)
        }
        dropped += samples(withStructureLock { runtime.ownDrops }, Label("source", "instruments"), block)
        dropped += samples(withStructureLock { runtime.formatDrops }, Label("source", "page"), block)
        if dyncells_refused() > 0 {
            dropped.append(
                Sample(
                    block([Label("source", "instruments"), Label("reason", "refused_update")]),
                    .integer(dyncells_refused())))
        }
        let responses = withStructureLock { runtime.responses }
        let text = memoryOfLabels()
        let ruled = withStructureLock { runtime.ruleTotals }

        return [
            Family(
                name: "dynmetrics_build_info", kind: .gauge, help: "The dynmetrics library that serves this page.",
                samples: [Sample(block([Label("version", Text(libraryVersion)), Label("arch", arch)]), .integer(1))]),
            Family(
                name: "dynmetrics_dropped_total", kind: .counter,
                help: "Lines, series, families and files that could not go on the page.", samples: dropped),
            holds(
                "dynmetrics_gil_hold_seconds_max", .gauge,
                "The longest that the source's callback held its interpreter's lock at a time."
            ) { $0.longest },
            holds(
                "dynmetrics_gil_hold_seconds_total", .counter,
                "How long the source's callback held its interpreter's lock."
            ) { $0.total },
            Family(
                name: "dynmetrics_http_requests_total", kind: .counter, help: "HTTP responses by status code.",
                samples: responses.sorted { $0.key < $1.key }.map {
                    Sample(block([Label("code", Text(String($0.key)))]), .integer($0.value))
                }),
            single(
                "dynmetrics_memory_bytes", .gauge, "Memory of cells and of the page's label texts.",
                .integer(UInt64(clamping: dyncells_bytes() &+ text))),
            Family(
                name: "dynmetrics_old_name_series", kind: .gauge,
                help: "Series on this page that stand under an old name too, as the configuration wants.",
                samples: ruled.old.sorted { ($0.key.old, $0.key.new) < ($1.key.old, $1.key.new) }.map {
                    Sample(
                        block([Label("old", $0.key.old), Label("new", $0.key.new)]),
                        .integer(UInt64(clamping: $0.value)))
                }),
            Family(
                name: "dynmetrics_overflow_total", kind: .counter,
                help: "Series that pages left out because their family had too many.",
                samples: ruled.overflow.sorted { $0.key < $1.key }.map {
                    Sample(block([Label("family", $0.key)]), .integer($0.value))
                }),
            single(
                "dynmetrics_series", .gauge, "Series on this page, without those of dynmetrics itself.",
                .integer(UInt64(clamping: page.reduce(0) { $0 &+ $1.samples.count }))),
            perSource("dynmetrics_source_duration_seconds", .gauge, "How long the source's last call took.") {
                .double(($1.duration * 1e6).rounded() / 1e6)
            },
            Family(
                name: "dynmetrics_source_errors_total", kind: .counter,
                help: "Scrapes that a source brought nothing new to.", samples: errors),
            counts(
                "dynmetrics_source_filtered", "What the source's filter let not pass, the last time.",
                families: { $0.filteredFamilies }, series: { $0.filteredSeries }),
            perSource(
                "dynmetrics_source_last_success_timestamp_seconds", .gauge, "When the source last brought something."
            ) { .double(($1.lastSuccess * 1e3).rounded() / 1e3) },
            counts(
                "dynmetrics_source_renamed", "What the source's filter let pass under another name.",
                families: { $0.renamedFamilies }, series: nil),
            counts(
                "dynmetrics_source_seen", "What the source brought to its filter.",
                families: { $0.families }, series: { $0.series }),
            perSource("dynmetrics_source_series", .gauge, "Series that the source brought to this page.") {
                .integer(UInt64(clamping: $1.collected?.families.reduce(0) { $0 &+ $1.samples.count } ?? 0))
            },
            perSource("dynmetrics_source_up", .gauge, "Whether the source answered this scrape.") {
                .integer($1.isFresh ? 1 : 0)
            },
        ].filter { !$0.samples.isEmpty }
    }

    private func samples(_ drops: DropTally, _ source: Label, _ block: ([Label]) -> LabelBlock) -> [Sample] {
        DropReason.allCases.compactMap { reason in
            drops.counts[reason].map {
                Sample(block([source, Label("reason", Text(reason.rawValue))]), .integer($0))
            }
        }
    }

    private func memoryOfLabels() -> Int {
        page.reduce(0) { $0 &+ $1.samples.labelBytes }
    }

    private var arch: Text {
        #if arch(x86_64)
        "x86_64"
        #elseif arch(arm64)
        "aarch64"
        #else
        "other"
        #endif
    }
}
