"""What the caches of multimodal workers count, shown without their help: they are asked at each scrape."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .. import callbacks
from .._switch import is_off
from ..runtime import Metrics
from .names import COMPONENT_LABEL, MODEL_LABEL, EmbeddingCacheMetrics, ImageLoaderMetrics

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

_logger = logging.getLogger("dynmetrics")
_LABELS = [MODEL_LABEL, COMPONENT_LABEL]
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0)


def register_embedding_cache_metrics(
    endpoint: Any,
    cache: Any,
    model_name: str = "",
    component_name: str = "",
) -> None:
    """Show what an embedding cache counts, as text and typed: hits, misses, evictions, bytes, entries, utilization.

    `cache.stats` is read at each scrape; counters are on the page as 0 from the first one on and rise by what the
    cache's own have risen since the last. To be called when the engine has been started.
    """
    if is_off():
        return
    from prometheus_client import CollectorRegistry, Counter, Gauge  # late: see the head of the package

    registry = CollectorRegistry()
    own = (model_name, component_name)
    names = EmbeddingCacheMetrics
    counters = {
        stat: Counter(name.value, description, labelnames=_LABELS, registry=registry).labels(*own)
        for stat, name, description in (
            ("hits", names.HITS_TOTAL, "Total embedding cache hits."),
            ("misses", names.MISSES_TOTAL, "Total embedding cache misses."),
            ("evictions", names.EVICTIONS_TOTAL, "Total embedding cache evictions."),
        )
    }
    gauges = {
        stat: Gauge(name.value, description, labelnames=_LABELS, registry=registry)
        for stat, name, description in (
            ("utilization", names.UTILIZATION, "Cache memory utilization ratio (0.0-1.0)."),
            ("current_bytes", names.CURRENT_BYTES, "Current cache memory usage in bytes."),
            ("entries", names.ENTRIES, "Number of entries in the cache."),
        )
    }
    seen = dict.fromkeys(counters, 0)

    def refresh() -> None:
        stats = cache.stats
        for stat, counter in counters.items():
            now = stats[stat]
            if now > seen[stat]:
                counter.inc(now - seen[stat])
            seen[stat] = now  # also when it went back: a cache that was emptied counts on from there
        for stat, gauge in gauges.items():
            gauge.labels(*own).set(stats[stat])

    _show(endpoint.metrics, registry, refresh)
    _logger.info("showing embedding cache metrics (model=%s, component=%s)", *own)


def register_image_loader_metrics(
    endpoint: Any,
    loader: Any,
    model_name: str = "",
    component_name: str = "",
) -> None:
    """Show what an image loader counts, as text and typed: entries of its cache, seconds of its shared cache's calls.

    At each scrape `loader.cache_entries` is read and `loader.shared_image_cache_stats`, where there is one, drained. To
    be called when the engine has been started.
    """
    if is_off():
        return
    from prometheus_client import CollectorRegistry, Gauge, Histogram  # late: see the head of the package

    registry = CollectorRegistry()
    own = (model_name, component_name)
    names = ImageLoaderMetrics
    durations = {
        operation: Histogram(
            name.value,
            f"Shared encoded-image cache {operation.upper()} latency in seconds by terminal outcome and encoded "
            "payload size bucket.",
            labelnames=[*_LABELS, "outcome", "size_bucket"],
            registry=registry,
            buckets=_SECONDS,
        )
        for operation, name in (
            ("get", names.SHARED_CACHE_GET_DURATION_SECONDS),
            ("set", names.SHARED_CACHE_SET_DURATION_SECONDS),
        )
    }
    entries = Gauge(
        names.CACHE_ENTRIES.value, "Number of entries in the image cache.", labelnames=_LABELS, registry=registry
    )

    def refresh() -> None:
        stats = loader.shared_image_cache_stats
        drained = {} if stats is None else stats.snapshot_and_drain()
        for (operation, outcome, size), seconds in drained.items():
            child = durations["get" if operation == "get" else "set"].labels(*own, outcome, size)
            for duration in seconds:
                child.observe(duration)
        entries.labels(*own).set(loader.cache_entries)

    _show(endpoint.metrics, registry, refresh)
    _logger.info("showing image loader metrics (model=%s, component=%s)", *own)


def _show(metrics: Any, registry: CollectorRegistry, refresh: Callable[[], None]) -> None:
    """Show a registry that is brought up to date before it is read, by one scrape at a time."""
    lock = threading.Lock()

    def update() -> None:
        with lock:
            refresh()

    if isinstance(metrics, Metrics):
        metrics.register_update_callback(update)
        callbacks.show_here(metrics, registry, None, None, {}, node_labels=False)
        return

    def text() -> str:
        import prometheus_client

        with lock:
            refresh()
            return prometheus_client.generate_latest(registry).decode("utf-8")

    def typed() -> list[Any]:
        with lock:
            refresh()
            return callbacks.typed_families(registry, (), (), None, {})

    metrics.register_prometheus_expfmt_callback(text)
    metrics.register_prometheus_typed_callback(typed)
