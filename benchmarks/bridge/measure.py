"""What does a scrape cost the engine? Runs all contenders in turns and writes the table.

    measure.py --rounds 5 --sizes 1000,10000,100000 --only scrape|streams --contenders ours,… --results FOLDER

Each contender is a process of its own that lives for the whole run; only one is asked at a time.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

from contenders import OURS, TITLES
from process import Process, held
from report import Run, Samples, page_of
from stalls import stalls
from tables import machine

SIZES = "1000,10000,100000"
IDLE = 0.1  # seconds in which the processor time without scrapes is measured


@contextmanager
def processes(contenders: list[str], series: int, missing: dict[str, str]) -> Iterator[dict[str, Process]]:
    """Start what can be had, one after the other; tell in `missing` why the others cannot."""
    with ExitStack() as stack:
        found = {}
        for name in contenders:
            process = Process(name, series)
            stack.callback(process.close)
            if process.missing:
                missing[name] = process.missing
            else:
                found[name] = process
        yield found


def in_turns(names: list[str], turn: int) -> list[str]:
    """Give the order of a round: every second one is backwards."""
    return names if turn % 2 == 0 else names[::-1]


def scrapes(process: Process, samples: Samples) -> None:
    """Scrape again and again: how long each takes, the processor time of each, holds of the GIL as ours count them."""
    count = max(2, min(20, 50_000 // process.series))
    process.work()
    page, _ = process.page()
    held_before = held(page)
    before, start = process.busy_when_settled(), time.monotonic()
    time.sleep(IDLE)
    idle = (process.busy() - before) / (time.monotonic() - start)
    walls, busy, live = [], [], []
    for _ in range(count):
        process.work()
        before, start = process.busy_when_settled(), time.monotonic()
        page, wall = process.page()
        after = process.busy_when_settled()
        walls.append(wall * 1000)
        busy.append((after - before - idle * (time.monotonic() - start)) * 1000)
        if process.contender in OURS:
            process.work()
            before, start = process.busy_when_settled(), time.monotonic()
            process.live()
            live.append((process.busy_when_settled() - before - idle * (time.monotonic() - start)) * 1000)
    held_after = held(page)
    samples.add("wall", process.contender, statistics.median(walls))
    samples.add("busy", process.contender, statistics.fmean(busy))
    if live:
        samples.add("live", process.contender, statistics.fmean(live))
    samples.add("resident", process.contender, process.resident())
    if process.contender in OURS and "max" in held_after:
        samples.add("hold", process.contender, held_after["max"])
    if process.contender in OURS and "total" in held_after:
        samples.add("holds", process.contender, (held_after["total"] - held_before.get("total", 0)) / count)


def ticks(process: Process, samples: Samples) -> None:
    """Watch a thread that ticks: in windows with one scrape each, and in as many without."""
    window = max(0.1, process.series * 40e-6)
    late: dict[bool, list[list[float]]] = {True: [], False: []}
    for _ in range(max(1, min(10, round(2 / window)))):
        for scraped in (True, False):
            process.work()
            process.busy_when_settled()
            process.ask("tick")
            start = time.monotonic()
            time.sleep(0.01)
            if scraped:
                process.page()
            time.sleep(max(0.01, start + window - time.monotonic()))
            late[scraped].append(process.ask("ticks"))
    for scraped, name in ((True, ""), (False, " idle")):
        samples.add("worst" + name, process.contender, statistics.median(max(one) for one in late[scraped]))
        every = sorted(tick for one in late[scraped] for tick in one)
        samples.add("p99" + name, process.contender, every[int(len(every) * 0.99)])
    waited = {scraped: statistics.fmean(sum(one) for one in late[scraped]) for scraped in late}
    samples.add("waited", process.contender, waited[True] - waited[False])


def measure_scrapes(run: Run, contenders: list[str], sizes: list[int]) -> dict[int, Samples]:
    """Part 1, size by size."""
    measured = {}
    for series in sizes:
        print(f"== {series:,} series: {run.rounds} rounds", flush=True)
        samples = measured[series] = Samples()
        with processes(contenders, series, run.missing) as running:
            run.versions.update({name: process.version for name, process in running.items()})
            for process in running.values():
                for _ in range(3):
                    process.page()
            for turn in range(run.rounds):
                for name in in_turns(list(running), turn):
                    scrapes(running[name], samples)
                    ticks(running[name], samples)
                print(f"   round {turn + 1}, load {os.getloadavg()[0]:.1f}", flush=True)
            for name, process in running.items():
                run.note_wrong(f"{TITLES[name]}, {series:,} series", process.wrong)
    return measured


def measure_streams(run: Run, contenders: list[str], series: int, streams: int, seconds: float) -> Samples:
    """Part 2: the gaps between tokens, without metrics (twice, which tells the noise) and with each contender."""
    print(f"== {streams} streams, {series:,} series: {run.rounds} rounds of {seconds:g} s", flush=True)
    samples = Samples()
    with processes(["without", *contenders], series, run.missing) as running:
        run.versions.update({name: process.version for name, process in running.items() if name != "without"})
        columns = [*running, "again"]
        for turn in range(run.rounds):
            for name in in_turns(columns, turn):
                process = running["without" if name == "again" else name]
                for measure, value in stalls(process, streams, seconds).items():
                    samples.add(measure, name, value)
            print(f"   round {turn + 1}, load {os.getloadavg()[0]:.1f}", flush=True)
    return samples


def main() -> None:
    """Measure, print the table, keep it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", default=SIZES, help="series, by commas")
    parser.add_argument("--only", choices=("", "scrape", "streams"), default="")
    parser.add_argument("--contenders", default=",".join(TITLES), help=f"of {','.join(TITLES)}")
    parser.add_argument("--streams", type=int, default=256)
    parser.add_argument("--seconds", type=float, default=5, help="of streams, each turn")
    parser.add_argument("--results", type=Path, help="a folder; the page is kept there when nothing was left out")
    given = parser.parse_args()
    contenders = given.contenders.split(",")
    if unknown := [name for name in contenders if name not in TITLES]:
        parser.error(f"{unknown[0]!r} is no contender; one is: ours")
    sizes = [int(word) for word in given.sizes.replace(",", " ").split()]
    run = Run(date.today().isoformat(), machine(), given.rounds, os.getloadavg()[0])
    by_size = measure_scrapes(run, contenders, sizes) if given.only != "streams" else {}
    gaps = None
    if given.only != "scrape":
        series = min(10_000, max(sizes))
        gaps = measure_streams(run, contenders, series, given.streams, given.seconds)
        run.streams = f"{given.streams} streams of 50 tokens a second, {series:,} series scraped once a second"
    run.load_after = os.getloadavg()[0]
    text = page_of(run, by_size, gaps)
    print(text)
    if given.results and (given.only, given.sizes, given.contenders) == ("", SIZES, ",".join(TITLES)):
        given.results.mkdir(exist_ok=True)
        path = given.results / f"bridge-{run.day}.md"
        path.write_text(text)
        print(f"== kept in benchmarks/results/{path.name}")
    if run.wrong:
        sys.exit("error: pages were wrong (see above)")


if __name__ == "__main__":
    main()
