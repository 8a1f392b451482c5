#!/usr/bin/env python3
"""Draws the panels of the main dashboard from what Prometheus answered on the live stack: `pictures.py RESULTS FOLDER`.

RESULTS is what `make stack-test STACK_RESULTS=…` kept. One picture for each row of the dashboard. They are drawn by
matplotlib, which has to be in this interpreter; Grafana has not seen them.
"""

from __future__ import annotations

import json
import math
import re
import sys
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests" / "stack"))
from queries import metrics  # noqa: E402

REPLAYS = (ROOT / "Tests" / "stack" / "replays").glob("*.txt")
FAMILIES = {name for path in REPLAYS for name in re.findall(r"^(?!#)\w+ ([\w:]+)", path.read_text(), re.M)}
REPLAYED = {name + end for name in FAMILIES for end in ("", "_bucket", "_sum", "_count")}
COLUMNS = 3
UNITS = {"percentunit": "0 to 1", "percent": "%", "reqps": "requests/s", "ops": "/s", "Bps": "B/s", "short": ""}
COLOURS = {"orange": "#e08000", "red": "#c00000"}


def legend(pattern: str, labels: dict[str, str]) -> str:
    return re.sub(r"\{\{(\w+)\}\}", lambda match: labels.get(match[1], ""), pattern.replace("__auto", "")).strip()


def is_replayed(expr: str) -> bool:
    return metrics(expr) <= REPLAYED


def points(series: dict[str, Any]) -> tuple[list[float], list[float]]:
    numbers = [(float(at), float(value)) for at, value in series.get("values", [])]
    kept = [(at, value) for at, value in numbers if not math.isnan(value)]
    return [at for at, _ in kept], [value for _, value in kept]


def draw(axes: Any, panel: dict[str, Any], answers: dict[str, Any], board: str) -> None:
    defaults = panel["fieldConfig"]["defaults"]
    began, highest = None, 0.0
    for target in panel["targets"]:
        for series in answers[f"{board}: {panel['title']} {target['refId']}"]:
            times, values = points(series)
            if not times:
                continue
            began = times[0] if began is None else min(began, times[0])
            highest = max(highest, *values)
            name = legend(target.get("legendFormat", ""), series["metric"])
            axes.plot([at - began for at in times], values, linewidth=1.2, label=name[-34:] or None)
    for step in defaults["thresholds"]["steps"]:
        if step["value"] is not None and step["value"] <= highest * 1.5:
            axes.axhline(step["value"], color=COLOURS.get(step["color"], "grey"), linestyle="--", linewidth=0.8)
    replayed = [is_replayed(target["expr"]) for target in panel["targets"]]
    told = " (a replayed source)" if all(replayed) else " (in part a replayed source)" if any(replayed) else ""
    axes.set_title(panel["title"] + told, fontsize=9, loc="left")
    axes.set_ylabel(UNITS.get(defaults["unit"], defaults["unit"]), fontsize=7)
    axes.tick_params(labelsize=7)
    axes.set_ylim(bottom=0, top=1.4 * highest or 1)  # with room for the names
    axes.grid(alpha=0.3)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(fontsize=5, loc="upper left", ncols=2)


def rows(board: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    title = ""
    for panel in board["panels"]:
        if panel["type"] == "row":
            title = panel["title"]
        elif panel["type"] == "timeseries":
            found.setdefault(title, []).append(panel)
    return found


def main() -> None:
    results, folder = json.loads((Path(sys.argv[1]) / "panels.json").read_text()), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    board = json.loads((ROOT / "deploy" / "grafana" / "dashboards" / "dynamo.json").read_text())
    for number, (title, panels) in enumerate(rows(board).items(), 1):
        height = math.ceil(len(panels) / COLUMNS)
        figure, grid = plt.subplots(height, COLUMNS, figsize=(13, 2.7 * height + 0.6), squeeze=False)
        for axes in grid.flat[len(panels) :]:
            axes.axis("off")
        for axes, panel in zip(grid.flat, panels):
            draw(axes, panel, results["answers"], "dynamo")
        told = f"from answers of Prometheus {results['prometheus']} on the live stack; not a screenshot of Grafana"
        figure.suptitle(f"{title}   (drawn by matplotlib {told}; seconds)", fontsize=10, x=0.01, ha="left")
        figure.tight_layout()
        figure.savefig(folder / f"dynamo-{number}.png", dpi=75)
        plt.close(figure)


if __name__ == "__main__":
    main()
