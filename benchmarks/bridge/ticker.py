"""A thread that wants to run each millisecond, and how late it gets to."""

from __future__ import annotations

import threading
import time

PERIOD = 0.001


class Ticker:
    """Sleeps for a millisecond again and again until it is stopped; the waits of the GIL are in its lateness."""

    def __init__(self) -> None:
        self._late: list[float] = []
        self._stop = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        clock, sleep, late = time.perf_counter, time.sleep, self._late
        before = clock()
        while not self._stop:
            sleep(PERIOD)
            now = clock()
            late.append(now - before - PERIOD)
            before = now

    def stop(self) -> list[float]:
        """Give the lateness of all ticks in milliseconds."""
        self._stop = True
        self._thread.join()
        return [round(late * 1000, 3) for late in self._late]
