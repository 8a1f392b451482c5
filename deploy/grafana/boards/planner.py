"""The planner: how many workers there are, what it saw and what it expects."""

from panels import Board, Panel, Row, Variable
from promql import Query

P = "dynamo_planner_"
AT = 'namespace=~"$namespace|"'


def now(name: str, legend: str) -> Query:
    return Query(f"{P}{name}{{{AT}}}", legend)


def both(what: str) -> list[Query]:
    return [now(f"{what}num_prefill_replicas", "prefill"), now(f"{what}num_decode_replicas", "decode")]


def lengths(what: str) -> list[Query]:
    return [now(f"{what}_input_sequence_tokens", "input"), now(f"{what}_output_sequence_tokens", "output")]


CORRECTIONS = [now("p_correction_factor", "prefill"), now("d_correction_factor", "decode")]

BOARD = Board(
    uid="dynmetrics-planner",
    title="Dynamo planner",
    help="What the planner saw, what it expects, what it ordered.",
    rows=[
        Row(
            "At a glance",
            [
                Panel(
                    "Prefill workers",
                    "short",
                    "Now.",
                    [both("")[0]],
                    kind="stat",
                    upstream=["planner: Prefill Workers"],
                ),
                Panel(
                    "Decode workers", "short", "Now.", [both("")[1]], kind="stat", upstream=["planner: Decode Workers"]
                ),
                Panel(
                    "GPU hours",
                    "h",
                    "Since the planner began.",
                    [now("gpu_hours", "")],
                    kind="stat",
                    upstream=["planner: Cumulative GPU Hours"],
                ),
                Panel(
                    "Prefill correction",
                    "short",
                    "Measured over expected; 1: the profile fits.",
                    [CORRECTIONS[0]],
                    kind="gauge",
                    top=2,
                    upstream=["planner: Prefill Correction Factor"],
                ),
                Panel(
                    "Decode correction",
                    "short",
                    "Measured over expected; 1: the profile fits.",
                    [CORRECTIONS[1]],
                    kind="gauge",
                    top=2,
                    upstream=["planner: Decode Correction Factor"],
                ),
            ],
        ),
        Row(
            "Seen",
            [
                Panel("Workers", "short", "Over time.", both(""), upstream=["planner: Worker Count History"]),
                Panel(
                    "Latencies",
                    "ms",
                    "Time to first token and between tokens, as the planner took them.",
                    [now("observed_ttft_ms", "first token"), now("observed_itl_ms", "between tokens")],
                    upstream=["planner: Observed Latency (TTFT & ITL)"],
                ),
                Panel(
                    "Requests",
                    "reqps",
                    "Per second, as observed.",
                    [now("observed_requests_per_second", "observed")],
                    upstream=["planner: Observed Request Rate & Duration"],
                ),
                Panel(
                    "Request duration",
                    "s",
                    "As observed.",
                    [now("observed_request_duration_seconds", "observed")],
                    upstream=["planner: Observed Request Rate & Duration"],
                ),
                Panel(
                    "Lengths",
                    "short",
                    "Tokens in and out, as observed.",
                    lengths("observed"),
                    upstream=["planner: Observed Sequence Lengths (ISL & OSL)"],
                ),
            ],
        ),
        Row(
            "Expected",
            [
                Panel(
                    "Expected requests",
                    "reqps",
                    "Per second, in the next interval.",
                    [now("predicted_requests_per_second", "predicted")],
                    upstream=["planner: Predicted Request Rate"],
                ),
                Panel(
                    "Expected lengths",
                    "short",
                    "Tokens in and out, in the next interval.",
                    lengths("predicted"),
                    upstream=["planner: Predicted Sequence Lengths (ISL & OSL)"],
                ),
                Panel(
                    "Expected workers",
                    "short",
                    "What the planner would order.",
                    both("predicted_"),
                    upstream=["planner: Predicted Replica Counts"],
                ),
                Panel(
                    "Corrections",
                    "short",
                    "Measured over expected, over time.",
                    CORRECTIONS,
                    upstream=["planner: Correction Factor History"],
                ),
            ],
        ),
    ],
    variables=[Variable("namespace", P + "num_prefill_replicas", "namespace")],
)
