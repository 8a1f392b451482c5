import DynExposition
import DynModel
import DynTestSupport
import Testing

@Suite("Lint: names and descriptions")
struct LintNamingTests {
    @Test(
        "a metric's name says its unit, and _total on counters alone",
        arguments: [
            ("x_milliseconds", "gauge", "unit 'milliseconds'", "x_ms"),
            ("x_usec_total", "counter", "unit 'usec'", "x_seconds_total"),
            ("x_ns", "gauge", "unit 'ns'", "x_seconds"),
            ("x_sec", "gauge", "unit 'sec'", "x_seconds"),
            ("uptime_minutes", "gauge", "unit 'minutes'", "uptime_seconds"),
            ("x_hours_max", "gauge", "unit 'hours'", "x_seconds_max"),
            ("x_kb", "gauge", "unit 'kb'", "x_bytes"),
            ("x_mebibytes_total", "counter", "unit 'mebibytes'", "x_bytes_total"),
            ("kv_speed_gb_s", "gauge", "unit 'gb_s'", "kv_speed_bytes_per_second"),
            ("net_mbps", "gauge", "unit 'mbps'", "net_bytes_per_second"),
            ("tokens_per_sec", "gauge", "unit 'sec'", "tokens_per_second"),
            ("tokens_per_minute", "gauge", "unit 'minute'", "tokens_per_second"),
            ("usage_pct", "gauge", "_ratio from 0 to 1", "usage_percent"),
            ("usage_perc", "gauge", "unit 'perc'", "usage_percent"),
            ("clock_mhz", "gauge", "unit 'mhz'", "clock_hertz"),
            ("load_time", "gauge", "_time, which is no unit", "load_seconds"),
            ("load_time_total", "counter", "_time", "load_seconds_total"),
            ("queue_size", "gauge", "_size, which does not say what is counted", "queue_bytes"),
            ("x_requests", "counter", "is a counter, which ends in _total", "x_requests_total"),
            ("x_total_us", "counter", "is a counter", "x_seconds_total"),
            ("x_total", "gauge", "is a gauge, and _total is for counters", "x"),
            ("x_tokens_total", "histogram", "is a histogram, and _total is for counters", "x_tokens"),
            ("x_tokens_total", "summary", "is a summary, and _total is for counters", "x_tokens"),
            ("x_counter_total", "counter", "type as a word, 'counter'", "x_total"),
            ("x_gauge", "gauge", "type as a word, 'gauge'", "x"),
            ("x_gauge_bytes", "gauge", "type as a word, 'gauge'", "x_bytes"),
            ("vllm:histogram_tokens", "histogram", "type as a word, 'histogram'", "vllm:tokens"),
            ("x_tokens_summary", "summary", "type as a word, 'summary'", "x_tokens"),
            ("req_count", "gauge", "ends in _count like a part of a histogram, and is a gauge", "req"),
            ("x_sum", "gauge", "ends in _sum", "x"),
            ("x_bucket", "gauge", "ends in _bucket", "x"),
            ("dynamo_dynamo_x", "gauge", "prefix 'dynamo' twice", "dynamo_x"),
            ("vllm:vllm:x", "gauge", "prefix 'vllm' twice", "vllm:x"),
            ("vllm:vllm_x", "gauge", "prefix 'vllm' twice", "vllm_x"),
            ("dynamo_component_dynamo_component_x", "gauge", "prefix 'dynamo_component' twice", "dynamo_component_x"),
            ("dynamo_component_dynamo_x", "gauge", "prefix 'dynamo' twice", "dynamo_component_x"),
            ("requestBytes", "gauge", "is in camelCase", "request_bytes"),
            ("httpURLCalls_total", "counter", "is in camelCase", "http_url_calls_total"),
        ])
    func names(wrong: String, type: String, reason: String, right: String) {
        let told = ExpositionCheck.check(Text(described(wrong, type)), lint: true).filter {
            $0.message.contains(reason)
        }

        #expect(told.count == 1 && told.first?.severity == .warning)
        #expect(told.first?.line == 2 && told.first?.column == 8, "\(told)")
        #expect(
            told.first?.message.contains("'\(wrong)'") == true
                && told.first?.message.hasSuffix("call it '\(right)'") == true, "\(told)")
        let kept = ExpositionCheck.check(Text(described(right, type)), lint: true)
        #expect(kept.isEmpty, "\(kept)")
        #expect(ExpositionCheck.check(Text(described(wrong, type)), lint: false).isEmpty)
    }

    @Test(
        "names that look wrong and are right",
        arguments: [
            ("request_queue_time_seconds", "histogram"), ("process_start_time_seconds", "gauge"),
            ("http_request_size_bytes", "summary"),
            ("overhead_total_ms", "histogram"), ("hit_ratio", "gauge"), ("usage_percent", "gauge"),
            ("x_per_second", "gauge"),
            ("tokens_per_second_max", "gauge"), ("max_batch_size_runtime", "gauge"),
            ("vllm:request_params_n", "histogram"),
            ("DCGM_FI_DEV_GPU_UTIL", "gauge"), ("dynamo_component_uptime_seconds", "gauge"),
            ("summary_requests_total", "counter"),
            ("x_total", "untyped"), ("x_count", "untyped"), ("total", "counter"), ("size", "gauge"), ("time", "gauge"),
            ("gauge", "gauge"),
            ("a_a", "gauge"), ("request_time_per_request_seconds", "gauge"), ("trtllm_total_context_tokens", "gauge"),
            ("x_info", "gauge"),
            ("gpu_temperature_celsius", "gauge"), ("_", "gauge"), (":", "gauge"), ("__x", "gauge"), ("x_min", "gauge"),
        ])
    func rightNames(name: String, type: String) {
        let told = ExpositionCheck.check(Text(described(name, type)), lint: true)
        #expect(told.isEmpty, "\(told)")
    }

    @Test("all that is wrong with one name is told, each time with the same right one")
    func manyFaults() {
        let told = ExpositionCheck.check(Text(described("vllm:vllm:loadTime_counter", "counter")), lint: true)

        #expect(
            told.count == 5 && told.allSatisfy { $0.message.hasSuffix("call it 'vllm:load_seconds_total'") }, "\(told)")
    }

    @Test(
        "a name is told once, at its TYPE, else its HELP, else its first sample; the created times of a metric are not its own"
    )
    func places() {
        let page =
            "# TYPE a_kb gauge\n# HELP a_kb A.\na_kb{x=\"1\"} 1\na_kb{x=\"2\"} 1\n  # HELP\tb_kb B.\nb_kb 1\n\n  c_kb 1\n"
            + described("d_kb_total", "counter") + "d_kb_total 1\n" + described("d_kb_created", "gauge")
            + "d_kb_created 1\n"

        let told = ExpositionCheck.check(Text(page), lint: true).filter { $0.message.contains("'kb'") }

        #expect(told.map(\.line) == [1, 5, 8, 10] && told.map(\.column) == [8, 10, 3, 8], "\(told)")
    }

    @Test("in OpenMetrics a counter's TYPE is without _total, and is found")
    func openMetricsCounter() {
        let told = ExpositionCheck.check(
            Text(described("x_kb", "counter") + "x_kb_total 1\nx_kb_created 1\n# EOF\n"), lint: true)

        #expect(told.map(\.line) == [2] && told.map(\.column) == [8])
        #expect(
            told.first?.message.contains("'x_kb_total'") == true
                && told.first?.message.contains("'x_bytes_total'") == true)
    }

    @Test(
        "a label's name is one that every reader takes",
        arguments: [
            LintCase(
                gauge("x{\"a:b\"=\"1\"} 1\n"), 3, 3, ["label 'a:b' of 'x' has a ':'", "call it 'a_b'"],
                good: gauge("x{a_b=\"1\"} 1\n")),
            LintCase(
                gauge("x{c=\"__a=\", __a=\"1\"} 1\n"), 3, 13, ["label '__a' of 'x'", "reserved '__'", "call it 'a'"],
                good: gauge("x{_a=\"1\"} 1\n")),
            LintCase(
                gauge("x{__=\"1\"} 1\n"), 3, 3, ["label '__' of 'x'", "call it '_'"], good: gauge("x{_=\"1\"} 1\n")),
            LintCase(
                gauge("x{modelName=\"1\"} 1\nx{modelName=\"2\"} 1\n"), 3, 3,
                ["label 'modelName' of 'x' is in camelCase", "call it 'model_name'"],
                good: gauge("x{model_name=\"1\",GPU=\"1\"} 1\n")),
            LintCase(
                gauge("x{le=\"1.0\"} 1\n"), 3, 3,
                ["label 'le' of 'x' is the bound of a histogram's bucket", "a gauge", "call it 'limit'"],
                good: gauge("x{limit=\"1.0\"} 1\n")),
            LintCase(
                gauge("x{a=\"1\"} 1\nx{quantile=\"1\"} 1\n"), 4, 3,
                ["label 'quantile' of 'x' is for summaries", "call it 'percentile'"],
                good: gauge("x{a=\"1\"} 1\nx{percentile=\"1\"} 1\n")),
            LintCase(
                gauge("x{fooBar=\"1\"} 1\n# EOF\n"), 3, 3, ["'fooBar'", "'foo_bar'"],
                good: gauge("x{foo_bar=\"1\"} 1\n# EOF\n"),
                format: .openMetrics),
        ])
    func labels(row: LintCase) {
        let fault = row.fault(now: 1_800_000_000)
        #expect(fault == nil)
    }

    @Test(
        "a metric has HELP and TYPE",
        arguments: [
            LintCase(
                "x 1\n", 1, 1, ["'x' has neither HELP nor TYPE", "'# HELP x …' and '# TYPE x gauge'"],
                good: gauge("x 1\n")),
            LintCase(
                "# HELP x_total Some text.\nx_total 1\n", 1, 8, ["'x_total' has no TYPE", "'# TYPE x_total counter'"],
                good: described("x_total", "counter") + "x_total 1\n"),
            LintCase("# TYPE x gauge\nx 1\n", 1, 8, ["'x' has no HELP", "'# HELP x …'"], good: gauge("x 1\n")),
            LintCase("# TYPE x gauge\n# HELP x \nx 1\n", 2, 8, ["the HELP of 'x' says nothing"], good: gauge("x 1\n")),
            LintCase(
                "x{quantile=\"0.5\"} 1\n", 1, 1, ["'x' has neither", "'# TYPE x summary'"],
                good: described("x", "summary") + "x{quantile=\"0.5\"} 1\n"),
            LintCase(
                "h_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n", 1, 1,
                ["'h' has neither HELP nor TYPE", "'# TYPE h histogram'"],
                good: described("h", "histogram") + "h_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n"),
            LintCase(
                "# TYPE x counter\nx_total 1\n# EOF\n", 1, 8, ["'x' has no HELP", "'# HELP x …'"],
                good: described("x", "counter") + "x_total 1\n# EOF\n", format: .openMetrics),
            LintCase(
                "# HELP x \n# TYPE x gauge\nx 1\n# EOF\n", 1, 8, ["the HELP of 'x' says nothing"],
                good: described("x", "info") + "x_info 1\n# EOF\n", format: .openMetrics),
            LintCase(
                described("v:h", "histogram") + "v_h_bucket{le=\"+Inf\"} 1\nv_h_sum 1\nv_h_count 1\nv_h_created 1\n", 3,
                1,
                ["'v_h_bucket' has neither HELP nor TYPE", "line 2 describes 'v:h'", "spell both alike"],
                good: described("v:h", "histogram") + "v:h_bucket{le=\"+Inf\"} 1\nv:h_sum 1\nv:h_count 1\n"),
        ])
    func metadata(row: LintCase) {
        let fault = row.fault(now: 1_800_000_000)
        #expect(fault == nil)
    }
}

/// Gauge `x`: HELP, TYPE, then `lines`.
private func gauge(_ lines: String) -> String {
    described("x", "gauge") + lines
}
