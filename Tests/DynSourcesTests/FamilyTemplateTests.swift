import DynExposition
import DynModel
import DynSources
import DynTestSupport
import Testing

private let text: Text = """
    # HELP h Seconds
    # TYPE h histogram
    h_bucket{b="1",le="1"} 0

    h_bucket{b="1",le="+Inf"} 0
    h_count{b="1"} 0
    left_out 0
    h_sum{b="1"} 0

    """

private func emit(_ emitter: inout FamilyEmitter, _ template: FamilyTemplate, _ values: [Double]) throws {
    try values.withUnsafeBufferPointer { try emitter.emit(template, $0) }
}

@Suite("A template is read once and emitted with other values")
struct FamilyTemplateTests {
    @Test("each sample line takes its value, also behind lines that are left out")
    func values() throws {
        let filter = try PageFilter(include: ["h"], labels: [Label("a", "x")])
        let template = FamilyEmitter(filter: filter).template(text)

        for factor in [1.0, 1e6] {
            var emitter = FamilyEmitter(filter: filter)
            try emit(&emitter, template, [1, 2, 3, 4, 0.5].map { $0 * factor })

            var drops = DropTally()
            let read = text.string.replacing(" 0\n", with: " VALUE\n")
            var number = 0
            let spelled = read.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
                guard line.hasSuffix("VALUE") else { return String(line) }
                defer { number += 1 }
                let spellings =
                    factor == 1
                    ? ["1.0", "2.0", "3.0", "4.0", "0.5"] : ["1e+06", "2e+06", "3e+06", "4e+06", "500000.0"]
                return String(line.replacing("VALUE", with: spellings[number]))
            }
            var expected = filter.apply(
                readFamilies(Text(spelled.joined(separator: "\n")), drops: &drops), matching: .lines)
            prepareForServing(&expected, drops: &drops)
            #expect(TextWriter.write(emitter.finish()).string == TextWriter.write(expected).string)
            #expect(emitter.isUnique)
        }
        #expect(template.valueCount == 5 && template.series == 4)
    }

    @Test("what the text lost is counted with every use, and its other lines keep their values")
    func losses() throws {
        let template = FamilyEmitter(filter: .passAll).template("x{a=} 0\nx{a=\"1\"} 0\nx{a=\"1\"} 0\nup 0\ny 0 17\n")
        var emitter = FamilyEmitter(filter: .passAll)

        try emit(&emitter, template, [1, 2, 3, 4, 5])
        try emit(&emitter, template, [1, 2, 3, 4, 5])

        #expect(emitter.drops.counts == [.syntax: 2, .duplicateSeries: 2, .nameCollision: 2, .timestamp: 2])
        let lines = sampleLines(TextWriter.write(emitter.finish()).string)
        #expect(lines == [#"x{a="1"} 2.0"#, "y 5.0", #"x{a="1"} 2.0"#, "y 5.0"])
    }

    @Test("counts below zero take the type off a histogram, as they do in text")
    func impossible() throws {
        let template = FamilyEmitter(filter: .passAll).template(text)
        var emitter = FamilyEmitter(filter: .passAll)

        try emit(&emitter, template, [-1, 2, 3, 4, 5])

        #expect(emitter.drops.counts == [.type: 1])
        #expect(emitter.finish().allSatisfy { $0.kind == nil })
    }

    @Test("another number of values is refused, and more series than the budget are left out", arguments: [0, 4, 6])
    func numberOfValues(count: Int) throws {
        let template = FamilyEmitter(filter: .passAll).template(text)
        var emitter = FamilyEmitter(filter: .passAll, budget: PageBudget(bytes: 1000, series: 3))

        #expect(throws: MetricsError.self) { try emit(&emitter, template, Array(repeating: 1, count: count)) }
        try emit(&emitter, template, Array(repeating: 1, count: 5))

        #expect(emitter.drops.counts == [.shape: 1, .budget: 5])
        #expect(emitter.finish().isEmpty)
    }

    @Test("families, texts and templates stand in the order in which they were emitted")
    func order() throws {
        var emitter = FamilyEmitter(filter: .passAll)
        let template = emitter.template("b 0\n")

        try emitter.family("a", help: "", kind: .gauge, unit: nil)
        try emitter.sample("a", [], 1)
        try emit(&emitter, template, [2])
        emitter.text("c 3\n")
        #expect(throws: MetricsError.self) { try emitter.sample("a", [], 1) }
        try emitter.family("d", help: "", kind: .gauge, unit: nil)
        try emitter.sample("d", [], 4)

        #expect(!emitter.isUnique)
        #expect(sampleLines(TextWriter.write(emitter.finish()).string) == ["a 1", "b 2.0", "c 3", "d 4"])
    }
}
