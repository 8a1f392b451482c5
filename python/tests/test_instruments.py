"""Counters, gauges, histograms and their vecs: every method, and that their values are on the page."""

from __future__ import annotations

import math

import pytest
from support import samples, value

import dynmetrics

MOST_UNSIGNED = 2**64 - 1


def test_a_counter_goes_up_by_what_it_is_told(endpoint):
    counter = endpoint.metrics.create_counter("seconds_total", "Seconds")
    counter.inc()
    counter.inc(0.5)
    counter.inc_by(2)
    assert counter.get() == 3.5
    assert value(endpoint.scrape(), "dynamo_component_seconds_total") == 3.5


def test_an_intcounter_is_exact_to_the_last_of_64_bits(endpoint):
    counter = endpoint.metrics.create_intcounter("tokens_total", "Tokens")
    counter.inc(MOST_UNSIGNED - 1)
    counter.inc()
    assert counter.get() == MOST_UNSIGNED
    assert b"} 18446744073709551615\n" in endpoint.scrape()


@pytest.mark.parametrize("create", ["create_gauge", "create_intgauge"])
def test_a_gauge_goes_both_ways(endpoint, create):
    gauge = getattr(endpoint.metrics, create)("depth", "Depth")
    for change in (
        lambda: gauge.set(10),  # 10
        lambda: gauge.inc(),  # 11
        lambda: gauge.inc(2),  # 13
        lambda: gauge.dec(),  # 12
        lambda: gauge.dec(4),  # 8
        lambda: gauge.inc_by(5),  # 13
        lambda: gauge.dec_by(1),  # 12
        lambda: gauge.add(-2),  # 10
        lambda: gauge.sub(-3),  # 13
    ):
        assert change() is None
    assert gauge.get() == 13
    assert value(endpoint.scrape(), "dynamo_component_depth") == 13


def test_an_intgauge_reaches_both_ends_and_wraps_there(endpoint):
    gauge = endpoint.metrics.create_intgauge("g", "")
    gauge.set(2**63 - 1)
    assert gauge.get() == 2**63 - 1
    gauge.inc()
    assert gauge.get() == -(2**63)
    gauge.sub(-(2**63))
    assert gauge.get() == 0


@pytest.mark.parametrize("number", [0.1, -0.0, 1e300, 5e-324, math.inf, -math.inf])
def test_a_gauge_keeps_every_double(endpoint, number):
    gauge = endpoint.metrics.create_gauge("g", "")
    gauge.set(number)
    assert gauge.get() == number
    assert value(endpoint.scrape(), "dynamo_component_g") == number


def test_a_histogram_counts_in_buckets(endpoint):
    histogram = endpoint.metrics.create_histogram("latency_seconds", "Latency", None, [0.1, 1])
    for seconds in (0.05, 0.1, 0.5, 20):
        histogram.observe(seconds)
    page = endpoint.scrape()
    assert [value(page, "dynamo_component_latency_seconds_bucket", le=le) for le in ("0.1", "1.0", "+Inf")] == [2, 3, 4]
    assert value(page, "dynamo_component_latency_seconds_count") == histogram.count() == 4
    assert value(page, "dynamo_component_latency_seconds_sum") == histogram.sum() == pytest.approx(20.65)


def test_a_histogram_without_buckets_has_the_usual_ones(endpoint):
    endpoint.metrics.create_histogram("h", "").observe(1)
    bounds = [dict(labels)["le"] for name, labels in samples(endpoint.scrape()) if name.endswith("_bucket")]
    assert bounds[0] == "0.005"
    assert bounds[-2:] == ["10.0", "+Inf"]


def test_numbers_of_other_types_are_taken_as_what_they_are(endpoint):
    class Half:
        def __float__(self):
            return 0.5

    class Two:
        def __index__(self):
            return 2

    counter = endpoint.metrics.create_counter("c", "")
    counter.inc(Half())
    counter.inc(Two())
    counter.inc(True)
    whole = endpoint.metrics.create_intcounter("i", "")
    whole.inc(Two())
    whole.inc(True)
    assert (counter.get(), whole.get()) == (3.5, 3)


# ---- vecs ----


def test_a_child_is_found_by_position_by_name_and_by_whatever_str_gives(endpoint):
    vec = endpoint.metrics.create_intcountervec("c_total", "", ["model", "rank"])
    child = vec.labels("llama", "0")
    assert vec.labels("llama", 0) is child
    assert vec.labels(rank=0, model="llama") is child
    child.inc(4)
    assert value(endpoint.scrape(), "dynamo_component_c_total", model="llama", rank="0") == 4


def test_vecs_tell_their_labels(endpoint):
    vec = endpoint.metrics.create_gaugevec("g", "", ["b", "a"], {"zone": "z"})
    assert vec.variable_labels() == ["b", "a"]
    assert vec.const_labels()["zone"] == "z"
    assert vec.name() == "dynamo_component_g"


def test_upstreams_dict_forms_reach_the_same_children(endpoint):
    metrics = endpoint.metrics
    labels = {"model": "llama"}
    counter = metrics.create_countervec("c", "", ["model"])
    counter.inc(labels)
    counter.inc_by(labels, 1.5)
    assert counter.get(labels) == counter.labels("llama").get() == 2.5
    whole = metrics.create_intcountervec("i", "", ["model"])
    whole.inc(labels)
    whole.inc_by(labels, 4)
    assert whole.get(labels) == 5
    for create in (metrics.create_gaugevec, metrics.create_intgaugevec):
        gauge = create(create.__name__, "", ["model"])
        gauge.set(10, labels)
        gauge.inc(labels)
        gauge.add(labels, 5)
        gauge.inc_by(labels, 1)
        gauge.dec(labels)
        gauge.sub(labels, 3)
        gauge.dec_by(labels, 1)
        assert gauge.get(labels) == gauge.labels(model="llama").get() == 12
    histogram = metrics.create_histogramvec("h", "", ["model"], None, [1.0])
    histogram.observe(0.5, labels)
    assert histogram.labels("llama").count() == 1


def test_a_removed_child_leaves_the_page_and_comes_back_at_zero(endpoint):
    vec = endpoint.metrics.create_intcountervec("c_total", "", ["model"])
    for model in ("a", "b"):
        vec.labels(model).inc(3)
    old = vec.labels("a")
    vec.remove("a")
    old.inc()  # goes nowhere, harmlessly
    assert value(endpoint.scrape(), "dynamo_component_c_total", model="a") is None
    assert value(endpoint.scrape(), "dynamo_component_c_total", model="b") == 3
    assert vec.labels("a").get() == 0
    vec.labels("a").inc()
    assert value(endpoint.scrape(), "dynamo_component_c_total", model="a") == 1
    vec.remove(model="never there")


def test_a_cleared_vec_has_no_children(endpoint):
    vec = endpoint.metrics.create_gaugevec("g", "", ["model"])
    vec.labels("a").set(1)
    vec.clear()
    assert value(endpoint.scrape(), "dynamo_component_g") is None
    vec.labels("a").set(2)
    assert value(endpoint.scrape(), "dynamo_component_g") == 2


@pytest.mark.parametrize("text", ["plain", "two\nlines", 'quo"te', "back\\slash", "ünï ∑ 🙂", "", " "])
def test_every_label_value_comes_back_as_it_was(endpoint, text):
    endpoint.metrics.create_gaugevec("g", "help with \\ and \n", ["l"]).labels(text).set(1)
    page = endpoint.scrape()
    labels = [dict(labels) for name, labels in samples(page) if name == "dynamo_component_g"]
    assert [found.get("l", "") for found in labels] == [text]


def test_instruments_come_from_creators_only():
    for kind in (dynmetrics.Counter, dynmetrics.GaugeVec, dynmetrics.Server, dynmetrics.Registration):
        with pytest.raises(TypeError, match="cannot create"):
            kind()
