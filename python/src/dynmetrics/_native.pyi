"""Types of the extension. What each thing does stands in its docstring there, or in the module that dresses it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike
from types import TracebackType
from typing import Any, ClassVar, Literal, SupportsFloat, SupportsIndex, final, overload

from typing_extensions import Self

from ._registry import Guide
from ._types import Format, Labels, TextFormat

library_version: str
LABELS_CONSTANT: int
LABELS_NODE: int
LABELS_NONE: int

class MetricsError(ValueError):
    """What is refused at creation or registration: names the wrong value and a right one."""

class _Instrument:
    @property
    def capsule(self) -> object: ...
    def name(self) -> str: ...
    def const_labels(self) -> dict[str, str]: ...

@final
class Counter(_Instrument):
    def inc(self, v: SupportsFloat | SupportsIndex = 1, /, exemplar: Labels | None = None) -> None: ...
    def inc_by(self, v: SupportsFloat | SupportsIndex, /) -> None: ...
    def get(self) -> float: ...

@final
class IntCounter(_Instrument):
    def inc(self, v: SupportsIndex = 1, /, exemplar: Labels | None = None) -> None: ...
    def inc_by(self, v: SupportsIndex, /) -> None: ...
    def get(self) -> int: ...

@final
class Gauge(_Instrument):
    def set(self, v: SupportsFloat | SupportsIndex, /) -> None: ...
    def inc(self, v: SupportsFloat | SupportsIndex = 1, /) -> None: ...
    def dec(self, v: SupportsFloat | SupportsIndex = 1, /) -> None: ...
    def inc_by(self, v: SupportsFloat | SupportsIndex, /) -> None: ...
    def dec_by(self, v: SupportsFloat | SupportsIndex, /) -> None: ...
    def add(self, v: SupportsFloat | SupportsIndex, /) -> None: ...
    def sub(self, v: SupportsFloat | SupportsIndex, /) -> None: ...
    def get(self) -> float: ...

@final
class IntGauge(_Instrument):
    def set(self, v: SupportsIndex, /) -> None: ...
    def inc(self, v: SupportsIndex = 1, /) -> None: ...
    def dec(self, v: SupportsIndex = 1, /) -> None: ...
    def inc_by(self, v: SupportsIndex, /) -> None: ...
    def dec_by(self, v: SupportsIndex, /) -> None: ...
    def add(self, v: SupportsIndex, /) -> None: ...
    def sub(self, v: SupportsIndex, /) -> None: ...
    def get(self) -> int: ...

@final
class Histogram(_Instrument):
    def observe(self, v: SupportsFloat | SupportsIndex, /, exemplar: Labels | None = None) -> None: ...
    def count(self) -> int: ...
    def sum(self) -> float: ...

@final
class Summary(_Instrument):
    def observe(self, v: SupportsFloat | SupportsIndex, /) -> None: ...
    def count(self) -> int: ...
    def sum(self) -> float: ...

@final
class Info(_Instrument):
    def info(self, labels: Labels, /) -> None: ...
    def set(self, labels: Labels, /) -> None: ...

@final
class StateSet(_Instrument):
    def state(self, state: str, /) -> None: ...
    def set(self, state: str, is_on: bool, /) -> None: ...

class _Vec(_Instrument):
    def remove(self, *values: object, **names: object) -> None: ...
    def clear(self) -> None: ...
    def variable_labels(self) -> list[str]: ...

@final
class CounterVec(_Vec):
    def labels(self, *values: object, **names: object) -> Counter: ...
    def inc(self, labels: Mapping[str, object], /) -> None: ...
    def inc_by(self, labels: Mapping[str, object], v: SupportsFloat | SupportsIndex, /) -> None: ...
    def get(self, labels: Mapping[str, object], /) -> float: ...

@final
class IntCounterVec(_Vec):
    def labels(self, *values: object, **names: object) -> IntCounter: ...
    def inc(self, labels: Mapping[str, object], /) -> None: ...
    def inc_by(self, labels: Mapping[str, object], v: SupportsIndex, /) -> None: ...
    def get(self, labels: Mapping[str, object], /) -> int: ...

@final
class GaugeVec(_Vec):
    def labels(self, *values: object, **names: object) -> Gauge: ...
    def set(self, v: SupportsFloat | SupportsIndex, labels: Mapping[str, object], /) -> None: ...
    def inc(self, labels: Mapping[str, object], /) -> None: ...
    def dec(self, labels: Mapping[str, object], /) -> None: ...
    def inc_by(self, labels: Mapping[str, object], v: SupportsFloat | SupportsIndex, /) -> None: ...
    def dec_by(self, labels: Mapping[str, object], v: SupportsFloat | SupportsIndex, /) -> None: ...
    def add(self, labels: Mapping[str, object], v: SupportsFloat | SupportsIndex, /) -> None: ...
    def sub(self, labels: Mapping[str, object], v: SupportsFloat | SupportsIndex, /) -> None: ...
    def get(self, labels: Mapping[str, object], /) -> float: ...

@final
class IntGaugeVec(_Vec):
    def labels(self, *values: object, **names: object) -> IntGauge: ...
    def set(self, v: SupportsIndex, labels: Mapping[str, object], /) -> None: ...
    def inc(self, labels: Mapping[str, object], /) -> None: ...
    def dec(self, labels: Mapping[str, object], /) -> None: ...
    def inc_by(self, labels: Mapping[str, object], v: SupportsIndex, /) -> None: ...
    def dec_by(self, labels: Mapping[str, object], v: SupportsIndex, /) -> None: ...
    def add(self, labels: Mapping[str, object], v: SupportsIndex, /) -> None: ...
    def sub(self, labels: Mapping[str, object], v: SupportsIndex, /) -> None: ...
    def get(self, labels: Mapping[str, object], /) -> int: ...

@final
class HistogramVec(_Vec):
    def labels(self, *values: object, **names: object) -> Histogram: ...
    def observe(self, v: SupportsFloat | SupportsIndex, labels: Mapping[str, object], /) -> None: ...

@final
class SummaryVec(_Vec):
    def labels(self, *values: object, **names: object) -> Summary: ...
    def observe(self, v: SupportsFloat | SupportsIndex, labels: Mapping[str, object], /) -> None: ...

class _Closable:
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None: ...

@final
class Registration(_Closable):
    """A callback or directory that was registered; `close()` or a with block ends it."""

    def set_stale_policy(self, policy: Literal["standard", "drop", "keep_counters", "keep"], /) -> None:
        """Choose what is shown of the source while it brings nothing new."""

    def _ask_rest(self, asked: bool, /) -> None: ...

@final
class Server(_Closable):
    """A running HTTP server with /metrics, /health and /live; `close()` or a with block stops it."""

    @property
    def port(self) -> int: ...
    @property
    def url(self) -> str: ...

_Texts = Sequence[str] | None
_NativeHistogram = tuple[int, float, int, float]
_Buckets = Sequence[float] | None

@final
class WorkRequest:
    def start(self) -> None: ...
    def received(self, bytes: int, /) -> None: ...
    def sent(self, bytes: int, /) -> None: ...
    def retry(self) -> None: ...
    def finish(self) -> None: ...
    def fail(self, error_type: str = "generate", /) -> None: ...
    def cancel(self) -> None: ...
    def time_out(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, type: object, value: object, traceback: object, /) -> None: ...

@final
class WorkHandler:
    def begin(self, bytes: int = 0, is_queued: bool = False, /) -> WorkRequest: ...
    def took(self, what: int, seconds: float, /) -> None: ...
    def open_requests(self) -> int: ...

@final
class FrontendRequest:
    def input(self, tokens: int, cached: int | None = None, /) -> None: ...
    def responded(self) -> None: ...
    def tokens(self, count: int = 1, /) -> None: ...
    def finish(self) -> None: ...
    def fail(self, error_type: str = "internal", /) -> None: ...
    def cancel(self) -> None: ...
    def disconnect(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, type: object, value: object, traceback: object, /) -> None: ...

@final
class NativeFrontend:
    def begin(self, model: str, endpoint: str, request_type: str, /) -> FrontendRequest: ...
    def set_model(
        self,
        model: str,
        ready: int | None,
        total_kv_blocks: int | None,
        max_num_seqs: int | None,
        max_num_batched_tokens: int | None,
        context_length: int | None,
        kv_cache_block_size: int | None,
        migration_limit: int | None,
        /,
    ) -> None: ...
    def remove_model(self, model: str, /) -> None: ...
    def on_refresh(self, interval: float, function: Callable[[], object], /) -> Registration: ...

@final
class KVBlocks:
    def moved(self, move: str, blocks: int, bytes: int = 0, /) -> None: ...
    def matched(self, tokens: int, /) -> None: ...
    def failed(self, reading: int, writing: int, /) -> None: ...
    def looked_up(self, tier: str, blocks: int, hits: int, /) -> None: ...

@final
class Node:
    @property
    def capsule(self) -> object: ...
    def work_handler(self, model: str | None, /) -> WorkHandler: ...
    def frontend(self) -> NativeFrontend: ...
    def kv_blocks(self) -> KVBlocks: ...
    def show(self, what: int, /) -> None: ...
    def namespace(self, name: str, /) -> Node: ...
    def component(self, name: str, /) -> Node: ...
    def endpoint(self, name: str, /) -> Node: ...
    def connection_id(self) -> int: ...
    def set_health_status(self, status: str, /) -> None: ...
    @overload
    def create(
        self,
        kind: Literal["counter"],
        name: str,
        description: str,
        const_labels: Labels | None,
        label_names: None,
        buckets: None,
        name_as_is: bool,
        /,
    ) -> Counter: ...
    @overload
    def create(
        self,
        kind: Literal["intcounter"],
        name: str,
        description: str,
        const_labels: Labels | None,
        label_names: None,
        buckets: None,
        name_as_is: bool,
        /,
    ) -> IntCounter: ...
    @overload
    def create(
        self,
        kind: Literal["gauge"],
        name: str,
        description: str,
        const_labels: Labels | None,
        label_names: None,
        buckets: None,
        name_as_is: bool,
        ttl: float | None = None,
        /,
    ) -> Gauge: ...
    @overload
    def create(
        self,
        kind: Literal["intgauge"],
        name: str,
        description: str,
        const_labels: Labels | None,
        label_names: None,
        buckets: None,
        name_as_is: bool,
        /,
    ) -> IntGauge: ...
    @overload
    def create(
        self,
        kind: Literal["histogram"],
        name: str,
        description: str,
        const_labels: Labels | None,
        label_names: None,
        buckets: _Buckets,
        name_as_is: bool,
        native: _NativeHistogram | None = None,
        /,
    ) -> Histogram: ...
    @overload
    def create(
        self,
        kind: Literal["countervec"],
        name: str,
        description: str,
        const_labels: Labels | None,
        label_names: Sequence[str],
        buckets: None,
        name_as_is: bool,
        /,
    ) -> CounterVec: ...
    @overload
    def create(
        self,
        kind: Literal["intcountervec"],
        name: str,
        description: str,
        const_labels: Labels | None,
        label_names: Sequence[str],
        buckets: None,
        name_as_is: bool,
        /,
    ) -> IntCounterVec: ...
    @overload
    def create(
        self,
        kind: Literal["gaugevec"],
        name: str,
        description: str,
        const_labels: Labels | None,
        label_names: Sequence[str],
        buckets: None,
        name_as_is: bool,
        ttl: float | None = None,
        /,
    ) -> GaugeVec: ...
    @overload
    def create(
        self,
        kind: Literal["intgaugevec"],
        name: str,
        description: str,
        const_labels: Labels | None,
        label_names: Sequence[str],
        buckets: None,
        name_as_is: bool,
        /,
    ) -> IntGaugeVec: ...
    @overload
    def create(
        self,
        kind: Literal["histogramvec"],
        name: str,
        description: str,
        const_labels: Labels | None,
        label_names: Sequence[str],
        buckets: _Buckets,
        name_as_is: bool,
        native: _NativeHistogram | None = None,
        /,
    ) -> HistogramVec: ...
    @overload
    def create(
        self,
        kind: Literal["summary"],
        name: str,
        description: str,
        const_labels: Labels | None,
        label_names: None,
        buckets: None,
        name_as_is: bool,
        /,
    ) -> Summary: ...
    @overload
    def create(
        self,
        kind: Literal["summaryvec"],
        name: str,
        description: str,
        const_labels: Labels | None,
        label_names: Sequence[str],
        buckets: None,
        name_as_is: bool,
        /,
    ) -> SummaryVec: ...
    @overload
    def create(
        self,
        kind: Literal["info"],
        name: str,
        description: str,
        const_labels: Labels | None,
        label_names: None,
        buckets: None,
        name_as_is: bool,
        /,
    ) -> Info: ...
    @overload
    def create(
        self,
        kind: Literal["stateset"],
        name: str,
        description: str,
        const_labels: Labels | None,
        states: Sequence[str],
        buckets: None,
        name_as_is: bool,
        /,
    ) -> StateSet: ...
    def register_text(
        self,
        fn: Callable[[], str | bytes],
        name: str | None,
        include: _Texts,
        exclude: _Texts,
        add_prefix: str | None,
        labels: Labels | None,
        added_labels: int,
        /,
    ) -> Registration: ...
    def register_registry(
        self,
        guide: Guide,
        name: str | None,
        include: _Texts,
        exclude: _Texts,
        add_prefix: str | None,
        labels: Labels | None,
        added_labels: int,
        /,
    ) -> Registration: ...
    def register_typed(
        self,
        fn: Callable[[], Iterable[Any]],
        name: str | None,
        include: _Texts,
        exclude: _Texts,
        add_prefix: str | None,
        labels: Labels | None,
        added_labels: int,
        /,
    ) -> Registration: ...
    def register_update(self, fn: Callable[[], object], /) -> Registration: ...
    def add_multiprocess_dir(
        self,
        path: str | PathLike[str],
        name: str | None,
        include: _Texts,
        exclude: _Texts,
        add_prefix: str | None,
        labels: Labels | None,
        added_labels: int,
        fold_dead_writers: bool,
        /,
    ) -> Registration: ...
    def add_page_source(
        self,
        url: str,
        name: str | None,
        include: _Texts,
        exclude: _Texts,
        add_prefix: str | None,
        labels: Labels | None,
        added_labels: int,
        allow_remote: bool,
        /,
    ) -> Registration: ...
    def remove_matching(self, labels: Labels, /) -> int: ...
    def hide_matching(self, labels: Labels, /) -> None: ...
    def show_matching(self, labels: Labels, /) -> None: ...
    def register_table(
        self,
        table: Table,
        rest: Callable[[], str | bytes],
        name: str | None,
        include: _Texts,
        exclude: _Texts,
        add_prefix: str | None,
        labels: Labels | None,
        added_labels: int,
        /,
    ) -> Registration: ...
    def sources(self) -> bytes: ...
    def configure(self, path: str | PathLike[str] | None, text: str | None, /) -> None: ...
    def scrape(self, format: Format, self_metrics: bool, names: _Texts, /) -> bytes: ...
    def serve(self, host: str | None, port: int | None, /) -> Server: ...
    def mount(self) -> Mount: ...

@final
class Mount:
    """The pages of a runtime for an HTTP server in Python."""

    def answer(
        self, method: str, target: str, headers: Sequence[tuple[str, str]], /
    ) -> tuple[int, list[tuple[str, str]], bytes]: ...

@final
class Value:
    """A number of a prometheus_client metric that was adopted; used as its own value class is."""

    _multiprocess: ClassVar[bool]
    _lock: ClassVar[Any]
    _value: float
    _exemplar: Any

    def __init__(
        self,
        typ: str,
        metric_name: str,
        name: str,
        labelnames: Sequence[str],
        labelvalues: Sequence[str],
        help_text: str,
        **kwargs: Any,
    ) -> None: ...
    def inc(self, amount: float) -> None: ...
    def set(self, value: float, timestamp: float | None = None) -> None: ...
    def get(self) -> float: ...
    def set_exemplar(self, exemplar: Any, /) -> None: ...
    def get_exemplar(self) -> Any: ...

@final
class TableMetric:
    """A metric of a Table: which children it has, and which Values they show."""

    def __init__(
        self, kind: str, name: str, help: str, label_names: tuple[str, ...], bounds: tuple[float, ...], /
    ) -> None: ...
    def put(self, label_values: tuple[str, ...], values: tuple[Value, ...], created: float | None, /) -> None: ...
    def remove(self, label_values: tuple[str, ...], /) -> None: ...
    def clear(self) -> None: ...

@final
class Table:
    """The metrics of a registry that a scrape reads without asking Python."""

    def __init__(self) -> None: ...
    def add(self, metric: TableMetric, /) -> None: ...
    def remove(self, metric: TableMetric, /) -> None: ...
    def show_created(self, shows: bool, /) -> None: ...

def adopt_patch(
    counter: type,
    gauge: type,
    summary: type,
    histogram: type,
    base: type,
    child_made: Callable[[Any, Any], None],
    methods: Sequence[str],
    /,
) -> None: ...
def runtime_create(connection_id: int | None, constant_labels: Labels | None, /) -> Node: ...
def runtime_default() -> Node: ...
def filter_exposition(
    text: str | bytes, include: _Texts, exclude: _Texts, add_prefix: str | None, labels: Labels | None, /
) -> bytes: ...
def merge_multiprocess(
    path: str | PathLike[str],
    include: _Texts,
    exclude: _Texts,
    add_prefix: str | None,
    labels: Labels | None,
    format: Format,
    /,
) -> bytes: ...
def check_exposition(
    data: str | bytes, format: TextFormat, lint: bool, /
) -> list[tuple[int, int, Literal["error", "warning"], str]]: ...
def tool_main(arguments: Sequence[str], /) -> int: ...
