"""Registries of prometheus_client as they are read from the objects: the page is the one that their text would give."""

from __future__ import annotations

import gc
import os
import random
import re
import threading

import prometheus_client
import prometheus_client.core
import prometheus_client.metrics
import pytest
from support import assert_valid, value, wait_until

import dynmetrics
from dynmetrics import register_engine_metrics_callback

FILTERS = [
    {},
    {"metric_prefix_filters": ["m1", "m2", "c", "process_"], "exclude_prefixes": ["m12", "m1_created"]},
    {"metric_prefix_filters": ["m"], "add_prefix": "engine_", "inject_custom_labels": {"zone": "a", "b": "lost"}},
    {"exclude_prefixes": ["m2_bucket", "m3_total"], "inject_custom_labels": {"aa": 'q"\\\n'}},
]
WORDS = ["", "a", 'q"uote', "back\\slash", "two\nlines", "é", "日本", "tab\t", "=,{}", "1.0", "+Inf"]


@pytest.fixture(autouse=True)
def long_deadline(monkeypatch):
    monkeypatch.setenv("DYN_METRICS_SCRAPE_DEADLINE_MS", "60000")


@pytest.fixture
def both():
    """Makes two nodes that show one registry: by its objects, and by its text as it was done before."""

    def make(registry, **options):
        pages = []
        for is_text in (False, True):
            root = dynmetrics.DistributedRuntime(connection_id=255)
            endpoint = root.namespace("prod").component("backend").endpoint("generate")
            if is_text:
                endpoint._native.register_text(
                    lambda: prometheus_client.generate_latest(registry),
                    None,
                    options.get("metric_prefix_filters"),
                    options.get("exclude_prefixes"),
                    options.get("add_prefix"),
                    options.get("inject_custom_labels"),
                    dynmetrics._native.LABELS_NODE,
                )
            else:
                register_engine_metrics_callback(endpoint, registry, **options)
            pages.append(root)
        return pages

    return make


def spelled_anew(page: bytes) -> bytes:
    """Releases before 0.21 write three digits of exponent, 1e+010."""
    return re.sub(rb"e\+0(\d\d)\b", rb"e+\1", page)


def assert_same(roots, **options):
    by_objects, by_text = (root.scrape(self_metrics=False, **options) for root in roots)
    assert by_objects.splitlines() == spelled_anew(by_text).splitlines()
    return by_objects


class Custom:
    """A collector as engines write them: other families and labels each time."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.made = []
        self.turn()

    def turn(self):
        core, pick = prometheus_client.core, self.random
        self.made = [core.GaugeMetricFamily("c_gauge", "G\n\\", value=pick.random())]
        counter = core.CounterMetricFamily("c_counter", "C", labels=["b", "a"], created=17e8)
        for _ in range(pick.randrange(4)):
            counter.add_metric([pick.choice(WORDS), str(pick.random())], pick.random() * 1e9, created=17e8)
        histogram = core.HistogramMetricFamily("c_hist", "", labels=["x"])
        histogram.add_metric(["1"], buckets=[("1", 2), ("+Inf", 5 + pick.randrange(9))], sum_value=3)
        ghost = core.GaugeHistogramMetricFamily("c_gauge_hist", "", buckets=[("1", 2), ("+Inf", 7)], gsum_value=1)
        states = core.StateSetMetricFamily("c_states", "", {"on": True, "off": False})
        info = core.InfoMetricFamily("c_info", "", value={"v": pick.choice(WORDS)})
        untyped = core.UnknownMetricFamily("c_unknown", "U", value=-1e300)
        late = core.GaugeMetricFamily("c_timed", "T")
        late.add_metric([], 1, timestamp=1.7e9)
        self.made += [counter, histogram, ghost, states, info, untyped, late]
        if pick.random() < 0.3:
            pick.shuffle(self.made)

    def collect(self):
        return self.made


class Subclassed(prometheus_client.Gauge):
    def collect(self):
        yield prometheus_client.core.GaugeMetricFamily("c_sub", "S", value=7)


KINDS = ["Counter", "Gauge", "Summary", "Histogram", "Enum", "Info"]
ODD = [float("nan"), float("inf"), 0, 1, 0.1, 1e-9, 123456.0, 1e6, 1e10, 1e16, 12345678.9, 2**53 + 1, 1.5e300]


def touch(pick, kind, child):
    """One change of a child."""
    amount = pick.choice(ODD)
    if kind == "Counter":
        exemplar = {"trace": "1"} if pick.random() < 0.3 else None
        child.inc(abs(amount), exemplar)
    elif kind == "Gauge":
        if pick.random() < 0.02:
            child.set_function(lambda: amount)
        else:
            child.set(-amount if pick.random() < 0.3 else amount)
    elif kind in ("Summary", "Histogram"):
        child.observe(amount)
    elif kind == "Enum":
        child.state(pick.choice(["on", "off", "odd\n"]))
    else:
        child.info({"v": pick.choice(WORDS), "own": "1"})


def change(pick, registry, metrics):
    what = pick.random()
    if what < 0.15 or not metrics:
        kind = pick.choice(KINDS)
        names = pick.sample(["b", "a", "zone", "z_9", "worker_id"], pick.randrange(3))
        extra = {"states": ["on", "off", "odd\n"]} if kind == "Enum" else {}
        if kind == "Histogram":
            extra["buckets"] = pick.choice([(0.5, 1, 1e6), (-1, 2), (1e-9, 0.1, 123.456)])
        name = f"m{pick.randrange(10**6)}"
        metrics.append((kind, getattr(prometheus_client, kind)(name, pick.choice(WORDS), names, registry=registry, **extra)))
        return
    kind, metric = pick.choice(metrics)
    names = metric._labelnames
    if what < 0.19:
        registry.unregister(metric)
        metrics.remove((kind, metric))
    elif not names:
        touch(pick, kind, metric)
    elif what < 0.22:
        metric.clear()
    elif what < 0.3 and metric._metrics:
        metric.remove(*pick.choice(list(metric._metrics)))
    else:
        touch(pick, kind, metric.labels(*(pick.choice(WORDS) for _ in names)))


@pytest.mark.parametrize("seed", range(12))
def test_random_registries_give_the_page_of_their_text_after_any_change(both, seed):
    pick = random.Random(seed)
    registry = prometheus_client.CollectorRegistry(target_info={"t": WORDS[seed % len(WORDS)]} if seed % 3 else None)
    custom, metrics = Custom(seed), []
    registry.register(custom)
    Subclassed("m_sub", "", registry=registry)
    roots = both(registry, **FILTERS[seed % len(FILTERS)])
    for turn in range(40):
        for _ in range(pick.randrange(8)):
            change(pick, registry, metrics)
        if pick.random() < 0.3:
            custom.turn()
        page = assert_same(roots)
        if turn % 8 == 0:
            assert_valid(page)
            assert_same(roots, format="openmetrics")


def test_created_times_go_and_come_with_the_setting(both):
    if not hasattr(prometheus_client, "disable_created_metrics"):
        pytest.skip("this release has no such setting")
    registry = prometheus_client.CollectorRegistry()
    prometheus_client.Counter("m", "", registry=registry).inc()
    roots = both(registry)
    try:
        assert b"m_created" in assert_same(roots)
        prometheus_client.disable_created_metrics()
        assert b"m_created" not in assert_same(roots)
    finally:
        prometheus_client.enable_created_metrics()
    assert b"m_created" in assert_same(roots)


def test_a_registry_of_another_class_is_read_as_text_and_says_so_once(both, caplog):
    whole = prometheus_client.CollectorRegistry()
    prometheus_client.Gauge("m_one", "", registry=whole).set(1)
    prometheus_client.Gauge("m_two", "", registry=whole).set(2)
    roots = both(whole.restricted_registry(["m_one"]))
    for _ in range(3):
        assert b"m_two" not in assert_same(roots)
    assert len([record for record in caplog.records if "is read as text" in record.message]) == 1


@pytest.mark.parametrize("name", ["collect", "_child_samples", "_multi_samples"])
def test_a_patched_class_is_asked_and_not_read(both, monkeypatch, name):
    registry = prometheus_client.CollectorRegistry()
    prometheus_client.Gauge("m", "", ["a"], registry=registry).labels("1").set(1)
    roots = both(registry)
    assert_same(roots)
    real = getattr(prometheus_client.Gauge, name)
    calls = []
    monkeypatch.setattr(prometheus_client.Gauge, name, lambda self: calls.append(1) or real(self))
    assert_same(roots)
    assert len(calls) == 2


def test_a_patched_object_is_asked_and_not_read(both):
    registry = prometheus_client.CollectorRegistry()
    gauge = prometheus_client.Gauge("m", "", registry=registry)
    roots = both(registry)
    assert_same(roots)
    gauge.collect = lambda: [prometheus_client.core.GaugeMetricFamily("m_other", "", value=5)]
    assert b"m_other 5.0" in assert_same(roots).replace(b'{dynamo_component="backend",dynamo_endpoint="generate",'
                                                       b'dynamo_namespace="prod",worker_id="ff"}', b"")


def test_values_in_files_are_read_by_their_own_methods(both, monkeypatch, tmp_path):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    monkeypatch.setattr(prometheus_client.values, "ValueClass", prometheus_client.values.MultiProcessValue())
    monkeypatch.setattr(prometheus_client.metrics.values, "ValueClass", prometheus_client.values.ValueClass)
    registry = prometheus_client.CollectorRegistry()
    prometheus_client.Histogram("m_h", "", ["a"], registry=registry).labels("1").observe(0.3)
    prometheus_client.Counter("m_c", "", registry=registry).inc(5)
    roots = both(registry)
    assert_same(roots)
    assert type(registry._names_to_collectors["m_c"]._value).__name__ == "MmapedValue"
    registry._names_to_collectors["m_c"].inc()
    assert value(assert_same(roots), "m_c_total") == 6


class Broken:
    def collect(self):
        yield prometheus_client.core.GaugeMetricFamily("c_before", "", value=1)
        raise RuntimeError("no metrics today")


class Unwritable:
    def collect(self):
        bad = prometheus_client.core.GaugeMetricFamily("c_bad", "", labels=["a"])
        bad.add_metric([5], 1)
        return [bad, prometheus_client.core.GaugeMetricFamily("c_good", "", value=2)]


@pytest.mark.parametrize(("broken", "kept"), [(Broken(), "c_before"), (Unwritable(), "c_good")], ids=["raises", "unwritable"])
def test_a_collector_that_fails_costs_itself_only(broken, kept, caplog):
    registry = prometheus_client.CollectorRegistry()
    prometheus_client.Gauge("m_first", "", registry=registry).set(1)
    registry.register(broken)
    prometheus_client.Gauge("m_last", "", registry=registry).set(2)
    root = dynmetrics.DistributedRuntime()
    register_engine_metrics_callback(root.namespace("n"), registry)
    for _ in range(3):
        page = root.scrape()
    assert_valid(page)
    assert [value(page, name) is not None for name in ("m_first", kept, "m_last")] == [True] * 3
    assert value(page, "c_bad") is None
    assert value(page, "dynmetrics_dropped_total", source="text", reason="part") == 3
    assert value(page, "dynmetrics_source_up", source="text") == 1
    assert len([record for record in caplog.records if "failed" in record.message]) == 1


def test_a_metric_that_cannot_be_read_costs_itself_only(caplog):
    registry = prometheus_client.CollectorRegistry()
    prometheus_client.Gauge("m_first", "", registry=registry)._value._value = "no number"
    prometheus_client.Gauge("m_lone", "", ["a"], registry=registry).labels("\ud800")
    prometheus_client.Gauge("m_last", "", registry=registry).set(2)
    root = dynmetrics.DistributedRuntime()
    register_engine_metrics_callback(root, registry)
    page = root.scrape()
    assert_valid(page)
    assert value(page, "m_last") == 2
    assert value(page, "m_first") is None
    assert value(page, "dynmetrics_dropped_total", source="text", reason="part") == 2


def test_what_the_filter_leaves_out_is_not_looked_at():
    registry = prometheus_client.CollectorRegistry()
    gauge = prometheus_client.Gauge("m", "", ["a"], registry=registry)
    gauge.labels("1")._value = None  # fails when read
    prometheus_client.Gauge("vllm:m", "", registry=registry).set(1)
    root = dynmetrics.DistributedRuntime()
    register_engine_metrics_callback(root, registry, ["vllm:"])
    page = root.scrape()
    assert value(page, "vllm:m") == 1
    assert value(page, "dynmetrics_dropped_total", source="vllm", reason="part") is None


def test_each_value_is_read_once_in_a_scrape():
    class Counting:
        calls = 0

        def collect(self):
            Counting.calls += 1
            return []

    registry = prometheus_client.CollectorRegistry()
    registry.register(Counting())
    root = dynmetrics.DistributedRuntime()
    register_engine_metrics_callback(root, registry, inject_custom_labels={"a": "b"})
    before = Counting.calls
    root.scrape()
    assert Counting.calls == before + 1


def test_children_that_come_and_go_under_a_scrape_never_tear_it():
    registry = prometheus_client.CollectorRegistry()
    gauge = prometheus_client.Gauge("m", "", ["a"], registry=registry)
    histogram = prometheus_client.Histogram("h", "", ["a"], registry=registry)
    steady = [gauge.labels(f"steady{i}") for i in range(3000)]
    for child in steady:
        child.set(1)
    root = dynmetrics.DistributedRuntime()
    register_engine_metrics_callback(root, registry)
    stop = threading.Event()

    def churn():
        pick, at = random.Random(1), 0
        while not stop.is_set():
            at += 1
            gauge.labels(f"new{at % 500}").set(1)
            histogram.labels(f"new{at % 50}").observe(pick.random())
            if pick.random() < 0.3:
                for name in (f"new{pick.randrange(500)}",):
                    if (name,) in gauge._metrics:
                        gauge.remove(name)
            if pick.random() < 0.001:
                histogram.clear()

    thread = threading.Thread(target=churn)
    thread.start()
    try:
        for _ in range(40):
            page = root.scrape(self_metrics=False)
            lines = page.decode().splitlines()
            assert len([line for line in lines if 'm{a="steady' in line]) == 3000
            assert len({line.rsplit(" ", 1)[0] for line in lines}) == len(lines)
    finally:
        stop.set()
        thread.join()
    assert_valid(page)


def test_the_time_for_which_the_gil_is_held_is_told_for_every_callback(endpoint):
    registry = prometheus_client.CollectorRegistry()
    prometheus_client.Gauge("m", "", registry=registry).set(1)
    root = dynmetrics.DistributedRuntime()
    register_engine_metrics_callback(root, registry)
    root.metrics.register_prometheus_expfmt_callback(lambda: "x 1\n")
    root.metrics.register_prometheus_typed_callback(list)
    root.metrics.register_update_callback(lambda: None)
    first, second = root.scrape(), root.scrape()
    for source in ("text", "text-2", "typed", "update"):
        longest = value(second, "dynmetrics_gil_hold_seconds_max", source=source)
        total = value(second, "dynmetrics_gil_hold_seconds_total", source=source)
        assert 0 < longest <= total
        assert total >= value(first, "dynmetrics_gil_hold_seconds_total", source=source)


def test_what_a_closed_registration_kept_is_given_back():
    registry = prometheus_client.CollectorRegistry()
    gauge = prometheus_client.Gauge("m", "", ["a"], registry=registry)
    child = gauge.labels("1")
    root = dynmetrics.DistributedRuntime()
    registration = register_engine_metrics_callback(root, registry)
    root.scrape()
    import sys

    before = sys.getrefcount(child)
    registration.close()

    def is_released():
        gc.collect()
        return sys.getrefcount(child) == before - 1

    wait_until(is_released, "the end of the registration")


def test_a_forked_child_reads_the_registry_with_its_own_values():
    registry = prometheus_client.CollectorRegistry()
    counter = prometheus_client.Counter("m", "", ["a"], registry=registry)
    counter.labels("1").inc()
    root = dynmetrics.DistributedRuntime()
    register_engine_metrics_callback(root, registry)
    root.scrape()
    pid = os.fork()
    if pid == 0:
        counter.labels("1").inc()
        counter.labels("2").inc(7)
        page = root.scrape()
        os._exit(0 if value(page, "m_total", a="1") == 2 and value(page, "m_total", a="2") == 7 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert value(root.scrape(), "m_total", a="1") == 1
