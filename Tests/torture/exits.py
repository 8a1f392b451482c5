#!/usr/bin/env python3
"""Interpreters that exit in the middle of scraping end with the program's own code, every time.

EXITS times (100): three threads scrape with Python callbacks, a client asks the server, and the main thread leaves: by
sys.exit, by falling off the end, by an exception, by os._exit.
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tap import finish, test

PROGRAM = """
import os, sys, threading, time, urllib.request
import prometheus_client, dynmetrics
way, seed = sys.argv[1], int(sys.argv[2])
registry = prometheus_client.CollectorRegistry()
prometheus_client.Gauge("vllm:a", "A", registry=registry).set(1)
rt = dynmetrics.DistributedRuntime()
ep = rt.namespace("prod").component("backend").endpoint("generate")
dynmetrics.register_engine_metrics_callback(ep, registry, metric_prefix_filters=["vllm:"])
ep.metrics.register_prometheus_typed_callback(lambda: [("t", "T", "gauge", "", [("t", [], 1.0, None)])])
ep.metrics.register_update_callback(lambda: time.sleep(0.0005))
ep.metrics.register_prometheus_expfmt_callback(lambda: sum(range(20000)) and "# TYPE x gauge\\nx 1\\n")
server = rt.serve("127.0.0.1", 0)
begun = threading.Semaphore(0)
def scrape():
    while True:
        assert b"x 1" in rt.scrape()
        begun.release()
def ask():
    while True:
        urllib.request.urlopen(server.url + "/metrics").read()
        begun.release()
for target in (scrape, scrape, ask):
    threading.Thread(target=target, daemon=True).start()
for _ in range(6): begun.acquire()
time.sleep(seed % 17 / 2000)
if way == "exit": sys.exit(7)
if way == "error": raise RuntimeError("on purpose")
if way == "_exit": os._exit(7)
"""
EXPECTED = {"exit": 7, "end": 0, "error": 1, "_exit": 7}


def leave(number: int) -> str:
    way = list(EXPECTED)[number % len(EXPECTED)]
    try:
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM, way, str(number)], capture_output=True, text=True, timeout=60
        )
    except subprocess.TimeoutExpired:
        return f"run {number} ({way}) hangs"
    if run.returncode != EXPECTED[way]:
        return f"run {number} ({way}) ended with {run.returncode}, not {EXPECTED[way]}: {run.stderr[-1500:]}"
    return ""


def main() -> None:
    exits = int(os.environ.get("EXITS") or 100)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        wrong = [told for told in pool.map(leave, range(exits)) if told]
    test(f"{exits} exits in the middle of scraping end with the program's own code", wrong)
    finish()


if __name__ == "__main__":
    main()
