#!/usr/bin/env python3
"""Writes the dashboards of boards/ into dashboards/, as Grafana reads them, and docs/dashboards.md, which lists them.

generate.py                                writes what has changed, and takes away what is no longer made
generate.py --check                        writes nothing; status 1 and the names of stale files
generate.py --frontend-prefix P --out DIR  dashboards for frontends that run with DYN_METRICS_PREFIX=P
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))
from panels import Board, dashboard  # noqa: E402

# In the order of the list.
NAMES = ("dynamo", "engines", "kvbm", "dcgm", "node", "dynmetrics", "operator", "planner", "failover", "xpu", "logs")
FILES = {"operator": "dynamo-operator", "dcgm": "dcgm-metrics", "planner": "dynamo-planner"}
UPSTREAM = HERE / "upstream.txt"


def boards() -> dict[str, Board]:
    return {name: importlib.import_module(f"boards.{name}").BOARD for name in NAMES}


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


INTRODUCTION = """\
# Dashboards

Made by `python3 deploy/grafana/generate.py` out of `deploy/grafana/boards`, for Grafana 10.1 or newer; this page too.
A test fails when one of them is stale, or shows nothing on the live stack.

- **Windows** are `$__rate_interval`, four scrapes or more; set the scrape interval in the data source.
- **Histograms** are asked for as `classic or native`, so a panel works with classic buckets and with
  [native ones](native-histograms.md), after a change between them too. Where both are kept the classic ones show.
- **Marks** are the limits of the alerts, from the same file.
- **Variables**: all are chosen at first. A frontend whose series carry no `dynamo_namespace` shows in every namespace.
- A frontend that runs with another `DYN_METRICS_PREFIX`: `generate.py --frontend-prefix PREFIX --out DIR`.
"""
PICTURES = """\
The five rows as they looked on the live stack, in four minutes of ten requests per second. They are drawn by matplotlib
(`scripts/pictures.py`) from what Prometheus answered to the panels' queries, and are no screenshots of Grafana. Panels
of sources that cannot run there say that they are replayed. [Arrival](pictures/dynamo-1.png),
[routing](pictures/dynamo-2.png), [workers](pictures/dynamo-3.png), [tokens](pictures/dynamo-4.png),
[resources](pictures/dynamo-5.png).

![Arrival at the frontend](pictures/dynamo-1.png)
"""
UPSTREAM_PANELS = """\
## Where NVIDIA Dynamo's panels are

Each panel of the dashboards that came with Dynamo in April and August 2026. What is mended in all of them: averages
are those of the window instead of those since the process began, counters are shown as rates, windows fit the scrape
interval, quantiles are taken over all instances, DCGM's per-second fields are not rated again, units are base units.

| theirs | ours |
|---|---|"""


def document(made: dict[str, Board]) -> str:
    lines = [INTRODUCTION]
    of: dict[str, list[str]] = {}
    for name, board in made.items():
        lines += [f"## {board.title}", "", f"`{FILES.get(name, name)}.json`. {board.help}", ""]
        lines += ["| panel | shows |", "|---|---|"]
        for row in board.rows:
            lines.append(f"| **{row.title}** | |")
            for panel in row.panels:
                lines.append(f"| {_cell(panel.title)} | {_cell(panel.help)} |")
                for stands_for in panel.upstream:
                    of.setdefault(stands_for, []).append(f"{board.title}: {panel.title}")
        lines.append("")
        if name == "dynamo":
            lines.append(PICTURES)
    lines.append(UPSTREAM_PANELS)
    lines += [f"| {_cell(theirs)} | {_cell('; '.join(of.get(theirs, ['none'])))} |" for theirs in upstream()]
    return "\n".join(lines) + "\n"


def upstream() -> list[str]:
    return [line for line in UPSTREAM.read_text().splitlines() if line and not line.startswith("#")]


def files(prefix: str = "dynamo_frontend") -> dict[str, str]:
    """Name and text of every dashboard."""
    told = {}
    for name, board in boards().items():
        text = json.dumps(dashboard(board), indent=1, ensure_ascii=False) + "\n"
        told[f"{FILES.get(name, name)}.json"] = text.replace("dynamo_frontend_", f"{prefix}_")
    return told


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true")
    arguments.add_argument("--frontend-prefix", default="dynamo_frontend")
    arguments.add_argument("--out", type=Path)
    given = arguments.parse_args()
    folder: Path = given.out or HERE / "dashboards"
    wanted = {folder / name: text for name, text in files(given.frontend_prefix).items()}
    if not given.out:
        wanted[ROOT / "docs" / "dashboards.md"] = document(boards())
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    gone = [] if given.out else [path for path in folder.glob("*.json") if path not in wanted]
    if given.check:
        print("\n".join(f"stale: {path.relative_to(ROOT)}" for path in [*stale, *gone]))
        return 1 if stale or gone else 0
    folder.mkdir(parents=True, exist_ok=True)
    for path in stale:
        path.write_text(wanted[path])
    for path in gone:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
