"""Alerts of what clients feel: failures, latencies, queues, full caches, and traffic that is not what it was."""

from __future__ import annotations

from collections.abc import Sequence

from .book import Alert, Given, Group

MODEL = 'job="dynamo-frontend", instance="f1", model="m"'
WORKER = (
    'job="dynamo-backend", instance="w1", '
    'dynamo_namespace="prod", dynamo_component="backend", dynamo_endpoint="generate"'
)


def requests(well: tuple[float, float], warning: tuple[float, float], critical: tuple[float, float]) -> Sequence[Given]:
    """Requests of a minute that succeed and that fail by our fault."""
    name = f"dynamo_frontend_requests_total{{{MODEL}"
    return [
        Given(f'{name}, status="success", error_type=""}}', well[0], warning[0], critical[0], True),
        Given(f'{name}, status="error", error_type="internal"}}', well[1], warning[1], critical[1], True),
    ]


def took(metric: str, well: float, warning: float, critical: float) -> Sequence[Given]:
    """A histogram in which every request of a phase took one time, given as a bound."""
    bounds = sorted({well, warning, critical})
    return [
        Given(
            f'dynamo_frontend_{metric}_bucket{{{MODEL}, le="{bound}"}}',
            *(60.0 * (value <= bound) for value in (well, warning, critical)),
            counts=True,
        )
        for bound in (*bounds, float("inf"))
    ]


def latency(name: str, title: str, short: str, metric: str, values: tuple[float, float, float]) -> list[Alert]:
    """P95 sheds load; P99 only tells."""
    means = f"The slowest requests of {{}} wait this long for {title}."
    act = "See the queues and the KV caches: if they are full, load is shed by the hook; add workers. If not, the GPUs."
    return [
        Alert(
            f"{name}P95High",
            f"model:{short}:p95_5m",
            short,
            f"One in 20 requests to {{{{ $labels.model }}}} waits too long for {title}",
            means.format("20"),
            act,
            took(metric, *values),
            unit="seconds",
            sheds=True,
        ),
        Alert(
            f"{name}P99High",
            f"model:{short}:p99_5m",
            short.replace("_seconds", "_p99_seconds"),
            f"One in 100 requests to {{{{ $labels.model }}}} waits too long for {title}",
            means.format("100"),
            act,
            took(metric, values[0], values[1] * 2.2, values[2] * 2.2),
            unit="seconds",
            waits=(10, 10),
            page=False,
        ),
    ]


def kv(selector: str) -> Given:
    return Given(selector, 0.5, 0.93, 0.99)


GROUP = Group(
    "serving",
    "Serving",
    "15s",
    [
        Alert(
            "RequestsFail",
            "model:success:ratio5m",
            "success_ratio",
            "Requests to {{ $labels.model }} fail",
            "Clients get errors that are our fault: overload, no worker, a time-out, an error inside.",
            "Split by error_type: overload and unavailable are a matter of workers, internal of their logs.",
            requests((600, 0), (588, 12), (500, 100)),
            unit="ratio",
            above=False,
            waits=(3, 3),
            sheds=True,
        ),
        Alert(
            "WorkerErrors",
            "worker:errors:rate5m / (worker:requests:rate5m > 0)",
            "worker_errors",
            "Requests fail in {{ $labels.instance }}",
            "One worker that fails is hidden by retries, at the price of time; all that fail are not.",
            "Split dynamo_component_errors_total by error_type; drain the worker if it is alone.",
            [
                Given(f"dynamo_component_requests_total{{{WORKER}}}", 600, 600, 600, True),
                Given(f'dynamo_component_errors_total{{{WORKER}, error_type="generate"}}', 0, 12, 60, True),
            ],
            unit="ratio",
        ),
        Alert(
            "RequestsRejected",
            "model:rejections:rate5m",
            "rejections_per_second",
            "Requests to {{ $labels.model }} are turned away",
            "All workers are above their busy marks, or the hook has lowered these.",
            "Add workers. If the hook did it, its alert says why.",
            [Given(f'dynamo_frontend_model_rejection_total{{{MODEL}, endpoint="completions"}}', 0, 60, 600, True)],
            waits=(5, 5),
        ),
        *latency(
            "TimeToFirstToken", "the first token", "ttft_seconds", "time_to_first_token_seconds", (0.5, 4.7, 10.5)
        ),
        *latency("InterToken", "the next token", "itl_seconds", "inter_token_latency_seconds", (0.045, 0.22, 0.56)),
        *latency("Request", "the last token", "request_seconds", "request_duration_seconds", (8.5, 55.5, 110.5)),
        Alert(
            "QueueGrows",
            "model:queued_requests:sum",
            "queued_requests",
            "Requests to {{ $labels.model }} queue up",
            "More comes than is served; the time to the first token follows.",
            "Add workers; until then load is shed by the hook.",
            [Given(f"dynamo_frontend_queued_requests{{{MODEL}}}", 2, 100, 400)],
            sheds=True,
            window=2,
        ),
        Alert(
            "WorkHandlerQueueFull",
            "dynamo_work_handler_queue_depth / (dynamo_work_handler_queue_capacity > 0)",
            "queue_usage",
            "The queue of {{ $labels.instance }} is nearly full",
            "A full queue refuses requests (`dynamo_work_handler_enqueue_rejected_total`).",
            "The worker is stuck or too slow: see its engine, then its CPU.",
            [
                Given(f"dynamo_work_handler_queue_depth{{{WORKER}}}", 10, 800, 950),
                Given(f"dynamo_work_handler_queue_capacity{{{WORKER}}}", 1000, 1000, 1000),
            ],
            unit="ratio",
            window=1,
        ),
        Alert(
            "KVCacheFull",
            "worker:kv_usage:max",
            "kv_cache_usage",
            "The KV cache of {{ $labels.instance }} is nearly full",
            "Sequences are preempted and computed again; latencies jump.",
            "The hook lowers the frontend's busy mark, so that new requests go elsewhere or wait. Add workers.",
            [kv(f"vllm:kv_cache_usage_perc{{{WORKER}}}")],
            unit="ratio",
            sheds=True,
            window=2,
        ),
        Alert(
            "TrafficSurges",
            "model:requests:rate5m\n/ (avg_over_time(model:requests:rate5m[1h] offset 1d) > 0.1)",
            "traffic_surge",
            "{{ $labels.model }} gets a multiple of what it got yesterday at this time",
            "A launch, a loop in a client, or an attack.",
            "Who sends it; whether workers suffice. Baselines need a day of data.",
            requests((600, 0), (1500, 0), (3000, 0)),
            waits=(5, 5),
            lead=25 * 60,
            page=False,
        ),
        Alert(
            "TrafficDrops",
            "model:requests:rate5m\n/ (avg_over_time(model:requests:rate5m[1h] offset 1d) > 0.1)",
            "traffic_drop",
            "{{ $labels.model }} gets much less than yesterday at this time",
            "Clients cannot reach us, although nothing here fails: DNS, a load balancer, a certificate.",
            "Send a request from outside. A holiday shows in the days before.",
            requests((600, 0), (200, 0), (50, 0)),
            above=False,
            waits=(5, 5),
            lead=25 * 60,
        ),
        Alert(
            "TimeToFirstTokenSurges",
            "model:ttft_seconds:p95_5m / (avg_over_time(model:ttft_seconds:p95_5m[1h] offset 1d) > 0)",
            "ttft_surge",
            "{{ $labels.model }} begins to answer much later than yesterday at this time",
            "Still within its marks, perhaps, but something has changed.",
            "What was deployed since; longer prompts (`dynamo_frontend_input_sequence_tokens`); a colder cache.",
            took("time_to_first_token_seconds", 0.5, 1.5, 4.5),
            waits=(10, 10),
            lead=25 * 60,
            page=False,
        ),
    ],
)
