"""DYNMETRICS_DISABLE, and a library that cannot be loaded: the engine starts either way."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from support import run_python, run_tool

import dynmetrics

# Every public name with its methods: what a program can see of the package.
SHAPE = """
    import inspect, json, dynmetrics
    from dynmetrics import _native

    def members(value):
        return sorted(n for n in dir(value) if not n.startswith("_")) if isinstance(value, type) else None

    def shape(module, names):
        return {n: members(getattr(module, n)) for n in names}

    print(json.dumps([
        shape(dynmetrics, dynmetrics.__all__),
        shape(_native, [n for n in dir(_native) if not n.startswith("_")]),
        str(inspect.signature(dynmetrics.register_engine_metrics_callback)),
    ]))
"""
NOT_OURS = {"add_note"}  # of exceptions, from Python 3.11 on


def shape_with(**environment: str) -> list[object]:
    done = run_python(SHAPE, **environment)
    assert done.returncode == 0, done.stderr
    found: list[object] = json.loads(done.stdout)
    return found


def test_switched_off_the_package_has_the_same_names_and_methods() -> None:
    on, off = shape_with(), shape_with(DYNMETRICS_DISABLE="1")

    imported = {"Any", "Callable", "ClassVar", "annotations"}  # what the module in Python imports itself
    assert off[0] == on[0]
    assert {k: v for k, v in off[1].items() if k not in imported} == on[1]  # type: ignore[attr-defined]
    assert off[2] == on[2]


# Calls everything; prints what came back, by its type.
WALK = """
    import json, dynmetrics, prometheus_client
    from dynmetrics import _native

    seen = {}

    def saw(name, value):
        seen[name] = type(value).__name__
        return value

    rt = dynmetrics.DistributedRuntime(connection_id=255, constant_labels={"zone": "a"})
    ns = rt.namespace("prod").namespace("inner")
    component = ns.component("backend")
    endpoint = component.endpoint("generate")
    saw("connection_id", endpoint.connection_id())
    endpoint.set_health_status("notready")
    endpoint.set_health_status("ready")
    saw("default_runtime", dynmetrics.default_runtime())
    saw("sources", dynmetrics.sources())
    assert "capsule" in dir(rt) and (rt.capsule is None) == ("null" in repr(_native))
    for folder in (dynmetrics.get_include, dynmetrics.get_library_dir, dynmetrics.get_cmake_dir):
        saw(folder.__name__, folder())

    label = {"a": "1"}
    kinds = ["counter", "intcounter", "gauge", "intgauge", "histogram", "summary"]
    for kind in kinds:
        m = saw(kind, getattr(endpoint.metrics, "create_" + kind)(kind + "_x", "What it is"))
        vec = saw(kind + "vec", getattr(endpoint.metrics, "create_" + kind + "vec")(kind + "_v", "What it is", ["a"]))
        child = saw(kind + " child", vec.labels("1"))
        saw(kind + " named child", vec.labels(a="1"))
        for method in [n for n in dir(m) if not n.startswith("_") and n != "capsule"]:
            takes_nothing = method in ("name", "const_labels", "get", "count", "sum")
            saw(kind + "." + method, getattr(m, method)(*(() if takes_nothing else (1,))))
            saw(kind + " child." + method, getattr(child, method)(*(() if takes_nothing else (1,))))
        saw(kind + "vec.variable_labels", vec.variable_labels())
        for method, arguments in {
            "inc": (label,), "inc_by": (label, 1), "dec": (label,), "dec_by": (label, 1), "add": (label, 1),
            "sub": (label, 1), "set": (1, label), "observe": (1, label), "get": (label,), "remove": ("1",), "clear": (),
        }.items():
            if hasattr(vec, method):
                saw(kind + "vec." + method, getattr(vec, method)(*arguments))
    info = saw("info", endpoint.metrics.create_info("build_info", "Build"))
    info.info({"version": "1"}), info.set({"version": "2"})
    states = saw("stateset", endpoint.metrics.create_stateset("mode", "Mode", ["idle", "busy"]))
    states.state("busy"), states.set("idle", True)
    endpoint.metrics.create_histogram("native", "N", native=dynmetrics.NativeHistogram()).observe(1)
    endpoint.metrics.create_gauge("leaving", "L", ttl=3).set(1)

    registry = prometheus_client.CollectorRegistry()
    prometheus_client.Gauge("vllm:running", "R", registry=registry).set(3)
    for name, made in {
        "update": endpoint.metrics.register_update_callback(lambda: None),
        "text": endpoint.metrics.register_prometheus_expfmt_callback(lambda: ""),
        "typed": endpoint.metrics.register_prometheus_typed_callback(lambda: []),
        "engine": dynmetrics.register_engine_metrics_callback(endpoint, registry, ["vllm:"], adopt=False),
        "directory": endpoint.add_multiprocess_dir("."),
        "page": endpoint.add_page_source("http://127.0.0.1:1/metrics"),
    }.items():
        saw("register " + name, made)
        made.set_stale_policy("keep") if name != "update" else None
        with made:
            pass
        made.close()
    with saw("handle_request", endpoint.handle_request(5)) as request:
        request.sent(1)
    saw("work_handler", endpoint.work_handler()).model_loaded(1)
    frontend = saw("frontend", rt.frontend())
    with saw("frontend.request", frontend.request("m")) as request:
        request.tokens()
    frontend.set_model("m", ready=True), frontend.remove_model("m"), frontend.on_refresh(lambda: None).close()
    saw("kv_blocks", rt.kv_blocks()).matched(1)
    rt.show_process()
    saw("sources", dynmetrics.sources(rt))
    saw("remove_matching", rt.remove_matching(label))
    rt.hide_matching(label), rt.show_matching(label)
    rt.configure(text="")

    for format in ("text", "openmetrics", "protobuf"):
        saw("scrape " + format, rt.scrape(format))
    page = rt.scrape(names=["dynmetrics_series"], self_metrics=True)
    saw("prometheus_expfmt", endpoint.metrics.prometheus_expfmt())
    saw("get_prometheus_expfmt", dynmetrics.get_prometheus_expfmt(registry, ["vllm:"]))
    saw("filter", dynmetrics.filter_exposition("a 1\\n", include=["a"], labels=label))
    saw("merge", dynmetrics.merge_multiprocess("."))
    saw("check", dynmetrics.check_exposition("a 1\\n", lint=True))
    saw("adopt", dynmetrics.adopt(registry))
    saw("install", dynmetrics.install())
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "QUERY_STRING": "name[]=nothing_of_this"}
    saw("wsgi", dynmetrics.wsgi_app(rt)(environ, lambda status, headers: saw("status " + status, headers)))
    saw("asgi", dynmetrics.asgi_app(rt))
    rt.close()
    with rt.serve() as server:
        saw("port", server.port), saw("url", server.url), server.close()
    print(json.dumps([seen, page.decode(), "_native" in repr(_native)]))
"""


def test_switched_off_every_call_gives_the_same_shape_and_does_nothing(tmp_path: Path) -> None:
    on, off = (
        run_python(f"import os; os.chdir({str(tmp_path)!r})\n" + textwrap.dedent(WALK), DYNMETRICS_DISABLE=value)
        for value in ("0", "1")
    )

    assert (on.returncode, off.returncode) == (0, 0), on.stderr + off.stderr
    (shapes_on, page_on, _), (shapes_off, page_off, _) = json.loads(on.stdout), json.loads(off.stdout)
    assert shapes_off == shapes_on
    assert "dynmetrics_series" in page_on
    assert page_off == ""


def test_the_program_above_calls_everything() -> None:
    names = set(dynmetrics.__all__) - {"__version__", "MetricsError", "Problem", "register_engine_metrics_callback"}
    functions = {name for name in names if not isinstance(getattr(dynmetrics, name), type)}
    nodes = (dynmetrics.DistributedRuntime, dynmetrics.Namespace, dynmetrics.Component, dynmetrics.Endpoint)
    members = {name for kind in (*nodes, dynmetrics.Metrics, dynmetrics.Registration) for name in dir(kind)}
    called = {f'"create_" + kind + "{end}"' if end else '"create_" + kind)' for end in ("", "vec")}

    assert all(call in WALK for call in called)
    formed = {
        "create_" + kind + end
        for kind in re.findall(r'"(\w+)"', WALK.split("kinds = ")[1].split("]")[0])
        for end in ("", "vec")
    }
    missing = {name for name in functions | members if not name.startswith("_") and name not in WALK} - formed
    assert missing <= {"automatic_labels"}


def test_switched_off_the_library_is_not_loaded() -> None:
    done = run_python(
        """
        import dynmetrics
        dynmetrics.DistributedRuntime().serve()
        print("libdynmetrics" in open("/proc/self/maps").read(), len(__import__("os").listdir("/proc/self/task")))
        """,
        DYNMETRICS_DISABLE="1",
    )

    assert done.stdout.split() == ["False", "1"], done.stderr


def test_switched_off_nothing_is_registered_on_an_endpoint_of_another_system() -> None:
    done = run_python(
        """
        import dynmetrics
        print(dynmetrics.register_engine_metrics_callback(object(), object()))
        """,
        DYNMETRICS_DISABLE="1",
    )

    assert (done.returncode, done.stdout) == (0, "None\n"), done.stderr


def test_parts_are_switched_off_alone() -> None:
    done = run_python(
        """
        import dynmetrics, prometheus_client
        rt = dynmetrics.DistributedRuntime()
        rt.metrics.create_intcounter("requests_total", "R").inc()
        registry = prometheus_client.CollectorRegistry()
        dynmetrics.register_engine_metrics_callback(rt, registry, adopt=True)
        server = rt.serve(port=9464)
        print(dynmetrics.install(), dynmetrics.adopt(registry), server.port, server.url)
        print(b"dynamo_component_requests_total" in rt.scrape())
        from prometheus_client import values
        print(values.ValueClass.__name__)
        """,
        DYNMETRICS_DISABLE="adopt, server",
    )

    assert done.stdout.splitlines() == ["False False 9464 http://127.0.0.1:9464", "True", "MutexValue"], done.stderr


def test_a_part_that_there_is_not_is_named_in_a_warning() -> None:
    done = run_python("import dynmetrics; print(dynmetrics.install())", DYNMETRICS_DISABLE="sever")

    assert done.stdout == "True\n"
    assert "DYNMETRICS_DISABLE=sever: there is no part 'sever'; use 1 for everything" in done.stderr


def test_the_command_works_whatever_the_switch_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DYNMETRICS_DISABLE", "1")

    assert run_tool("check", "-", stdin=b"a{ 1\n").returncode == 1


# ---- without the library ----


def run_broken(broken: Path, code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(broken)},
        cwd=broken,
    )


@pytest.mark.parametrize("statement", ["import dynmetrics", "from dynmetrics import DistributedRuntime"])
def test_without_its_library_the_package_says_what_is_wrong(broken: Path, statement: str) -> None:
    done = run_broken(broken, statement)

    assert done.returncode == 1
    assert "ImportError: dynmetrics: its library cannot be loaded: libdynmetrics.so.0" in done.stderr
    assert "DYNMETRICS_DISABLE=1" in done.stderr


def test_without_its_library_the_package_can_still_be_switched_off(broken: Path) -> None:
    done = run_broken(
        broken,
        """
        import os
        os.environ["DYNMETRICS_DISABLE"] = "1"
        import dynmetrics
        print(dynmetrics.DistributedRuntime().scrape())
        """,
    )

    assert (done.stdout, done.stderr) == ("b''\n", "")


@pytest.mark.parametrize(
    "statement",
    [
        "import dynmetrics.engines.probe as probe",
        "from dynmetrics.engines.probe import get_prometheus_expfmt",
        "import importlib; probe = importlib.import_module('dynmetrics.engines.probe')",
        "from dynmetrics import engines; import dynmetrics.engines.probe",
    ],
)
def test_modules_that_can_do_without_the_library_are_imported_with_one_warning(broken: Path, statement: str) -> None:
    done = run_broken(broken, statement + "\nimport dynmetrics")

    assert done.returncode == 0, done.stderr
    assert done.stderr.count("libdynmetrics.so.0") == 1
    assert "Engine metrics are written by prometheus_client instead" in done.stderr


def test_without_its_library_names_that_need_it_say_so_when_they_are_used(broken: Path) -> None:
    done = run_broken(broken, "import dynmetrics.engines.probe\ndynmetrics.DistributedRuntime()")

    assert "ImportError: dynmetrics: its library cannot be loaded" in done.stderr


FOREIGN = """
    import logging, prometheus_client
    from dynmetrics.engines.probe import register_engine_metrics_callback

    class Metrics:
        def __init__(self): self.callbacks = []
        def register_prometheus_expfmt_callback(self, fn): self.callbacks.append(fn)
        register_prometheus_typed_callback = register_prometheus_expfmt_callback

    class Endpoint:
        metrics = Metrics()
        def connection_id(self): return 255

    registry = prometheus_client.CollectorRegistry()
    g = prometheus_client.Gauge("vllm:running", "Requests", ["model"], registry=registry)
    g.labels("m").set(3)
    prometheus_client.Gauge("vllm:secret", "S", registry=registry)
    prometheus_client.Gauge("python_x", "P", registry=registry)
    register_engine_metrics_callback(
        Endpoint, registry, ["vllm:"], ["vllm:secret"], "engine_", inject_custom_labels={"model": "no", "zone": "a"},
        namespace_name="prod", component_name="backend")
    text, typed = Endpoint.metrics.callbacks
    print(text(), typed(), sep="")
"""


def test_without_its_library_an_engine_has_its_metrics_as_with_it(broken: Path) -> None:
    code = textwrap.dedent(FOREIGN).replace("Endpoint, registry,", "Endpoint(), registry,")
    with_it = run_python(code.replace("dynmetrics.engines.probe", "dynmetrics"))
    without = run_broken(broken, code)

    assert (with_it.returncode, without.returncode) == (0, 0), with_it.stderr + without.stderr
    assert without.stdout == with_it.stdout
    assert 'engine_running{dynamo_component="backend",' in without.stdout
    assert 'zone="a"' in without.stdout
    assert without.stderr.count("Engine metrics are written by prometheus_client instead") == 1
