#!/usr/bin/env python3
"""Pages of sources that cannot run here (GPUs, an operator, KVBM …): their names and labels, with values that move.

    replay.py FOLDER        serves FOLDER/x.txt as /x/metrics on any free port of loopback; prints the URL

A line of such a file is one family; `a|b` in a label stands for one series each:

    gauge      name{gpu="0|1"} 40..95             swings between the two
    counter    name{kind="a|b"} 3                 that much per second
    histogram  name{kind="a|b"} 0.001..2 5        bounds between the two, 5 observations per second
    also       name{gpu="2"} 0                    more series of the gauge before
"""

from __future__ import annotations

import itertools
import math
import re
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

NUMBER = r"(\d+(?:\.\d+)?(?:e\d+)?)"
LINE = re.compile(
    rf"(gauge|counter|histogram|also)\s+([a-zA-Z_:][\w:]*)(?:\{{(.*)\}})?\s+{NUMBER}(?:\.\.{NUMBER})?(?:\s+{NUMBER})?"
)
LABEL = re.compile(r'(\w+)="([^"]*)"')
BOUNDS = 10
BEGAN = time.time() - 600  # as if they had run for ten minutes


def every(labels: str) -> list[str]:
    """Each label set, as it stands on a page."""
    pairs = [[f'{name}="{value}"' for value in values.split("|")] for name, values in LABEL.findall(labels or "")]
    return [",".join(chosen) for chosen in itertools.product(*pairs)]


def family(line: str, now: float) -> Iterator[str]:
    match = LINE.fullmatch(line.strip())
    if not match:
        raise ValueError(f'not a family: {line!r}; one is like: gauge name{{gpu="0|1"}} 40..95')
    kind, name, labels, first, last, each = match.groups()
    low, high, age = float(first), float(last or first), now - BEGAN
    if kind != "also":
        yield f"# HELP {name} Replayed, not measured."
        yield f"# TYPE {name} {kind}"
    for number, set_ in enumerate(every(labels)):
        braces, comma = f"{{{set_}}}" if set_ else "", "," if set_ else ""
        if kind in ("gauge", "also"):
            wave = (1 + math.sin(age / 17 + number)) / 2
            yield f"{name}{braces} {low + (high - low) * wave:.6g}"
        elif kind == "counter":
            yield f"{name}{braces} {low * age * (1 + 0.1 * number):.9g}"
        else:
            count = int(float(each or 1) * age * (1 + 0.1 * number))
            bounds = [low * (high / low) ** (at / (BOUNDS - 1)) for at in range(BOUNDS)]
            counts = [count * (at + 1) // BOUNDS for at in range(BOUNDS)]
            middles = [bounds[0] / 2, *((one + other) / 2 for one, other in itertools.pairwise(bounds))]
            sum_ = sum((n - before) * m for n, before, m in zip(counts, [0, *counts], middles))
            for bound, n in [*zip((f"{b:.4g}" for b in bounds), counts), ("+Inf", count)]:
                yield f'{name}_bucket{{{set_}{comma}le="{bound}"}} {n}'
            yield f"{name}_sum{braces} {sum_:.9g}"
            yield f"{name}_count{braces} {count}"


def page(file: Path) -> str:
    now = time.time()
    lines = [line for line in file.read_text().splitlines() if line.strip() and not line.startswith("#")]
    return "\n".join(text for line in lines for text in family(line, now)) + "\n"


def serve(folder: Path) -> None:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            file = folder / f"{self.path.strip('/').removesuffix('/metrics')}.txt"
            known = file.parent == folder and file.exists()
            body = (page(file) if known else "no such replay\n").encode()
            self.send_response(200 if known else 404)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    serve(Path(sys.argv[1]).resolve())
