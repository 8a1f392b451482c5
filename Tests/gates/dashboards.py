#!/usr/bin/env python3
"""What the dashboards have to be before anyone looks at them: fresh, whole, in Grafana's shape, free of known faults.

Whether they show anything is the stack test's question (Tests/stack). With grafana-foundation-sdk in this interpreter
each dashboard also goes through Grafana's own models and has to come back as it was; with promtool each query is read.
"""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "Tests"), str(ROOT / "Tests" / "stack"), str(ROOT / "deploy" / "grafana")]
sys.dont_write_bytecode = True

import generate  # noqa: E402
from queries import DASHBOARDS, VARIABLE, of_dashboards, panels  # noqa: E402
from tap import finish, skip, test  # noqa: E402
from thresholds import marks  # noqa: E402

BOARDS: dict[str, dict[str, Any]] = {path.stem: json.loads(path.read_text()) for path in DASHBOARDS}
WINDOWS = {"$__rate_interval", "$__range", "$__auto"}
CUMULATIVE = re.compile(r"(\w+\()?(\b[\w:]+_(?:total|sum|count|bucket))\b(?:\{[^{}]*\})?(\[)?")
COUNTED = re.compile(r"count by \([\w, ]*\) \([\w:]+(?:\{[^{}]*\})?\)")  # how many series there are
SNAPSHOTS = ("dynamo_operator_resources_total", "kube_pod_container_status_restarts_total")


def fresh() -> list[str]:
    """Against the generator's own answer; a dashboard that it does not make is stale too."""
    told = subprocess.run(
        [sys.executable, ROOT / "deploy" / "grafana" / "generate.py", "--check"], capture_output=True, text=True
    )
    return (told.stdout + told.stderr).split("\n")[:-1] if told.returncode else []


def counterparts() -> Iterator[str]:
    shown = {
        of
        for board in generate.boards().values()
        for row in board.rows
        for panel in row.panels
        for of in panel.upstream
    }
    known = generate.upstream()
    yield from (f"no panel stands for {one}" for one in known if one not in shown)
    yield from (f"upstream has no panel {one}" for one in sorted(shown - set(known)))
    if len(known) < 129:
        yield f"{len(known)} panels of upstream are listed, there were 129"


def ids() -> Iterator[str]:
    uids = [board["uid"] for board in BOARDS.values()]
    if len(set(uids)) < len(uids):
        yield f"dashboards share a uid: {sorted(uids)}"
    for name, board in BOARDS.items():
        numbers = [panel["id"] for panel in board["panels"]]
        if len(set(numbers)) < len(numbers):
            yield f"{name}: panels share an id"
        titles = [panel["title"] for panel in panels(board)]
        yield from (f"{name}: two panels are called {title}" for title in set(titles) if titles.count(title) > 1)
        for panel in panels(board):
            letters = [target["refId"] for target in panel["targets"]]
            if len(set(letters)) < len(letters) or any(not "A" <= letter <= "Z" for letter in letters):
                yield f"{name}: {panel['title']} has refIds {letters}"


def places() -> Iterator[str]:
    for name, board in BOARDS.items():
        for panel in board["panels"]:
            at = panel["gridPos"]
            if at["x"] < 0 or at["x"] + at["w"] > 24 or at["w"] < 1 or at["h"] < 1:
                yield f"{name}: {panel['title']} does not fit: {at}"
        for one, other in itertools.combinations(board["panels"], 2):
            a, b = one["gridPos"], other["gridPos"]
            if (
                a["x"] < b["x"] + b["w"]
                and b["x"] < a["x"] + a["w"]
                and a["y"] < b["y"] + b["h"]
                and b["y"] < a["y"] + a["h"]
            ):
                yield f"{name}: {one['title']} lies over {other['title']}"


def told() -> Iterator[str]:
    for name, board in BOARDS.items():
        for panel in panels(board):
            if not panel["description"].strip():
                yield f"{name}: {panel['title']} has no description"
            if panel["type"] != "logs" and not panel["fieldConfig"]["defaults"].get("unit"):
                yield f"{name}: {panel['title']} has no unit"
            if not panel["targets"]:
                yield f"{name}: {panel['title']} asks nothing"
            yield from (
                f"{name}: {panel['title']} has an empty query" for each in panel["targets"] if not each["expr"].strip()
            )
            sources = [panel["datasource"], *(target["datasource"] for target in panel["targets"])]
            if any(source["uid"] != "${datasource}" for source in sources):
                yield f"{name}: {panel['title']} is bound to one data source"


def variables() -> Iterator[str]:
    for name, board in BOARDS.items():
        defined = {variable["name"] for variable in board["templating"]["list"]}
        used: set[str] = set()
        for panel in panels(board):
            for target in panel["targets"]:
                used |= set(VARIABLE.findall(target["expr"]))
        used = {each for each in used if not each.startswith("__")}
        yield from (f"{name}: ${each} is not defined" for each in sorted(used - defined))
        yield from (f"{name}: ${each} changes nothing" for each in sorted(defined - used - {"datasource"}))


def faults() -> Iterator[str]:
    """Lifetime averages, fixed windows, quantiles of one instance's buckets: what upstream's dashboards had."""
    for asked in of_dashboards():
        yield from (
            f"{asked.where}: [{window}] fits only one scrape interval"
            for window in re.findall(r"\[([^\]]*)\]", asked.expr)
            if window not in WINDOWS
        )
        yield from (
            f"{asked.where}: {name} as it is says only how long the process has run"
            for _, name, window in CUMULATIVE.findall(COUNTED.sub("", asked.expr))
            if not window and name not in SNAPSHOTS and not name.startswith("histogram_")
        )
        if "histogram_quantile" in asked.expr and not re.search(r"by \((?:[\w, ]+, )?le\)", asked.expr):
            yield f"{asked.where}: a quantile without `by (le)`"
        if re.search(r"rate\(DCGM_", asked.expr):
            yield f"{asked.where}: DCGM's fields are no counters"
        if "histogram_quantile" in asked.expr and " or " not in asked.expr:
            yield f"{asked.where}: empty with native histograms"


def limits() -> Iterator[str]:
    for name, board in generate.boards().items():
        made = {panel["title"]: panel for panel in panels(BOARDS[generate.FILES.get(name, name)])}
        for row in board.rows:
            for panel in row.panels:
                steps = made[panel.title]["fieldConfig"]["defaults"].get("thresholds", {}).get("steps", [])
                shown = sorted(step["value"] for step in steps if step["value"] is not None)
                wanted = sorted(each for each in marks(panel.mark) if each is not None)
                if shown != wanted:
                    yield f"{name}: {panel.title} is marked at {shown}, its alerts at {wanted}"


def renamed() -> Iterator[str]:
    """The same dashboards for frontends with another prefix: nothing left of the old one, nothing else changed."""
    usual, other = generate.files(), generate.files("nim")
    for name, text in other.items():
        if "dynamo_frontend_" in text:
            yield f"{name} still names dynamo_frontend_"
        if text.replace("nim_", "dynamo_frontend_") != usual[name]:
            yield f"{name} differs in more than the prefix"
    if "nim_requests_total" not in other["dynamo.json"]:
        yield "dynamo.json does not ask for nim_requests_total"


def lost(before: Any, after: Any, at: str = "") -> Iterator[str]:
    """What Grafana's models did not give back."""
    if isinstance(before, dict):
        for key, value in before.items():
            if not isinstance(after, dict) or key not in after:
                # The models leave a null out, and a list or an object that is empty.
                if value not in (None, [], {}):
                    yield f"{at}/{key} is not in Grafana's schema"
            else:
                yield from lost(value, after[key], f"{at}/{key}")
    elif isinstance(before, list):
        if not isinstance(after, list) or len(before) != len(after):
            yield f"{at}: {len(before)} entries became {after}"
        else:
            for number, (one, other) in enumerate(zip(before, after)):
                yield from lost(one, other, f"{at}/{number}")
    elif before != after:
        yield f"{at}: {before!r} became {after!r}"


def schema() -> Iterator[str]:
    from grafana_foundation_sdk.cog.encoder import JSONEncoder
    from grafana_foundation_sdk.models.dashboard import Dashboard

    for name, board in BOARDS.items():
        try:
            back = json.loads(JSONEncoder().encode(Dashboard.from_json(board)))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            yield f"{name}: {error!r}"
            continue
        yield from (f"{name}{each}" for each in lost(board, back))


def parsed(promtool: Path) -> list[str]:
    """promtool reads each query as a rule's."""
    rules = [{"record": f"q:{number}", "expr": asked.plain("1m", "1h")} for number, asked in enumerate(of_dashboards())]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rules.json"  # JSON is YAML
        file.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
        done = subprocess.run([promtool, "check", "rules", "--lint=none", file], capture_output=True, text=True)
    return (done.stdout + done.stderr).splitlines() if done.returncode else []


def main() -> None:
    test("the dashboards are what the generator makes", fresh())
    test("each panel of upstream's dashboards has its counterpart", counterparts())
    test("ids, titles and letters of queries are each given once", ids())
    test("panels lie side by side", places())
    test("each panel says what it shows, in which unit, and asks the chosen data source", told())
    test("each variable is defined, and does something", variables())
    test("no query has a fault that upstream's had", faults())
    test("panels are marked where their alerts begin", limits())
    test("a frontend with another prefix has its own dashboards", renamed())
    title = "each dashboard goes through Grafana's models unchanged"
    try:
        import grafana_foundation_sdk  # noqa: F401
    except ImportError:
        skip(title, "grafana-foundation-sdk is not installed")
    else:
        test(title, schema())
    title = "promtool can read each query"
    found = subprocess.run(["bash", ROOT / "scripts" / "debian.sh", "prometheus"], capture_output=True, text=True)
    if found.returncode:
        skip(title, found.stderr.strip())
    else:
        test(title, parsed(Path(found.stdout.strip()) / "promtool"))
    finish()


if __name__ == "__main__":
    main()
