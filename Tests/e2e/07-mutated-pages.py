#!/usr/bin/env python3
"""Real engine pages, damaged at random, go through our page; what comes out is whole, and a real Prometheus takes it.

    PAGES=10000    how many are read by strict readers
    LIVE=500       how many of these a Prometheus scrapes too
    FUZZ_SEED=0    chooses others

The first pages of each kind that come out wrong are made as small as they can be, told, and left in .cache/mutated.
"""

from __future__ import annotations

import contextlib
import math
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from prometheus_client.openmetrics.parser import text_string_to_metric_families

import dynmetrics
from damage import damaged, families_of
from scrapers import Prometheus, Series, on_page, promtool
from servers import folder_of
from story import ROOT, finish, fixtures, test, wait_until

PAGES = int(os.environ.get("PAGES") or 10000)
LIVE = int(os.environ.get("LIVE") or 500)
SEED = int(os.environ.get("FUZZ_SEED") or 0)
TITLE = f"{PAGES} damaged engine pages of seed {SEED}"
KEPT = ROOT / ".cache" / "mutated"
SERVERS = 16  # as many as one process may have
BATCH = 50  # pages that promtool reads at once
TOLD = 5  # wrong pages that are told of each kind

READABLE = "ours can be read, with no series twice"
SAME = "ours has the same series with the same values in both formats"
NOTHING_LOST = "other sources lose nothing"
STRICT = "prometheus_client's strict reader takes ours"
CHECKED = "our own checker takes ours"
KINDS = (READABLE, SAME, NOTHING_LOST, STRICT, CHECKED)
Pages = Callable[[int], bytes]

# What stands on the page beside the damaged text, and has to be there whatever that text is.
NEIGHBOUR = b"""# HELP neighbour:running Requests that run.
# TYPE neighbour:running gauge
neighbour:running{engine="0"} 3
# HELP neighbour:hits_total Hits.
# TYPE neighbour:hits_total counter
neighbour:hits_total{engine="0"} 5
# HELP neighbour:seconds How long.
# TYPE neighbour:seconds histogram
neighbour:seconds_bucket{engine="0",le="0.5"} 1
neighbour:seconds_bucket{engine="0",le="+Inf"} 2
neighbour:seconds_sum{engine="0"} 3.5
neighbour:seconds_count{engine="0"} 2
"""


class Page:
    """Our page with a good engine, metrics of our own, and an engine whose text is what was set last."""

    def __init__(self) -> None:
        self.text: Callable[[], bytes] = lambda: b""
        self.runtime = dynmetrics.DistributedRuntime()
        endpoint = self.runtime.namespace("prod").component("backend").endpoint("generate")
        endpoint.metrics.create_intcounter("own_total", "A count of our own").inc(7)
        endpoint.metrics.create_histogram("own_seconds", "Times of our own").observe(0.3)
        endpoint.metrics.register_prometheus_expfmt_callback(lambda: NEIGHBOUR)
        endpoint.metrics.register_prometheus_expfmt_callback(lambda: self.text())
        own = on_page(self.runtime.scrape().decode())
        self.always = {series: value for series, value in own.items() if not series[0].startswith("dynmetrics_")}

    def of(self, damaged_page: bytes) -> tuple[bytes, bytes]:
        """The page in both formats."""
        self.text = lambda: damaged_page
        return self.runtime.scrape("text"), self.runtime.scrape("openmetrics")

    def against(self, damaged_page: bytes) -> dict[str, list[str]]:
        """What is wrong with our page in either format, by what should be so."""
        try:
            text, openmetrics = (page.decode() for page in self.of(damaged_page))
            in_text, in_openmetrics = on_page(text), on_page(openmetrics)
        except (AssertionError, UnicodeDecodeError) as error:
            return {READABLE: [str(error)]}
        wrong: dict[str, list[str]] = {kind: [] for kind in KINDS}
        for series in filter(is_compared, in_text.keys() | in_openmetrics.keys()):
            values = in_text.get(series), in_openmetrics.get(series)
            if values[0] != values[1] and not all(value is not None and math.isnan(value) for value in values):
                wrong[SAME].append(f"{series}: {values[0]} in text, {values[1]} in OpenMetrics")
        for series, value in self.always.items():
            if in_text.get(series) != value:
                wrong[NOTHING_LOST].append(f"{series}: {in_text.get(series)}, not {value}")
        try:
            list(text_string_to_metric_families(without_reserved_labels(openmetrics)))  # type: ignore[no-untyped-call]
        except Exception as error:
            wrong[STRICT].append(f"{type(error).__name__}: {error}")
        wrong[CHECKED] += map(str, dynmetrics.check_exposition(text))
        wrong[CHECKED] += map(str, dynmetrics.check_exposition(openmetrics, format="openmetrics"))
        return {kind: lines for kind, lines in wrong.items() if lines}


def is_compared(series: Series) -> bool:
    """Whether a series has to be the same in both formats; the library's own count on from one to the other."""
    return not series[0].endswith("_created") and not series[0].startswith("dynmetrics_")


def without_reserved_labels(openmetrics: str) -> str:
    """The page with other names for labels that begin with __, which Prometheus takes and that reader does not."""
    return re.sub(r'(?<=[{,])__(?=\w*=")', "x__", openmetrics)


def promtool_says(program: Path, pages: list[bytes]) -> list[str]:
    """What promtool refuses in our pages in text. It reads them as one, with a number before each name."""
    name = re.compile(rb"^(# (?:HELP|TYPE) )?(?=[a-zA-Z_:])", re.MULTILINE)
    joined = b"".join(name.sub(rb"\1p%d_" % number, page) for number, page in enumerate(pages))
    run = subprocess.run([program, "check", "metrics"], input=joined, capture_output=True)
    return [] if run.returncode in (0, 3) else [run.stderr.decode(errors="replace")]  # 3: lint only


def smallest(page: bytes, is_wrong: Callable[[bytes], bool]) -> bytes:
    """The page without the lines that it is as wrong without."""
    lines, size = page.splitlines(keepends=True), len(page.splitlines())
    while size >= 1:
        at = 0
        while at < len(lines):
            fewer = lines[:at] + lines[at + size :]
            if is_wrong(b"".join(fewer)):
                lines = fewer
            else:
                at += size
        size //= 2
    return b"".join(lines)


def told(wrong: list[int], pages: Pages, against: Callable[[bytes], list[str]]) -> Iterator[str]:
    """The first wrong pages, as small as they can be and still be wrong."""
    if wrong:
        yield f"{len(wrong)} are wrong"
    for number in wrong[:TOLD]:
        page = smallest(pages(number), lambda fewer: bool(against(fewer)))
        KEPT.mkdir(parents=True, exist_ok=True)
        (KEPT / f"{SEED}-{number}").write_bytes(page)
        yield f"page {number}: {page[:1500]!r}"
        yield from (f"  {line}" for line in against(page)[:5])


def read_strictly(page: Page, pages: Pages) -> None:
    wrong: dict[str, list[int]] = {kind: [] for kind in KINDS}
    for number in range(PAGES):
        for kind in page.against(pages(number)):
            wrong[kind].append(number)
    for kind, numbers in wrong.items():

        def against(fewer: bytes, kind: str = kind) -> list[str]:
            return page.against(fewer).get(kind, [])

        test(f"{TITLE}: {kind}", told(numbers, pages, against))


def read_by_promtool(page: Page, pages: Pages) -> None:
    program = promtool(f"{TITLE}: promtool check metrics takes ours")
    if program is None:
        return

    def against(damaged_page: bytes) -> list[str]:
        return promtool_says(program, [page.of(damaged_page)[0]])

    wrong = []
    for start in range(0, PAGES, BATCH):
        numbers = range(start, min(start + BATCH, PAGES))
        if promtool_says(program, [page.of(pages(number))[0] for number in numbers]):
            wrong += [number for number in numbers if against(pages(number))]
    test(f"{TITLE}: promtool check metrics takes ours", told(wrong, pages, against))


class Target:
    """A server whose engine tells another damaged page at each scrape, and what it told when."""

    def __init__(self, numbers: list[int], pages: Pages) -> None:
        self.left, self.pages = numbers[::-1], pages
        self.told: list[tuple[float, int]] = []
        self.page = Page()
        self.page.text = self.next

    def next(self) -> bytes:
        if not self.left:
            return b""
        number = self.left.pop()
        self.told.append((time.time(), number))
        return self.pages(number)

    def of(self, at: float) -> int | None:
        """The page that a scrape got which began then."""
        return next((number for told, number in self.told if told >= at - 0.05), None)


def scraped(pages: Pages) -> None:
    programs = folder_of("prometheus", f"{LIVE} of them, scraped by Prometheus")
    if programs is None or not LIVE:
        return
    targets = [Target(list(range(first, LIVE, SERVERS)), pages) for first in range(min(SERVERS, LIVE))]
    with contextlib.ExitStack() as stack:
        servers = {stack.enter_context(t.page.runtime.serve("127.0.0.1", 0)).url[7:]: t for t in targets}
        place = stack.enter_context(tempfile.TemporaryDirectory(prefix="dynm-mutated-"))
        configuration = (
            "global: {scrape_interval: 250ms, scrape_timeout: 250ms}\n"
            f"scrape_configs: [{{job_name: pages, static_configs: [{{targets: {list(servers)}}}]}}]"
        )
        prometheus = Prometheus(programs, Path(place) / "prometheus", configuration)
        stack.enter_context(contextlib.closing(prometheus))

        def is_dead() -> bool:
            return prometheus.process.poll() is not None

        wait_until(lambda: is_dead() or not any(target.left for target in targets), "every page is scraped", 300)
        title, count = f"Prometheus {prometheus.version}, {LIVE} of them", "count_over_time(up[10m])"
        test(f"{title}: still runs", [prometheus.log.read_text()[-3000:]] if is_dead() else [])
        if is_dead():
            return
        before = prometheus.by("instance", count)
        wait_until(
            lambda: all(number > before.get(target, 0) for target, number in prometheus.by("instance", count).items()),
            "what came last is stored",
        )
        test(f"{title}: is up in every scrape", down(prometheus, servers))
        test(f"{title}: has nothing against any", prometheus.against())


def down(prometheus: Prometheus, servers: dict[str, Target]) -> Iterator[str]:
    """The scrapes that failed, with the pages that they got."""
    for entry in prometheus.query("up[10m]"):
        target = servers[entry["metric"]["instance"]]
        for at, value in entry["values"]:
            if value != "1":
                number = target.of(at)
                got = f"page {number}: {target.pages(number)[:1500]!r}" if number is not None else "nothing damaged"
                yield f"at {at}, which got {got}"


def main() -> None:
    root = fixtures(PAGES, TITLE)
    if root is None:
        return finish()
    files = sorted(path for path in root.glob("engines/*/*/ex*.txt"))
    engines = [families_of(path.read_text()) for path in files]
    test("there are pages of three engines", sum(map(len, engines)) < 300)

    def pages(number: int) -> bytes:
        return damaged(number, SEED, engines)

    page = Page()
    read_strictly(page, pages)
    read_by_promtool(page, pages)
    scraped(pages)
    finish()


if __name__ == "__main__":
    main()
