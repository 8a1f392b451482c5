#!/usr/bin/env python3
"""Pages with one fault each, which scrapers refuse or read differently, come from an engine: our page of them is whole.

Each page has a runtime and a target of its own. A real Prometheus and a real VictoriaMetrics scrape all of them: every
target is up, the good samples of every page are stored, and neither has a word to say against any.
"""

from __future__ import annotations

import contextlib
import json
import math
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import dynmetrics
from scrapers import Prometheus, Scraper, Series, VictoriaMetrics, key, on_page, sample, without_target
from servers import folder_of
from story import fetch, finish, fixtures, test, wait_until

PAGES = 95
TITLE = f"{PAGES} pages that scrapers refuse or read differently"
CONFIGURATION = """
global: {{scrape_interval: 1s, scrape_timeout: 900ms}}
scrape_configs:
  - job_name: pages
    static_configs:
{targets}
"""
TARGET = '      - {{targets: ["{target}"], labels: {{page: "{page}"}}}}'

# What is good on a page that Prometheus 3 was seen to take is what it stored then. Where we decided otherwise, and why:
DECIDED: dict[str, dict[str, float]] = {
    "dup_series_explicit_ts.prom": {'d{a="1"}': 5},  # the first series wins, timestamps leave the page
    "dup_type_diff.prom": {'d{a="1"}': 5},  # the first type wins, the later family goes
    "raw_newline_in_label.prom": {},  # a line ends at its newline: an open quote must not eat the rest of the page
    "ts_future.prom": {"d": 5},  # it dropped them for their timestamps, which leave the page
    "ts_old.prom": {"d": 5},
    "om_ts_ms_style.om": {"a": 1},
}


def plain(line: str) -> tuple[Series, float] | None:
    """A sample that nobody could have anything against; None when the line is another, or none."""
    found = sample(line)
    if not found or not line.isprintable() or math.isinf(found[1]) or "__name__" in dict(found[0][1]):
        return None
    return found


def recorded(text: str) -> tuple[Series, float]:
    """A series as it is recorded: `d{"a": "1"}=5`, its labels as JSON."""
    series, _, value = text.rpartition("=")
    name, _, labels = series.partition("{")
    return key(name.strip(), without_target(json.loads("{" + labels)) if labels else {}), float(value)


def good_samples(case: dict[str, Any], page: bytes) -> dict[Series, float]:
    """The samples of a page that have to be stored whatever else is on it; the first of each series."""
    name, before = Path(case["file"]).name, case["prometheus_3_5_3"]
    lines = page.split(b"# EOF\n")[0].decode(errors="surrogateescape").split("\n")
    if name in DECIDED:
        found = [read for text, value in DECIDED[name].items() if (read := plain(f"{text} {value}"))]
    elif before["health"] == "up":
        found = [recorded(text) for text in before["series"]]
    else:
        found = [read for line in lines if (read := plain(line))]
    return dict([*found[::-1], *([(key("m_ok", {}), 1.0)] if "m_ok 1" in lines else [])])


def with_times(page: bytes) -> bytes:
    """The page with its placeholders filled, as times around now."""
    now = int(time.time() * 1000)
    hours = 5 * 3600 * 1000
    times = {"TSFUT": now + hours, "TSOLD": now - hours, "TS1": now - 2000, "TS2": now - 1000, "TSS": now // 1000}
    for place, at in times.items():
        page = page.replace(place.encode(), str(at).encode())
    return page


def serve(pages: dict[str, bytes], pipe: Connection) -> None:
    """Each page as an engine's text in a runtime of its own, until the pipe ends."""

    def callback(page: bytes) -> Callable[[], bytes]:
        return lambda: with_times(page)

    with contextlib.ExitStack() as servers:
        urls = {}
        for name, page in pages.items():
            runtime = dynmetrics.DistributedRuntime()
            runtime.metrics.register_prometheus_expfmt_callback(callback(page))
            urls[name] = servers.enter_context(runtime.serve("127.0.0.1", 0)).url
        pipe.send(urls)
        with contextlib.suppress(EOFError):
            pipe.recv()


@contextlib.contextmanager
def served(pages: dict[str, bytes]) -> Iterator[dict[str, str]]:
    """The URLs of what we make of the pages. In several processes, since one has at most 16 servers."""
    spawn, names = multiprocessing.get_context("spawn"), list(pages)
    urls: dict[str, str] = {}
    with contextlib.ExitStack() as children:
        pipes = []
        for start in range(0, len(names), 16):
            ours, theirs = spawn.Pipe()
            some = {name: pages[name] for name in names[start : start + 16]}
            child = spawn.Process(target=serve, args=(some, theirs))
            child.start()
            theirs.close()
            children.callback(child.join)
            children.callback(ours.close)
            pipes.append(ours)
        for pipe in pipes:
            urls |= pipe.recv()
        yield urls


def same(one: float | None, other: float | None) -> bool:
    return one == other or (one is not None and other is not None and math.isnan(one) and math.isnan(other))


def engines(series: dict[Series, float]) -> dict[Series, float]:
    return {name: value for name, value in series.items() if not name[0].startswith("dynmetrics_")}


def as_victoria_metrics(series: dict[Series, float]) -> dict[Series, float]:
    """What it keeps of these: no NaN, and no label that begins with __."""
    return {
        (name, tuple(label for label in labels if not label[0].startswith("__"))): value
        for (name, labels), value in series.items()
        if not math.isnan(value)
    }


def scraped(title: str, scraper: Scraper, expected: dict[str, dict[Series, float]], urls: dict[str, str]) -> None:
    """All pages, as one scraper saw them."""
    wait_until(
        lambda: len(counts := scraper.by("page", "count_over_time(up[5m])")) == len(urls) and min(counts.values()) >= 3,
        f"{title} has scraped every page three times",
    )
    up = scraper.by("page", "min_over_time(up[5m])")
    stored: dict[str, dict[Series, float]] = {page: {} for page in urls}
    for labels, series, value in scraper.stored('{job="pages"}'):
        stored[labels["page"]][series] = value
    for page, url in urls.items():
        have, good, ours = stored[page], expected[page], engines(on_page(fetch(url + "/metrics")))
        if isinstance(scraper, VictoriaMetrics):
            good, ours = as_victoria_metrics(good), as_victoria_metrics(ours)
        wrong = [] if up.get(page) == 1 else ["it was down"]
        wrong += [f"good: {s} {v}, stored: {have.get(s)}" for s, v in good.items() if not same(have.get(s), v)]
        wrong += [f"on our page: {s} {v}, stored: {have.get(s)}" for s, v in ours.items() if not same(have.get(s), v)]
        wrong += [f"stored, but not on our page: {s} {v}" for s, v in engines(have).items() if s not in ours]
        test(f"{title}: {page} is up, good samples stored: {len(good)}", wrong)
    test(f"{title} has nothing against any page", scraper.against())


def main() -> None:
    root = fixtures(PAGES, TITLE)
    if root is None:
        return finish()
    exposition = root / "exposition"
    cases = json.loads((exposition / "scrape-behaviour" / "outcomes.json").read_text())["cases"]
    pages = {Path(case["file"]).name: (exposition / case["file"]).read_bytes() for case in cases}
    expected = {(name := Path(case["file"]).name): good_samples(case, pages[name]) for case in cases}
    test(f"there are {PAGES} pages", [f"{len(pages)} of them"] if len(pages) != PAGES else [])
    test(
        "every page of text 0.0.4 that has a good sample has it among those to be found",
        [name for name, page in pages.items() if b"m_ok 1\n" in page and key("m_ok", {}) not in expected[name]],
    )

    programs = {name: folder_of(name, f"{TITLE}, scraped by {name}") for name in ("prometheus", "victoria-metrics")}
    with contextlib.ExitStack() as stack:
        urls = stack.enter_context(served(pages))
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dynm-pages-")))
        targets = "\n".join(TARGET.format(target=url.removeprefix("http://"), page=name) for name, url in urls.items())
        configuration = CONFIGURATION.format(targets=targets)
        scrapers: dict[str, Scraper] = {}
        if folder := programs["prometheus"]:
            prometheus = Prometheus(folder, place / "prometheus", configuration)
            scrapers[f"Prometheus {prometheus.version}"] = stack.enter_context(contextlib.closing(prometheus))
        if folder := programs["victoria-metrics"]:
            victoria = VictoriaMetrics(folder, place / "victoria-metrics", configuration)
            scrapers["VictoriaMetrics"] = stack.enter_context(contextlib.closing(victoria))
        for title, scraper in scrapers.items():
            scraped(title, scraper, expected, urls)
    finish()


if __name__ == "__main__":
    main()
