"""What a backend calls for a registry of its engine: Dynamo's `common.backend.metrics`."""

from __future__ import annotations

import logging
import os
import tempfile
from typing import TYPE_CHECKING, Any

from .._switch import is_off
from .engine import show

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

_logger = logging.getLogger("dynmetrics")


def ensure_prometheus_multiproc_dir(prefix: str) -> tempfile.TemporaryDirectory[str] | None:
    """Set PROMETHEUS_MULTIPROC_DIR to a new folder for as long as the engine lives, and return that folder.

    None when it was set before: whoever set it owns the folder, which is made when it is not there.
    """
    if is_off():
        return None
    given = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if given:
        if not os.path.isdir(given):
            _logger.warning("PROMETHEUS_MULTIPROC_DIR=%s does not exist, recreating", given)
            os.makedirs(given, exist_ok=True)
        return None
    folder = tempfile.TemporaryDirectory(prefix=prefix)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder.name
    return folder


def register_engine_registry(
    metrics: Any,
    registry: CollectorRegistry,
    *,
    prefix_filters: list[str] | None = None,
    exclude_prefixes: list[str] | None = None,
) -> None:
    """Show a registry of the engine's own on the page of `metrics`, as text and typed, with `metrics.auto_labels`.

    `metrics` is what Dynamo hands to its engines, or the `.metrics` of a node of this package, whose labels are added.
    """
    if is_off():
        return
    show(metrics, registry, prefix_filters, exclude_prefixes, _labels_of(metrics))


def register_global_registry(
    metrics: Any,
    *,
    engine_prefix: str,
    multiproc_only_prefixes: list[str] | None = None,
    exclude_prefixes: list[str] | None = None,
) -> None:
    """Show prometheus_client's global registry on the page of `metrics`.

    With a multiprocess directory its collector joins the global registry. Where that is refused, because the metrics
    are there already, the global registry is shown for `engine_prefix`, and the directory beside it for
    `multiproc_only_prefixes`, such as `["lmcache:"]`, which this process has not in memory. What the directory has is
    shown once, and as the sum of all processes.
    """
    if is_off():
        return
    # Late, and by their modules at each call: the directory has to be set before the first import.
    from prometheus_client import REGISTRY, CollectorRegistry, multiprocess

    every = [engine_prefix, *(multiproc_only_prefixes or ())]
    directory = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if directory and not os.path.isdir(directory):
        _logger.warning(
            "PROMETHEUS_MULTIPROC_DIR=%s is not a valid directory; only this process's metrics are shown", directory
        )
        directory = None
    if not directory:
        register_engine_registry(metrics, REGISTRY, prefix_filters=every, exclude_prefixes=exclude_prefixes)
        return
    labels = _labels_of(metrics)
    try:
        multiprocess.MultiProcessCollector(REGISTRY)  # type: ignore[no-untyped-call]
    except ValueError as error:
        _logger.debug("the global registry takes no collector of %s: %s", directory, error)
    else:
        show(metrics, REGISTRY, every, exclude_prefixes, labels)
        return
    sums: CollectorRegistry | None = CollectorRegistry()
    try:
        multiprocess.MultiProcessCollector(sums)  # type: ignore[no-untyped-call]
    except ValueError as error:
        _logger.warning("%s is not shown, only what this process counts: %s", directory, error)
        sums = None
    show(metrics, REGISTRY, [engine_prefix], exclude_prefixes, labels, sums)
    if multiproc_only_prefixes and sums is not None:
        show(metrics, sums, list(multiproc_only_prefixes), exclude_prefixes, labels)


def _labels_of(metrics: Any) -> dict[str, str]:
    return dict(getattr(metrics, "auto_labels", None) or {})
