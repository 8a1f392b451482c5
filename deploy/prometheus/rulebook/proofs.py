"""Of each alert, a test for promtool: it fires past its marks, not before its time, and ends when all is well again."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence

from . import slo
from .book import Alert, Given, Group, Record, rules_of


def values(given: Given, lead: int, phases: tuple[int, int, int, int]) -> str:
    """A sample a minute: well, past the warning mark, past the critical one, well again."""
    levels = (given.well, given.warning, given.critical, given.well)
    lengths = (lead + phases[0], *phases[1:])
    told, last, minute = [], 0.0, 0
    for level, length in zip(levels, lengths):
        if math.isnan(level):
            told.append("stale" + (f" _x{length - 1}" if length > 1 else ""))
        elif given.clock:
            step = 60 if level else 0
            last = minute * 60.0 if level else last
            told.append(f"{last:.12g}+{step}x{length - 1}")
            last += step * (length - 1)
        elif given.counts:
            told.append(f"{last + level:.12g}+{level:.12g}x{length - 1}")
            last += level * length
        else:
            told.append(f"{level:.12g}+0x{length - 1}")
        minute += length
    return " ".join(told)


def firing(alert: Alert) -> tuple[tuple[int, int, int, int], dict[int, set[str]]]:
    """How long the phases are, and which severities fire at which minute."""
    if alert.steps:
        told = slo.FIRING["Burns" if alert.name.endswith("Burns") else "Drains"]
        return slo.PHASES, {minute: set(text.split()) for minute, text in told.items()}
    stages = alert.stages()
    waits = {stage.severity: stage.minutes for stage in stages}
    length = max(waits.values()) + alert.window + 4
    begin = alert.lead + length
    at_once = {stage.severity for stage in stages if stage.severity != "critical"}
    if alert.together or len({stage.expr for stage in stages}) == 1:
        at_once = set(waits)
    expected: dict[int, set[str]] = {begin - 1: set()}
    for severity in at_once:  # not before its time, whatever has come before
        if wait := waits[severity]:
            expected[begin + wait - 1] = {other for other in at_once if waits[other] < wait}
    # Between its time and its window an alert may fire or not: only what is certain is asked.
    if len(at_once) > 1:
        expected = {at: told for at, told in expected.items() if not told or alert.window <= 1}
    expected[begin + length - 1] = at_once
    if "critical" in waits and waits["critical"] and "critical" not in at_once:
        expected[begin + length + waits["critical"] - 1] = at_once
    expected[begin + 2 * length - 1] = set(waits)
    expected[begin + 2 * length + alert.window + 1] = set()
    return (length, length, length, alert.window + 4), expected


def test_of(alert: Alert) -> dict[str, object]:
    phases, expected = firing(alert)
    ask = f'count by (severity) (ALERTS{{alertname="{alert.name}", alertstate="firing"}})'
    return {
        "name": alert.name,
        "interval": "1m",
        "input_series": [
            {"series": given.selector, "values": values(given, alert.lead, phases)} for given in alert.proof
        ],
        "promql_expr_test": [
            {
                "expr": ask,
                "eval_time": f"{minute}m",
                "exp_samples": [{"labels": f'{{severity="{each}"}}', "value": 1} for each in sorted(severities)],
            }
            for minute, severities in sorted(expected.items())
        ],
    }


def texts_of(alert: Alert, rule_file: str) -> str:
    """A test that fails, and by that shows what fires when all of it does."""
    told = test_of(alert)
    _, expected = firing(alert)
    at = max(expected, key=lambda minute: (len(expected[minute]), minute))
    del told["promql_expr_test"]
    told["alert_rule_test"] = [{"eval_time": f"{at}m", "alertname": alert.name, "exp_alerts": []}]
    return json.dumps({"rule_files": [rule_file], "evaluation_interval": "1m", "tests": [told]})


def alone(alert: Alert, records: Sequence[Record]) -> str:
    """A rule file with this alert and the recordings that it reads, in the words of the shipped ones."""
    needed: list[Record] = []
    texts = [stage.expr for stage in alert.stages()]
    for record in reversed(records):
        if any(re.search(rf"(?<![\w:]){record.name}(?![\w:])", text) for text in texts):
            needed.insert(0, record)
            texts.append(record.expr)
    return "groups:\n" + "\n".join(rules_of(Group("proof", "", "1m", [*needed, alert]), "  ")) + "\n"


def tests_of(alert: Alert, rule_file: str) -> str:
    """JSON, which is YAML too."""
    return json.dumps({"rule_files": [rule_file], "evaluation_interval": "1m", "tests": [test_of(alert)]}, indent=1)
