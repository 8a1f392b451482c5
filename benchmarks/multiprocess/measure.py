"""Scrapes the same directories with prometheus_client and with ours, in turns, and writes the table.

Noise only adds: the minimum over the rounds is the figure. Between two scrapes every live writer changes values, so
that no scrape can show an old page; the last pages are compared. A program in C (floor.c) tells what reading takes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

import dynmetrics
from directories import SHAPES, Directory, Shape
from tables import line, machine

LARGE = 10_000  # records from which a directory is measured less often
NEXT = 5  # scrapes of ours behind the first, in each round

# What is compared: how it is called, which goal it has as a multiple of prometheus_client, by directory.
ROWS = {
    "first": ("first scrape", {"2 x 500": 0.06, "8 x 500": 0.06, "64 x 5000": 0.06, "6,000 files": 0.03}),
    "next": ("next scrape", {"2 x 500": 0.005, "8 x 500": 0.005, "64 x 5000": 0.005}),
    "folded": ("next scrape, writers gone", {}),
    "merge": ("merge_multiprocess", {}),
}
# What the floor is measured for, in the order in which its program tells.
FLOORS = {"floor of first": "first", "floor of next": "next"}


def timed(call: Callable[[], bytes]) -> tuple[float, bytes]:
    """Give the milliseconds that a call takes, and what it gives."""
    start = time.perf_counter()
    page = call()
    return (time.perf_counter() - start) * 1e3, page


def theirs(path: Path) -> bytes:
    """Give prometheus_client's page, as an engine would."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(path))  # type: ignore[no-untyped-call]
    return generate_latest(registry)


class Round:
    """One directory, measured in turns."""

    def __init__(self, shape: Shape, path: Path, floor: Path) -> None:
        self.shape = shape
        self.floor = floor
        self.path = path
        # A directory of 6,000 files is old: its writers are long gone.
        self.directory = Directory(path, shape, live=0 if shape.processes > 1000 else min(shape.processes, 8))
        self.samples: dict[str, list[float]] = {name: [] for name in ("theirs", *ROWS, *FLOORS)}
        self.turn = 0

    def add(self, name: str, call: Callable[[], bytes]) -> bytes:
        """Measure once, behind new values; writers that are gone write none."""
        self.turn += 1
        if name != "folded":
            self.directory.touch(self.turn)
        took, page = timed(call)
        self.samples[name].append(took)
        return page

    def scrapes(self, name: str | None, name_of_next: str, folds: bool) -> bytes:
        """A source of its own: its first scrape, then some more."""
        root = dynmetrics.DistributedRuntime()
        endpoint = root.namespace("n").component("c").endpoint("e")
        with endpoint.add_multiprocess_dir(self.path, auto_labels=False, fold_dead_writers=folds):
            page = self.add(name, endpoint.scrape) if name else endpoint.scrape()
            for _ in range(NEXT):
                page = self.add(name_of_next, endpoint.scrape)
        return page

    def run(self) -> None:
        """Measure everything once."""
        self.add("theirs", lambda: theirs(self.path))
        page = self.scrapes("first", "next", False)
        expected = theirs(self.path)
        # The lines of both, without those that depend on the order in which floats are added.
        if {row.rsplit(b" ", 1)[0] for row in page.splitlines()} != {
            row.rsplit(b" ", 1)[0] for row in expected.splitlines()
        } or page != dynmetrics.merge_multiprocess(self.path):
            raise SystemExit(f"{self.shape.name}: the pages differ")
        told = subprocess.run([self.floor, self.path, str(len(page)), "5"], check=True, capture_output=True, text=True)
        for name, took in zip(FLOORS, told.stdout.split(), strict=True):
            self.samples[name].append(float(took))
        self.scrapes(None, "folded", True)
        self.add("merge", lambda: dynmetrics.merge_multiprocess(self.path))


def ratio(samples: dict[str, list[float]], name: str) -> float:
    """Give ours as a multiple of prometheus_client's."""
    return min(samples[name]) / min(samples["theirs"])


def table(rounds: list[Round]) -> list[str]:
    """Make the table with goals."""
    titles = ["directory", "measure", "prometheus_client, ms", "dynmetrics, ms", "floor, ms", "ratio", "goal", "met"]
    out = [line(titles)]
    out.append(line(["---", "---", "---:", "---:", "---:", "---:", "---", "---"]))
    floors = {row: floor for floor, row in FLOORS.items()}
    for one in rounds:
        for name, (title, goals) in ROWS.items():
            is_now, goal = ratio(one.samples, name), goals.get(one.shape.name)
            floor = f"{min(one.samples[floors[name]]):.3f}" if name in floors else "–"
            out.append(
                line([
                    one.shape.name, title, f"{min(one.samples['theirs']):.2f}", f"{min(one.samples[name]):.3f}",
                    floor, f"{is_now:.4f}×", f"≤ {goal:g}×" if goal else "–",
                    "–" if not goal else "yes" if is_now <= goal else "**no**",
                ])
            )  # fmt: skip
    return out


def spread(rounds: list[Round]) -> list[str]:
    """Make the table of medians."""
    names = ("theirs", *ROWS)
    titles = ("prometheus_client", *(title for title, _ in ROWS.values()))
    out = [line(["directory", *titles]), line(["---", *["---:"] * len(titles)])]
    for one in rounds:
        cells = [f"{statistics.median(one.samples[name]):.3f} ({len(one.samples[name])}×)" for name in names]
        out.append(line([one.shape.name, *cells]))
    return out


NOTES = """
* *Directory*: processes × series of each, 12 files per process; *6,000 files*: 2,000 processes with 3 files of
  300 records in all, as a directory looks that nobody ever cleaned. Written by prometheus_client's own `MmapedDict`.
* *prometheus_client*: `generate_latest` over a `CollectorRegistry` with a `MultiProcessCollector`.
* *First scrape*: a source that was just added; *next scrape*: the scrapes behind it, new values each time. Both are
  `endpoint.scrape()` as Python calls it: hand-over to the source's thread, merge, page and copy included.
* *Writers gone*: the same with `fold_dead_writers`, when the processes of all files have ended.
* *merge_multiprocess*: one merge without a source.
* *Floor*: a program in C that lists the directory, reads the used part of every file, hands over to a thread and back,
  and copies the page once ([floor.c](../multiprocess/floor.c)): no key, no merge, no line.
"""


def main() -> None:
    """Measure, print the table, keep it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", default="")
    parser.add_argument("--results", type=Path, required=True)
    given = parser.parse_args()
    load = os.getloadavg()[0]
    root = Path(tempfile.mkdtemp(prefix="dynmetrics-bench-"))
    rounds = []
    floor = root / "floor"
    source = Path(__file__).with_name("floor.c")
    subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-pthread", source, "-o", floor], check=True)
    try:
        for shape in (shape for shape in SHAPES if given.only in shape.name):
            path = root / shape.name.replace(" ", "")
            path.mkdir()
            print(f"== {shape.name}: write the directory, measure", flush=True)
            one = Round(shape, path, floor)
            is_large = shape.processes * shape.counters > LARGE // 10
            for _ in range(max(2, given.rounds // 3) if is_large else given.rounds):
                one.run()
            one.directory.close()
            shutil.rmtree(path)
            rounds.append(one)
    finally:
        shutil.rmtree(root)
    day = date.today().isoformat()
    page = "\n".join([
        f"# What a scrape of a multiprocess directory costs, {day}",
        "",
        f"Machine: {machine()}. dynmetrics {dynmetrics.__version__}, prometheus_client {version('prometheus_client')}.",
        f"{given.rounds} rounds in turns, {max(2, given.rounds // 3)} of the large ones; "
        f"load average {load:.1f} at the start, {os.getloadavg()[0]:.1f} at the end.",
        "Minima over the rounds. Written by `make bench-multiprocess`.",
        "",
        *table(rounds),
        NOTES,
        "## Medians",
        "",
        *spread(rounds),
        "",
    ])  # fmt: skip
    print(page)
    if not given.only:
        kept = given.results / f"multiprocess-{day}.md"
        kept.write_text(page)
        print(f"kept in {kept}")


if __name__ == "__main__":
    main()
