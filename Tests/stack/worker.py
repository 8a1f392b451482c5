#!/usr/bin/env python3
"""A worker of the live stack: `worker.py vllm|sglang FOLDER`. Tokens on one port, metrics on another; prints both.

The engine is the demo's: real prometheus_client code with that engine's families, moved on by each request.
Tokens are made up, their times are real: a request says how long the first one and the gaps shall take.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

KIND, FOLDER = sys.argv[1], sys.argv[2]
if KIND == "sglang":
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = FOLDER  # before prometheus_client comes in

import dynmetrics  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "demo"))
from engines import MODEL, VLLM, SGLang  # noqa: E402

DURATIONS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600]


class Worker:
    def __init__(self, endpoint: dynmetrics.Endpoint) -> None:
        metrics, model = endpoint.metrics, {"model": MODEL}
        self.requests = metrics.create_intcounter("requests_total", "Requests processed", const_labels=model)
        self.inflight = metrics.create_intgauge("inflight_requests", "Requests in progress", const_labels=model)
        self.read = metrics.create_intcounter("request_bytes_total", "Bytes taken in", const_labels=model)
        self.written = metrics.create_intcounter("response_bytes_total", "Bytes given out", const_labels=model)
        self.cancelled = metrics.create_intcounter("cancellation_total", "Cancelled", const_labels=model)
        self.errors = metrics.create_intcountervec("errors_total", "Errors", ["error_type"], const_labels=model)
        self.errors.labels("generate")
        self.seconds = metrics.create_histogram(
            "request_duration_seconds", "Duration", buckets=DURATIONS, const_labels=model, native=True
        )
        ranks = {**model, "dp_rank": "0"}
        metrics.create_intgauge("total_blocks", "KV blocks", const_labels=ranks).set(7634)
        self.usage = metrics.create_gauge("gpu_cache_usage_percent", "KV cache in use, 0 to 1", const_labels=ranks)
        metrics.create_gauge("kv_cache_hit_rate", "Prefix hits, 0 to 1", const_labels=ranks).set(0.4)
        self.engine = VLLM() if KIND == "vllm" else SGLang(0)
        if isinstance(self.engine, VLLM):
            dynmetrics.register_engine_metrics_callback(
                endpoint, self.engine.registry, metric_prefix_filters=["vllm:", "process_"]
            )
        else:
            endpoint.add_multiprocess_dir(FOLDER, include=["sglang:"])
        # Two sources that are not well, so that what tells of them has something to tell.
        metrics.register_prometheus_expfmt_callback(lambda: "no_sample{\n")
        metrics.register_prometheus_expfmt_callback(self.fail)
        self.chance, self.lock = random.Random(7), threading.Lock()

    def fail(self) -> str:
        raise RuntimeError("this source fails at every scrape, on purpose")

    def serve(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        wanted, began = json.loads(body), time.perf_counter()
        self.requests.inc()
        self.inflight.inc()
        self.read.inc(len(body))
        try:
            if wanted["outcome"] == "internal":
                self.errors.labels("generate").inc()
                handler.send_error(500)
                return
            handler.send_response(200)
            handler.end_headers()
            for number in range(wanted["tokens"]):
                time.sleep(wanted["itl"] if number else wanted["ttft"])
                handler.wfile.write(b"token\n")
                handler.wfile.flush()
                self.written.inc(6)
        except OSError:  # the frontend has gone
            self.cancelled.inc()
        finally:
            self.inflight.dec()
            self.seconds.observe(time.perf_counter() - began)
            with self.lock:
                self.engine.serve_one(self.chance)
                self.usage.set(self.chance.uniform(0.2, 0.6))


def main() -> None:
    runtime = dynmetrics.DistributedRuntime()
    worker = Worker(runtime.namespace("prod-ns").component("backend").endpoint("generate"))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            worker.serve(self, self.rfile.read(int(self.headers["Content-Length"])))

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 256

    requests, pages = Server(("127.0.0.1", 0), Handler), runtime.serve("127.0.0.1", 0)
    print(f"http://127.0.0.1:{requests.server_address[1]} {pages.url}", flush=True)
    requests.serve_forever()


if __name__ == "__main__":
    main()
