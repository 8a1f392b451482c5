#!/usr/bin/env python3
"""The live stack: every query that we ship is executed and shows data; the main values are what the load generator saw.

Against two Prometheus at once, which scrape the same processes: this system's with classic histograms, and the newest
that can be had, which keeps native ones only. STACK_SECONDS says for how long the load runs, 50 when not set; with
STACK_RESULTS the answers to the queries of the dashboards are kept in that folder, for pictures.
"""

from __future__ import annotations

import bisect
import json
import math
import os
import re
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bounds import SECONDS
from load import Load, Seen
from queries import Asked, metrics, of_dashboards, of_documents
from servers import ROOT
from stack import INTERVAL, Prometheus, programs, world
from story import fetch, finish, skip, test

LASTS = float(os.environ.get("STACK_SECONDS") or 50)
WINDOW = "20s"
SPAN = f"{max(30, int(LASTS) - 10)}s"
QUIET = {
    "SourceHung": "no source hangs here",
    "CapReached": "no source brings too much here",
    "SLOBoundMissing": "each objective is a bound of its histogram",
}
"""Alerts about what does not exist while all is well, and why; what they read has to exist all the same."""
RULES = ROOT / "deploy" / "prometheus" / "rules"


def numbers(server: Prometheus, expr: str, at: float | None = None) -> list[float]:
    """The values that a query gives, NaN left out; for a histogram how much it counted."""
    told = []
    for entry in ask(server, expr, at):
        value = entry["value"][1] if "value" in entry else entry["histogram"][1]["count"]
        if not math.isnan(float(value)):
            told.append(float(value))
    return told


def ask(server: Prometheus, expr: str, at: float | None = None) -> list[dict[str, Any]]:
    when = f"&time={at:.3f}" if at else ""
    try:
        answer = json.loads(fetch(f"{server.url}/api/v1/query?query={urllib.parse.quote(expr)}{when}"))
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{expr}: {error.read().decode()}") from None
    result = answer["data"]["result"]
    return result if answer["data"]["resultType"] == "vector" else [{"value": result}]


def shows(server: Prometheus, all_asked: list[Asked]) -> Iterator[str]:
    """What is wrong with what queries show now."""
    for asked in all_asked:
        expr = asked.plain(WINDOW, SPAN)
        try:
            found = numbers(server, expr)
            if not found and " offset " in expr:  # yesterday has no data here: the same query without
                found = numbers(server, re.sub(r"\boffset \w+", "", expr))
        except AssertionError as error:
            yield f"{asked.where}: {error}"
            continue
        if not found:
            yield f"{asked.where} shows nothing: {expr}"
        if asked.unit and any(value < 0 for value in found):
            yield f"{asked.where} shows {min(found)}: {expr}"
        if asked.unit == "percentunit" and any(value > 1.0001 for value in found):
            yield f"{asked.where} shows {max(found)} of 1: {expr}"


def variables(server: Prometheus) -> Iterator[str]:
    """Each variable of a dashboard has something to choose."""
    for path in sorted((ROOT / "deploy" / "grafana" / "dashboards").glob("*.json")):
        for variable in json.loads(path.read_text())["templating"]["list"]:
            if variable["type"] == "query" and variable["datasource"]["type"] == "prometheus":
                metric, _, label = variable["query"]["query"].removeprefix("label_values(")[:-1].rpartition(", ")
                if not any(label in entry["metric"] for entry in ask(server, metric)):
                    yield f"{path.stem}: ${variable['name']} has nothing to choose from"


def needs_buckets(rules: list[dict[str, Any]]) -> set[str]:
    """The rules that read classic buckets, or what such rules record."""
    found: set[str] = set()
    while True:
        more = {
            rule["name"]
            for rule in rules
            if any(name in found or name.endswith("_bucket") for name in metrics(rule["query"]))
        }
        if more <= found:
            return found
        found |= more


def without_limits(query: str) -> str:
    """An alert's query as long as its limits are left out of it: what it is about. Yesterday has no data here."""
    quoted = re.split(r'("(?:[^"\\]|\\.)*")', re.sub(r"\boffset \w+", "", query))
    for at in range(0, len(quoted), 2):
        quoted[at] = re.sub(r"(?<![=!~{,])(?:[<>]=?|==|!=)\s*(?:bool\s+)?-?[\d.]+(?:e[-+]?\d+)?", "", quoted[at])
    return re.sub(r"\babsent(?:_over_time)?\(", "(", "".join(quoted))


def of_rules(server: Prometheus, may_be_empty: bool) -> Iterator[str]:
    """Recording rules record, alerts can be evaluated, and what they read exists.

    Rules that read classic buckets may be empty where there are none; they are still evaluated.
    """
    groups = json.loads(fetch(f"{server.url}/api/v1/rules"))["data"]["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    if RULES.exists() and not rules:
        yield "no rule was read"
    excused = needs_buckets(rules) if may_be_empty else set()
    for rule in rules:
        if rule["health"] != "ok":
            yield f"{rule['name']} is {rule['health']}: {rule.get('lastError', '')}"
        if rule["type"] == "recording" and rule["name"] not in excused and not ask(server, rule["name"]):
            yield f"{rule['name']} records nothing: {rule['query']}"
        if rule["type"] == "alerting" and rule["name"] not in excused:
            bare = without_limits(rule["query"])
            if not ask(server, bare) and rule["name"] not in QUIET:
                yield f"{rule['name']} is about nothing that is here: {bare}"
        if rule["type"] == "alerting":
            yield from (
                f"{rule['name']} reads {name}, which nothing here has"
                for name in sorted(metrics(rule["query"]) - excused)
                if not ask(server, f'{{__name__="{name}"}}') and not native_has(server, name)
            )


def only_native(server: Prometheus) -> Iterator[str]:
    """Without this the second run could be the first one again."""
    for entry in ask(server, 'count by (__name__) ({__name__=~".+_bucket", job!="prometheus"})'):
        yield f"{entry['metric']['__name__']} is there"
    if not any("histogram" in entry for entry in ask(server, "dynamo_frontend_time_to_first_token_seconds")):
        yield "no native histogram is there"


def finds_alertmanager(server: Prometheus, address: str) -> Iterator[str]:
    found = json.loads(fetch(f"{server.url}/api/v1/alertmanagers"))["data"]["activeAlertmanagers"]
    if not any(address in each["url"] for each in found):
        yield f"Prometheus {server.version} sends its alerts to {found}"


def native_has(server: Prometheus, name: str) -> bool:
    """A classic name whose histogram is here under its own name, with native buckets."""
    base = next((name.removesuffix(end) for end in ("_bucket", "_sum", "_count") if name.endswith(end)), "")
    return bool(base and ask(server, f'{{__name__="{base}"}}'))


def bucket(value: float) -> int:
    return bisect.bisect_left(SECONDS, value)


def quantiles(server: Prometheus, load: Load, at: float) -> Iterator[str]:
    """Each quantile lies in the bucket in which the client's own lies, or the next: its clock stops later."""
    good = [seen for seen in load.seen if seen.outcome == "success"]
    measured: dict[str, list[float]] = {
        "time_to_first_token_seconds": [seen.first for seen in good],
        "inter_token_latency_seconds": [gap for seen in good for gap in seen.gaps],
        "request_duration_seconds": [seen.duration for seen in good],
    }
    by_name = {asked.where: asked for asked in of_dashboards()}
    titles = ("Time to first token", "Time between tokens", "Request duration")
    for title, (name, values) in zip(titles, measured.items()):
        values.sort()
        for letter, q in (("A", 0.5), ("B", 0.9), ("C", 0.99)):
            own = values[min(len(values) - 1, int(q * len(values)))]
            expr = by_name[f"dynamo: {title} {letter}"].plain(f"{int(LASTS) + 20}s", SPAN)
            (shown,) = numbers(server, expr, at) or [math.nan]
            if not abs(bucket(shown) - bucket(own)) <= 1:
                yield f"{name} p{100 * q:g}: {shown} s, the client saw {own} s"


def totals(server: Prometheus, seen: list[Seen]) -> Iterator[str]:
    """After the load has ended each request is counted once, by its outcome."""
    shown = server.by("error_type", "sum by (error_type) (dynamo_frontend_requests_total)")
    for outcome in ("success", "validation", "internal"):
        sent = sum(each.outcome == outcome for each in seen)
        counted = shown.get("" if outcome == "success" else outcome, 0)
        if counted != sent:
            yield f"{counted:g} requests ended in {outcome}, the client saw {sent}"
    tokens = sum(1 + len(each.gaps) for each in seen if each.outcome == "success")
    counted = server.number("sum(dynamo_frontend_output_tokens_total)")
    if counted != tokens:
        yield f"{counted:g} tokens, the client saw {tokens}"


def steady(server: Prometheus, load: Load, at: float) -> list[str]:
    window = max(20, int(LASTS) - 15)
    (shown,) = numbers(server, f"sum(rate(dynamo_frontend_requests_total[{window}s]))", at) or [0]
    sent = sum(at - window < seen.ended <= at for seen in load.seen) / window
    return [] if abs(shown - sent) <= 0.05 * sent else [f"{shown:.2f} requests per second, the client saw {sent:.2f}"]


def keep(server: Prometheus, folder: Path, ended: float) -> None:
    """The answers to the panels' queries over the run."""
    folder.mkdir(parents=True, exist_ok=True)
    told: dict[str, Any] = {}
    for asked in of_dashboards():
        given = {"query": asked.plain(WINDOW, SPAN), "start": ended - LASTS + 15, "end": ended, "step": INTERVAL}
        answer = json.loads(fetch(f"{server.url}/api/v1/query_range?{urllib.parse.urlencode(given)}"))
        told[asked.where] = answer["data"]["result"]
    (folder / "panels.json").write_text(json.dumps({"prometheus": server.version, "answers": told}))


def newest() -> Path | None:
    """A Prometheus that keeps nothing but native histograms, whatever a page has: 3.0 or newer."""
    found = subprocess.run(
        ["bash", ROOT / "scripts" / "debian.sh", "prometheus", "sid"], capture_output=True, text=True
    )
    return Path(found.stdout.strip()) if not found.returncode else None


def main() -> None:
    title = "the live stack"
    found, native = programs(title), newest()
    if not found:
        finish()
        return
    if not native:
        skip("the live stack with native histograms", "Debian sid's Prometheus cannot be had here")
    panels, documents = list(of_dashboards()), list(of_documents())
    with tempfile.TemporaryDirectory() as folder, world(found, native, Path(folder)) as here:
        time.sleep(LASTS)  # the load's own length: what is measured is a rate
        classic = here.prometheus[0]
        checks: list[tuple[str, Callable[[Prometheus], Any]]] = [
            (f"the {len(panels)} queries of the panels show data", lambda server: shows(server, panels)),
            (f"the {len(documents)} queries of the documents show data", lambda server: shows(server, documents)),
            ("variables have values", variables),
            ("rules record, and alerts read what exists", lambda server: of_rules(server, server is not classic)),
        ]
        for server in here.prometheus:
            how = "native" if server is not classic else "classic"
            if how == "native":  # a document may show classic buckets; a panel may not depend on them
                documents = [asked for asked in documents if "_bucket" not in asked.expr or " or " in asked.expr]
                checks[1] = (f"the {len(documents)} queries of the documents show data", checks[1][1])
                test("nothing but native histograms is kept", only_native(server))
            test(f"alerts go to Alertmanager ({how})", finds_alertmanager(server, here.alertmanager.address))
            for what, check in checks:
                test(f"{what} ({how} histograms, Prometheus {server.version})", check(server))
        ended = time.time()
        time.sleep(INTERVAL)
        for server in here.prometheus:
            test(
                f"the rate of requests is the client's, within 5 % ({server.version})", steady(server, here.load, ended)
            )
        here.load.close()
        time.sleep(2 * INTERVAL + 1)  # two scrapes more
        for server in here.prometheus:
            test(
                f"quantiles are the client's, within a bucket ({server.version})",
                quantiles(server, here.load, time.time()),
            )
            test(f"each request and each token was counted once ({server.version})", totals(server, here.load.seen))
            test(f"Prometheus {server.version} has nothing against the pages", server.against())
        if kept := os.environ.get("STACK_RESULTS"):
            keep(classic, Path(kept), ended)
    finish()


if __name__ == "__main__":
    main()
