"""dynmetrics.engines: an engine's metrics on a page, whatever its processes are."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import engine_standin
import prometheus_client
import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge, multiprocess
from support import NEEDS_FIXTURES, assert_valid, fixtures, run_python, samples, value

import dynmetrics
from dynmetrics.engines import _directory, sglang, trtllm, vllm

TESTS = Path(__file__).parent
PREFIXES = {"vllm": ("vllm:", "lmcache:"), "sglang": ("sglang:", "lmcache:"), "trtllm": ("trtllm_",)}
ENGINES = {"vllm": vllm, "sglang": sglang, "trtllm": trtllm}


def recorded(pattern: str) -> list[Any]:
    """The recorded engines' folders that match; what stands for them on a machine that has none."""
    folder = fixtures()
    if folder is None:
        return [pytest.param(None, marks=pytest.mark.skip(reason=NEEDS_FIXTURES), id="recorded")]
    found = sorted((folder / "engines").glob(pattern))
    assert found, pattern
    return [pytest.param(path, id=f"{path.parent.parent.name}/{path.parent.name}") for path in found]


def engine_of(path: Path) -> tuple[ModuleType, tuple[str, ...]]:
    name = path.parent.parent.name
    return ENGINES[name], PREFIXES[name]


def plain(page: bytes | str) -> dict[Any, float]:
    """Its samples without those that tell when something was made."""
    return {key: number for key, number in samples(page).items() if not key[0].endswith("_created")}


def same(left: dict[Any, float], right: dict[Any, float], factor: float = 1) -> None:
    assert left.keys() == right.keys()
    for key in left:
        assert left[key] == pytest.approx(right[key] * factor, nan_ok=True), key


@pytest.fixture(autouse=True)
def no_directory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(_directory.VARIABLE, raising=False)
    monkeypatch.setattr(_directory, "_has_warned", False)
    yield


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> CollectorRegistry:
    """A REGISTRY of the test's own."""
    registry = CollectorRegistry()
    monkeypatch.setattr(prometheus_client, "REGISTRY", registry)
    return registry


def write(directory: Path, code: str) -> None:
    """Have another process count into a directory."""
    directory.mkdir(exist_ok=True)
    done = run_python("from prometheus_client import *\n" + code, PROMETHEUS_MULTIPROC_DIR=str(directory))
    assert done.returncode == 0, done.stderr


class Foreign:
    """An endpoint as Dynamo's: callbacks can be registered there, not taken back."""

    def __init__(self) -> None:
        self.texts: list[Any] = []
        self.typed: list[Any] = []
        self.metrics = self

    def register_prometheus_expfmt_callback(self, fn: Any) -> None:
        self.texts.append(fn)

    def register_prometheus_typed_callback(self, fn: Any) -> None:
        self.typed.append(fn)

    def connection_id(self) -> int:
        return 255


# ---- what was recorded of engines ----


@pytest.mark.parametrize("directory", recorded("*/*/db"))
def test_every_recorded_directory_makes_the_recorded_page(directory: Path, rt: Any) -> None:
    engine, prefixes = engine_of(directory)
    expected = (directory.parent / "expected.txt").read_text()

    with engine.register(rt, multiprocess_dir=directory, registry=CollectorRegistry(), auto_labels=False) as shown:
        page = rt.scrape(self_metrics=False)

    assert page == dynmetrics.filter_exposition(expected, include=prefixes)
    assert shown.directory == str(directory)


@pytest.mark.parametrize("page", recorded("*/*/exposition.txt"))
def test_every_recorded_page_of_one_process_is_shown_with_the_labels_of_the_node(
    page: Path, endpoint: Any, rt: Any, own: CollectorRegistry
) -> None:
    engine, prefixes = engine_of(page)
    engine_standin.count(page.read_text(), registry=own)

    engine.register(endpoint, own)
    got = rt.scrape(self_metrics=False)

    labels = {"dynamo_namespace": "prod", "dynamo_component": "backend", "dynamo_endpoint": "generate"}
    wanted = dynmetrics.filter_exposition(page.read_text(), include=prefixes, labels={**labels, "worker_id": "ff"})
    same(plain(got), plain(wanted))
    assert_valid(got)


@pytest.mark.parametrize("page", recorded("*/*/exposition.txt"))
def test_two_processes_show_the_sum(page: Path, tmp_path: Path) -> None:
    engine, prefixes = engine_of(page)
    name = engine.__name__.rpartition(".")[2]
    command = [sys.executable, TESTS / "engine_standin.py", page, *prefixes]
    environment = {**os.environ, _directory.VARIABLE: str(tmp_path)}
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": environment}
    processes = [subprocess.Popen(command, **pipes) for _ in range(2)]
    try:
        for process in processes:
            assert process.stdout and process.stdout.readline() == "counted\n"
        done = run_python(
            f"""
            import dynmetrics
            from dynmetrics.engines import {name}
            rt = dynmetrics.DistributedRuntime()
            shown = {name}.register(rt, auto_labels=False)
            print(rt.scrape(self_metrics=False).decode(), end="")
            """,
            PROMETHEUS_MULTIPROC_DIR=str(tmp_path),
        )
    finally:
        for process in processes:
            process.communicate()
    assert done.returncode == 0 and not done.stderr, done.stderr
    got = plain(done.stdout)
    gauges = gauge_names(page.read_text())
    wanted = plain(dynmetrics.filter_exposition(page.read_text(), include=prefixes))
    same(
        {k: v for k, v in got.items() if k[0] not in gauges}, {k: v for k, v in wanted.items() if k[0] not in gauges}, 2
    )
    same({k: v for k, v in got.items() if k[0] in gauges}, {k: v for k, v in wanted.items() if k[0] in gauges})


def gauge_names(page: str) -> set[str]:
    words = [line.split() for line in page.splitlines() if line.startswith("# TYPE")]
    return {word[2] for word in words if word[3] == "gauge"}


# ---- which registry, which directory ----


def test_without_a_directory_the_registry_of_prometheus_client_is_shown(rt: Any, own: CollectorRegistry) -> None:
    Counter("vllm:prompt_tokens", "Tokens", registry=own).inc(3)
    Counter("lmcache:hits", "Hits", registry=own).inc(4)
    Counter("other", "Other", registry=own).inc()

    shown = vllm.register(rt)
    page = rt.scrape(self_metrics=False)

    assert (value(page, "vllm:prompt_tokens_total"), value(page, "lmcache:hits_total")) == (3, 4)
    assert b"other" not in page
    assert (shown.registry, shown.directory) == (own, None)


def test_where_prometheus_client_writes_files_the_directory_is_all_there_is(tmp_path: Path) -> None:
    write(tmp_path, "Counter('vllm:prompt_tokens', 'Tokens').inc(3)")
    done = run_python(
        """
        import dynmetrics, prometheus_client
        from dynmetrics.engines import vllm
        prometheus_client.Counter('vllm:prompt_tokens', 'Tokens').inc(4)
        rt = dynmetrics.DistributedRuntime()
        for registry in (None, prometheus_client.REGISTRY):
            with vllm.register(rt, registry) as shown:
                print(shown.registry, rt.scrape().decode())
        """,
        PROMETHEUS_MULTIPROC_DIR=str(tmp_path),
    )
    assert done.stdout.count("None # HELP vllm:prompt_tokens_total") == 2, done.stdout + done.stderr
    assert done.stdout.count("\nvllm:prompt_tokens_total{") == done.stdout.count("} 7.0\n") == 2
    assert "duplicate_series" not in done.stdout and not done.stderr


IMPORTED_FIRST = """
    import prometheus_client, os
    prometheus_client.Counter("vllm:prompt_tokens", "Tokens", ["engine"]).labels("0").inc(4)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = os.environ["LATE"]
    import dynmetrics
    from dynmetrics.engines import vllm
    rt = dynmetrics.DistributedRuntime()
    one, two = vllm.register(rt), vllm.register(rt)
    one.close()
    print(rt.scrape().decode())
"""


def test_imported_before_the_directory_was_set_both_are_shown_with_one_warning(tmp_path: Path) -> None:
    write(tmp_path, "Counter('vllm:prompt_tokens', 'Tokens', ['engine']).labels('1').inc(3)")

    done = run_python(IMPORTED_FIRST, LATE=str(tmp_path))

    assert value(done.stdout, "vllm:prompt_tokens_total", engine="0") == 4, done.stderr
    assert value(done.stdout, "vllm:prompt_tokens_total", engine="1") == 3
    assert done.stderr.count("prometheus_client was imported before PROMETHEUS_MULTIPROC_DIR was set") == 1
    assert str(tmp_path) in done.stderr and "dynmetrics run --" in done.stderr


def test_of_a_registry_that_has_a_directory_beside_others_each_is_read_once(
    rt: Any, own: CollectorRegistry, tmp_path: Path
) -> None:
    write(tmp_path, "Counter('lmcache:hits', 'Hits').inc(3)")
    Counter("vllm:prompt_tokens", "Tokens", registry=own).inc(5)
    multiprocess.MultiProcessCollector(own, str(tmp_path))

    vllm.register(rt, own)
    page = rt.scrape()

    assert (value(page, "vllm:prompt_tokens_total"), value(page, "lmcache:hits_total")) == (5, 3)
    assert b"duplicate_series" not in page


def test_a_directory_that_is_gone_is_made_again(rt: Any, tmp_path: Path, monkeypatch: Any, own: Any) -> None:
    monkeypatch.setenv(_directory.VARIABLE, str(tmp_path / "gone"))
    vllm.register(rt)
    write(tmp_path / "gone", "Counter('vllm:prompt_tokens', 'Tokens').inc(3)")
    assert value(rt.scrape(), "vllm:prompt_tokens_total") == 3


def test_a_directory_that_cannot_be_made_is_told_of_and_the_registry_shown(
    rt: Any, tmp_path: Path, monkeypatch: Any, own: Any, caplog: Any
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(_directory.VARIABLE, str(tmp_path / "file" / "below"))
    Counter("vllm:prompt_tokens", "Tokens", registry=own).inc(3)
    vllm.register(rt)
    assert value(rt.scrape(), "vllm:prompt_tokens_total") == 3
    assert f"{tmp_path}/file/below cannot be used" in caplog.text


# ---- before the engine is made ----


def test_sglang_gets_a_directory_that_goes_with_this_process() -> None:
    done = run_python("""
        import os, subprocess, sys
        import dynmetrics
        from dynmetrics.engines import sglang
        assert "prometheus_client" not in sys.modules
        rt = dynmetrics.DistributedRuntime()
        shown = sglang.register(rt)
        assert shown.directory == os.environ["PROMETHEUS_MULTIPROC_DIR"]
        for _ in range(2):
            code = "from prometheus_client import Counter; Counter('sglang:num_requests', 'Requests').inc(21)"
            subprocess.run([sys.executable, "-c", code], check=True)
        if not os.fork():
            sys.exit()  # runs what was registered for the exit: the directory is not its own
        os.wait()
        assert os.path.isdir(shown.directory)
        print(shown.directory, rt.scrape().decode())
    """)
    directory, _, page = done.stdout.partition(" ")
    assert value(page, "sglang:num_requests_total") == 42, done.stderr
    assert not Path(directory).exists() and not done.stderr


def test_prepare_keeps_a_directory_that_is_set(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv(_directory.VARIABLE, str(tmp_path))
    assert vllm.prepare() == sglang.prepare() == trtllm.prepare() == str(tmp_path)


def test_prepare_warns_when_it_comes_too_late(tmp_path: Path, monkeypatch: Any, caplog: Any) -> None:
    monkeypatch.setenv(_directory.VARIABLE, str(tmp_path))
    vllm.prepare()
    assert caplog.text.count("was imported before") == 1


def test_sglang_without_a_directory_says_that_this_is_one_part(rt: Any, own: Any, caplog: Any) -> None:
    Counter("sglang:num_requests", "Requests", registry=own).inc()
    sglang.register(rt)
    assert value(rt.scrape(), "sglang:num_requests_total") == 1
    assert "SGLang counts in several processes and PROMETHEUS_MULTIPROC_DIR is not set" in caplog.text


# ---- options, handles, errors ----


def test_old_names_of_tensorrt_llm_get_their_prefix(rt: Any, own: CollectorRegistry) -> None:
    Counter("request_success", "Requests", registry=own).inc()
    Gauge("python_threads", "Threads", registry=own).set(1)
    trtllm.register(rt, prefixes=[], exclude_prefixes=["python_", "process_"], add_prefix="trtllm_")
    page = rt.scrape(self_metrics=False)
    assert value(page, "trtllm_request_success_total") == 1 and b"python_threads" not in page


def test_more_prefixes_come_to_the_engines_own(rt: Any, own: CollectorRegistry) -> None:
    for name in ("vllm:a", "dynamo_component_embedding_cache_entries", "b"):
        Gauge(name, "G", registry=own).set(1)
    vllm.register(rt, more_prefixes=["dynamo_component_embedding_cache"], inject_custom_labels={"zone": "x"})
    names = {name for name, _ in samples(rt.scrape(self_metrics=False))}
    assert names == {"vllm:a", "dynamo_component_embedding_cache_entries"}


def test_closed_it_is_off_the_page(rt: Any, own: CollectorRegistry) -> None:
    Gauge("vllm:a", "G", registry=own).set(1)
    with vllm.register(rt) as shown:
        assert value(rt.scrape(), "vllm:a") == 1
    shown.close()
    assert value(rt.scrape(), "vllm:a") is None


def test_on_an_endpoint_of_another_system_directory_and_registry_are_one_text(
    own: CollectorRegistry, tmp_path: Path, monkeypatch: Any
) -> None:
    code = "c = Counter('vllm:prompt_tokens', 'Tokens', ['engine']); c.labels('0').inc(3); c.labels('1').inc(3)"
    write(tmp_path, code)
    monkeypatch.setenv(_directory.VARIABLE, str(tmp_path))
    counter = Counter("vllm:prompt_tokens", "Tokens", ["engine"], registry=own)
    counter.labels("1").inc(5)
    counter.labels("2").inc(5)
    there = Foreign()

    shown = vllm.register(there, namespace_name="prod", component_name="backend", model_name="m")

    (text,) = there.texts
    (typed,) = there.typed
    assert [value(text(), "vllm:prompt_tokens_total", engine=str(n)) for n in range(3)] == [3, 3, 5]
    assert 'worker_id="ff"' in text() and 'model_name="m"' in text()
    assert [len(family[4]) for family in typed() if family[0] == "vllm:prompt_tokens"] >= [3]
    shown.close()
    assert (text(), typed()) == ("", [])


def test_what_is_wrong_is_named(rt: Any, tmp_path: Path) -> None:
    with pytest.raises(
        NotADirectoryError, match="nothing' is no directory; give the one that PROMETHEUS_MULTIPROC_DIR"
    ):
        vllm.register(rt, multiprocess_dir=tmp_path / "nothing")
    with pytest.raises(TypeError, match=r"endpoint must be a node of dynmetrics or have \.metrics.*not 7"):
        vllm.register(7)
    with pytest.raises(dynmetrics.MetricsError, match="'le'"):
        vllm.register(rt, inject_custom_labels={"le": "1"})


def test_switched_off_nothing_is_touched() -> None:
    done = run_python(
        """
        import os, sys, dynmetrics
        from dynmetrics.engines import sglang
        shown = sglang.register(dynmetrics.DistributedRuntime())
        shown.close()
        print(shown, "prometheus_client" in sys.modules, "PROMETHEUS_MULTIPROC_DIR" in os.environ)
        """,
        DYNMETRICS_DISABLE="1",
    )
    assert done.stdout == "<EngineMetrics of SGLang: nothing> False False\n", done.stderr


def test_it_warns_by_the_logger_of_the_package(caplog: Any, rt: Any, own: Any) -> None:
    with caplog.at_level(logging.WARNING, logger="dynmetrics"):
        sglang.register(rt)
    assert {record.name for record in caplog.records} == {"dynmetrics"}


WITHOUT = """
    from prometheus_client import Counter
    from dynmetrics.engines import sglang, vllm

    class There:
        def __init__(self):
            self.metrics, self.texts = self, []
        register_prometheus_expfmt_callback = property(lambda self: self.texts.append)
        def connection_id(self):
            return 255

    Counter("vllm:prompt_tokens", "Tokens", ["engine"]).labels("0").inc(3)
    Counter("lmcache:hits", "Hits").inc(4)
    Counter("other", "Other").inc()
    there = There()
    shown = vllm.register(there, namespace_name="prod", component_name="backend", model_name="m")
    (text,) = there.texts
    print("\\n".join(line for line in text().splitlines() if "_created" not in line))
    shown.close()
    print(repr(text()))
"""


@pytest.mark.parametrize("is_multiprocess", [False, True])
def test_without_its_library_an_endpoint_of_another_system_has_the_metrics_as_with_it(
    broken: Path, tmp_path: Path, is_multiprocess: bool
) -> None:
    said = []
    for path in ("", str(broken)):
        directory = tmp_path / f"directory{len(said)}"
        directory.mkdir()
        environment = {_directory.VARIABLE: str(directory)} if is_multiprocess else {}
        done = run_python(WITHOUT, PYTHONPATH=path, **environment)
        assert done.returncode == 0, done.stderr
        said.append(done.stdout)
    assert said[0] == said[1] and done.stderr.count("its library cannot be loaded") == 1
    assert "lmcache:hits_total{" in said[0] and "other" not in said[0] and said[0].endswith("''\n")
