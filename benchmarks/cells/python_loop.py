"""The Python loops, of dynmetrics, of prometheus_client, and of an empty call; the protocol is that of loop.h.

    python_loop.py INPUTS IMPLEMENTATION [REQUEST WORD…]

Each time is the loop's less that of the same loop with nothing in it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from itertools import cycle, islice, repeat
from pathlib import Path
from typing import Any

PARTS = 10  # the loop and the empty one in turns; the minimum of each counts
LABEL_NAMES = ["model", "method", "code"]
Loop = Callable[[int], None]
Make = Callable[[int], Any]


class Inputs:
    """What the driver wrote, the same for all programs."""

    def __init__(self, folder: Path) -> None:
        def words(name: str) -> list[str]:
            return (folder / name).read_text().split()

        self.bounds = [float(word) for word in words("bounds")]
        self.values = [float(word) for word in words("values")]
        flat = words("labels")
        labels = list(zip(flat[0::3], flat[1::3], flat[2::3]))
        self.labels = [labels[int(word)] for word in words("picks")]


class Program:
    """The loops over three metrics, and how to make many."""

    def __init__(self, inputs: Inputs, counter: Any, histogram: Any, vec: Any, makers: dict[str, Make]) -> None:
        self.makers = makers
        values, labels = inputs.values, inputs.labels

        def inc(turns: int) -> None:
            for _ in repeat(None, turns):
                counter.inc()

        def observe(turns: int) -> None:
            for value in islice(cycle(values), turns):
                histogram.observe(value)

        def lookup(turns: int) -> None:
            for a, b, c in islice(cycle(labels), turns):
                vec.labels(a, b, c).inc()

        def no_inc(turns: int) -> None:
            for _ in repeat(None, turns):
                pass

        def no_observe(turns: int) -> None:
            for _value in islice(cycle(values), turns):
                pass

        def no_lookup(turns: int) -> None:
            for _a, _b, _c in islice(cycle(labels), turns):
                pass

        self.loops: dict[str, tuple[Loop, Loop]] = {}
        if counter is not None:
            self.loops["python_inc"] = (inc, no_inc)
        if histogram is not None:
            self.loops["python_observe"] = (observe, no_observe)
        if vec is not None:
            self.loops["python_lookup_inc"] = (lookup, no_lookup)

    def measure(self, operation: str, turns: int) -> str:
        """Give the nanoseconds of one turn."""
        if operation not in self.loops:
            return "-"
        spent: tuple[list[float], list[float]] = ([], [])
        part = turns // PARTS
        for _ in range(PARTS):
            for loop, times in zip(self.loops[operation], spent):
                loop(part // 8)
                start = time.perf_counter_ns()
                loop(part)
                times.append((time.perf_counter_ns() - start) / part)
        return f"{min(spent[0]) - min(spent[1]):.4f}"

    def memory(self, kind: str, count: int) -> str:
        """Give the bytes of one of `count` metrics."""
        if kind not in self.makers:
            return "-"
        before = resident()
        kept = self.makers[kind](count)
        after = resident()
        del kept
        return f"{(after - before) / count:.2f}"

    def answer(self, words: list[str]) -> str:
        """Answer one request."""
        match words:
            case ["time", operation, "1", turns]:
                return self.measure(operation, int(turns))
            case ["memory", kind, count]:
                return self.memory(kind, int(count))
        return "-"


def resident() -> float:
    """Anonymous memory of this process in bytes."""
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith("Anonymous:"):
            return float(line.split()[1]) * 1024
    raise SystemExit("error: no Anonymous in smaps_rollup")


def dynmetrics_program(inputs: Inputs) -> Program:
    """Our metrics."""
    from dynmetrics import DistributedRuntime

    metrics = DistributedRuntime(connection_id=1).metrics

    def scalars(count: int) -> Any:
        vec = metrics.create_countervec("scalars_total", "A metric.", ["id"], name_as_is=True)
        for i in range(count):
            vec.labels(f"{i:06}")
        return vec

    def histograms(count: int) -> Any:
        vec = metrics.create_histogramvec("many_seconds", "A metric.", ["id"], buckets=inputs.bounds, name_as_is=True)
        for i in range(count):
            vec.labels(f"{i:06}")
        return vec

    return Program(
        inputs,
        metrics.create_counter("counter_total", "A metric.", name_as_is=True),
        metrics.create_histogram("histogram_seconds", "A metric.", buckets=inputs.bounds, name_as_is=True),
        metrics.create_countervec("requests_total", "A metric.", LABEL_NAMES, name_as_is=True),
        {"python_scalar": scalars, "python_histogram": histograms},
    )


def prometheus_client_program(inputs: Inputs) -> Program:
    """The metrics of prometheus_client, without `_created`."""
    from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

    disable_created_metrics()  # type: ignore[no-untyped-call]
    registry = CollectorRegistry()

    def scalars(count: int) -> Any:
        vec = Counter("scalars", "A metric.", ["id"], registry=registry)
        for i in range(count):
            vec.labels(f"{i:06}")
        return vec

    def histograms(count: int) -> Any:
        vec = Histogram("many_seconds", "A metric.", ["id"], buckets=inputs.bounds, registry=registry)
        for i in range(count):
            vec.labels(f"{i:06}")
        return vec

    return Program(
        inputs,
        Counter("counter", "A metric.", registry=registry),
        Histogram("histogram_seconds", "A metric.", buckets=inputs.bounds, registry=registry),
        Counter("requests", "A metric.", LABEL_NAMES, registry=registry),
        {"python_scalar": scalars, "python_histogram": histograms},
    )


def floor_program(inputs: Inputs) -> Program:
    """Calls to methods in C that do next to nothing."""
    program = Program(inputs, None, None, None, {})
    text = ""
    nothing = frozenset[float]()

    def inc(turns: int) -> None:
        for _ in repeat(None, turns):
            text.isascii()

    def no_inc(turns: int) -> None:
        for _ in repeat(None, turns):
            pass

    def observe(turns: int) -> None:
        for value in islice(cycle(inputs.values), turns):
            nothing.__contains__(value)

    def no_observe(turns: int) -> None:
        for _value in islice(cycle(inputs.values), turns):
            pass

    program.loops = {"python_inc": (inc, no_inc), "python_observe": (observe, no_observe)}
    return program


def main() -> None:
    """Answer the requests of the arguments, or else of standard input."""
    inputs = Inputs(Path(sys.argv[1]))
    programs = {
        "dynmetrics": dynmetrics_program,
        "prometheus_client": prometheus_client_program,
        "floor": floor_program,
    }
    program = programs[sys.argv[2]](inputs)
    if len(sys.argv) > 3:
        print(program.answer(sys.argv[3:]))
        return
    for line in sys.stdin:
        print(program.answer(line.split()), flush=True)


if __name__ == "__main__":
    main()
