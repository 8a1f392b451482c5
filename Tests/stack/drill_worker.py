"""The worker of the drills: an engine whose callback can hang and whose KV gauge can be filled, by lines on its input.

drill_worker.py PORT HOOK_PORT    then: fill 0.99 | hang | go on
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import dynmetrics

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "deploy" / "hooks"))
from worker_health import drain_on_alerts

usage, running = 0.3, threading.Event()
running.set()


def engine() -> str:
    running.wait()
    return (
        "# HELP vllm:kv_cache_usage_perc KV-cache usage. 1 means 100 percent usage.\n"
        f'# TYPE vllm:kv_cache_usage_perc gauge\nvllm:kv_cache_usage_perc{{engine="0",model_name="m"}} {usage}\n'
    )


runtime = dynmetrics.DistributedRuntime()
endpoint = runtime.namespace("prod").component("backend").endpoint("generate")
requests = endpoint.metrics.create_intcounter("requests_total", "Requests processed")
registration = endpoint.metrics.register_prometheus_expfmt_callback(engine)
server = runtime.serve("127.0.0.1", int(sys.argv[1]))
drain_on_alerts(endpoint, instance=server.url.removeprefix("http://"), port=int(sys.argv[2]))
print("ready", flush=True)
for line in sys.stdin:
    requests.inc()
    match line.split():
        case ["fill", value]:
            usage = float(value)
        case ["hang"]:
            running.clear()
        case ["go", "on"]:
            running.set()
