#!/usr/bin/env python3
"""The hooks alone: what they make of messages that are late, lost, doubled, foreign or broken."""

from __future__ import annotations

import json
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "deploy" / "hooks"), str(ROOT / "Tests")]
from alerts import Firing, serve  # noqa: E402
from tap import finish, test  # noqa: E402


def alert(action: str, key: str = "1", status: str = "firing", **labels: str) -> dict[str, object]:
    return {"status": status, "fingerprint": key, "labels": {"action": action, **labels}}


def message(*alerts: dict[str, object]) -> dict[str, object]:
    return {"version": "4", "alerts": list(alerts)}


def stages(*messages: object, **options: object) -> list[str]:
    """What is told of these messages, one after the other."""
    told: list[str] = []
    firing = Firing(told.append, **options)  # type: ignore[arg-type]
    for each in messages:
        firing.take(each)
    return told


def is_told(title: str, told: list[str], expected: list[str]) -> None:
    test(title, [f"{told}, not {expected}"] if told != expected else [])


over = alert("degrade", status="resolved")
is_told("a stage is told once, however often its alert is", stages(*[message(alert("degrade"))] * 3), ["degrade"])
is_told("the end is told", stages(message(alert("degrade")), message(over)), ["degrade", "well"])
is_told(
    "the worst of several counts, and what remains of them",
    stages(message(alert("degrade"), alert("break", "2")), message(alert("break", "2", "resolved"))),
    ["break", "degrade"],
)
is_told("an end without a beginning is nothing", stages(message(over)), [])
is_told("silent alerts and those without an action change nothing", stages(message(alert("silent"), alert("none"))), [])
is_told(
    "only the wanted alerts count",
    stages(message(alert("break", model="a")), wanted=lambda labels: labels.get("model") == "b"),
    [],
)
is_told("what is no message is ignored", stages(None, [], {"alerts": 7}, {"alerts": [None, 7, {"labels": 7}]}), [])

told: list[str] = []
brief = Firing(told.append, forget=0.05)
brief.take(message(alert("break")))
time.sleep(0.06)  # no condition to wait for: what is tested is that nothing was said for so long
brief.settle()
is_told("what is not said again is over", told, ["break", "well"])

attempts: list[str] = []


def fails_once(stage: str) -> None:
    attempts.append(stage)
    if len(attempts) == 1:
        raise OSError("the frontend does not answer")


server = serve(Firing(fails_once), "127.0.0.1", 0)
url = f"http://127.0.0.1:{server.server_address[1]}/alerts"


def post(body: bytes) -> int:
    try:
        with urllib.request.urlopen(url, body, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


firing = json.dumps(message(alert("degrade"))).encode()
codes = [post(b"{"), post(firing), post(firing), post(firing)]
test(
    "a broken body is 400, a reaction that fails 503, so that it is sent again",
    [codes] if codes != [400, 503, 200, 200] else [],
)
is_told("and it is tried again until it succeeds", attempts, ["degrade", "degrade"])
server.shutdown()
finish()
