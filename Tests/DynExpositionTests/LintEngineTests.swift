import DynExposition
import DynModel
import DynTestSupport
import Testing

/// All that is told of real engines' pages. Each line was looked at and is true.
@Suite("Lint on real engines' pages")
struct LintEngineTests {
    static let vllm = [
        "'vllm:kv_cache_usage_perc' ends in the unit 'perc'",
        "'vllm:iteration_tokens_total' is a histogram, and _total is for counters",
    ]
    static let sglang = [
        "'sglang:weight_memory_usage_gb' ends in the unit 'gb'",
        "'sglang:kv_cache_memory_usage_gb' ends in the unit 'gb'",
        "'sglang:graph_memory_usage_gb' ends in the unit 'gb'",
        "'sglang:page_size' ends in _size",
        "'sglang:startup_available_gpu_memory_gb' ends in the unit 'gb'",
        // Upper bounds as a label of a gauge: no quantile can be had of them, though they look like it.
        "'sglang:routing_key_running_req_count' ends in _count",
        "label 'le' of 'sglang:routing_key_running_req_count'",
        "'sglang:routing_key_all_req_count' ends in _count",
        "label 'le' of 'sglang:routing_key_all_req_count'",
    ]
    static let sglangTransfer = [
        "'sglang:kv_transfer_total_mb' ends in the unit 'mb'",
        "'sglang:kv_transfer_speed_gb_s' ends in the unit 'gb_s'",
    ]
    static let sglangTokens = [
        "'sglang:prompt_tokens_histogram' has its type as a word",
        "'sglang:uncached_prompt_tokens_histogram' has its type as a word",
        "'sglang:generation_tokens_histogram' has its type as a word",
    ]

    @Test(
        "nothing else is told of them",
        arguments: [
            ("vllm/single_1_engine/exposition.txt", vllm),
            ("vllm/single_4_engines/exposition.txt", vllm),
            ("vllm/multiprocess_2_api_servers/expected.txt", vllm),
            ("sglang/multiprocess_tp2/expected.txt", sglang + sglangTokens),
            ("sglang/multiprocess_dp2_decode/expected.txt", sglang + sglangTransfer + sglangTokens),
            ("trtllm/single_process/exposition.txt", []),
            ("trtllm/multiprocess_serve_2_ranks/expected.txt", ["'trtllm_scheduled_batch_size' ends in _size"]),
        ])
    func pages(file: String, expected: [String]) throws {
        guard Fixtures.root(orSkip: 1) != nil else { return }
        let page = try Fixtures.text("engines/" + file)

        let told = ExpositionCheck.check(page, lint: true)

        #expect(told.count == expected.count, "\(told)")
        for (problem, start) in zip(told, expected) {
            #expect(problem.severity == .warning && problem.message.hasPrefix(start), "\(problem)")
        }
        #expect(losses(page).isEmpty)
    }

    @Test("a page whose samples are called otherwise than their HELP and TYPE says so once for each metric")
    func escapedSamples() throws {
        guard Fixtures.root(orSkip: 1) != nil else { return }
        let page = try Fixtures.text("engines/vllm/single_1_engine/exposition.openmetrics.txt")

        let told = ExpositionCheck.check(page, lint: true).filter { $0.severity == .warning }

        let others = told.filter { !$0.message.contains("spell both alike") }
        #expect([told.count - others.count, others.count] == [42, 3], "\(told.count) \(others)")
    }
}
