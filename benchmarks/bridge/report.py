"""The page: a table for each part, with ratios, goals and whether they are met; notes; medians and spread."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from contenders import OURS, TITLES
from tables import digits, line

DASH = "–"
NOTES = """\
* *Ratio to Dynamo*: ours divided by Dynamo's. Where a cell has two words the second is of *adopted*.
* *Scrape*: wall time from the request to the last byte; a tenth of the metrics changed before each, and each page was
  checked to be whole and new.
* *Processor time*: of the whole process, all threads, user and system, until nothing goes on any more; what the process
  uses without a scrape is taken off.
* *Holds of the GIL, as counted*: by our self-metrics, the longest since the process began and the sum of a scrape.
* *Tick*: a Python thread of the same process sleeps for 1 ms again and again; a tick is late by what it waits longer.
  In a window with one scrape: the latest tick (median of the windows), the 99th percentile, and by how much later than
  in a window without a scrape all ticks together were.
* Figures are minima over the rounds for scrape and processor time, medians for the others.
"""
STREAMS_NOTES = """\
* *Gap*: from one token of a stream to its next, where a client reads it; the engine makes one each 20 ms. Figures are
  medians over the rounds.
* *Without*: the same process with no metrics at all, measured twice in each round. What is *added* is to the mean of
  these two, median over the rounds; by how much the two differ is the noise (±), and a verdict that is nearer to its
  goal than that says *within noise*.
"""


@dataclass
class Run:
    """When, where and with what it was measured; what was missing and what was wrong."""

    day: str
    machine: str
    rounds: int
    load: float
    load_after: float = 0
    streams: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def note_wrong(self, who: str, wrong: list[str]) -> None:
        """Keep what was wrong with pages, counted."""
        self.wrong += [f"{who}: {count} pages had {what}" for what, count in Counter(wrong).items()]


class Samples:
    """What was measured, round by round, of each measure and contender."""

    def __init__(self) -> None:
        self._samples: dict[tuple[str, str], list[float]] = {}

    def add(self, measure: str, name: str, value: float) -> None:
        """Keep one."""
        self._samples.setdefault((measure, name), []).append(value)

    def of(self, measure: str, name: str) -> list[float]:
        """Give all, in the order in which they were taken."""
        return self._samples.get((measure, name), [])

    def has(self, measure: str) -> bool:
        """Whether any contender was measured so."""
        return any(key[0] == measure for key in self._samples)

    def figures(self, measure: str, figure: Callable[[list[float]], float]) -> dict[str, float]:
        """Give a figure for each contender that was measured so."""
        return {name: figure(values) for (one, name), values in self._samples.items() if one == measure}


@dataclass(frozen=True)
class Row:
    """A line of the first table. Goals are bounds of ours, of which `of_dynamo` makes multiples of Dynamo's."""

    title: str
    measure: str
    figure: Callable[[list[float]], float]
    goals: dict[str, float] = field(default_factory=dict)
    of_dynamo: bool = False
    compared: bool = True


ROWS = [
    Row("scrape p50, ms", "wall", min),
    Row("processor time of a scrape, ms", "busy", min, {"ours": 0.1, "adopted": 0.01}, of_dynamo=True),
    Row("processor time of an answer to /live, ms", "live", min, compared=False),
    Row("longest hold of the GIL, as counted, ms", "hold", max, {"ours": 0.5, "adopted": 0}),
    Row("holds of the GIL of a scrape, as counted, ms", "holds", statistics.median),
    Row("ticks held up by a scrape, together, ms", "waited", statistics.median),
    Row("latest tick with a scrape, ms", "worst", statistics.median),
    Row("latest tick without, ms", "worst idle", statistics.median, compared=False),
    Row("ticks p99 with a scrape, ms", "p99", statistics.median),
    Row("ticks p99 without, ms", "p99 idle", statistics.median, compared=False),
    Row("memory of the process, MiB", "resident", statistics.median),
]
STREAMS_ROWS = {
    "p50": "gap p50, ms",
    "p99": "gap p99, ms",
    "p999": "gap p99.9, ms",
    "worst": "longest gap, ms",
    "scrape": "scrape p50, ms",
    "busy": "processor time, % of one",
}
STREAMS_TITLES = {"without": "without", "again": "without, again", **TITLES}
STREAMS_GOALS = {"ours": 3.0, "adopted": 1.0}  # per cent added to p99


def cell(words: list[str]) -> str:
    """Give what is said of ours, by default and adopted, in one cell."""
    return " / ".join(words) if any(word != DASH for word in words) else DASH


def scrape_line(series: int, row: Row, samples: Samples, columns: list[str]) -> str:
    """Make a line of the first table."""
    figures = samples.figures(row.measure, row.figure)
    theirs = figures.get("dynamo", 0)
    ratios, goals, met = [], [], []
    for name in OURS:
        if name not in columns:
            continue
        ratio = figures[name] / theirs if name in figures and theirs > 0 else None
        ratios.append(DASH if ratio is None or not row.compared else f"{ratio:.3f}×")
        judged = ratio if row.of_dynamo else figures.get(name)
        goal = row.goals.get(name)
        goals.append(DASH if goal is None else f"≤ {goal:g}{'×' if row.of_dynamo else ''}")
        met.append(DASH if goal is None or judged is None else "yes" if judged <= goal else "**no**")
    shown = [digits(figures[name]) if name in figures else DASH for name in columns]
    return line([f"{series:,}", row.title, *shown, cell(ratios), cell(goals), cell(met)])


def scrape_table(run: Run, by_size: dict[int, Samples]) -> list[str]:
    """Make the first table."""
    columns = [name for name in TITLES if name in run.versions]
    titles = [f"{TITLES[name]} {run.versions[name]}".strip() for name in columns]
    out = [line(["series", "measure", *titles, "ratio to Dynamo", "goal", "met"])]
    out.append(line(["---:", "---"] + ["---:"] * (len(titles) + 1) + ["---", "---"]))
    for series, samples in by_size.items():
        out += [scrape_line(series, row, samples, columns) for row in ROWS if samples.has(row.measure)]
    if not any(samples.has("hold") for samples in by_size.values()) and "ours" in columns:
        out += ["", "* Holds of the GIL are left out: this version does not count them."]
    return out


def streams_table(run: Run, samples: Samples) -> list[str]:
    """Make the second table."""
    columns = [name for name in STREAMS_TITLES if name in ("without", "again") or name in run.versions]
    out = [line(["measure", *(STREAMS_TITLES[name] for name in columns), "goal", "met"])]
    out.append(line(["---"] + ["---:"] * len(columns) + ["---", "---"]))
    for measure, title in STREAMS_ROWS.items():
        of = samples.figures(measure, statistics.median)
        out.append(line([title, *(digits(of[name]) if name in of else DASH for name in columns), DASH, DASH]))
        if measure == "p99":
            out.append(added_line(samples, columns))
    return out


def added_to_p99(samples: Samples) -> tuple[dict[str, float], float]:
    """Give the per cent that each adds, to both runs without metrics of the same round, and the noise of a round."""
    pairs = list(zip(samples.of("p99", "without"), samples.of("p99", "again")))
    bases = [(first + second) / 2 for first, second in pairs]
    added = {}
    for name in STREAMS_TITLES:
        if values := samples.of("p99", name):
            added[name] = statistics.median((value / base - 1) * 100 for value, base in zip(values, bases))
    noise = statistics.median(abs(first - second) / base * 100 for (first, second), base in zip(pairs, bases))
    return added, noise


def added_line(samples: Samples, columns: list[str]) -> str:
    """Make the line of what is added to the 99th percentile, with its goals."""
    added, noise = added_to_p99(samples)
    goals, met = [], []
    for name, goal in STREAMS_GOALS.items():
        if name in columns:
            near = ", within noise" if abs(added[name] - goal) <= noise else ""
            goals.append(f"≤ {goal:g}%")
            met.append(("yes" if added[name] <= goal else "**no**") + near)
    shown = [f"±{noise:.1f}%" if name in ("without", "again") else f"{added[name]:+.1f}%" for name in columns]
    return line(["added to p99", *shown, cell(goals), cell(met)])


def spread_table(run: Run, by_size: dict[int, Samples], gaps: Samples | None) -> list[str]:
    """Make the last table: median of the rounds, and the smallest and largest."""
    columns = [name for name in STREAMS_TITLES if name in run.versions or (gaps and name in ("without", "again"))]
    out = [line(["series", "measure", *(STREAMS_TITLES[name] for name in columns)])]
    out.append(line(["---:", "---"] + ["---:"] * len(columns)))
    wanted = [(f"{series:,}", row.title, row.measure, one) for series, one in by_size.items() for row in ROWS]
    if gaps:
        wanted += [("streams", title, measure, gaps) for measure, title in STREAMS_ROWS.items()]
    for series, title, measure, samples in wanted:
        if samples.has(measure):
            out.append(line([series, title, *(spread(samples.of(measure, name)) for name in columns)]))
    return out


def spread(values: list[float]) -> str:
    """Tell of all rounds."""
    if not values:
        return DASH
    return f"{digits(statistics.median(values))} ({digits(min(values))} to {digits(max(values))})"


def page_of(run: Run, by_size: dict[int, Samples], gaps: Samples | None) -> str:
    """Write the whole page."""
    out = [
        f"# What a scrape costs the engine, {run.day}",
        "",
        f"Machine: {run.machine}.",
        f"{run.rounds} rounds in turns; load average {run.load:.1f} at the start, {run.load_after:.1f} at the end.",
        "Written by `make bench-bridge`.",
        "",
        *(f"* {TITLES[name]} is missing: {why}." for name, why in run.missing.items()),
        *(f"* **Wrong**: {what}." for what in run.wrong),
    ]
    if by_size:
        out += ["", "## A scrape", "", *scrape_table(run, by_size), "", NOTES.rstrip()]
    if gaps:
        out += ["", "## Token streams", "", f"{run.streams}.", ""]
        out += [*streams_table(run, gaps), "", STREAMS_NOTES.rstrip()]
    out += ["", "## Medians and spread", "", "Median of the rounds, the smallest and the largest.", ""]
    out += spread_table(run, by_size, gaps)
    return "\n".join(out).replace("\n\n\n", "\n\n") + "\n"
