#!/usr/bin/env python3
"""Pages of a frontend or of KVBM with made-up load, for the stack without either: `pages.py frontend|kvbm HOST:PORT`.

The frontend takes its busy mark at POST /busy_threshold on the port above, so that the hook has something to lower.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import dynmetrics

MODEL = "Qwen/Qwen3-0.6B"
# Dynamo's: as many bounds as its defaults have, with their spacing.
FIRST = [0, 0.0022, 0.0047, 0.01, 0.022, 0.047, 0.1, 0.22, 0.47, 1, 2.2, 4.7, 10, 22, 48, 100, 220, 480]
BETWEEN = [0, 0.0019, 0.0036, 0.0067, 0.013, 0.024, 0.045, 0.084, 0.16, 0.3, 0.56, 1.1, 2]
DURATION = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512]


def frontend(metrics: dynmetrics.Metrics, chance: random.Random) -> Callable[[], None]:
    prefix, model = "dynamo_frontend_", {"model": MODEL}
    kind = {**model, "endpoint": "chat_completions", "request_type": "stream"}
    ended = metrics.create_intcountervec(
        prefix + "requests_total", "Requests that ended", ["status", "error_type"], kind, name_as_is=True
    )
    tokens = metrics.create_intcounter(prefix + "output_tokens_total", "Tokens generated", model, name_as_is=True)
    active = metrics.create_intgauge(prefix + "active_requests", "Requests in the frontend", model, name_as_is=True)
    queued = metrics.create_intgauge(prefix + "queued_requests", "Requests without a token", model, name_as_is=True)
    first, between, duration = (
        metrics.create_histogram(prefix + name, text, model, bounds, name_as_is=True)
        for name, text, bounds in (
            ("time_to_first_token_seconds", "From arrival to the first token", FIRST),
            ("inter_token_latency_seconds", "Between two tokens", BETWEEN),
            ("request_duration_seconds", "From arrival to the last token", DURATION),
        )
    )

    def serve_one() -> None:
        output, waited, gap = chance.randint(1, 400), chance.uniform(0.05, 0.9), chance.uniform(0.01, 0.05)
        failed = chance.random() < 0.0005
        ended.labels(*(("error", "internal") if failed else ("success", ""))).inc()
        tokens.inc(output)
        active.set(chance.randint(1, 30))
        queued.set(chance.choice((0, 0, 0, 2)))
        first.observe(waited)
        for _ in range(min(output, 8)):
            between.observe(gap)
        duration.observe(waited + output * gap)

    return serve_one


def kvbm(metrics: dynmetrics.Metrics, chance: random.Random) -> Callable[[], None]:
    names = ("matched_tokens", "offload_blocks_d2h", "offload_blocks_h2d", "onboard_blocks_h2d", "onboard_blocks_d2d")
    counters = [metrics.create_intcounter(f"kvbm_{name}", f"KVBM's {name}", name_as_is=True) for name in names]
    rates = [
        metrics.create_gauge(f"kvbm_{tier}_cache_hit_rate", f"Hits of the {tier} tier", name_as_is=True)
        for tier in ("host", "disk")
    ]

    def move_some() -> None:
        for counter in counters:
            counter.inc(chance.randint(0, 64))
        for rate in rates:
            rate.set(chance.uniform(0.4, 0.8))

    return move_some


class Marks(BaseHTTPRequestHandler):
    """Takes any mark; a real frontend would follow it."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        print("asked for", body.decode(errors="replace"), flush=True)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()


def main() -> None:
    kind, (host, _, port) = sys.argv[1], sys.argv[2].rpartition(":")
    runtime, chance = dynmetrics.DistributedRuntime(), random.Random(1)
    metrics = runtime.namespace("prod").component(kind).endpoint("http").metrics
    step = {"frontend": frontend, "kvbm": kvbm}[kind](metrics, chance)
    server = runtime.serve(host, int(port))
    print(server.url + "/metrics", flush=True)
    if kind == "frontend":
        marks = ThreadingHTTPServer((host, int(port) and int(port) + 1), Marks)
        Thread(target=marks.serve_forever, daemon=True).start()
    while True:
        step()
        time.sleep(chance.uniform(0.05, 0.2))


if __name__ == "__main__":
    main()
