"""Whether a prometheus_client is of the shape that adoption leans on: its classes, their methods, their page.

Shapes are checked, not versions; prometheus_client is imported late, as everywhere in this package.
"""

from __future__ import annotations

import types

from . import _native
from ._adopted import Adoption, Classes, Mirrors


def classes_of_prometheus_client() -> Classes:
    from prometheus_client import metrics, registry, values

    return Classes(
        counter=metrics.Counter,
        gauge=metrics.Gauge,
        summary=metrics.Summary,
        histogram=metrics.Histogram,
        base=metrics.MetricWrapperBase,
        registry=registry.CollectorRegistry,
        value=values.MutexValue,
        shows_created=lambda: bool(getattr(metrics, "_use_created", True)),
    )


# The methods that are told of, or that have to stay as they are for a metric to be what we take it for.
_LEANED_ON = {
    "base": ("labels", "remove", "clear", "collect", "describe", "_samples", "_multi_samples", "_get_metric"),
    "counter": ("_metric_init", "_child_samples"),
    "gauge": ("_metric_init", "_child_samples", "set_function"),
    "summary": ("_metric_init", "_child_samples"),
    "histogram": ("_metric_init", "_child_samples"),
    "registry": ("register", "unregister", "collect"),
}
# The methods that C does by itself, and the attributes that they look at: one that looks at others does something else.
_OBSERVABLE = {"_raise_if_not_observable"}
HOT = {
    "counter.inc": {"_value"},
    "gauge.inc": {"_value", "_is_most_recent"},
    "gauge.dec": {"_value", "_is_most_recent"},
    "gauge.set": {"_value", "_is_most_recent"},
    "summary.observe": {"_count", "_sum"},
    "histogram.observe": {"_sum", "_upper_bounds", "_buckets"},
}


def _is_own(owner: type, name: str) -> bool:
    """Whether a method is still the one that prometheus_client defines."""
    method = owner.__dict__.get(name)
    return (
        isinstance(method, types.FunctionType)
        and method.__module__.startswith("prometheus_client.")
        and method.__qualname__ == f"{owner.__name__}.{name}"
        and not hasattr(method, "__wrapped__")
    )


def is_plain(classes: Classes, method: str) -> bool:
    """Whether a hot method does what C does in its place."""
    field, name = method.split(".")
    owner = getattr(classes, field)
    if not _is_own(owner, name):
        return False
    names = {n for n in owner.__dict__[name].__code__.co_names if n.startswith("_") and not n.startswith("_validate")}
    return names == HOT[method] | _OBSERVABLE


def unknown_shape(classes: Classes) -> str | None:
    from prometheus_client import values

    if values.ValueClass is not classes.value:
        return f"values.ValueClass is {values.ValueClass!r}, not MutexValue"
    for field, names in _LEANED_ON.items():
        owner = getattr(classes, field)
        for name in names:
            if not _is_own(owner, name):
                return f"{owner.__name__}.{name} is not the method that prometheus_client defines"
    return None


def wrong_page(classes: Classes) -> str | None:
    """Adopt a registry made for it, and compare our page with prometheus_client's: the shapes are what they seem."""
    import prometheus_client

    registry = classes.registry()
    mirrors = Mirrors(classes)
    adoption = Adoption(mirrors)
    for labels in ((), ("b", "a")):
        suffix = f"_{len(labels)}"
        made = [
            classes.counter("check_c" + suffix, "c \\ \n", labels, registry=registry),
            classes.gauge("check_g" + suffix, "g", labels, registry=registry),
            classes.summary("check_s" + suffix, "s", labels, registry=registry),
            classes.histogram("check_h" + suffix, "h", labels, registry=registry, buckets=(0.5, 2)),
        ]
        counter, gauge, summary, histogram = (m.labels('x"\n', "y") for m in made) if labels else made
        counter._value.inc(2)  # not by its methods, which may be somebody's who counts the calls
        gauge._value.set(-1e7)
        summary._count.inc(1)
        histogram._sum.inc(0.5)
        for metric in made:
            adoption.add(metric)
            if adoption.is_foreign(metric):
                return f"a {type(metric).__name__} has no values where they should be"
        counter._value.inc(0.5)
        gauge._value.inc(-3)
        summary._sum.inc(1e6)
        histogram._buckets[1].inc(3)
    node = _native.runtime_create(1, None)
    node.register_table(adoption.table, str, "check", None, None, None, None, _native.LABELS_NONE)._ask_rest(False)
    page, expected = node.scrape("text", False, None), prometheus_client.generate_latest(registry)
    return None if page == expected else "its page differs from ours"
