"""Writes the directories of the benchmark with prometheus_client's own writer, and changes their values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prometheus_client.mmap_dict import MmapedDict, mmap_key

MODES = ("all", "liveall", "min", "livemin", "max", "livemax", "sum", "livesum", "mostrecent", "livemostrecent")
BOUNDS = ("0.001", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "5.0", "7.5", "10.0", "+Inf")
FIRST_PID = 999_000_001  # no system gives out pids this high: the writers are gone
HELP = "What the engine did, in the unit of its name."


@dataclass(frozen=True)
class Shape:
    """One directory: how many processes, what each of them writes."""

    name: str
    processes: int
    counters: int  # series in each of 10 families
    gauges: int  # series in each family
    histograms: int  # series of 15 records
    modes: tuple[str, ...] = MODES


SHAPES = (
    Shape("2 x 500", 2, 20, 10, 12),
    Shape("8 x 500", 8, 20, 10, 12),
    Shape("64 x 5000", 64, 200, 100, 125),
    Shape("6,000 files", 2000, 15, 30, 8, ("max",)),
)


def records(shape: Shape, process: int) -> Iterator[tuple[str, str, float, float]]:
    """Give the records of one process: file prefix, key, value, time stamp."""

    def key(metric: str, suffix: str, index: int, **more: str) -> str:
        labels = {"model": "meta/llama-3-70b", "engine": str(index % 8), "route": f"/v1/r{index // 8}", **more}
        return mmap_key(metric, metric + suffix, [*labels], [*labels.values()], HELP)

    for family in range(10):
        for index in range(shape.counters):
            yield "counter", key(f"eng_requests_{family}", "_total", index), float(process * 7 + index * 3 + 1), 0.0
    for mode in shape.modes:
        for index in range(shape.gauges):
            yield f"gauge_{mode}", key(f"eng_depth_{mode}", "", index), (process + index) / 7, 1.7e9 + process
    for index in range(shape.histograms):
        yield "histogram", key("eng_latency_seconds", "_sum", index), index * 0.3 + process, 0.0
        for position, bound in enumerate(BOUNDS):
            yield "histogram", key("eng_latency_seconds", "_bucket", index, le=bound), float(position + process), 0.0


def writer(path: Path) -> Any:
    """Open a file as prometheus_client does, which has no types for it."""
    return MmapedDict(str(path))  # type: ignore[no-untyped-call]


class Directory:
    """A directory whose writers are kept open, so that values can be changed between scrapes."""

    def __init__(self, path: Path, shape: Shape, live: int) -> None:
        """Write all files; the first `live` processes stay open."""
        self.path = path
        self.writers: list[tuple[Any, str, float, float]] = []
        self.files: list[Any] = []
        for process in range(shape.processes):
            files: dict[str, Any] = {}
            first: dict[str, tuple[str, float, float]] = {}
            for prefix, key, value, time in records(shape, process):
                if prefix not in files:
                    files[prefix] = writer(path / f"{prefix}_{FIRST_PID + process}.db")
                    first[prefix] = (key, value, time)
                files[prefix].write_value(key, value, time)
            for prefix, file in files.items():
                if process < live:
                    self.writers.append((file, *first[prefix]))
                    self.files.append(file)
                else:
                    file.close()

    def touch(self, turn: int) -> None:
        """Let every live writer change a value of each of its files."""
        for file, key, value, time in self.writers:
            file.write_value(key, value + turn, time + turn if time else 0.0)

    def close(self) -> None:
        """Close the writers."""
        for file in self.files:
            file.close()
