#!/usr/bin/env python3
"""A newcomer runs the demo: once, on a taken port, with a wrong port, and until Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from story import ROOT, TOOL, URL, answers, demo, fetch, finish, test, wait_until


def once() -> None:
    run = subprocess.run(
        ["make", "--no-print-directory", "demo", "DEMO_ONCE=1", "DEMO_PORT=0"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    lines = run.stdout.splitlines()
    test("make demo DEMO_ONCE=1 exits 0", [run.stdout, run.stderr] if run.returncode else [])
    test("one line is only the URL", sum(bool(URL.fullmatch(line)) for line in lines) != 1)
    shown = [line.strip() for line in lines if re.match(r"  [a-z:_]+\{", line)]
    test("it shows ten lines of the page", [*shown, f"{len(shown)} lines"] if len(shown) != 10 else [])
    counts = [line for line in lines if re.search(r"\s[1-9]\d*\s+[1-9]\d*$", line)]
    test("it counts families and series of four sources and together", counts if len(counts) != 5 else [])


def wrong_ports() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        run = worker(DEMO_PORT=port)
    test(
        "a taken port is told with its number and a way out",
        [run.stderr]
        if run.returncode != 1 or port not in run.stderr or "DEMO_PORT=0" not in run.stderr or "Traceback" in run.stderr
        else [],
    )
    run = worker(DEMO_PORT="65536")
    test(
        "a wrong port is told with a right one",
        [run.stderr]
        if run.returncode != 1 or "65536" not in run.stderr or "9464" not in run.stderr or "Traceback" in run.stderr
        else [],
    )


def worker(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "demo" / "worker.py"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def until_ctrl_c() -> None:
    with tempfile.TemporaryDirectory(prefix="dynm-e2e-") as folder:
        with demo(TMPDIR=folder) as (process, url):
            families = list(text_string_to_metric_families(fetch(url)))
            names = [family.name for family in families]
            test("no family stands twice", [name for name in names if names.count(name) > 1])
            series = [(sample.name, tuple(sorted(sample.labels.items()))) for f in families for sample in f.samples]
            test("no series stands twice", [] if len(series) == len(set(series)) else ["some do"])
            checked = subprocess.run([TOOL, "check", "--lint", "-"], input=fetch(url), text=True, capture_output=True)
            against = [line for line in checked.stdout.splitlines() if re.search(r"'?(dynm|dynamo_)", line)]
            test(
                "dynmetrics check takes the page, lint about engines' names only",
                [checked.stdout] if checked.returncode or against else [],
            )
            test("/health is ready", '"status":"ready"' not in fetch(url.replace("/metrics", "/health")))
            children = children_of(process.pid)
            test("two engine processes write the directory", len(children) != 2 or not list(Path(folder).iterdir()))
            process.send_signal(signal.SIGINT)
            process.wait(timeout=20)
            test("Ctrl-C ends it with status 0", [f"status {process.returncode}"] if process.returncode else [])
        wait_until(lambda: not any(Path(f"/proc/{child}").exists() for child in children), "the engines end")
        test("its engines, its directory and its port are gone", [*Path(folder).iterdir()] + [url] * answers(url))


def children_of(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rsplit(")", 1)[1].split()[1]) == parent:
                found.append(int(stat.parent.name))
        except OSError:
            pass
    return found


if __name__ == "__main__":
    once()
    wrong_ports()
    until_ctrl_c()
    finish()
