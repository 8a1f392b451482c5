"""Directories of prometheus_client's multiprocess mode, merged without Python."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from . import _native
from ._types import Format, Labels


def merge_multiprocess(
    path: str | os.PathLike[str],
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    add_prefix: str | None = None,
    labels: Labels | None = None,
    format: Format = "text",
) -> bytes:
    """Merge a multiprocess directory into one page, byte for byte what prometheus_client writes of it.

    Files are read in the order of their names; one that cannot be read costs only itself. The other options are those
    of `filter_exposition`. OSError when there is no such directory.
    """
    return _native.merge_multiprocess(path, include, exclude, add_prefix, labels, format)


def directory_of(registry: Any) -> str | None:
    """Return the one directory that `registry` shows, when it shows nothing else and the library can read it as well.

    That is a plain CollectorRegistry that holds only MultiProcessCollectors of one directory. Whatever is different (a
    subclass, another collector beside, target_info, a patched generate_latest) goes through prometheus_client.
    prometheus_client is not imported for that: whoever made a registry of it has done so.
    """
    client = sys.modules.get("prometheus_client")
    multiprocess = sys.modules.get("prometheus_client.multiprocess")
    exposition = sys.modules.get("prometheus_client.exposition")
    if client is None or multiprocess is None or exposition is None:
        return None
    try:
        if type(registry) is not client.CollectorRegistry or registry._target_info:
            return None
        if client.generate_latest is not exposition.generate_latest:
            return None
        collectors = list(registry._collector_to_names)
        paths = {collector._path for collector in collectors if type(collector) is multiprocess.MultiProcessCollector}
        every = all(type(collector) is multiprocess.MultiProcessCollector for collector in collectors)
    except AttributeError:  # another release of prometheus_client, with other names inside
        return None
    if not every or len(paths) != 1:
        return None
    path = paths.pop()
    return os.fspath(path) if isinstance(path, (str, os.PathLike)) else None


def with_sums(registry: Any, beside: Any = None) -> Any:
    """Return what to collect in place of a registry that shows a multiprocess directory beside other collectors.

    This process's part of a metric stands in that registry as well, as the same series with a smaller value: what the
    directory has of a family is shown, the rest not. Any other registry is returned as it is. `beside` is a registry of
    directories that belongs to it without being in it.
    """
    multiprocess = sys.modules.get("prometheus_client.multiprocess")
    client = sys.modules.get("prometheus_client")
    try:
        if multiprocess is None or client is None or type(registry) is not client.CollectorRegistry:
            return registry
        kind = multiprocess.MultiProcessCollector
        kinds = {type(collector) is kind for collector in list(registry._collector_to_names)}
        has_sums = True in kinds or (beside is not None and bool(beside._collector_to_names))
        return _WithSums(registry, kind, beside) if has_sums and False in kinds else registry
    except (AttributeError, TypeError):  # another release, or somebody's own in its place
        return registry


class _WithSums:
    """A registry without the parts of sums that it shows too. Like a registry, as far as `generate_latest` looks."""

    def __init__(self, registry: Any, sums: Any, beside: Any) -> None:
        self._registry = registry
        self._sums = sums
        self._beside = beside

    def collect(self) -> Iterator[Any]:
        registry = self._registry
        with registry._lock:
            collectors = list(registry._collector_to_names)
            target = registry._target_info_metric() if getattr(registry, "_target_info", None) else None
        sums = [collector for collector in collectors if type(collector) is self._sums]
        if not sums and self._beside is not None:
            sums = [self._beside]
        if target is not None:
            yield target
        summed = set()
        for collector in sums:
            for family in collector.collect():
                summed.add(family.name)
                yield family
        for collector in collectors:
            if type(collector) is not self._sums:
                yield from (family for family in collector.collect() if family.name not in summed)
