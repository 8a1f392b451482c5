import DynExposition
import DynModel
import DynSources
import DynTestSupport
import Testing

@Suite("What the kinds of sources yield")
struct SourceTests {
    @Test("text is read, filtered by lines, labelled, and loses its timestamps; its bad parts are counted")
    func text() throws {
        let filter = try PageFilter(include: ["a"], labels: [Label("z", "1")])
        let source = TextSource(filter: filter) {
            "a 1 1700000000000\nb 2\na x\n# TYPE ah histogram\nah_bucket{le=\"1\"} 2\n"
        }

        let collected = try source.collect()

        #expect(
            sampleLines(TextWriter.write(collected.families).string)
                == [#"a{z="1"} 1"#, #"ah_bucket{le="1.0",z="1"} 2"#])
        #expect(collected.drops.counts == [.value: 1, .timestamp: 1])
    }

    @Test("a typed callback's families come filtered by family")
    func typed() throws {
        let source = TypedSource(filter: try PageFilter(include: ["x"])) { emitter in
            try? emitter.family("x", help: "", kind: .gauge, unit: nil)
            try? emitter.sample("x", [], 1, timestamp: 5)
            try? emitter.family("y", help: "", kind: .gauge, unit: nil)
            try? emitter.sample("wrong", [], 1)
        }

        let collected = try source.collect()

        #expect(collected.families.map(\.name) == ["x"] && collected.families[0].samples[0].timestamp == nil)
        #expect(collected.drops.counts == [.name: 1, .timestamp: 1])
    }

    @Test("a source that fails yields nothing, not half")
    func failing() {
        let typed = TypedSource(filter: .passAll) { emitter throws(SourceFailure) in
            try? emitter.family("x", help: "", kind: .gauge, unit: nil)
            throw .failed
        }

        #expect(throws: SourceFailure.failed) { try typed.collect() }
        #expect(throws: SourceFailure.failed) {
            try UpdateSource { () throws(SourceFailure) in throw .failed }.collect()
        }
        #expect(throws: SourceFailure.directory) {
            try DirectorySource(path: "/nonexistent/dynmetrics", filter: .passAll).collect()
        }
    }
}

@Suite("The log", .serialized)
struct LogTests {
    @Test("a cause is told once, on one line without control characters")
    func once() {
        let lines = Guarded<[String]>([])
        Log.setHandler(LogHandler { _, line in lines.with { $0.append(line.string) } })
        defer { Log.setHandler(nil) }

        inThreads(4) { _ in
            for _ in 0..<100 { Log.once(.warning, cause: "test once", "told\n\u{1B}[31m once") }
        }
        Log.once(.error, cause: "test other", String(repeating: "é", count: 5000))

        #expect(eventually { lines.copy.contains { $0.hasPrefix("éé") } })
        #expect(lines.copy.filter { $0.hasPrefix("told") } == ["told\u{FFFD}\u{FFFD}[31m once"])
        #expect(lines.copy.allSatisfy { $0.utf8.count <= 1003 })
    }
}
