"""Every query that the project ships: of the panels, of the rules, of the documents; as Prometheus can be asked it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DASHBOARDS = sorted((ROOT / "deploy" / "grafana" / "dashboards").glob("*.json"))
VARIABLE = re.compile(r"\$\{?([a-zA-Z_]\w*)(?::\w+)?\}?")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
NAME = re.compile(r"(?<![\w:$.])[a-zA-Z_:][\w:]*")
# What stands where a metric's name could, in the queries that we have.
WORDS = {
    *("by", "without", "on", "ignoring", "group_left", "group_right", "and", "or", "unless", "bool", "offset"),
    *("inf", "nan", "atan2", "start", "end"),
}
GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^()]*)\)")
MATCHERS = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True)
class Asked:
    where: str
    """Like `dynamo: Requests per second A`."""
    expr: str
    """As it is written, with Grafana's variables."""
    unit: str = ""

    def plain(self, window: str, span: str) -> str:
        """With everything chosen in each variable, `window` for a rate and `span` for the range that is shown."""
        given = {"__rate_interval": window, "__interval": window, "__range": span, "__auto": window}
        return VARIABLE.sub(lambda match: given.get(match[1], ".*"), self.expr)


def panels(board: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for panel in board["panels"]:
        if panel["type"] != "row":
            yield panel


def of_dashboards() -> Iterator[Asked]:
    """All of them but those to Loki."""
    for path in DASHBOARDS:
        board = json.loads(path.read_text())
        for panel in panels(board):
            for target in panel["targets"]:
                if target["datasource"]["type"] == "prometheus":
                    unit = panel["fieldConfig"]["defaults"].get("unit", "")
                    yield Asked(f"{path.stem}: {panel['title']} {target['refId']}", target["expr"], unit)


def of_documents() -> Iterator[Asked]:
    """What stands in ```promql blocks: one query each, over as many lines as it needs; an empty line between two."""
    for path in sorted((ROOT / "docs").rglob("*.md")):
        for block in re.findall(r"^```promql\n(.*?)^```", path.read_text(), re.M | re.S):
            for query in re.split(r"\n\s*\n", block):
                told = "\n".join(line for line in query.splitlines() if not line.lstrip().startswith("#")).strip()
                if told:
                    yield Asked(f"{path.name}: {told.splitlines()[0][:60]}", told)


def metrics(expr: str) -> set[str]:
    """The names of the metrics that a query reads."""
    bare = GROUPING.sub(" ", STRING.sub('""', VARIABLE.sub("x", expr)))
    bare = re.sub(r"\[[^\]]*\]", " ", re.sub(r"\boffset\s+-?\w+", " ", bare))
    found = set()
    for match in NAME.finditer(MATCHERS.sub(lambda braces: "{}", bare)):
        after = bare_after(MATCHERS.sub(lambda braces: "{}", bare), match.end())
        if match[0] not in WORDS and after != "(" and not re.fullmatch(r"[eE]\d+|\d.*", match[0]):
            found.add(match[0])
    return found


def bare_after(text: str, at: int) -> str:
    return text[at:].lstrip()[:1]
