import DynExposition
import DynInstruments
import DynModel
import DynRegistry
import DynTestSupport
import Testing

@Suite("The hierarchy and its labels")
struct NodeTests {
    @Test("each level gives its label, worker_id is on all of them")
    func automaticLabels() throws {
        let root = try root()
        let namespace = try root.child(.namespace, "prod-ns")
        let component = try namespace.child(.component, "back end")
        let endpoint = try component.child(.endpoint, "generate")

        for (level, node) in [root, namespace, component, endpoint].enumerated() {
            _ = try node.counter(Text("level_\(level)"))
        }

        #expect(
            sampleLines(root.text) == [
                #"dynamo_component_level_0{worker_id="2a"} 0"#,
                #"dynamo_component_level_1{dynamo_namespace="prod-ns",worker_id="2a"} 0"#,
                #"dynamo_component_level_2{dynamo_component="back end",dynamo_namespace="prod-ns",worker_id="2a"} 0"#,
                #"dynamo_component_level_3{dynamo_component="back end",dynamo_endpoint="generate","#
                    + #"dynamo_namespace="prod-ns",worker_id="2a"} 0"#,
            ])
    }

    @Test("nested namespaces share one label with dots")
    func nestedNamespaces() throws {
        let inner = try root().child(.namespace, "a").child(.namespace, "b").child(.namespace, "c")

        _ = try inner.child(.component, "x").counter("n")

        #expect(inner.text.contains(#"{dynamo_component="x",dynamo_namespace="a.b.c",worker_id="2a"} 0"#))
        #expect(inner.place.title == "namespace 'a.b.c'")
    }

    @Test("the same name gives the same node, also from four threads at once")
    func sameNode() throws {
        let root = try root()
        let first = try root.endpoint()
        let found = Guarded<[Node]>([])

        inThreads(4) { _ in
            for _ in 0..<100 { if let node = try? root.endpoint() { found.with { $0.append(node) } } }
        }

        #expect(found.copy.count == 400 && found.copy.allSatisfy { $0.place === first.place })
        // A namespace and a component of one name are two nodes.
        let namespace = try root.child(.namespace, "ns")
        #expect(try namespace.child(.namespace, "c").place !== namespace.child(.component, "c").place)
    }

    @Test("a level below the wrong one is refused", arguments: [Level.runtime, .component, .endpoint])
    func wrongLevels(level: Level) throws {
        #expect(throws: MetricsError.level(asked: level.rawValue, parent: "runtime")) {
            try root().child(level, "x")
        }
    }

    @Test("a bad node name is refused", arguments: ["", "a\0", Text([0xFF])])
    func badNames(name: Text) throws {
        #expect(throws: MetricsError.self) { try root().child(.namespace, name) }
    }

    @Test("a tree does not grow deeper than it can be walked")
    func depth() throws {
        var node = try root()
        for index in 0..<100 { node = try node.child(.namespace, Text("n\(index)")) }

        #expect { try node.child(.namespace, "one more") } throws: { "\($0)".contains("100 levels deep") }
    }

    @Test("a scrape of a node shows it and what is below, nothing else")
    func scopes() throws {
        let root = try root()
        let first = try root.endpoint("ns", "c", "one")
        let second = try root.endpoint("ns", "c", "two")
        _ = try root.counter("top")
        _ = try first.counter("requests_total")
        _ = try second.counter("requests_total")

        #expect(sampleLines(first.text).count == 1 && first.text.contains(#"dynamo_endpoint="one""#))
        #expect(sampleLines(try root.child(.namespace, "ns").text).count == 2)
        #expect(sampleLines(root.text).count == 3)
        #expect(root.text.components("# TYPE dynamo_component_requests_total") == 1)
        #expect(try root.child(.namespace, "empty").text == "")
    }

    @Test("worker_id is lower hex", arguments: [(0, "0"), (255, "ff"), (UInt64.max, "ffffffffffffffff")])
    func workerID(id: UInt64, hex: String) throws {
        let root = try root([], connectionID: id)

        _ = try root.counter("x")

        #expect(root.text.contains("worker_id=\"\(hex)\"") && root.runtime.connectionID == id)
    }

    @Test("a drawn worker_id differs from tree to tree")
    func drawnID() throws {
        let ids = try (0..<20).map { _ in try root([], connectionID: nil).runtime.connectionID }

        #expect(Set(ids).count == 20 && ids.allSatisfy { $0 < 1 << 63 })
    }

    @Test("constant labels of the runtime are on every metric; a metric's own win")
    func constantLabels() throws {
        let root = try root([Label("zone", "a"), Label("team", "b")])

        _ = try root.endpoint().counter("x", labels: [Label("zone", "mine")])
        let vec = try root.create(MetricSpec(.gauge, isVec: true, name: "v", labelNames: ["team"]))
        _ = try vec.child(["chosen"])

        #expect(root.text.contains(#"team="b",worker_id="2a",zone="mine"} 0"#))
        #expect(root.text.contains(#"dynamo_component_v{team="chosen",worker_id="2a",zone="a"} 0"#))
    }

    @Test(
        "constant labels that would spoil pages are refused",
        arguments: [
            "le", "quantile", "worker_id", "dynamo_namespace", "a-b", "a:b", "__a", "", "1a",
        ])
    func badConstantLabels(name: String) {
        #expect(throws: MetricsError.self) { try root([Label(Text(name), "1")]) }
        #expect(throws: MetricsError.self) { try root([Label("ok", "1"), Label("ok", "2")]) }
        #expect(throws: MetricsError.self) { try root([Label("ok", Text([0xFF]))]) }
    }
}

extension String {
    /// How often `other` stands in this text.
    func components(_ other: String) -> Int {
        indices.filter { self[$0...].hasPrefix(other) }.count
    }
}
