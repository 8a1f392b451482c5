"""A contender's process as its driver sees it: requests, processor time, memory, and pages that are checked."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from engine import TURN
from scrape import Scraper

HERE = Path(__file__).parent
SETTLED = 20e-6  # seconds of processor time in SETTLE seconds: nothing goes on any more
SETTLE = 0.003
HOLD = re.compile(rb"^dynmetrics_gil_hold_seconds_(max|total)\S* (\S+)$", re.M)
# Each page is to be whole and new; by default ours would wait for a source for 1 s and take 16 MiB of it.
LIMITS = {"DYN_METRICS_SCRAPE_DEADLINE_MS": "100000", "DYN_METRICS_SOURCE_MAX_BYTES": str(1 << 30)}
DYNAMO = {"DYN_SYSTEM_PORT": "0", "DYN_SYSTEM_HOST": "127.0.0.1", "DYN_LOG": "error"}


class Process:
    """A worker of a contender, alive until it is closed. `missing` tells why there is none."""

    def __init__(self, contender: str, series: int) -> None:
        environment = {**os.environ, **LIMITS, **(DYNAMO if contender == "dynamo" else {})}
        self.contender, self.series, self.turn = contender, series, 0
        self.wrong: list[str] = []
        command = [sys.executable, str(HERE / "worker.py"), contender, str(series)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        ready = self._answer()
        self.missing = str(ready.get("missing", ""))
        self.version, self.url, self.streams = ready.get("version", ""), ready.get("url", ""), ready.get("streams", 0)
        # The kernel's clock of another process: all its threads, those that ended as well, to the nanosecond.
        self._clock = (~self._process.pid << 3) | 2
        self._scraper = Scraper(self.url)

    def _answer(self) -> Any:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"error: the process of {self.contender} ended with {self._process.wait()}")
        return json.loads(line)

    def ask(self, request: str) -> Any:
        """Have it answer a request of worker.py."""
        assert self._process.stdin
        self._process.stdin.write(request + "\n")
        self._process.stdin.flush()
        return self._answer()

    def work(self) -> None:
        """Have its engine change metrics, so that the next page is another."""
        self.turn += 1
        self.ask(f"work {self.turn}")

    def page(self) -> tuple[bytes, float]:
        """Scrape; gives the page and the seconds it took. What is not whole or not new is noted."""
        page, took = self._scraper.page()
        found = page.count(b"\nvllm:")
        turn = re.search(rf"^{TURN}(?:{{.*}})? (\S+)$".encode(), page, re.M)
        if found != self.series:
            self.wrong.append(f"{found} of {self.series} series")
        elif not turn or float(turn[1]) != self.turn:
            self.wrong.append("old values")
        return page, took

    def live(self) -> None:
        """Ask whether it lives: an answer that reads nothing."""
        self._scraper.page("/live")

    def busy(self) -> float:
        """Give its processor time in seconds, user and system."""
        return time.clock_gettime(self._clock)

    def busy_when_settled(self, patience: float = 1.0) -> float:
        """Give its processor time once what it still did after an answer is done."""
        end, before = time.monotonic() + patience, self.busy()
        while time.monotonic() < end:
            time.sleep(SETTLE)
            now = self.busy()
            if now - before < SETTLED:
                break
            before = now
        return self.busy()

    def resident(self) -> float:
        """Give its memory in MiB."""
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)

    def close(self) -> None:
        """Let it end."""
        assert self._process.stdin
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def held(page: bytes) -> dict[str, float]:
    """Give what a page of ours tells of its holds of the GIL, in milliseconds: the longest, and their sum."""
    found: dict[str, list[float]] = {}
    for name, value in HOLD.findall(page):
        found.setdefault(name.decode(), []).append(float(value) * 1000)
    told = {}
    if "max" in found:
        told["max"] = max(found["max"])
    if "total" in found:
        told["total"] = sum(found["total"])
    return told
