"""Who serves an engine's registry, and how: each as its own documentation says, with filter, exclusion and labels."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NamedTuple

from engine import MODEL

TITLES = {
    "ours": "dynmetrics",
    "adopted": "dynmetrics, adopted",
    "prometheus_client": "prometheus_client",
    "dynamo": "Dynamo",
}
"""Contenders in the order of the columns, and what they are called."""

OURS = ("ours", "adopted")
PACKAGES = {
    "ours": "dynmetrics",
    "adopted": "dynmetrics",
    "prometheus_client": "prometheus_client",
    "dynamo": "ai-dynamo-runtime",
}
# What an engine's worker passes at registration; prometheus_client's own server has no such thing.
OPTIONS: dict[str, Any] = {
    "metric_prefix_filters": ["vllm:", "lmcache:"],
    "exclude_prefixes": ["python_", "process_"],
    "namespace_name": "prod",
    "component_name": "backend",
    "endpoint_name": "generate",
    "model_name": MODEL,
}


class Missing(Exception):
    """A contender that cannot be had, and why."""


class Served(NamedTuple):
    """Where the page is, and what has to live as long."""

    url: str
    kept: object


async def serve_ours(registry: Any) -> Served:
    """Ours as it is by default."""
    return _serve_ours(registry, {})


async def serve_adopted(registry: Any) -> Served:
    """Ours, with the values of the registry in our cells."""
    import dynmetrics

    if "adopt" not in inspect.signature(dynmetrics.register_engine_metrics_callback).parameters:
        raise Missing("register_engine_metrics_callback of this version has no adopt=")
    return _serve_ours(registry, {"adopt": True})


def _serve_ours(registry: Any, more: dict[str, Any]) -> Served:
    import dynmetrics

    runtime = dynmetrics.DistributedRuntime()
    endpoint = runtime.namespace("prod").component("backend").endpoint("generate")
    dynmetrics.register_engine_metrics_callback(endpoint, registry, **OPTIONS, **more)
    server = runtime.serve("127.0.0.1", 0)
    return Served(f"{server.url}/metrics", (runtime, server))


async def serve_prometheus_client(registry: Any) -> Served:
    """The server that prometheus_client brings."""
    from prometheus_client import start_http_server

    server, thread = start_http_server(0, "127.0.0.1", registry)
    return Served(f"http://127.0.0.1:{server.server_port}/metrics", (server, thread))


async def serve_dynamo(registry: Any) -> Served:
    """A worker of NVIDIA Dynamo, alone: discovery in memory, its system server on any port (DYN_SYSTEM_PORT=0)."""
    try:
        from dynamo.common.utils.prometheus import register_engine_metrics_callback  # type: ignore[import-not-found]
        from dynamo.runtime import DistributedRuntime  # type: ignore[import-not-found]
    except ImportError as error:
        raise Missing(f"it cannot be imported here: {error} (.cache/logs/bridge-dynamo.log)") from error

    async def generate(request: Any, context: Any) -> AsyncIterator[int]:
        yield 1

    runtime = DistributedRuntime(asyncio.get_running_loop(), "mem", "tcp")
    endpoint = runtime.endpoint("prod.backend.generate")
    register_engine_metrics_callback(endpoint, registry, **OPTIONS)
    served = asyncio.ensure_future(endpoint.serve_endpoint(generate))
    return Served(f"{runtime.system_status_server_url()}/metrics", (runtime, endpoint, served))


SERVE: dict[str, Callable[[Any], Awaitable[Served]]] = {
    "ours": serve_ours,
    "adopted": serve_adopted,
    "prometheus_client": serve_prometheus_client,
    "dynamo": serve_dynamo,
}


def version_of(contender: str) -> str:
    """Give the version of the package that is measured."""
    try:
        return version(PACKAGES[contender])
    except PackageNotFoundError:
        return ""
