#!/usr/bin/env python3
"""Writes the seeds of the fuzzer into a folder: pages and .db files, each behind the byte that chooses what is done."""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

PAGES = [
    b'# HELP a A \\\\ help\\n.\n# TYPE a counter\na{x="1",y="a\\"b\\\\c\\nd"} 1 1700000000\na 2e-05\n',
    b'# TYPE h histogram\nh_bucket{le="0.1"} 1\nh_bucket{le="+Inf"} 3\nh_sum 4.5\nh_count 3\n',
    b'# TYPE s summary\ns{quantile="0.5"} NaN\ns_sum +Inf\ns_count 2\n# TYPE u untyped\nu -Inf\n',
    b'{"utf8.name","l.l"="v"} 1\n\xff\x00\n# EOF\n# TYPE x_created gauge\nx_created 1\n',
    b'# TYPE g gaugehistogram\ng_bucket{le="1"} 1\ng_gcount 1\ng_gsum 2\n# UNIT g seconds\n',
    b'# HELP v:x_total\n# TYPE v:x_total counter\nv:x_total{__a="1",bC="2",le="1"} 1 17\nv_x_kb 1\nv:x_total 2 1e9\n',
    b'# TYPE x_gb_s gauge\nx_gb_s 1 1\n# TYPE h histogram\nh_bucket{le="2"} 3\nh_bucket{le="1"} 4\nh_count 9\n# EOF\n',
]


def record(key: bytes, value: float) -> bytes:
    padded = key + b" " * (8 - (len(key) + 4) % 8)
    return struct.pack(f"<i{len(padded)}sdd", len(key), padded, value, 1.7e9)


def database(*records: bytes) -> bytes:
    body = b"".join(records)
    return struct.pack("<ii", 8 + len(body), 0) + body + b"\0" * 64


DATABASES = [
    database(record(b'["c", "c_total", {"a": "\\u00e9\\ud83d\\ude00"}, "Help."]', 3.0)),
    database(record(b'["h", "h_bucket", {"le": "1.0"}, "H"]', 2.0), record(b'["h", "h_sum", {}, "H"]', 1.5)),
    database(record(b'["g", "g", {"b": "2", "a": "1"}, ""]', -1.0), record(b'["g", "g", {}, ""]', float("inf"))),
]


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(PAGES):
        for choice in range(3):
            (folder / f"page-{number}-{choice}").write_bytes(bytes([choice]) + page)
    for number, data in enumerate(DATABASES):
        for kind in range(7):
            (folder / f"db-{number}-{kind}").write_bytes(bytes([3, kind]) + data)
    fixtures = os.environ.get("DYNMETRICS_FIXTURES")
    if fixtures:
        for number, path in enumerate(sorted(Path(fixtures).glob("exposition/common-expfmt-text/**/*"))):
            if path.is_file() and path.stat().st_size < 4096:
                (folder / f"fixture-{number}").write_bytes(bytes([number % 3]) + path.read_bytes())


if __name__ == "__main__":
    main()
