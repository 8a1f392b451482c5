"""A collector that shows another registry's metrics with more labels. Importing it imports prometheus_client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prometheus_client.registry import Collector

from .._switch import is_off
from .._text_path import Labelled, refuse_reserved


class LabelInjectingCollector(Collector):
    """The metrics of `source_registry`, with `labels_to_inject` on each sample that has no label of that name.

    The metrics themselves stay as they are: types, timestamps and exemplars too. ValueError for no labels, and for `le`
    and `quantile`, which belong to buckets and quantiles.
    """

    def __init__(self, source_registry: Any, labels_to_inject: dict[str, str]) -> None:
        if not is_off():
            if not labels_to_inject:
                raise ValueError('labels_to_inject cannot be empty; give labels, like {"zone": "a"}')
            refuse_reserved(labels_to_inject)
        self.source_registry = source_registry
        self.labels_to_inject = labels_to_inject

    def collect(self) -> Iterator[Any]:
        """Yield copies of the source's families."""
        return iter(()) if is_off() else Labelled(self.source_registry, self.labels_to_inject).collect()

    def describe(self) -> Iterator[Any]:
        """Yield the source's families, so that a registry knows their names."""
        return iter(()) if is_off() else iter(self.source_registry.collect())
