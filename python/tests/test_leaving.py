"""Series that leave: removed by their labels, or hidden as long as their source speaks on of what is gone."""

from __future__ import annotations

import threading

import pytest

import dynmetrics

TEXT = """# TYPE lora gauge
lora{name="a",rank="0"} 1
lora{rank="1",name="a"} 1
lora{name="b",rank="0"} 1
# TYPE only gauge
only{name="a"} 1
"""


def names(page: bytes) -> list[str]:
    return [line.partition(" ")[0] for line in page.decode().splitlines() if line and line[0] != "#"]


def test_children_are_removed_by_some_of_their_labels(rt, endpoint):
    requests = endpoint.metrics.create_intcountervec("requests", "R", ["model", "code"])
    times = endpoint.metrics.create_histogramvec("seconds", "S", ["code", "model"])
    other = endpoint.metrics.create_gaugevec("other", "O", ["route"])
    for model in "ab":
        for code in ("200", "500"):
            requests.labels(model, code).inc()
            times.labels(code, model).observe(1)
    other.labels("a").set(1)
    assert rt.remove_matching({"model": "a", "code": "500"}) == 2
    assert rt.remove_matching({"model": "a", "code": "500"}) == 0
    assert endpoint.remove_matching({"model": "a"}) == 2
    page = rt.scrape("text", False)
    assert b'model="a"' not in page and page.count(b'requests{code=') == 2 and b'route="a"' in page


def test_fixed_labels_count_too(rt, endpoint):
    vec = endpoint.metrics.create_gaugevec("g", "G", ["model"], {"zone": "x"})
    vec.labels("a").set(1)
    alone = endpoint.metrics.create_gauge("alone", "A", {"zone": "x"})
    alone.set(1)
    assert rt.remove_matching({"zone": "y", "model": "a"}) == 0
    assert rt.remove_matching({"dynamo_component": "backend", "zone": "x"}) == 1
    assert b"alone" in rt.scrape() and b"_g{" not in rt.scrape()


def test_a_node_removes_only_what_is_below_it(rt):
    component = rt.namespace("prod").component("backend")
    first, second = component.endpoint("a"), component.endpoint("b")
    for endpoint in (first, second):
        endpoint.metrics.create_gaugevec("depth", "D", ["worker"]).labels("7").set(1)
    assert first.remove_matching({"worker": "7"}) == 1
    assert names(rt.scrape("text", False)) == [
        'dynamo_component_depth{dynamo_component="backend",dynamo_endpoint="b",dynamo_namespace="prod",'
        f'worker="7",worker_id="{rt.connection_id():x}"}}'
    ]


def test_a_late_write_brings_nothing_back_and_a_new_child_begins_anew(rt):
    vec = rt.metrics.create_intcountervec("n", "N", ["model"])
    held = vec.labels("a")
    held.inc(5)
    rt.remove_matching({"model": "a"})
    held.inc()
    assert b"_n{" not in rt.scrape()
    vec.labels("a").inc()
    held.inc()
    assert b'_n{model="a"' in rt.scrape() and vec.labels("a").get() == 1


@pytest.mark.parametrize("part", [10, 2, 1])
def test_many_are_removed_beside_writers(rt, part):
    vec = rt.metrics.create_intcountervec("n", "N", ["model", "worker"])
    for number in range(5000):
        vec.labels("a" if number % part == 0 else "b", str(number)).inc(number)
    stop = threading.Event()

    def write() -> None:
        kept = vec.labels("kept", "1")
        while not stop.is_set():
            vec.labels("kept", "2").inc()
            kept.inc()

    writer = threading.Thread(target=write)
    writer.start()
    removed = rt.remove_matching({"model": "a"})
    stop.set()
    writer.join()
    assert removed == 5000 // part
    assert vec.labels("kept", "1").get() == vec.labels("kept", "2").get()
    left = [line for line in names(rt.scrape("text", False)) if 'model="b"' in line]
    assert len(left) == 5000 - removed
    for number in range(5000):
        if number % part:
            assert vec.labels("b", str(number)).get() == number


def test_series_of_a_source_are_hidden_until_they_are_shown(rt, endpoint):
    endpoint.metrics.register_prometheus_expfmt_callback(lambda: TEXT)
    endpoint.hide_matching({"name": "a", "rank": "1"})
    assert names(rt.scrape("text", False)) == ['lora{name="a",rank="0"}', 'lora{name="b",rank="0"}', 'only{name="a"}']
    rt.hide_matching({"name": "a"})
    page = rt.scrape("text", False)
    assert names(page) == ['lora{name="b",rank="0"}'] and b"only" not in page
    assert names(endpoint.scrape("text", False)) == ['lora{name="b",rank="0"}']
    rt.show_matching({"name": "a"})
    assert len(names(rt.scrape("text", False))) == 3
    endpoint.show_matching({"rank": "1", "name": "a"})
    assert len(names(rt.scrape("text", False))) == 4


def test_what_is_hidden_on_another_node_stays(rt, endpoint):
    endpoint.metrics.register_prometheus_expfmt_callback(lambda: TEXT)
    rt.namespace("prod").component("backend").endpoint("other").hide_matching({"name": "a"})
    assert len(names(rt.scrape("text", False))) == 4


@pytest.mark.parametrize("method", ["remove_matching", "hide_matching", "show_matching"])
def test_wrong_labels_are_refused(rt, method):
    with pytest.raises(dynmetrics.MetricsError, match="at least one"):
        getattr(rt, method)({})
    with pytest.raises(TypeError):
        getattr(rt, method)("model")
    with pytest.raises(TypeError):
        getattr(rt, method)({"model": 7})


def test_a_gauge_with_a_ttl_leaves_when_nothing_sets_it_and_comes_back(rt):
    import time

    def until(wanted: set[str]) -> None:
        end = time.monotonic() + 20
        while {name.partition('worker="')[2].partition('"')[0] for name in names(rt.scrape("text", False))} != wanted:
            assert time.monotonic() < end
            kept.set(1)  # the same value again counts too
            time.sleep(0.01)

    vec = rt.metrics.create_gaugevec("load", "L", ["worker"], ttl=0.4)
    kept, gone = vec.labels("kept"), vec.labels("gone")
    gone.set(7)
    until({"kept", "gone"})
    until({"kept"})
    assert gone.get() == 7 and kept.get() == 1
    gone.add(0.5)
    until({"kept", "gone"})
    assert gone.get() == 7.5 and b'worker="gone",worker_id="ff"} 7.5\n' in rt.scrape()
    gone.sub(0.5)
    assert gone.get() == 7


def test_additions_to_an_ageing_gauge_are_exact_beside_scrapes(rt):
    gauge = rt.metrics.create_gauge("depth", "D", ttl=60)

    def add() -> None:
        for _ in range(20_000):
            gauge.inc()

    threads = [threading.Thread(target=add) for _ in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert b"_depth{" in rt.scrape("text", False)
    assert gauge.get() == 60_000
    assert b"} 60000\n" in rt.scrape("text", False)


@pytest.mark.parametrize("ttl", [0, -1, 0.0, float("nan"), float("inf")])
def test_a_wrong_ttl_is_refused_with_a_right_one(rt, ttl):
    with pytest.raises(dynmetrics.MetricsError, match="like 300"):
        rt.metrics.create_gauge("depth", "D", ttl=ttl)
    with pytest.raises(TypeError, match="300"):
        rt.metrics.create_gaugevec("depth", "D", ["a"], ttl="5")
