"""What the extension has to know of prometheus_client before it reads metrics without calling them.

Its classes are used without their methods only while these are the ones that they came with. prometheus_client is
imported at the first scrape: SGLang has to set PROMETHEUS_MULTIPROC_DIR before it may be.
"""

from __future__ import annotations

import logging
import os
from typing import Any

_logger = logging.getLogger("dynmetrics")

_METHODS = ("collect", "_samples", "_multi_samples", "_child_samples", "_is_parent", "_get_metric")


class Guide:
    """Tells the extension, at each scrape, how to read one registry."""

    def __init__(self, registry: Any) -> None:
        self.__qualname__ = f"collect({type(registry).__name__})"  # what the log calls it
        self._registry = registry
        self._client: Any = None
        self._known: tuple[Any, ...] | None = None
        self._originals: list[tuple[Any, str, Any]] = []
        self._has_warned = False

    def shapes(self) -> tuple[Any, ...] | None:
        """Return the registry and the classes that it may be read by, or None when its page has to be asked for."""
        import prometheus_client  # late: see the head of this file

        if prometheus_client is not self._client or self._known is None:
            self._learn(prometheus_client)
        if self._known is not None and type(self._registry) is prometheus_client.CollectorRegistry:
            for owner, name, original in self._originals:
                if getattr(owner, name, None) is not original:
                    break
            else:
                if "collect" not in vars(self._registry):
                    return (*self._known, prometheus_client.metrics._use_created)
        if not self._has_warned:
            self._has_warned = True
            _logger.warning(
                "%s is read as text, which costs more: it is no plain CollectorRegistry, or prometheus_client was "
                "patched, or is of a release whose classes are not known",
                type(self._registry).__name__,
            )
        return None

    def page(self) -> str | bytes:
        """Return the whole page."""
        import prometheus_client

        page: str | bytes = prometheus_client.generate_latest(self._registry)
        return page

    def page_of(self, family: Any) -> str | bytes:
        """Return the page of one family."""
        import prometheus_client

        page: str | bytes = prometheus_client.generate_latest(_Single(family))
        return page

    def _learn(self, client: Any) -> None:
        """Remember the functions of prometheus_client, if they are its own."""
        self._client, self._known, self._originals = client, None, []
        try:
            from prometheus_client import exposition, metrics, metrics_core, registry, samples, utils, values

            shapes = (metrics.Counter, metrics.Gauge, metrics.Summary, metrics.Histogram, metrics.Enum)
            places = [
                (client, "generate_latest"),
                (exposition, "floatToGoString"),
                (metrics, "floatToGoString"),
                (registry.CollectorRegistry, "collect"),
                (registry.CollectorRegistry, "_target_info_metric"),
                (metrics_core.Metric, "__init__"),
                (metrics_core.Metric, "add_sample"),
                (values.MutexValue, "get"),
                *((shape, name) for shape in shapes for name in _METHODS),
            ]
            originals = [(owner, name, getattr(owner, name)) for owner, name in places]
            folder = os.path.dirname(client.__file__) + os.sep
            if all(function.__code__.co_filename.startswith(folder) for _, _, function in originals):
                self._originals = originals
                self._known = (self._registry, *shapes, values.MutexValue, samples.Sample, utils.floatToGoString)
                _ = metrics._use_created, self._registry._collector_to_names, self._registry._target_info
        except (ImportError, AttributeError):
            self._known = None


class _Single:
    """A registry of one family."""

    def __init__(self, family: Any) -> None:
        self._family = family

    def collect(self) -> list[Any]:
        return [self._family]
