#!/usr/bin/env python3
"""Lowers a frontend's busy marks while an alert says degrade or break, and gives them back when all is well.

    frontend_limit.py --frontend http://frontend:8000 --model MODEL [--listen 0.0.0.0:9095]

A Dynamo frontend takes its marks at POST /busy_threshold: the part of a worker's KV blocks above which it is busy. When
all workers are busy the frontend answers 503, and clients come again later. Another frontend: change `set_limit`.
"""

from __future__ import annotations

import argparse
import functools
import json
import threading
import urllib.request

from alerts import Firing, serve

LIMITS = {"well": 0.95, "degrade": 0.7, "break": 0.4}


def set_limit(frontend: str, model: str, stage: str) -> None:
    body = json.dumps({"model": model, "active_decode_blocks_threshold": LIMITS[stage]}).encode()
    request = urllib.request.Request(
        f"{frontend}/busy_threshold", body, {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=5):
        pass
    print(f"{stage}: workers of {model} are busy from {LIMITS[stage]:.0%} of their KV blocks on", flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--frontend", required=True, help="its address, like http://frontend:8000")
    options.add_argument("--model", required=True, help="the model whose marks are set, as clients name it")
    options.add_argument("--listen", default="127.0.0.1:9095", help="where Alertmanager finds the hook")
    given = options.parse_args()
    host, _, port = given.listen.rpartition(":")
    # An alert of another model is none of our business; one of a worker names no model.
    firing = Firing(
        functools.partial(set_limit, given.frontend.rstrip("/"), given.model),
        lambda labels: labels.get("model", given.model) == given.model,
    )
    server = serve(firing, host, int(port))
    print(f"listening on http://{host}:{server.server_address[1]}", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
