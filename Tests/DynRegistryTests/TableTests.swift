import DynExposition
import DynInstruments
import DynModel
import DynRegistry
import DynSources
import DynTestSupport
import Testing

@Suite("A table of series is shown as its text would be")
struct TableTests {
    static func filter(_ number: Int) throws -> PageFilter {
        switch number {
        case 1: try PageFilter(include: ["vllm:"], labels: [Label("zone", "z"), Label("a", "lost")])
        case 2: try PageFilter(include: ["vllm:h_bucket", "vllm:c_created", "own_s_sum"])
        case 3: try PageFilter(include: ["vllm:"], exclude: ["vllm:h_sum"], addPrefix: "x_")
        case 4: try PageFilter(include: ["vllm:h"], addPrefix: "own_h")
        default: .passAll
        }
    }

    @Test("whatever the filter is, and whatever the values are", arguments: 0..<5, [0, 2.5, -1, .nan, 1e21])
    func equalsText(filter: Int, value: Double) throws {
        let table = try Self.table(value)
        let filter = try Self.filter(filter)
        let source = TableSource(table, filter: filter)

        for _ in 0..<2 {  // the second time from what the first one found out
            let read = try source.collect()

            let text = try TextSource(filter: filter) { () throws(SourceFailure) in Self.text(of: table) }.collect()
            #expect(TextWriter.write(read.families) == TextWriter.write(text.families))
            #expect(read.drops.counts == text.drops.counts)
        }
    }

    @Test("a child that leaves, comes or is told anew shows at the next scrape, in its place")
    func changes() throws {
        let metric = TableMetric(try TableDefinition(name: "g", help: "h", kind: .gauge, labelNames: ["a"]))
        let table = SeriesTable()
        table.add(metric)
        let values = try (0..<3).map { _ in try #require(TableValues.make()) }
        let source = TableSource(table, filter: .passAll)
        for (label, value) in zip(["x", "y"] as [Text], values) { try metric.put([label], [value], created: nil) }

        func lines() throws -> [String] { sampleLines(TextWriter.write(try source.collect().families).string) }
        #expect(try lines() == [#"g{a="x"} 0.0"#, #"g{a="y"} 0.0"#])
        Gauge(cell: values[0]).set(1)
        Gauge(cell: values[2]).set(2)
        try metric.put(["x"], [values[2]], created: nil)
        #expect(try lines() == [#"g{a="x"} 2.0"#, #"g{a="y"} 0.0"#])
        TableValues.giveBack(values[2])
        #expect(try lines() == [#"g{a="y"} 0.0"#])
        metric.removeAll()
        #expect(try lines().isEmpty)
    }

    @Test("a value that is given back while somebody reads is not given out meanwhile")
    func lateReaders() throws {
        let table = try Self.table(1)
        let value = try #require(TableValues.make())

        let during = table.read { _ in
            TableValues.giveBack(value)
            return (0..<50).compactMap { _ in TableValues.make() }
        }
        let after = (0..<200).compactMap { _ in TableValues.make() }

        #expect(!during.contains(value))
        #expect(after.contains(value))
    }

    // MARK: -

    static func table(_ value: Double) throws -> SeriesTable {
        let table = SeriesTable()
        let metrics: [(Text, TableDefinition.Kind)] = [
            ("vllm:c", .counter), ("own_g", .gauge), ("own_s", .summary), ("vllm:h", .histogram([0.5, 2, .infinity])),
            ("vllm:h2", .histogram([-1, 1, 1, .infinity])), ("up", .gauge),
        ]
        for (name, kind) in metrics {
            let definition = try TableDefinition(name: name, help: "a \\ \n", kind: kind, labelNames: ["model", "a"])
            let metric = TableMetric(definition)
            for labels: [Text] in [["x", ""], ["\"\n", "é"], ["", ""]] {
                let values = (0..<definition.valueCount).compactMap { _ in TableValues.make() }
                for cell in values { Gauge(cell: cell).set(value) }
                try metric.put(labels, values, created: 1.5)
            }
            table.add(metric)
        }
        return table
    }

    static func text(of table: SeriesTable) -> Text {
        table.read { reading in
            reading.parts.reduce(Text()) { page, part in
                let values = part.values(of: part.cells())
                return page.appending(part.text(values: values, showsCreated: reading.showsCreated).text)
            }
        }
    }
}
