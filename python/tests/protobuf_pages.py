"""Reads protobuf pages with the protobuf package: an opinion that is not ours.

The messages are those of io.prometheus.client, as far as a page of this library may have them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

descriptor_pb2 = pytest.importorskip("google.protobuf.descriptor_pb2")
from google.protobuf import descriptor_pool, message_factory  # noqa: E402
from google.protobuf.unknown_fields import UnknownFieldSet  # noqa: E402

_TYPES = {"string": 9, "double": 1, "uint64": 4, "int64": 3, "int32": 5, "uint32": 13, "sint32": 17, "sint64": 18}
_MESSAGES = {
    "Timestamp": [(1, "seconds", "int64"), (2, "nanos", "int32")],
    "LabelPair": [(1, "name", "string"), (2, "value", "string")],
    "Exemplar": [(1, "label", "LabelPair*"), (2, "value", "double"), (3, "timestamp", "Timestamp")],
    "Gauge": [(1, "value", "double")],
    "Untyped": [(1, "value", "double")],
    "Counter": [(1, "value", "double"), (2, "exemplar", "Exemplar"), (3, "created_timestamp", "Timestamp")],
    "Quantile": [(1, "quantile", "double"), (2, "value", "double")],
    "Summary": [
        (1, "sample_count", "uint64"),
        (2, "sample_sum", "double"),
        (3, "quantile", "Quantile*"),
        (4, "created_timestamp", "Timestamp"),
    ],
    "Bucket": [(1, "cumulative_count", "uint64"), (2, "upper_bound", "double"), (3, "exemplar", "Exemplar")],
    "BucketSpan": [(1, "offset", "sint32"), (2, "length", "uint32")],
    "Histogram": [
        (1, "sample_count", "uint64"),
        (2, "sample_sum", "double"),
        (3, "bucket", "Bucket*"),
        (5, "schema", "sint32"),
        (6, "zero_threshold", "double"),
        (7, "zero_count", "uint64"),
        (9, "negative_span", "BucketSpan*"),
        (10, "negative_delta", "sint64*"),
        (12, "positive_span", "BucketSpan*"),
        (13, "positive_delta", "sint64*"),
        (15, "created_timestamp", "Timestamp"),
    ],
    "Metric": [
        (1, "label", "LabelPair*"),
        (2, "gauge", "Gauge"),
        (3, "counter", "Counter"),
        (4, "summary", "Summary"),
        (5, "untyped", "Untyped"),
        (6, "timestamp_ms", "int64"),
        (7, "histogram", "Histogram"),
    ],
    "MetricFamily": [
        (1, "name", "string"),
        (2, "help", "string"),
        (3, "type", "int32"),
        (4, "metric", "Metric*"),
        (5, "unit", "string"),
    ],
}
KINDS = ("counter", "gauge", "summary", "untyped", "histogram")


def _message_class() -> Any:
    file = descriptor_pb2.FileDescriptorProto(name="metrics.proto", package="page", syntax="proto2")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for number, field, kind in fields:
            plain = kind.rstrip("*")
            added = message.field.add(name=field, number=number, label=3 if kind.endswith("*") else 1)
            if plain in _TYPES:
                added.type = _TYPES[plain]
            else:
                added.type, added.type_name = 11, f".page.{plain}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("page.MetricFamily"))


_FAMILY = _message_class()


def families(page: bytes) -> Iterator[Any]:
    """The messages of a page, each behind its length. What is not one raises."""
    at = 0
    while at < len(page):
        length = shift = 0
        while True:
            byte = page[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        assert at + length <= len(page), "a message is cut"
        family = _FAMILY.FromString(page[at : at + length])
        assert len(UnknownFieldSet(family)) == 0
        at += length
        yield family


def bound(number: float) -> str:
    """A bucket's bound or a quantile as scrapers spell it."""
    text = repr(number)
    return {"inf": "+Inf", "-inf": "-Inf"}.get(text, text)


def series(page: bytes) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """What a scraper stores of a page: every series with its value; a label without value is none."""
    found: dict[tuple[str, frozenset[tuple[str, str]]], float] = {}

    def add(name: str, labels: frozenset[tuple[str, str]], value: float) -> None:
        assert (name, labels) not in found, f"{name} {labels} twice"
        found[name, labels] = value

    for family in families(page):
        kind = KINDS[family.type]
        for metric in family.metric:
            assert len({label.name for label in metric.label}) == len(metric.label)
            labels = frozenset((label.name, label.value) for label in metric.label if label.value)
            held = getattr(metric, kind)
            if kind in ("counter", "gauge", "untyped"):
                add(family.name, labels, held.value)
                continue
            add(family.name + "_count", labels, held.sample_count)
            add(family.name + "_sum", labels, held.sample_sum)
            for bucket in held.bucket if kind == "histogram" else ():
                le = ("le", bound(bucket.upper_bound))
                add(family.name + "_bucket", labels | {le}, bucket.cumulative_count)
            for quantile in held.quantile if kind == "summary" else ():
                add(family.name, labels | {("quantile", bound(quantile.quantile))}, quantile.value)
    return found
