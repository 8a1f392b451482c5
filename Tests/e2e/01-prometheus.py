#!/usr/bin/env python3
"""A real Prometheus scrapes the demo: it is up, every series has its value, and the log has nothing against it."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from pathlib import Path

from scrapers import Prometheus, Series, on_page
from servers import folder_of
from story import demo, fetch, finish, test, wait_until

TITLE = "a real Prometheus scrapes the demo"
CONFIGURATION = """
global: {{scrape_interval: 500ms, scrape_timeout: 400ms}}
scrape_configs:
  - job_name: demo
    static_configs: [{{targets: ["{target}"]}}]
"""


def scraped(programs: Path, folder: Path, url: str) -> None:
    configuration = CONFIGURATION.format(target=url.removeprefix("http://").removesuffix("/metrics"))
    with contextlib.closing(Prometheus(programs, folder, configuration)) as prometheus:
        wait_until(lambda: prometheus.number('count_over_time(up{job="demo"}[5m])') >= 6, "six scrapes")
        test("up is 1 in every scrape", prometheus.number('min_over_time(up{job="demo"}[5m])') != 1)
        page = on_page(fetch(url))
        stored = {series: value for _, series, value in prometheus.stored('{job="demo"}')}
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
        test("neither its log nor its counters have anything against a scrape", prometheus.against())


def main() -> None:
    programs = folder_of("prometheus", TITLE)
    if programs is None:
        return finish()
    with demo(DEMO_STILL="1") as (_, url), tempfile.TemporaryDirectory(prefix="dynm-prometheus-") as place:
        scraped(programs, Path(place), url)
        page = fetch(url)
    if (programs / "promtool").exists():  # not in Debian's newer packages
        promtool_takes(programs, page)
    with demo() as (_, url):
        first = on_page(fetch(url))
        wait_until(lambda: requests(on_page(fetch(url))) > requests(first), "the moving demo's counters go up")
        test("without DEMO_STILL the counters go up")
    finish()


def promtool_takes(programs: Path, page: str) -> None:
    checked = subprocess.run([programs / "promtool", "check", "metrics"], input=page, capture_output=True, text=True)
    # 3 is lint only; whatever it says must be about names that an engine chose, or upstream's.
    test("promtool check metrics takes the page", [] if checked.returncode in (0, 3) else [checked.stderr])
    lint = [line for line in checked.stderr.splitlines() if line.strip()]
    test("and lints nothing of dynmetrics' own", [line for line in lint if line.startswith(("dynm", "dynamo_"))])


def requests(page: dict[Series, float]) -> float:
    return sum(value for (name, _), value in page.items() if name == "vllm:request_success_total")


if __name__ == "__main__":
    main()
