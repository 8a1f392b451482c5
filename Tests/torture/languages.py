#!/usr/bin/env python3
"""Threads of C, C++ and Python add in one process, through one library: nothing is lost, whatever goes on beside it.

ADDS (1000): thousands of additions for each metric and language. Beside them pages are made, children come and go,
metrics are created, threads end and the process forks, whose child adds to its own copy. A Swift program links a copy
of the library of its own; its threads are those of the Swift tests.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import dynmetrics

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tap import finish, skip, test

ROOT = Path(__file__).resolve().parents[2]
THREADS = 3


def library() -> Path:
    """The one that the extension has loaded."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        if "libdynmetrics" in line:
            return Path(line.split(maxsplit=5)[-1])
    raise AssertionError("no libdynmetrics in this process")


def compiled(folder: Path, language: str) -> ctypes.CDLL:
    compiler = {"c": os.environ.get("CC", "cc"), "c++": os.environ.get("CXX", "c++")}[language]
    out = folder / f"adders-{language}.so"
    flags = ["-Wall", "-Wextra", "-Werror", "-O2", "-shared", "-fPIC", "-pthread", f"-I{ROOT / 'include'}"]
    source = ROOT / "Tests" / "torture" / "adders.c"
    subprocess.run([compiler, *flags, "-x", language, source, "-x", "none", library(), "-o", out], check=True)
    loaded = ctypes.CDLL(str(out))
    loaded.adders_scrape.restype = ctypes.c_size_t
    return loaded


def told(adders: ctypes.CDLL, wait: bool) -> tuple[int, float, int]:
    counted, seconds, observed = ctypes.c_uint64(), ctypes.c_double(), ctypes.c_uint64()
    adders.adders_told(int(wait), ctypes.byref(counted), ctypes.byref(seconds), ctypes.byref(observed))
    return counted.value, seconds.value, observed.value


def main() -> None:
    if not all(shutil.which(name) for name in ("cc", "c++")):
        skip("threads of C, C++ and Python", "no compiler")
        return finish()
    each = int(os.environ.get("ADDS") or 1000) * 1000
    python_each = each // 10  # a call of Python takes as long as many of C
    runtime = dynmetrics.DistributedRuntime()
    counter = runtime.metrics.create_intcounter("counted_total", "C")
    seconds = runtime.metrics.create_counter("seconds_total", "S")
    latency = runtime.metrics.create_histogram("latency_seconds", "L", native=True)
    vec = runtime.metrics.create_intcountervec("child_total", "C", ["number"])

    def add() -> None:
        for number in range(python_each):
            counter.inc()
            seconds.inc(0.5)
            latency.observe(0.25)
            if number % 64 == 0:
                vec.labels("kept").inc(64)

    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="dynm-languages-") as place:
        parts = {language: compiled(Path(place), language) for language in ("c", "c++")}
        for language, adders in parts.items():
            if status := adders.adders_start(ctypes.c_uint64(each // THREADS)):
                wrong.append(f"{language}: does not start ({status})")
        # In two generations: threads end, others take their place.
        forks = 0
        for _ in range(2):
            threads = [threading.Thread(target=add) for _ in range(THREADS)]
            for thread in threads:
                thread.start()
            made = 0
            while any(thread.is_alive() for thread in threads):
                made += 1
                runtime.scrape()
                for adders in parts.values():
                    adders.adders_scrape()
                vec.labels(str(made)).inc()
                vec.remove(str(made))
                runtime.remove_matching({"number": str(made)})
                if made % 20 == 0:
                    runtime.metrics.create_counter(f"late_{forks}_total", "L").inc()
                    wrong += forked(counter, parts)
                    forks += 1
            for thread in threads:
                thread.join()
        for language, adders in parts.items():
            rounds = each // THREADS * THREADS
            found = told(adders, wait=True)
            if found != (rounds, rounds * 0.5, rounds):
                wrong.append(f"{language}: {found}, not {rounds}, {rounds * 0.5}, {rounds}")
        total = 2 * THREADS * python_each
        kept = 2 * THREADS * -(-python_each // 64) * 64
        expected = (total, total * 0.5, total, total * 0.25, kept)
        found = (counter.get(), seconds.get(), latency.count(), latency.sum(), vec.labels("kept").get())
        if found != expected:
            wrong.append(f"python: {found}, not {expected}")
        if forks == 0:
            wrong.append("it was too fast: nothing was forked beside it")
    test(f"threads of C, C++ and Python add {each} times and more at once, and nothing is lost", wrong)
    finish()


def forked(counter: dynmetrics.IntCounter, parts: dict[str, ctypes.CDLL]) -> list[str]:
    """A child whose threads are gone adds to what it has."""
    child = os.fork()
    if child == 0:
        before = counter.get()
        for _ in range(1000):
            counter.inc()
        still = [told(adders, wait=False)[0] for adders in parts.values()]
        is_well = counter.get() == before + 1000 and still == [told(adders, wait=False)[0] for adders in parts.values()]
        os._exit(0 if is_well else 1)
    _, status = os.waitpid(child, 0)
    return [] if status == 0 else [f"a forked child ended with {os.waitstatus_to_exitcode(status)}"]


if __name__ == "__main__":
    main()
