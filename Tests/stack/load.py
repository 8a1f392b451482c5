"""The load of the live stack: requests at a steady rate, and what the client itself saw of each."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
import urllib.parse
from dataclasses import dataclass, field


@dataclass
class Seen:
    ended: float
    """Wall clock."""
    outcome: str
    first: float = 0
    gaps: list[float] = field(default_factory=list)
    duration: float = 0
    prompt: int = 0


class Load:
    """Begins `rate` requests each second until it is stopped, whether the ones before have ended or not."""

    def __init__(self, frontend: str, rate: float) -> None:
        self.netloc, self.rate = urllib.parse.urlsplit(frontend).netloc, rate
        self.seen: list[Seen] = []
        self.chance = random.Random(11)
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        at, running = time.monotonic(), []
        while not self.stop.wait(max(0.0, at - time.monotonic())):
            at += 1 / self.rate
            wanted = {
                "prompt": self.chance.randint(20, 3000),
                "tokens": self.chance.randint(3, 12),
                "ttft": min(1.5, self.chance.lognormvariate(-2.3, 0.6)),
                "itl": self.chance.uniform(0.012, 0.045),
                "outcome": self.chance.choices(("success", "validation", "internal"), (96, 2, 2))[0],
            }
            thread = threading.Thread(target=self._one, args=(wanted,), daemon=True)
            thread.start()
            running.append(thread)
        for thread in running:
            thread.join(30)

    def _one(self, wanted: dict[str, object]) -> None:
        seen, began = Seen(0, str(wanted["outcome"]), prompt=int(str(wanted["prompt"]))), time.perf_counter()
        connection = http.client.HTTPConnection(self.netloc, timeout=60)
        try:
            connection.request("POST", "/v1/chat/completions", json.dumps(wanted))
            answer, last = connection.getresponse(), began
            while answer.status == 200 and answer.readline():
                now = time.perf_counter()
                if seen.first:
                    seen.gaps.append(now - last)
                else:
                    seen.first = now - began
                last = now
            answer.read()
        finally:
            connection.close()
        seen.ended, seen.duration = time.time(), time.perf_counter() - began
        self.seen.append(seen)

    def close(self) -> None:
        self.stop.set()
        self.thread.join(60)
