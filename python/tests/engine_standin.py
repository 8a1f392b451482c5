"""Stands in for an engine that is not installed: real prometheus_client metrics, made after a recorded page.

`count(page)` makes, in the registry given (REGISTRY at first), each family of the page with its names, labels, buckets
and values. As a program it does so in a process of its own, and stays until its standard input ends:

    engine_standin.py PAGE [PREFIX…]
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

LOST = ("_created",)
"""Suffixes of series that tell when, not what."""


def count(page: str, prefixes: Iterable[str] = ("",), registry: Any = None) -> None:
    """Make the families of `page` whose names begin with one of `prefixes`."""
    import prometheus_client
    from prometheus_client.parser import text_string_to_metric_families

    registry = prometheus_client.REGISTRY if registry is None else registry
    families = {family.name: family for family in text_string_to_metric_families(page)}
    for family in families.values():
        is_time = family.name.endswith(LOST) and family.name[:-8] in families
        if family.samples and not is_time and family.name.startswith(tuple(prefixes)):
            make(family, registry)


def make(family: Any, registry: Any) -> None:
    import prometheus_client

    inner = {"le"} if family.type == "histogram" else {"quantile"} if family.type == "summary" else set()
    names = sorted({name for sample in family.samples for name in sample.labels} - inner - {"pid"})
    groups: dict[tuple[str, ...], list[Any]] = {}
    for sample in family.samples:
        groups.setdefault(tuple(sample.labels.get(name, "") for name in names), []).append(sample)
    options: dict[str, Any] = {"registry": registry}
    if family.type == "gauge":
        options["multiprocess_mode"] = "mostrecent"
    if family.type == "histogram":
        options["buckets"] = sorted(
            {float(s.labels["le"]) for s in family.samples if s.name.endswith("_bucket")} - {float("inf")}
        )
    kind = {"counter": "Counter", "histogram": "Histogram", "summary": "Summary"}.get(family.type, "Gauge")
    metric = getattr(prometheus_client, kind)(family.name, family.documentation, names, **options)
    for values, samples in groups.items():
        fill(metric.labels(*values) if names else metric, family.type, samples)


def fill(child: Any, kind: str, samples: list[Any]) -> None:
    if kind == "histogram":
        cumulative = sorted((float(s.labels["le"]), s.value) for s in samples if s.name.endswith("_bucket"))
        before = 0.0
        for bucket, (_, total) in zip(child._buckets, cumulative, strict=True):
            bucket.inc(total - before)
            before = total
    for sample in samples:
        if sample.name.endswith("_sum") and kind in ("histogram", "summary"):
            child._sum.inc(sample.value)
        elif sample.name.endswith("_count") and kind == "summary":
            child._count.inc(sample.value)
        elif kind == "counter":
            child.inc(sample.value)
        elif kind not in ("histogram", "summary"):
            child.set(sample.value)


if __name__ == "__main__":
    count(Path(sys.argv[1]).read_text(), sys.argv[2:] or ("",))
    print("counted", flush=True)
    sys.stdin.read()
