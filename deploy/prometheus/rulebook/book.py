"""What a recording rule, an alert and its proof are, and the files that are made of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

DEPLOY = Path(__file__).resolve().parents[2]
MARKS = json.loads((DEPLOY / "thresholds.json").read_text())
RUNBOOK = "docs/runbook.md"  # where a reader of an alert finds it: give yours an address, and generate anew
SHOWN = {
    "ratio": "{{ $value | humanizePercentage }}",
    "seconds": "{{ $value | humanizeDuration }}",
    "bytes": "{{ $value | humanize1024 }}B",
    "": "{{ $value | humanize }}",
}


@dataclass(frozen=True)
class Record:
    """`level:metric:operation`, and what it stands for."""

    name: str
    expr: str


@dataclass(frozen=True)
class Given:
    """A series of a proof, and what it does while all is well, past the warning mark and past the critical one."""

    selector: str
    well: float
    warning: float
    critical: float
    counts: bool = False  # a counter: the numbers are what it grows by in a minute
    clock: bool = False  # a time stamp: 1 is now, 0 is when it last was 1


@dataclass(frozen=True)
class Stage:
    """One rule of an alert."""

    severity: str
    action: str  # what the hook does: silent, degrade, break, none
    expr: str
    minutes: int
    told: str


@dataclass(frozen=True)
class Alert:
    """One name, two marks. The rules compare `expr` with each mark, inclusively."""

    name: str
    expr: str
    mark: str
    summary: str  # one line, with {{ $labels.… }}
    means: str  # for the runbook: what a user would feel, and the usual causes
    act: str  # what to do
    proof: Sequence[Given]
    unit: str = ""
    above: bool = True
    waits: tuple[int, int] = (5, 5)  # minutes before the warning and before the critical alert fire
    sheds: bool = False  # the hook acts on it: first silent, then it degrades, then it breaks
    window: int = 6  # minutes that the expression looks back, for the proof
    lead: int = 0  # minutes of well-being that it needs before it can tell anything, for the proof
    page: bool = True  # whether the critical one is worth a page; else both are warnings

    steps: Sequence[Stage] = ()  # what it has instead of two marks
    together: bool = False  # in the proof the critical mark is passed with the warning one

    def stages(self) -> Sequence[Stage]:
        """Silent, degrade, break for one that sheds; else a warning and a critical one, without an action."""
        if self.steps:
            return self.steps
        warning, critical = MARKS[self.mark]
        first, second = self.waits
        if self.sheds:
            return [
                self._stage("info", "silent", warning, 1),
                self._stage("warning", "degrade", warning, first),
                self._stage("critical", "break", critical, second),
            ]
        stages = [self._stage("warning", "none", warning, first)]
        if self.page:
            same = warning == critical
            stages.append(self._stage("critical", "none", critical, max(second, first + 1) if same else second))
        return stages

    def _stage(self, severity: str, action: str, mark: float, minutes: int) -> Stage:
        body = self.expr.strip()
        if " and " in body or " unless " in body:
            body = f"({body})"
        told = f"It is {SHOWN[self.unit]} now; the mark is {mark:.10g}."
        return Stage(severity, action, f"{body} {'>=' if self.above else '<='} {mark:.10g}", minutes, told)


@dataclass(frozen=True)
class Group:
    name: str
    title: str
    interval: str
    rules: Sequence[Record | Alert]


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _block(key: str, expr: str, indent: str) -> list[str]:
    lines = [line.rstrip() for line in expr.strip().splitlines()]
    return [f"{indent}{key}: |-", *(f"{indent}  {line}" for line in lines)]


def rules_of(group: Group, indent: str = "") -> list[str]:
    """The lines of a group as Prometheus reads it."""
    lines = [f"- name: {group.name}", f"  interval: {group.interval}", "  rules:"]
    for rule in group.rules:
        if isinstance(rule, Record):
            lines += [f"    - record: {rule.name}", *_block("expr", rule.expr, "      ")]
            continue
        for stage in rule.stages():
            lines += [
                f"    - alert: {rule.name}",
                *_block("expr", stage.expr, "      "),
                f"      for: {stage.minutes}m",
                f"      labels: {{severity: {stage.severity}, action: {stage.action}, area: {group.name}}}",
                "      annotations:",
                f"        summary: {_text(rule.summary)}",
                f"        description: {_text(stage.told)}",
                f"        runbook_url: {RUNBOOK}#{rule.name.lower()}",
            ]
    return [indent + line for line in lines]
