"""Recordings: what is kept for long of a worker's some 500 series is about 20; alerts and dashboards read them too."""

from __future__ import annotations

from .book import Group, Record

WORKER = "job, instance, dynamo_namespace, dynamo_component, dynamo_endpoint"
# What failed by our fault. A client that goes away, or asks for what does not exist, is not our failure.
FAULT = 'error_type=~"overload|unavailable|response_timeout|internal"'


def quantile(name: str, metric: str, at: float, by: str) -> Record:
    expr = f"histogram_quantile({at}, sum by (le, {by}) (rate({metric}_bucket[5m])))"
    return Record(f"{name}:p{round(at * 100)}_5m", expr)


def total(name: str, metric: str, by: str, matchers: str = "") -> Record:
    return Record(f"{name}:rate5m", f"sum by ({by}) (rate({metric}{matchers}[5m]))")


def gauge(name: str, metric: str, how: str = "sum") -> Record:
    return Record(f"{name}:{how}", f"{how} by (job, instance) ({metric})")


def either(name: str, how: str, *metrics: str) -> Record:
    """Of whichever engine runs there."""
    return Record(f"{name}:{how}", "\nor\n".join(f"{how} by (job, instance) ({metric})" for metric in metrics))


def rate_of_either(name: str, *metrics: str) -> Record:
    return Record(f"{name}:rate5m", "\nor\n".join(f"sum by (job, instance) (rate({m}[5m]))" for m in metrics))


def quantile_of_either(name: str, at: float, *metrics: str) -> Record:
    each = [f"histogram_quantile({at}, sum by (le, job, instance) (rate({m}_bucket[5m])))" for m in metrics]
    return Record(f"{name}:p{round(at * 100)}_5m", "\nor\n".join(each))


C, F = "dynamo_component", "dynamo_frontend"
WORKERS = Group(
    "worker-records",
    "What is kept of a worker",
    "30s",
    [
        total("worker:requests", f"{C}_requests_total", WORKER),
        total("worker:errors", f"{C}_errors_total", WORKER),
        total("worker:cancellations", f"{C}_cancellation_total", WORKER),
        total("worker:request_bytes", f"{C}_request_bytes_total", WORKER),
        total("worker:response_bytes", f"{C}_response_bytes_total", WORKER),
        Record("worker:inflight_requests:sum", f"sum by ({WORKER}) ({C}_inflight_requests)"),
        quantile("worker:request_seconds", f"{C}_request_duration_seconds", 0.5, WORKER),
        quantile("worker:request_seconds", f"{C}_request_duration_seconds", 0.95, WORKER),
        quantile("worker:request_seconds", f"{C}_request_duration_seconds", 0.99, WORKER),
        either(
            "worker:kv_usage",
            "max",
            f"{C}_gpu_cache_usage_percent",
            "vllm:kv_cache_usage_perc",
            "sglang:token_usage",
        ),
        gauge("worker:kv_hit_rate", f"{C}_kv_cache_hit_rate", "avg"),
        either("worker:engine_running", "sum", "vllm:num_requests_running", "sglang:num_running_reqs"),
        either("worker:engine_waiting", "sum", "vllm:num_requests_waiting", "sglang:num_queue_reqs"),
        rate_of_either("worker:prompt_tokens", "vllm:prompt_tokens_total", "sglang:prompt_tokens_total"),
        rate_of_either("worker:generation_tokens", "vllm:generation_tokens_total", "sglang:generation_tokens_total"),
        quantile_of_either(
            "worker:ttft_seconds", 0.95, "vllm:time_to_first_token_seconds", "sglang:time_to_first_token_seconds"
        ),
        quantile_of_either(
            "worker:itl_seconds", 0.95, "vllm:inter_token_latency_seconds", "sglang:inter_token_latency_seconds"
        ),
        gauge("worker:sources_up", "dynmetrics_source_up", "avg"),
        gauge("worker:series", "dynmetrics_series", "max"),
        Record("worker:dropped:rate5m", "sum by (job, instance) (rate(dynmetrics_dropped_total[5m]))"),
        gauge("worker:resident_bytes", "process_resident_memory_bytes", "max"),
    ],
)
FRONTENDS = Group(
    "frontend-records",
    "What is kept of the frontends, by model",
    "30s",
    [
        total("model:requests", f"{F}_requests_total", "model"),
        Record(
            "model:failures:rate5m",
            f"sum by (model) (rate({F}_requests_total{{{FAULT}}}[5m])) or 0 * model:requests:rate5m",
        ),
        Record("model:success:ratio5m", "1 - model:failures:rate5m / (model:requests:rate5m > 0)"),
        total("model:rejections", f"{F}_model_rejection_total", "model"),
        total("model:output_tokens", f"{F}_output_tokens_total", "model"),
        Record("model:active_requests:sum", f"sum by (model) ({F}_active_requests)"),
        Record("model:queued_requests:sum", f"sum by (model) ({F}_queued_requests)"),
        *(
            quantile(f"model:{short}", f"{F}_{metric}", at, "model")
            for short, metric in (
                ("ttft_seconds", "time_to_first_token_seconds"),
                ("itl_seconds", "inter_token_latency_seconds"),
                ("request_seconds", "request_duration_seconds"),
            )
            for at in (0.5, 0.95, 0.99)
        ),
    ],
)
GROUPS = [WORKERS, FRONTENDS]
