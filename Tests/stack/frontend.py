#!/usr/bin/env python3
"""The frontend of the live stack: `frontend.py WORKER…`. Requests on one port, metrics on another; prints both.

Its families are Dynamo's, its histograms have native buckets beside the classic ones.
"""

from __future__ import annotations

import http.client
import itertools
import json
import sys
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import dynmetrics
from bounds import SECONDS, TOKENS

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "demo"))
from engines import MODEL

KIND = {"model": MODEL, "endpoint": "chat_completions", "request_type": "stream"}


class Frontend:
    def __init__(self, workers: list[str], endpoint: dynmetrics.Endpoint) -> None:
        self.workers = itertools.cycle(workers)
        metrics, model = endpoint.metrics, {"model": MODEL}

        def histogram(name: str, buckets: tuple[float, ...]) -> dynmetrics.Histogram:
            return metrics.create_histogram(
                f"dynamo_frontend_{name}", name, model, buckets, native=True, name_as_is=True
            )

        def gauge(name: str) -> dynmetrics.IntGauge:
            return metrics.create_intgauge(f"dynamo_frontend_{name}", name, model, name_as_is=True)

        def counter(name: str, labels: dict[str, str]) -> dynmetrics.IntCounter:
            return metrics.create_intcounter(f"dynamo_frontend_{name}", name, labels, name_as_is=True)

        self.started = counter("requests_started_total", KIND)
        self.ended = metrics.create_intcountervec(
            "dynamo_frontend_requests_total", "ended", ["status", "error_type"], KIND, name_as_is=True
        )
        self.tokens = counter("output_tokens_total", model)
        self.active, self.queued = gauge("active_requests"), gauge("queued_requests")
        self.inflight = gauge("inflight_requests")
        self.duration = histogram("request_duration_seconds", SECONDS)
        self.first = histogram("time_to_first_token_seconds", SECONDS)
        self.between = histogram("inter_token_latency_seconds", SECONDS)
        self.input = histogram("input_sequence_tokens", TOKENS)
        self.output = histogram("output_sequence_tokens", TOKENS)
        self.cached = histogram("cached_tokens", TOKENS)
        for status, error in (("success", ""), ("error", "internal"), ("error", "validation")):
            self.ended.labels(status, error)

    def serve(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        wanted, began = json.loads(body), time.perf_counter()
        self.started.inc()
        if wanted["outcome"] == "validation":
            self.ended.labels("error", "validation").inc()
            handler.send_error(400)
            return
        for gauge in (self.active, self.inflight, self.queued):
            gauge.inc()
        count, last = 0, began
        worker = http.client.HTTPConnection(urllib.parse.urlsplit(next(self.workers)).netloc, timeout=60)
        try:
            worker.request("POST", "/generate", body)
            answer = worker.getresponse()
            handler.send_response(answer.status)
            handler.end_headers()
            while answer.status == 200 and (line := answer.readline()):
                now = time.perf_counter()
                (self.between if count else self.first).observe(now - last)
                if not count:
                    self.queued.dec()
                count, last = count + 1, now
                handler.wfile.write(line)
                handler.wfile.flush()
            ok = answer.status == 200
        finally:
            worker.close()
        if not count:
            self.queued.dec()
        self.active.dec()
        self.inflight.dec()
        self.ended.labels("success" if ok else "error", "" if ok else "internal").inc()
        self.duration.observe(time.perf_counter() - began)
        if ok:
            self.tokens.inc(count)
            self.input.observe(wanted["prompt"])
            self.output.observe(count)
            self.cached.observe(wanted["prompt"] // 3)


def main() -> None:
    runtime = dynmetrics.DistributedRuntime()
    frontend = Frontend(sys.argv[1:], runtime.namespace("prod-ns").component("frontend").endpoint("http"))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            frontend.serve(self, self.rfile.read(int(self.headers["Content-Length"])))

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 256

    requests, pages = Server(("127.0.0.1", 0), Handler), runtime.serve("127.0.0.1", 0)
    print(f"http://127.0.0.1:{requests.server_address[1]} {pages.url}", flush=True)
    requests.serve_forever()


if __name__ == "__main__":
    main()
