#!/usr/bin/env python3
"""A worker under load, scraped by many: every answer is a whole, valid page, counts never go back, memory is bounded.

LOAD_SECONDS (20): 4 threads update, 8 clients ask /metrics, one engine registry of 300 series, one source that hangs
now and then.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import urllib.request
from pathlib import Path

import prometheus_client

import dynmetrics

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tap import finish, test


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    seconds = float(os.environ.get("LOAD_SECONDS") or 20)
    registry = prometheus_client.CollectorRegistry()
    gauge = prometheus_client.Gauge("vllm:many", "Many", ["x"], registry=registry)
    for number in range(300):
        gauge.labels(str(number)).set(number)
    runtime = dynmetrics.DistributedRuntime(connection_id=1)
    endpoint = runtime.namespace("prod").component("backend").endpoint("generate")
    dynmetrics.register_engine_metrics_callback(endpoint, registry, metric_prefix_filters=["vllm:"])
    asked = [0]

    def sometimes_slow() -> str:
        asked[0] += 1
        time.sleep(0.3 if asked[0] % 20 == 0 else 0)
        return "# TYPE slow gauge\nslow 1\n"

    endpoint.metrics.register_prometheus_expfmt_callback(sometimes_slow)
    requests = endpoint.metrics.create_intcounter("requests_total", "Requests served")
    server = runtime.serve("127.0.0.1", 0)
    end, wrong, pages, updates = time.monotonic() + seconds, [], [0], [0] * 4

    def update(number: int) -> None:
        while time.monotonic() < end:
            for _ in range(1000):
                requests.inc()
            updates[number] += 1000

    def ask() -> None:
        last = 0.0
        while time.monotonic() < end and len(wrong) < 20:
            try:
                page = urllib.request.urlopen(f"{server.url}/metrics", timeout=20).read()
            except OSError as error:
                wrong.append(str(error))
                continue
            lines = page.decode().splitlines()
            now = float(next(line for line in lines if line.startswith("dynamo_component_requests_total{")).split()[-1])
            many = sum(line.startswith("vllm:many{") for line in lines)
            if now < last or many != 300:
                wrong.append(f"{now} after {last}, {many} series")
            if pages[0] % 50 == 0 and dynmetrics.check_exposition(page):
                wrong.append(str(dynmetrics.check_exposition(page)))
            last = now
            pages[0] += 1

    ask_once = urllib.request.urlopen(f"{server.url}/metrics").read()
    threads = [threading.Thread(target=update, args=(number,)) for number in range(4)]
    threads += [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    time.sleep(seconds / 4)
    before = resident()
    for thread in threads:
        thread.join()
    grown = resident() - before
    test(f"{pages[0]} pages under load are whole, and counts never go back", wrong)
    test("all updates were counted", [] if requests.get() == sum(updates) else [f"{requests.get()} of {sum(updates)}"])
    test(
        "memory stays where it was", [f"grew by {grown >> 20} MiB, page {len(ask_once)} B"] if grown > 64 << 20 else []
    )
    server.close()
    finish()


if __name__ == "__main__":
    main()
