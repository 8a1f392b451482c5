import DynExposition
import DynModel
import DynSources
import DynTestSupport
import Testing

@Suite("Typed metrics become families")
struct FamilyEmitterTests {
    @Test(
        "a family gets the name that its samples have in text",
        arguments: [
            ("x", .counter, "x_total", "# TYPE x_total counter\nx_total 1\n"),
            ("x_total", .counter, "x_total", "# TYPE x_total counter\nx_total 1\n"),
            ("x", .counter, "x", "# TYPE x counter\nx 1\n"),
            ("x", .info, "x_info", "# TYPE x_info gauge\nx_info 1\n"),
            ("x", .gauge, "x", "# TYPE x gauge\nx 1\n"),
            ("x", .unknown, "x", "# TYPE x untyped\nx 1\n"),
            ("x", .summary, "x_sum", "# TYPE x summary\nx_sum 1\n"),
            ("x", .histogram, "x_count", "# TYPE x histogram\nx_count 1\n"),
            ("x", .stateset, "x", "# TYPE x gauge\nx 1\n"),
        ] as [(Text, MetricKind, Text, String)])
    func naming(family: Text, kind: MetricKind, sample: Text, page: String) throws {
        var emitter = FamilyEmitter(filter: .passAll)

        try emitter.family(family, help: "", kind: kind, unit: nil)
        try emitter.sample(sample, [], 1)

        #expect(TextWriter.write(emitter.finish()).string == "# HELP \(page.split(separator: " ")[2]) \n" + page)
        #expect(emitter.drops.isEmpty)
    }

    @Test("created times become a gauge family behind")
    func created() throws {
        var emitter = FamilyEmitter(filter: .passAll)

        try emitter.family("x", help: "h", kind: .counter, unit: nil)
        try emitter.sample("x_total", [Label("a", "1")], 5)
        try emitter.sample("x_created", [Label("a", "1")], 1.7e9)
        try emitter.family("y", help: "h", kind: .gauge, unit: nil)
        try emitter.sample("y", [], 1)

        let families = emitter.finish()
        #expect(families.map(\.name) == ["x_total", "x_created", "y"])
        #expect(families.map(\.kind) == [.counter, .gauge, .gauge])
    }

    @Test("a histogram is given in one piece, counts per bucket")
    func histogram() throws {
        var emitter = FamilyEmitter(filter: .passAll)

        try emitter.family("h", help: "", kind: .histogram, unit: nil)
        try emitter.histogram([Label("b", "1"), Label("a", "2")], bounds: [0.5, 1], counts: [1, 2, 3], sum: 4.5)

        #expect(
            sampleLines(TextWriter.write(emitter.finish()).string) == [
                #"h_bucket{a="2",b="1",le="0.5"} 1"#, #"h_bucket{a="2",b="1",le="1.0"} 3"#,
                #"h_bucket{a="2",b="1",le="+Inf"} 6"#,
                #"h_sum{a="2",b="1"} 4.5"#, #"h_count{a="2",b="1"} 6"#,
            ])
    }

    @Test(
        "the filter sees the family's name as the source has it, and what is renamed keeps its suffix",
        arguments: [
            (["vllm:x"], [], "p_", ["p__total", "p__created"]), (["vllm:"], [], "p_", ["p_x_total", "p_x_created"]),
            (["vllm:x_total"], [], nil, []), ([], ["vllm:x"], nil, []),
            ([], ["vllm:x_created"], nil, ["vllm:x_total", "vllm:x_created"]),
        ] as [([Text], [Text], Text?, [Text])])
    func filtering(include: [Text], exclude: [Text], addPrefix: Text?, names: [Text]) throws {
        var emitter = FamilyEmitter(
            filter: try PageFilter(
                include: include, exclude: exclude, addPrefix: addPrefix, labels: [Label("z", "1")]))

        try emitter.family("vllm:x", help: "", kind: .counter, unit: nil)
        try emitter.sample("vllm:x_total", [], 5)
        try emitter.sample("vllm:x_created", [], 1.7e9)

        let families = emitter.finish()
        #expect(families.map(\.name) == names)
        #expect(families.allSatisfy { $0.samples.allSatisfy { $0.labels.text == "z=\"1\"" } })
    }

    @Test(
        "a bad sample is refused with words, dropped and counted; the family goes on",
        arguments: [
            ("y", [], .name), ("x_total_y", [], .name), ("x_bucket", [], .name), ("", [], .name), ("x", [], .name),
            ("x_total", [Label("", "1")], .label), ("x_total", [Label("__name__", "1")], .label),
            ("x_total", [Label("a", "1"), Label("a", "2")], .label), ("x_total", [Label("a\nb", "1")], .label),
            ("x_total", [Label(Text([0xFF]), "1")], .label), ("x_total", [Label("a", Text([0xFF]))], .utf8),
            ("x_total", [Label("a", "\0")], .utf8),
        ] as [(Text, [Label], DropReason)])
    func badSamples(name: Text, labels: [Label], reason: DropReason) throws {
        var emitter = FamilyEmitter(filter: .passAll)
        try emitter.family("x", help: "", kind: .counter, unit: nil)
        try emitter.sample("x_total", [], 1)

        #expect { try emitter.sample(name, labels, 2) } throws: { "\($0)".count > 20 }
        try emitter.sample("x_total", [Label("good", "1")], 3)

        #expect(emitter.drops.counts == [reason: 1])
        #expect(emitter.finish()[0].samples.count == 2)
    }

    @Test(
        "a bad family goes with its samples, which are not refused one by one",
        arguments: [
            ("", "", .name), ("a\nb", "", .name), (Text([0xFF]), "", .name), ("x\0", "", .name),
            ("x", Text([0xFF]), .utf8),
            ("x", "\0", .utf8),
        ] as [(Text, Text, DropReason)])
    func badFamilies(name: Text, help: Text, reason: DropReason) throws {
        var emitter = FamilyEmitter(filter: .passAll)

        #expect(throws: MetricsError.self) { try emitter.family(name, help: help, kind: .gauge, unit: nil) }
        try emitter.sample(name, [], 1)
        try emitter.histogram([], bounds: [], counts: [1], sum: 1)

        #expect(emitter.finish().isEmpty && emitter.drops.counts == [reason: 1])
    }

    @Test(
        "samples before any family, and histograms of wrong shape, are refused",
        arguments: [
            ([1], [1], .shape), ([2, 1], [1, 1, 1], .shape), ([.nan], [1, 1], .shape), ([], [], .shape),
            ([1], [1, 2, 3], .shape),
        ] as [([Double], [UInt64], DropReason)])
    func badHistograms(bounds: [Double], counts: [UInt64], reason: DropReason) throws {
        var emitter = FamilyEmitter(filter: .passAll)

        #expect(throws: MetricsError.self) { try emitter.sample("x", [], 1) }
        try emitter.family("h", help: "", kind: .histogram, unit: nil)
        #expect(throws: MetricsError.self) { try emitter.histogram([], bounds: bounds, counts: counts, sum: 1) }
        #expect(throws: MetricsError.self) {
            try emitter.histogram([Label("le", "1")], bounds: [], counts: [1], sum: 1)
        }
        #expect(throws: MetricsError.self) { try emitter.sample("h_bucket", [], 1) }
        #expect(throws: MetricsError.self) { try emitter.sample("h_bucket", [Label("le", "x")], 1) }

        #expect(emitter.drops.counts == [reason: 2, .label: 3])
    }

    @Test(
        "odd numbers and times do not trap",
        arguments: [
            .nan, .infinity, -.infinity, 1e300, -1e300, 9e12, -9e12, 0,
        ] as [Double])
    func oddNumbers(number: Double) throws {
        var emitter = FamilyEmitter(filter: .passAll)

        try emitter.family("x", help: "", kind: .gauge, unit: nil)
        try emitter.sample("x", [], number, timestamp: number)
        try emitter.family("h", help: "", kind: .histogram, unit: nil)
        try emitter.histogram([], bounds: [1], counts: [.max, .max], sum: number)

        #expect(emitter.finish().count == 2)
    }
}
