#!/usr/bin/env python3
"""A real Prometheus scrapes the demo: it is up, every series has its value, and the log has nothing against it."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import tempfile
import urllib.parse
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from story import ROOT, demo, fetch, finish, skip, test, wait_until

CONFIGURATION = """
global: {{scrape_interval: 500ms, scrape_timeout: 400ms}}
scrape_configs:
  - job_name: demo
    static_configs: [{{targets: ["{target}"]}}]
"""
Series = tuple[str, tuple[tuple[str, str], ...]]


def binaries() -> Path | None:
    if given := os.environ.get("PROMETHEUS_BIN"):
        return Path(given)
    found = subprocess.run(["bash", ROOT / "scripts" / "prometheus.sh"], capture_output=True, text=True)
    if found.returncode:
        skip("a real Prometheus scrapes the demo", found.stderr.strip())
        return None
    return Path(found.stdout.strip())


def key(name: str, labels: dict[str, str]) -> Series:
    """A series as both sides name it; bounds compared as numbers, since Prometheus 3 spells them anew."""
    shaped = {n: repr(float(v)) if n in ("le", "quantile") else v for n, v in labels.items()}
    return name, tuple(sorted((n, v) for n, v in shaped.items() if v and n not in ("instance", "job")))


def on_page(page: str) -> dict[Series, float]:
    return {
        key(sample.name, sample.labels): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


class Prometheus:
    """A Prometheus of our own, with its data in a folder that goes with it."""

    def __init__(self, binary: Path, folder: Path, target: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        self.log = folder / "log"
        (folder / "prometheus.yml").write_text(CONFIGURATION.format(target=target))
        self.process = subprocess.Popen(
            [
                binary,
                f"--config.file={folder}/prometheus.yml",
                f"--storage.tsdb.path={folder}/data",
                f"--web.listen-address={self.url[7:]}",
                "--log.level=debug",
            ],
            stdout=self.log.open("w"),
            stderr=subprocess.STDOUT,
        )

    def is_ready(self) -> bool:
        try:
            return "Ready" in fetch(f"{self.url}/-/ready")
        except OSError:  # not listening yet, or 503
            return False

    def query(self, text: str) -> list[dict[str, Any]]:
        answer = json.loads(fetch(f"{self.url}/api/v1/query?query={urllib.parse.quote(text)}"))
        result: list[dict[str, Any]] = answer["data"]["result"]
        return result

    def number(self, text: str) -> float:
        result = self.query(text)
        return float(result[0]["value"][1]) if result else 0.0


def scraped(folder: Path, binary: Path, url: str) -> None:
    prometheus = Prometheus(binary, folder, url.removeprefix("http://").removesuffix("/metrics"))
    try:
        wait_until(prometheus.is_ready, "Prometheus is ready")
        wait_until(lambda: prometheus.number('count_over_time(up{job="demo"}[5m])') >= 6, "six scrapes")
        test("up is 1 in every scrape", prometheus.number('min_over_time(up{job="demo"}[5m])') != 1)
        page = on_page(fetch(url))
        stored = {
            key(entry["metric"]["__name__"], {n: v for n, v in entry["metric"].items() if n != "__name__"}): float(
                entry["value"][1]
            )
            for entry in prometheus.query('{job="demo"}')
        }
        engines = {series: value for series, value in page.items() if not series[0].startswith("dynmetrics_")}
        test(
            f"all {len(engines)} series of the worker and its engines have their values",
            [
                f"{series}: {value} on the page, {stored.get(series)} in Prometheus"
                for series, value in engines.items()
                if stored.get(series) != value
            ],
        )
        for text, expected in {
            "sum(dynamo_component_requests_total)": 40,
            "sum(vllm:request_success_total)": 40,
            "vllm:e2e_request_latency_seconds_count": 40,
            "sum(sglang:num_requests_total)": 80,  # 40 of each of two processes
            "count(sglang:num_retracted_reqs)": 2,  # mode all: one series per process
            'dynmetrics_source_up{source="vllm"}': 1,
            'dynmetrics_source_up{source="sglang"}': 1,
            'min_over_time(scrape_samples_scraped{job="demo"}[5m]) >= bool 200': 1,
        }.items():
            got = prometheus.number(text)
            test(f"{text} is {expected}", [f"it is {got}"] if got != expected else [])
        added = prometheus.number("scrape_series_added")
        test("no series comes and goes", [f"{added} new in the last scrape"] if added else [])
        # Read before it is stopped, which is a reason for it to log.
        log = prometheus.log.read_text().splitlines()
        against = [line for line in log if re.search(r"level=(warn|error)", line, re.I)]
        test("its log has no warning and no error", against)
        test(
            "and no word of a failed scrape",
            [line for line in log if "Scrape failed" in line or "Append failed" in line],
        )
    finally:
        prometheus.process.terminate()
        prometheus.process.wait(timeout=30)


def main() -> None:
    folder = binaries()
    if folder is None:
        finish()
        return
    with demo(DEMO_STILL="1") as (_, url), tempfile.TemporaryDirectory(prefix="dynm-prometheus-") as place:
        scraped(Path(place), folder / "prometheus", url)
        page = fetch(url)
    if (folder / "promtool").exists():  # not in Debian's newer packages
        promtool_takes(folder, page)
    with demo() as (_, url):
        first = on_page(fetch(url))
        wait_until(lambda: requests(on_page(fetch(url))) > requests(first), "the moving demo's counters go up")
        test("without DEMO_STILL the counters go up")
    finish()


def promtool_takes(folder: Path, page: str) -> None:
    checked = subprocess.run([folder / "promtool", "check", "metrics"], input=page, capture_output=True, text=True)
    # 3 is lint only; whatever it says must be about names that an engine chose, or upstream's.
    test("promtool check metrics takes the page", [] if checked.returncode in (0, 3) else [checked.stderr])
    lint = [line for line in checked.stderr.splitlines() if line.strip()]
    test("and lints nothing of dynmetrics' own", [line for line in lint if line.startswith(("dynm", "dynamo_"))])


def requests(page: dict[Series, float]) -> float:
    return sum(value for (name, _), value in page.items() if name == "vllm:request_success_total")


if __name__ == "__main__":
    main()
