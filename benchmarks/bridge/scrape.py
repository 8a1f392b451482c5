"""A scraper: asks for a page again and again, over one connection if the server keeps it.

    scrape.py URL SECONDS    once a second; prints how long each took, in milliseconds, as JSON
"""

from __future__ import annotations

import http.client
import json
import sys
import time
from urllib.parse import urlsplit


class Scraper:
    """Asks for plain text, which all contenders have."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._path = parts.path
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)

    def page(self, path: str = "") -> tuple[bytes, float]:
        """Give a page, or what is at another path, and the seconds it took, from the request to its last byte."""
        try:
            return self._asked(path or self._path)
        except ConnectionError:  # servers close a connection that was idle for long
            self._connection.close()
            return self._asked(path or self._path)

    def _asked(self, path: str) -> tuple[bytes, float]:
        start = time.perf_counter()
        self._connection.request("GET", path, headers={"Accept-Encoding": "identity"})
        answer = self._connection.getresponse()
        body = answer.read()
        took = time.perf_counter() - start
        if answer.status != 200:
            raise SystemExit(f"error: HTTP {answer.status} from {path}: {body[:200]!r}")
        return body, took


def main(url: str, seconds: float) -> None:
    """Scrape once a second; one that takes longer delays the next, as Prometheus has one at a time."""
    scraper, took = Scraper(url), []
    end, due = time.monotonic() + seconds, time.monotonic()
    while due < end:
        time.sleep(max(0, due - time.monotonic()))
        took.append(scraper.page()[1] * 1000)
        due = max(due + 1, time.monotonic())
    print(json.dumps(took))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
