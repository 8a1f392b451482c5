"""Adopted metrics: prometheus_client's own metric objects, with their values in cells of the library.

Their API stays what it is, `generate_latest` and all other exporters see them as before; but an update is a call into
C, and a scrape of ours reads them without Python and without the GIL. What keeps it so:

- `prometheus_client.values.ValueClass` is ours from then on, and the values of metrics that exist move over;
- the hot methods of Counter, Gauge, Summary and Histogram are C functions, with the methods they replace behind them;
- what makes children and metrics come and go (labels, remove, clear, register, unregister, …) tells the library of it.

Whatever is not of the shape that this leans on, subclasses for one, is collected as before. prometheus_client is
imported late, as everywhere in this package.
"""

from __future__ import annotations

import functools
import logging
import os
import threading
import weakref
from collections.abc import Callable, Sequence
from typing import Any

from . import _native
from ._adoptable import HOT, classes_of_prometheus_client, is_plain, unknown_shape, wrong_page
from ._adopted import Adoption, Classes, Mirrors, UnknownShape
from ._loading import is_missing
from ._switch import is_off

_logger = logging.getLogger("dynmetrics")
_mirrors: Mirrors | None = None  # None: nothing was adopted yet, or it cannot be
_refused: str | None = None
_adoptions: weakref.WeakKeyDictionary[Any, Adoption] = weakref.WeakKeyDictionary()
_is_installed = False


def install() -> bool:
    """Keep the values of all prometheus_client metrics that are made from now on in cells of the library.

    Call it before the engine creates its metrics. Registries that are registered on a page later are adopted then,
    unless `adopt=False` is given. Returns whether it could be done: not with prometheus_client's multiprocess mode,
    whose files stay the only store, nor with a prometheus_client of unknown shape; the log tells why, once. Never
    raises.
    """
    global _is_installed
    if _prepare() is None:
        return False
    _is_installed = True
    return True


def adopt(registry: Any) -> bool:
    """Move the values of a registry's metrics, those to come included, into cells of the library.

    Returns whether the registry is adopted now, as `install()` does. Metrics of it that cannot be, such as collectors
    of other classes, are collected as before. Twice is fine. Never raises.
    """
    return adoption_of(registry, True) is not None


def adoption_of(registry: Any, wanted: bool | None) -> Adoption | None:
    """Return how `registry` is adopted, made now if that is wanted; None when it is not.

    `wanted` None stands for: if it was adopted before, `install()` was called or DYNMETRICS_ADOPT is set.
    """
    if wanted is None:
        known = _adoptions.get(registry) if _is_weak(registry) else None
        if known is not None:
            return known
        wanted = _is_installed or os.environ.get("DYNMETRICS_ADOPT", "").strip().lower() in ("1", "true", "yes", "on")
    mirrors = _prepare() if wanted else None
    if mirrors is None:
        return None
    try:
        if type(registry) is not mirrors.classes.registry:
            kind = type(registry).__name__
            _tell_once(f"a {kind} cannot be adopted, only a CollectorRegistry; it is collected as before")
            return None
        with registry._lock:
            known = _adoptions.get(registry)
            if known is None:
                known = _adoptions[registry] = Adoption(mirrors)
                for collector in list(registry._collector_to_names):
                    known.add(collector)
        known.refresh(registry)
        return known
    except Exception as error:
        _tell_once(f"the registry cannot be adopted and is collected as before: {error!r}")
        return None


def _is_weak(registry: Any) -> bool:
    try:
        weakref.ref(registry)
        hash(registry)
    except TypeError:
        return False
    return True


_told: set[str] = set()
_preparing = threading.Lock()
os.register_at_fork(after_in_child=_preparing._at_fork_reinit)  # type: ignore[attr-defined]


def _tell_once(message: str) -> None:
    if message not in _told:
        _told.add(message)
        _logger.warning("%s", message)


# ---- getting ready: once for a process ----


def _prepare() -> Mirrors | None:
    if _mirrors is not None or _refused is not None:
        return _mirrors
    if is_off("adopt") or is_missing():
        return None
    with _preparing:
        return _prepared()


def _prepared() -> Mirrors | None:
    global _mirrors, _refused
    if _mirrors is not None or _refused is not None:
        return _mirrors
    try:
        from prometheus_client import values  # late: see the head of this file

        if getattr(values.ValueClass, "_multiprocess", False):
            # Not remembered: nothing but the class of values is looked at.
            _tell_once(
                "prometheus_client is in multiprocess mode: its .db files stay the only store of its metrics, "
                "which are not adopted; unset PROMETHEUS_MULTIPROC_DIR for a process of its own"
            )
            return None
        classes = classes_of_prometheus_client()
        complaint = unknown_shape(classes) or wrong_page(classes)
        if complaint is None:
            _mirrors = _patched(classes)
            return _mirrors
    except Exception as error:
        complaint = repr(error)
    _refused = complaint
    _tell_once(f"this prometheus_client is of unknown shape, its metrics are collected as before: {complaint}")
    return None


# ---- hooks ----


def _patched(classes: Classes) -> Mirrors:
    from prometheus_client import values

    mirrors = Mirrors(classes)
    _native.adopt_patch(
        classes.counter,
        classes.gauge,
        classes.summary,
        classes.histogram,
        classes.base,
        functools.partial(_child_made, mirrors),
        ("base.labels", *(method for method in HOT if is_plain(classes, method))),
    )
    _after(classes.base, "remove", lambda self, *values: mirrors.child_removed(self, values))
    _after(classes.base, "remove_by_labels", lambda self, *_: mirrors.children_gone(self))
    _after(classes.base, "clear", lambda self: mirrors.children_gone(self))
    _after(classes.counter, "reset", lambda self: mirrors.created_anew(self))
    _after(classes.gauge, "set_function", lambda self, *_: _give_up(mirrors, self))
    _after(classes.registry, "register", _registered)
    _after(classes.registry, "unregister", _unregistered)
    _after(classes.registry, "set_target_info", lambda self, *_: _refresh(self))
    _watch_created()
    _native.Value._multiprocess = False
    _native.Value._lock = threading.RLock()  # for those who take it; updates need none
    values.ValueClass = _native.Value
    return mirrors


def _after(owner: Any, name: str, told: Callable[..., None]) -> None:
    """Let `told` know after each call of a method that did not raise. What goes wrong in it stays with us."""
    original = owner.__dict__.get(name)
    if original is None:
        return  # older versions do not have it

    @functools.wraps(original)
    def method(self: Any, *args: Any, **keywords: Any) -> Any:
        result = original(self, *args, **keywords)
        try:
            told(self, *args, *keywords.values())
        except Exception as error:
            _tell_once(f"an adopted metric could not be followed after {owner.__name__}.{name}: {error!r}")
        return result

    setattr(owner, name, method)


def _watch_created() -> None:
    """Creation times can be switched on and off by functions of the module."""
    import prometheus_client
    from prometheus_client import metrics

    for name in ("disable_created_metrics", "enable_created_metrics"):
        original = getattr(metrics, name, None)
        if original is None:
            continue

        def switch(original: Callable[[], None] = original) -> None:
            original()
            for adoption in list(_adoptions.values()):
                adoption.show_created()

        functools.update_wrapper(switch, original)
        for module in (metrics, prometheus_client):
            if getattr(module, name, None) is original:
                setattr(module, name, switch)


def _child_made(mirrors: Mirrors, metric: Any, child: Any) -> None:
    try:
        mirrors.child_made(metric, child)
    except UnknownShape:
        _give_up(mirrors, metric)  # made of values of another class
    except Exception as error:
        _tell_once(f"a child of {metric._name!r} cannot be shown on any page and is left out: {error}")


def _registered(registry: Any, collector: Any) -> None:
    adoption = _adoptions.get(registry)
    if adoption is None:
        return
    with registry._lock:
        if collector in registry._collector_to_names:
            adoption.add(collector)
    if adoption.is_foreign(collector):
        adoption.refresh(registry)
    else:
        adoption.show_created()


def _unregistered(registry: Any, collector: Any) -> None:
    adoption = _adoptions.get(registry)
    if adoption is None:
        return
    if adoption.is_foreign(collector):
        adoption.refresh(registry)
        return
    with registry._lock:
        if collector not in registry._collector_to_names:
            adoption.remove(collector)


def _refresh(registry: Any) -> None:
    adoption = _adoptions.get(registry)
    if adoption is not None:
        adoption.refresh(registry)


def _give_up(mirrors: Mirrors, child: Any) -> None:
    """A gauge has become a function, say: its metric can only be collected."""
    metric = mirrors.parent_of(child)
    if metric is None:
        return
    mirrors.give_up(metric)
    for registry, adoption in list(_adoptions.items()):
        if adoption.has(metric):
            adoption.remove(metric)
            adoption.refresh(registry)


# ---- on a node ----


def register_adopted(
    node: _native.Node,
    adoption: Adoption,
    registry: Any,
    include: Sequence[str] | None,
    exclude: Sequence[str] | None,
    add_prefix: str | None,
    labels: dict[str, str],
    added: int,
) -> _native.Registration:
    """Show an adopted registry; what of it is not adopted is asked of prometheus_client."""

    def others() -> str | bytes:
        import prometheus_client

        page: str | bytes = prometheus_client.generate_latest(adoption.rest(registry))
        return page

    others.__qualname__ = f"generate_latest({type(registry).__name__})"  # what the log calls it
    registration = node.register_table(adoption.table, others, None, include, exclude, add_prefix, labels, added)
    adoption.show(registry, registration, tuple(include or ()))
    return registration
