"""Fixtures for every test file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support import NEEDS_FIXTURES, fixtures

import dynmetrics


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests see the defaults, whatever the shell that runs them has set."""
    for name in ("DYN_WORKER_ID", "DYN_SYSTEM_HOST", "DYN_SYSTEM_PORT", "DYN_METRICS_CONST_LABELS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def rt() -> dynmetrics.DistributedRuntime:
    return dynmetrics.DistributedRuntime(connection_id=255)


@pytest.fixture
def endpoint(rt: dynmetrics.DistributedRuntime) -> dynmetrics.Endpoint:
    return rt.namespace("prod").component("backend").endpoint("generate")


@pytest.fixture
def server(rt: dynmetrics.DistributedRuntime) -> Iterator[dynmetrics.Server]:
    with rt.serve() as running:
        yield running


@pytest.fixture
def registry() -> Any:
    """An engine's registry, as prometheus_client makes it."""
    import prometheus_client

    made = prometheus_client.CollectorRegistry()
    prometheus_client.Gauge("vllm:num_requests_running", "Requests", ["engine"], registry=made).labels("0").set(3)
    prometheus_client.Counter("vllm:prompt_tokens", "Tokens", ["engine"], registry=made).labels("0").inc(7)
    prometheus_client.Gauge("python_threads", "Threads", registry=made).set(1)
    return made


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What a machine without the recorded engine metrics did not run."""
    if fixtures() is not None:
        return
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if NEEDS_FIXTURES in str(report.longrepr)]
    terminalreporter.write_line(f"{len(skipped)} skipped: {NEEDS_FIXTURES}")
