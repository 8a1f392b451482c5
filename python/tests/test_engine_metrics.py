"""register_engine_metrics_callback and get_prometheus_expfmt: an engine's registry on our page, as upstream's callers know it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import prometheus_client
import prometheus_client.core
import prometheus_client.multiprocess
import pytest
from support import Case, assert_valid, filter_cases, samples, value, wait_until

import dynmetrics
from dynmetrics import get_prometheus_expfmt, register_engine_metrics_callback

FOUR = {"dynamo_namespace": "prod", "dynamo_component": "backend", "dynamo_endpoint": "generate", "worker_id": "ff"}


def labels_of(page, name):
    (found,) = [dict(labels) for n, labels in samples(page) if n == name]
    return found


# ---- get_prometheus_expfmt ----


# Without options a page is passed as it is: upstream does, and nothing is to be gained by reading it twice.
WITH_OPTIONS = [case for case in filter_cases() if not isinstance(case, Case) or any(case.options.values())]


@pytest.mark.parametrize("case", WITH_OPTIONS, ids=repr)
@pytest.mark.parametrize("kind", [bytes, str])
def test_every_recorded_page_is_filtered_byte_for_byte(case: Case, kind, monkeypatch):
    page = case.given.read_bytes()
    monkeypatch.setattr(prometheus_client, "generate_latest", lambda registry: page if kind is bytes else page.decode())
    options = dict(case.options)
    text = get_prometheus_expfmt(
        object(),
        options.get("include"),
        options.get("exclude"),
        options.get("add_prefix"),
        inject_custom_labels=options.get("labels"),
    )
    assert text.encode() == case.expected


def test_without_options_the_page_is_what_prometheus_client_writes(registry):
    assert get_prometheus_expfmt(registry) == prometheus_client.generate_latest(registry).decode()


def test_a_page_ends_with_one_newline_and_nothing_left_is_an_empty_string(registry, monkeypatch):
    assert get_prometheus_expfmt(registry, ["nothing:"]) == ""
    assert get_prometheus_expfmt(registry, ["vllm:"]).endswith("\n")
    monkeypatch.setattr(prometheus_client, "generate_latest", lambda registry: "a 1")
    assert get_prometheus_expfmt(registry) == "a 1\n"


def test_an_empty_list_is_no_filter_and_exclusion_wins(registry):
    assert get_prometheus_expfmt(registry, [], []) == get_prometheus_expfmt(registry)
    text = get_prometheus_expfmt(registry, ["vllm:"], ["vllm:num"])
    assert "vllm:num" not in text
    assert "vllm:prompt_tokens_total" in text
    assert "python_threads" not in text


def test_add_prefix_takes_the_place_of_the_include_prefix(registry):
    text = get_prometheus_expfmt(registry, ["vllm:"], None, "engine_")
    assert '# TYPE engine_num_requests_running gauge\nengine_num_requests_running{engine="0"} 3.0\n' in text


def test_custom_labels_are_added_but_never_overwrite(registry):
    text = get_prometheus_expfmt(registry, ["vllm:num"], inject_custom_labels={"zone": "a", "engine": "9"})
    assert 'vllm:num_requests_running{engine="0",zone="a"} 3.0' in text


@pytest.mark.parametrize(
    "call",
    [
        lambda registry: get_prometheus_expfmt(object()),
        lambda registry: get_prometheus_expfmt(registry, inject_custom_labels={"le": "1"}),
        lambda registry: get_prometheus_expfmt(registry, "vllm:"),
        lambda registry: get_prometheus_expfmt(registry, [5]),
    ],
)
def test_whatever_goes_wrong_gives_an_empty_string_and_one_line_in_the_log(call, registry, caplog):
    assert call(registry) == ""
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.message.startswith("Error getting metrics: ")
    assert record.exc_info is None


def test_a_registry_of_any_type_goes_through_generate_latest():
    class Own:
        def collect(self):
            yield prometheus_client.core.GaugeMetricFamily("own", "Own", value=4)

    assert "own 4.0\n" in get_prometheus_expfmt(Own())


# ---- register_engine_metrics_callback on a node of ours ----


def test_the_labels_of_the_node_are_added_when_no_names_are_given(endpoint, registry):
    register_engine_metrics_callback(endpoint, registry, ["vllm:"])
    page = endpoint.scrape()
    assert_valid(page)
    assert labels_of(page, "vllm:num_requests_running") == {"engine": "0", **FOUR}
    assert value(page, "python_threads") is None


def test_the_labels_of_the_given_names_are_added_as_upstream_does(endpoint, registry):
    register_engine_metrics_callback(
        endpoint, registry, ["vllm:"], namespace_name="n-s", component_name="c", model_name="llama"
    )
    assert labels_of(endpoint.scrape(), "vllm:num_requests_running") == {
        "engine": "0",
        "dynamo_namespace": "n-s",
        "dynamo_component": "c",
        "dynamo_endpoint": "generate",
        "worker_id": "ff",
        "model": "llama",
        "model_name": "llama",
    }


def test_no_labels_are_added_when_none_are_wanted(endpoint, registry):
    register_engine_metrics_callback(endpoint, registry, namespace_name="n", component_name="c", auto_labels=False)
    assert labels_of(endpoint.scrape(), "vllm:num_requests_running") == {"engine": "0"}


def test_one_name_without_the_other_adds_no_labels_and_says_so(endpoint, registry, caplog):
    register_engine_metrics_callback(endpoint, registry, namespace_name="n")
    assert labels_of(endpoint.scrape(), "vllm:num_requests_running") == {"engine": "0"}
    assert "component_name" in caplog.text


@pytest.mark.parametrize("names", [{}, {"namespace_name": "prod", "component_name": "backend"}])
def test_sample_labels_win_over_automatic_ones_and_these_over_custom_ones(endpoint, names, caplog):
    made = prometheus_client.CollectorRegistry()
    prometheus_client.Gauge("g", "", ["dynamo_component"], registry=made).labels("mine").set(1)
    register_engine_metrics_callback(
        endpoint, made, inject_custom_labels={"worker_id": "custom", "zone": "a", "dynamo_component": "x"}, **names
    )
    assert labels_of(endpoint.scrape(), "g") == {**FOUR, "dynamo_component": "mine", "zone": "a"}
    warnings = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert [w for w in warnings if w.startswith("Custom label 'worker_id' conflicts with auto-injected label.")]


def test_filters_and_renaming_reach_the_page(endpoint, registry):
    register_engine_metrics_callback(endpoint, registry, ["vllm:"], ["vllm:prompt"], "engine_")
    page = endpoint.scrape()
    assert value(page, "engine_num_requests_running") == 3
    assert value(page, "engine_prompt_tokens_total") is None


def test_the_source_is_named_after_the_first_prefix(rt, endpoint, registry):
    register_engine_metrics_callback(endpoint, registry, ["vllm:", "lmcache:"])
    rt.scrape()
    assert value(rt.scrape(), "dynmetrics_source_up", source="vllm") == 1


def test_the_registration_can_be_closed(endpoint, registry):
    with register_engine_metrics_callback(endpoint, registry):
        assert value(endpoint.scrape(), "vllm:num_requests_running") == 3
    assert value(endpoint.scrape(), "vllm:num_requests_running") is None


def test_a_patched_generate_latest_is_honoured_at_each_scrape(endpoint, registry, monkeypatch):
    register_engine_metrics_callback(endpoint, registry)
    monkeypatch.setattr(prometheus_client, "generate_latest", lambda registry: b"patched 1\n")
    assert value(endpoint.scrape(), "patched") == 1


def test_a_failing_registry_costs_only_itself(endpoint, caplog):
    class Broken:
        def collect(self):
            raise RuntimeError("no metrics today")

    endpoint.metrics.create_gauge("own", "").set(1)
    register_engine_metrics_callback(endpoint, Broken(), ["vllm:"])
    for _ in range(3):
        page = endpoint.scrape()
    assert_valid(page)
    assert value(page, "dynamo_component_own") == 1
    assert len([record for record in caplog.records if "no metrics today" in record.message]) == 1


BAD = [
    ({"metric_prefix_filters": "vllm:"}, TypeError, ["'vllm:' (str)", '["vllm:"]']),
    ({"metric_prefix_filters": [5]}, TypeError, ["5 (int)", "prefix in include must be a str"]),
    ({"exclude_prefixes": "vllm:"}, TypeError, ["'vllm:' (str)", '["vllm:"]']),
    ({"add_prefix": 5}, TypeError, ["5 (int)", "add_prefix must be a str"]),
    (
        {"inject_custom_labels": {"le": "1"}},
        dynmetrics.MetricsError,
        ["Cannot inject reserved label names", "le", "quantile"],
    ),
    (
        {"inject_custom_labels": {"quantile": "1"}},
        dynmetrics.MetricsError,
        ["Cannot inject reserved label names", "quantile"],
    ),
    ({"inject_custom_labels": {"a-b": "1"}}, dynmetrics.MetricsError, ["a-b"]),
    ({"inject_custom_labels": {"a": 1}}, TypeError, ["1 (int)", "label value must be a str"]),
    ({"inject_custom_labels": "a=b"}, TypeError, ["'a=b' (str)", '{"zone": "a"}']),
    ({"namespace_name": 5, "component_name": "c"}, TypeError, ["5 (int)", "must be a str"]),
    ({"metric_prefix_filters": ["a\0b"]}, dynmetrics.MetricsError, [r"a\x00b"]),
]


@pytest.mark.parametrize(("options", "exception", "named"), BAD, ids=str)
@pytest.mark.parametrize("where", ["here", "there"])
def test_bad_arguments_are_refused_when_registering(endpoint, registry, options, exception, named, where):
    target = endpoint if where == "here" else Foreign()
    before = endpoint.scrape()
    with pytest.raises(exception) as caught:
        register_engine_metrics_callback(target, registry, **options)
    for words in named:
        assert words in str(caught.value)
    assert endpoint.scrape() == before
    if where == "there":
        assert target.metrics.text == target.metrics.typed == []


# ---- multiprocess registries ----

WRITER = """
import prometheus_client as p
p.Counter("sglang:requests", "Requests", ["rank"]).labels("0").inc({amount})
p.Gauge("sglang:depth", "Depth", multiprocess_mode="mostrecent").set({amount})
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A multiprocess directory that two processes have written."""
    for amount in (2, 3):
        environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
        subprocess.run([sys.executable, "-c", WRITER.format(amount=amount)], env=environment, check=True)
    return tmp_path


def collecting(directory: Path) -> prometheus_client.CollectorRegistry:
    made = prometheus_client.CollectorRegistry()
    prometheus_client.multiprocess.MultiProcessCollector(made, path=str(directory))
    return made


def test_a_registry_that_only_shows_a_directory_is_read_without_python(rt, endpoint, directory, monkeypatch):
    made = collecting(directory)
    register_engine_metrics_callback(endpoint, made, ["sglang:"])
    monkeypatch.setattr(type(made), "collect", lambda self: 1 / 0)
    page = rt.scrape()
    assert_valid(page)
    assert value(page, "sglang:requests_total", rank="0") == 5
    assert value(page, "sglang:depth") == 3
    assert labels_of(page, "sglang:depth") == FOUR


def test_the_directory_gives_the_same_page_as_prometheus_client(endpoint, directory):
    made = collecting(directory)
    register_engine_metrics_callback(endpoint, made, auto_labels=False)
    assert sorted(endpoint.scrape().splitlines()) == sorted(get_prometheus_expfmt(made).encode().splitlines())


def mixed(directory):
    made = collecting(directory)
    prometheus_client.Gauge("beside", "", registry=made).set(1)
    return made


def subclassed(directory):
    class Own(prometheus_client.multiprocess.MultiProcessCollector):
        pass

    made = prometheus_client.CollectorRegistry()
    Own(made, path=str(directory))
    return made


def with_target_info(directory):
    made = prometheus_client.CollectorRegistry(target_info={"a": "b"})
    prometheus_client.multiprocess.MultiProcessCollector(made, path=str(directory))
    return made


@pytest.mark.parametrize("make", [mixed, subclassed, with_target_info])
def test_a_registry_that_shows_more_goes_through_prometheus_client(endpoint, directory, make, monkeypatch):
    calls = []
    real = prometheus_client.generate_latest
    register_engine_metrics_callback(endpoint, make(directory))
    monkeypatch.setattr(prometheus_client, "generate_latest", lambda registry: calls.append(1) or real(registry))
    page = endpoint.scrape()
    assert calls
    assert value(page, "sglang:requests_total") == 5


def test_a_patched_generate_latest_is_asked_for_a_directory_as_well(endpoint, directory, monkeypatch):
    monkeypatch.setattr(prometheus_client, "generate_latest", lambda registry: b"patched 1\n")
    register_engine_metrics_callback(endpoint, collecting(directory))
    assert value(endpoint.scrape(), "patched") == 1


def test_a_directory_that_is_gone_is_asked_of_prometheus_client_until_it_is_back(endpoint, tmp_path, caplog):
    away = tmp_path / "away"
    away.mkdir()
    made = collecting(away)
    away.rmdir()
    register_engine_metrics_callback(endpoint, made)
    assert str(away) in caplog.text
    endpoint.scrape()
    away.mkdir()
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(away)}
    subprocess.run([sys.executable, "-c", WRITER.format(amount=1)], env=environment, check=True)
    wait_until(lambda: value(endpoint.scrape(), "sglang:depth") == 1, "the directory's metrics")


# ---- endpoints of another system ----


class ForeignMetrics:
    def __init__(self):
        self.text, self.typed = [], []

    def register_prometheus_expfmt_callback(self, callback):
        self.text.append(callback)

    def register_prometheus_typed_callback(self, callback):
        self.typed.append(callback)


class Foreign:
    """What Dynamo's endpoints look like from Python."""

    def __init__(self):
        self.metrics = ForeignMetrics()

    def connection_id(self):
        return 0xAB


def test_an_endpoint_of_another_system_gets_a_text_and_a_typed_callback(registry):
    foreign = Foreign()
    result = register_engine_metrics_callback(
        foreign,
        registry,
        ["vllm:"],
        None,
        None,
        inject_custom_labels={"zone": "a"},
        namespace_name="n",
        component_name="c",
    )
    assert result is None
    (text,), (typed,) = foreign.metrics.text, foreign.metrics.typed
    labels = {
        "engine": "0",
        "zone": "a",
        "dynamo_namespace": "n",
        "dynamo_component": "c",
        "dynamo_endpoint": "generate",
        "worker_id": "ab",
    }
    assert labels_of(text(), "vllm:num_requests_running") == labels
    families = {family[0]: family for family in typed()}
    assert "python_threads" not in families
    _, help_text, kind, unit, found = families["vllm:prompt_tokens"]
    assert (help_text, kind, unit) == ("Tokens", "counter", "")
    total = next(sample for sample in found if sample[0] == "vllm:prompt_tokens_total")
    assert dict(total[1]) == labels
    assert total[2:] == (7.0, None)


def test_nothing_is_added_there_without_names(registry):
    foreign = Foreign()
    register_engine_metrics_callback(foreign, registry, ["vllm:"], ["vllm:prompt"], "engine_")
    assert labels_of(foreign.metrics.text[0](), "engine_num_requests_running") == {"engine": "0"}
    assert [family[0] for family in foreign.metrics.typed[0]()] == ["engine_num_requests_running"]


def test_an_endpoint_without_typed_callbacks_gets_the_text(registry):
    class Older(Foreign):
        def __init__(self):
            self.metrics = OlderMetrics()

        def connection_id(self):
            raise RuntimeError("not connected yet")

    class OlderMetrics:
        def __init__(self):
            self.text = []

        def register_prometheus_expfmt_callback(self, callback):
            self.text.append(callback)

    older = Older()
    register_engine_metrics_callback(older, registry, namespace_name="n", component_name="c")
    assert "worker_id" not in labels_of(older.metrics.text[0](), "vllm:num_requests_running")


def test_a_failing_registry_there_gives_nothing_and_one_line_per_call(caplog):
    foreign = Foreign()
    register_engine_metrics_callback(foreign, object())
    assert foreign.metrics.text[0]() == ""
    assert foreign.metrics.typed[0]() == []
    assert [record.message.split(":")[0] for record in caplog.records] == ["Error getting metrics"] * 2


def test_what_is_no_endpoint_is_refused(registry):
    with pytest.raises(TypeError, match=r"register_prometheus_expfmt_callback, not 'prod' \(str\)"):
        register_engine_metrics_callback("prod", registry)
