#!/usr/bin/env python3
"""Many workers in one process: `targets.py PAGE TARGETS SERIES`. Serves /0/metrics, /1/metrics, …; prints its URL.

Each is the page of a real worker with an id of its own, filled up with histograms until it has SERIES series; counters
and buckets go up from scrape to scrape.
"""

from __future__ import annotations

import gzip
import re
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

BOUNDS = ("0.01", "0.05", "0.1", "0.5", "1", "5", "+Inf")
OWN = "worker_id="


class Page:
    """A worker's page whose numbers move."""

    def __init__(self, text: str, series: int) -> None:
        self.parts: list[tuple[str, float, float]] = []
        comments: list[str] = []
        kinds: dict[str, str] = {}
        for line in text.splitlines():
            if line.startswith("#"):
                comments.append(line + "\n")
                if line.startswith("# TYPE "):
                    _, _, name, kind = line.split(" ", 3)
                    kinds[name] = kind
                continue
            left, _, value = line.rpartition(" ")
            name = re.sub(r"\{.*", "", left)
            moves = kinds.get(name) == "counter" or name not in kinds
            self.parts.append(("".join(comments) + left, float(value), 1.0 if moves else 0.0))
            comments = []
        number = 0
        while len(self.parts) < series:
            name, number = f"engine_step_{number}_seconds", number + 1
            head = f"# TYPE {name} histogram\n"
            for at, bound in enumerate(BOUNDS):
                left = f'{name}_bucket{{{OWN}"",le="{bound}"}}'
                self.parts.append((head * (at == 0) + left, 0, (at + 1) / 7))
            self.parts += [(f'{name}_sum{{{OWN}""}}', 0, 0.2), (f'{name}_count{{{OWN}""}}', 0, 1)]
        # A histogram that was cut short would not add up; a gauge more or less is of no account.
        self.series = len(self.parts)

    def text(self, worker: int, age: float) -> bytes:
        told = "\n".join(f"{left} {base + slope * int(age)}" for left, base, slope in self.parts)
        return re.sub(rf'{OWN}"[^"]*"', f'{OWN}"{worker:x}"', told).encode() + b"\n"


def serve(page: Page, targets: int) -> None:
    began = time.time()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            number = int(self.path.split("/")[1])
            body = page.text(number, time.time() - began) if number < targets else b""
            packed = "gzip" in self.headers.get("Accept-Encoding", "")
            body = gzip.compress(body, 1) if packed else body
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            if packed:
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 1024

    server = Server(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_address[1]} {page.series}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    serve(Page(Path(sys.argv[1]).read_text(), int(sys.argv[3])), int(sys.argv[2]))
