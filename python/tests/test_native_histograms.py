"""Native histograms: exponential buckets in protobuf beside the classic ones, which every format has."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

import dynmetrics

SECONDS = "dynamo_component_seconds"


@pytest.fixture
def metrics(endpoint):
    return endpoint.metrics


def held(node, name: str = SECONDS):
    from protobuf_pages import families

    (family,) = [family for family in families(node.scrape("protobuf", False)) if family.name == name]
    (metric,) = family.metric
    return metric.histogram


def counts(spans, deltas) -> dict[int, int]:
    """Counts by bucket index, as a reader puts them together."""

    def indexes() -> Iterator[int]:
        at = 0
        for span in spans:
            at += span.offset
            for _ in range(span.length):
                yield at
                at += 1

    found: dict[int, int] = {}
    count = 0
    for index, delta in zip(indexes(), deltas, strict=True):
        count += delta
        assert count >= 0
        found[index] = count
    return {index: count for index, count in found.items() if count}


def expected(values: list[float], schema: int) -> dict[int, int]:
    found: dict[int, int] = {}
    for value in values:
        index = math.ceil(math.log2(value) * 2**schema - 1e-9)
        found[index] = found.get(index, 0) + 1
    return found


@pytest.mark.parametrize("schema", [-4, -1, 0, 3, 8])
def test_every_value_is_in_its_bucket(rt, metrics, schema):
    draw = random.Random(schema)
    values = [draw.lognormvariate(0, 2) for _ in range(300)]
    native = dynmetrics.NativeHistogram(schema=schema, max_buckets=10_000, zero_threshold=1e-9)
    histogram = metrics.create_histogram("seconds", "Times", buckets=[0.5, 1], native=native)
    for value in values:
        histogram.observe(value)
        histogram.observe(-value)
    histogram.observe(0)
    histogram.observe(1e-9)

    found = held(rt)
    assert (found.schema, found.zero_threshold, found.zero_count) == (schema, 1e-9, 2)
    assert counts(found.positive_span, found.positive_delta) == expected(values, schema)
    assert counts(found.negative_span, found.negative_delta) == expected(values, schema)
    assert found.sample_count == 602
    assert [bucket.cumulative_count for bucket in found.bucket] == [
        302 + sum(value <= 0.5 for value in values),
        302 + sum(value <= 1 for value in values),
        602,
    ]


def test_text_formats_have_the_classic_buckets_alone(rt, metrics):
    plain = metrics.create_histogram("plain_seconds", "Times", buckets=[0.5, 1])
    native = metrics.create_histogram("native_seconds", "Times", buckets=[0.5, 1], native=True)
    for value in (0.1, 0.7, 0.9, 5, math.nan, -3):
        plain.observe(value)
        native.observe(value)
    page = rt.scrape("text", False).decode()
    families = {family.name: family for family in text_string_to_metric_families(page)}
    bare = {
        kind: [(s.name.removeprefix(f"dynamo_component_{kind}"), s.labels.get("le"), str(s.value)) for s in family.samples]
        for kind in ("plain_seconds", "native_seconds")
        for family in [families[f"dynamo_component_{kind}"]]
    }
    assert bare["native_seconds"] == bare["plain_seconds"]
    assert native.count() == plain.count() == 6
    assert b"native_seconds" in rt.scrape("openmetrics", False)


def test_native_buckets_are_off_unless_asked_for(rt, metrics):
    metrics.create_histogram("seconds", "Times").observe(1)
    found = held(rt)
    assert not found.positive_span and found.zero_threshold == 0


def test_an_empty_one_can_be_told_from_a_classic_one(rt, metrics):
    metrics.create_histogram("seconds", "Times", native=dynmetrics.NativeHistogram(zero_threshold=0))
    found = held(rt)
    assert [(span.offset, span.length) for span in found.positive_span] == [(0, 0)]


def test_children_of_a_vec_have_them_too(rt, metrics):
    vec = metrics.create_histogramvec("seconds", "Times", ["model"], native=True)
    vec.labels("a").observe(4)
    found = held(rt)
    assert found.schema == 3 and counts(found.positive_span, found.positive_delta) == {16: 1}


def test_too_many_buckets_lower_the_schema(rt, metrics):
    native = dynmetrics.NativeHistogram(schema=8, max_buckets=10)
    histogram = metrics.create_histogram("seconds", "Times", native=native)
    for step in range(1000):
        histogram.observe(1 + step / 100)
    found = held(rt)
    buckets = counts(found.positive_span, found.positive_delta)
    assert len(buckets) <= 10 and sum(buckets.values()) == 1000 and found.schema == 1


@pytest.mark.parametrize(
    ("native", "words"),
    [
        (dynmetrics.NativeHistogram(schema=9), "'9'.*-4"),
        (dynmetrics.NativeHistogram(schema=2**40), "schema"),
        (dynmetrics.NativeHistogram(schema=2**80), "schema"),
        (dynmetrics.NativeHistogram(zero_threshold=-1), "zero_threshold"),
        (dynmetrics.NativeHistogram(zero_threshold=math.nan), "zero_threshold"),
        (dynmetrics.NativeHistogram(zero_threshold=math.inf), "zero_threshold"),
        (dynmetrics.NativeHistogram(max_buckets=0), "max_buckets"),
        (dynmetrics.NativeHistogram(max_buckets=10_001), "10001.*10000"),
        (dynmetrics.NativeHistogram(min_reset_seconds=-1), "min_reset_seconds"),
        (dynmetrics.NativeHistogram(min_reset_seconds=math.nan), "min_reset_seconds"),
    ],
)
def test_what_cannot_be_is_refused_with_a_right_value(metrics, native, words):
    with pytest.raises(dynmetrics.MetricsError, match=words):
        metrics.create_histogram("seconds", "Times", native=native)
    metrics.create_histogram("seconds", "Times", native=True)  # nothing was left behind


@pytest.mark.parametrize("native", ["3", 3, (3, 0.0), dynmetrics.NativeHistogram(schema="3"), {"schema": 3}])
def test_other_types_are_refused(metrics, native):
    with pytest.raises(TypeError):
        metrics.create_histogram("seconds", "Times", native=native)


def test_exemplars_find_their_classic_bucket(rt, metrics):
    histogram = metrics.create_histogram("seconds", "Times", buckets=[1, 2], native=True)
    histogram.observe(1.5, exemplar={"trace_id": "t"})
    assert [bucket.exemplar.value for bucket in held(rt).bucket] == [0, 1.5, 0]
