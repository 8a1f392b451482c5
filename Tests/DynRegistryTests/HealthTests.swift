import DynModel
import DynRegistry
import DynSources
import DynTestSupport
import Foundation
import Testing

@Suite("Health")
struct HealthTests {
    struct Health: Decodable {
        struct Uptime: Decodable {
            var secs: Int
            var nanos: Int
        }

        var status: String
        var uptime: Uptime
        var endpoints: [String: String]
        var sources: [String: String]
    }

    @Test("one endpoint that is not ready makes the whole not ready")
    func endpoints() throws {
        let root = try root()
        #expect(try health(root).status == "ready")

        try root.endpoint("ns", "c", "one").setReady(false)
        _ = try root.endpoint("ns", "c", "two")

        let health = try health(root)
        #expect(health.status == "notready" && health.endpoints == ["one": "notready", "two": "ready"])
        #expect(!root.runtime.health().isReady && health.uptime.nanos < 1_000_000_000)
        try root.endpoint("ns", "c", "one").setReady(true)
        #expect(root.runtime.health().isReady)
    }

    @Test("endpoints of one name are told apart by their paths, odd names are escaped")
    func names() throws {
        let root = try root()
        _ = try root.endpoint("a", "c", "e")
        _ = try root.endpoint("b", "c", "e")
        _ = try root.endpoint("b", "c", "q\"\\\n\u{1}é")

        #expect(try Set(health(root).endpoints.keys) == ["a.c.e", "b.c.e", "q\"\\\n\u{1}é"])
    }

    @Test("sources never change the status")
    func sources() throws {
        let root = try root()
        _ = root.registerText(SourceOptions(name: "s")) { () throws(SourceFailure) in throw .failed }
        _ = root.text

        let health = try health(root)
        #expect(health.status == "ready" && health.sources == ["s": "failed"])
    }

    @Test("only endpoints have a health status")
    func wrongNode() throws {
        #expect { try root().setReady(false) } throws: { "\($0)".contains("set it on an endpoint") }
    }

    private func health(_ root: Node) throws -> Health {
        try JSONDecoder().decode(Health.self, from: Data(root.runtime.health().json.bytes))
    }
}
