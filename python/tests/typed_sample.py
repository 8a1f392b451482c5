"""A program as an engine's author writes it: every face of the package, for `mypy --strict`. A test runs it as well."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any

import dynmetrics
from dynmetrics import dynamo

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from prometheus_client import CollectorRegistry

    Message = MutableMapping[str, Any]
    StarletteApp = Callable[
        [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
    ]


class Worker:
    """Counts its requests, shows its engine's metrics."""

    requests: dynmetrics.IntCounter
    latency: dynmetrics.HistogramVec

    def __init__(self, endpoint: dynmetrics.Endpoint, engine: CollectorRegistry) -> None:
        self.requests = endpoint.metrics.create_intcounter("requests_total", "Requests served", {"zone": "a"})
        self.latency = endpoint.metrics.create_histogramvec(
            "latency_seconds", "Seconds", ["model"], buckets=[0.1, 1], native=dynmetrics.NativeHistogram(schema=2)
        )
        self.running: dynmetrics.Gauge = endpoint.metrics.create_gauge("running", "Requests in the batch", ttl=60)
        self.state = endpoint.metrics.create_stateset("state", "State", ["idle", "busy"])
        self.build = endpoint.metrics.create_info("build_info", "Build")
        registration = dynmetrics.register_engine_metrics_callback(
            endpoint, engine, metric_prefix_filters=["vllm:"], inject_custom_labels={"zone": "a"}
        )
        if registration is not None:
            registration.set_stale_policy("keep_counters")
        self.update = endpoint.metrics.register_update_callback(self.refresh)

    def refresh(self) -> None:
        """Bring the gauge up to date."""
        self.running.set(3)

    def serve_one(self, model: str, seconds: float) -> int:
        """Serve a request."""
        self.requests.inc(exemplar={"trace_id": "4bf92f"})
        self.latency.labels(model).observe(seconds)
        self.latency.observe(seconds, {"model": model})
        self.state.state("busy")
        self.build.set({"version": "1"})
        count: int = self.latency.labels(model=model).count()
        total: int = self.requests.get()
        return count + total


def main() -> bytes:
    """Make a worker and return its page."""
    from prometheus_client import CollectorRegistry, Gauge

    logging.getLogger("dynmetrics").setLevel(logging.ERROR)
    engine = CollectorRegistry()
    Gauge("vllm:running", "Running", registry=engine).set(1)
    with dynmetrics.DistributedRuntime(connection_id=255, constant_labels={"team": "b"}) as runtime:
        endpoint = runtime.namespace("prod").component("backend").endpoint("generate")
        worker = Worker(endpoint, engine)
        worker.serve_one("m", 0.5)
        dynamo.register_engine_metrics_callback(endpoint, engine, ["none:"])
        gauges = dynamo.LLMBackendMetrics(engine, model_name="m", component_name="backend")
        gauges.set_total_blocks("0", 1000)
        try:
            runtime.metrics.create_counter("__bad", "Bad", name_as_is=True)
        except dynmetrics.MetricsError as error:
            refused: str = str(error)
            assert refused
        with runtime.serve() as server:
            address: str = f"{server.url}:{server.port}"
            assert address
        asgi, wsgi = dynmetrics.asgi_app(runtime), dynmetrics.wsgi_app(runtime)
        mounted: StarletteApp = asgi  # as Starlette and FastAPI declare what they mount
        called: WSGIApplication = wsgi
        assert callable(mounted) and callable(called)
        page: bytes = runtime.scrape("openmetrics", names=["dynamo_component_requests"])
        problems: list[dynmetrics.Problem] = dynmetrics.check_exposition(page, format="openmetrics", lint=True)
        assert not [problem.line for problem in problems if problem.severity == "error"]
        with worker.update:
            return dynmetrics.filter_exposition(endpoint.metrics.prometheus_expfmt(), include=["dynamo_"])


if __name__ == "__main__":
    print(main().decode())
