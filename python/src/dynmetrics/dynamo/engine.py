"""An engine's registry on an endpoint: Dynamo's `common.utils.prometheus`, as far as it is about engines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .. import callbacks
from .._switch import is_off
from ..runtime import Metrics, Node

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry


def register_engine_metrics_callback(
    endpoint: Any,
    registry: CollectorRegistry,
    metric_prefix_filters: list[str] | None = None,
    exclude_prefixes: list[str] | None = None,
    inject_custom_labels: dict[str, str] | None = None,
    namespace_name: str | None = None,
    component_name: str | None = None,
    endpoint_name: str | None = None,
    model_name: str | None = None,
) -> None:
    """Show the metrics of a prometheus_client registry on the page of `endpoint`, as text and typed.

    Filters are prefixes, exclusion wins. Labels are added where a sample has none of that name: with `namespace_name`
    and `component_name` given dynamo_namespace, dynamo_component, dynamo_endpoint, worker_id, model and model_name,
    which win over `inject_custom_labels`. On an endpoint of this package the node's own labels are added without them.
    """
    if is_off():
        return
    if isinstance(endpoint, Node):
        callbacks.register_engine_metrics_callback(
            endpoint,
            registry,
            metric_prefix_filters,
            exclude_prefixes,
            inject_custom_labels=inject_custom_labels,
            namespace_name=namespace_name or None,
            component_name=component_name or None,
            endpoint_name=endpoint_name,
            model_name=model_name,
        )
        return
    labels = callbacks.labels_for(
        endpoint, inject_custom_labels, namespace_name, component_name, endpoint_name, model_name
    )
    show(endpoint.metrics, registry, metric_prefix_filters, exclude_prefixes, labels)


def show(
    metrics: Any,
    registry: CollectorRegistry,
    include: list[str] | None,
    exclude: list[str] | None,
    labels: Mapping[str, str],
    sums: Any = None,
) -> None:
    """Register a registry on what has `register_prometheus_expfmt_callback` and `…_typed_callback`.

    `sums` is a registry of the directories that have the sums of what `registry` has in part.
    """
    if isinstance(metrics, Metrics):
        callbacks.show_here(metrics, registry if sums is None else sums, include, exclude, labels)
        return
    text, typed = callbacks.callbacks_of(registry, include, exclude, None, labels, sums=sums)
    metrics.register_prometheus_expfmt_callback(text)
    metrics.register_prometheus_typed_callback(typed)


def get_prometheus_expfmt(
    registry: CollectorRegistry,
    metric_prefix_filters: list[str] | None = None,
    exclude_prefixes: list[str] | None = None,
    inject_custom_labels: dict[str, str] | None = None,
) -> str:
    """Return a registry's metrics as Prometheus text, filtered by prefixes of sample names; exclusion wins.

    `inject_custom_labels` are added where a sample has none of that name. Never raises: when anything goes wrong the
    error is logged and the result is "".
    """
    return callbacks.get_prometheus_expfmt(
        registry, metric_prefix_filters, exclude_prefixes, inject_custom_labels=inject_custom_labels
    )


def get_prometheus_typed(
    registry: CollectorRegistry,
    metric_prefix_filters: list[str] | None = None,
    exclude_prefixes: list[str] | None = None,
    inject_custom_labels: dict[str, str] | None = None,
) -> list[Any]:
    """Return a registry's metrics as `[(name, help, type, unit, [(sample, [(label, value)], value, timestamp)])]`.

    Filters match names of families, which have no `_total`. When anything goes wrong the error is logged and the result
    is [].
    """
    if is_off():
        return []
    return callbacks.typed_families(
        registry, metric_prefix_filters or (), exclude_prefixes or (), None, inject_custom_labels or {}
    )


def gather_with_labels(
    registry: CollectorRegistry,
    auto_labels: Mapping[str, str],
    *,
    prefix_filters: list[str] | None = None,
    exclude_prefixes: list[str] | None = None,
) -> str:
    """Return a registry's metrics as text, with `auto_labels` where a sample has none of that name."""
    return get_prometheus_expfmt(registry, prefix_filters, exclude_prefixes, dict(auto_labels) if auto_labels else None)
