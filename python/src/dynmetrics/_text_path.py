"""Engine metrics without the library: prometheus_client writes the text, which is filtered and labelled here in Python.

Only for when the library cannot be loaded. The rules are those of `filter_exposition`: exclusion wins, then the first
include prefix that matches, then the rename, and labels only where a sample has none of that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_LINE = re.compile(r"(# (?:HELP|TYPE) )?([^\s{#]+)(.*)", re.DOTALL)


def page(
    registry: Any,
    include: Sequence[str] | None,
    exclude: Sequence[str] | None,
    add_prefix: str | None,
    labels: Mapping[str, str] | None,
) -> str:
    """Write the metrics of a registry as text."""
    import prometheus_client  # late: SGLang sets PROMETHEUS_MULTIPROC_DIR first

    if labels:
        refuse_reserved(labels)
        registry = Labelled(registry, labels)
    text = prometheus_client.generate_latest(registry)
    lines = (text if isinstance(text, str) else text.decode("utf-8")).split("\n")
    if include or exclude or add_prefix:
        rule = (tuple(include or ()), tuple(exclude or ()), add_prefix)
        lines = [kept for line in lines if (kept := _kept(line, *rule))]
    written = "\n".join(lines)
    return written if not written or written.endswith("\n") else written + "\n"


def refuse_reserved(labels: Mapping[str, str]) -> None:
    """Raise for names that belong to buckets and quantiles."""
    reserved = sorted({"le", "quantile"} & set(labels))
    if reserved:
        raise ValueError(
            f"Cannot inject reserved label names: {set(reserved)}. Reserved labels: {{'le', 'quantile'}}; "
            f"{reserved[0]!r} belongs to buckets or quantiles, choose another name"
        )


def _kept(line: str, include: tuple[str, ...], exclude: tuple[str, ...], add_prefix: str | None) -> str | None:
    parts = _LINE.match(line)
    if parts is None:
        return None
    lead, name, rest = parts.group(1) or "", parts.group(2), parts.group(3)
    if name.startswith(exclude):
        return None
    match = next((prefix for prefix in include if name.startswith(prefix)), None)
    if include and match is None:
        return None
    return lead + renamed(name, match, add_prefix) + rest


def renamed(name: str, match: str | None, add_prefix: str | None) -> str:
    """Put `add_prefix` in the place of the include prefix that matched, unless it is there already."""
    if not add_prefix:
        return name
    rest = name.removeprefix(match) if match else name
    return rest if rest.startswith(add_prefix) else add_prefix + rest


class Labelled:
    """A registry whose samples have more labels. Like a registry, as far as `generate_latest` looks."""

    def __init__(self, registry: Any, labels: Mapping[str, str]) -> None:
        self._registry = registry
        self._labels = dict(labels)

    def collect(self) -> Iterator[Any]:
        """Yield copies of the registry's families, with the labels."""
        from prometheus_client.metrics_core import Metric

        for family in self._registry.collect():
            labelled = Metric(family.name, family.documentation, family.type, family.unit)
            labelled.samples = [sample._replace(labels={**self._labels, **sample.labels}) for sample in family.samples]
            yield labelled
