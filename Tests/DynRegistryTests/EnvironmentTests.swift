import DynModel
import DynRegistry
import DynTestSupport
import Testing

/// What the environment says is read when a runtime is made.
@Suite("The environment")
struct EnvironmentTests {
    @Test(
        "DYN_METRICS_CONST_LABELS adds labels; the argument wins",
        arguments: [
            ("zone=a,team=b", #"{team="b",worker_id="2a",zone="argument"}"#),
            (" team = b ,", #"{team="b",worker_id="2a",zone="argument"}"#),
            ("team=x=y", #"{team="x=y",worker_id="2a",zone="argument"}"#),
            ("team=", #"{team="",worker_id="2a",zone="argument"}"#),
        ])
    func constantLabels(value: String, labels: String) throws {
        try with("DYN_METRICS_CONST_LABELS", value) {
            let root = try root([Label("zone", "argument")])
            _ = try root.counter("x")
            #expect(root.text.contains("dynamo_component_x\(labels) 0"))
        }
    }

    @Test(
        "a bad value is refused with its variable and a right one",
        arguments: [
            ("DYN_METRICS_CONST_LABELS", "zone", "zone=a"), ("DYN_METRICS_CONST_LABELS", "=a", "zone=a"),
            ("DYN_WORKER_ID", "abc", "0x73c830"), ("DYN_WORKER_ID", "-1", "0x73c830"),
            ("DYN_WORKER_ID", "0x", "0x73c830"),
            ("DYN_WORKER_ID", "18446744073709551616", "0x73c830"), ("DYN_METRICS_SCRAPE_DEADLINE_MS", "0", "1000"),
            ("DYN_METRICS_SCRAPE_DEADLINE_MS", "soon", "1000"),
            ("DYN_METRICS_SCRAPE_DEADLINE_MS", "99999999999", "1000"),
            ("DYN_SYSTEM_STARTING_HEALTH_STATUS", "maybe", "ready or notready"),
        ])
    func refusals(variable: String, value: String, hint: String) {
        with(variable, value) {
            #expect { try Node() } throws: {
                "\($0)".hasPrefix("invalid \(variable)='\(value)'; ") && "\($0)".contains(hint)
            }
        }
    }

    @Test("reserved labels are refused from the environment too", arguments: ["le=1", "worker_id=1", "a-b=1"])
    func reservedLabels(value: String) {
        with("DYN_METRICS_CONST_LABELS", value) { #expect(throws: MetricsError.self) { try Node() } }
    }

    @Test(
        "DYN_WORKER_ID is decimal or hex, the argument wins",
        arguments: [("255", 255), ("0xff", 255), ("0XFF", 255), ("0", 0)])
    func workerID(value: String, id: UInt64) throws {
        try with("DYN_WORKER_ID", value) {
            let ids = [try Node().runtime.connectionID, try Node(connectionID: 7).runtime.connectionID]
            #expect(ids == [id, 7])
        }
    }

    @Test("endpoints begin as DYN_SYSTEM_STARTING_HEALTH_STATUS says")
    func startingHealth() throws {
        try with("DYN_SYSTEM_STARTING_HEALTH_STATUS", "notready") {
            let root = try root()
            #expect(!root.runtime.health().isReady)
            try root.endpoint().setReady(true)
            #expect(root.runtime.health().isReady)
        }
    }

    @Test("DYN_METRICS_SCRAPE_DEADLINE_MS is the deadline")
    func deadline() throws {
        try with("DYN_METRICS_SCRAPE_DEADLINE_MS", "250") {
            let deadline = try Node().runtime.deadline
            #expect(deadline == 0.25)
        }
    }

    @Test("DYN_METRICS_SANITIZE_LABEL_VALUES gives upstream's label values")
    func sanitizedValues() throws {
        try with("DYN_METRICS_SANITIZE_LABEL_VALUES", "1") {
            let root = try root()
            _ = try root.endpoint("prod-ns", "9back end", "@@123").counter("x")
            #expect(
                root.text.contains(
                    #"{dynamo_component="_9back_end",dynamo_endpoint="_123",dynamo_namespace="prod_ns",worker_id="2a"}"#
                ))
            #expect(throws: MetricsError.self) { try root.child(.namespace, "@@@") }
        }
    }

    private func with(_ variable: String, _ value: String, _ body: () throws -> Void) rethrows {
        try withEnvironment([variable: value], body)
    }
}
