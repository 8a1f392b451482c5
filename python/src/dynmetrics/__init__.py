"""One correct Prometheus page for a process that serves an LLM: your own metrics and the engine's.

import dynmetrics

rt = dynmetrics.DistributedRuntime()
endpoint = rt.namespace("prod").component("backend").endpoint("generate")
requests = endpoint.metrics.create_intcounter("requests_total", "Requests served")
requests.inc()
server = rt.serve()
print(server.url + "/metrics")
"""

from . import _loading

_loading.load()  # before everything that needs the library

from ._native import (  # noqa: E402
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
    MetricsError,
    Registration,
    Server,
    StateSet,
    Summary,
    SummaryVec,
)
from ._sources import Rejection, Source, sources  # noqa: E402
from ._version import __version__  # noqa: E402
from .adopt import adopt, install  # noqa: E402
from .callbacks import get_prometheus_expfmt, register_engine_metrics_callback  # noqa: E402
from .exposition import Problem, check_exposition, filter_exposition  # noqa: E402
from .instrumentation import Frontend, FrontendRequest, KVBlocks, WorkHandler, WorkRequest  # noqa: E402
from .mounting import asgi_app, wsgi_app  # noqa: E402
from .multiprocess import merge_multiprocess  # noqa: E402
from .runtime import (  # noqa: E402
    Component,
    DistributedRuntime,
    Endpoint,
    Metrics,
    Namespace,
    NativeHistogram,
    Node,
    default_runtime,
)
from .sdk import get_cmake_dir, get_include, get_library_dir  # noqa: E402

__all__ = [
    "Component",
    "Counter",
    "CounterVec",
    "DistributedRuntime",
    "Endpoint",
    "Frontend",
    "FrontendRequest",
    "Gauge",
    "GaugeVec",
    "Histogram",
    "HistogramVec",
    "Info",
    "IntCounter",
    "IntCounterVec",
    "IntGauge",
    "IntGaugeVec",
    "KVBlocks",
    "Metrics",
    "MetricsError",
    "Namespace",
    "NativeHistogram",
    "Node",
    "Problem",
    "Registration",
    "Rejection",
    "Server",
    "Source",
    "StateSet",
    "Summary",
    "SummaryVec",
    "WorkHandler",
    "WorkRequest",
    "__version__",
    "adopt",
    "asgi_app",
    "check_exposition",
    "default_runtime",
    "filter_exposition",
    "get_cmake_dir",
    "get_include",
    "get_library_dir",
    "get_prometheus_expfmt",
    "install",
    "merge_multiprocess",
    "register_engine_metrics_callback",
    "sources",
    "wsgi_app",
]

_loading.hide(globals(), __all__)
