"""What is refused: the message names the wrong value and a right one, and nothing is changed."""

from __future__ import annotations

import math

import pytest

import dynmetrics
from dynmetrics import MetricsError

SURROGATE = "a\ud800b"
NUL = "a\0b"

# what is done, the exception, what its message has to name: the wrong value first, then a right one
CREATION = [
    (
        lambda m: m.create_counter("", "d"),
        MetricsError,
        ["Cannot sanitize empty string into valid Prometheus name", "requests_total"],
    ),
    (
        lambda m: m.create_counter("@@@", "d"),
        MetricsError,
        ["Input '@@@' contains only invalid characters", "requests_total"],
    ),
    (lambda m: m.create_counter("1a", "d", name_as_is=True), MetricsError, ["1a", "requests_total"]),
    (lambda m: m.create_counter(NUL, "d"), MetricsError, [r"a\x00b", "without"]),
    (lambda m: m.create_counter(SURROGATE, "d"), MetricsError, [r"a\ud800b", "UTF-8"]),
    (lambda m: m.create_counter("a", NUL), MetricsError, [r"a\x00b", "description"]),
    (lambda m: m.create_counter("a", SURROGATE), MetricsError, [r"a\ud800b", "description"]),
    (lambda m: m.create_counter(5, "d"), TypeError, ["5 (int)", "name must be a str"]),
    (lambda m: m.create_counter(b"a", "d"), TypeError, ["b'a' (bytes)", "name must be a str"]),
    (lambda m: m.create_counter("a", None), TypeError, ["None", "description must be a str"]),
    (
        lambda m: m.create_counter("a", "d", {"a-b": "c"}),
        MetricsError,
        ["Error: 'a-b' is not a valid label name", "model_name"],
    ),
    (lambda m: m.create_counter("a", "d", {"__a": "c"}), MetricsError, ["'__a'", "model_name"]),
    (lambda m: m.create_counter("a", "d", {"a:b": "c"}), MetricsError, ["'a:b'", "model_name"]),
    (
        lambda m: m.create_counter("a", "d", {"worker_id": "c"}),
        MetricsError,
        ["Label 'worker_id' is automatically added", "another name"],
    ),
    (
        lambda m: m.create_counter("a", "d", [("x", "1"), ("x", "2")]),
        MetricsError,
        ["Duplicate label key 'x' found in labels", "once"],
    ),
    (lambda m: m.create_counter("a", "d", {"x": 1}), TypeError, ["1 (int)", "label value must be a str"]),
    (lambda m: m.create_counter("a", "d", {1: "x"}), TypeError, ["1 (int)", "label name must be a str"]),
    (lambda m: m.create_counter("a", "d", {"x": NUL}), MetricsError, [r"a\x00b", "label value"]),
    (lambda m: m.create_counter("a", "d", "x=1"), TypeError, ["'x=1' (str)", '{"zone": "a"}']),
    (lambda m: m.create_counter("a", "d", ["xy"]), TypeError, ["'xy' (str)", "pairs of str"]),
    (lambda m: m.create_counter("a", "d", [("x",)]), TypeError, ["('x',) (tuple)", "pairs of str"]),
    (lambda m: m.create_counter("a", "d", 5), TypeError, ["5 (int)", '{"zone": "a"}']),
    (
        lambda m: m.create_countervec("a", "d", []),
        MetricsError,
        ["CounterVec requires const_labels parameter", "model"],
    ),
    (
        lambda m: m.create_countervec("a", "d", None),
        MetricsError,
        ["CounterVec requires const_labels parameter", "model"],
    ),
    (lambda m: m.create_countervec("a", "d", "model"), TypeError, ["'model' (str)", '["model"]']),
    (lambda m: m.create_countervec("a", "d", [5]), TypeError, ["5 (int)", "label name must be a str"]),
    (lambda m: m.create_countervec("a", "d", ["x", "x"]), MetricsError, ["'x'", "once"]),
    (
        lambda m: m.create_countervec("a", "d", ["dynamo_component"]),
        MetricsError,
        ["Variable label name 'dynamo_component' conflicts", "another name"],
    ),
    (
        lambda m: m.create_histogram("a", "d", {"le": "1"}),
        MetricsError,
        ["`le` is not allowed as label name in histograms", "another name"],
    ),
    (
        lambda m: m.create_histogramvec("a", "d", ["le"]),
        MetricsError,
        ["`le` is not allowed as label name in histograms", "another name"],
    ),
    (lambda m: m.create_histogram("a", "d", None, [1, 1]), MetricsError, ["buckets", "1"]),
    (lambda m: m.create_histogram("a", "d", None, [2, 1]), MetricsError, ["buckets", "1"]),
    (lambda m: m.create_histogram("a", "d", None, [math.nan]), MetricsError, ["buckets"]),
    (lambda m: m.create_histogram("a", "d", None, []), MetricsError, ["buckets is empty", "[0.1, 1, 10]"]),
    (lambda m: m.create_histogram("a", "d", None, ["x"]), TypeError, ["['x']", "[0.1, 1, 10]"]),
    (lambda m: m.create_histogram("a", "d", None, 5), TypeError, ["5 (int)", "[0.1, 1, 10]"]),
    (lambda m: m.create_histogram("a", "d", None, [10**400]), MetricsError, ["buckets", "[0.1, 1, 10]"]),
    (lambda m: m.register_update_callback(5), TypeError, ["5 (int)", "a callable"]),
    (lambda m: m.register_prometheus_expfmt_callback("x"), TypeError, ["'x' (str)", "a callable"]),
    (lambda m: m.register_prometheus_typed_callback(None), TypeError, ["None", "a callable"]),
]


@pytest.mark.parametrize(("act", "exception", "named"), CREATION)
def test_a_refused_creation_names_the_value_and_leaves_nothing_behind(endpoint, act, exception, named):
    before = endpoint.scrape()
    with pytest.raises(exception) as caught:
        act(endpoint.metrics)
    for words in named:
        assert words in str(caught.value)
    assert endpoint.scrape() == before


def test_a_name_that_is_taken_by_another_type_is_refused_and_names_the_other_node(rt, endpoint):
    rt.namespace("other").metrics.create_gauge("taken", "d").set(1)
    before = rt.scrape(self_metrics=False)
    with pytest.raises(MetricsError, match=r"dynamo_component_taken.*other"):
        endpoint.metrics.create_counter("taken", "d")
    assert rt.scrape(self_metrics=False) == before


def test_the_same_metric_twice_on_one_node_is_refused(endpoint):
    first = endpoint.metrics.create_intcounter("c_total", "d")
    first.inc(3)
    with pytest.raises(MetricsError, match=r"Failed to register metric: .*dynamo_component_c_total"):
        endpoint.metrics.create_intcounter("c_total", "d")
    assert first.get() == 3


UPDATES = [
    (lambda n: n.counter.inc(-1), MetricsError, ["-1", "like 1"]),
    (lambda n: n.counter.inc_by(math.nan), MetricsError, ["nan", "like 1"]),
    (lambda n: n.counter.inc("1"), TypeError, ["'1' (str)", "1.5"]),
    (lambda n: n.counter.inc(None), TypeError, ["None", "1.5"]),
    (lambda n: n.counter.inc(10**400), MetricsError, ["too large", "1e300"]),
    (lambda n: n.counter.inc(1, 2), TypeError, ["exemplar", "dict", "not 2"]),
    (lambda n: n.intcounter.inc(1.0), TypeError, ["1.0 (float)", "like 1"]),
    (lambda n: n.intcounter.inc(-1), MetricsError, ["-1", "like 1"]),
    (lambda n: n.intcounter.inc_by(2**64), MetricsError, ["18446744073709551616", "18446744073709551615"]),
    (lambda n: n.gauge.set("x"), TypeError, ["'x' (str)", "1.5"]),
    (lambda n: n.gauge.add(10**400), MetricsError, ["too large", "1e300"]),
    (lambda n: n.intgauge.set(1.5), TypeError, ["1.5 (float)", "like 1"]),
    (lambda n: n.intgauge.set(2**63), MetricsError, ["9223372036854775808", "9223372036854775807"]),
    (lambda n: n.histogram.observe("x"), TypeError, ["'x' (str)", "1.5"]),
    (lambda n: n.vec.labels("a"), MetricsError, ["1 label value", "('model', 'rank')"]),
    (lambda n: n.vec.labels("a", "b", "c"), MetricsError, ["3 label values", "('model', 'rank')"]),
    (lambda n: n.vec.labels(model="a"), MetricsError, ["'rank'", "('model', 'rank')"]),
    (lambda n: n.vec.labels(model="a", rank="b", x="c"), MetricsError, ["'x'", "('model', 'rank')"]),
    (lambda n: n.vec.labels("a", rank="b"), MetricsError, ["by position and by name"]),
    (lambda n: n.vec.labels("a", NUL), MetricsError, [r"a\x00b", "label value"]),
    (lambda n: n.vec.labels("a", SURROGATE), MetricsError, [r"a\ud800b", "label value"]),
    (lambda n: n.vec.inc({"model": "a"}), MetricsError, ["'rank'", "('model', 'rank')"]),
    (lambda n: n.vec.inc("a"), TypeError, ["'a' (str)", '{"model": "llama"}']),
    (lambda n: n.vec.inc_by({"model": "a", "rank": "b"}), TypeError, ["2 arguments", "1"]),
    (lambda n: n.vec.inc_by({"model": "a", "rank": "b"}, -1), MetricsError, ["-1", "like 1"]),
    (lambda n: n.vec.remove("a"), MetricsError, ["1 label value", "('model', 'rank')"]),
]


class Instruments:
    def __init__(self, metrics: dynmetrics.Metrics) -> None:
        self.counter = metrics.create_counter("counter", "")
        self.intcounter = metrics.create_intcounter("intcounter", "")
        self.gauge = metrics.create_gauge("gauge", "")
        self.intgauge = metrics.create_intgauge("intgauge", "")
        self.histogram = metrics.create_histogram("histogram", "")
        self.vec = metrics.create_countervec("vec", "", ["model", "rank"])
        self.vec.labels("a", "b").inc()


@pytest.mark.parametrize(("act", "exception", "named"), UPDATES)
def test_a_refused_update_names_the_value_and_changes_nothing(endpoint, act, exception, named):
    instruments = Instruments(endpoint.metrics)
    before = endpoint.scrape()
    with pytest.raises(exception) as caught:
        act(instruments)
    for words in named:
        assert words in str(caught.value)
    assert endpoint.scrape() == before


ELSEWHERE = [
    (lambda rt: dynmetrics.DistributedRuntime(connection_id=-1), MetricsError, ["-1", "255"]),
    (lambda rt: dynmetrics.DistributedRuntime(connection_id=2**64), MetricsError, ["18446744073709551616", "255"]),
    (lambda rt: dynmetrics.DistributedRuntime(connection_id="ff"), TypeError, ["'ff' (str)", "255"]),
    (lambda rt: dynmetrics.DistributedRuntime(constant_labels={"worker_id": "1"}), MetricsError, ["worker_id"]),
    (lambda rt: dynmetrics.DistributedRuntime(constant_labels={"a-b": "1"}), MetricsError, ["a-b"]),
    (
        lambda rt: dynmetrics.DistributedRuntime(constant_labels="zone=a"),
        TypeError,
        ["'zone=a' (str)", '{"zone": "a"}'],
    ),
    (lambda rt: rt.namespace(""), MetricsError, ["namespace", "backend"]),
    (lambda rt: rt.namespace(5), TypeError, ["5 (int)", "namespace name must be a str"]),
    (lambda rt: rt.namespace(NUL), MetricsError, [r"a\x00b", "namespace name"]),
    (lambda rt: rt.namespace("a").component(""), MetricsError, ["component", "backend"]),
    (lambda rt: rt.serve(port=-1), MetricsError, ["-1", "9464"]),
    (lambda rt: rt.serve(port=65536), MetricsError, ["65536", "9464"]),
    (lambda rt: rt.serve(port=2**70), MetricsError, [str(2**70), "9464"]),
    (lambda rt: rt.serve(port="80"), TypeError, ["'80' (str)", "0 to 65535"]),
    (lambda rt: rt.serve(host=5), TypeError, ["5 (int)", "host must be a str"]),
    (lambda rt: rt.scrape("xml"), MetricsError, ["'xml'", "'text', 'openmetrics' or 'protobuf'"]),
    (lambda rt: rt.scrape(5), TypeError, ["5 (int)", "'text', 'openmetrics' or 'protobuf'"]),
    (lambda rt: rt.add_multiprocess_dir("/nowhere/at/all"), OSError, ["/nowhere/at/all"]),
    (lambda rt: rt.add_multiprocess_dir(__file__), OSError, [__file__]),
    (lambda rt: rt.add_multiprocess_dir(5), TypeError, ["5 (int)", "path must be a str"]),
    (lambda rt: rt.add_multiprocess_dir(NUL), MetricsError, [r"a\x00b", "path"]),
    (lambda rt: rt.add_multiprocess_dir("/tmp", include="vllm:"), TypeError, ["'vllm:' (str)", '["vllm:"]']),
    (
        lambda rt: rt.add_multiprocess_dir("/tmp", exclude=[5]),
        TypeError,
        ["5 (int)", "prefix in exclude must be a str"],
    ),
    (lambda rt: rt.add_multiprocess_dir("/tmp", labels={"le": "1"}), MetricsError, ["le", "quantile"]),
    (lambda rt: rt.add_multiprocess_dir("/tmp", name=5), TypeError, ["5 (int)", "source name must be a str"]),
    (lambda rt: dynmetrics.filter_exposition(5), TypeError, ["5 (int)", "str or bytes"]),
    (lambda rt: dynmetrics.filter_exposition(SURROGATE), MetricsError, ["surrogate", "UTF-8"]),
    (lambda rt: dynmetrics.filter_exposition("", labels={"quantile": "1"}), MetricsError, ["quantile", "le"]),
    (lambda rt: dynmetrics.filter_exposition("", labels={"a b": "1"}), MetricsError, ["a b"]),
    (lambda rt: dynmetrics.filter_exposition("", add_prefix=5), TypeError, ["5 (int)", "add_prefix must be a str"]),
    (lambda rt: dynmetrics.merge_multiprocess("/nowhere/at/all"), OSError, ["/nowhere/at/all"]),
    (lambda rt: dynmetrics.merge_multiprocess("/tmp", format="x"), MetricsError, ["'x'", "'text', 'openmetrics' or 'protobuf'"]),
    (lambda rt: dynmetrics.check_exposition(5), TypeError, ["5 (int)", "str or bytes"]),
    (lambda rt: dynmetrics.check_exposition("", format="x"), MetricsError, ["'x'", "'text', 'openmetrics' or 'protobuf'"]),
]


@pytest.mark.parametrize(("act", "exception", "named"), ELSEWHERE)
def test_a_refused_call_names_the_value_and_changes_nothing(rt, act, exception, named):
    rt.metrics.create_gauge("g", "").set(1)
    before = rt.scrape(self_metrics=False)
    with pytest.raises(exception) as caught:
        act(rt)
    for words in named:
        assert words in str(caught.value)
    assert rt.scrape(self_metrics=False) == before


@pytest.mark.parametrize("word", ["", "ok", "READY", "not_ready"])
def test_a_wrong_health_status_names_both_right_ones(endpoint, word):
    with pytest.raises(MetricsError, match=f"'{word}'.*'ready' or 'notready'"):
        endpoint.set_health_status(word)
    with pytest.raises(TypeError, match="'ready' or 'notready'"):
        endpoint.set_health_status(True)


def test_metrics_error_is_a_value_error():
    assert issubclass(MetricsError, ValueError)
    assert MetricsError.__module__ == "dynmetrics"
