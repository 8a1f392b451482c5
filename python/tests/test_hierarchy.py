"""Runtime, namespaces, components, endpoints: names, labels and what a scrape of each shows."""

from __future__ import annotations

import weakref

import pytest
from support import assert_valid, samples, value, wait_until

import dynmetrics

ALL_FOUR = {"dynamo_namespace": "prod", "dynamo_component": "backend", "dynamo_endpoint": "generate", "worker_id": "ff"}


def test_a_metric_carries_the_labels_of_its_endpoint_by_itself(endpoint):
    requests = endpoint.metrics.create_intcounter("requests_total", "Requests served")
    assert requests.name() == "dynamo_component_requests_total"
    assert requests.const_labels() == ALL_FOUR


@pytest.mark.parametrize(
    ("level", "labels"),
    [
        (lambda rt: rt, {"worker_id": "ff"}),
        (lambda rt: rt.namespace("prod"), {"dynamo_namespace": "prod", "worker_id": "ff"}),
        (
            lambda rt: rt.namespace("prod").component("backend"),
            {"dynamo_namespace": "prod", "dynamo_component": "backend", "worker_id": "ff"},
        ),
        (lambda rt: rt.namespace("prod").component("backend").endpoint("generate"), ALL_FOUR),
    ],
)
def test_each_level_has_its_own_automatic_labels_and_says_which(rt, level, labels):
    node = level(rt)
    gauge = node.metrics.create_gauge("g", "")
    assert gauge.const_labels() == labels
    assert set(node.automatic_labels) == set(labels)


def test_nested_namespaces_join_their_names_in_one_label(rt):
    gauge = rt.namespace("a").namespace("b").component("c").metrics.create_gauge("g", "")
    assert gauge.const_labels() == {"dynamo_namespace": "a.b", "dynamo_component": "c", "worker_id": "ff"}


def test_the_same_name_gives_the_same_node_again(rt):
    rt.namespace("n").metrics.create_intcounter("c_total", "").inc(5)
    page = rt.namespace("n").scrape()
    assert value(page, "dynamo_component_c_total") == 5


def test_a_node_shows_itself_and_what_is_below_but_not_its_siblings(rt):
    left = rt.namespace("prod").component("left")
    right = rt.namespace("prod").component("right")
    left.metrics.create_gauge("g", "").set(1)
    right.metrics.create_gauge("g", "").set(2)
    rt.namespace("prod").metrics.create_gauge("own", "").set(3)
    assert value(left.scrape(), "dynamo_component_g") == 1
    assert value(rt.scrape(), "dynamo_component_g", dynamo_component="right") == 2
    assert value(rt.namespace("prod").scrape(), "dynamo_component_own") == 3
    assert value(left.scrape(), "dynamo_component_own") is None


def test_the_same_metric_on_two_endpoints_is_one_family_with_two_series(rt):
    component = rt.namespace("prod").component("backend")
    for name in ("generate", "clear"):
        component.endpoint(name).metrics.create_intcounter("requests_total", "Requests").inc()
    page = rt.scrape()
    assert_valid(page)
    assert page.count(b"# TYPE dynamo_component_requests_total counter\n") == 1
    assert len([name for name, _ in samples(page) if name == "dynamo_component_requests_total"]) == 2


def test_names_are_made_legal_unless_they_are_taken_as_they_are(endpoint):
    assert endpoint.metrics.create_gauge("test-prefix", "").name() == "dynamo_component_test_prefix"
    assert endpoint.metrics.create_gauge("vllm:x", "", name_as_is=True).name() == "vllm:x"
    with pytest.raises(dynmetrics.MetricsError, match="a-b"):
        endpoint.metrics.create_gauge("a-b", "", name_as_is=True)


def test_the_connection_id_is_the_argument_then_the_variable_then_random(monkeypatch):
    assert dynmetrics.DistributedRuntime(connection_id=2**64 - 1).connection_id() == 2**64 - 1
    assert dynmetrics.DistributedRuntime(connection_id=0).connection_id() == 0
    monkeypatch.setenv("DYN_WORKER_ID", "0x1f")
    assert dynmetrics.DistributedRuntime().connection_id() == 31
    assert dynmetrics.DistributedRuntime(connection_id=7).connection_id() == 7
    monkeypatch.delenv("DYN_WORKER_ID")
    first, second = dynmetrics.DistributedRuntime(), dynmetrics.DistributedRuntime()
    assert first.connection_id() != second.connection_id()
    assert 0 <= first.connection_id() < 2**63
    assert first.namespace("n").connection_id() == first.connection_id()


@pytest.mark.parametrize(
    "given", [{"zone": "a", "team": "b"}, [("zone", "a"), ("team", "b")], (["zone", "a"], ["team", "b"])]
)
def test_constant_labels_come_as_dict_or_pairs_and_are_on_every_metric(given):
    rt = dynmetrics.DistributedRuntime(connection_id=255, constant_labels=given)
    gauge = rt.namespace("n").metrics.create_gauge("g", "", {"own": "c"})
    assert gauge.const_labels() == {"zone": "a", "team": "b", "own": "c", "dynamo_namespace": "n", "worker_id": "ff"}


def test_constant_labels_of_the_environment_are_there_too(monkeypatch):
    monkeypatch.setenv("DYN_METRICS_CONST_LABELS", "zone=a,team=b")
    gauge = dynmetrics.DistributedRuntime(connection_id=1).metrics.create_gauge("g", "")
    assert gauge.const_labels() == {"zone": "a", "team": "b", "worker_id": "1"}


def test_self_metrics_are_on_the_runtimes_page_only_and_only_when_asked_for(rt):
    namespace = rt.namespace("n")
    assert b"dynmetrics_build_info" in rt.scrape()
    assert b"dynmetrics_" not in rt.scrape(self_metrics=False)
    assert b"dynmetrics_" not in namespace.scrape()
    assert "dynmetrics_" not in rt.metrics.prometheus_expfmt()


def test_a_page_can_be_had_as_openmetrics(rt):
    rt.metrics.create_intcounter("c_total", "Count").inc()
    page = rt.scrape("openmetrics")
    assert page.endswith(b"# EOF\n")
    assert b'dynamo_component_c_total{worker_id="ff"} 1\n' in page
    assert dynmetrics.check_exposition(page, format="openmetrics") == []


def test_nodes_say_what_they_are(endpoint):
    assert repr(endpoint) == "<Endpoint prod.backend.generate>"
    assert repr(dynmetrics.DistributedRuntime()) == "<DistributedRuntime>"
    counter = endpoint.metrics.create_counter("c", "")
    assert repr(counter) == "<Counter dynamo_component_c>"


def test_a_runtime_nobody_holds_takes_its_callbacks_with_it():
    def callback():
        return "a 1\n"

    rt = dynmetrics.DistributedRuntime()
    rt.metrics.register_prometheus_expfmt_callback(callback)
    assert value(rt.scrape(), "a") == 1
    held = weakref.ref(callback)
    del rt, callback
    wait_until(lambda: held() is None, "the release of the callback")
