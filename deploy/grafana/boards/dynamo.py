"""The main dashboard: a request's journey, from its arrival at the frontend to its last token."""

from boards.dynamo_work import ROUTING, WORKERS

from panels import Board, Panel, Row, Variable
from promql import FRONTEND, NAMESPACE, Query, increase, mean, quantile, rate, spread, sums, total

F = "dynamo_frontend_"


def _ok() -> str:
    """A client that goes away, or asks for what is not there, is no failure of ours."""
    bad = f'{FRONTEND}, error_type!~"|cancelled|validation|not_found|not_implemented"'
    asked = increase(F + "requests_total", FRONTEND)
    return f"1 - ({increase(F + 'requests_total', bad)} or 0 * {asked}) / ({asked} > 0)"


SUMMARY = Row(
    "At a glance",
    [
        Panel(
            "Success ratio",
            "percentunit",
            "Requests of the range that did not fail by our fault, of all.",
            [_ok()],
            kind="stat",
            mark="success_ratio",
            upstream=["dynamo-2026-08: Request Success Rate"],
        ),
        Panel(
            "Requests",
            "short",
            "Requests that ended in the range.",
            [increase(F + "requests_total", FRONTEND)],
            kind="stat",
            upstream=["dynamo-2026-08: Total Requests"],
        ),
        Panel(
            "Input tokens",
            "short",
            "Tokens of the prompts of the range.",
            [sums(F + "input_sequence_tokens", FRONTEND, call="increase", window="$__range")],
            kind="stat",
            upstream=["dynamo-2026-08: Input Tokens"],
        ),
        Panel(
            "Output tokens",
            "short",
            "Tokens that were generated in the range.",
            [increase(F + "output_tokens_total", FRONTEND)],
            kind="stat",
            upstream=["dynamo-2026-08: Output Tokens"],
        ),
        Panel(
            "Mean time to first token",
            "s",
            "Over the range.",
            [mean(F + "time_to_first_token_seconds", FRONTEND, call="increase", window="$__range")],
            kind="stat",
            mark="ttft_seconds",
            upstream=["dynamo-2026-08: Average TTFT"],
        ),
        Panel(
            "Mean time between tokens",
            "s",
            "Over the range.",
            [mean(F + "inter_token_latency_seconds", FRONTEND, call="increase", window="$__range")],
            kind="stat",
            mark="itl_seconds",
            upstream=["dynamo-2026-08: Average ITL"],
        ),
        Panel(
            "Mean request duration",
            "s",
            "Over the range, from arrival to the last token.",
            [mean(F + "request_duration_seconds", FRONTEND, call="increase", window="$__range")],
            kind="stat",
            mark="request_seconds",
            upstream=["dynamo-2026-08: Average E2E Latency"],
        ),
        Panel(
            "Targets down",
            "short",
            "Scrape targets that do not answer. Their series are missing below.",
            ["count(up == 0) or vector(0)"],
            kind="stat",
            mark="targets_down",
        ),
    ],
)

ARRIVAL = Row(
    "1 · Arrival at the frontend",
    [
        Panel(
            "Requests per second",
            "reqps",
            "Requests that ended, by model, and all that began.",
            [
                Query(rate(F + "requests_total", FRONTEND, "model"), "{{model}}"),
                Query(rate(F + "requests_started_total", FRONTEND), "began"),
            ],
            upstream=[
                "dynamo-2026-08: Frontend RPS",
                "dynamo-2026-04: Frontend Requests / Sec",
                "disagg: Frontend Requests / Sec",
            ],
        ),
        Panel(
            "Outcomes",
            "reqps",
            "Requests that ended, by status and kind of error; success has none.",
            [Query(rate(F + "requests_total", FRONTEND, "status, error_type"), "{{status}} {{error_type}}")],
            stack=True,
            upstream=["dynamo-2026-08: Request Outcome Breakdown"],
        ),
        Panel(
            "Active and waiting",
            "short",
            "Requests in the frontend now, those that wait for their first token, those in the routers' queues.",
            [
                Query(total(F + "active_requests", FRONTEND), "active"),
                Query(total(F + "queued_requests", FRONTEND), "queued"),
                Query(total(F + "router_queue_pending_requests", FRONTEND), "pending in the router"),
            ],
            mark="queued_requests",
            upstream=["dynamo-2026-08: Active vs Queued Requests", "disagg: Frontend Queued Requests"],
        ),
        Panel(
            "Given up",
            "reqps",
            "Cancelled, rejected or moved to another worker; clients that went away.",
            [
                Query(rate(F + "model_cancellation_total", FRONTEND), "cancelled"),
                Query(rate(F + "model_rejection_total", FRONTEND), "rejected"),
                Query(rate(F + "model_migration_total", FRONTEND, "migration_type"), "migrated {{migration_type}}"),
            ],
        ),
        Panel(
            "Input length",
            "short",
            "Tokens of a prompt.",
            spread(F + "input_sequence_tokens", FRONTEND),
            upstream=[
                "dynamo-2026-08: ISL Distribution",
                "dynamo-2026-04: Frontend Avg Input/Output Sequence Length",
                "disagg: Frontend Avg Input/Output Sequence Length",
            ],
        ),
        Panel(
            "Stages",
            "s",
            "95th percentile of the time in each stage of the frontend: preprocess, route, dispatch.",
            [Query(quantile(0.95, F + "stage_duration_seconds", NAMESPACE, "stage"), "{{stage}}")],
        ),
    ],
)

TOKENS = Row(
    "4 · First token to last",
    [
        Panel(
            "Time to first token",
            "s",
            "From arrival to the first token, as the client feels it.",
            spread(F + "time_to_first_token_seconds", FRONTEND),
            mark="ttft_seconds",
            upstream=[
                "dynamo-2026-08: TTFT (p50 / p90 / p99)",
                "dynamo-2026-04: Frontend Avg Time to First Token",
                "disagg: Frontend Avg Time to First Token",
            ],
        ),
        Panel(
            "Time between tokens",
            "s",
            "The gap that a reader sees.",
            spread(F + "inter_token_latency_seconds", FRONTEND),
            mark="itl_seconds",
            upstream=[
                "dynamo-2026-08: ITL (p50 / p90 / p99)",
                "dynamo-2026-04: Frontend Avg Inter-Token Latency",
                "disagg: Frontend Avg Inter-Token Latency",
            ],
        ),
        Panel(
            "Request duration",
            "s",
            "From arrival to the last token.",
            spread(F + "request_duration_seconds", FRONTEND),
            mark="request_seconds",
            upstream=[
                "dynamo-2026-08: E2E Request Latency (p50 / p90 / p99)",
                "dynamo-2026-04: Frontend Avg Request Duration",
                "disagg: Frontend Avg Request Duration",
            ],
        ),
        Panel(
            "Output length",
            "short",
            "Tokens of an answer.",
            spread(F + "output_sequence_tokens", FRONTEND),
            upstream=[
                "dynamo-2026-08: Output Size Distribution",
                "dynamo-2026-04: Frontend Avg Input/Output Sequence Length",
                "disagg: Frontend Avg Input/Output Sequence Length",
            ],
        ),
        Panel(
            "Cached tokens",
            "short",
            "Tokens of a prompt that did not have to be read again.",
            spread(F + "cached_tokens", FRONTEND),
            upstream=["dynamo-2026-08: Cached Tokens"],
        ),
        Panel(
            "Tokens per second",
            "short",
            "Generated, by model, and read.",
            [
                Query(rate(F + "output_tokens_total", FRONTEND, "model"), "{{model}} out"),
                Query(sums(F + "input_sequence_tokens", FRONTEND, "model"), "{{model}} in"),
            ],
        ),
    ],
)

RESOURCES = Row(
    "5 · What it stands on",
    [
        Panel(
            "CPU of the processes",
            "short",
            "CPU seconds per second: 1 is one core.",
            [
                Query(
                    "sum by (job, instance) (rate(process_cpu_seconds_total[$__rate_interval]))", "{{job}} {{instance}}"
                )
            ],
            upstream=["disagg: Worker CPU Usage"],
        ),
        Panel(
            "Memory of the processes",
            "bytes",
            "Resident.",
            [Query("sum by (job, instance) (process_resident_memory_bytes)", "{{job}} {{instance}}")],
        ),
        Panel(
            "CPU of the nodes",
            "percentunit",
            "In use, of all cores of a node.",
            [
                Query(
                    '1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[$__rate_interval]))',
                    "{{instance}}",
                )
            ],
            mark="cpu_usage",
            upstream=["disagg: Node CPU Utilization"],
        ),
        Panel(
            "GPU utilisation",
            "percent",
            "The share of time in which a kernel ran. The board of the GPUs has more.",
            [Query("DCGM_FI_DEV_GPU_UTIL", "{{Hostname}} GPU {{gpu}}")],
            mark="gpu_utilisation_percent",
            top=100,
            upstream=["dynamo-2026-04: DCGM GPU Utilization", "disagg: GPU Compute Utilization"],
        ),
        Panel(
            "GPU power",
            "watt",
            "Drawn now.",
            [Query("DCGM_FI_DEV_POWER_USAGE", "{{Hostname}} GPU {{gpu}}")],
            mark="gpu_power_watts",
            upstream=["dynamo-2026-04: DCGM GPU Utilization"],
        ),
        Panel(
            "GPU memory",
            "bytes",
            "Frame buffer in use.",
            [Query("DCGM_FI_DEV_FB_USED * 1024 * 1024", "{{Hostname}} GPU {{gpu}}")],
            upstream=["disagg: GPU Memory Used"],
        ),
    ],
)

BOARD = Board(
    uid="dynmetrics-dynamo",
    title="Dynamo",
    help="A request's journey: arrival, routing, work, tokens, and what it stands on.",
    rows=[SUMMARY, ARRIVAL, ROUTING, WORKERS, TOKENS, RESOURCES],
    variables=[
        Variable("namespace", "dynamo_component_requests_total", "dynamo_namespace"),
        Variable("component", "dynamo_component_requests_total", "dynamo_component"),
        Variable("model", "dynamo_frontend_requests_total", "model"),
    ],
)
