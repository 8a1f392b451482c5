// What docs/instrumentation.md shows in Swift, line for line.

import DynMetrics
import Testing

@Suite("Instrumentation")
struct InstrumentationTests {
    @Test("the lines of the page count a request of a worker and one of a frontend")
    func linesOfThePage() throws {
        let runtime = try DistributedRuntime()
        runtime.showProcess()
        let endpoint = try runtime.namespace("prod").component("backend").endpoint("generate")
        let worker = try endpoint.workHandler(model: "llama")
        let request = worker.begin(bytes: 512)
        request.sent(bytes: 2048)
        request.finish()  // or fail(.generate), cancel(), timeOut()
        let frontend = try runtime.frontend()
        let asked = try frontend.begin(model: "llama")
        asked.input(tokens: 300, cached: 120)
        asked.tokens(4)
        asked.finish()

        let page = String(decoding: runtime.scrape(), as: UTF8.self)
        #expect(page.contains("dynamo_component_response_bytes_total{"))
        #expect(page.contains("dynamo_frontend_output_tokens_total{model=\"llama\"} 4\n"))
        #expect(page.contains("process_resident_memory_bytes{"))
    }

    @Test("models are refreshed before a scrape; KV blocks stand on the node's labels")
    func modelsAndBlocks() throws {
        let runtime = try DistributedRuntime(connectionID: 1)
        let frontend = try runtime.frontend()
        try frontend.onRefresh(interval: 0) {
            var known = ModelConfiguration()
            known.contextLength = 4096
            try frontend.set(model: "llama", known)
        }
        try runtime.kvBlockManager().moved(.offloadDeviceToHost, blocks: 5)
        let page = String(decoding: runtime.scrape(), as: UTF8.self)
        #expect(page.contains("dynamo_frontend_model_context_length{model=\"llama\"} 4096\n"))
        #expect(page.contains("kvbm_offload_blocks_d2h{worker_id=\"1\"} 5\n"))
    }
}
