"""A registry and a multiprocess directory as one, for endpoints of other systems, which append texts unread.

On a node of ours they are two sources and the library merges them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def is_of_directory(collector: Any) -> bool:
    """Whether a collector is prometheus_client's of a directory."""
    from prometheus_client import multiprocess  # late: PROMETHEUS_MULTIPROC_DIR may have to be set before

    return isinstance(collector, multiprocess.MultiProcessCollector)


class Rest:
    """A registry without the collectors of directories. Like a registry, as far as `generate_latest` looks."""

    def __init__(self, registry: Any) -> None:
        self._registry = registry

    def collect(self) -> Iterator[Any]:
        """Yield the families of the other collectors."""
        for collector in list(self._registry._collector_to_names):
            if not is_of_directory(collector):
                yield from collector.collect()


class Together:
    """The families of `first`, with the series that only `second` has; then the families that only `second` has."""

    def __init__(self, first: Any, second: Any) -> None:
        self._first = first
        self._second = second

    def collect(self) -> Iterator[Any]:
        """Yield each family once, each series once."""
        families = {family.name: family for family in self._first.collect()}
        for family in self._second.collect():
            known = families.setdefault(family.name, family)
            if known is not family and known.type == family.type:
                seen = {(sample.name, *sorted(sample.labels.items())) for sample in known.samples}
                news = [s for s in family.samples if (s.name, *sorted(s.labels.items())) not in seen]
                known.samples = [*known.samples, *news]
        yield from families.values()
