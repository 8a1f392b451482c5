"""Adopted metrics: prometheus_client's own objects whose values a scrape reads without Python.

Adoption changes prometheus_client for the whole process, so each test is a program of its own.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from support import REPOSITORY, run_python

PREAMBLE = """
import gc, logging, os, sys, threading
import prometheus_client as pc
from prometheus_client import values
import dynmetrics
from dynmetrics import _native
told = []
class Keep(logging.Handler):
    def emit(self, record): told.append(record.getMessage())
logging.getLogger("dynmetrics").addHandler(Keep())
rt = dynmetrics.DistributedRuntime(connection_id=255)
endpoint = rt.namespace("n").component("c").endpoint("e")
REGISTRY = pc.CollectorRegistry()
def show(registry=REGISTRY, adopt=True, **options):
    return dynmetrics.register_engine_metrics_callback(
        endpoint, registry, adopt=adopt, auto_labels=False, **options)
def page(form="text"):
    return rt.scrape(form, self_metrics=False).decode()
def latest(registry=REGISTRY):
    return pc.generate_latest(registry).decode()
def is_adopted(metric):
    return type(metric._value) is _native.Value
"""


def passes(code: str, **environment: str) -> str:
    done = run_python(PREAMBLE + textwrap.dedent(code), **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


# ---- the same pages ----


def test_random_operations_leave_the_pages_of_a_plain_registry():
    command = [sys.executable, str(REPOSITORY / "Tests/adopt/differential.py"), "6000", "3"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "ok 1" in done.stdout, done.stdout + done.stderr[-4000:]


def test_metrics_that_exist_move_with_their_values_and_later_ones_are_adopted_too():
    passes(
        """
        early = pc.Counter("early", "E", ["a"], registry=REGISTRY)
        early.labels("x").inc(2)
        child = early.labels("x")
        show()
        late = pc.Histogram("late", "L", registry=REGISTRY, buckets=(1, 2))
        early.labels("y").inc(0.5)
        child.inc()
        late.observe(1.5)
        assert is_adopted(child) and is_adopted(early.labels("y"))
        assert 'early_total{a="x"} 3.0\\n' in page() and 'late_bucket{le="2.0"} 1.0\\n' in page()
        assert page() == latest()
        """
    )


def test_who_kept_an_old_value_finds_the_number_in_its_new_place():
    passes(
        """
        counter = pc.Counter("c", "C", registry=REGISTRY)
        old, inc = counter._value, counter._value.inc
        inc(1)
        show()
        inc(2)
        old.inc(4)
        old.set(old.get() + 8)
        counter.inc(16)
        assert old.get() == old._value == counter._value.get() == 31, old.get()
        assert "c_total 31.0\\n" in page()
        """
    )


def test_updates_while_adopting_are_not_lost():
    passes(
        """
        sys.setswitchinterval(1e-5)
        counters = [pc.Counter(f"c{i}", "C", ["a"], registry=REGISTRY) for i in range(50)]
        def work():
            for _ in range(40):
                for counter in counters: counter.labels("x").inc()
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads: thread.start()
        show()
        for thread in threads: thread.join()
        assert [c.labels("x")._value.get() for c in counters] == [160] * 50
        assert page() == latest()
        """
    )


# ---- without Python ----


def test_a_scrape_does_not_need_the_gil():
    passes(
        """
        import ctypes, subprocess
        show(metric_prefix_filters=["vllm:"])
        pc.GCCollector(registry=REGISTRY)   # not asked: nothing of it could pass
        gauge = pc.Gauge("vllm:g", "G", registry=REGISTRY)
        gauge.set(7)
        page()
        gauge.set(8)
        server = rt.serve()
        reader, writer = os.pipe()
        helper = subprocess.Popen([sys.executable, "-c", '''
        import os, sys, urllib.request
        page = urllib.request.urlopen(sys.argv[1]).read().decode()
        os.write(int(sys.argv[2]), b"y" if "vllm:g 8.0" in page and 'source_up{source="vllm",worker_id="ff"} 1' in page
                 else b"n")
        '''.replace(chr(10) + "        ", chr(10)), server.url + "/metrics", str(writer)], pass_fds=[writer])
        answer = ctypes.create_string_buffer(1)
        ctypes.PyDLL(None).read(reader, answer, 1)   # keeps the GIL until the page was read
        assert answer.value == b"y", answer.value
        helper.wait()
        assert 'source="vllm_rest"' not in rt.scrape().decode()
        """
    )


# ---- what comes and goes ----


def test_series_go_with_remove_clear_and_unregister_and_a_late_write_does_not_bring_them_back():
    passes(
        """
        show()
        counter = pc.Counter("c", "C", ["a", "b"], registry=REGISTRY)
        for a in "xyz": counter.labels(a, "1").inc()
        kept = counter.labels("x", "1")
        counter.remove("x", "1")
        kept.inc(5)
        assert 'a="x"' not in page() and page() == latest()
        if hasattr(counter, "remove_by_labels"):
            counter.remove_by_labels({"a": "y"})
            assert 'a="y"' not in page() and page() == latest()
        counter.labels("x", "1").inc()                     # another one of the same labels
        assert 'c_total{a="x",b="1"} 1.0\\n' in page() and page() == latest()
        others = list(counter._metrics.values())
        counter.clear()
        for child in others: child.inc()
        assert "c_total{" not in page() and page() == latest()
        counter.labels("n", "1").inc()
        assert page() == latest()
        REGISTRY.unregister(counter)
        counter.labels("n", "1").inc()
        assert page() == latest() == ""
        REGISTRY.register(counter)
        assert 'c_total{a="n",b="1"} 2.0\\n' in page() and page() == latest()
        """
    )


def test_a_child_made_while_others_are_cleared_goes_with_them():
    passes(
        """
        show()
        counter = pc.Counter("c", "C", ["a"], registry=REGISTRY)
        counter.labels("before").inc()
        kept = []
        class Lock:
            # What another thread does just before clear() takes the lock, and just behind it.
            def __init__(self, inner): self.inner, self.steps = inner, ["behind", "within"]
            def step(self):
                if self.steps: kept.append(counter.labels(self.steps.pop()))
            def __enter__(self):
                if self.steps == ["behind", "within"]: self.step()
                return self.inner.__enter__()
            def __exit__(self, *error):
                self.inner.__exit__(*error)
                if len(kept) == 1 and "within" not in self.steps and not counter._metrics: self.step()
        counter._lock = Lock(counter._lock)
        counter.clear()
        assert [child._labelvalues for child in kept] == [("within",), ("behind",)], kept
        kept[0].inc()
        assert page() == latest() and 'a="behind"' in page() and 'a="within"' not in page(), page()
        """
    )


def test_children_that_only_the_garbage_collector_knows_of_leave_and_values_serve_again():
    passes(
        """
        show()
        gauge = pc.Gauge("g", "G", ["a"], registry=REGISTRY)
        other = pc.Gauge("other", "O", registry=REGISTRY)
        for i in range(100): gauge.labels(str(i)).set(i)
        gauge._metrics = {}                                # behind everybody's back
        gc.collect()
        assert "g{" not in page() and page() == latest()
        again = [gauge.labels("n" + str(i)) for i in range(100)]
        for i, child in enumerate(again): child.set(-i)
        other.set(3)
        assert page() == latest()
        """
    )


def test_churn_of_children_takes_no_more_memory():
    passes(
        """
        show()
        histogram = pc.Histogram("h", "H", ["a"], registry=REGISTRY)
        def turn(n):
            for i in range(n):
                histogram.labels(str(i)).observe(1)
                histogram.remove(str(i))
        def cells():
            found = [l for l in rt.scrape().decode().splitlines() if l.startswith("dynmetrics_memory_bytes")]
            return float(found[0].split()[-1])
        turn(100); before = cells(); turn(5000)
        assert cells() <= before + 65536, (before, cells())
        """
    )


def test_children_may_go_while_pages_are_read():
    passes(
        """
        show()
        histogram = pc.Histogram("h", "H", ["a"], registry=REGISTRY, buckets=(1, 2))
        stop = threading.Event()
        def churn():
            i = 0
            while not stop.is_set():
                i += 1
                histogram.labels(str(i % 7)).observe(1.5)
                if i % 3 == 0: histogram.remove(str(i % 7))
                if i % 50 == 0: histogram.clear()
        threads = [threading.Thread(target=churn) for _ in range(3)]
        for thread in threads: thread.start()
        try:
            for _ in range(300):
                text = page()
                assert dynmetrics.check_exposition(text) == [], text
                counts = dict(l.rsplit(" ", 1) for l in text.splitlines() if l.startswith("h_"))
                for line, value in counts.items():
                    if 'le="+Inf"' in line:
                        name = line.replace(',le="+Inf"', "").replace("h_bucket", "h_count")
                        assert counts[name] == value, text
        finally:
            stop.set()
            for thread in threads: thread.join()
        # Threads that make and remove a child at once may leave it in another place.
        assert sorted(page().splitlines()) == sorted(latest().splitlines())
        """
    )


# ---- as before ----


def test_what_engines_reach_for_is_there():
    passes(
        """
        show()
        counter = pc.Counter("c", "C", registry=REGISTRY)
        gauge = pc.Gauge("g", "G", registry=REGISTRY)
        histogram = pc.Histogram("h", "H", registry=REGISTRY, buckets=(1, 2))
        summary = pc.Summary("s", "S", registry=REGISTRY)
        counter._value.inc(2); counter._value.set(5); counter._value._value += 1
        gauge._value.set(value=3, timestamp=1.0); gauge._value.inc(amount=-1)
        histogram._sum.inc(4.5); histogram._buckets[1].inc(1)
        summary._sum.inc(1); summary._count.inc(1)
        assert (counter._value.get(), gauge._value.get(), gauge._value._value) == (6.0, 2.0, 2.0)
        assert type(counter._value.get()) is float and counter._value.get_exemplar() is None
        assert not counter._value._multiprocess
        with counter._value._lock: pass
        assert page() == latest() and "h_sum 4.5\\n" in page() and "c_total 6.0\\n" in page()
        for call in (counter._value.inc, lambda: counter._value.inc("1"), lambda: counter._value.set(None),
                     lambda: counter._value.inc(1, 2), lambda: counter._value.inc(b=1)):
            try: call()
            except TypeError: pass
            else: raise AssertionError(call)
        """
    )


def test_helpers_errors_and_signatures_stay():
    passes(
        """
        import inspect
        before = {n: inspect.signature(getattr(pc.Counter, n)).parameters.keys() for n in ("inc", "labels")}
        show()
        assert {n: inspect.signature(getattr(pc.Counter, n)).parameters.keys() for n in before} == before
        counter = pc.Counter("c", "C", ["a"], registry=REGISTRY)
        gauge = pc.Gauge("g", "G", registry=REGISTRY)
        histogram = pc.Histogram("h", "H", registry=REGISTRY)
        with histogram.time(): pass
        with gauge.track_inprogress(): assert gauge._value.get() == 1
        try:
            with counter.labels("x").count_exceptions(): raise KeyError
        except KeyError: pass
        gauge.set_to_current_time()
        assert counter.labels("x")._value.get() == 1 and "h_count 1.0\\n" in page()
        for call in (lambda: counter.inc(), lambda: counter.labels("x").inc(-1), lambda: counter.labels("x", "y"),
                     lambda: counter.labels(b="x"), lambda: counter.labels("x").labels("y"), lambda: gauge.labels("x"),
                     lambda: counter.labels("x", a="x"), lambda: counter.labels()):
            try: call()
            except ValueError as error: assert str(error), call
            else: raise AssertionError(call)
        assert counter.labels(a="x") is counter.labels("x") and counter.labels(1) is counter.labels("1")
        recent = pc.Gauge("r", "R", registry=REGISTRY, multiprocess_mode="mostrecent")
        recent.set(4)
        try: recent.inc()
        except RuntimeError: pass
        else: raise AssertionError
        assert page() == latest()
        """
    )


def test_exemplars_info_enum_functions_and_target_info_behave_as_before():
    passes(
        """
        from prometheus_client.openmetrics.exposition import generate_latest as open_metrics
        show()
        counter = pc.Counter("c", "C", registry=REGISTRY)
        histogram = pc.Histogram("h", "H", registry=REGISTRY, buckets=(1, 2))
        counter.inc(2, {"trace": "abc"})
        histogram.observe(1.5, exemplar={"trace": "def"})
        text = open_metrics(REGISTRY).decode()
        assert '# {trace="abc"} 2.0' in text and '# {trace="def"} 1.5' in text
        assert page() == latest()
        pc.Info("i", "I", registry=REGISTRY).info({"version": "1"})
        pc.Enum("s", "S", states=["on", "off"], registry=REGISTRY).state("off")
        gauge = pc.Gauge("f", "F", ["a"], registry=REGISTRY)
        gauge.labels("x").set(1)
        assert 'i_info{version="1"} 1.0\\n' in page() and 's{s="off"} 1.0\\n' in page()
        gauge.labels("x").set_function(lambda: 42)
        assert 'f{a="x"} 42.0\\n' in page()
        REGISTRY.set_target_info({"service": "x"})
        assert 'target_info{service="x"} 1.0\\n' in page()
        assert sorted(page().splitlines()) == sorted(latest().splitlines())
        """
    )


def test_creation_times_can_be_switched_off_and_a_reset_renews_them():
    passes(
        """
        import prometheus_client.metrics as m
        show()
        counter = pc.Counter("c", "C", ["a"], registry=REGISTRY)
        counter.labels("x").inc()
        assert "c_created" in page()
        if hasattr(counter, "reset"):
            before = page()
            counter.labels("x").reset()
            assert page() != before and page() == latest()
        if hasattr(m, "disable_created_metrics"):
            pc.disable_created_metrics()
            assert "c_created" not in page() and page() == latest()
            m.enable_created_metrics()
            assert "c_created" in page() and page() == latest()
        """
    )


@pytest.mark.parametrize("adopted", [True, False])
def test_pickling_and_deep_copies_fail_as_before(adopted: bool):
    passes(
        f"""
        import copy, pickle
        counter = pc.Counter("c", "C", registry=REGISTRY)
        show(adopt={adopted})
        for take in (copy.deepcopy, pickle.dumps):
            try: take(counter)
            except TypeError as error: assert "cannot pickle" in str(error), error
            else: raise AssertionError(take)
        """
    )


def test_one_registry_stands_on_several_nodes_with_different_filters():
    passes(
        """
        other = rt.namespace("n").component("c").endpoint("other")
        for name in ("vllm:a", "vllm:b", "python_c"): pc.Gauge(name, "G", registry=REGISTRY).set(1)
        show(metric_prefix_filters=["vllm:"], exclude_prefixes=["vllm:b"], add_prefix="x_")
        dynmetrics.register_engine_metrics_callback(
            other, REGISTRY, ["python_"], inject_custom_labels={"zone": "z"}, adopt=True)
        lines = [line for line in page().splitlines() if line[0] != "#"]
        assert lines == ["x_a 1.0", 'python_c{dynamo_component="c",dynamo_endpoint="other",dynamo_namespace="n",'
                         'worker_id="ff",zone="z"} 1.0'], lines
        """
    )


# ---- what is not adopted ----


def test_subclasses_and_other_collectors_are_collected_and_only_they():
    passes(
        """
        calls = []
        class Custom:
            def collect(self):
                calls.append(1)
                yield pc.core.GaugeMetricFamily("custom", "C", 5) if hasattr(pc, "core") else family()
        def family():
            from prometheus_client.core import GaugeMetricFamily
            return GaugeMetricFamily("custom", "C", 5)
        class Sub(pc.Counter):
            def collect(self):
                calls.append("sub")
                return super().collect()
        registration = show()
        plain = pc.Counter("plain", "P", registry=REGISTRY)
        plain.collect = None                     # would raise if it were collected
        sub = Sub("sub", "S", ["a"], registry=REGISTRY)
        sub.labels("x").inc(3)
        REGISTRY.register(Custom())
        plain.inc()
        text = page()
        assert 'sub_total{a="x"} 3.0' in text and "plain_total 1.0" in text and "custom 5.0" in text, text
        assert "sub" in calls and 1 in calls
        registration.close()
        assert page() == ""
        """
    )


def test_a_registry_of_another_class_and_bad_text_are_collected_with_one_warning():
    passes(
        """
        class Own(pc.CollectorRegistry):
            pass
        own = Own()
        pc.Gauge("g", "G", registry=own).set(2)
        assert dynmetrics.adopt(own) is False and dynmetrics.adopt(own) is False
        show(own)
        assert "g 2.0\\n" in page() and sum("adopted" in one for one in told) == 1, told
        for thing in (None, 5, object(), pc):
            assert dynmetrics.adopt(thing) is False
        """
    )


def test_label_values_that_no_page_can_have_cost_only_their_metric():
    passes(
        """
        show()
        good = pc.Counter("good", "G", ["a"], registry=REGISTRY)
        good.labels("x").inc()
        bad = pc.Counter("bad", "B", ["a"], registry=REGISTRY)
        bad.labels("nul\\0").inc()
        bad.labels("\\ud800").inc()
        bad.labels("fine").inc()
        text = page()
        assert 'good_total{a="x"} 1.0' in text and 'bad_total{a="fine"} 1.0' in text, text
        assert len(told) == 2 and all("left out" in t for t in told), told
        """
    )


@pytest.mark.parametrize(
    "change",
    [
        "class Value(values.MutexValue): pass\nvalues.ValueClass = Value",
        "pc.Counter._child_samples = lambda self: ()",
        "pc.CollectorRegistry.register = lambda self, c: None",
        "pc.metrics.MetricWrapperBase.labels = functools.wraps(pc.Counter.labels)(lambda *a, **k: None)",
        "del pc.Counter._metric_init",
        "import prometheus_client.metrics as m; del m.MetricWrapperBase.clear",
        "pc.generate_latest = lambda registry: b'# nothing'",
    ],
)
def test_a_client_of_unknown_shape_is_collected_with_one_warning(change: str):
    passes(
        f"""
        import functools
        {change.replace(chr(10), chr(10) + "        ")}
        assert dynmetrics.install() is False
        assert dynmetrics.adopt(REGISTRY) is False
        show()
        assert [t for t in told if "unknown shape" in t] == told and len(told) == 1, told
        assert getattr(values.ValueClass, "__module__", "") != "dynmetrics._native"
        """
    )


def test_methods_that_somebody_else_took_over_stay_theirs():
    passes(
        """
        import functools
        seen = []
        plain = pc.Counter.inc
        @functools.wraps(plain)
        def inc(self, amount=1, exemplar=None):
            seen.append(amount)
            return plain(self, amount, exemplar)
        pc.Counter.inc = inc
        show()
        counter = pc.Counter("c", "C", registry=REGISTRY)
        counter.inc(3)
        assert seen == [3] and "c_total 3.0\\n" in page() and not told
        """
    )


def test_methods_that_do_more_than_is_known_stay_as_they_are():
    passes(
        """
        import types
        method = pc.Histogram.observe
        code = method.__code__.replace(co_names=(*method.__code__.co_names, "_native_buckets"))
        pc.Histogram.observe = types.FunctionType(code, method.__globals__, "observe", method.__defaults__)
        pc.Histogram.observe.__qualname__ = "Histogram.observe"
        kept = pc.Histogram.observe
        show()
        assert pc.Histogram.observe is kept and type(pc.Counter.inc).__name__ == "method_descriptor"
        pc.Histogram("h", "H", registry=REGISTRY).observe(1)
        assert page() == latest()
        """
    )


def test_a_value_class_that_changes_later_is_collected():
    passes(
        """
        show()
        counter = pc.Counter("c", "C", ["a"], registry=REGISTRY)
        counter.labels("x").inc()
        class Value(values.MutexValue): pass
        values.ValueClass = Value
        counter.labels("y").inc(2)
        pc.Gauge("g", "G", registry=REGISTRY).set(3)
        text = page()
        assert 'c_total{a="x"} 1.0\\n' in text and 'c_total{a="y"} 2.0\\n' in text and "g 3.0\\n" in text, text
        """
    )


def test_multiprocess_files_stay_the_only_store(tmp_path: Path):
    passes(
        """
        counter = pc.Counter("c", "C", registry=REGISTRY)
        assert dynmetrics.install() is False and dynmetrics.adopt(REGISTRY) is False
        show()
        counter.inc(2)
        assert "c_total 2.0\\n" in page() and type(counter._value).__name__ == "MmapedValue"
        assert len(told) == 1 and "multiprocess" in told[0], told
        """,
        PROMETHEUS_MULTIPROC_DIR=str(tmp_path),
    )


# ---- a choice ----


def test_nothing_is_adopted_unless_it_is_asked_for():
    passes(
        """
        counter = pc.Counter("c", "C", registry=REGISTRY)
        show(adopt=None); show(adopt=False)
        counter.inc()
        assert type(counter._value) is values.MutexValue and values.ValueClass is values.MutexValue
        assert type(pc.Counter.inc).__name__ == "function"
        """
    )


def test_install_and_the_environment_ask_for_it():
    passes(
        """
        assert dynmetrics.install() is True and dynmetrics.install() is True
        counter = pc.Counter("c", "C", registry=REGISTRY)
        counter.inc()
        assert is_adopted(counter)
        show(adopt=None)
        assert page() == latest() and 'source="text_rest"' not in rt.scrape().decode()
        """
    )
    passes(
        """
        counter = pc.Counter("c", "C", registry=REGISTRY)
        show(adopt=None)
        assert is_adopted(counter)
        """,
        DYNMETRICS_ADOPT="1",
    )
    passes(
        """
        counter = pc.Counter("c", "C", registry=REGISTRY)
        show(adopt=False)
        assert not is_adopted(counter)
        """,
        DYNMETRICS_ADOPT="1",
    )


def test_an_endpoint_of_another_system_sees_the_same_values():
    passes(
        """
        class Metrics:
            def register_prometheus_expfmt_callback(self, fn): self.text = fn
        class Endpoint:
            metrics = Metrics()
        counter = pc.Counter("c", "C", registry=REGISTRY)
        assert dynmetrics.register_engine_metrics_callback(Endpoint(), REGISTRY, adopt=True) is None
        counter.inc(2)
        assert is_adopted(counter) and Endpoint.metrics.text() == latest()
        """
    )


# ---- the process ----


def test_a_forked_child_goes_on_counting_by_itself():
    passes(
        """
        show()
        counter = pc.Counter("c", "C", ["a"], registry=REGISTRY)
        counter.labels("x").inc(2)
        stop = threading.Event()
        def busy():
            i = 0
            while not stop.is_set():
                i += 1
                counter.labels(str(i % 5)).inc()
                counter.remove(str((i + 2) % 5))
                page()
        threads = [threading.Thread(target=busy) for _ in range(2)]
        own = pc.CollectorRegistry()
        mine = pc.Counter("mine", "M", registry=own)
        show(own)
        mine.inc(2)
        for thread in threads: thread.start()
        try:
            for _ in range(20):
                child = os.fork()
                if child == 0:
                    mine.inc()                  # no lock of Python's: those of the other threads' metrics may be taken
                    text = page()
                    os._exit(0 if "mine_total 3.0" in text else 1)
                assert os.waitpid(child, 0)[1] == 0
        finally:
            stop.set()
            for thread in threads: thread.join()
        assert "mine_total 2.0" in page()
        """
    )


def test_interpreters_exit_while_pages_are_read():
    for _ in range(5):
        passes(
            """
            show(REGISTRY)
            counter = pc.Counter("c", "C", ["a"], registry=REGISTRY)
            server = rt.serve()
            def scrape():
                while True: rt.scrape()
            def update():
                while True: counter.labels("x").inc()
            for work in (scrape, update, scrape): threading.Thread(target=work, daemon=True).start()
            class Last:
                def __del__(self): counter.labels("x").inc(); counter.labels("y").inc()
            last = sys.last = Last()
            """
        )


def test_registrations_keep_a_registry_and_closing_lets_it_go():
    passes(
        """
        import weakref
        registry = pc.CollectorRegistry()
        counter = pc.Counter("c", "C", registry=registry)
        registration = show(registry)
        seen = weakref.ref(registry)
        del registry
        gc.collect()
        assert seen() is not None and "c_total 0.0" in page()
        registration.close()
        del registration
        gc.collect()
        assert seen() is None and page() == ""
        counter.inc()
        """
    )
