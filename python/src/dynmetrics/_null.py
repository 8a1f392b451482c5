"""What takes the extension's place when the package is switched off: each call succeeds, nothing happens.

The same names and methods: a test compares them. Imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

library_version = ""
LABELS_CONSTANT, LABELS_NODE, LABELS_NONE = range(3)


class MetricsError(ValueError):
    """What is refused at creation or registration; nothing is, while the package is switched off."""


def _nothing(*_: Any, **__: Any) -> None:
    """Do nothing."""


class _Instrument:
    """A metric that keeps no value."""

    capsule = None

    def __init__(self, name: str = "", label_names: Any = ()) -> None:
        self._name = name
        self._label_names = label_names

    def name(self) -> str:
        """Return the name that it was created with."""
        return self._name

    def const_labels(self) -> dict[str, str]:
        """Return no labels."""
        return {}


class Counter(_Instrument):
    """A counter that stays 0."""

    inc = inc_by = _nothing

    def get(self, *_: Any) -> float:
        """Return 0."""
        return 0.0


class IntCounter(_Instrument):
    """A counter that stays 0."""

    inc = inc_by = _nothing

    def get(self, *_: Any) -> int:
        """Return 0."""
        return 0


class Gauge(Counter):
    """A gauge that stays 0."""

    set = dec = dec_by = add = sub = _nothing


class IntGauge(IntCounter):
    """A gauge that stays 0."""

    set = dec = dec_by = add = sub = _nothing


class Summary(_Instrument):
    """A summary that stays empty."""

    observe = _nothing

    def count(self) -> int:
        """Return 0."""
        return 0

    def sum(self) -> float:
        """Return 0."""
        return 0.0


class Histogram(Summary):
    """A histogram that stays empty."""


class Info(_Instrument):
    """An info that says nothing."""

    info = set = _nothing


class StateSet(_Instrument):
    """A state set without a state."""

    state = set = _nothing


class _Vec(_Instrument):
    """A vec whose children keep no value."""

    _child: ClassVar[type[_Instrument]] = _Instrument

    remove = clear = _nothing

    def labels(self, *_: Any, **__: Any) -> Any:
        """Return a child that keeps no value."""
        return self._child(self._name)

    def variable_labels(self) -> list[str]:
        """Return the label names that it was created with."""
        return list(self._label_names or ())


class CounterVec(_Vec):
    """Counters that stay 0."""

    _child = Counter
    inc = inc_by = _nothing
    get = Counter.get


class IntCounterVec(_Vec):
    """Counters that stay 0."""

    _child = IntCounter
    inc = inc_by = _nothing
    get = IntCounter.get


class GaugeVec(CounterVec):
    """Gauges that stay 0."""

    _child = Gauge
    set = dec = dec_by = add = sub = _nothing


class IntGaugeVec(IntCounterVec):
    """Gauges that stay 0."""

    _child = IntGauge
    set = dec = dec_by = add = sub = _nothing


class SummaryVec(_Vec):
    """Summaries that stay empty."""

    _child = Summary
    observe = _nothing


class HistogramVec(_Vec):
    """Histograms that stay empty."""

    _child = Histogram
    observe = _nothing


class _Closable:
    close = _nothing

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class Registration(_Closable):
    """A callback that is never called."""

    set_stale_policy = _ask_rest = _nothing


class Server(_Closable):
    """A server that listens nowhere: its port is the one that was asked for, 0 for any."""

    port = 0
    url = ""

    def __init__(self, host: str | None = None, port: int | None = None) -> None:
        self.port = port or 0
        self.url = f"http://{host or '127.0.0.1'}:{self.port}"


_INSTRUMENTS: dict[str, type[_Instrument]] = {
    kind.__name__.lower(): kind
    for kind in (
        *(Counter, IntCounter, Gauge, IntGauge, Histogram, Summary, Info, StateSet),
        *(CounterVec, IntCounterVec, GaugeVec, IntGaugeVec, HistogramVec, SummaryVec),
    )
}


def _registration(*_: Any, **__: Any) -> Registration:
    """Return a registration of nothing."""
    return Registration()


class WorkRequest:
    """A request that is not measured."""

    start = received = sent = retry = finish = fail = cancel = time_out = _nothing

    def __enter__(self) -> Any:
        """Return itself."""
        return self

    __exit__ = _nothing


class FrontendRequest:
    """A request that is not measured."""

    input = responded = tokens = finish = fail = cancel = disconnect = _nothing

    def __enter__(self) -> Any:
        """Return itself."""
        return self

    __exit__ = _nothing


class WorkHandler:
    """Requests of an endpoint that are not measured."""

    took = _nothing

    def begin(self, *_: Any) -> WorkRequest:
        """Return a request that is not measured."""
        return WorkRequest()

    def open_requests(self) -> int:
        """Return 0."""
        return 0


class NativeFrontend:
    """A frontend that measures nothing."""

    set_model = remove_model = _nothing
    on_refresh = staticmethod(_registration)

    def begin(self, *_: Any) -> FrontendRequest:
        """Return a request that is not measured."""
        return FrontendRequest()


class KVBlocks:
    """A KV block manager that tells nothing."""

    moved = matched = failed = looked_up = _nothing


class Node:
    """A place in a hierarchy that measures nothing."""

    capsule = None

    def __init__(self, connection_id: int | None = None) -> None:
        self._id = connection_id or 0

    def namespace(self, *_: Any) -> Node:
        """Return a node that measures nothing."""
        return Node(self._id)

    component = endpoint = namespace

    def connection_id(self) -> int:
        """Return the number that the runtime was made with, else 0."""
        return self._id

    def create(
        self,
        kind: str,
        name: str = "",
        description: str = "",
        const_labels: Any = None,
        label_names: Any = None,
        *_: Any,
    ) -> Any:
        """Return a metric of this kind that keeps no value."""
        return _INSTRUMENTS.get(kind, Gauge)(name, label_names)

    register_text = register_registry = register_typed = register_update = register_table = staticmethod(_registration)
    add_multiprocess_dir = add_page_source = staticmethod(_registration)
    set_health_status = hide_matching = show_matching = show = configure = _nothing

    def work_handler(self, *_: Any) -> WorkHandler:
        """Return requests that are not measured."""
        return WorkHandler()

    def frontend(self) -> NativeFrontend:
        """Return a frontend that measures nothing."""
        return NativeFrontend()

    def kv_blocks(self) -> KVBlocks:
        """Return a KV block manager that tells nothing."""
        return KVBlocks()

    def remove_matching(self, *_: Any) -> int:
        """Return 0."""
        return 0

    def scrape(self, *_: Any) -> bytes:
        """Return an empty page."""
        return b""

    def mount(self) -> Mount:
        """Return pages that are empty."""
        return Mount()

    def sources(self) -> bytes:
        """Return that there are none."""
        return b"[]"

    def serve(self, host: str | None = None, port: int | None = None) -> Server:
        """Return a server that listens nowhere."""
        return Server(host, port)


class Mount:
    """Pages that are empty, whatever is asked."""

    def answer(self, *_: Any) -> tuple[int, list[tuple[str, str]], bytes]:
        """Return an empty page."""
        return 200, [("Content-Type", "text/plain; version=0.0.4; charset=utf-8"), ("Content-Length", "0")], b""


class Value:
    """A number of an adopted metric; none is adopted."""

    _multiprocess: ClassVar[bool] = False
    _value = 0.0
    _exemplar: Any = None
    __init__ = inc = set = set_exemplar = _nothing

    def get(self) -> float:
        """Return 0."""
        return 0.0

    def get_exemplar(self) -> Any:
        """Return nothing."""
        return None


class TableMetric:
    """A metric of a table; no table is shown."""

    __init__ = put = remove = clear = _nothing


class Table:
    """A table that is never shown."""

    add = remove = show_created = _nothing


adopt_patch: Callable[..., None] = _nothing


def runtime_create(connection_id: int | None = None, constant_labels: Any = None, /) -> Node:
    """Return a root that measures nothing."""
    return Node(connection_id)


def runtime_default() -> Node:
    """Return a root that measures nothing."""
    return Node()


def filter_exposition(*_: Any) -> bytes:
    """Return an empty page."""
    return b""


merge_multiprocess = filter_exposition


def check_exposition(*_: Any) -> list[Any]:
    """Find nothing."""
    return []


def tool_main(*_: Any) -> int:
    """Run nothing."""
    return 0
