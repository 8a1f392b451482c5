"""The hierarchy: DistributedRuntime > Namespace (which may nest) > Component > Endpoint.

Thin dressing over `_native.Node`: names, defaults and types; nothing is decided here.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from . import _native, _null
from ._switch import is_off
from .instrumentation import Frontend, KVBlocks, WorkHandler, WorkRequest

if TYPE_CHECKING:
    from ._native import (
        Counter,
        CounterVec,
        Gauge,
        GaugeVec,
        Histogram,
        HistogramVec,
        Info,
        IntCounter,
        IntCounterVec,
        IntGauge,
        IntGaugeVec,
        Registration,
        Server,
        StateSet,
        Summary,
        SummaryVec,
    )
    from ._types import Format, Labels


class NativeHistogram(NamedTuple):
    """Native buckets for a histogram, beside its classic ones: exponential, kept where something was counted.

    Scrapers get them by protobuf only. Prometheus stores them when its native histograms are on, and the classic ones
    too only where `always_scrape_classic_histograms` is set.
    """

    schema: int = 3
    """-4 (coarsest) to 8 (finest): bounds differ by the factor 2**(2**-schema), 1.09 at 3."""
    zero_threshold: float = 2.0**-128
    """Magnitudes up to this are counted as zero, in the metric's own unit."""
    max_buckets: int = 160
    """With more buckets than this the schema is lowered until they fit; at most 10000."""
    min_reset_seconds: float = 0
    """Seconds after which a histogram whose schema was lowered begins anew, as after a restart; 0: never."""


def _native_options(native: bool | NativeHistogram) -> NativeHistogram | None:
    if isinstance(native, bool):
        return NativeHistogram() if native else None
    return native


def _seconds(ttl: float | None) -> float | None:
    if ttl is None or isinstance(ttl, float):
        return ttl
    if isinstance(ttl, int) and not isinstance(ttl, bool):
        return float(ttl)
    raise TypeError(f"ttl must be a number of seconds, like 300, not {ttl!r:.80} ({type(ttl).__name__})")


class Metrics:
    """What a node measures: creates metrics, registers callbacks.

    Names become `dynamo_component_` + name, illegal characters replaced by `_`; with `name_as_is` they are taken as
    they are. The labels of the node (dynamo_namespace, dynamo_component, dynamo_endpoint, worker_id) come by
    themselves. What is refused raises MetricsError and leaves nothing behind.
    """

    __slots__ = ("_node",)

    def __init__(self, node: _native.Node) -> None:
        self._node = node

    def create_counter(
        self, name: str, description: str, const_labels: Labels | None = None, *, name_as_is: bool = False
    ) -> Counter:
        """Create a float that only goes up: seconds, bytes, requests."""
        return self._node.create("counter", name, description, const_labels, None, None, name_as_is)

    def create_intcounter(
        self, name: str, description: str, const_labels: Labels | None = None, *, name_as_is: bool = False
    ) -> IntCounter:
        """Create a whole number that only goes up; exact to 2**64-1."""
        return self._node.create("intcounter", name, description, const_labels, None, None, name_as_is)

    def create_gauge(
        self,
        name: str,
        description: str,
        const_labels: Labels | None = None,
        *,
        ttl: float | None = None,
        name_as_is: bool = False,
    ) -> Gauge:
        """Create a float that goes up and down.

        With `ttl` it leaves the page when nothing has updated it for so many seconds, seen from scrape to scrape, and
        comes back with the next update.
        """
        return self._node.create("gauge", name, description, const_labels, None, None, name_as_is, _seconds(ttl))

    def create_intgauge(
        self, name: str, description: str, const_labels: Labels | None = None, *, name_as_is: bool = False
    ) -> IntGauge:
        """Create a whole number that goes up and down."""
        return self._node.create("intgauge", name, description, const_labels, None, None, name_as_is)

    def create_histogram(
        self,
        name: str,
        description: str,
        const_labels: Labels | None = None,
        buckets: Sequence[float] | None = None,
        *,
        native: bool | NativeHistogram = False,
        name_as_is: bool = False,
    ) -> Histogram:
        """Create counts of observations in buckets; `buckets` are rising upper bounds, 0.005 to 10 when not given.

        With `native` it has exponential buckets beside them, which scrapers of protobuf get.
        """
        return self._node.create(
            "histogram", name, description, const_labels, None, buckets, name_as_is, _native_options(native)
        )

    def create_countervec(
        self,
        name: str,
        description: str,
        label_names: Sequence[str],
        const_labels: Labels | None = None,
        *,
        name_as_is: bool = False,
    ) -> CounterVec:
        """Create counters with variable labels."""
        return self._node.create("countervec", name, description, const_labels, label_names, None, name_as_is)

    def create_intcountervec(
        self,
        name: str,
        description: str,
        label_names: Sequence[str],
        const_labels: Labels | None = None,
        *,
        name_as_is: bool = False,
    ) -> IntCounterVec:
        """Create integer counters with variable labels."""
        return self._node.create("intcountervec", name, description, const_labels, label_names, None, name_as_is)

    def create_gaugevec(
        self,
        name: str,
        description: str,
        label_names: Sequence[str],
        const_labels: Labels | None = None,
        *,
        ttl: float | None = None,
        name_as_is: bool = False,
    ) -> GaugeVec:
        """Create gauges with variable labels; `ttl` as in `create_gauge`, for each of them."""
        return self._node.create(
            "gaugevec", name, description, const_labels, label_names, None, name_as_is, _seconds(ttl)
        )

    def create_intgaugevec(
        self,
        name: str,
        description: str,
        label_names: Sequence[str],
        const_labels: Labels | None = None,
        *,
        name_as_is: bool = False,
    ) -> IntGaugeVec:
        """Create integer gauges with variable labels."""
        return self._node.create("intgaugevec", name, description, const_labels, label_names, None, name_as_is)

    def create_histogramvec(
        self,
        name: str,
        description: str,
        label_names: Sequence[str],
        const_labels: Labels | None = None,
        buckets: Sequence[float] | None = None,
        *,
        native: bool | NativeHistogram = False,
        name_as_is: bool = False,
    ) -> HistogramVec:
        """Create histograms with variable labels; `buckets` and `native` as in `create_histogram`."""
        return self._node.create(
            "histogramvec",
            name,
            description,
            const_labels,
            label_names,
            buckets,
            name_as_is,
            _native_options(native),
        )

    def create_summary(
        self, name: str, description: str, const_labels: Labels | None = None, *, name_as_is: bool = False
    ) -> Summary:
        """Create a count and a sum of observations, without buckets."""
        return self._node.create("summary", name, description, const_labels, None, None, name_as_is)

    def create_summaryvec(
        self,
        name: str,
        description: str,
        label_names: Sequence[str],
        const_labels: Labels | None = None,
        *,
        name_as_is: bool = False,
    ) -> SummaryVec:
        """Create summaries with variable labels."""
        return self._node.create("summaryvec", name, description, const_labels, label_names, None, name_as_is)

    def create_info(
        self, name: str, description: str, const_labels: Labels | None = None, *, name_as_is: bool = False
    ) -> Info:
        """Create what tells in its labels what something is: a version, a model. Its name ends in `_info`."""
        return self._node.create("info", name, description, const_labels, None, None, name_as_is)

    def create_stateset(
        self,
        name: str,
        description: str,
        states: Sequence[str],
        const_labels: Labels | None = None,
        *,
        name_as_is: bool = False,
    ) -> StateSet:
        """Create one series for each of `states`, 1 for those that something is in; all 0 at first."""
        return self._node.create("stateset", name, description, const_labels, states, None, name_as_is)

    def register_update_callback(self, fn: Callable[[], object]) -> Registration:
        """Have `fn` called before each scrape of this node or one above, to bring values up to date.

        It runs on a thread of the library, under the scrape's deadline. An exception is logged once per cause, counted,
        and costs nothing else.
        """
        return self._node.register_update(fn)

    def register_prometheus_expfmt_callback(self, fn: Callable[[], str | bytes]) -> Registration:
        """Have `fn` asked at each scrape for metrics as Prometheus text, which is read and merged into the page.

        It runs on a thread of its own, under the scrape's deadline, and must not scrape itself; what cannot be read is
        dropped and counted.
        """
        return self._node.register_text(fn, None, None, None, None, None, _native.LABELS_CONSTANT)

    def register_prometheus_typed_callback(self, fn: Callable[[], Iterable[Any]]) -> Registration:
        """Have `fn` asked at each scrape for families.

        A family is `(name, help, type, unit, samples)` with type a word like "counter", and samples
        `(name, labels, value, timestamp)`; or a Metric of prometheus_client. A family or sample of another shape is
        left out and logged once.
        """
        return self._node.register_typed(fn, None, None, None, None, None, _native.LABELS_CONSTANT)

    def prometheus_expfmt(self) -> str:
        """Write the page of this node and what is below as text, without the metrics of the library itself."""
        return self._node.scrape("text", False, None).decode("utf-8", "replace")


class Node:
    """A place in the hierarchy: what all four levels have in common."""

    __slots__ = {
        "__weakref__": None,
        "_above": None,
        "_name": None,
        "_native": None,
        "metrics": "Creates metrics on this node and registers callbacks.",
    }

    automatic_labels: tuple[str, ...] = ("worker_id",)
    """The names of the labels that metrics of this level carry by themselves."""

    def __init__(self, native: _native.Node, name: str, above: Node | None = None) -> None:
        self._above = above  # who has an endpoint has its runtime
        self._native = native
        self._name = name
        self.metrics = Metrics(native)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._name}>" if self._name else f"<{type(self).__name__}>"

    def connection_id(self) -> int:
        """Return the number behind the worker_id label, which is its lower hex."""
        return self._native.connection_id()

    @property
    def capsule(self) -> object:
        """The node for another extension in this process: a PyCapsule named "dynmetrics.dynm_node".

        Its pointer is a `dynm_node *` that belongs to the capsule and is good while that lives; whoever keeps the node
        for longer takes a handle of their own with `dynm_node_copy` (C) or `dynmetrics::node_of_capsule` (C++). It is
        None when the package is switched off.
        """
        return self._native.capsule

    def kv_blocks(self) -> KVBlocks:
        """Give what a KV block manager tells: `kvbm_*` with the labels of this node."""
        return self._native.kv_blocks()

    def scrape(
        self, format: Format = "text", self_metrics: bool = True, *, names: Sequence[str] | None = None
    ) -> bytes:
        """Write the page of this node and what is below.

        `names` leaves only these families, and callbacks whose filter lets none of them pass are not called.

        Waits for callbacks up to the scrape's deadline, with the GIL given up. The library's own metrics
        (`dynmetrics_*`) are on the page of a runtime only.
        """
        return self._native.scrape(format, self_metrics, names)

    def add_multiprocess_dir(
        self,
        path: str | os.PathLike[str],
        *,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        add_prefix: str | None = None,
        labels: Labels | None = None,
        auto_labels: bool = True,
        name: str | None = None,
        fold_dead_writers: bool = False,
    ) -> Registration:
        """Add a directory of prometheus_client's multiprocess mode, merged at each scrape without Python.

        `include` and `exclude` are prefixes of sample names, exclusion wins; `labels` and, with `auto_labels`, those of
        the node are added. `name` is the source's in the library's own metrics. OSError when there is no directory.

        `fold_dead_writers` reads what processes wrote that are gone only once; the page is the same. Leave it off for
        writers in another pid namespace, as beside a sidecar: their pids mean nothing here.
        """
        added = _native.LABELS_NODE if auto_labels else _native.LABELS_NONE
        return self._native.add_multiprocess_dir(
            path, name, include, exclude, add_prefix, labels, added, fold_dead_writers
        )

    def add_page_source(
        self,
        url: str,
        *,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        add_prefix: str | None = None,
        labels: Labels | None = None,
        auto_labels: bool = True,
        allow_remote: bool = False,
        name: str | None = None,
    ) -> Registration:
        """Add another program's page, fetched at each scrape without Python.

        `url` is like http://127.0.0.1:8002/metrics or unix:/run/engine.sock:/metrics, on this machine unless
        `allow_remote` is set; the program need not be up yet. Filters and labels are those of `add_multiprocess_dir`.
        """
        added = _native.LABELS_NODE if auto_labels else _native.LABELS_NONE
        return self._native.add_page_source(url, name, include, exclude, add_prefix, labels, added, allow_remote)

    def remove_matching(self, labels: Labels) -> int:
        """Take every child of a vec on this node or below off the page that has all of `labels`; return how many.

        Who still holds a child may go on updating it, unseen. Metrics without variable labels stay.
        """
        return self._native.remove_matching(labels)

    def hide_matching(self, labels: Labels) -> None:
        """Leave series of sources on this node or below out of pages that have all of `labels`.

        For an engine that speaks on of what is gone, until `show_matching` is called with the same labels.
        """
        self._native.hide_matching(labels)

    def show_matching(self, labels: Labels) -> None:
        """Show again what `hide_matching` hid by the same labels on this node."""
        self._native.show_matching(labels)


class Endpoint(Node):
    """An endpoint of a component: where requests come in."""

    __slots__ = ()
    automatic_labels = ("dynamo_namespace", "dynamo_component", "dynamo_endpoint", "worker_id")

    def set_health_status(self, status: Literal["ready", "notready"]) -> None:
        """Say what /health says of this endpoint: it answers 503 while one endpoint is not ready."""
        self._native.set_health_status(status)

    def work_handler(self, model: str | None = None) -> WorkHandler:
        """Give what measures the endpoint's requests.

        `model` goes into the labels model and model_name; None is the handler that the endpoint has, else one without
        these labels. Name the model first, or never.
        """
        return WorkHandler(self._native.work_handler(model))

    def handle_request(self, bytes: int = 0, *, queued: bool = False, model: str | None = None) -> WorkRequest:
        """Take on a request, for a with block: `work_handler(model).handle_request(bytes, queued=queued)`."""
        return self._native.work_handler(model).begin(bytes, queued)


class Component(Node):
    """A component of a namespace, like a backend."""

    __slots__ = ()
    automatic_labels = ("dynamo_namespace", "dynamo_component", "worker_id")

    def endpoint(self, name: str) -> Endpoint:
        """Give the endpoint of this name; the same name gives the same one again."""
        return Endpoint(self._native.endpoint(name), f"{self._name}.{name}", self)


class Namespace(Node):
    """A namespace; nested ones join their names by dots in the dynamo_namespace label."""

    __slots__ = ()
    automatic_labels = ("dynamo_namespace", "worker_id")

    def namespace(self, name: str) -> Namespace:
        """Give the namespace of this name below this one; the same name gives the same one again."""
        return Namespace(self._native.namespace(name), f"{self._name}.{name}", self)

    def component(self, name: str) -> Component:
        """Give the component of this name; the same name gives the same one again."""
        return Component(self._native.component(name), f"{self._name}.{name}", self)


class DistributedRuntime(Node):
    """The root of a hierarchy. Making one starts no thread and opens nothing.

    `connection_id` is the number behind worker_id: this argument, else DYN_WORKER_ID, else 63 random bits.
    `constant_labels` are put on every metric, beside those of DYN_METRICS_CONST_LABELS. The end of a with block stops
    the servers that `serve` started.
    """

    __slots__ = ("_servers",)

    def __init__(self, *, connection_id: int | None = None, constant_labels: Labels | None = None) -> None:
        super().__init__(_native.runtime_create(connection_id, constant_labels), "")
        self._servers: dict[str, Server] = {}
        _runtimes.add(self)

    def __enter__(self) -> DistributedRuntime:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the servers that `serve` started. Metrics go on counting and can be scraped; closing twice is fine."""
        while self._servers:
            self._servers.popitem()[1].close()

    @classmethod
    def _of(cls, native: _native.Node) -> DistributedRuntime:
        runtime = cls.__new__(cls)
        Node.__init__(runtime, native, "")
        runtime._servers = {}
        _runtimes.add(runtime)
        return runtime

    def namespace(self, name: str) -> Namespace:
        """Give the namespace of this name; the same name gives the same one again."""
        return Namespace(self._native.namespace(name), name, self)

    def configure(self, path: str | os.PathLike[str] | None = None, *, text: str | None = None) -> None:
        """Take the configuration in a file, or in `text`, in the place of the one before (that of DYN_METRICS_CONFIG).

        Its rules count from the next scrape on, its labels and buckets for what is created afterwards. MetricsError,
        with each place, when anything in it makes no sense; nothing has changed then. OSError when it cannot be read.
        Beside a `text`, `path` is only what messages call it.
        """
        self._native.configure(path, text)
    def frontend(self) -> Frontend:
        """Give what measures the requests and models of a frontend; a runtime has one."""
        return Frontend(self._native.frontend())

    def show_process(self) -> None:
        """Show `process_*` of this process, and the uptime; a family that a source brings is left to that."""
        self._native.show(3)

    def serve(self, host: str | None = None, port: int | None = None) -> Server:
        """Serve /metrics, /health and /live.

        The arguments, else DYN_SYSTEM_HOST and DYN_SYSTEM_PORT, else 127.0.0.1 and any free port. The same address
        twice gives the same server. OSError when the address cannot be had. Runs until `close()` or the exit.
        """
        if is_off("server"):
            nowhere: Server = _null.Server(host, port)  # type: ignore[assignment]
            return nowhere
        server = self._native.serve(host, port)
        self._servers[server.url] = server  # the same address twice is the same server
        return server


def default_runtime() -> DistributedRuntime:
    """Give the runtime that all parts of this process share which are not handed one.

    `dynm_runtime_default` in C and `dynmetrics::default_runtime` in C++ give the same tree: what a C++ engine measures
    is on the page that Python serves. Made with the defaults (DYN_WORKER_ID, DYN_METRICS_CONST_LABELS) at the first
    call; it stays until the process ends. Any thread.
    """
    global _default
    if _default is None or _default[0] != os.getpid():
        _default = os.getpid(), DistributedRuntime._of(_native.runtime_default())
    return _default[1]


_default: tuple[int, DistributedRuntime] | None = None


_runtimes: weakref.WeakSet[DistributedRuntime] = weakref.WeakSet()


def runtimes() -> list[DistributedRuntime]:
    """Return the runtimes that somebody has, or a node of them."""
    return list(_runtimes)
