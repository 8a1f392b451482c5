#!/usr/bin/env python3
"""A real Prometheus scrapes one page as text, as OpenMetrics and as protobuf: the same page, with its exemplars."""

from __future__ import annotations

import contextlib
import json
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dynmetrics
from scrapers import Prometheus, Series, key, on_page, version_of, without_target
from servers import folder_of
from story import demo, fetch, finish, skip, test, wait_until

SAME, EXEMPLARS = "one page in every format", "exemplars reach Prometheus"
PROTOCOLS = {"text": "PrometheusText0.0.4", "openmetrics": "OpenMetricsText1.0.0", "protobuf": "PrometheusProto"}
CONTENT_TYPES = {
    "text": "text/plain;version=0.0.4",
    "openmetrics": "application/openmetrics-text;version=1.0.0",
    "protobuf": "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
}
ENGINE = b"""# TYPE engine:requests counter
engine:requests_total{engine="0"} 4 # {trace_id="engine-counter"} 1
# TYPE engine:seconds histogram
engine:seconds_bucket{engine="0",le="0.5"} 1 # {trace_id="engine-bucket",span_id="7"} 0.25
engine:seconds_bucket{engine="0",le="+Inf"} 2
engine:seconds_count{engine="0"} 2
engine:seconds_sum{engine="0"} 3.5
# EOF
"""
# The series that carry an exemplar, with its labels and value.
EXPECTED = {
    ("dynamo_component_own_total", "own-counter", 1.0),
    ("dynamo_component_own_seconds_bucket", "own-bucket", 0.3),
    ("engine:requests_total", "engine-counter", 1.0),
    ("engine:seconds_bucket", "engine-bucket", 0.25),
}


def formats() -> list[str]:
    """Those that this version of the library writes."""
    runtime: Any = dynmetrics.DistributedRuntime()
    found = []
    for format in PROTOCOLS:
        with contextlib.suppress(TypeError, ValueError):
            runtime.scrape(format=format)
            found.append(format)
    return found


def configuration(target: str, jobs: dict[str, str]) -> str:
    """Jobs by name, with more of their configuration."""
    return "global: {scrape_interval: 500ms, scrape_timeout: 400ms}\nscrape_configs:\n" + "\n".join(
        f'- {{job_name: {job}, static_configs: [{{targets: ["{target}"]}}]{more}}}' for job, more in jobs.items()
    )


@contextlib.contextmanager
def asking(programs: Path, target: str, wanted: list[str]) -> Iterator[dict[str, Prometheus]]:
    """The Prometheus that asks for each format, in the job of that name. An old one cannot ask for text."""
    flags = ["exemplar-storage"] + ["native-histograms"] * (version_of(programs) < (3,))
    with tempfile.TemporaryDirectory(prefix="dynm-formats-") as place, contextlib.ExitStack() as stack:

        def start(jobs: dict[str, str], flags: list[str]) -> Prometheus:
            folder = Path(place) / "-".join(jobs)
            features = f"--enable-feature={','.join(flags)}"
            return stack.enter_context(
                contextlib.closing(Prometheus(programs, folder, configuration(target, jobs), features))
            )

        if version_of(programs) >= (2, 49):
            one = start({format: f", scrape_protocols: [{PROTOCOLS[format]}]" for format in wanted}, flags)
            yield dict.fromkeys(wanted, one)
        else:  # it asks for OpenMetrics, or with native histograms for protobuf
            yield {
                format: start({format: ""}, flags[: 2 if format == "protobuf" else 1])
                for format in wanted
                if format != "text"
            }


def wait_for_scrapes(scrapers: dict[str, Prometheus]) -> None:
    for format, prometheus in scrapers.items():
        counted = f'count_over_time(up{{job="{format}"}}[5m])'
        wait_until(lambda: prometheus.number(counted) >= 3, f"three scrapes as {format}")  # noqa: B023  called here


def same_page(programs: Path, wanted: list[str]) -> None:
    with demo(DEMO_STILL="1") as (_, url):
        answers_in(url, wanted)
        page = on_page(fetch(url))
        with asking(programs, url.removeprefix("http://").removesuffix("/metrics"), wanted) as scrapers:
            wait_for_scrapes(scrapers)
            for format, prometheus in scrapers.items():
                title = f"Prometheus {prometheus.version}, {format}"
                up = prometheus.number(f'min_over_time(up{{job="{format}"}}[5m])')
                test(f"{title}: up in every scrape", up != 1)
                stored = {series: value for _, series, value in prometheus.stored(f'{{job="{format}"}}')}
                created = sorted(series for series in stored.keys() ^ page.keys() if is_created(series))
                differ = sorted(series for series in stored.keys() ^ page.keys() if not is_created(series))
                differ += [
                    (f"{series}: {value} on the page as text, {stored[series]} stored", ())
                    for series, value in page.items()
                    if not series[0].startswith("dynmetrics_") and stored.get(series, value) != value
                ]
                test(f"{title}: the {len(page)} series of the page as text, with its values", differ)
                print(f"# {title}: {len(created)} series with _created are in one of both only")
                for name in sorted({name for name, _ in created}):
                    print(f"#   {name}")
            for prometheus in set(scrapers.values()):
                test(f"Prometheus {prometheus.version}: has nothing against any format", prometheus.against())


def answers_in(url: str, wanted: list[str]) -> None:
    """HTTP gives each format to who asks for it as Prometheus does."""
    for format in wanted:
        asked = CONTENT_TYPES[format]
        request = urllib.request.Request(url, headers={"Accept": f"{asked};q=0.6,*/*;q=0.1"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            got = answer.headers["Content-Type"].replace(" ", "")
        test(f"who asks for {format} gets it", [] if got.startswith(asked) else [got])


def is_created(series: Series) -> bool:
    return series[0].endswith("_created")


def exemplars(programs: Path, wanted: list[str]) -> None:
    runtime = dynmetrics.DistributedRuntime()
    endpoint = runtime.namespace("prod").component("backend").endpoint("generate")
    counter: Any = endpoint.metrics.create_counter("own_total", "A count of our own")
    histogram: Any = endpoint.metrics.create_histogram("own_seconds", "Times of our own")
    endpoint.metrics.register_prometheus_expfmt_callback(lambda: ENGINE)
    try:
        counter.inc(1, exemplar={"trace_id": "own-counter"})
        histogram.observe(0.3, exemplar={"trace_id": "own-bucket"})
    except TypeError as error:
        skip(EXEMPLARS, f"instruments take none yet: {error}")
        return
    with runtime.serve("127.0.0.1", 0) as server:
        carrying = [format for format in wanted if format != "text"]  # where they have no place
        with asking(programs, server.url.removeprefix("http://"), carrying) as scrapers:
            wait_for_scrapes(scrapers)
            for format, prometheus in scrapers.items():
                found = set(exemplars_of(prometheus, format))
                test(
                    f"Prometheus {prometheus.version}, {format}: has our own exemplars and the engine's",
                    [f"missing: {exemplar}" for exemplar in EXPECTED - found]
                    + [f"not ours: {exemplar}" for exemplar in found - EXPECTED],
                )
                test(f"Prometheus {prometheus.version}, {format}: has nothing against them", prometheus.against())


def exemplars_of(prometheus: Prometheus, job: str) -> Iterator[tuple[str, str, float]]:
    now = time.time()
    query = urllib.parse.urlencode({"query": f'{{job="{job}"}}', "start": now - 300, "end": now + 300})
    for series in json.loads(fetch(f"{prometheus.url}/api/v1/query_exemplars?{query}"))["data"]:
        name = key(series["seriesLabels"].pop("__name__"), without_target(series["seriesLabels"]))[0]
        for exemplar in series["exemplars"]:
            yield name, exemplar["labels"]["trace_id"], float(exemplar["value"])


def main() -> None:
    programs = folder_of("prometheus", SAME)
    if programs is None:
        return finish()
    wanted = formats()
    for format in PROTOCOLS.keys() - wanted:
        skip(f"{SAME}: {format}", "the library does not write it yet")
    same_page(programs, wanted)
    exemplars(programs, wanted)
    finish()


if __name__ == "__main__":
    main()
