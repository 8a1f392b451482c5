import DynExposition
import DynInstruments
import DynModel
import DynRegistry
import DynSources
import DynTestSupport
import Testing

@Suite("One scrape over a tree and its sources")
struct ScrapeTests {
    @Test("own families come by name, then each source's in its own order, by rank")
    func order() throws {
        let root = try root()
        let node = try root.endpoint()
        _ = node.registerText(SourceOptions(added: .nothing)) { "z_text 1\na_text 1\n" }
        _ = node.registerTyped(SourceOptions(added: .nothing)) { emitter in
            try? emitter.family("typed", help: "", kind: .gauge, unit: nil)
            try? emitter.sample("typed", [], 1)
        }
        for name in ["b", "a"] { _ = try node.create(MetricSpec(.gauge, name: Text(name))) }

        let names = sampleLines(root.text).map { $0.prefix { $0 != "{" && $0 != " " } }

        #expect(names == ["dynamo_component_a", "dynamo_component_b", "typed", "z_text", "a_text"])
    }

    @Test("update callbacks run before values are read and before other sources are asked")
    func updates() throws {
        let root = try root()
        let node = try root.endpoint()
        let counter = try root.counter("x")
        let registration = node.onScrape { counter.inc() }
        _ = node.registerText(SourceOptions(added: .nothing)) { Text("seen \(counter.value)\n") }

        #expect(root.text.contains("dynamo_component_x{worker_id=\"2a\"} 1\n") && root.text.contains("seen 2\n"))
        // A node that the callback is not below or on leaves it alone.
        _ = try root.child(.namespace, "other").text
        #expect(counter.value == 2)

        registration.close()
        #expect(root.text.contains("seen 2\n"))
    }

    @Test("a failing update costs nothing but its count")
    func failingUpdate() throws {
        let root = try root()
        try root.counter("x").inc()
        _ = root.onScrape { () throws(SourceFailure) in throw .failed }

        #expect(root.text.contains("dynamo_component_x{worker_id=\"2a\"} 1"))
        #expect(root.lines("dynmetrics_source_up{source=\"update\"").first?.hasSuffix(" 0") == true)
    }

    @Test(
        "labels of sources: the sample's own, then the node's, then the filter's, then the runtime's",
        arguments: [
            (.nodeLabels, #"x{a="own",b="filter",c="runtime",dynamo_namespace="ns",worker_id="2a"} 1"#),
            (.constantLabels, #"x{a="own",b="filter",c="runtime",dynamo_namespace="filter"} 1"#),
            (.nothing, #"x{a="own",b="filter",dynamo_namespace="filter"} 1"#),
        ] as [(SourceOptions.AddedLabels, String)])
    func labels(added: SourceOptions.AddedLabels, expected: String) throws {
        let root = try root([Label("a", "runtime"), Label("b", "runtime"), Label("c", "runtime")])
        let filter = try PageFilter(labels: [
            Label("a", "filter"), Label("b", "filter"), Label("dynamo_namespace", "filter"),
        ])

        _ = try root.child(.namespace, "ns").registerText(SourceOptions(filter: filter, added: added)) {
            "x{a=\"own\"} 1\n"
        }

        #expect(sampleLines(root.text) == [expected])
    }

    @Test("bad parts of a source are dropped and counted, everything else stays")
    func hostileSource() throws {
        let root = try root()
        let own = try root.create(MetricSpec(.intGauge, name: "own", isNameAsIs: true, help: "Mine"))
        _ = own
        let page: Text =
            "{A}0\n# TYPE own counter\nown 1\n# TYPE e gauge\ne 1\n# TYPE e counter\ne{a=\"2\"} 2\ne 3\nhalf{a=\""
        _ = root.registerText(SourceOptions(name: "bad", added: .nothing)) { page }

        let text = TextWriter.write(root.scrape(ScrapeOptions(deadline: 20))).string
        let drops = root.lines("dynmetrics_dropped_total{")

        #expect(text.hasPrefix("# HELP own Mine\n# TYPE own gauge\nown{worker_id=\"2a\"} 0\n# TYPE e gauge\ne 1\n"))
        #expect(losses(Text(text)).isEmpty)
        for (reason, count) in [("syntax", 4), ("type_conflict", 6)] {
            #expect(
                drops.contains(
                    "dynmetrics_dropped_total{reason=\"\(reason)\",source=\"bad\",worker_id=\"2a\"} \(count)"),
                "\(drops)")
        }
    }

    @Test("no source can take the names of the self-metrics")
    func selfMetricsWin() throws {
        let root = try root()
        _ = root.registerText(SourceOptions(name: "bad", added: .nothing)) {
            "# TYPE dynmetrics_source_up counter\ndynmetrics_source_up{source=\"bad\"} 1\ndynmetrics_build_info 1\n"
        }

        let text = TextWriter.write(root.scrape(ScrapeOptions(deadline: 20)))

        #expect(text.string.contains("# TYPE dynmetrics_source_up gauge\n"))
        #expect(text.string.contains("# TYPE dynmetrics_build_info gauge\n"))
        #expect(losses(text).isEmpty)
    }

    @Test("a closed source leaves the page, and its name is free again")
    func closing() throws {
        let root = try root()
        let first = root.registerText(SourceOptions(name: "s", added: .nothing)) { "x 1\n" }
        #expect(root.text == "x 1\n")

        first.close()
        #expect(root.text == "")
        let second = root.registerText(SourceOptions(name: "s", added: .nothing)) { "y 1\n" }
        first.close()
        let third = root.registerText(SourceOptions(name: "s", added: .nothing)) { "z 1\n" }

        #expect([first.name, second.name, third.name] == ["s", "s", "s-2"])
    }

    @Test("what a callback holds is let go when its source is closed, and outside the lock")
    func release() throws {
        let root = try root()
        let released = Guarded(0)
        final class Held: Sendable {
            let onRelease: @Sendable () -> Void
            init(_ onRelease: @escaping @Sendable () -> Void) { self.onRelease = onRelease }
            deinit { onRelease() }
        }
        func register() -> Registration {
            // Whoever lets go of this under the lock hangs here: the tree is used once more.
            let held = Held {
                _ = try? root.child(.namespace, "released")
                released.with { $0 += 1 }
            }
            return root.registerText(SourceOptions(added: .nothing)) { withExtendedLifetime(held) { "x 1\n" } }
        }

        let asked = register()
        #expect(root.text == "x 1\n")
        asked.close()
        register().close()

        #expect(eventually { released.copy == 2 })
    }

    @Test("one hung source costs one deadline once; the page has all else")
    func hung() throws {
        let root = try root()
        let gate = Gate()
        try root.counter("x").inc()
        _ = root.registerText(SourceOptions(name: "hung", added: .nothing)) {
            gate.wait()
            return "late 1\n"
        }
        _ = root.registerText(SourceOptions(name: "good", added: .nothing)) { "good 1\n" }

        for _ in 0..<3 {
            let started = Moment.now
            let lines = root.lines("", deadline: 0.3)
            #expect(Moment.now.since(started) < 2)
            #expect(lines.contains("good 1") && lines.contains("dynamo_component_x{worker_id=\"2a\"} 1"))
            #expect(lines.contains("dynmetrics_source_up{source=\"hung\",worker_id=\"2a\"} 0"))
        }
        #expect(
            root.lines("dynmetrics_source_errors_total", deadline: 0.3)
                == ["dynmetrics_source_errors_total{reason=\"deadline\",source=\"hung\",worker_id=\"2a\"} 4"])

        gate.open()
        #expect(eventually { root.lines("late", deadline: 5) == ["late 1"] })
    }

    @Test("eight hung sources take one deadline together")
    func overallDeadline() throws {
        let root = try root()
        let gate = Gate()
        for _ in 0..<8 {
            _ = root.registerText(SourceOptions(added: .nothing)) {
                gate.wait()
                return ""
            }
        }

        let started = Moment.now
        _ = root.lines("", deadline: 0.4)

        #expect(Moment.now.since(started) < 0.4 * 4)
        gate.open()
    }

    @Test("the self-metrics tell of sources, series and drops, on the root only")
    func selfMetrics() throws {
        let root = try root()
        _ = try root.endpoint().counter("x")
        _ = root.registerText(SourceOptions(name: "s", added: .nothing)) { "a 1\nb 1\nbad\n" }
        runtimeResponses(root)

        let lines = root.lines("dynmetrics_")
        for expected in [
            "dynmetrics_series{worker_id=\"2a\"} 3", "dynmetrics_source_series{source=\"s\",worker_id=\"2a\"} 2",
            "dynmetrics_source_up{source=\"s\",worker_id=\"2a\"} 1",
            "dynmetrics_dropped_total{reason=\"value\",source=\"s\",worker_id=\"2a\"} 1",
            "dynmetrics_http_requests_total{code=\"200\",worker_id=\"2a\"} 2",
        ] { #expect(lines.contains(expected), "\(expected) is not in \(lines)") }
        #expect(
            lines.contains {
                $0.hasPrefix("dynmetrics_build_info{arch=") && $0.contains("version=\"\(libraryVersion)\"")
            })
        #expect(try root.endpoint().lines("dynmetrics_").isEmpty)
        #expect(!root.text.contains("dynmetrics_"))
    }

    @Test("four threads update, create and scrape, and every page is whole")
    func concurrentScrapes() throws {
        let root = try root()
        let histogram = try root.endpoint().create(MetricSpec(.histogram, isVec: true, name: "h", labelNames: ["m"]))
        let source = root.registerText(SourceOptions(name: "s", added: .nothing)) { "a 1\nb 1\n" }

        inThreads(4) { index in
            for round in 0..<40 {
                if index < 2, case .histogram(let cell)? = try? histogram.child([Text("\(round % 5)")]) {
                    Histogram(cell: cell).observe(0.3)
                }
                let page = TextWriter.write(root.scrape(ScrapeOptions(deadline: 20)))
                #expect(losses(page).isEmpty)
            }
        }

        source.close()
        #expect(!root.text.contains("a 1"))
    }

    @Test(
        "the scraper's patience bounds the deadline",
        arguments: [
            (1, nil, 1), (1, 10, 1), (1, 0.5, 0.45), (1, 0.01, 0.1), (1, -5, 0.1), (0.01, nil, 0.1), (1, .infinity, 1),
            (1, .nan, 1),
        ] as [(Double, Double?, Double)])
    func deadlines(own: Double, timeout: Double?, expected: Double) {
        #expect(ScrapeOptions.deadline(own, scraperTimeout: timeout) == expected)
    }

    private func runtimeResponses(_ root: Node) {
        for _ in 0..<2 { root.runtime.countResponse(200) }
    }
}
