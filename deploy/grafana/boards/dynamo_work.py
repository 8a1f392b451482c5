"""The middle of a request's journey: the choice of a worker, and the work."""

from panels import Panel, Row
from promql import NAMESPACE, WORKER, Query, mean, quantile, rate, series, spread, total

F = "dynamo_frontend_"
C = "dynamo_component_"


def _overhead(part: str) -> list[Query]:
    name = f"dynamo_router_overhead_{part}_ms"
    return [
        Query(mean(name, NAMESPACE), f"{part} mean"),
        Query(quantile(0.5, name, NAMESPACE), f"{part} p50"),
        Query(quantile(0.9, name, NAMESPACE), f"{part} p90"),
    ]


ROUTING = Row(
    "2 · Routing",
    [
        Panel(
            "Routing overhead",
            "ms",
            "Time that the choice of a worker takes, by part; the total is what a request feels.",
            [
                query
                for part in ("block_hashing", "indexer_find_matches", "seq_hashing", "scheduling", "total")
                for query in _overhead(part)
            ],
            upstream=["dynamo-2026-08: Routing Overhead Breakdown (avg / p50 / p90)"],
        ),
        Panel(
            "Prefix hits seen by the router",
            "percentunit",
            "The share of a prompt's blocks that the chosen worker has.",
            spread(C + "router_kv_hit_rate", NAMESPACE),
            upstream=["dynamo-2026-08: KV Hit Rate Distribution"],
        ),
        Panel(
            "KV events applied",
            "ops",
            "Events of the workers' caches in the router's index; other than ok is lost knowledge.",
            [Query(rate(C + "kv_cache_events_applied", NAMESPACE, "event_type, status"), "{{event_type}} {{status}}")],
            upstream=["dynamo-2026-08: KV Events Applied Breakdown"],
        ),
        Panel(
            "Request plane",
            "s",
            "95th percentile: waiting to be sent, being sent, until the first response.",
            [
                Query(quantile(0.95, "dynamo_request_plane_queue_seconds", NAMESPACE), "queue"),
                Query(quantile(0.95, "dynamo_request_plane_send_seconds", NAMESPACE), "send"),
                Query(quantile(0.95, "dynamo_request_plane_roundtrip_ttft_seconds", NAMESPACE), "first response"),
                Query(quantile(0.95, "dynamo_work_handler_network_transit_seconds", NAMESPACE), "network"),
            ],
        ),
        Panel(
            "Decode blocks per worker",
            "short",
            "KV blocks that each worker's running requests hold, as the frontend knows.",
            [
                Query(
                    total(F + "worker_active_decode_blocks", NAMESPACE, "worker_id, dp_rank"),
                    "{{worker_id}} {{dp_rank}}",
                )
            ],
            upstream=["dynamo-2026-08: Per-Worker Active Decode Blocks"],
        ),
        Panel(
            "Prefill tokens per worker",
            "short",
            "Prompt tokens that each worker has yet to read, as the frontend knows.",
            [
                Query(
                    total(F + "worker_active_prefill_tokens", NAMESPACE, "worker_id, dp_rank"),
                    "{{worker_id}} {{dp_rank}}",
                )
            ],
            upstream=["dynamo-2026-08: Per-Worker Active Prefill Tokens"],
        ),
    ],
)

ENDPOINT = "dynamo_component, dynamo_endpoint, worker_id"
PLACE = "{{dynamo_component}}/{{dynamo_endpoint}} {{worker_id}}"

WORKERS = Row(
    "3 · Workers",
    [
        Panel(
            "Requests per worker",
            "reqps",
            "Requests that a worker's endpoint has taken.",
            [Query(rate(C + "requests_total", WORKER, ENDPOINT), PLACE)],
            upstream=[
                "dynamo-2026-04: dynamo.vllm requests / sec",
                "dynamo-2026-08: Worker Request Breakdown Per Worker",
                "disagg: Prefill Worker Throughput",
                "disagg: Decode Worker - Request Throughput",
                "disagg: Worker Request Throughput",
            ],
        ),
        Panel(
            "Errors and cancellations",
            "reqps",
            "By kind. Each error is a request that this worker did not serve.",
            [
                Query(
                    rate(C + "errors_total", WORKER, "dynamo_component, error_type"),
                    "{{dynamo_component}} {{error_type}}",
                ),
                Query(rate(C + "cancellation_total", WORKER, "dynamo_component"), "{{dynamo_component}} cancelled"),
            ],
            upstream=[
                "dynamo-2026-04: dynamo.vllm Avg Errors / sec",
                "dynamo-2026-08: Worker Request Breakdown Per Worker",
            ],
        ),
        Panel(
            "In progress",
            "short",
            "Requests that each worker works on now.",
            [Query(total(C + "inflight_requests", WORKER, ENDPOINT), PLACE)],
        ),
        Panel(
            "Duration per worker",
            "s",
            "A worker that stands out has a fault of its own, or the wrong share of the load.",
            spread(C + "request_duration_seconds", WORKER, "worker_id"),
            upstream=[
                "dynamo-2026-08: Worker Request Duration Per Worker (p50 / p90 / p99)",
                "dynamo-2026-04: dynamo.vllm Avg Request Duration (seconds)",
                "disagg: Decode Worker - Avg Request Duration",
            ],
        ),
        Panel(
            "Prefill against decode",
            "s",
            "Duration by component: where prefill and decode are apart, which of them is slow.",
            [
                Query(mean(C + "request_duration_seconds", WORKER, "dynamo_component"), "{{dynamo_component}} mean"),
                Query(
                    quantile(0.99, C + "request_duration_seconds", WORKER, "dynamo_component"),
                    "{{dynamo_component}} p99",
                ),
            ],
            upstream=["disagg: Prefill Worker Processing Time", "disagg: Component Latency - Prefill vs Decode"],
        ),
        Panel(
            "Bytes",
            "Bps",
            "What endpoints take in and give out.",
            [
                Query(rate(C + "request_bytes_total", WORKER, "dynamo_component"), "{{dynamo_component}} in"),
                Query(rate(C + "response_bytes_total", WORKER, "dynamo_component"), "{{dynamo_component}} out"),
            ],
            upstream=[
                "dynamo-2026-04: dynamo.vllm bytes / sec",
                "dynamo-2026-08: Component Throughput (bytes/sec)",
                "disagg: Worker Data Transfer",
            ],
        ),
        Panel(
            "Work queue",
            "percentunit",
            "How full a worker's queue and its pool of tasks are; at 1 it refuses work.",
            [
                Query(
                    "max by (instance) (dynamo_work_handler_queue_depth / dynamo_work_handler_queue_capacity)",
                    "queue {{instance}}",
                ),
                Query(
                    "max by (instance) (dynamo_work_handler_pool_active_tasks / dynamo_work_handler_pool_capacity)",
                    "tasks {{instance}}",
                ),
            ],
            mark="queue_usage",
        ),
        Panel(
            "KV cache in use",
            "percentunit",
            "Of the GPU's KV blocks. Near 1 the engine evicts, then preempts.",
            [
                Query(
                    f"max by (model, dynamo_component, dp_rank) ({series(C + 'gpu_cache_usage_percent', WORKER)})",
                    "{{dynamo_component}} {{dp_rank}}",
                )
            ],
            mark="kv_cache_usage",
            upstream=["disagg: KV Cache Utilization"],
        ),
        Panel(
            "KV blocks",
            "short",
            "KV blocks that all ranks of a component have.",
            [Query(total(C + "total_blocks", WORKER, "model, dynamo_component"), "{{model}} {{dynamo_component}}")],
            upstream=["disagg: KV Cache Blocks (Total)"],
        ),
    ],
)
