"""Objectives, and how fast their budgets burn: each window pair is long enough to matter and short enough to end."""

from __future__ import annotations

from .book import MARKS, Alert, Given, Group, Record, Stage
from .records import FAULT

SLO = MARKS["slo"]
WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
F = "dynamo_frontend"
MODEL = 'job="dynamo-frontend", instance="f1", model="m"'
TITLES = {"ttft": "the first token comes in time", "itl": "the next token comes in time", "errors": "requests succeed"}
METRICS = {"ttft": "time_to_first_token_seconds", "itl": "inter_token_latency_seconds"}


def bad(slo: str, window: str) -> Record:
    """The share that missed the objective."""
    if slo == "errors":
        missed = f"sum by (model) (rate({F}_requests_total{{{FAULT}}}[{window}]))"
        asked = f"sum by (model) (rate({F}_requests_total[{window}]))"
        expr = f"({missed} or 0 * {asked})\n/ ({asked} > 0)"
    else:
        metric, bound = f"{F}_{METRICS[slo]}", SLO[slo]["seconds"]
        kept = f'sum by (model) (rate({metric}_bucket{{le="{bound}"}}[{window}]))'
        expr = f"1 - {kept}\n/ (sum by (model) (rate({metric}_count[{window}])) > 0)"
    return Record(f"slo:{slo}_missed:ratio_rate{window}", expr)


def proof(slo: str) -> list[Given]:
    """Ten times what the budget allows, then a hundred times."""
    budget = 1 - SLO[slo]["objective"]
    shares = (0.0, round(10 * budget, 6), round(100 * budget, 6))
    if slo == "errors":
        name = f"{F}_requests_total{{{MODEL}"
        good = (60000 * (1 - share) for share in shares)
        return [
            Given(f'{name}, status="success", error_type=""}}', *good, counts=True),
            Given(f'{name}, status="error", error_type="internal"}}', *(60000 * s for s in shares), counts=True),
        ]
    metric, bound = f"{F}_{METRICS[slo]}", SLO[slo]["seconds"]
    return [
        Given(f'{metric}_bucket{{{MODEL}, le="{bound}"}}', *(6000 * (1 - share) for share in shares), counts=True),
        Given(f"{metric}_count{{{MODEL}}}", 6000, 6000, 6000, counts=True),
    ]


def burns(slo: str, rate: float, long: str, short: str) -> str:
    limit = f"{rate * (1 - SLO[slo]['objective']):.6g}"
    return f"slo:{slo}_missed:ratio_rate{long} >= {limit}\nand slo:{slo}_missed:ratio_rate{short} >= {limit}"


def stage(slo: str, severity: str, action: str, rate: float, long: str, short: str, minutes: int) -> Stage:
    told = (
        f"{{{{ $value | humanizePercentage }}}} of {long} missed it: {rate:g} times or more what the objective of "
        f"{SLO[slo]['objective']:.10g} allows."
    )
    return Stage(severity, action, burns(slo, rate, long, short), minutes, told)


def alerts(slo: str, name: str) -> list[Alert]:
    within = f" (within {SLO[slo]['seconds']} s)" if "seconds" in SLO[slo] else ""
    aim = f"The objective: {TITLES[slo]}{within} for {SLO[slo]['objective']:.10g} of 30 days."
    return [
        Alert(
            f"{name}BudgetBurns",
            "",
            "",
            f"{{{{ $labels.model }}}} burns its budget fast: {TITLES[slo]} too seldom",
            f"{aim} 14.4 times the allowed rate takes 2 % of the month in an hour, 6 times 5 % in six hours.",
            "As for the alert of the symptom itself (failures, latency); stop deployments until it ends.",
            proof(slo),
            steps=[
                stage(slo, "warning", "degrade", 6, "6h", "30m", 2),
                stage(slo, "critical", "break", 14.4, "1h", "5m", 2),
            ],
        ),
        Alert(
            f"{name}BudgetDrains",
            "",
            "",
            f"{{{{ $labels.model }}}} will have no budget left: {TITLES[slo]} too seldom",
            f"{aim} Slowly, over days: 3 times the rate over a day, or just the rate over three.",
            "Nothing to do at night. Find the trend: longer prompts, fewer workers, a new version.",
            proof(slo),
            steps=[
                stage(slo, "info", "silent", 1, "3d", "6h", 15),
                stage(slo, "warning", "none", 3, "1d", "2h", 15),
            ],
        ),
    ]


RECORDS = Group(
    "slo-records",
    "What misses the objectives",
    "30s",
    [bad(slo, window) for slo in SLO for window in WINDOWS],
)
GROUP = Group(
    "slo",
    "Objectives",
    "30s",
    [*alerts("ttft", "TimeToFirstToken"), *alerts("itl", "InterToken"), *alerts("errors", "Error")],
)
# When the proof's alerts fire, in minutes: well for an hour, ten times the budget for three, a hundred times for one.
PHASES = (60, 180, 60, 400)
FIRING = {
    "Burns": {
        59: "",
        145: "",
        160: "warning",
        239: "warning",
        241: "warning",
        250: "critical warning",
        310: "warning",
        340: "",
    },
    "Drains": {59: "", 80: "", 90: "info", 110: "info warning", 299: "info warning", 435: "info", 675: ""},
}
