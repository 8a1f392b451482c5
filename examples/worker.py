"""An example worker: its endpoint's requests measured by dynmetrics, with an engine's metrics beside them.

POST anything like {"max_tokens": 8} to the second address that it prints: tokens come as lines, after made-up delays.
GET /stats there tells what was done. The first address is the page.
"""

from __future__ import annotations

import argparse
import threading
from collections.abc import Callable
from typing import Any

import prometheus_client

import dynmetrics
from simulated import Delays, Requests, add_options, run

BLOCK = 16  # tokens in a KV cache block


class Engine:
    """A few of an engine's own metrics, in its own registry, as it would keep them."""

    def __init__(self, shape: str, model: str) -> None:
        self.registry = prometheus_client.CollectorRegistry()
        self.prefix = f"{shape}:"
        named = {"vllm": ("num_requests_running", "kv_cache_usage_perc"), "sglang": ("num_running_reqs", "token_usage")}
        running, usage = named[shape]
        more = {"vllm": {"engine": "0"}, "sglang": {"engine_type": "unified", "tp_rank": "0", "pp_rank": "0"}}[shape]
        labels = {"model_name": model, **more}

        def made(kind: Any, name: str, text: str, **options: Any) -> Any:
            metric = kind(self.prefix + name, text, list(labels), registry=self.registry, **options)
            return metric.labels(**labels)

        self.running = made(prometheus_client.Gauge, running, "Requests that run")
        self.usage = made(prometheus_client.Gauge, usage, "Part of the KV cache in use")
        self.generated = made(prometheus_client.Counter, "generation_tokens", "Tokens generated")
        self.first_token = made(prometheus_client.Histogram, "time_to_first_token_seconds", "Time to the first token")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser, port=8081)
    parser.add_argument("--namespace", default="demo", help="(default: %(default)s)")
    parser.add_argument("--component", default="backend", help="(default: %(default)s)")
    parser.add_argument("--engine", choices=("vllm", "sglang"), default="vllm", help="its shape (default: %(default)s)")
    parser.add_argument("--slots", type=int, default=64, help="requests at a time; others wait (default: %(default)s)")
    options = parser.parse_args()

    runtime = dynmetrics.DistributedRuntime()
    runtime.show_process()
    endpoint = runtime.namespace(options.namespace).component(options.component).endpoint("generate")
    handler = endpoint.work_handler(options.model)
    delays = Delays(options)
    with handler.model_load():
        engine = Engine(options.engine, options.model)
    dynmetrics.register_engine_metrics_callback(
        endpoint, engine.registry, metric_prefix_filters=[engine.prefix], model_name=options.model
    )
    blocks = endpoint.kv_blocks()
    slots = threading.BoundedSemaphore(options.slots)

    def answer(path: str, body: dict[str, Any], write: Callable[[bytes], None]) -> None:
        count = min(max(int(body.get("max_tokens", 16)), 1), 4096)
        prompt = max(int(body.get("prompt_tokens", 64)), 0)
        with handler.handle_request(len(str(body)), queued=True) as request, slots:
            request.start()
            engine.running.inc()
            try:
                # Every second block of the prompt is found in the host's cache; what was made goes there.
                blocks.looked_up("host", prompt // BLOCK, prompt // BLOCK // 2)
                blocks.matched(prompt // BLOCK // 2 * BLOCK)
                with engine.first_token.time():
                    coming = delays.tokens(count)
                    next(coming)
                for index in range(count):
                    line = f"token {index}\n".encode()
                    write(line)
                    request.sent(len(line))
                    engine.generated.inc()
                    next(coming, None)
                blocks.moved("offload_d2h", (prompt + count) // BLOCK)
            finally:
                engine.running.dec()
                engine.usage.set(min(1.0, handler.open_requests() / options.slots))

    server = runtime.serve(options.host, options.port)
    run(options, Requests(options, answer), server.url, ("/", {"max_tokens": options.tokens}))
    with handler.drain():  # what is open may end
        for _ in range(options.slots):
            slots.acquire(timeout=1)
    server.close()


if __name__ == "__main__":
    main()
