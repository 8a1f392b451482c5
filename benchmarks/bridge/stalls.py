"""One turn of the streams: a client that reads them all, and a scraper, each a process of its own."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path

from process import Process

HERE = Path(__file__).parent
WARM_UP = 1.0


def stalls(process: Process, streams: int, seconds: float) -> dict[str, float]:
    """Read the streams of a process for so long, scraped once a second; give the gaps between tokens."""
    words = [sys.executable, str(HERE / "listen.py"), str(process.streams), str(streams), str(WARM_UP), str(seconds)]
    before = process.busy()
    client = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert client.stdout
    client.stdout.readline()  # all streams are open
    took = []
    if process.url:
        scraper = [sys.executable, str(HERE / "scrape.py"), process.url, str(WARM_UP + seconds)]
        took = json.loads(subprocess.run(scraper, stdout=subprocess.PIPE, text=True, check=True).stdout)
    told = client.communicate()[0]
    if client.returncode:
        raise SystemExit(f"error: the client of {process.contender}'s streams ended with {client.returncode}")
    found: dict[str, float] = json.loads(told)
    found["busy"] = (process.busy() - before) / (WARM_UP + seconds) * 100
    process.busy_when_settled()  # its streams have ended before the next turn
    if took:
        found["scrape"] = statistics.median(took)
    return found
