#!/usr/bin/env python3
"""vLLM's own PrometheusStatLogger behind our adapter: in one process, in two API servers, under `dynmetrics run`, and
with our plugin loaded by vLLM's own loader.

    real_vllm.py FOLDER     the folder that a wheel of vLLM was unpacked in; scripts/real-vllm.sh makes one

Not part of make test: the wheel has 330 MB. What is not of metrics, torch included, stands there inert.
"""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from pathlib import Path

from prometheus_client import REGISTRY, generate_latest
from prometheus_client.parser import text_string_to_metric_families

import dynmetrics
import vllm_classes
from dynmetrics.engines import vllm

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests"))
from tap import finish, test  # noqa: E402

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]
TOOL = ROOT / ".build" / "bin" / "dynmetrics"
CHILD = [sys.executable, Path(vllm_classes.__file__)]


def samples(page: bytes | str) -> Samples:
    """What begins with vllm:, without what tells when it was made."""
    text = page if isinstance(page, str) else page.decode()
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name.startswith("vllm:") and not sample.name.endswith("_created"):
                key = (sample.name, tuple(sorted((k, v) for k, v in sample.labels.items() if k != "worker_id")))
                assert key not in found, f"twice: {key}"
                found[key] = sample.value
    return found


def differences(got: Samples, wanted: Samples) -> list[str]:
    return [str(key) for key in got.keys() | wanted.keys() if abs(got.get(key, -1e9) - wanted.get(key, -2e9)) > 1e-9]


def prompts(page: Samples) -> float:
    return sum(value for (name, _), value in page.items() if name == "vllm:e2e_request_latency_seconds_count")


def one_process(loggers: object) -> None:
    vllm_classes.drive(loggers, [0, 1])
    runtime = dynmetrics.DistributedRuntime()
    with vllm.register(runtime):
        got = samples(runtime.scrape())
    wanted = samples(generate_latest(REGISTRY))
    title = "one process, two engines: the page is prometheus_client's"
    test(title, differences(got, wanted) or ([] if len(wanted) > 300 else [f"{len(wanted)} series"]))
    test("each request is counted once", [str(prompts(got))] if prompts(got) != 2 * vllm_classes.REQUESTS else [])
    # Another engine in the same process: vLLM takes the metrics of the first out of the registry.
    with vllm.register(runtime):
        vllm_classes.drive(loggers, [3])
        got = samples(runtime.scrape())
    test("made anew, the page follows", differences(got, samples(generate_latest(REGISTRY))))


def two_api_servers(folder: str) -> None:
    from vllm.v1.metrics import prometheus

    prometheus.setup_multiprocess_prometheus()
    directory = os.environ["PROMETHEUS_MULTIPROC_DIR"]
    servers = []
    for _ in range(2):
        servers.append(subprocess.Popen([*CHILD, folder, "2"], stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        assert servers[-1].stdout is not None
        servers[-1].stdout.readline()
    runtime = dynmetrics.DistributedRuntime()
    with vllm.register(runtime, prometheus.get_prometheus_registry()) as shown:
        got = samples(runtime.scrape())
    wanted = samples(generate_latest(prometheus.get_prometheus_registry()))
    test("two API servers: vLLM's own registry is read from its directory", shown.directory != directory)
    test("and the page is prometheus_client's", differences(got, wanted))
    expected = 2 * 2 * vllm_classes.REQUESTS
    test("it has the sum", [str(prompts(got))] if prompts(got) != expected else [])
    for server in servers:
        server.communicate()
    del os.environ["PROMETHEUS_MULTIPROC_DIR"]


def under_run(folder: str) -> None:
    process = subprocess.Popen(
        [TOOL, "run", "--", *CHILD, folder, "2"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None and process.stderr is not None
    url = process.stderr.readline().decode().removeprefix("dynmetrics run: ").strip()
    process.stdout.readline()
    got = samples(urllib.request.urlopen(url).read())
    process.communicate()
    test("dynmetrics run: the page has it all", [url] if prompts(got) != 2 * vllm_classes.REQUESTS else [])


def plugin() -> None:
    from vllm import plugins

    plugins.load_general_plugins()
    from dynmetrics.engines import _vllm_plugin

    test("vLLM's own loader finds the plugin, which serves", len(_vllm_plugin._kept) < 3)
    page = urllib.request.urlopen(_vllm_plugin._kept[2].url + "/metrics").read()
    test(
        "the page of the plugin is prometheus_client's", differences(samples(page), samples(generate_latest(REGISTRY)))
    )


if __name__ == "__main__":
    os.environ["DYNMETRICS_VLLM"] = "1"
    loggers = vllm_classes.load(sys.argv[1])
    one_process(loggers)
    two_api_servers(sys.argv[1])
    under_run(sys.argv[1])
    plugin()
    finish()
