"""The engines' own metrics as they pass through: vLLM, SGLang, TensorRT-LLM, the same questions to each."""

from panels import Board, Panel, Row, Variable
from promql import Query, quantile, rate, series, spread, total

AT = 'model_name=~"$model"'
RANK = "model_name, tp_rank, dp_rank"


def latency(title: str, text: str, histogram: str, upstream: str = "", mark: str = "") -> Panel:
    return Panel(
        title, "s", text, spread(histogram, AT), mark=mark, upstream=[f"sglang: {upstream}"] if upstream else []
    )


VLLM = Row(
    "vLLM",
    [
        Panel(
            "vLLM: requests",
            "short",
            "In a batch, and waiting for one.",
            [
                Query(total("vllm:num_requests_running", AT, "instance"), "running {{instance}}"),
                Query(total("vllm:num_requests_waiting", AT, "instance"), "waiting {{instance}}"),
            ],
            mark="queued_requests",
        ),
        Panel(
            "vLLM: finished",
            "reqps",
            "By reason.",
            [Query(rate("vllm:request_success_total", AT, "finished_reason"), "{{finished_reason}}")],
        ),
        latency("vLLM: queue", "From arrival to the first batch.", "vllm:request_queue_time_seconds"),
        latency("vLLM: time to first token", "In the engine.", "vllm:time_to_first_token_seconds", mark="ttft_seconds"),
        latency("vLLM: time between tokens", "In the engine.", "vllm:inter_token_latency_seconds", mark="itl_seconds"),
        latency(
            "vLLM: request",
            "From arrival to the last token.",
            "vllm:e2e_request_latency_seconds",
            mark="request_seconds",
        ),
        Panel(
            "vLLM: tokens",
            "short",
            "Per second, read and generated.",
            [
                Query(rate("vllm:prompt_tokens_total", AT), "read"),
                Query(rate("vllm:generation_tokens_total", AT), "generated"),
            ],
        ),
        Panel(
            "vLLM: KV cache in use",
            "percentunit",
            "Near 1 requests are preempted.",
            [Query(f"max by (instance) ({series('vllm:kv_cache_usage_perc', AT)})", "{{instance}}")],
            mark="kv_cache_usage",
        ),
        Panel(
            "vLLM: prefix cache",
            "percentunit",
            "Of the tokens that were looked for, those found.",
            [
                Query(
                    f"{rate('vllm:prefix_cache_hits_total', AT)} / ({rate('vllm:prefix_cache_queries_total', AT)} > 0)",
                    "hits",
                )
            ],
        ),
        Panel(
            "vLLM: preemptions",
            "ops",
            "Requests put back to make room: the cache is too small for the load.",
            [Query(rate("vllm:num_preemptions_total", AT, "instance"), "{{instance}}")],
        ),
    ],
)

SGLANG = Row(
    "SGLang",
    [
        Panel(
            "SGLang: requests",
            "short",
            "In a batch, and waiting for one.",
            [
                Query(total("sglang:num_running_reqs", AT, "instance"), "running {{instance}}"),
                Query(total("sglang:num_queue_reqs", AT, "instance"), "waiting {{instance}}"),
            ],
            mark="queued_requests",
            upstream=["sglang: Running & Queued Requests"],
        ),
        Panel(
            "SGLang: requests per second",
            "reqps",
            "That ended.",
            [Query(rate("sglang:num_requests_total", AT, "instance"), "{{instance}}")],
            upstream=["sglang: Request Rate"],
        ),
        latency(
            "SGLang: time to first token",
            "In the engine.",
            "sglang:time_to_first_token_seconds",
            "Time-To-First-Token",
            "ttft_seconds",
        ),
        latency(
            "SGLang: time between tokens",
            "In the engine.",
            "sglang:inter_token_latency_seconds",
            "Inter-Token Latency",
            "itl_seconds",
        ),
        latency(
            "SGLang: request",
            "From arrival to the last token.",
            "sglang:e2e_request_latency_seconds",
            "E2E Request Latency",
            "request_seconds",
        ),
        Panel(
            "SGLang: tokens",
            "short",
            "Per second: what the scheduler says, and what was counted.",
            [
                Query(total("sglang:gen_throughput", AT, "instance"), "scheduler {{instance}}"),
                Query(rate("sglang:generation_tokens_total", AT, "instance"), "counted {{instance}}"),
            ],
            upstream=["sglang: Token Generation Throughput (tokens/s)"],
        ),
        Panel(
            "SGLang: KV cache in use",
            "percentunit",
            "Of the tokens that fit; the fullest rank.",
            [Query(f"max by (instance) ({series('sglang:token_usage', AT)})", "{{instance}}")],
            mark="kv_cache_usage",
            upstream=["sglang: GPU KV Cache Usage %"],
        ),
        Panel(
            "SGLang: prefix cache",
            "percentunit",
            "Hit rate of the last batch.",
            [Query(f"avg by (instance) ({series('sglang:cache_hit_rate', AT)})", "{{instance}}")],
            upstream=["sglang: Cache Hit Rate"],
        ),
        Panel(
            "SGLang: retractions",
            "ops",
            "Requests put back to make room.",
            [Query(rate("sglang:num_retracted_requests_total", AT, "instance"), "{{instance}}")],
            upstream=["sglang: Retractions"],
        ),
        Panel(
            "SGLang: host cache in use",
            "percentunit",
            "Of the tokens that fit into the host's memory.",
            [
                Query(
                    f"{total('sglang:hicache_host_used_tokens', AT, 'instance')} / "
                    f"{total('sglang:hicache_host_total_tokens', AT, 'instance')}",
                    "{{instance}}",
                )
            ],
            upstream=["sglang: Host (CPU) KV Cache Usage %"],
        ),
        Panel(
            "SGLang: evicted and loaded back",
            "short",
            "Tokens per second; both high: the cache is too small.",
            [
                Query(rate("sglang:evicted_tokens_total", "", "instance"), "evicted {{instance}}"),
                Query(rate("sglang:load_back_tokens_total", "", "instance"), "loaded back {{instance}}"),
            ],
            upstream=["sglang: Eviction & Load-back Rate (tokens/s)"],
        ),
        Panel(
            "SGLang: time of moves",
            "s",
            "99th percentile of an eviction and of loading back.",
            [
                Query(quantile(0.99, "sglang:eviction_duration_seconds"), "eviction"),
                Query(quantile(0.99, "sglang:load_back_duration_seconds"), "loading back"),
            ],
            upstream=["sglang: Eviction P99 Latency", "sglang: Load-back P99 Latency"],
        ),
    ],
)

TRTLLM = Row(
    "TensorRT-LLM",
    [
        Panel(
            "TensorRT-LLM: requests",
            "short",
            "In a batch, and waiting for one.",
            [
                Query(total("trtllm_num_requests_running", AT, "instance"), "running {{instance}}"),
                Query(total("trtllm_num_requests_waiting", AT, "instance"), "waiting {{instance}}"),
            ],
            mark="queued_requests",
        ),
        latency(
            "TensorRT-LLM: time to first token",
            "In the engine.",
            "trtllm_time_to_first_token_seconds",
            mark="ttft_seconds",
        ),
        latency(
            "TensorRT-LLM: time per token", "In the engine.", "trtllm_time_per_output_token_seconds", mark="itl_seconds"
        ),
        Panel(
            "TensorRT-LLM: KV cache in use",
            "percentunit",
            "Of the blocks.",
            [Query(f"max by (instance) ({series('trtllm_kv_cache_utilization', AT)})", "{{instance}}")],
            mark="kv_cache_usage",
        ),
        Panel(
            "TensorRT-LLM: prefix cache",
            "percentunit",
            "Blocks that were reused.",
            [Query(f"avg by (instance) ({series('trtllm_kv_cache_hit_rate', AT)})", "{{instance}}")],
        ),
        Panel(
            "TensorRT-LLM: finished",
            "reqps",
            "Requests per second.",
            [Query(rate("trtllm_request_success_total", AT, "instance"), "{{instance}}")],
        ),
    ],
)

BOARD = Board(
    uid="dynmetrics-engines",
    title="Engines",
    help="vLLM, SGLang and TensorRT-LLM: what they say of themselves.",
    rows=[VLLM, SGLANG, TRTLLM],
    variables=[
        Variable(
            "model",
            '{__name__=~"vllm:num_requests_running|sglang:num_running_reqs|trtllm_num_requests_running"}',
            "model_name",
        )
    ],
)
