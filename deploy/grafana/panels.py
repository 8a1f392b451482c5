"""A dashboard as rows of panels, and the JSON that Grafana reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from promql import Query
from thresholds import marks

WIDE, HALF, THIRD, SMALL = 24, 12, 8, 4


@dataclass(frozen=True)
class Panel:
    title: str
    unit: str  # of Grafana's list: s, percentunit, bytes, reqps, …
    help: str
    queries: Sequence[Query | str]
    kind: str = "timeseries"
    width: int = 0  # of 24; 0: what suits the kind
    mark: str = ""  # the name of the thresholds, which are the alerts'
    upstream: Sequence[str] = ()  # the panels of upstream's dashboards that this one stands for, as in upstream.txt
    stack: bool = False
    top: float | None = None  # the highest value that makes sense


@dataclass(frozen=True)
class Row:
    title: str
    panels: Sequence[Panel]


@dataclass(frozen=True)
class Variable:
    name: str
    metric: str = ""  # label_values(metric, label)
    label: str = ""
    text: str = ""  # a text box with this in it


@dataclass(frozen=True)
class Board:
    uid: str
    title: str
    help: str
    rows: Sequence[Row]
    variables: Sequence[Variable] = ()
    datasource: str = "prometheus"
    tags: Sequence[str] = field(default_factory=tuple)


def _source(board: Board) -> dict[str, str]:
    return {"type": board.datasource, "uid": "${datasource}"}


def _variables(board: Board) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = [
        {"type": "datasource", "name": "datasource", "label": "Data source", "query": board.datasource}
    ]
    for variable in board.variables:
        name = variable.name
        if not variable.label:
            told.append({"type": "textbox", "name": name, "label": name, "query": variable.text})
            continue
        query = f"label_values({variable.metric}, {variable.label})" if variable.metric else variable.label
        told.append(
            {
                "type": "query",
                "name": name,
                "label": name.replace("_", " ").capitalize(),
                "datasource": _source(board),
                "query": {"query": query, "refId": name},
                "refresh": 2,
                "sort": 1,
                "multi": True,
                "includeAll": True,
                "allValue": ".*",
                "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
            }
        )
    return told


def _defaults(panel: Panel) -> dict[str, Any]:
    low, high = marks(panel.mark)
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    if panel.mark:
        below = low is not None and high is not None and high < low  # less is worse
        pairs = ((high, "red"), (low, "orange")) if below else ((low, "orange"), (high, "red"))
        given = [(value, colour) for value, colour in pairs if value is not None]
        if below:
            # Grafana's steps begin at a value and go up: the worst comes first.
            colours = [colour for _, colour in given] + ["green"]
            steps = [{"color": colours[0], "value": None}]
            steps += [{"color": colours[at + 1], "value": value} for at, (value, _) in enumerate(given)]
        else:
            steps += [{"color": colour, "value": value} for value, colour in given]
    defaults: dict[str, Any] = {"unit": panel.unit, "thresholds": {"mode": "absolute", "steps": steps}}
    if panel.unit in ("percentunit",) and panel.top is None:
        defaults |= {"min": 0, "max": 1}
    elif panel.top is not None:
        defaults |= {"min": 0, "max": panel.top}
    if panel.kind == "timeseries":
        custom: dict[str, Any] = {"drawStyle": "line", "fillOpacity": 10, "showPoints": "never", "spanNulls": False}
        if panel.stack:
            custom["stacking"] = {"mode": "normal", "group": "A"}
        if panel.mark:
            custom["thresholdsStyle"] = {"mode": "dashed"}
        defaults["custom"] = custom
    return defaults


def _options(panel: Panel) -> dict[str, Any]:
    if panel.kind == "timeseries":
        return {
            "legend": {
                "displayMode": "table",
                "placement": "bottom",
                "showLegend": True,
                "calcs": ["lastNotNull", "max"],
            },
            "tooltip": {"mode": "multi", "sort": "desc"},
        }
    if panel.kind == "logs":
        return {"showTime": True, "wrapLogMessage": True, "enableLogDetails": True, "sortOrder": "Descending"}
    if panel.kind == "table":
        return {"showHeader": True}
    return {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}}


def _panel(board: Board, panel: Panel, number: int, place: dict[str, int]) -> dict[str, Any]:
    told = []
    for at, query in enumerate(panel.queries):
        asked = query if isinstance(query, Query) else Query(query)
        target: dict[str, Any] = {"refId": chr(ord("A") + at), "datasource": _source(board), "expr": asked.expr}
        if board.datasource == "prometheus":
            instant = asked.instant or panel.kind in ("stat", "gauge", "table")
            target |= {"instant": instant, "range": not instant, "legendFormat": asked.legend or "__auto"}
            if panel.kind == "table":
                target["format"] = "table"
            if panel.kind == "timeseries":
                target["exemplar"] = "_bucket" in asked.expr
        else:
            target["queryType"] = "range"
        told.append(target)
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.help,
        "datasource": _source(board),
        "gridPos": place,
        "targets": told,
        "fieldConfig": {"defaults": _defaults(panel) if panel.kind != "logs" else {}, "overrides": []},
        "options": _options(panel),
    }


def _size(panel: Panel) -> tuple[int, int]:
    width = panel.width or {"stat": SMALL, "gauge": SMALL, "table": HALF, "logs": WIDE}.get(panel.kind, THIRD)
    return width, {"stat": 4, "gauge": 6, "logs": 20}.get(panel.kind, 8)


def dashboard(board: Board) -> dict[str, Any]:
    """The dashboard as Grafana's JSON. Panels fill a row of 24 columns from the left; the next begins below."""
    panels: list[dict[str, Any]] = []
    number, top = 0, 0
    for row in board.rows:
        number += 1
        place = {"x": 0, "y": top, "w": WIDE, "h": 1}
        panels.append(
            {"id": number, "type": "row", "title": row.title, "collapsed": False, "gridPos": place, "panels": []}
        )
        top, left, tallest = top + 1, 0, 0
        for panel in row.panels:
            width, height = _size(panel)
            if left + width > WIDE:
                top, left, tallest = top + tallest, 0, 0
            number += 1
            panels.append(_panel(board, panel, number, {"x": left, "y": top, "w": width, "h": height}))
            left, tallest = left + width, max(tallest, height)
        top += tallest
    return {
        "uid": board.uid,
        "title": board.title,
        "description": board.help,
        "tags": ["dynmetrics", *board.tags],
        "editable": False,
        "graphTooltip": 1,
        "refresh": "10s",
        "schemaVersion": 41,
        "time": {"from": "now-1h", "to": "now"},
        "timezone": "browser",
        "templating": {"list": _variables(board)},
        "annotations": {"list": []},
        "links": [],
        "panels": panels,
    }
