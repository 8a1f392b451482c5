import DynInstrumentation
import DynRegistry
import DynSources
import Testing

@Suite("Frontend")
struct FrontendTests {
    private func total(_ status: String, _ error: String, endpoint: String = "chat_completions") -> String {
        #"dynamo_frontend_requests_total{endpoint="\#(endpoint)",error_type="\#(error)",model="m",request_type="stream","#
            + #"status="\#(status)"}"#
    }

    @Test("a stream is started, queued and active, then has its first token, then its others, then its end")
    func followsAStream() throws {
        let root = try Node(connectionID: 1)
        let frontend = try Frontend.of(root)
        let request = try frontend.begin(model: "m")
        #expect(value(#"dynamo_frontend_queued_requests{model="m"}"#, of: root) == 1)
        #expect(value(#"dynamo_frontend_active_requests{model="m"}"#, of: root) == 1)
        #expect(value(#"dynamo_frontend_inflight_requests{model="m"}"#, of: root) == 1)
        request.input(tokens: 300, cached: 120)
        request.input(tokens: 900)

        request.tokens()
        #expect(value(#"dynamo_frontend_queued_requests{model="m"}"#, of: root) == 0)
        request.tokens(3)
        request.tokens(0)
        #expect(value(#"dynamo_frontend_output_tokens_total{model="m"}"#, of: root) == 4)
        #expect(value(total("success", ""), of: root) == 0)
        request.finish()

        #expect(value(#"dynamo_frontend_active_requests{model="m"}"#, of: root) == 0)
        #expect(value(#"dynamo_frontend_inflight_requests{model="m"}"#, of: root) == 0)
        #expect(value(#"dynamo_frontend_time_to_first_token_seconds_count{model="m"}"#, of: root) == 1)
        #expect(value(#"dynamo_frontend_inter_token_latency_seconds_count{model="m"}"#, of: root) == 3)
        #expect(value(#"dynamo_frontend_input_sequence_tokens_sum{model="m"}"#, of: root) == 300)
        #expect(value(#"dynamo_frontend_cached_tokens_sum{model="m"}"#, of: root) == 120)
        #expect(value(#"dynamo_frontend_output_sequence_tokens_sum{model="m"}"#, of: root) == 4)
        #expect(value(#"dynamo_frontend_request_duration_seconds_count{model="m"}"#, of: root) == 1)
        #expect(value(total("success", ""), of: root) == 1)
        #expect(value("dynamo_frontend_failures_total", of: root) == 0)
    }

    @Test("each error type is an error of its own; overload is a rejection, cancelling a cancellation")
    func tellsErrors() throws {
        let root = try Node(connectionID: 1)
        let frontend = try Frontend.of(root)
        for error in FrontendError.allCases { try frontend.begin(model: "m").fail(error) }
        for error in FrontendError.allCases { #expect(value(total("error", error.rawValue), of: root) == 1) }
        #expect(value(#"dynamo_frontend_model_rejection_total{endpoint="chat_completions",model="m"}"#, of: root) == 1)
        #expect(
            value(
                #"dynamo_frontend_model_cancellation_total{endpoint="chat_completions",model="m",request_type="stream"}"#,
                of: root) == 1)
        #expect(value("dynamo_frontend_failures_total", of: root) == 7)
        #expect(value(#"dynamo_frontend_queued_requests{model="m"}"#, of: root) == 0)
    }

    @Test("a client that leaves counts once, and what is let go of is cancelled")
    func disconnects() throws {
        let root = try Node(connectionID: 1)
        let frontend = try Frontend.of(root)
        let request = try frontend.begin(model: "m")
        request.disconnect()
        request.disconnect()
        request.finish()
        do { _ = try frontend.begin(model: "m") }
        #expect(value("dynamo_frontend_disconnected_clients", of: root) == 1)
        #expect(value(total("error", "cancelled"), of: root) == 2)
        #expect(value(#"dynamo_frontend_active_requests{model="m"}"#, of: root) == 0)
    }

    @Test("embedding requests have a latency of their own")
    func embeds() throws {
        let root = try Node(connectionID: 1)
        try Frontend.of(root).begin(model: "m", endpoint: "embeddings", isStreaming: false).finish()
        #expect(value(#"dynamo_frontend_embedding_latency_seconds_count{model="m"}"#, of: root) == 1)
        #expect(
            page(of: root).contains(
                #"endpoint="embeddings",error_type="",model="m",request_type="unary",status="success"} 1"#))
    }

    @Test("a prefix renames all frontend families, made legal; nothing of the default is left")
    func renames() throws {
        let root = try Node(connectionID: 1)
        let frontend = try Frontend.of(root, prefix: "my-site")
        try frontend.begin(model: "m").finish()
        var configuration = ModelConfiguration()
        configuration.contextLength = 4096
        try frontend.set(model: "m", configuration)
        #expect(!page(of: root).contains("dynamo_frontend"))
        #expect(value(#"my_site_model_context_length{model="m"}"#, of: root) == 4096)
        #expect(value(#"my_site_output_tokens_total{model="m"}"#, of: root) == 0)
    }

    @Test("a model's configuration is set, refreshed at its interval, and removed")
    func configures() throws {
        let root = try Node(connectionID: 1)
        let frontend = try Frontend.of(root)
        let registration = try frontend.onRefresh(interval: 3600) { () throws(SourceFailure) in
            var configuration = ModelConfiguration()
            configuration.isReady = true
            configuration.totalKVBlocks = (configuration.totalKVBlocks ?? 0) + 100
            do { try frontend.set(model: "m", configuration) } catch { throw .failed }
        }
        #expect(value(#"dynamo_frontend_model_total_kv_blocks{model="m"}"#, of: root) == 100)
        #expect(value(#"dynamo_frontend_model_ready{model="m"}"#, of: root) == 1)
        #expect(value(#"dynamo_frontend_model_context_length{model="m"}"#, of: root) == nil)
        try frontend.remove(model: "m")
        // The hour is not over: it does not come back.
        #expect(value(#"dynamo_frontend_model_ready{model="m"}"#, of: root) == nil)
        registration.close()
        #expect(throws: (any Error).self) { try frontend.onRefresh(interval: .nan) { () throws(SourceFailure) in } }
    }

    @Test("one runtime has one frontend")
    func isShared() throws {
        let root = try Node()
        #expect(try Frontend.of(root) === Frontend.of(root))
        #expect(throws: (any Error).self) { try Frontend.of(root.child(.namespace, "x")) }
    }
}
