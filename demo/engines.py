"""The engine side of the demo: real prometheus_client code with vLLM's and SGLang's families; the load is made up.

Names, labels, buckets and gauge modes are those of vLLM 0.33.0 and SGLang 0.5.23; only the load is invented. Run as a
program this file is one SGLang process: it writes its part of a multiprocess directory until its standard input ends.
"""

from __future__ import annotations

import random
import sys
import threading
from typing import Any

MODEL = "Qwen/Qwen3-0.6B"
FIRST_REQUESTS = 40
LATENCY = (0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680)
FIRST_TOKEN = (
    0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560,
)  # fmt: skip
BETWEEN_TOKENS = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80)
TOKENS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000)
STEP_TOKENS = (1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384)


class VLLM:
    """One vLLM front end in memory mode: its families in one registry."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, PlatformCollector, ProcessCollector

        self.registry = registry = CollectorRegistry()
        # An engine's registry has these too. The worker includes "vllm:" only, so they stay off the page.
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        labels = ("model_name", "engine")

        def gauge(name: str, text: str) -> Any:
            return Gauge(f"vllm:{name}", text, labels, registry=registry).labels(MODEL, "0")

        def counter(name: str, text: str) -> Any:
            return Counter(f"vllm:{name}", text, labels, registry=registry).labels(MODEL, "0")

        def histogram(name: str, text: str, buckets: tuple[float, ...]) -> Any:
            return Histogram(f"vllm:{name}", text, labels, buckets=buckets, registry=registry).labels(MODEL, "0")

        self.running = gauge("num_requests_running", "Number of requests in model execution batches.")
        self.waiting = gauge("num_requests_waiting", "Number of requests waiting to be processed.")
        self.cache_usage = gauge("kv_cache_usage_perc", "KV-cache usage. 1 means 100 percent usage.")
        self.prompt_tokens = counter("prompt_tokens", "Number of prefill tokens processed.")
        self.generation_tokens = counter("generation_tokens", "Number of generation tokens processed.")
        self.cache_queries = counter(
            "prefix_cache_queries", "Prefix cache queries, in terms of number of queried tokens."
        )
        self.cache_hits = counter("prefix_cache_hits", "Prefix cache hits, in terms of number of cached tokens.")
        self.preemptions = counter("num_preemptions", "Cumulative number of preemption from the engine.")
        success = Counter(
            "vllm:request_success",
            "Count of successfully processed requests.",
            (*labels, "finished_reason"),
            registry=registry,
        )
        self.success = {reason: success.labels(MODEL, "0", reason) for reason in ("stop", "length", "abort")}
        # A histogram whose name ends in _total: vLLM has it, and it is no counter.
        self.step_tokens = histogram(
            "iteration_tokens_total", "Histogram of number of tokens per engine_step.", STEP_TOKENS
        )
        self.request_prompt = histogram("request_prompt_tokens", "Number of prefill tokens processed.", TOKENS)
        self.request_output = histogram("request_generation_tokens", "Number of generation tokens processed.", TOKENS)
        self.first_token = histogram(
            "time_to_first_token_seconds", "Histogram of time to first token in seconds.", FIRST_TOKEN
        )
        self.between = histogram(
            "inter_token_latency_seconds", "Histogram of inter-token latency in seconds.", BETWEEN_TOKENS
        )
        self.end_to_end = histogram(
            "e2e_request_latency_seconds", "Histogram of e2e request latency in seconds.", LATENCY
        )
        self.queue = histogram(
            "request_queue_time_seconds", "Histogram of time spent in WAITING phase for request.", LATENCY
        )
        cache = Gauge(
            "vllm:cache_config_info",
            "Information of the LLMEngine CacheConfig",
            ("block_size", "cache_dtype", "enable_prefix_caching", "engine", "num_gpu_blocks"),
            registry=registry,
        )
        cache.labels("16", "auto", "True", "0", "7634").set(1)

    def serve_one(self, chance: random.Random) -> None:
        """One request, as its metrics see it."""
        prompt, output = chance.randint(20, 3000), chance.randint(1, 400)
        first, between = chance.uniform(0.02, 0.6), chance.uniform(0.008, 0.06)
        self.running.set(chance.randint(1, 24))
        self.waiting.set(chance.choice((0, 0, 0, 1, 4)))
        self.cache_usage.set(chance.uniform(0.1, 0.6))
        self.prompt_tokens.inc(prompt)
        self.generation_tokens.inc(output)
        self.cache_queries.inc(prompt)
        self.cache_hits.inc(prompt // 3)
        self.preemptions.inc(chance.random() < 0.02)
        self.success[chance.choices(("stop", "length", "abort"), (90, 9, 1))[0]].inc()
        self.step_tokens.observe(prompt)
        self.request_prompt.observe(prompt)
        self.request_output.observe(output)
        self.first_token.observe(first)
        for _ in range(min(output, 5)):
            self.between.observe(between)
        self.queue.observe(chance.uniform(0, 0.4))
        self.end_to_end.observe(first + output * between)


class SGLang:
    """One SGLang process in multiprocess mode: PROMETHEUS_MULTIPROC_DIR was set before prometheus_client came in."""

    def __init__(self, tp_rank: int) -> None:
        from prometheus_client import Counter, Gauge, Histogram

        self.rank = tp_rank
        scheduler = ("model_name", "engine_type", "tp_rank", "pp_rank", "moe_ep_rank")
        values = (MODEL, "unified", str(tp_rank), "0", "0")
        tokenizer = ("model_name", "engine_type", "is_streaming")

        def gauge(name: str, text: str, mode: str = "mostrecent") -> Any:
            return Gauge(f"sglang:{name}", text, scheduler, multiprocess_mode=mode).labels(*values)  # type: ignore[arg-type]

        def histogram(name: str, text: str, buckets: tuple[float, ...]) -> Any:
            return Histogram(f"sglang:{name}", text, tokenizer, buckets=buckets).labels(MODEL, "unified", "true")

        self.running = gauge("num_running_reqs", "The number of running requests.")
        self.queued = gauge("num_queue_reqs", "The number of requests in the waiting queue.")
        self.throughput = gauge("gen_throughput", "The generation throughput (token/s).")
        self.token_usage = gauge("token_usage", "The token usage.")
        self.hit_rate = gauge("cache_hit_rate", "The prefix cache hit rate.")
        # SGLang gives these two no mode: one series per process, told apart by a pid label.
        self.retracted = gauge("num_retracted_reqs", "The number of retracted requests.", "all")
        self.paused = gauge("num_paused_reqs", "The number of paused requests by async weight sync.", "all")
        self.active = Gauge(
            "sglang:http_requests_active",
            "Number of currently active HTTP requests",
            ("endpoint", "method"),
            multiprocess_mode="livesum",
        ).labels("/generate", "POST")
        self.mode_tokens = Counter(
            "sglang:realtime_tokens",
            "Total number of tokens processed (updated on each log interval). "
            "mode: prefill_compute, prefill_cache, decode.",
            (*scheduler, "mode"),
        )
        self.values = values
        self.prompt_tokens = Counter("sglang:prompt_tokens", "Number of prefill tokens processed.", tokenizer)
        self.generation_tokens = Counter(
            "sglang:generation_tokens", "Number of generation tokens processed.", tokenizer
        )
        self.requests = Counter("sglang:num_requests", "Number of requests processed.", tokenizer)
        self.first_token = histogram(
            "time_to_first_token_seconds",
            "Histogram of time to first token in seconds.",
            (0.1, 0.2, 0.4, 0.6, 0.8, 1, 2, 4, 6, 8, 10, 20, 40, 60, 80, 100, 200, 400),
        )
        self.end_to_end = histogram(
            "e2e_request_latency_seconds",
            "Histogram of End-to-end request latency in seconds",
            (0.1, 0.2, 0.4, 0.6, 0.8, 1, 2, 4, 6, 8, 10, 20, 40, 60, 80, 100, 200, 400, 600, 1200, 1800, 2400),
        )

    def serve_one(self, chance: random.Random) -> None:
        """One request, as its metrics see it."""
        prompt, output = chance.randint(20, 3000), chance.randint(1, 400)
        streaming = chance.choice(("true", "false"))
        self.running.set(chance.randint(1, 64))
        self.queued.set(chance.randint(0, 4))
        self.throughput.set(chance.uniform(800, 3000))
        self.token_usage.set(chance.uniform(0.05, 0.4))
        self.hit_rate.set(chance.uniform(0.2, 0.5))
        self.retracted.set(0)
        self.paused.set(0)
        self.active.set(chance.randint(0, 8))
        self.mode_tokens.labels(*self.values, "prefill_compute").inc(prompt)
        self.mode_tokens.labels(*self.values, "decode").inc(output)
        for counter, amount in ((self.prompt_tokens, prompt), (self.generation_tokens, output), (self.requests, 1)):
            counter.labels(MODEL, "unified", streaming).inc(amount)
        self.first_token.observe(chance.uniform(0.05, 1.5))
        self.end_to_end.observe(chance.uniform(0.3, 12))


def serve_some(engine: VLLM | SGLang, seed: int) -> random.Random:
    """Serve the first requests, the same ones every time."""
    chance = random.Random(seed)
    for _ in range(FIRST_REQUESTS):
        engine.serve_one(chance)
    return chance


def keep_serving(engine: VLLM | SGLang, chance: random.Random, stop: threading.Event) -> None:
    """Serve a few requests each second until `stop`."""
    while not stop.wait(chance.uniform(0.1, 0.4)):
        engine.serve_one(chance)


def main() -> None:
    """Be one SGLang process: `engines.py TP_RANK still|moving`. Ends with its standard input: it never outlives us."""
    rank, load = int(sys.argv[1]), sys.argv[2]
    engine, stop = SGLang(rank), threading.Event()
    chance = serve_some(engine, 100 + rank)
    print("ready", flush=True)
    if load == "moving":
        threading.Thread(target=keep_serving, args=(engine, chance, stop), daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
