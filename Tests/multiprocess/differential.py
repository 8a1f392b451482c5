#!/usr/bin/env python3
"""Does our merge of a multiprocess directory equal prometheus_client's, byte for byte?

Random directories of every kind, every gauge mode, several processes and odd text are written with prometheus_client's
own writer, merged by it with the files taken in the order of their names, and merged by `TOOL merge DIR`.

    differential.py TOOL [--cases N] [--seed S]     exit 0: all equal; 1: a case differs, its directory is kept
"""

from __future__ import annotations

import argparse
import difflib
import random
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.mmap_dict import MmapedDict, mmap_key
from prometheus_client.multiprocess import MultiProcessCollector

MODES = ("all", "liveall", "min", "livemin", "max", "livemax", "sum", "livesum", "mostrecent", "livemostrecent")
LABEL_NAMES = (
    "le_", "Le", "_x", "a", "dp_rank", "model", "pi", "pid_", "pie", "z", "le", "quantile", "é", "a.b", "__r",
)
VALUE_PARTS = (
    "", "a", "Z", "0", " ", "\\", '"', "\n", "\t", "\r", "é", "e\u0301", "\u2028", "\u00a0", "漢", "😀", "𝒳",
    ",", "{", "}", "=", "#",
)
HELP_PARTS = VALUE_PARTS + ("Requests served", " in seconds")
PLAIN_VALUES = (0.0, -0.0, 1.0, 2.0, 0.1, 0.2, 0.3, 1e6, 123456.0, 1234567.5, -1e6, -1e17, 1e16, 1e-5, 5e-324, 1e308)
ODD_VALUES = (float("nan"), float("inf"), float("-inf"))
BOUND_SPELLINGS = {
    0.005: ("0.005", "5e-3"), 0.1: ("0.1", ".1"), 1.0: ("1.0", "1", "1e0"), 2.5: ("2.5", "2.50"), 10.0: ("10.0", "10"),
    1e6: ("1e+06", "1000000.0"), 12345678.0: ("1.2345678e+07", "12345678"), -1.0: ("-1.0",), 0.0: ("0.0", "-0.0", "0"),
    1e-7: ("1e-07",), 1e22: ("1e+22",), float("inf"): ("+Inf", "inf", "Infinity"), float("-inf"): ("-Inf",),
}


@dataclass
class Plan:
    """One family, as all processes know it."""

    name: str
    kind: str
    label_sets: list[dict[str, str]]
    helps: list[str]
    modes: list[str] = field(default_factory=list)
    bounds: list[float] = field(default_factory=list)


class ByName:
    """A collector that takes the files of a directory in the order of their names."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def collect(self) -> Iterator[Metric]:
        yield from MultiProcessCollector.merge(sorted(str(path) for path in self.directory.glob("*.db")))


def python_page(directory: Path) -> bytes:
    registry = CollectorRegistry()
    registry.register(ByName(directory))
    return generate_latest(registry)


def text(chance: random.Random, parts: tuple[str, ...]) -> str:
    return "".join(chance.choice(parts) for _ in range(chance.randrange(5)))


def number(chance: random.Random) -> float:
    sort = chance.random()
    if sort < 0.05:
        return chance.choice(ODD_VALUES)
    if sort < 0.5:
        return chance.choice(PLAIN_VALUES)
    whole = float(chance.randrange(10**7))
    return chance.choice((chance.random(), chance.uniform(-1e9, 1e9), whole, chance.expovariate(1e-4)))


def plan(chance: random.Random, index: int) -> Plan:
    kind = chance.choice(("counter", "gauge", "histogram", "summary"))
    modes = [chance.choice(MODES)]
    if chance.random() < 0.1:
        modes.append(chance.choice(MODES))
    names = [name for name in LABEL_NAMES if kind != "histogram" or name != "le"]
    if kind != "gauge" or not {"all", "liveall"} & set(modes):
        names.append("pid")
    names = chance.sample(names, chance.randrange(5))
    count = chance.randrange(1, 5) if names else 1
    label_sets = [{name: text(chance, VALUE_PARTS) for name in names} for _ in range(count)]
    helps = [text(chance, HELP_PARTS)]
    if chance.random() < 0.1:
        helps.append(text(chance, HELP_PARTS))
    bounds = chance.sample(sorted(BOUND_SPELLINGS), chance.randrange(1, 8))
    if chance.random() < 0.8:
        bounds.sort()
    start = chance.choice(("eng", "vllm:", "sg:lang_", "dotted.", "é", "_"))
    name = start + f"m{index}" + chance.choice(("", "_seconds", "_x"))
    return Plan(name, kind, label_sets, helps, modes, bounds)


def records(chance: random.Random, plan: Plan) -> Iterator[tuple[str, str]]:
    """The keys of one process for one family, as (file prefix, key), in the order in which it creates them."""
    label_sets = [labels for labels in plan.label_sets if chance.random() < 0.8]
    if chance.random() < 0.3:
        chance.shuffle(label_sets)
    prefix = f"gauge_{chance.choice(plan.modes)}" if plan.kind == "gauge" else plan.kind

    for labels in label_sets:

        def key(suffix: str, labels: dict[str, str] = labels, **more: str) -> tuple[str, str]:
            all_labels = {**labels, **more}
            help_text = chance.choice(plan.helps)
            return prefix, mmap_key(plan.name, plan.name + suffix, [*all_labels], [*all_labels.values()], help_text)

        if plan.kind == "counter":
            yield key("_total")
        elif plan.kind == "gauge":
            yield key("")
        elif plan.kind == "summary":
            yield key("_count")
            yield key("_sum")
        else:
            if chance.random() < 0.95:
                yield key("_sum")
            for bound in plan.bounds:
                if chance.random() < 0.95:
                    yield key("_bucket", le=chance.choice(BOUND_SPELLINGS[bound]))


def write_directory(chance: random.Random, directory: Path) -> None:
    plans = [plan(chance, index) for index in range(chance.randrange(1, 7))]
    for process in range(chance.randrange(1, 5)):
        write_process(chance, directory, plans, process)


def write_process(
    chance: random.Random, directory: Path, plans: list[Plan], process: int, served: bool = False
) -> None:
    """Write what one process would. In what is served a histogram counts nothing below zero: it would be none."""
    pids = (str(process + 1), str(1000 - process), f"host-{process}", f"w_{process}", f"é\"{process}")
    pid = chance.choice(pids)
    files: dict[str, MmapedDict] = {}
    everything = [record for plan in plans if chance.random() < 0.85 for record in records(chance, plan)]
    if chance.random() < 0.2:
        chance.shuffle(everything)
    for prefix, key in everything:
        if prefix not in files:
            files[prefix] = MmapedDict(str(directory / f"{prefix}_{pid}.db"))
        time = chance.choice((0.0, 0.0, 1e9, 1.7e9, 1.7e9 + process, -1.0))
        value = number(chance)
        files[prefix].write_value(key, abs(value) if served and prefix == "histogram" else value, time)
    for file in files.values():
        file.close()


def write_as_before_018(source: Path, target: Path) -> None:
    """The same file in the layout without time stamps."""
    data = source.read_bytes()
    used = struct.unpack_from("i", data, 0)[0]
    out, at = bytearray(8), 8
    while at < used:
        length = struct.unpack_from("i", data, at)[0]
        end = at + 4 + length + 8 - (length + 4) % 8 + 8
        out += data[at:end]
        at = end + 8
    struct.pack_into("i", out, 0, len(out))
    target.write_bytes(out + bytes(-len(out) % 65536))


def copy_with_old_files(chance: random.Random, source: Path, target: Path) -> None:
    target.mkdir()
    for path in source.iterdir():
        if chance.random() < 0.5:
            write_as_before_018(path, target / path.name)
        else:
            shutil.copy(path, target / path.name)


def check(tool: list[str], root: Path, seed: int) -> bool:
    chance = random.Random(seed)
    directory = root / f"case{seed}"
    directory.mkdir()
    write_directory(chance, directory)
    expected = python_page(directory)
    given = directory
    needs_times = any("mostrecent" in path.name for path in directory.iterdir())
    if not needs_times and chance.random() < 0.3:
        given = root / f"case{seed}.old"
        copy_with_old_files(chance, directory, given)
    got = subprocess.run([*tool, "merge", str(given)], capture_output=True, check=False)
    if got.returncode == 0 and got.stdout == expected and not got.stderr:
        shutil.rmtree(directory)
        shutil.rmtree(given, ignore_errors=True)
        return True
    print(f"seed {seed}: differs, exit status {got.returncode}, directory {given}")
    sys.stdout.write(got.stderr.decode(errors="replace"))
    pages = expected.decode().split("\n"), got.stdout.decode(errors="replace").split("\n")
    lines = difflib.unified_diff(*pages, "prometheus_client", "ours", lineterm="")
    print("\n".join(list(lines)[:40]))
    return False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool", help="the command, called as TOOL merge DIR")
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0, help="of the first case; the others count up from it")
    options = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="dynmetrics-differential-"))
    for seed in range(options.seed, options.seed + options.cases):
        if not check([options.tool], root, seed):
            return 1
    shutil.rmtree(root)
    print(f"{options.cases} directories, all equal")
    return 0


if __name__ == "__main__":
    sys.exit(main())
