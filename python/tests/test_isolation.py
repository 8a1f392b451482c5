"""A source that fails, hangs or comes late: what is shown of it, what is told of it, and that the others do not feel it."""

from __future__ import annotations

import json
import threading
import time
import urllib.request

import pytest

import dynmetrics

PAGE = """# TYPE done_total counter
done_total 1
# TYPE done_created gauge
done_created 5
# TYPE depth gauge
depth 2
# TYPE took histogram
took_bucket{le="+Inf"} 1
took_sum 1
took_count 1
# TYPE size summary
size_sum 1
size_count 1
# TYPE free untyped
free 1
"""
ALL = {"done_total", "done_created", "depth", "took_bucket", "took_sum", "took_count", "size_sum", "size_count", "free"}
CUMULATIVE = ALL - {"depth", "free"}


class Engine:
    """A callback that answers, fails or hangs as it is told."""

    def __init__(self) -> None:
        self.mode = "well"
        self.go_on = threading.Event()
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.mode == "fails":
            raise RuntimeError("no metrics today")
        if self.mode == "hangs":
            self.go_on.wait(60)
        return PAGE

    def release(self) -> None:
        self.mode = "well"
        self.go_on.set()


@pytest.fixture
def rt(monkeypatch):
    monkeypatch.setenv("DYN_METRICS_SCRAPE_DEADLINE_MS", "150")
    runtime = dynmetrics.DistributedRuntime(connection_id=255)
    runtime.metrics.register_prometheus_expfmt_callback(lambda: "# TYPE other gauge\nother 1\n")
    return runtime


@pytest.fixture
def engine():
    made = Engine()
    yield made
    made.release()


def shown(rt: dynmetrics.DistributedRuntime) -> set[str]:
    lines = rt.scrape("text", False).decode().splitlines()
    names = {line.partition(" ")[0].partition("{")[0] for line in lines if line[0] != "#"}
    assert "other" in names
    return names - {"other"}


def state(rt: dynmetrics.DistributedRuntime, server: dynmetrics.Server, source: str = "text-2") -> str:
    rt.scrape()
    with urllib.request.urlopen(f"{server.url}/health") as answer:
        assert answer.status == 200
        return json.load(answer)["sources"][source]


@pytest.mark.parametrize(
    ("policy", "late", "failed"),
    [
        (None, ALL, set()),
        ("standard", ALL, set()),
        ("drop", set(), set()),
        ("keep_counters", CUMULATIVE, CUMULATIVE),
        ("keep", ALL, ALL),
    ],
)
def test_what_is_shown_of_a_silent_source_is_a_choice(rt, engine, policy, late, failed):
    registration = rt.metrics.register_prometheus_expfmt_callback(engine)
    if policy:
        registration.set_stale_policy(policy)
    assert shown(rt) == ALL
    engine.mode = "fails"
    assert shown(rt) == failed
    engine.mode = "hangs"
    assert shown(rt) == late
    assert shown(rt) == late
    engine.release()
    wait_until(lambda: shown(rt) == ALL)


def test_a_policy_may_change_at_any_time(rt, engine):
    registration = rt.metrics.register_prometheus_expfmt_callback(engine)
    assert shown(rt) == ALL
    engine.mode = "hangs"
    for policy, expected in (("drop", set()), ("keep", ALL), ("keep_counters", CUMULATIVE), ("standard", ALL)):
        registration.set_stale_policy(policy)
        assert shown(rt) == expected
    with pytest.raises(dynmetrics.MetricsError, match="keep_counters"):
        registration.set_stale_policy("sometimes")
    with pytest.raises(TypeError):
        registration.set_stale_policy(3)
    registration.close()
    registration.set_stale_policy("keep")
    assert shown(rt) == set()


def test_health_tells_the_state_of_each_source(rt, engine):
    rt.metrics.register_prometheus_expfmt_callback(engine)
    with rt.serve("127.0.0.1", 0) as server:
        assert state(rt, server) == "fresh"
        engine.mode = "fails"
        assert state(rt, server) == "failed"
        engine.mode = "hangs"
        assert state(rt, server) == "late"
        assert state(rt, server, "text") == "fresh"
        engine.release()
        wait_until(lambda: state(rt, server) == "fresh")


def test_a_source_that_never_answered_is_stale_and_in_the_end_hung(monkeypatch, engine):
    monkeypatch.setenv("DYN_METRICS_SCRAPE_DEADLINE_MS", "100")
    monkeypatch.setenv("DYN_METRICS_SOURCE_MAX_AGE_MS", "400")
    rt = dynmetrics.DistributedRuntime()
    engine.mode = "hangs"
    rt.metrics.register_prometheus_expfmt_callback(engine)
    with rt.serve("127.0.0.1", 0) as server:
        assert state(rt, server, "text") == "stale"
        wait_until(lambda: state(rt, server, "text") == "hung")


def test_what_is_too_old_leaves_the_page_whole(monkeypatch, engine):
    monkeypatch.setenv("DYN_METRICS_SCRAPE_DEADLINE_MS", "100")
    monkeypatch.setenv("DYN_METRICS_SOURCE_MAX_AGE_MS", "800")
    rt = dynmetrics.DistributedRuntime()
    rt.metrics.register_prometheus_expfmt_callback(engine).set_stale_policy("keep")
    assert b"depth 2" in rt.scrape()
    engine.mode = "hangs"
    wait_until(lambda: b"depth" not in rt.scrape())
    assert b"done" not in rt.scrape("text", False)
    assert b'dynmetrics_source_up{source="text"' in rt.scrape()


def test_a_hung_source_costs_one_thread_and_no_further_calls(rt, engine):
    rt.metrics.register_prometheus_expfmt_callback(engine)
    rt.scrape()
    before = threading.active_count()
    engine.mode = "hangs"
    calls = engine.calls
    for _ in range(20):
        rt.scrape()
    assert engine.calls == calls + 1
    assert threading.active_count() <= before
    engine.release()
    wait_until(lambda: b'dynmetrics_source_up{source="text-2",worker_id="ff"} 1' in rt.scrape())


@pytest.mark.parametrize("value", ["", "x", "-1", "1.5", "99999999999"])
def test_a_bad_age_is_refused_with_a_right_one(monkeypatch, value):
    monkeypatch.setenv("DYN_METRICS_SOURCE_MAX_AGE_MS", value)
    if value == "":
        dynmetrics.DistributedRuntime()
        return
    with pytest.raises(dynmetrics.MetricsError, match="60000"):
        dynmetrics.DistributedRuntime()


def wait_until(condition) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "it does not come true"
        time.sleep(0.01)
