"""One page in every format: the same series with the same values, by other people's readers."""

from __future__ import annotations

import math
import random
import struct

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as strict
from prometheus_client.parser import text_string_to_metric_families as loose

import dynmetrics

Series = dict[tuple[str, frozenset[tuple[str, str]]], float]
NUMBERS = [0.0, -0.0, 1.0, 2.5, -3.25, 1e-310, 5e-324, 1.7976931348623157e308, 1e6, 999999.0, 1e-4, 123456.789]
ODD = [math.nan, math.inf, -math.inf]


def read(families) -> Series:
    found: Series = {}
    for family in families:
        for sample in family.samples:
            key = sample.name, frozenset((n, v) for n, v in sample.labels.items() if v)
            assert key not in found, f"{key} twice"
            found[key] = sample.value
    return found


def bits(number: float) -> bytes:
    return struct.pack("<d", math.nan if math.isnan(number) else number)


def same(got: Series, expected: Series) -> list[str]:
    wrong = [f"{key}: {got.get(key)} for {value}" for key, value in expected.items() if key not in got]
    wrong += [f"{key} is too many" for key in got if key not in expected]
    return wrong + [
        f"{key}: {got[key]!r} for {value!r}"
        for key, value in expected.items()
        if key in got and bits(float(got[key])) != bits(float(value))
    ]


def created_apart(series: Series) -> Series:
    return {key: value for key, value in series.items() if not key[0].endswith("_created")}


def in_all_formats(node) -> tuple[Series, Series, Series]:
    from protobuf_pages import series

    text = read(loose(node.scrape("text", False).decode()))
    openmetrics = read(strict(node.scrape("openmetrics", False).decode()))
    return text, openmetrics, series(node.scrape("protobuf", False))


def any_text(draw: random.Random) -> str:
    """Random Unicode without surrogates and NUL, line ends and quotes included."""
    def one() -> str:
        kind = draw.random()
        if kind < 0.3:
            return draw.choice('\\"\n\r\t {}=,#\x0b\x1c\x85\u2028\ufeff')
        if kind < 0.6:
            return chr(draw.randrange(0x20, 0x7F))
        point = draw.randrange(1, 0x110000)
        return chr(point) if not 0xD800 <= point < 0xE000 else "é"

    return "".join(one() for _ in range(draw.randrange(0, 12)))


class Registry:
    """A random registry, and what has to be on its pages."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.runtime = dynmetrics.DistributedRuntime(connection_id=seed)
        self.node = self.runtime.namespace(any_text(self.draw) or "n").component("c").endpoint("e")
        self.expected: Series = {}
        self.in_total: dict[str, str] = {}
        for index in range(self.draw.randrange(1, 25)):
            kind = self.draw.choice(
                ["counter", "intcounter", "gauge", "intgauge", "histogram", "summary", "info", "stateset"]
            )
            getattr(self, kind)(f"{self.draw.choice(['a', 'Über ', 'x:y', '9', '_'])}{index}_{kind}")

    def put(self, metric, value: float, labels: dict[str, str] | None = None, suffix: str = "") -> None:
        every = {**metric.const_labels(), **(labels or {})}
        key = metric.name() + suffix, frozenset((n, v) for n, v in every.items() if v)
        self.expected[key] = value

    def put_counter(self, metric, value: float, labels: dict[str, str]) -> None:
        self.put(metric, value, labels)
        if not metric.name().endswith("_total"):
            self.in_total[metric.name()] = metric.name() + "_total"

    def values(self) -> list[list[str]]:
        return [[any_text(self.draw), any_text(self.draw)] for _ in range(self.draw.randrange(1, 5))]

    def single_or_vec(self, creator: str, name: str, use) -> None:
        metrics = self.node.metrics
        constant = {"constant": any_text(self.draw)} if self.draw.random() < 0.5 else None
        if self.draw.random() < 0.5:
            metric = getattr(metrics, f"create_{creator}")(name, any_text(self.draw), constant)
            return use(metric, metric, {})
        vec = getattr(metrics, f"create_{creator}vec")(name, any_text(self.draw), ["first", "_second"], constant)
        done = set()
        for first, second in self.values():
            if (first, second) not in done:
                done.add((first, second))
                use(vec, vec.labels(first, second), {"first": first, "_second": second})
        return None

    def counter(self, name: str) -> None:
        def use(metric, child, labels) -> None:
            number = abs(self.draw.choice([*NUMBERS, math.inf]))
            child.inc(number, exemplar={"trace_id": str(self.draw.random())})
            self.put_counter(metric, number, labels)

        self.single_or_vec("counter", name + self.draw.choice(["", "_total"]), use)

    def intcounter(self, name: str) -> None:
        def use(metric, child, labels) -> None:
            number = self.draw.choice([0, 1, 2**53 + 1, 2**64 - 1])
            child.inc(number)
            self.put_counter(metric, number, labels)

        self.single_or_vec("intcounter", name + self.draw.choice(["", "_total"]), use)

    def gauge(self, name: str) -> None:
        def use(metric, child, labels) -> None:
            number = self.draw.choice([*NUMBERS, *ODD])
            child.set(number)
            self.put(metric, number, labels)

        self.single_or_vec("gauge", name, use)

    def intgauge(self, name: str) -> None:
        def use(metric, child, labels) -> None:
            number = self.draw.choice([0, -1, 2**53 + 1, -(2**63), 2**63 - 1])
            child.set(number)
            self.put(metric, number, labels)

        self.single_or_vec("intgauge", name, use)

    def histogram(self, name: str) -> None:
        def use(metric, child, labels) -> None:
            seen = [self.draw.choice([0.05, 0.5, 1.0, 1e9, -1.0]) for _ in range(self.draw.randrange(0, 6))]
            for number in seen:
                child.observe(number, exemplar={"trace_id": "t"} if self.draw.random() < 0.3 else None)
            for bound in ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "5.0", "10.0", "+Inf"]:
                count = sum(number <= float(bound) for number in seen)
                self.put(metric, count, {**labels, "le": bound}, "_bucket")
            total = 0.0
            for number in seen:
                total += number
            self.put(metric, total, labels, "_sum")
            self.put(metric, len(seen), labels, "_count")

        self.single_or_vec("histogram", name, use)

    def summary(self, name: str) -> None:
        def use(metric, child, labels) -> None:
            number = self.draw.choice([0.0, 2.5, 1e300])
            child.observe(number)
            self.put(metric, number, labels, "_sum")
            self.put(metric, 1, labels, "_count")

        self.single_or_vec("summary", name, use)

    def info(self, name: str) -> None:
        info = self.node.metrics.create_info(name, any_text(self.draw))
        labels = {"version": any_text(self.draw), "model": any_text(self.draw)}
        info.info(labels)
        self.put(info, 1, labels)

    def stateset(self, name: str) -> None:
        states = ["starting", "ready", "a\n\"b\\"]
        stateset = self.node.metrics.create_stateset(name.replace(":", "_"), any_text(self.draw), states)
        on = self.draw.choice(states)
        stateset.state(on)
        for state in states:
            self.put(stateset, float(state == on), {stateset.name(): state})


@pytest.mark.parametrize("seed", range(60))
def test_a_random_registry_is_the_same_in_every_format(seed):
    registry = Registry(seed)

    text, openmetrics, protobuf = in_all_formats(registry.runtime)

    # That reader gives every counter a name in _total, and takes "-0" for an int, which has no sign then.
    named = {(registry.in_total.get(name, name), labels): v or 0 for (name, labels), v in registry.expected.items()}
    assert same(text, named) == []
    assert same(openmetrics, registry.expected) == []
    assert same(protobuf, registry.expected) == []
    for format in ("text", "openmetrics"):
        assert dynmetrics.check_exposition(registry.runtime.scrape(format), format=format) == []


def test_ten_thousand_label_values_of_random_unicode_come_back_in_every_format(endpoint):
    draw = random.Random(10_000)
    vec = endpoint.metrics.create_intgaugevec("x", "X", ["v"])
    values = sorted({any_text(draw) for _ in range(14_000)} - {""})[:10_000]
    for number, value in enumerate(values):
        vec.labels(value).set(number)

    for page in in_all_formats(endpoint):
        read_back = {dict(labels)["v"]: number for (_, labels), number in page.items()}
        assert read_back == {value: number for number, value in enumerate(values)}


ENGINE = """# TYPE e counter
e_total{a="1"} 5 # {trace_id="zz"} 0.5 12.5
e_created{a="1"} 1700000000.25
# TYPE h histogram
h_bucket{le="1"} 1 # {t="q"} 0.7
h_bucket{le="+Inf"} 2
h_count 2
h_sum 3
# TYPE g gauge
g 1
# EOF
"""


def test_an_engines_exemplars_and_created_times_go_where_the_format_has_a_place(rt):
    from protobuf_pages import families

    rt.metrics.register_prometheus_expfmt_callback(lambda: ENGINE)

    text = rt.scrape("text", False).decode()
    openmetrics = {family.name: family for family in strict(rt.scrape("openmetrics", False).decode())}
    protobuf = {family.name: family for family in families(rt.scrape("protobuf", False))}

    assert "#" not in "".join(line for line in text.splitlines() if not line.startswith("#"))
    assert 'e_created{a="1"} 1700000000.25' in text
    total = openmetrics["e"].samples[0]
    assert (total.exemplar.labels, total.exemplar.value, float(total.exemplar.timestamp)) == ({"trace_id": "zz"}, 0.5, 12.5)
    assert openmetrics["h"].samples[0].exemplar.labels == {"t": "q"}
    counter = protobuf["e_total"].metric[0].counter
    assert (counter.exemplar.label[0].value, counter.exemplar.timestamp.seconds) == ("zz", 12)
    assert (counter.created_timestamp.seconds, counter.created_timestamp.nanos) == (1700000000, 250_000_000)
    bucket = protobuf["h"].metric[0].histogram.bucket[0]
    assert (bucket.exemplar.label[0].name, bucket.exemplar.value) == ("t", 0.7)
    assert "e_created" not in protobuf and "e_created" not in openmetrics


@pytest.mark.parametrize(
    "page",
    [
        'h_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\nh_count 2\n',  # no sum: a reader of protobuf would make one
        'h_bucket{le="1"} 1\nh_count 2\nh_sum 1\n',
        'h_bucket{le="1"} 3\nh_bucket{le="+Inf"} 2\nh_count 2\nh_sum 1\n',
        'h_bucket{le="+Inf"} 2.5\nh_count 2.5\nh_sum 1\n',
        'h_bucket{le="x"} 2\nh_bucket{le="+Inf"} 2\nh_count 2\nh_sum 1\n',
        'h_bucket{le="+Inf"} 2e40\nh_count 2e40\nh_sum 1\n',
        "h_count 2\nh_sum 1\n",
    ],
)
def test_a_histogram_that_lacks_a_part_keeps_just_its_series(rt, page):
    rt.metrics.register_prometheus_expfmt_callback(lambda: "# TYPE h histogram\n" + page)

    text, openmetrics, protobuf = in_all_formats(rt)

    assert same(openmetrics, text) == [] and same(protobuf, text) == []


def test_an_exemplar_that_no_reader_takes_costs_itself_only(rt):
    long = 'e_total 5 # {t="' + "x" * 128 + '"} 1\n'
    page = "# TYPE e counter\n" + long + '# TYPE g gauge\ng 1 # {t="x"} 1\n# EOF\n'
    rt.metrics.register_prometheus_expfmt_callback(lambda: page)

    served = rt.scrape("openmetrics").decode()

    assert "e_total 5\n" in served and "\ng 1\n" in served
    assert 'dynmetrics_dropped_total{reason="exemplar",source="text",worker_id="' in served


def test_exemplars_of_a_typed_callback_are_kept(rt):
    prometheus_client = pytest.importorskip("prometheus_client")
    registry = prometheus_client.CollectorRegistry()
    prometheus_client.Counter("c", "C", registry=registry).inc(3, exemplar={"trace_id": "abc"})
    prometheus_client.Histogram("h", "H", registry=registry).observe(0.3, exemplar={"trace_id": "def"})
    rt.metrics.register_prometheus_typed_callback(registry.collect)

    families = {family.name: family for family in strict(rt.scrape("openmetrics", False).decode())}

    assert families["c"].samples[0].exemplar.labels == {"trace_id": "abc"}
    assert [s.exemplar.labels for s in families["h"].samples if s.exemplar] == [{"trace_id": "def"}]


def test_an_exemplar_of_our_own_is_the_newest_of_its_bucket(endpoint):
    histogram = endpoint.metrics.create_histogram("h_seconds", "H", buckets=[1, 2])
    histogram.observe(0.5, exemplar={"trace_id": "old"})
    histogram.observe(0.6, {"trace_id": "new"})
    histogram.observe(5, exemplar={"trace_id": "slow", "span_id": "1"})
    histogram.observe(0.7)

    (family,) = strict(endpoint.scrape("openmetrics").decode())
    exemplars = [sample.exemplar and sample.exemplar.labels for sample in family.samples][:3]

    assert exemplars == [{"trace_id": "new"}, None, {"trace_id": "slow", "span_id": "1"}]
    assert histogram.count() == 4


def test_a_refused_exemplar_does_not_lose_the_update(endpoint):
    counter = endpoint.metrics.create_counter("x_total", "X")

    with pytest.raises(dynmetrics.MetricsError, match=r"131 characters.*128"):
        counter.inc(2, exemplar={"t": "x" * 130})

    assert counter.get() == 2


def test_names_leave_only_these_families_and_call_nobody_else(rt, endpoint):
    calls = []

    def engine(prefix):
        def page():
            calls.append(prefix)
            return f"# TYPE {prefix}x counter\n{prefix}x_total 1\n{prefix}y 2\n"

        return page

    prometheus_client = pytest.importorskip("prometheus_client")

    class Registry(prometheus_client.CollectorRegistry):
        def __init__(self, prefix):
            super().__init__()
            self.prefix = prefix

        def collect(self):
            calls.append(self.prefix)
            yield prometheus_client.metrics_core.CounterMetricFamily(f"{self.prefix}x", "X", 1)

    dynmetrics.register_engine_metrics_callback(endpoint, Registry("vllm:"), ["vllm:"])
    dynmetrics.register_engine_metrics_callback(endpoint, Registry("sglang:"), ["sglang:"], add_prefix="dynamo_")
    endpoint.metrics.register_prometheus_expfmt_callback(engine("plain_"))
    endpoint.metrics.create_counter("own_total", "O")

    page = rt.scrape(names=["vllm:x_total"]).decode()
    assert [line.split("{")[0] for line in page.splitlines() if line[0] != "#"] == ["vllm:x_total"]
    assert sorted(set(calls)) == ["plain_", "vllm:"]

    calls.clear()
    page = rt.scrape(names=["dynamo_x"]).decode()
    assert [line.split("{")[0] for line in page.splitlines() if line[0] != "#"] == ["dynamo_x_total"]
    assert sorted(set(calls)) == ["plain_", "sglang:"]


def test_a_source_brings_no_more_than_its_budget(monkeypatch):
    monkeypatch.setenv("DYN_METRICS_SOURCE_MAX_BYTES", "1000")
    monkeypatch.setenv("DYN_METRICS_SOURCE_MAX_SERIES", "7")
    runtime = dynmetrics.DistributedRuntime(connection_id=1)
    runtime.metrics.register_prometheus_expfmt_callback(lambda: "".join(f"a{n} {n}\n" for n in range(10)))
    runtime.metrics.register_prometheus_expfmt_callback(lambda: 'b{v="' + "x" * 900 + '"} 1\n' + "c{} 1\n" * 500)
    runtime.metrics.register_prometheus_typed_callback(
        lambda: [("d", "D", "gauge", "", [("d", {"n": str(n)}, n) for n in range(10)])]
    )

    page = runtime.scrape().decode()

    names = [line.split("{")[0].split(" ")[0] for line in page.splitlines() if line and line[0] in "abcd" and line[:2] != "dy"]
    assert names == ["d"] * 7 + [f"a{n}" for n in range(7)] + ["b", "c"]
    for source, count in {"text": 3, "typed": 3}.items():
        assert f'dynmetrics_dropped_total{{reason="budget",source="{source}",worker_id="1"}} {count}\n' in page
    assert 'reason="budget",source="text-2"' in page


@pytest.mark.parametrize("variable", ["DYN_METRICS_SOURCE_MAX_BYTES", "DYN_METRICS_SOURCE_MAX_SERIES"])
def test_a_budget_that_is_no_number_is_refused_by_name(monkeypatch, variable):
    monkeypatch.setenv(variable, "many")

    with pytest.raises(dynmetrics.MetricsError, match=f"{variable}='many'; give a number"):
        dynmetrics.DistributedRuntime()
