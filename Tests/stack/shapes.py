"""The parts of Kubernetes objects that we use, as JSON schemas after their API reference; nothing more is allowed.

The operator's own definitions are in no package that tests can get; where somebody has them, DYNMETRICS_CRDS names a
folder with these YAML files, and manifests.py asks them too.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
DURATION = r"^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$"
LABEL = r"^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$"
NAME = {"type": "string", "pattern": "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", "maxLength": 253}
TEXT: Schema = {"type": "string", "minLength": 1}
WHOLE: Schema = {"type": "integer", "minimum": 0}


def exactly(required: dict[str, Any], optional: dict[str, Any] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def each(item: Schema) -> Schema:
    return {"type": "array", "items": item, "minItems": 1}


def of_text(pattern: str = "") -> Schema:
    """A map to strings; a number or a yes among them is refused by Kubernetes."""
    return {"type": "object", "additionalProperties": {"type": "string", **({"pattern": pattern} if pattern else {})}}


METADATA = exactly({"name": NAME}, {"namespace": NAME, "labels": of_text(LABEL), "annotations": of_text()})
SELECTOR = exactly(
    {"matchLabels": of_text(LABEL)},
    {
        "matchExpressions": each(
            exactly(
                {"key": TEXT, "operator": {"enum": ["In", "NotIn", "Exists", "DoesNotExist"]}},
                {"values": each({"type": "string"})},
            )
        )
    },
)
RELABELING = exactly(
    {"action": {"enum": ["replace", "keep", "drop", "labelmap", "labeldrop", "labelkeep"]}},
    {"sourceLabels": each(TEXT), "targetLabel": TEXT, "regex": TEXT, "replacement": {"type": "string"}},
)
ENDPOINT = exactly(
    {
        "port": TEXT,
        "path": {"type": "string", "pattern": "^/"},
        "interval": {"type": "string", "pattern": DURATION},
        "scrapeTimeout": {"type": "string", "pattern": DURATION},
    },
    {"honorLabels": {"type": "boolean"}, "relabelings": each(RELABELING)},
)


def monitor(kind: str, endpoints: str) -> Schema:
    limits = dict.fromkeys(("sampleLimit", "targetLimit", "labelLimit"), WHOLE)
    lengths = dict.fromkeys(("labelNameLengthLimit", "labelValueLengthLimit"), WHOLE)
    spec = exactly(
        {
            "selector": SELECTOR,
            endpoints: each(ENDPOINT),
            "bodySizeLimit": {"type": "string", "pattern": r"^(0|([0-9]*[.])?[0-9]+((K|M|G|T|E|P)i?)?B)$"},
            "scrapeClassicHistograms": {"type": "boolean"},
            **limits,
            **lengths,
        },
        {"namespaceSelector": exactly({}, {"any": {"type": "boolean"}, "matchNames": each(TEXT)})},
    )
    return object_of("monitoring.coreos.com/v1", kind, {"spec": spec})


def object_of(version: str, kind: str, more: dict[str, Schema]) -> Schema:
    return exactly({"apiVersion": {"const": version}, "kind": {"const": kind}, "metadata": METADATA, **more})


RULE: Schema = {
    "oneOf": [
        exactly({"record": {"type": "string", "pattern": "^[a-zA-Z_:][a-zA-Z0-9_:]*$"}, "expr": TEXT}),
        exactly(
            {
                "alert": TEXT,
                "expr": TEXT,
                "for": {"type": "string", "pattern": DURATION},
                "labels": of_text(),
                "annotations": of_text(),
            }
        ),
    ]
}
GROUP = exactly({"name": TEXT, "interval": {"type": "string", "pattern": DURATION}, "rules": each(RULE)})
KINDS: dict[str, Schema] = {
    "PodMonitor": monitor("PodMonitor", "podMetricsEndpoints"),
    "ServiceMonitor": monitor("ServiceMonitor", "endpoints"),
    "PrometheusRule": object_of(
        "monitoring.coreos.com/v1", "PrometheusRule", {"spec": exactly({"groups": each(GROUP)})}
    ),
    "ConfigMap": object_of("v1", "ConfigMap", {"data": of_text()}),
}
