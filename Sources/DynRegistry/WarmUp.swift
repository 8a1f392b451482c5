// The Swift runtime makes type metadata at first use, under locks of its own. A fork in the middle of that leaves the
// child with a lock that nobody will open: its first scrape hangs for ever. So before the first runtime of a process is
// handed out, everything that a scrape does is done once, on a tree of its own, while no fork can happen. Cold: about
// a millisecond, once.

import CDynSupport
import DynExposition
import DynInstruments
import DynModel
import DynSources

enum WarmUp {
    nonisolated(unsafe) private static var hasBegun = false

    static func once() {
        let isFirst = withStructureLock {
            defer { hasBegun = true }
            return !hasBegun
        }
        guard isFirst else { return }
        dynsupport_hold_forks()
        defer { dynsupport_let_forks() }
        try? run()
    }

    private static func run() throws(MetricsError) {
        let endpoint = try Node(connectionID: 1).child(.namespace, "a").child(.component, "b").child(.endpoint, "c")
        for type in InstrumentType.allCases {
            let name = Text("warm_\(type)")
            _ = try endpoint.create(MetricSpec(type, isVec: true, name: name, labelNames: ["d"])).child(["e"])
        }
        let filter = try PageFilter(
            include: ["x"], exclude: ["y"], addPrefix: "z_", labels: [Label("f", "g")])
        let text = TextSource(filter: filter) { () throws(SourceFailure) in
            "# HELP x h\n# TYPE x histogram\nx_bucket{le=\"1\"} 1\nx_bucket{b=\"c\",a=\"\\n\"} 1 2\nx_sum 1\nx 1 x\n"
        }
        let typed = TypedSource(filter: .passAll) { emitter throws(SourceFailure) in
            try? emitter.family("t", help: "", kind: .counter, unit: nil)
            try? emitter.sample("t_total", [Label("a", "b")], 1)
        }
        var page = PageMerge()
        var drops = DropTally()
        for collected in [try? text.collect(), try? typed.collect()] {
            guard let collected else { continue }
            page.add(collected.families, isUnique: false, drops: &drops)
            drops.add(collected.drops)
        }
        // A whole scrape, with sources that are asked on this thread and bring nothing to complain of.
        let root = Node(runtime: endpoint.runtime, place: endpoint.runtime.root)
        let clean = TextSource(filter: filter) { () throws(SourceFailure) in "# TYPE x gauge\nx{b=\"1\"} 1\n" }
        let update = UpdateSource { () throws(SourceFailure) in }
        for (rank, source) in [(Registration.Rank.text, clean as any Source), (.typed, typed), (.update, update)] {
            let registration = Registration(
                name: "warm", rank: rank, source: source, filter: .passAll, node: endpoint.place,
                runtime: endpoint.runtime, isInline: true)
            withStructureLock { endpoint.place.registrations.append(registration) }
        }
        try warmTable(endpoint, filter)
        try root.configure(
            text: """
                [labels]
                g = "h"
                [limits]
                family_max_series = 2
                label_value_max_bytes = 100
                [[buckets]]
                family = "q*"
                min = 0.1
                max = 1
                count = 3
                [[rename]]
                from = "x"
                to = "y"
                [[drop]]
                family = "*none*"
                labels = { b = "2*" }
                """)
        page.add(root.scrape(), isUnique: false, drops: &drops)
        page.add(root.scrape(), isUnique: false, drops: &drops)
        for registration in withStructureLock({ endpoint.place.registrations }) { registration.close() }
        for format in [PageFormat.text, .openMetrics, .protobuf] { _ = format.write(page.finish(), drops: &drops) }
        _ = root.runtime.health()
    }
    private static func warmTable(_ endpoint: Node, _ filter: PageFilter) throws(MetricsError) {
        let table = SeriesTable()
        let kinds: [TableDefinition.Kind] = [.counter, .gauge, .summary, .histogram([1, .infinity])]
        for (index, kind) in kinds.enumerated() {
            let definition = try TableDefinition(name: Text("x\(index)"), help: "h", kind: kind, labelNames: ["a"])
            let metric = TableMetric(definition)
            for label: Text in ["b", "c"] {
                try metric.put([label], (0..<definition.valueCount).compactMap { _ in TableValues.make() }, created: 1)
            }
            metric.remove(["c"])
            table.add(metric)
        }
        let registration = Registration(
            name: "warm", rank: .text, source: TableSource(table, filter: filter), filter: .passAll,
            node: endpoint.place, runtime: endpoint.runtime, isInline: true)
        withStructureLock { endpoint.place.registrations.append(registration) }
    }
}
