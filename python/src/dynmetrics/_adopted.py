"""Which metrics of prometheus_client the library mirrors, and which registries show them. Cold: told of changes only.

A metric's own lock guards what is told of its children, a registry's own lock what is told of its metrics:
prometheus_client changes both under them, so whoever comes last tells how things stand.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from . import _native


@dataclass(frozen=True)
class Classes:
    """What adoption knows of prometheus_client."""

    counter: type[Any]
    gauge: type[Any]
    summary: type[Any]
    histogram: type[Any]
    base: type[Any]
    registry: type[Any]
    value: type[Any]
    shows_created: Callable[[], bool]


class UnknownShape(Exception):
    """A metric that is not what its class makes: it is collected."""


class Mirrors:
    """The metrics that the library mirrors."""

    def __init__(self, classes: Classes) -> None:
        self.classes = classes
        self._kinds = {
            classes.counter: "counter",
            classes.gauge: "gauge",
            classes.summary: "summary",
            classes.histogram: "histogram",
        }
        self._known: weakref.WeakKeyDictionary[Any, _native.TableMetric] = weakref.WeakKeyDictionary()
        # What each of them shows: a child that another thread made may be gone before anybody asked for it.
        self._shown: weakref.WeakKeyDictionary[Any, set[tuple[str, ...]]] = weakref.WeakKeyDictionary()
        self._moved = _moved_value(classes.value)

    def mirror(self, metric: Any) -> _native.TableMetric | None:
        """Return the mirror of `metric`, made when there is none; None for what cannot be mirrored."""
        try:
            known = self._known.get(metric)
        except TypeError:
            return None  # a collector that cannot be a key
        if known is not None or type(metric) not in self._kinds:
            return known
        try:
            return self._mirrored(metric)
        except Exception:  # of whatever kind: what is not as it should be is collected
            self.give_up(metric)
            return None

    def _mirrored(self, metric: Any) -> _native.TableMetric:
        kind = self._kinds[type(metric)]
        if metric._labelvalues or any(name in vars(metric) for name in _OVERRIDABLE):
            raise UnknownShape
        bounds: tuple[float, ...] = ()
        if kind == "histogram":
            bounds = tuple(metric._upper_bounds[:-1])
        mirror = _native.TableMetric(kind, metric._name, metric._documentation, tuple(metric._labelnames), bounds)
        if not metric._labelnames:
            self._put(metric, mirror, metric)
            self._known[metric] = mirror
            return mirror
        with metric._lock:
            self._known[metric] = mirror
            for child in metric._metrics.values():
                self._put(metric, mirror, child)
        return mirror

    def _put(self, metric: Any, mirror: _native.TableMetric, child: Any) -> None:
        """Show a child. The metric's lock is held, if it has one."""
        if any(name in vars(child) for name in _OVERRIDABLE):
            raise UnknownShape
        values = self._values(child)
        mirror.put(child._labelvalues, values, getattr(child, "_created", None))
        if child is not metric:
            self._shown.setdefault(metric, set()).add(child._labelvalues)

    def _values(self, child: Any) -> tuple[_native.Value, ...]:
        """Return the values of a child, moved into cells where they are not in such yet."""
        classes, own = self.classes, vars(child)
        if type(child) is classes.summary:
            places: Iterable[tuple[Any, Any]] = ((own, "_count"), (own, "_sum"))
        elif type(child) is classes.histogram:
            if len(child._buckets) != len(child._upper_bounds):
                raise UnknownShape
            places = (*((child._buckets, i) for i in range(len(child._buckets))), (own, "_sum"))
        elif type(child) in self._kinds:
            places = ((own, "_value"),)
        else:
            raise UnknownShape
        return tuple(self._value_at(holder, place) for holder, place in places)

    def _value_at(self, holder: Any, place: Any) -> _native.Value:
        value = holder[place]
        if type(value) is _native.Value:
            return value
        if type(value) is not self.classes.value:
            raise UnknownShape
        with value._lock:  # whoever adds to it now comes before, or finds the way to the new one
            moved = _native.Value("", "", "", (), (), "")
            moved.set(value._value)
            moved.set_exemplar(value._exemplar)
            vars(value)["_dynmetrics"] = moved
            value.__class__ = self._moved
            holder[place] = moved
        return moved

    # ---- what is told of ----

    def child_made(self, metric: Any, child: Any) -> None:
        mirror = self._known.get(metric)
        if mirror is None or metric is child:
            return
        with metric._lock:
            if metric._metrics.get(child._labelvalues) is child:
                self._put(metric, mirror, child)

    def child_removed(self, metric: Any, values: tuple[Any, ...]) -> None:
        mirror = self._known.get(metric)
        if mirror is None:
            return
        key = tuple(str(value) for value in values)
        with metric._lock:
            if key not in metric._metrics:
                mirror.remove(key)
                self._shown.get(metric, set()).discard(key)

    def children_gone(self, metric: Any) -> None:
        """Some children may be gone."""
        mirror = self._known.get(metric)
        if mirror is None or not metric._labelnames:
            return
        with metric._lock:
            shown = self._shown.get(metric, set())
            gone = [key for key in shown if key not in metric._metrics]
            for key in gone:
                mirror.remove(key)
            shown.difference_update(gone)

    def created_anew(self, child: Any) -> None:
        metric = self.parent_of(child)
        mirror = self._known.get(metric) if metric is not None else None
        if mirror is None:
            return
        if metric is child:
            self._put(metric, mirror, child)
            return
        with metric._lock:
            if metric._metrics.get(child._labelvalues) is child:
                self._put(metric, mirror, child)

    def parent_of(self, child: Any) -> Any:
        """Return the mirrored metric that `child` is a child of, itself when it has no labels, or None."""
        for metric in list(self._known):
            if metric is child:
                return metric
            if type(metric) is type(child) and metric._labelnames and metric._metrics.get(child._labelvalues) is child:
                return metric
        return None

    def give_up(self, metric: Any) -> None:
        self._known.pop(metric, None)
        self._shown.pop(metric, None)


# Attributes of a metric object itself that take the place of its class's: what it shows is then not in its values.
_OVERRIDABLE = ("_child_samples", "_samples", "_multi_samples", "collect", "describe", "_get_metric")


def _moved_value(value_class: type) -> type:
    """Return the class of a value whose number has moved: whoever still holds it finds the number in its new place."""

    def number(self: Any) -> float:
        value: float = self._dynmetrics.get()
        return value

    def put_number(self: Any, value: float) -> None:
        self._dynmetrics.set(value)

    def inc(self: Any, amount: float) -> None:
        self._dynmetrics.inc(amount)

    def exemplar(self: Any) -> Any:
        return self._dynmetrics.get_exemplar()

    def put_exemplar(self: Any, value: Any) -> None:
        self._dynmetrics.set_exemplar(value)

    members = {"_value": property(number, put_number), "_exemplar": property(exemplar, put_exemplar), "inc": inc}
    return type(value_class.__name__, (value_class,), members)


class Adoption:
    """How one registry is adopted: the table of its mirrored metrics, and what shows it."""

    def __init__(self, mirrors: Mirrors) -> None:
        self.table = _native.Table()
        self._mirrors = mirrors
        # No reference to a registry or to what may hold one: this lives as long as the registry does.
        self._adopted: weakref.WeakKeyDictionary[Any, _native.TableMetric] = weakref.WeakKeyDictionary()
        self._shown: list[tuple[_native.Registration, tuple[str, ...]]] = []
        self.show_created()

    def add(self, collector: Any) -> None:
        """Take a collector in, if it can be mirrored. The registry's lock is held."""
        mirror = self._mirrors.mirror(collector)
        if mirror is not None:
            self._adopted[collector] = mirror
            self.table.add(mirror)

    def remove(self, collector: Any) -> None:
        mirror = self._adopted.pop(collector, None) if self.has(collector) else None
        if mirror is not None:
            self.table.remove(mirror)

    def has(self, collector: Any) -> bool:
        try:
            return collector in self._adopted
        except TypeError:
            return False

    def is_foreign(self, collector: Any) -> bool:
        return not self.has(collector)

    def show_created(self) -> None:
        self.table.show_created(self._mirrors.classes.shows_created())

    # ---- what is not adopted ----

    def rest(self, registry: Any) -> Any:
        """Return something to collect in place of `registry`, without what is adopted."""
        return _Rest(self, registry)

    def show(self, registry: Any, registration: _native.Registration, include: tuple[str, ...]) -> None:
        self._shown.append((registration, include))
        self.refresh(registry)

    def refresh(self, registry: Any) -> None:
        """Have the rest asked where there is any that could pass the filter."""
        self.show_created()
        with registry._lock:
            rest = [(c, list(names)) for c, names in registry._collector_to_names.items() if self.is_foreign(c)]
            has_target = bool(getattr(registry, "_target_info", None))
            for registration, include in self._shown:
                registration._ask_rest(has_target or any(_may_pass(c, names, include) for c, names in rest))


def _may_pass(collector: Any, names: list[str], include: tuple[str, ...]) -> bool:
    """Whether a collector could bring anything that begins with one of `include`.

    Only prometheus_client's own are taken at their word: others may bring more than they said when they came.
    """
    kind = type(collector)
    if not include or not kind.__module__.startswith("prometheus_client."):
        return True
    if kind.__name__ == "GCCollector":
        names = ["python_gc_"]
    elif kind.__name__ == "PlatformCollector":
        names = ["python_info"]
    elif kind.__name__ == "ProcessCollector":
        names = [getattr(collector, "_prefix", "")]
    elif kind.__name__ not in ("Info", "Enum") or not names:
        return True
    return any(name.startswith(prefix) or prefix.startswith(name) for name in names for prefix in include)


class _Rest:
    """What a registry has beside its adopted metrics, for `generate_latest`."""

    def __init__(self, adoption: Adoption, registry: Any) -> None:
        self._adoption = adoption
        self._registry = registry

    def collect(self) -> Iterator[Any]:
        registry = self._registry
        with registry._lock:
            collectors = [c for c in registry._collector_to_names if self._adoption.is_foreign(c)]
            target = registry._target_info_metric() if getattr(registry, "_target_info", None) else None
        if target is not None:
            yield target
        for collector in collectors:
            yield from collector.collect()
