"""Update, text and typed callbacks: what they add, and that a bad one costs nobody else anything."""

from __future__ import annotations

import gc
import logging
import threading
import time
import weakref

import pytest
from support import assert_valid, get, samples, value, wait_until

import dynmetrics

GOOD = "# HELP good Good\n# TYPE good gauge\ngood 1\n"


def raises():
    raise RuntimeError("boom")


# ---- what they add ----


def test_an_update_callback_runs_before_each_scrape_reads(endpoint):
    gauge = endpoint.metrics.create_gauge("depth", "")
    endpoint.metrics.register_update_callback(lambda: gauge.inc())
    assert value(endpoint.scrape(), "dynamo_component_depth") == 1
    assert value(endpoint.scrape(), "dynamo_component_depth") == 2


def test_an_update_callback_runs_for_nodes_above_but_not_for_siblings(rt):
    calls = []
    rt.namespace("a").metrics.register_update_callback(lambda: calls.append(1))
    rt.namespace("b").scrape()
    assert calls == []
    rt.scrape()
    assert calls == [1]


class Text(str):
    pass


class Bytes(bytes):
    pass


@pytest.mark.parametrize("page", [GOOD, GOOD.encode(), Text(GOOD), Bytes(GOOD.encode())])
def test_a_text_callback_gives_str_or_bytes(endpoint, page):
    endpoint.metrics.register_prometheus_expfmt_callback(lambda: page)
    assert GOOD in endpoint.scrape().decode()


def test_text_that_is_not_ascii_comes_through(endpoint):
    endpoint.metrics.register_prometheus_expfmt_callback(lambda: 'g{l="ünï ∑ 🙂"} 1\n')
    assert value(endpoint.scrape(), "g", l="ünï ∑ 🙂") == 1


TYPED = [
    ("requests", "Requests", "counter", "", [("requests_total", [("model", "llama")], 5.0, None)]),
    ("depth", "Depth", "gauge", None, [("depth", [], 2, None), ("depth", {"q": "a"}, 3.5, 1.5e9)]),
    ("odd", None, "unknown", "", [["odd", (), 1.0]]),
    (
        "latency_seconds",
        "Latency",
        "histogram",
        "seconds",
        [
            ("latency_seconds_bucket", [("le", "0.5")], 1.0, None),
            ("latency_seconds_bucket", [("le", "+Inf")], 2.0, None),
            ("latency_seconds_count", [], 2.0, None),
            ("latency_seconds_sum", [], 3.0, None),
        ],
    ),
]


def test_a_typed_callback_gives_families_in_upstreams_shape(endpoint):
    endpoint.metrics.register_prometheus_typed_callback(lambda: TYPED)
    page = endpoint.scrape()
    assert_valid(page)
    assert b"# TYPE requests_total counter\n" in page
    assert value(page, "requests_total", model="llama") == 5
    assert value(page, "depth", q="a") == 3.5
    assert value(page, "odd") == 1
    assert value(page, "latency_seconds_bucket", le="0.5") == 1
    assert value(page, "latency_seconds_count") == 2


def test_a_typed_callback_may_give_metrics_of_prometheus_client(endpoint, registry):
    endpoint.metrics.register_prometheus_typed_callback(registry.collect)  # a generator
    page = endpoint.scrape()
    assert_valid(page)
    assert value(page, "vllm:num_requests_running", engine="0") == 3
    assert value(page, "vllm:prompt_tokens_total", engine="0") == 7


def test_a_typed_callback_may_give_very_many_samples(endpoint):
    family = ("many", "", "gauge", "", [("many", [("i", str(i))], i, None) for i in range(5000)])
    endpoint.metrics.register_prometheus_typed_callback(lambda: [family])
    assert sum(samples(endpoint.scrape()).values()) == sum(range(5000))


def test_a_closed_registration_leaves_the_page_and_is_not_asked_again(endpoint):
    calls = []

    def callback():
        calls.append(1)
        return GOOD

    with endpoint.metrics.register_prometheus_expfmt_callback(callback) as registration:
        assert value(endpoint.scrape(), "good") == 1
    asked = len(calls)
    assert value(endpoint.scrape(), "good") is None
    registration.close()
    assert len(calls) == asked


def test_a_closed_registration_lets_its_callback_go(endpoint):
    def callback():
        return GOOD

    held = weakref.ref(callback)
    registration = endpoint.metrics.register_prometheus_expfmt_callback(callback)
    endpoint.scrape()
    registration.close()
    del callback
    gc.collect()
    wait_until(lambda: held() is None, "the release of the callback")


def test_callbacks_may_create_register_and_close(rt, endpoint):
    """Re-entrancy: no lock is held while Python runs."""
    made = []

    def callback():
        if not made:
            made.append(endpoint.metrics.create_intcounter("made_inside_total", ""))
            endpoint.metrics.register_prometheus_expfmt_callback(lambda: GOOD).close()
            rt.namespace("born_inside")
        made[0].inc()
        return "inside 1\n"

    registration = endpoint.metrics.register_prometheus_expfmt_callback(callback)
    assert value(endpoint.scrape(), "inside") == 1
    assert value(endpoint.scrape(), "dynamo_component_made_inside_total") >= 1
    registration.close()


# ---- bad ones ----

BAD_TEXT = [
    ("raises", raises),
    ("returns None", lambda: None),
    ("returns an int", lambda: 5),
    ("returns a list", lambda: [GOOD]),
    ("returns a lone surrogate", lambda: "a\ud800 1\n"),
    ("exits", lambda: exit(3)),
]
DUBIOUS_TEXT = [
    ("half a page", lambda: "# TYPE half gauge\nhalf 1\nhalf{a="),
    ("binary", lambda: bytes(range(256)) * 10),
    ("a name in braces alone", lambda: "{A}0\n"),
    ("a second TYPE", lambda: "# TYPE good counter\ngood_total 5\n# TYPE good histogram\n"),
    ("the same series again", lambda: "good 2\ngood 3\n"),
    ("nothing", lambda: ""),
    ("NUL", lambda: "a\0b 1\n"),
    ("CRLF", lambda: "crlf 1\r\n"),
    ("no last newline", lambda: "last 1"),
    ("a timestamp", lambda: "stamped 1 1700000000000\n"),
]


@pytest.mark.parametrize(("what", "callback"), BAD_TEXT + DUBIOUS_TEXT, ids=[w for w, _ in BAD_TEXT + DUBIOUS_TEXT])
def test_a_bad_text_callback_leaves_the_page_valid_and_the_others_intact(rt, endpoint, what, callback):
    own = endpoint.metrics.create_intcounter("own_total", "Own")
    own.inc(7)
    endpoint.metrics.register_prometheus_expfmt_callback(lambda: GOOD)
    endpoint.metrics.register_prometheus_expfmt_callback(callback)
    endpoint.metrics.register_prometheus_expfmt_callback(lambda: "after 1\n")
    for page in (rt.scrape(), rt.scrape()):
        assert_valid(page)
        assert value(page, "dynamo_component_own_total") == 7
        assert value(page, "good") == 1
        assert value(page, "after") == 1


@pytest.mark.parametrize(("what", "callback"), BAD_TEXT, ids=[w for w, _ in BAD_TEXT])
def test_a_failing_text_callback_is_counted_and_logged_once(rt, what, callback, caplog):
    rt.metrics.register_prometheus_expfmt_callback(callback)
    for _ in range(3):
        page = rt.scrape()
    assert sum(v for (name, _), v in samples(page).items() if name == "dynmetrics_source_errors_total") >= 2
    assert 0 in [v for (name, _), v in samples(page).items() if name == "dynmetrics_source_up"]
    told = [record for record in caplog.records if record.name == "dynmetrics" and "metrics callback" in record.message]
    assert len(told) == 1
    assert told[0].levelno == logging.ERROR


def test_text_that_cannot_be_read_is_counted_as_dropped(rt):
    rt.metrics.register_prometheus_expfmt_callback(lambda: "fine 1\n{A}0\n")
    rt.scrape()
    page = rt.scrape()
    assert value(page, "fine") == 1
    assert sum(v for (name, _), v in samples(page).items() if name == "dynmetrics_dropped_total") >= 1


def test_each_cause_of_a_failure_is_logged_once_with_its_traceback(endpoint, caplog):
    causes = [ValueError("first"), ValueError("first"), KeyError("second"), KeyboardInterrupt(), ValueError("first")]

    def callback():
        raise causes.pop()

    endpoint.metrics.register_update_callback(callback)
    while causes:
        endpoint.scrape()
    told = [record for record in caplog.records if record.name == "dynmetrics" and "metrics callback" in record.message]
    assert [record.message.split(" failed: ")[1] for record in told] == [
        "ValueError: first",
        "KeyboardInterrupt: ",
        "KeyError: 'second'",
    ]
    assert all(record.exc_info and record.exc_info[2] for record in told)


def test_a_callback_whose_failures_always_differ_falls_silent(endpoint, caplog):
    count = iter(range(1000))

    def callback():
        raise ValueError(f"failure {next(count)}")

    endpoint.metrics.register_update_callback(callback)
    for _ in range(40):
        endpoint.scrape()
    told = [record for record in caplog.records if "metrics callback" in record.message]
    assert len(told) == 16
    assert "not logged from now on" in told[-1].message


BAD_TYPED = [
    ("raises", raises),
    ("returns None", lambda: None),
    ("returns a str", lambda: "a 1\n"),
    ("returns an int", lambda: 5),
]


@pytest.mark.parametrize(("what", "callback"), BAD_TYPED, ids=[what for what, _ in BAD_TYPED])
def test_a_failing_typed_callback_costs_only_itself(rt, what, callback, caplog):
    rt.metrics.register_prometheus_expfmt_callback(lambda: GOOD)
    rt.metrics.register_prometheus_typed_callback(callback)
    for _ in range(2):
        page = rt.scrape()
    assert_valid(page)
    assert value(page, "good") == 1
    assert 0 in [v for (name, _), v in samples(page).items() if name == "dynmetrics_source_up"]
    assert len([record for record in caplog.records if "metrics callback" in record.message]) == 1


BAD_SHAPES = [
    5,
    None,
    "a family",
    ("name", "help", "gauge", ""),
    ("name", "help", "nosuchtype", "", []),
    (5, "help", "gauge", "", []),
    ("name", 5, "gauge", "", []),
    ("name", "help", "gauge", 5, []),
    ("name", "help", "gauge", "", 5),
    ("na\0me", "help", "gauge", "", []),
    ("shape", "help", "gauge", "", [5]),
    ("shape", "help", "gauge", "", ["shape"]),
    ("shape", "help", "gauge", "", [("shape", [])]),
    ("shape", "help", "gauge", "", [(5, [], 1.0, None)]),
    ("shape", "help", "gauge", "", [("shape", 5, 1.0, None)]),
    ("shape", "help", "gauge", "", [("shape", ["ab"], 1.0, None)]),
    ("shape", "help", "gauge", "", [("shape", [("a", 1)], 1.0, None)]),
    ("shape", "help", "gauge", "", [("shape", {"a": 1}, 1.0, None)]),
    ("shape", "help", "gauge", "", [("shape", {"a": "\ud800"}, 1.0, None)]),
    ("shape", "help", "gauge", "", [("shape", [], "1", None)]),
    ("shape", "help", "gauge", "", [("shape", [], 1.0, "now")]),
    ("shape", "help", "gauge", "", [("shape", {str(i): "" for i in range(100)}, 1.0, None)]),
]


@pytest.mark.parametrize("bad", BAD_SHAPES, ids=str)
def test_a_family_or_sample_of_a_wrong_shape_is_left_out_and_logged_once(endpoint, bad, caplog):
    first = ("first", "", "gauge", "", [("first", [], 1, None)])
    if isinstance(bad, tuple) and len(bad) == 5 and isinstance(bad[4], list) and bad[4]:
        # the bad sample between two good ones of its family
        bad = (*bad[:4], [("shape", {"n": "1"}, 1, None), *bad[4], ("shape", {"n": "2"}, 2, None)])
    last = ("last", "", "gauge", "", [("last", [], 1, None)])
    endpoint.metrics.register_prometheus_typed_callback(lambda: [first, bad, last])
    for _ in range(2):
        page = endpoint.scrape()
    assert_valid(page)
    assert value(page, "first") == value(page, "last") == 1
    if isinstance(bad, tuple) and bad[0] == "shape":
        assert value(page, "shape", n="2") == 2
    assert len([record for record in caplog.records if "metrics callback" in record.message]) == 1


def test_an_exception_inside_a_sample_costs_only_that_sample(endpoint):
    class Nasty:
        def __float__(self):
            raise RuntimeError("no number today")

    family = ("g", "", "gauge", "", [("g", [("i", "1")], Nasty(), None), ("g", [("i", "2")], 2, None)])
    endpoint.metrics.register_prometheus_typed_callback(lambda: [family])
    assert value(endpoint.scrape(), "g", i="2") == 2


# ---- slow ones ----


@pytest.fixture
def hung(monkeypatch):
    """A callback that never comes back, until the test ends."""
    monkeypatch.setenv("DYN_METRICS_SCRAPE_DEADLINE_MS", "300")
    asked, released = threading.Event(), threading.Event()

    def callback():
        asked.set()
        released.wait(60)
        return "late 1\n"

    callback.asked = asked
    callback.released = released
    yield callback
    released.set()


def threads() -> int:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("Threads:"))


def test_a_hung_callback_costs_one_thread_and_never_more_than_the_deadline(hung):
    rt = dynmetrics.DistributedRuntime()
    rt.metrics.create_gauge("own", "").set(1)
    rt.metrics.register_prometheus_expfmt_callback(lambda: GOOD)
    with rt.serve() as server:
        get(server)
        rt.scrape()
        before = threads()
        rt.metrics.register_prometheus_expfmt_callback(hung)
        for _ in range(5):
            begin = time.monotonic()
            page = rt.scrape()
            assert time.monotonic() - begin < 0.3 + 0.05 + 1  # a second for a busy machine
            assert_valid(page)
            assert value(page, "good") == value(page, "dynamo_component_own") == 1
            status, _ = get(server)
            assert status == 200
        assert threads() <= before + 2  # the hung one, and the log's when it had to speak


def test_live_answers_at_once_while_a_callback_hangs(hung):
    rt = dynmetrics.DistributedRuntime()
    rt.metrics.register_prometheus_expfmt_callback(hung)
    with rt.serve() as server:
        scraper = threading.Thread(target=get, args=(server,))
        scraper.start()
        assert hung.asked.wait(20)
        begin = time.monotonic()
        status, _ = get(server, "/live")
        assert status == 200
        assert time.monotonic() - begin < 0.25
        scraper.join()


def test_a_callback_that_comes_back_is_on_the_page_again(hung):
    rt = dynmetrics.DistributedRuntime()
    rt.metrics.register_prometheus_expfmt_callback(hung)
    assert value(rt.scrape(), "late") is None
    hung.released.set()
    wait_until(lambda: value(rt.scrape(), "late") == 1, "the late answer")


def test_the_gil_is_free_while_a_scrape_waits(hung):
    rt = dynmetrics.DistributedRuntime()
    rt.metrics.register_prometheus_expfmt_callback(hung)
    ticks = []
    done = threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.005)

    ticker = threading.Thread(target=tick)
    ticker.start()
    begin = time.monotonic()
    rt.scrape()
    end = time.monotonic()
    done.set()
    ticker.join()
    assert end - begin > 0.2
    assert len([moment for moment in ticks if begin < moment < end]) > 5
