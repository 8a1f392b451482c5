"""The table: every row with its ratio and whether the goal is met; then medians and the spread of the minima."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from operations import OTHERS, PEERS, Row
from tables import digits, line

BLOCKS = 3
ENOUGH = 6  # samples that tell a spread
UNITS = {"time": "ns", "instructions": "instructions", "memory": "bytes"}
NOTES = """\
* *Ratio to best*: ours divided by the smallest of the peers. A verdict that is nearer to its goal than the spread of
  the minima says *within noise*.
* *Writer*: a handle that one thread updates; the peers have none and stand there with their ordinary update.
* *Two threads*: nanoseconds for each turn of each thread, the cells shared. Only runs in which both had a processor all
  the time (`schedstat`) are counted; else one after the other would look like no contention. None: the machine had no
  such moment.
* *Floor*: the same loop over bare cells behind a C call, not a library. Rows by a writer have a cell of one writer as
  floor, the others an atomic one; in Python it is a call to a method in C that does nothing.
* VictoriaMetrics/metrics: a lookup takes the finished name with its labels; what can be set to a float is a counter
  under a lock; histograms have log-scale buckets under a lock and no bounds to search.
* rust-prometheus is inlined into its loop as far as the compiler goes; the others are calls, ours by a shared library.
* Go does not run under valgrind, and an interpreter's instructions say little: no such figures.
* Python: the loop's time less that of the same loop with nothing in it.
* Memory: growth of anonymous memory by one metric, median of 3 processes; labels and all that the library keeps, but
  for *the cell*, which is how far neighbouring cells are apart. Threads were alive when it was taken.
"""


@dataclass(frozen=True)
class Figure:
    """What a loop took: the smallest of all rounds, the median, and by how much minima of thirds of the run differ."""

    least: float
    median: float
    spread: float
    count: int

    @staticmethod
    def of(samples: list[float]) -> Figure:
        """Make one from the samples, in the order in which they were taken."""
        size = max(1, len(samples) // BLOCKS)
        minima = [min(samples[at : at + size]) for at in range(0, size * min(BLOCKS, len(samples)), size)]
        least = min(samples)
        spread = (max(minima) - min(minima)) / least if least else 0
        return Figure(least, statistics.median(samples), spread, len(samples))

    @property
    def doubt(self) -> float:
        """By how much it may be off: the spread, or as much again where it was seen too seldom to tell."""
        return self.spread if self.count >= ENOUGH else max(1, self.spread)

    def told(self, rounds: int) -> str:
        """Give median and spread, and how often it was measured when that was seldom."""
        seldom = f" ({self.count}×)" if self.count < rounds else ""
        return f"{self.median:.2f} ± {self.spread:.0%}{seldom}"


@dataclass(frozen=True)
class Run:
    """When, where and with what it was measured."""

    day: str
    machine: str
    compilers: str
    versions: dict[str, str]
    missing: dict[str, str]
    rounds: int
    load: tuple[float, float]


def shown(figure: Figure | None) -> str:
    """Give three digits of it."""
    return "–" if figure is None else digits(figure.least)


def best_of(figures: dict[str, Figure]) -> Figure | None:
    """Give the smallest of the peers."""
    return min((figures[name] for name in OTHERS if name in figures), key=lambda one: one.least, default=None)


def ratio(ours: Figure | None, other: Figure | None) -> float | None:
    """Ours as a multiple of the other."""
    return ours.least / other.least if ours and other and other.least > 0 else None


def verdict(row: Row, figures: dict[str, Figure]) -> tuple[str, str]:
    """Give the goal in words and whether it is met."""
    ours = figures.get("ours")
    if row.goal is None:
        return "–", "–"
    if not row.against:
        met = "–" if ours is None else "yes" if ours.least <= row.goal else "**no**"
        return f"≤ {row.goal:g}", met
    other = best_of(figures) if row.against == "best" else figures.get(row.against)
    what = "best" if row.against == "best" else PEERS[row.against]
    goal = f"≤ {row.goal:g}× {what}"
    is_now = ratio(ours, other)
    if is_now is None or ours is None or other is None:
        return goal, f"– (no figure of {'the peers' if ours else 'ours'})"
    if row.against != "best":
        goal += f" (is {is_now:.2f}×)"
    near = max(is_now / row.goal, row.goal / is_now) < (1 + ours.doubt) * (1 + other.doubt)
    return goal, ("yes" if is_now <= row.goal else "**no**") + (", within noise" if near else "")


def table(run: Run, measured: list[tuple[Row, dict[str, Figure]]]) -> str:
    """Write the whole page."""
    names = [f"{title} {run.versions.get(name, '')}".strip() for name, title in PEERS.items()]
    out = [
        f"# What an update costs, {run.day}",
        "",
        f"Machine: {run.machine}. Built with {run.compilers}.",
        f"{run.rounds} rounds in turns; load average {run.load[0]:.1f} at the start, {run.load[1]:.1f} at the end.",
        "Minima over the rounds. Written by `make bench-cells`.",
        "",
        line(["operation", *names, "ratio to best", "goal", "met"]),
        line(["---"] + ["---:"] * (len(names) + 1) + ["---", "---"]),
    ]
    for row, figures in measured:
        goal, met = verdict(row, figures)
        to_best = ratio(figures.get("ours"), best_of(figures))
        title = f"{row.title}, {UNITS[row.measure]}"
        cells = [shown(figures.get(name)) for name in PEERS]
        out.append(line([title, *cells, f"{to_best:.2f}×" if to_best else "–", goal, met]))
    out += ["", *(f"* {PEERS[name]} is missing: {why}." for name, why in run.missing.items()), NOTES]
    out += ["## Medians and spread", ""]
    out += ["Median of all rounds, and by how much the minima of three parts of the run differ; (5×) was measured so"]
    out += ["often only, as two threads seldom had both processors.", ""]
    out += [line(["operation", *PEERS.values()]), line(["---"] + ["---:"] * len(PEERS))]
    for row, figures in measured:
        if row.measure == "time":
            seen = [figures.get(name) for name in PEERS]
            cells = [one.told(run.rounds) if one else "–" for one in seen]
            out.append(line([f"{row.title}, ns", *cells]))
    return "\n".join(out) + "\n"
