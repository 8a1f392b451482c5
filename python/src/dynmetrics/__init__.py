"""One correct Prometheus page for a process that serves an LLM: your own metrics and the engine's.

import dynmetrics

rt = dynmetrics.DistributedRuntime()
endpoint = rt.namespace("prod").component("backend").endpoint("generate")
requests = endpoint.metrics.create_intcounter("requests_total", "Requests served")
requests.inc()
server = rt.serve()
print(server.url + "/metrics")
"""

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
    MetricsError,
    Registration,
    Server,
    StateSet,
    Summary,
    SummaryVec,
)
from ._version import __version__
from .adopt import adopt, install
from .callbacks import get_prometheus_expfmt, register_engine_metrics_callback
from .exposition import Problem, check_exposition, filter_exposition
from .multiprocess import merge_multiprocess
from .runtime import Component, DistributedRuntime, Endpoint, Metrics, Namespace, NativeHistogram, Node

__all__ = [
    "Component",
    "Counter",
    "CounterVec",
    "DistributedRuntime",
    "Endpoint",
    "Gauge",
    "GaugeVec",
    "Histogram",
    "HistogramVec",
    "Info",
    "IntCounter",
    "IntCounterVec",
    "IntGauge",
    "IntGaugeVec",
    "Metrics",
    "MetricsError",
    "Namespace",
    "NativeHistogram",
    "Node",
    "Problem",
    "Registration",
    "Server",
    "StateSet",
    "Summary",
    "SummaryVec",
    "__version__",
    "adopt",
    "check_exposition",
    "filter_exposition",
    "get_prometheus_expfmt",
    "install",
    "merge_multiprocess",
    "register_engine_metrics_callback",
]
