#!/usr/bin/env python3
"""Writes the `db/` folders of the merge cases, in the layout of prometheus_client's multiprocess mode.

    make_cases.py            writes them anew beside this file, under cases/

Needs nothing but Python. What each directory merges to stands in its expected.txt, made by prometheus_client or written
by hand, and read over.

A case is a folder with input.txt or db/, options.json, and expected.txt (the page that filtering or merging must
give, byte for byte) or problems.json (what checking must find: line, column, severity, a part of the message).
"""

from __future__ import annotations

import json
import struct
from pathlib import Path

CASES = Path(__file__).resolve().parent / "cases"


def key(family: str, sample: str, labels: dict[str, str], help_text: str) -> bytes:
    return json.dumps([family, sample, labels, help_text], sort_keys=True).encode()


def record(raw: bytes, value: float, time: float) -> bytes:
    """Length, key, blanks up to a multiple of eight (at least one), value, time of the last change."""
    padded = raw + b" " * (8 - (len(raw) + 4) % 8)
    return struct.pack("<i", len(raw)) + padded + struct.pack("<dd", value, time)


def write(case: str, name: str, records: list[tuple[bytes, float, float]]) -> None:
    body = b"".join(record(*entry) for entry in records)
    used = 8 + len(body)
    folder = CASES / case / "db"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes((struct.pack("<ii", used, 0) + body).ljust(4096, b"\0"))


def merge_counter() -> None:
    def requests(status: str) -> bytes:
        return key("requests", "requests_total", {"status": status, "model": 'a"b\\c\nd'}, "Requests served")

    write("merge-counter", "counter_1.db", [(requests("ok"), 3.0, 0.0), (requests("error"), 0.0, 0.0)])
    write("merge-counter", "counter_2.db", [(requests("ok"), 1234567.0, 0.0)])
    write("merge-counter", "counter_30.db", [(requests("ok"), 0.5, 0.0), (requests("late"), 1.0, 0.0)])


def merge_gauges() -> None:
    values = {1: (3.0, 10.0), 2: (-4.0, 20.0)}
    for mode in ("all", "liveall", "livemax", "livesum", "max", "min", "mostrecent", "sum"):
        for pid, (value, time) in values.items():
            name = f"gauge_{mode}"
            entries = [(key(name, name, {"rank": "0"}, f"Mode {mode}"), value, time)]
            if mode == "mostrecent":  # never set: not shown
                entries.append((key(name, name, {"rank": "1"}, f"Mode {mode}"), 0.0, 0.0))
            write("merge-gauges", f"gauge_{mode}_{pid}.db", entries)


def merge_histogram() -> None:
    def part(suffix: str, **labels: str) -> bytes:
        return key("latency_seconds", f"latency_seconds{suffix}", {"model": "m", **labels}, "Latency")

    for pid, counts, total in ((1, (1.0, 2.0, 0.0), 0.75), (2, (0.0, 5.0, 1.0), 12.5)):
        bounds = ("0.1", "1" if pid == 2 else "1.0", "+Inf")
        write("merge-histogram", f"histogram_{pid}.db", [
            (part("_sum"), total, 0.0),
            *((part("_bucket", le=bound), count, 0.0) for bound, count in zip(bounds, counts)),
        ])


if __name__ == "__main__":
    merge_counter()
    merge_gauges()
    merge_histogram()
