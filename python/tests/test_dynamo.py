"""dynmetrics.dynamo: a worker of Dynamo changes one import and finds what it had."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import prometheus_client
import pytest
from dynamo_peer import Cache, Endpoint, Loader, Metrics
from support import NEEDS_FIXTURES, REPOSITORY, assert_valid, fixtures, run_python, value

import dynmetrics
from dynmetrics import dynamo

PEER = Path(__file__).with_name("dynamo_peer.py")
DYNAMO = (
    "dynamo.common.utils.prometheus",
    "dynamo.common.utils.label_injecting_collector",
    "dynamo.common.backend.metrics",
)


def report(interpreter: str, modules: tuple[str, ...], **environment: str) -> Any:
    folder = fixtures()
    if folder is None:
        pytest.skip(NEEDS_FIXTURES)
    done = subprocess.run(
        [interpreter, str(PEER), str(folder), *modules],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def with_dynamo() -> str:
    """The interpreter that has ai-dynamo, which `make bench` sets up."""
    named = os.environ.get("DYNMETRICS_DYNAMO_PYTHON", str(REPOSITORY / ".cache" / "bridge-venv" / "bin" / "python"))
    if not Path(named).exists():
        pytest.skip("ai-dynamo is not installed here: set DYNMETRICS_DYNAMO_PYTHON, or run make bench once")
    if subprocess.run([named, "-c", "import dynamo.common.utils.prometheus"], capture_output=True).returncode != 0:
        pytest.skip(f"{named} cannot import ai-dynamo")
    return named


def test_every_name_has_the_signature_that_was_recorded() -> None:
    done = subprocess.run(
        [sys.executable, str(PEER), "nowhere", "dynmetrics.dynamo"], capture_output=True, text=True, timeout=60
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[0] == json.loads(PEER.with_name("dynamo_1_6_1.json").read_text())


def test_beside_dynamo_itself_signatures_and_every_text_are_the_same() -> None:
    theirs = report(with_dynamo(), DYNAMO)
    ours = report(sys.executable, ("dynmetrics.dynamo",))

    assert theirs[0] == json.loads(PEER.with_name("dynamo_1_6_1.json").read_text())
    assert ours == theirs


def test_on_the_page_of_a_real_worker_of_dynamo_stands_the_same(tmp_path: Path) -> None:
    interpreter = with_dynamo()
    (tmp_path / "dynmetrics").symlink_to(Path(dynmetrics.__file__).parent)  # ours alone, beside its packages

    pages = [
        subprocess.run(
            [interpreter, str(PEER.with_name("dynamo_worker.py")), module],
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
        )
        for module in (DYNAMO[0], "dynmetrics.dynamo")
    ]

    assert pages[1].stdout == pages[0].stdout, pages[0].stderr + pages[1].stderr
    assert 'vllm:requests_total{dynamo_component="backend"' in pages[1].stdout
    assert "dynamo_component_embedding_cache_hits_total{" in pages[1].stdout


def test_dynamos_own_tests_of_these_functions_pass_with_ours_in_their_place(tmp_path: Path) -> None:
    find = "import dynamo.common, os; print(os.path.dirname(os.path.dirname(dynamo.common.__file__)))"
    package = Path(subprocess.run([with_dynamo(), "-c", find], capture_output=True, text=True).stdout.strip())
    tests = [
        *("common/utils/tests/test_label_injecting_collector.py", "common/backend/tests/test_metrics_helpers.py"),
        *("common/tests/test_typed_metrics_fidelity.py", "vllm/tests/test_vllm_prometheus_utils.py"),
        *("trtllm/tests/test_trtllm_prometheus_utils.py", "sglang/tests/test_sglang_prometheus_utils.py"),
    ]
    if not all((package / test).exists() for test in tests):
        pytest.skip(f"the tests of ai-dynamo are not in {package}")
    for module in DYNAMO:
        path = tmp_path.joinpath(*module.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("from dynmetrics.dynamo import *\n")
    for test in tests:
        shutil.copy(package / test, tmp_path)

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "ignore", "-p", "no:cacheprovider", "."],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )

    assert done.returncode == 0, done.stdout
    assert "26 passed" in done.stdout


def test_the_package_is_imported_without_prometheus_client() -> None:
    done = run_python(
        """
        import sys
        from dynmetrics.dynamo import register_engine_metrics_callback, EmbeddingCacheMetrics
        print("prometheus_client" in sys.modules)
        from dynmetrics.dynamo import LabelInjectingCollector
        from prometheus_client.registry import Collector
        print(Collector in LabelInjectingCollector.__mro__)
        """
    )

    assert done.stdout.split() == ["False", "True"], done.stderr


# ---- an endpoint of another system ----


def test_text_and_typed_are_registered_with_the_labels(registry) -> None:
    endpoint = Endpoint()
    dynamo.register_engine_metrics_callback(
        endpoint, registry, ["vllm:"], None, {"engine": "no", "zone": "a"}, "prod-ns", "backend", None, "m"
    )

    text, typed = endpoint.metrics.told
    labels = {"dynamo_namespace": "prod-ns", "dynamo_component": "backend", "dynamo_endpoint": "generate"}
    labels |= {"worker_id": "abc", "model": "m", "model_name": "m", "zone": "a", "engine": "0"}
    assert value(text(), "vllm:num_requests_running", **labels) == 3
    assert [(name, dict(pairs)) for name, pairs, _, _ in typed()[0][4]] == [("vllm:num_requests_running", labels)]


def test_a_custom_label_in_the_way_of_an_automatic_one_is_told(registry, caplog) -> None:
    dynamo.register_engine_metrics_callback(
        Endpoint(), registry, None, None, {"worker_id": "9"}, namespace_name="p", component_name="b"
    )

    assert "Custom label 'worker_id' conflicts with auto-injected label." in caplog.text


@pytest.mark.parametrize("label", ["le", "quantile"])
def test_a_reserved_label_gives_an_empty_page_and_a_line_in_the_log(registry, caplog, label) -> None:
    endpoint = Endpoint()
    dynamo.register_engine_metrics_callback(endpoint, registry, inject_custom_labels={label: "1"})

    text, typed = endpoint.metrics.told
    assert (text(), typed()) == ("", [])
    assert caplog.text.count("Error getting metrics: ") == 2
    with pytest.raises(ValueError, match=f"Cannot inject reserved label names: {{'{label}'}}. Reserved labels: "):
        dynamo.LabelInjectingCollector(registry, {label: "1"})


def test_a_collector_needs_labels() -> None:
    with pytest.raises(ValueError, match="labels_to_inject cannot be empty"):
        dynamo.LabelInjectingCollector(prometheus_client.REGISTRY, {})


def test_a_registry_that_fails_gives_an_empty_page(caplog) -> None:
    class Broken:
        def collect(self):
            raise RuntimeError("gone")

    assert dynamo.get_prometheus_expfmt(Broken()) == ""  # type: ignore[arg-type]
    assert dynamo.get_prometheus_typed(Broken()) == []  # type: ignore[arg-type]
    assert "Error getting metrics: gone" in caplog.text


def test_a_collector_keeps_exemplars_times_and_labels() -> None:
    source = prometheus_client.CollectorRegistry()
    h = prometheus_client.Histogram("h", "H", ["zone"], registry=source, buckets=(1,))
    h.labels("own").observe(0.5, exemplar={"trace": "t"})
    wrapped = prometheus_client.CollectorRegistry()
    wrapped.register(dynamo.LabelInjectingCollector(source, {"zone": "other", "pod": "p"}))

    (family,) = wrapped.collect()

    buckets = [s for s in family.samples if s.name == "h_bucket"]
    assert {s.labels["zone"] for s in family.samples} == {"own"}
    assert [s.labels["le"] for s in buckets] == ["1.0", "+Inf"]
    assert buckets[0].exemplar is not None and buckets[0].exemplar.labels == {"trace": "t"}
    assert "pod" not in next(iter(source.collect())).samples[0].labels


# ---- a multiprocess directory ----

COUNTS = """
import os, sys
os.environ["PROMETHEUS_MULTIPROC_DIR"] = {folder!r}
import prometheus_client
prometheus_client.Counter("vllm:requests", "Requests", ["engine"]).labels("0").inc({count})
"""
SHOWS = """
sys.path.insert(0, {tests!r})
from dynamo_peer import Metrics
from dynmetrics.dynamo import register_global_registry
metrics = Metrics()
register_global_registry(metrics, engine_prefix="vllm:", multiproc_only_prefixes={only!r})
"""
TELLS = """
import json
texts, typed = metrics.told[0::2], metrics.told[1::2]
print(json.dumps({"texts": [t() for t in texts], "typed": [f[0] for t in typed for f in t()]}))
"""


@pytest.mark.parametrize("is_first", [True, False], ids=["the collector joins", "the collector is refused"])
@pytest.mark.parametrize("only", [None, ["lmcache:"]])
def test_a_global_registry_shows_the_sum_of_all_processes_once(tmp_path: Path, is_first: bool, only: Any) -> None:
    other = COUNTS.format(folder=str(tmp_path), count=5) + 'prometheus_client.Counter("lmcache:hits", "Hits").inc(3)'
    imports, count = COUNTS.format(folder=str(tmp_path), count=2).rsplit("\n", 2)[:2]
    count += f"\nimport subprocess\nsubprocess.run([sys.executable, '-c', {other!r}], check=True)"
    shows = SHOWS.format(tests=str(PEER.parent), only=only)

    done = run_python("\n".join([imports, shows, count, TELLS] if is_first else [imports, count, shows, TELLS]))

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    lines = [line for line in "".join(told["texts"]).split("\n") if line and "#" not in line and "_created" not in line]
    expected = ['vllm:requests_total{dynamo_namespace="prod",engine="0",model="m"} 7.0']
    assert lines == expected + (['lmcache:hits_total{dynamo_namespace="prod",model="m"} 3.0'] if only else [])
    assert sorted(told["typed"]) == sorted(["vllm:requests", "lmcache:hits"] if only else ["vllm:requests"])


def test_a_directory_is_made_once_and_left_to_who_set_it(tmp_path, monkeypatch, caplog) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")  # is taken back afterwards
    made = dynamo.ensure_prometheus_multiproc_dir("vllm_prometheus_")
    assert made is not None
    with made:
        assert os.environ["PROMETHEUS_MULTIPROC_DIR"] == made.name
        assert Path(made.name).name.startswith("vllm_prometheus_")

    gone = tmp_path / "gone"
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(gone))
    assert dynamo.ensure_prometheus_multiproc_dir("x") is None
    assert gone.is_dir()
    assert "does not exist, recreating" in caplog.text


def test_a_directory_that_there_is_not_leaves_this_process_alone(monkeypatch, caplog) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "/nowhere/at/all")
    metrics = Metrics()
    dynamo.register_global_registry(metrics, engine_prefix="vllm:", multiproc_only_prefixes=["lmcache:"])

    assert len(metrics.told) == 2
    assert "PROMETHEUS_MULTIPROC_DIR=/nowhere/at/all is not a valid directory" in caplog.text


# ---- nodes of ours ----


def test_on_a_node_of_ours_an_engine_is_on_the_page_once(rt, endpoint, registry) -> None:
    dynamo.register_engine_metrics_callback(endpoint, registry, ["vllm:"], None, {"zone": "a"})
    dynamo.register_engine_registry(rt.metrics, registry, prefix_filters=["python_"])

    page = rt.scrape()

    assert_valid(page)
    assert value(page, "vllm:num_requests_running", zone="a", dynamo_endpoint="generate", worker_id="ff") == 3
    assert value(page, "python_threads", worker_id="ff") == 1
    assert b"dynmetrics_dropped_total" not in page


def test_on_a_node_of_ours_caches_count_from_zero_on(rt, endpoint) -> None:
    cache = Cache()
    dynamo.register_embedding_cache_metrics(endpoint, cache, "m", "encode")
    dynamo.register_image_loader_metrics(endpoint, Loader({("get", "hit", "1-2MB"): [0.003]}), "m", "encode")
    names = dynamo.EmbeddingCacheMetrics
    hits = []

    for step in range(len(Cache.steps)):
        cache.step = step
        page = rt.scrape()
        assert_valid(page)
        hits.append(value(page, names.HITS_TOTAL.value, model="m", dynamo_component="encode"))

    assert hits == [0, 3, 3, 3, 4]
    count = dynamo.ImageLoaderMetrics.SHARED_CACHE_GET_DURATION_SECONDS.value + "_count"
    assert value(page, count, outcome="hit") == 1
    assert value(page, dynamo.ImageLoaderMetrics.CACHE_ENTRIES.value, model="m") == 4


def test_on_a_node_of_ours_a_global_registry_shows_the_sum_of_all_processes(tmp_path: Path) -> None:
    other = run_python(COUNTS.format(folder=str(tmp_path), count=5))
    assert other.returncode == 0, other.stderr
    done = run_python(
        COUNTS.format(folder=str(tmp_path), count=2)
        + """
import dynmetrics
from dynmetrics.dynamo import register_global_registry
rt = dynmetrics.DistributedRuntime(connection_id=1)
register_global_registry(rt.metrics, engine_prefix="vllm:", multiproc_only_prefixes=["lmcache:"])
print(rt.scrape().decode())
"""
    )

    assert 'vllm:requests_total{engine="0",worker_id="1"} 7.0' in done.stdout.split("\n"), done.stderr
    assert "dynmetrics_dropped_total" not in done.stdout


# ---- switched off, and without the library ----


def test_switched_off_every_function_does_nothing() -> None:
    done = run_python(
        f"""
        import os, sys
        sys.path.insert(0, {str(PEER.parent)!r})
        from dynamo_peer import Cache, Endpoint, Loader
        from dynmetrics import dynamo
        import prometheus_client
        registry = prometheus_client.CollectorRegistry()
        endpoint = Endpoint()
        gauges = dynamo.LLMBackendMetrics(registry)
        gauges.set_total_blocks("0", 1), gauges.set_gpu_cache_usage("0", 1)
        gauges.set_kv_cache_hit_rate("0", 1), gauges.set_model_load_time(1)
        print(
            dynamo.register_engine_metrics_callback(endpoint, registry),
            dynamo.register_embedding_cache_metrics(endpoint, Cache()),
            dynamo.register_image_loader_metrics(endpoint, Loader(None)),
            dynamo.register_engine_registry(endpoint.metrics, registry),
            dynamo.register_global_registry(endpoint.metrics, engine_prefix="x"),
            dynamo.ensure_prometheus_multiproc_dir("x"),
        )
        print([
            dynamo.get_prometheus_expfmt(registry), dynamo.get_prometheus_typed(registry),
            dynamo.gather_with_labels(registry, {{}}), list(dynamo.LabelInjectingCollector(registry, {{}}).collect()),
            endpoint.metrics.told, list(registry.collect()),
        ])
        """,
        DYNMETRICS_DISABLE="1",
    )

    assert done.stdout.splitlines() == ["None None None None None None", "['', [], '', [], [], []]"], done.stderr


def test_without_the_library_everything_is_as_with_it(broken: Path) -> None:
    with_it = report(sys.executable, ("dynmetrics.dynamo",))
    without = report(sys.executable, ("dynmetrics.dynamo",), PYTHONPATH=str(broken))

    assert without == with_it


def test_the_log_has_one_warning_for_a_library_that_cannot_be_loaded(broken: Path) -> None:
    done = run_python(
        "from dynmetrics.dynamo import get_prometheus_expfmt as g; import prometheus_client as p; g(p.REGISTRY); g(p.REGISTRY)",
        PYTHONPATH=str(broken),
    )

    assert done.returncode == 0, done.stderr
    assert Counter("libdynmetrics" in line for line in done.stderr.splitlines())[True] == 1
