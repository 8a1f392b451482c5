"""The demo: a worker with metrics of its own and two engines, all on one page served by dynmetrics.

DEMO_PORT    the port, 9464 when not set, 0 for any free one
DEMO_HOST    the address, 127.0.0.1 when not set
DEMO_ONCE=1  asks the page once over HTTP, prints the same, and ends
DEMO_STILL=1 the numbers stand still after the first requests, so that a test can compare them
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import dynmetrics
from engines import FIRST_REQUESTS, VLLM, keep_serving, serve_some

STILL = os.environ.get("DEMO_STILL") == "1"
SOURCES = {
    "dynamo_component_": "this worker's own metrics, in dynmetrics",
    "vllm:": "vLLM's, in a prometheus_client registry",
    "sglang:": "SGLang's, of 2 processes, in a multiprocess directory",
    "dynmetrics_": "dynmetrics' about itself",
}
# Ten lines that show what is on the page: the beginnings of series, three or so from each source.
SHOWN = (
    "dynamo_component_requests_total",
    "dynamo_component_in_flight",
    "dynamo_component_request_seconds_count",
    "vllm:num_requests_running",
    "vllm:prompt_tokens_total",
    "vllm:time_to_first_token_seconds_count",
    "sglang:num_running_reqs",
    "sglang:num_requests_total",
    "sglang:num_retracted_reqs",
    "dynmetrics_source_up",
)


class Worker:
    """What a serving process measures of itself."""

    def __init__(self, endpoint: dynmetrics.Endpoint) -> None:
        create = endpoint.metrics
        self.requests = create.create_intcountervec("requests_total", "Requests served", ["finish_reason"])
        self.in_flight = create.create_intgauge("in_flight", "Requests being served now")
        self.seconds = create.create_histogram(
            "request_seconds", "Time to serve a request", buckets=[0.1, 0.25, 0.5, 1, 2.5, 5, 10]
        )

    def serve_one(self, chance: random.Random) -> None:
        """One request, as its metrics see it; it takes no real time."""
        self.in_flight.set(chance.randint(0, 6))
        self.seconds.observe(chance.uniform(0.1, 4))
        self.requests.labels(chance.choices(("stop", "length"), (9, 1))[0]).inc()


@contextlib.contextmanager
def sglang_processes() -> Iterator[str]:
    """Two SGLang processes and the directory they write; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="dynmetrics-demo-") as directory:
        script = Path(__file__).with_name("engines.py")
        processes = [
            subprocess.Popen(
                [sys.executable, script, str(rank), "still" if STILL else "moving"],
                env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": directory},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,  # Ctrl-C is for the worker, which ends them
            )
            for rank in range(2)
        ]
        try:
            for process in processes:
                assert process.stdout is not None
                if process.stdout.readline() != b"ready\n":
                    raise SystemExit("error: an SGLang process of the demo did not start; see above")
            yield directory
        finally:
            for process in processes:
                process.communicate()  # closes its standard input, which ends it


def build_page(runtime: dynmetrics.DistributedRuntime, directory: str, stop: threading.Event) -> None:
    """Put the three on one page, as a worker would."""
    from prometheus_client import CollectorRegistry
    from prometheus_client.multiprocess import MultiProcessCollector

    endpoint = runtime.namespace("prod").component("backend").endpoint("generate")
    worker, vllm = Worker(endpoint), VLLM()
    dynmetrics.register_engine_metrics_callback(endpoint, vllm.registry, metric_prefix_filters=["vllm:"])

    sglang = CollectorRegistry()
    MultiProcessCollector(sglang, path=directory)  # type: ignore[no-untyped-call]
    dynmetrics.register_engine_metrics_callback(endpoint, sglang, metric_prefix_filters=["sglang:"])

    chance = random.Random(1)
    for _ in range(FIRST_REQUESTS):
        worker.serve_one(chance)
    vllm_chance = serve_some(vllm, 2)
    if STILL:
        return

    def serve_requests() -> None:
        while not stop.wait(chance.uniform(0.1, 0.4)):
            worker.serve_one(chance)

    threading.Thread(target=serve_requests, daemon=True).start()
    threading.Thread(target=keep_serving, args=(vllm, vllm_chance, stop), daemon=True).start()


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        page: bytes = answer.read()
    return page.decode()


def tell(page: str, url: str) -> None:
    """Say what is on the page: every figure is counted on the page itself."""
    lines = page.splitlines()
    families, series = Counter[str](), Counter[str]()
    for line in lines:
        counted, name = (families, line[7:]) if line.startswith("# TYPE ") else (series, line)
        if not line.startswith("#") or counted is families:
            counted[next((prefix for prefix in SOURCES if name.startswith(prefix)), "")] += 1
    print("One worker, two engines, one page.  families  series")
    for prefix, title in SOURCES.items():
        print(f"  {title:<55}{families[prefix]:>5}{series[prefix]:>8}")
    print(f"  {'together':<55}{families.total():>5}{series.total():>8}")
    print("\nThe engines' metrics are kept by real prometheus_client code; the load is made up. Ten lines of the page:")
    for start in SHOWN:
        print("  " + next((line for line in lines if line.startswith(start + "{")), f"(no line begins with {start})"))
    print(f"""
Next, in another terminal:
  curl -s {url}                  the whole page
  curl -s {url} | grep ^vllm:    one engine's part of it
  curl -s {url.removesuffix("metrics")}health                   health of the endpoint and of the sources
  curl -s {url} | {Path(sys.executable).parent}/dynmetrics check --lint -
""")
    print(url, flush=True)


def port() -> int:
    given = os.environ.get("DEMO_PORT") or "9464"
    if not given.isdecimal() or int(given) > 65535:
        raise SystemExit(
            f"error: DEMO_PORT={given} is no port; give one from 0 to 65535, like 9464, 0 for any free one"
        )
    return int(given)


def stop_on_signals() -> None:
    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, end)  # even where a shell started us with Ctrl-C ignored
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGHUP, end)


def main() -> None:
    wanted, stop = port(), threading.Event()
    stop_on_signals()
    runtime = dynmetrics.DistributedRuntime()
    try:
        # Before the engines start, so that a taken port is told at once.
        server = runtime.serve(os.environ.get("DEMO_HOST") or "127.0.0.1", wanted)
    except OSError as error:
        raise SystemExit(f"error: {error}\nTry another port, or any free one: make demo DEMO_PORT=0") from None
    with contextlib.suppress(KeyboardInterrupt), sglang_processes() as directory:
        build_page(runtime, directory, stop)
        url = server.url + "/metrics"
        tell(fetch(url), url)
        if os.environ.get("DEMO_ONCE") != "1":
            print("Serving until Ctrl-C.", flush=True)
            threading.Event().wait()
    stop.set()
    server.close()


if __name__ == "__main__":
    main()
