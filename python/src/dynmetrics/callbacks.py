"""An engine's metrics on our page: the two functions that engines call, with upstream's names and semantics.

prometheus_client is imported inside the functions and its names are looked up at each call: SGLang has to set
PROMETHEUS_MULTIPROC_DIR before it may be imported, and a patched `generate_latest` has to be honoured.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from . import _loading, _native, _text_path
from ._registry import Guide
from ._switch import is_off
from .adopt import adoption_of, register_adopted
from .multiprocess import directory_of, with_sums
from .runtime import Metrics, Node

_logger = logging.getLogger("dynmetrics")


def _latest(registry: Any) -> str | bytes:
    import prometheus_client  # late: see the head of this file

    page: str | bytes = prometheus_client.generate_latest(registry)
    return page


def get_prometheus_expfmt(
    registry: Any,
    metric_prefix_filters: Sequence[str] | None = None,
    exclude_prefixes: Sequence[str] | None = None,
    add_prefix: str | None = None,
    *,
    inject_custom_labels: Mapping[str, str] | None = None,
) -> str:
    """Return the metrics of a prometheus_client registry as Prometheus text, filtered by prefixes of sample names.

    Exclusion wins over inclusion; `add_prefix` takes the place of the include prefix that matched. Never raises: when
    anything goes wrong the error is logged and the result is "".
    """
    if is_off():
        return ""
    try:
        if _loading.is_missing():
            return _text_path.page(registry, metric_prefix_filters, exclude_prefixes, add_prefix, inject_custom_labels)
        page = _latest(registry)
        if metric_prefix_filters or exclude_prefixes or add_prefix or inject_custom_labels:
            page = _native.filter_exposition(
                page, metric_prefix_filters, exclude_prefixes, add_prefix, inject_custom_labels
            )
        text = page if isinstance(page, str) else page.decode("utf-8")
        return text if not text or text.endswith("\n") else text + "\n"
    except Exception as error:
        logging.error(f"Error getting metrics: {error}")  # to the root logger, as upstream does
        return ""


def register_engine_metrics_callback(
    endpoint: Any,
    registry: Any,
    metric_prefix_filters: Sequence[str] | None = None,
    exclude_prefixes: Sequence[str] | None = None,
    add_prefix: str | None = None,
    *,
    inject_custom_labels: Mapping[str, str] | None = None,
    namespace_name: str | None = None,
    component_name: str | None = None,
    endpoint_name: str | None = None,
    model_name: str | None = None,
    auto_labels: bool = True,
    adopt: bool | None = None,
) -> _native.Registration | None:
    """Show the metrics of a prometheus_client registry on the page of `endpoint`.

    Filters are those of `get_prometheus_expfmt`. Labels are added where a sample has none of that name, automatic ones
    before custom ones: with `namespace_name` and `component_name` given dynamo_namespace, dynamo_component,
    dynamo_endpoint ("generate" when not given), worker_id, and model and model_name when `model_name` is given; with
    neither, on a node of ours, the labels of the node. `auto_labels=False` adds none of them.

    `adopt=True` adopts the registry (see `dynmetrics.adopt`): scrapes then read its metrics without Python. None does
    so when it was adopted already, after `dynmetrics.install()`, and where DYNMETRICS_ADOPT=1 is set.

    On a node of ours the registration is returned, `close()` ends it. On an endpoint of another system, such as
    Dynamo's, callbacks are registered there and None is returned.
    """
    if is_off():
        return _native.Registration() if isinstance(endpoint, Node) else None
    automatic, added = _automatic_labels(
        endpoint, auto_labels, namespace_name, component_name, endpoint_name, model_name
    )
    taken = set(automatic) | set(endpoint.automatic_labels if added == _native.LABELS_NODE else ())
    custom = _custom_labels(inject_custom_labels, taken)
    labels = {**automatic, **custom}
    if isinstance(endpoint, Node):
        return _register_here(
            endpoint._native, registry, metric_prefix_filters, exclude_prefixes, add_prefix, labels, added, adopt
        )
    _register_there(endpoint, registry, metric_prefix_filters, exclude_prefixes, add_prefix, labels, adopt)
    return None


# ---- labels ----


def labels_for(
    endpoint: Any,
    custom: Mapping[str, str] | None,
    namespace_name: str | None,
    component_name: str | None,
    endpoint_name: str | None,
    model_name: str | None,
) -> dict[str, str]:
    """Return what is added to an engine's metrics on an endpoint of another system, automatic before custom."""
    automatic, _ = _automatic_labels(
        endpoint, True, namespace_name or None, component_name or None, endpoint_name, model_name
    )
    _custom_labels(custom, automatic)  # says what is not kept
    return {**(custom or {}), **automatic}


def _automatic_labels(
    endpoint: Any,
    auto_labels: bool,
    namespace_name: str | None,
    component_name: str | None,
    endpoint_name: str | None,
    model_name: str | None,
) -> tuple[dict[str, str], int]:
    """Return the labels that are automatic, and which ones a node of ours adds by itself (LABELS_…)."""
    if not auto_labels:
        return {}, _native.LABELS_NONE
    model = {"model": model_name, "model_name": model_name} if model_name else {}
    if namespace_name is None and component_name is None:
        return (model, _native.LABELS_NODE) if isinstance(endpoint, Node) else ({}, _native.LABELS_NONE)
    if not namespace_name or not component_name:
        missing = "component_name" if namespace_name else "namespace_name"
        _logger.warning("no automatic labels on these engine metrics: they need %s as well", missing)
        return {}, _native.LABELS_CONSTANT  # as upstream, which adds them only when it has both
    labels = {
        "dynamo_namespace": namespace_name,
        "dynamo_component": component_name,
        "dynamo_endpoint": endpoint_name or "generate",
    }
    try:
        labels["worker_id"] = format(endpoint.connection_id(), "x")
    except Exception as error:
        _logger.debug("no worker_id label: the endpoint has no connection id: %s", error)
    return {**labels, **model}, _native.LABELS_CONSTANT


def _custom_labels(given: Mapping[str, str] | None, automatic: Iterable[str]) -> dict[str, str]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        kind = type(given).__name__
        raise TypeError(f'inject_custom_labels must be a dict of str, like {{"zone": "a"}}, not {given!r:.80} ({kind})')
    custom = dict(given)
    for name in sorted(set(custom) & set(automatic)):
        logging.warning(  # to the root logger, as upstream does
            f"Custom label '{name}' conflicts with auto-injected label. The automatic value is used; "
            "choose another name."
        )
        del custom[name]
    return custom


# ---- on a node of ours ----


def show_here(
    metrics: Metrics,
    registry: Any,
    include: Sequence[str] | None,
    exclude: Sequence[str] | None,
    labels: Mapping[str, str],
    *,
    node_labels: bool = True,
) -> _native.Registration:
    """Show a registry on the node whose `.metrics` these are."""
    added = _native.LABELS_NODE if node_labels else _native.LABELS_CONSTANT
    return _register_here(metrics._node, registry, include, exclude, None, dict(labels), added, None)


def _register_here(
    node: _native.Node,
    registry: Any,
    include: Sequence[str] | None,
    exclude: Sequence[str] | None,
    add_prefix: str | None,
    labels: dict[str, str],
    added: int,
    adopt: bool | None,
) -> _native.Registration:
    directory = directory_of(registry)
    if directory is not None:
        try:
            # The engine of this very process: whoever writes there is a relative of ours.
            return node.add_multiprocess_dir(directory, None, include, exclude, add_prefix, labels, added, True)
        except OSError as error:
            # Gone since the collector was made, and may come back: ask the collector at each scrape instead.
            _logger.warning("%s; its metrics are asked of prometheus_client instead", error)

    adoption = adoption_of(registry, adopt) if directory is None else None
    if adoption is not None:
        return register_adopted(node, adoption, registry, include, exclude, add_prefix, labels, added)
    return node.register_registry(Guide(registry), None, include, exclude, add_prefix, labels, added)


# ---- on an endpoint of another system ----


def _register_there(
    endpoint: Any,
    registry: Any,
    include: Sequence[str] | None,
    exclude: Sequence[str] | None,
    add_prefix: str | None,
    labels: dict[str, str],
    adopt: bool | None,
) -> None:
    metrics = getattr(endpoint, "metrics", None)
    register_text = getattr(metrics, "register_prometheus_expfmt_callback", None)
    if register_text is None:
        raise TypeError(
            "endpoint must be a node of dynmetrics or have .metrics.register_prometheus_expfmt_callback, "
            f"not {endpoint!r:.80} ({type(endpoint).__name__})"
        )
    _native.filter_exposition(b"", include, exclude, add_prefix, labels)  # refuses now what would fail at each scrape
    text, typed = callbacks_of(registry, include, exclude, add_prefix, labels, adopt)
    register_text(text)
    register_typed: Callable[[Callable[[], list[Any]]], object] | None = getattr(
        metrics, "register_prometheus_typed_callback", None
    )
    if register_typed is not None:
        register_typed(typed)


def callbacks_of(
    registry: Any,
    include: Sequence[str] | None,
    exclude: Sequence[str] | None,
    add_prefix: str | None,
    labels: Mapping[str, str],
    adopt: bool | None = None,
    sums: Any = None,
) -> tuple[Callable[[], str], Callable[[], list[Any]]]:
    """Return the two callbacks that show a registry on an endpoint of another system: text, and typed.

    `sums` is a registry of directories that has the sums of what this one has in part.
    """
    if directory_of(registry) is None:
        adoption_of(registry, adopt)  # its updates cost less; the callbacks see the same values
    include, exclude = tuple(include or ()), tuple(exclude or ())

    def text() -> str:
        shown = with_sums(registry, sums)
        return get_prometheus_expfmt(shown, include, exclude, add_prefix, inject_custom_labels=labels or None)

    def typed() -> list[Any]:
        return typed_families(with_sums(registry, sums), include, exclude, add_prefix, labels)

    return text, typed


def typed_families(
    registry: Any,
    include: Sequence[str],
    exclude: Sequence[str],
    add_prefix: str | None,
    labels: Mapping[str, str],
) -> list[Any]:
    """Families in upstream's shape; filters see the family's name. Like the text, [] when anything goes wrong."""
    try:
        _text_path.refuse_reserved(labels)
        families = []
        for family in registry.collect():
            if family.name.startswith(tuple(exclude)):
                continue
            match = next((prefix for prefix in include if family.name.startswith(prefix)), None)
            if include and match is None:
                continue
            samples = [
                (
                    _text_path.renamed(sample.name, match, add_prefix),
                    list({**labels, **sample.labels}.items()),
                    float(sample.value),
                    None if sample.timestamp is None else float(sample.timestamp),
                )
                for sample in family.samples
            ]
            name = _text_path.renamed(family.name, match, add_prefix)
            families.append((name, family.documentation, family.type, family.unit, samples))
        return families
    except Exception as error:
        logging.error(f"Error getting metrics: {error}")
        return []
