"""Fixtures for every test file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
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


@pytest.fixture(scope="session")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package whose library is gone."""
    folder = tmp_path_factory.mktemp("broken")
    installed = Path(dynmetrics.__file__).parent
    shutil.copytree(installed, folder / "dynmetrics", ignore=shutil.ignore_patterns("libdynmetrics*", "__pycache__"))
    engines = folder / "dynmetrics" / "engines"
    engines.mkdir(exist_ok=True)
    (engines / "__init__.py").write_text("")
    (engines / "probe.py").write_text(
        "from ..callbacks import get_prometheus_expfmt, register_engine_metrics_callback\n"
    )
    return folder


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What a machine without the recorded engine metrics did not run."""
    if fixtures() is not None:
        return
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if NEEDS_FIXTURES in str(report.longrepr)]
    terminalreporter.write_line(f"{len(skipped)} skipped: {NEEDS_FIXTURES}")
