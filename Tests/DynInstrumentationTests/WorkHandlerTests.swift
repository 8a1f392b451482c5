import DynInstrumentation
import DynRegistry
import Glibc
import Testing

@Suite("WorkHandler")
struct WorkHandlerTests {
    private let labels =
        #"{dynamo_component="backend",dynamo_endpoint="generate",dynamo_namespace="prod",worker_id="ff"}"#

    private func errors(_ type: String) -> String {
        "dynamo_component_errors_total"
            + labels.dropLast().replacing(
                #"dynamo_namespace="prod","#, with: #"dynamo_namespace="prod",error_type="\#(type)","#) + "}"
    }

    @Test("a request is counted when it comes, is in flight until it ends, and its bytes add up")
    func countsARequest() throws {
        let node = try endpoint()
        let handler = try WorkHandler.of(node, model: nil)
        let request = handler.begin(bytes: 100)
        request.received(bytes: 20)
        request.sent(bytes: 7)
        request.sent(bytes: 5)

        #expect(value("dynamo_component_requests_total" + labels, of: node) == 1)
        #expect(value("dynamo_component_inflight_requests" + labels, of: node) == 1)
        #expect(value("dynamo_component_request_duration_seconds_count" + labels, of: node) == 0)
        request.finish()

        #expect(value("dynamo_component_inflight_requests" + labels, of: node) == 0)
        #expect(value("dynamo_component_request_bytes_total" + labels, of: node) == 120)
        #expect(value("dynamo_component_response_bytes_total" + labels, of: node) == 12)
        #expect(value("dynamo_component_request_duration_seconds_count" + labels, of: node) == 1)
        #expect(value("dynamo_work_handler_time_to_first_response_seconds_count", of: node) == 1)
        #expect(value("dynamo_component_cancellation_total" + labels, of: node) == 0)
    }

    @Test("what ends a request first decides; later ends and updates change nothing")
    func endsOnce() throws {
        let node = try endpoint()
        let handler = try WorkHandler.of(node, model: nil)
        let request = handler.begin()
        request.fail(.serialization)
        request.finish()
        request.cancel()
        request.timeOut()
        request.sent(bytes: 9)
        request.retry()

        #expect(value(errors("serialization"), of: node) == 1)
        #expect(value(errors("generate"), of: node) == 0)
        #expect(value("dynamo_component_inflight_requests" + labels, of: node) == 0)
        #expect(value("dynamo_component_request_duration_seconds_count" + labels, of: node) == 1)
        #expect(value("dynamo_component_response_bytes_total" + labels, of: node) == 0)
        #expect(value("dynamo_component_retries_total" + labels, of: node) == 0)
        #expect(value("dynamo_component_timeouts_total" + labels, of: node) == 0)
    }

    @Test("a request that is let go of counts as cancelled")
    func cancelsWhatIsLetGo() throws {
        let node = try endpoint()
        let handler = try WorkHandler.of(node, model: nil)
        do { _ = handler.begin() }
        #expect(value("dynamo_component_cancellation_total" + labels, of: node) == 1)
        #expect(value("dynamo_component_inflight_requests" + labels, of: node) == 0)
    }

    @Test("a queued request is in the queue until it starts, or ends there")
    func queues() throws {
        let node = try endpoint()
        let handler = try WorkHandler.of(node, model: nil)
        let first = handler.begin(isQueued: true)
        let second = handler.begin(isQueued: true)
        #expect(value("dynamo_work_handler_queue_depth", of: node) == 2)
        #expect(value("dynamo_component_inflight_requests" + labels, of: node) == 0)

        first.start()
        first.start()
        second.cancel()
        second.start()

        #expect(value("dynamo_work_handler_queue_depth", of: node) == 0)
        #expect(value("dynamo_component_inflight_requests" + labels, of: node) == 1)
        #expect(value("dynamo_work_handler_permit_wait_seconds_count", of: node) == 1)
        first.finish()
        #expect(handler.openRequests == 0)
    }

    @Test("a timeout is one, and an error; a retry is counted beside")
    func timesOut() throws {
        let node = try endpoint()
        let request = try WorkHandler.of(node, model: nil).begin()
        request.retry()
        request.timeOut()
        #expect(value("dynamo_component_timeouts_total" + labels, of: node) == 1)
        #expect(value("dynamo_component_retries_total" + labels, of: node) == 1)
        #expect(value(errors("generate"), of: node) == 1)
    }

    @Test("the model is in both labels; lifecycle gauges come with their first value")
    func labelsTheModel() throws {
        let node = try endpoint()
        let handler = try WorkHandler.of(node, model: "llama")
        #expect(handler === (try WorkHandler.of(node, model: "llama")))
        #expect(handler === (try WorkHandler.of(node, model: nil)))
        #expect(
            page(of: node).contains(
                #"dynamo_component_requests_total{dynamo_component="backend",dynamo_endpoint="generate",dynamo_namespace="prod",model="llama",model_name="llama",worker_id="ff"} 0"#
            ))
        #expect(!page(of: node).contains("model_load_time_seconds"))
        try handler.tookModelLoad(12.5)
        try handler.tookDrain(1)
        try handler.tookDrain(2)
        #expect(
            page(of: node).contains(
                #"model_load_time_seconds{dynamo_component="backend",dynamo_endpoint="generate",dynamo_namespace="prod",model="llama",worker_id="ff"} 12.5"#
            ))
        #expect(value("dynamo_component_drain_time_seconds" + labels, of: node) == 2)
        #expect(value(#"dynamo_component_uptime_seconds{worker_id="ff"}"#, of: node) != nil)
    }

    @Test("only an endpoint has requests")
    func refusesOtherNodes() throws {
        let root = try Node()
        #expect(throws: (any Error).self) { try WorkHandler.of(root, model: nil) }
    }

    @Test("requests of many threads add up, whoever ends them")
    func manyThreads() throws {
        let node = try endpoint()
        let handler = try WorkHandler.of(node, model: nil)
        inThreads(4) {
            for index in 0..<1000 {
                let request = handler.begin(bytes: 2)
                if index % 2 == 0 { request.finish() } else { request.fail() }
                request.finish()
            }
        }
        #expect(value("dynamo_component_requests_total" + labels, of: node) == 4000)
        #expect(value("dynamo_component_inflight_requests" + labels, of: node) == 0)
        #expect(value("dynamo_component_request_bytes_total" + labels, of: node) == 8000)
        #expect(value(errors("generate"), of: node) == 2000)
    }
}

/// Runs `body` on `count` threads and waits for them.
func inThreads(_ count: Int, _ body: @escaping @Sendable () -> Void) {
    final class Box: @unchecked Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    let threads = (0..<count).map { _ -> pthread_t in
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Box(body)).toOpaque()
        pthread_create(
            &thread, nil,
            { given in
                if let given { Unmanaged<Box>.fromOpaque(given).takeRetainedValue().body() }
                return nil
            }, box)
        return thread
    }
    for thread in threads { pthread_join(thread, nil) }
}
