"""Built-in instrumentation from Python: what a request's end says, and that nothing of it raises."""

import asyncio
import gc
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import dynmetrics

ROOT = Path(__file__).resolve().parents[2]
WORK = '{dynamo_component="backend",dynamo_endpoint="generate",dynamo_namespace="prod",worker_id="ff"}'


@pytest.fixture
def runtime():
    return dynmetrics.DistributedRuntime(connection_id=255)


@pytest.fixture
def endpoint(runtime):
    return runtime.namespace("prod").component("backend").endpoint("generate")


def value(runtime, series):
    found = re.search(rf"^{re.escape(series)} (\S+)$", runtime.scrape(self_metrics=False).decode(), re.MULTILINE)
    return float(found[1]) if found else None


def errors(runtime, kind="generate"):
    return value(runtime, "dynamo_component_errors_total" + WORK.replace(",worker_id", f',error_type="{kind}",worker_id'))


def test_a_with_block_that_ends_well_is_a_request_that_did(runtime, endpoint):
    with endpoint.handle_request(100) as request:
        request.received(20)
        request.sent(7)
        assert value(runtime, "dynamo_component_inflight_requests" + WORK) == 1
    assert value(runtime, "dynamo_component_requests_total" + WORK) == 1
    assert value(runtime, "dynamo_component_inflight_requests" + WORK) == 0
    assert value(runtime, "dynamo_component_request_bytes_total" + WORK) == 120
    assert value(runtime, "dynamo_component_response_bytes_total" + WORK) == 7
    assert value(runtime, "dynamo_component_request_duration_seconds_count" + WORK) == 1
    assert errors(runtime) == 0


@pytest.mark.parametrize(
    ("left_by", "errors_", "cancellations", "timeouts"),
    [
        (ValueError, 1, 0, 0),
        (TimeoutError, 1, 0, 1),
        (asyncio.CancelledError, 0, 1, 0),
        (GeneratorExit, 0, 1, 0),
        (KeyboardInterrupt, 0, 1, 0),
        (ConnectionResetError, 0, 1, 0),
    ],
)
def test_what_leaves_the_block_says_how_it_ended(runtime, endpoint, left_by, errors_, cancellations, timeouts):
    with pytest.raises(left_by), endpoint.handle_request():
        raise left_by
    assert errors(runtime) == errors_
    assert value(runtime, "dynamo_component_cancellation_total" + WORK) == cancellations
    assert value(runtime, "dynamo_component_timeouts_total" + WORK) == timeouts
    assert value(runtime, "dynamo_component_inflight_requests" + WORK) == 0


def test_the_first_end_decides_and_wrong_values_never_raise(runtime, endpoint):
    with endpoint.handle_request() as request:
        request.sent(-1)
        request.sent("much")
        request.received(2**70)
        request.fail("no such type")
        request.fail(7)
    assert errors(runtime) == 1
    assert value(runtime, "dynamo_component_response_bytes_total" + WORK) == 0
    with endpoint.handle_request() as request:
        request.fail("publish_final")
    assert errors(runtime, "publish_final") == 1


def test_a_request_that_is_forgotten_counts_as_cancelled(runtime, endpoint):
    request = endpoint.handle_request(queued=True)
    assert value(runtime, "dynamo_work_handler_queue_depth") == 1
    del request
    gc.collect()
    assert value(runtime, "dynamo_work_handler_queue_depth") == 0
    assert value(runtime, "dynamo_component_cancellation_total" + WORK) == 1


def test_lifecycle_gauges_come_with_their_block(runtime, endpoint):
    handler = endpoint.work_handler("llama")
    assert b"drain_time" not in runtime.scrape()
    with handler.drain():
        assert handler.open_requests() == 0
    handler.model_loaded(12.5)
    assert value(runtime, "dynamo_component_drain_time_seconds" + WORK) >= 0
    loaded = WORK.replace(",worker_id", ',model="llama",worker_id')
    assert value(runtime, "dynamo_component_model_load_time_seconds" + loaded) == 12.5
    with pytest.raises(RuntimeError), handler.cleanup():
        raise RuntimeError
    assert b"cleanup_time" not in runtime.scrape()


def test_a_frontend_follows_a_stream(runtime):
    frontend = runtime.frontend()
    with frontend.request("m") as request:
        request.input(300, 120)
        assert value(runtime, 'dynamo_frontend_queued_requests{model="m"}') == 1
        for _ in range(4):
            request.tokens()
        assert value(runtime, 'dynamo_frontend_queued_requests{model="m"}') == 0
    done = 'dynamo_frontend_requests_total{endpoint="chat_completions",error_type="%s",model="m",request_type="stream"'
    assert value(runtime, done % "" + ',status="success"}') == 1
    assert value(runtime, 'dynamo_frontend_output_tokens_total{model="m"}') == 4
    assert value(runtime, 'dynamo_frontend_time_to_first_token_seconds_count{model="m"}') == 1
    assert value(runtime, 'dynamo_frontend_inter_token_latency_seconds_count{model="m"}') == 3
    assert value(runtime, 'dynamo_frontend_cached_tokens_sum{model="m"}') == 120
    for left_by, kind in [(TimeoutError, "response_timeout"), (ConnectionError, "cancelled"), (ValueError, "internal")]:
        with pytest.raises(left_by), frontend.request("m"):
            raise left_by
        assert value(runtime, done % kind + ',status="error"}') == 1
    assert value(runtime, "dynamo_frontend_disconnected_clients") == 1
    with pytest.raises(dynmetrics.MetricsError, match="stream or unary"):
        frontend.request("m", request_type="other")


@pytest.mark.parametrize(("given", "begins"), [("my-site", "my_site"), ("@@@", "dynamo_frontend"), ("", "dynamo_frontend")])
def test_dyn_metrics_prefix_renames_all_frontend_families(runtime, monkeypatch, given, begins):
    monkeypatch.setenv("DYN_METRICS_PREFIX", given)
    with runtime.frontend().request("m") as request:
        request.tokens()
    names = set(re.findall(r"^# TYPE (\S+)", runtime.scrape(self_metrics=False).decode(), re.MULTILINE))
    assert all(name.startswith(begins + "_") for name in names - {"dynamo_component_uptime_seconds"})
    assert f"{begins}_output_tokens_total" in names


def test_models_are_refreshed_before_scrapes_at_their_interval(runtime):
    frontend = runtime.frontend()
    calls = []

    def refresh():
        calls.append(1)
        frontend.set_model("m", ready=True, context_length=4096)

    with_every_scrape = frontend.on_refresh(refresh, interval=0)
    assert value(runtime, 'dynamo_frontend_model_context_length{model="m"}') == 4096
    runtime.scrape()
    assert len(calls) == 2
    with_every_scrape.close()
    frontend.remove_model("m")
    hourly = frontend.on_refresh(refresh, interval=3600)
    runtime.scrape()
    runtime.scrape()
    assert len(calls) == 3
    hourly.close()


def test_kv_blocks_and_process(runtime):
    blocks = runtime.kv_blocks()
    blocks.moved("offload_d2h", 5)
    blocks.looked_up("host", 4, 3)
    runtime.show_process()
    assert value(runtime, 'kvbm_offload_blocks_d2h{worker_id="ff"}') == 5
    assert value(runtime, 'kvbm_host_cache_hit_rate{worker_id="ff"}') == 0.75
    assert value(runtime, 'process_resident_memory_bytes{worker_id="ff"}') > 1e6
    with pytest.raises(dynmetrics.MetricsError, match="offload_d2h"):
        blocks.moved("sideways", 1)


def test_requests_of_many_threads_add_up(runtime, endpoint):
    handler = endpoint.work_handler()

    def work():
        for _ in range(500):
            with handler.handle_request(2) as request:
                request.sent(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert value(runtime, "dynamo_component_requests_total" + WORK) == 2000
    assert value(runtime, "dynamo_component_response_bytes_total" + WORK) == 2000
    assert value(runtime, "dynamo_component_inflight_requests" + WORK) == 0


def test_everything_on_the_page_is_in_the_catalogue_with_its_type_labels_and_help(runtime, endpoint):
    """All that the library writes by itself, compared with the data that documents it."""
    with endpoint.handle_request(model="m") as request:
        request.sent(1)
    endpoint.work_handler("m").model_loaded(1)
    with runtime.frontend().request("m", "embeddings", "unary") as asked:
        asked.input(1, 1)
        asked.tokens()
    runtime.frontend().set_model("m", ready=True, total_kv_blocks=1, max_num_seqs=1, context_length=1)
    runtime.kv_blocks().matched(1)
    runtime.show_process()
    runtime.metrics.register_prometheus_expfmt_callback(lambda: "bad line\nx 1\n")
    runtime.scrape()
    page = runtime.scrape().decode()
    sys.path.insert(0, str(ROOT / "catalogue"))
    try:
        import catalogue
    finally:
        sys.path.pop(0)
    known = {metric.name: metric for metric in catalogue.load().metrics}
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", page, re.MULTILINE))
    helps = dict(re.findall(r"^# HELP (\S+) (.*)$", page, re.MULTILINE))
    assert set(types) <= set(known), set(types) - set(known)
    own = {name for name, metric in known.items() if metric.owner == "library"}
    assert {name for name in types if name.startswith("dynmetrics_")} >= own - {
        "dynmetrics_gil_hold_seconds_max", "dynmetrics_gil_hold_seconds_total",  # of sources that tell
        "dynmetrics_http_requests_total",  # of a runtime that serves
        "dynmetrics_source_errors_total",  # of sources that failed
        "dynmetrics_overflow_total",  # of families that were capped
        "dynmetrics_old_name_series",  # of a configuration that keeps old names
    }  # fmt: skip
    for name, kind in types.items():
        assert (kind, helps[name]) == (known[name].type, known[name].help), name
    for line in page.splitlines():
        match = re.match(r"([a-zA-Z_:][\w:]*)(?:\{(.*)\})? ", line)
        if line.startswith("#") or not match or match[1] == "x":
            continue
        name = match[1] if match[1] in known else re.sub(r"_(bucket|sum|count)$", "", match[1])
        labels = set(re.findall(r'(\w+)="', match[2] or "")) - {"le"}
        assert set(known[name].labels) <= labels <= {*known[name].labels, *known[name].optional}, line


def documented(language):
    text = (ROOT / "docs" / "instrumentation.md").read_text()
    blocks = re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert blocks
    return blocks


def test_the_python_of_the_page_runs():
    for block in documented("python"):
        told = subprocess.run([sys.executable, "-c", block], capture_output=True, text=True, timeout=120)
        assert told.returncode == 0, told.stderr


def test_the_c_of_the_page_runs(tmp_path):
    library = ROOT / ".build" / "lib"
    if not shutil.which("cc") or not (library / "libdynmetrics.so").exists():
        pytest.skip("no C compiler, or no library built in the source tree")
    for block in documented("c"):
        (tmp_path / "page.c").write_text(block)
        build = ["cc", "-Wall", "-Wextra", "-Werror", "-I", str(ROOT / "include"), "page.c", "-o", "page"]
        link = ["-L", str(library), "-ldynmetrics", f"-Wl,-rpath,{library}"]
        subprocess.run(build + link, check=True, cwd=tmp_path, timeout=120)
        told = subprocess.run(["./page"], capture_output=True, text=True, cwd=tmp_path, timeout=120)
        assert told.returncode == 0, told.stderr
        assert "dynamo_component_requests_total{" in told.stdout


def test_the_swift_of_the_page_is_what_the_swift_test_runs():
    tests = (ROOT / "Tests" / "DynMetricsTests" / "InstrumentationTests.swift").read_text()
    for block in documented("swift"):
        for line in block.splitlines():
            assert line.startswith("import ") or line.strip() in tests, line
