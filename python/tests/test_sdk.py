"""C and C++ in the same process: what they are built with, and the nodes that they share with Python."""

from __future__ import annotations

import ctypes
import gc
import importlib.util
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from support import run_python, value, wait_until

import dynmetrics

CXX = shutil.which(os.environ.get("CXX", "c++"))
CC = shutil.which(os.environ.get("CC", "cc"))
STRICT = ["-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC"]

# PyCapsule_… for ctypes, which is how a capsule is looked into without a compiler.
capsule_pointer = ctypes.pythonapi.PyCapsule_GetPointer
capsule_pointer.restype = ctypes.c_void_p
capsule_pointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
NAME = b"dynmetrics.dynm_node"


def library() -> ctypes.CDLL:
    found = ctypes.CDLL(str(Path(dynmetrics.get_library_dir()) / "libdynmetrics.so.0"))
    found.dynm_node_connection_id.restype = ctypes.c_uint64
    found.dynm_node_connection_id.argtypes = [ctypes.c_void_p]
    return found


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The extension module of engine_core.cc, built against the package that is installed."""
    if CXX is None:
        pytest.skip("no C++ compiler")
    out = tmp_path_factory.mktemp("core") / "engine_core.so"
    folders = [f"-I{sysconfig.get_paths()['include']}", f"-I{dynmetrics.get_include()}"]
    linked = [f"-L{dynmetrics.get_library_dir()}", "-l:libdynmetrics.so.0"]
    source = Path(__file__).with_name("engine_core.cc")
    subprocess.run([CXX, "-std=c++17", *STRICT, *folders, source, *linked, "-o", out], check=True)
    spec = importlib.util.spec_from_file_location("engine_core", out)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def attached(core: ModuleType, endpoint: dynmetrics.Endpoint) -> Iterator[ModuleType]:
    core.attach(endpoint.capsule)
    yield core
    core.detach()


def test_the_folders_hold_what_they_say():
    assert {"dynmetrics", "dynmetrics.h", "dynmetrics.hpp"} <= {p.name for p in Path(dynmetrics.get_include()).iterdir()}
    assert (Path(dynmetrics.get_library_dir()) / "libdynmetrics.so.0").is_file()
    assert (Path(dynmetrics.get_cmake_dir()) / "dynmetricsConfig.cmake").is_file()
    assert (Path(dynmetrics.get_cmake_dir()) / "dynmetricsConfigVersion.cmake").is_file()


def test_a_cpp_extension_counts_on_an_endpoint_made_in_python(
    attached: ModuleType, rt: dynmetrics.DistributedRuntime, endpoint: dynmetrics.Endpoint
):
    endpoint.metrics.create_intcounter("shell_total", "Python's own").inc()
    attached.count()
    attached.count()
    page = rt.scrape()
    assert value(page, "dynamo_component_requests_total", dynamo_endpoint="generate", worker_id="ff") == 2
    assert value(page, "dynamo_component_shell_total", dynamo_endpoint="generate", worker_id="ff") == 1
    assert value(page, "engine_load") == 0.5
    with pytest.raises(dynmetrics.MetricsError, match="'dynamo_component_requests_total' exists already"):
        endpoint.metrics.create_intcounter("requests_total", "Requests served")
    attached.detach()
    assert value(rt.scrape(), "engine_load") is None


def test_a_cpp_extension_updates_metrics_that_python_made(core: ModuleType, endpoint: dynmetrics.Endpoint):
    requests = endpoint.metrics.create_intcounter("requests_total", "Requests served")
    latency = endpoint.metrics.create_histogramvec("latency_seconds", "Latency", ["model"])
    requests.inc(2)
    core.add(requests.capsule, latency.capsule)
    assert requests.get() == 42
    assert (latency.labels("llama").count(), latency.labels("llama").sum()) == (1, 0.5)
    with pytest.raises(RuntimeError, match=r'no PyCapsule "dynmetrics\.dynm_intcounter"; pass the capsule of such'):
        core.add(latency.capsule, latency.capsule)
    with pytest.raises(RuntimeError, match=r'no PyCapsule "dynmetrics\.dynm_histogram_vec"'):
        core.add(None, endpoint.capsule)
    core.add(None, None)


def test_every_kind_of_metric_has_a_capsule_of_its_c_type(rt: dynmetrics.DistributedRuntime):
    kinds = ["counter", "intcounter", "gauge", "intgauge", "histogram", "summary"]
    made = {f"dynm_{kind}": getattr(rt.metrics, f"create_{kind}")(kind, "") for kind in kinds}
    made |= {f"dynm_{kind}_vec": getattr(rt.metrics, f"create_{kind}vec")(f"{kind}_vec", "", ["a"]) for kind in kinds}
    made |= {"dynm_info": rt.metrics.create_info("i", ""), "dynm_stateset": rt.metrics.create_stateset("s", "", ["a"])}
    for c_type, metric in made.items():
        assert capsule_pointer(metric.capsule, f"dynmetrics.{c_type}".encode()), c_type


def test_one_library_serves_both(attached: ModuleType):
    maps = Path("/proc/self/maps").read_text().splitlines()
    assert len({line.split(maxsplit=5)[-1] for line in maps if "libdynmetrics" in line}) == 1


def test_a_node_lives_on_in_the_extension_that_took_it(core: ModuleType):
    rt = dynmetrics.DistributedRuntime()
    endpoint = rt.namespace("a").component("b").endpoint("c")
    core.attach(endpoint.capsule)
    kept = endpoint.capsule
    del rt, endpoint
    gc.collect()
    core.count()
    assert library().dynm_node_connection_id(capsule_pointer(kept, NAME)) != 0
    core.detach()


def test_the_extension_refuses_what_is_no_node(core: ModuleType):
    with pytest.raises(RuntimeError, match=r"no PyCapsule of a node; pass node\.capsule"):
        core.attach(object())


def test_a_switched_off_package_leaves_the_extension_with_a_runtime_that_nobody_sees(core: ModuleType):
    core.attach(None)
    core.count()
    core.detach()


def test_the_default_runtime_is_one_for_all(core: ModuleType):
    core.count_default()
    core.count_default()
    rt = dynmetrics.default_runtime()
    assert isinstance(rt, dynmetrics.DistributedRuntime)
    assert value(rt.scrape(), "dynamo_component_core_seconds_total") == 3
    assert dynmetrics.default_runtime().connection_id() == rt.connection_id()
    assert dynmetrics.DistributedRuntime().connection_id() != rt.connection_id()


def test_the_default_runtime_is_made_once_by_many_threads_and_takes_the_environment():
    done = run_python(
        """
        import threading, dynmetrics
        ids, start = [], threading.Barrier(8)
        def ask():
            start.wait()
            ids.append(dynmetrics.default_runtime().connection_id())
        threads = [threading.Thread(target=ask) for _ in range(8)]
        [t.start() for t in threads]
        [t.join() for t in threads]
        assert ids == [254] * 8, ids
        dynmetrics.default_runtime().metrics.create_counter("x_total", "X").inc()
        print(dynmetrics.default_runtime().scrape(self_metrics=False).decode())
        """,
        DYN_WORKER_ID="254",
        DYN_METRICS_CONST_LABELS="zone=a",
    )
    assert done.returncode == 0, done.stderr
    assert 'dynamo_component_x_total{worker_id="fe",zone="a"} 1' in done.stdout


def test_a_forked_child_goes_on_with_the_default_runtime():
    rt = dynmetrics.default_runtime()
    counter = rt.metrics.create_intcounter("forked_total", "F")
    counter.inc()
    child = os.fork()
    if child == 0:
        counter.inc()
        seen = value(dynmetrics.default_runtime().scrape(), "dynamo_component_forked_total")
        os._exit(0 if seen == 2 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert counter.get() == 1


def test_every_level_has_a_capsule_of_its_own(endpoint: dynmetrics.Endpoint):
    first, second = endpoint.capsule, endpoint.capsule
    one, other = (capsule_pointer(capsule, NAME) for capsule in (first, second))
    assert one and other and one != other
    assert library().dynm_node_connection_id(one) == 255
    del first
    wait_until(lambda: library().dynm_node_connection_id(one) == 0, "the handle of a capsule that is gone is freed")
    assert library().dynm_node_connection_id(other) == 255
    with pytest.raises(ValueError, match="incorrect name"):
        capsule_pointer(second, b"something.else")
    with pytest.raises(AttributeError):
        endpoint.capsule = None  # type: ignore[misc]


def test_a_library_of_another_abi_is_refused_by_its_number(tmp_path: Path):
    if CC is None:
        pytest.skip("no C compiler")
    source = tmp_path / "other.c"
    source.write_text("unsigned dynm_abi_version(void) { return 7; }\n")
    other = tmp_path / "other.so"
    subprocess.run([CC, *STRICT, source, "-o", other], check=True)
    done = run_python("import dynmetrics", LD_PRELOAD=str(other))
    assert done.returncode == 1
    assert "ImportError: libdynmetrics.so.0 0.1.0 has ABI 7, this package was built for ABI 0; install" in done.stderr
