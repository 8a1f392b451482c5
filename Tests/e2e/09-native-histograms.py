#!/usr/bin/env python3
"""A real Prometheus with native histograms on: it stores ours, and tells quantiles as exactly as the schema allows."""

from __future__ import annotations

import contextlib
import math
import random
import tempfile
from pathlib import Path

import dynmetrics
from scrapers import Prometheus, version_of
from servers import folder_of
from story import finish, skip, test, wait_until

STORY = "native histograms"
NAME = "dynamo_component_seconds"
SCHEMAS = (0, 3, 5)
QUANTILES = (0.01, 0.25, 0.5, 0.9, 0.99)
BOUNDS = [0.1, 0.5, 1.0]


def job(name: str, target: str, *more: str) -> str:
    return f'- {{job_name: {name}, static_configs: [{{targets: ["{target}"]}}]{"".join(f", {line}" for line in more)}}}'


@contextlib.contextmanager
def scraping(programs: Path, target: str):
    """A Prometheus with two jobs: `native`, and where it can `both`, which keeps the classic buckets too."""
    version = version_of(programs)
    wanted = ["scrape_native_histograms: true"] if version >= (3, 8) else []
    jobs = [job("native", target, *wanted)]
    if version >= (3,):
        jobs.append(job("both", target, "always_scrape_classic_histograms: true", *wanted))
    elif version >= (2, 45):
        jobs.append(job("both", target, "scrape_classic_histograms: true"))
    configuration = "global: {scrape_interval: 300ms, scrape_timeout: 250ms}\nscrape_configs:\n" + "\n".join(jobs)
    with tempfile.TemporaryDirectory(prefix="dynm-native-") as place:
        prometheus = Prometheus(programs, Path(place), configuration, "--enable-feature=native-histograms")
        with contextlib.closing(prometheus):
            yield prometheus, len(jobs)


def true_quantile(values: list[float], quantile: float) -> float:
    return sorted(values)[max(0, math.ceil(quantile * len(values)) - 1)]


def main() -> None:
    programs = folder_of("prometheus", STORY)
    if programs is None:
        return finish()
    draw = random.Random(5)
    times = [draw.lognormvariate(-1, 1.5) for _ in range(20_000)]
    sizes = [draw.gauss(0, 3) for _ in range(20_000)]  # both signs
    runtime = dynmetrics.DistributedRuntime()
    metrics = runtime.namespace("prod").component("backend").endpoint("generate").metrics
    for schema in SCHEMAS:
        of_schema = dynmetrics.NativeHistogram(schema=schema, max_buckets=1000, zero_threshold=1e-6)
        histogram = metrics.create_histogram(f"seconds_{schema}", "Times", buckets=BOUNDS, native=of_schema)
        both_signs = metrics.create_histogram(f"sizes_{schema}", "Sizes", native=of_schema)
        for value in times:
            histogram.observe(value)
        for value in sizes:
            both_signs.observe(value)
    metrics.create_histogram("classic_seconds", "Times", buckets=BOUNDS).observe(0.3)
    metrics.create_histogram("empty_seconds", "Times", native=dynmetrics.NativeHistogram(zero_threshold=0))
    narrow = metrics.create_histogramvec(
        "narrow_seconds", "Times", ["model"], native=dynmetrics.NativeHistogram(schema=8, max_buckets=20)
    )
    for value in times:
        narrow.labels("a").observe(value)

    with runtime.serve("127.0.0.1", 0) as server, scraping(programs, server.url.removeprefix("http://")) as found:
        prometheus, jobs = found
        title = f"Prometheus {prometheus.version}"
        wait_until(lambda: prometheus.number('count(count_over_time(up[5m]) >= 3)') == jobs, "three scrapes")
        test(f"{title}: up in every scrape", prometheus.number("min(min_over_time(up[5m]))") != 1)
        for schema in SCHEMAS:
            name = f"{NAME}_{schema}"
            factor = 2 ** (2**-schema)
            wrong = []
            for quantile in QUANTILES:
                told = prometheus.number(f'histogram_quantile({quantile}, {name}{{job="native"}})')
                true = true_quantile(times, quantile)
                if not true / factor <= told <= true * factor:
                    wrong.append(f"quantile {quantile}: {told}, not {true} within the factor {factor}")
            test(f"{title}: quantiles of schema {schema} are within the factor {factor:.4f}", wrong)
            sizes_name = f"dynamo_component_sizes_{schema}"
            wrong = []
            for quantile in (0.1, 0.3, 0.8):
                told = prometheus.number(f'histogram_quantile({quantile}, {sizes_name}{{job="native"}})')
                true = true_quantile(sizes, quantile)
                if not abs(true) / factor <= abs(told) <= abs(true) * factor or told * true < 0:
                    wrong.append(f"quantile {quantile}: {told}, not {true} within the factor {factor}")
            test(f"{title}: and of values of both signs", wrong)
            count = prometheus.number(f'histogram_count({name}{{job="native"}})')
            total = prometheus.number(f'histogram_sum({name}{{job="native"}})')
            test(f"{title}: count and sum are exact", count != len(times) or not math.isclose(total, sum(times)))
        fits = prometheus.number('histogram_quantile(0.5, dynamo_component_narrow_seconds{job="native"})')
        true = true_quantile(times, 0.5)
        against = [] if true / 2 < fits < true * 2 else [f"{fits}, not {true} within the factor 2"]
        test(f"{title}: with few buckets the schema is lowered, not the median lost", against)
        if version_of(programs) >= (2, 45):
            there = prometheus.number('count(dynamo_component_empty_seconds{job="native"})')
            test(f"{title}: an empty one is there", there != 1)
        else:
            skip(f"{title}: an empty one is there", "this version takes it for a classic one")
        classic = 'count({__name__=~"dynamo_component_seconds_.+_bucket",job="%s"})'
        test(
            f"{title}: a histogram without native buckets keeps its classic ones",
            prometheus.number('count(dynamo_component_classic_seconds_bucket{job="native"})') != len(BOUNDS) + 1,
        )
        test(f"{title}: classic buckets beside native ones are left out", prometheus.number(classic % "native") != 0)
        if jobs == 2:
            told = prometheus.number(classic % "both")
            test(f"{title}: and kept where the job says so", told != len(SCHEMAS) * (len(BOUNDS) + 1))
            half = prometheus.number(f'{NAME}_3_bucket{{job="both",le="0.5"}}')
            test(f"{title}: with the right counts", half != sum(value <= 0.5 for value in times))
        else:
            skip(f"{title}: classic buckets beside native ones", "this version keeps one of both only")
        test(f"{title}: has nothing against them", prometheus.against())
    finish()


if __name__ == "__main__":
    main()
