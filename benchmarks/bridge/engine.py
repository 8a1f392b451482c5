"""An engine's metrics: a prometheus_client registry in the shape of vLLM's, of as many series as asked for.

A page of it has exactly that many lines that begin with `vllm:`, created times included, and besides them the
`python_` and `process_` series that prometheus_client adds by itself, for an exclusion to have work.
"""

from __future__ import annotations

from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)

MODEL = "meta-llama/Llama-3.1-8B-Instruct"
LABELS = ("model_name", "engine")
GAUGES = ("num_requests_running", "num_requests_waiting", "kv_cache_usage_perc", "num_requests_swapped")
COUNTERS = ("prompt_tokens", "generation_tokens", "prefix_cache_queries", "prefix_cache_hits", "num_preemptions")
REASONS = ("stop", "length", "abort")
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.0, 1.5, 2.0, 5.0, 10.0, 20.0, 40.0, 80.0)
TOKENS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000)
HISTOGRAMS = {
    "inter_token_latency_seconds": SECONDS,
    "time_to_first_token_seconds": SECONDS,
    "e2e_request_latency_seconds": SECONDS,
    "request_queue_time_seconds": SECONDS,
    "request_prefill_time_seconds": SECONDS,
    "request_prompt_tokens": TOKENS,
    "request_generation_tokens": TOKENS,
    "iteration_tokens_total": TOKENS,
}
TURN = "vllm:engine_turn"  # a gauge that tells which turn a page shows


class Engine:
    """The registry and what the engine keeps of it."""

    def __init__(self, series: int) -> None:
        registry = CollectorRegistry()
        self.registry = registry
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=registry)
        self._turn = Gauge(TURN, "Turns of the benchmark.", registry=registry)
        self._gauges = [Gauge(f"vllm:{name}", f"The {name}.", LABELS, registry=registry) for name in GAUGES]
        self._counters = [Counter(f"vllm:{name}", f"The {name}.", LABELS, registry=registry) for name in COUNTERS]
        self._success = Counter(
            "vllm:request_success", "Requests that ended.", (*LABELS, "finished_reason"), registry=registry
        )
        self._histograms = [
            Histogram(f"vllm:{name}", f"The {name}.", LABELS, buckets=bounds, registry=registry)
            for name, bounds in HISTOGRAMS.items()
        ]
        adapters = Gauge("vllm:lora_requests_running", "Requests by adapter.", (*LABELS, "lora"), registry=registry)
        self._adding: list[Any] = []  # gauges and counters: .inc()
        self._observing: list[Any] = []  # histograms: .observe()
        engines, adapter_count = divmod(series - 1, self._of_one_engine())
        for number in range(engines):
            self._add(str(number))
        self._adding += [adapters.labels(MODEL, "0", f"adapter-{number:05}") for number in range(adapter_count)]

    @staticmethod
    def _of_one_engine() -> int:
        """Series of one engine: a counter has its created time, a histogram that, +Inf, a sum and a count as well."""
        counters = len(COUNTERS) + len(REASONS)
        return len(GAUGES) + 2 * counters + sum(len(bounds) + 4 for bounds in HISTOGRAMS.values())

    def _add(self, engine: str) -> None:
        self._adding += [metric.labels(MODEL, engine) for metric in (*self._gauges, *self._counters)]
        self._adding += [self._success.labels(MODEL, engine, reason) for reason in REASONS]
        self._observing += [metric.labels(MODEL, engine) for metric in self._histograms]

    def work(self, turn: int) -> None:
        """Change a tenth of all metrics, others each turn, so that no page is like the one before it."""
        for metric in self._adding[turn % 10 :: 10]:
            metric.inc()
        for metric in self._observing[turn % 10 :: 10]:
            metric.observe(turn % 100)
        self._turn.set(turn)

    def token(self, stream: int, gap: float) -> None:
        """Measure one token of a stream."""
        self._adding[stream % len(self._adding)].inc()
        if self._observing:
            self._observing[stream % len(self._observing)].observe(gap)
