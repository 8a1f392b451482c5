"""The catalogue as data: every built-in metric with its full name, type, unit, labels, help, buckets and owner."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10: pip brings the same reader
    from pip._vendor import tomli as tomllib  # type: ignore[no-redef]

HERE = Path(__file__).resolve().parent
TYPES = ("counter", "gauge", "histogram", "summary")
# The last word of a name, before _total, to its unit.
UNITS = {
    "seconds": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds", "bytes": "bytes",
    "ratio": "ratio", "rate": "ratio", "percent": "percent", "watts": "watts", "celsius": "celsius", "hours": "hours",
    "tokens": "tokens", "blocks": "blocks", "requests": "requests", "second": "per second",
}  # fmt: skip


class CatalogueError(ValueError):
    """What stands wrong in the data, and where."""


@dataclass(frozen=True)
class Metric:
    name: str
    type: str
    help: str
    unit: str
    labels: tuple[str, ...]  # on every series
    optional: tuple[str, ...]  # on some
    any_label: bool
    buckets: tuple[float, ...]
    buckets_env: str  # upstream has DYN_METRICS_<this>_{MIN,MAX,COUNT} for them
    owner: str
    title: str
    value: str  # in prometheus_names: the name without the section's prefix
    constant: str  # CLASS.NAME there, or empty
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)  # what a label may say, where that is known
    lint: str = ""  # why the naming rules' objection stands

    def samples(self) -> tuple[str, ...]:
        """The names of its lines in text 0.0.4."""
        if self.type == "histogram":
            return (f"{self.name}_bucket", f"{self.name}_sum", f"{self.name}_count")
        if self.type == "summary":
            return (self.name, f"{self.name}_sum", f"{self.name}_count")
        return (self.name,)


@dataclass(frozen=True)
class Catalogue:
    metrics: tuple[Metric, ...]
    constants: dict[str, dict[str, str]]  # prometheus_names: class to its names
    target_labels: frozenset[str]
    unchecked_prefixes: tuple[str, ...]
    unchecked_names: frozenset[str]
    not_metrics: dict[str, str]

    def by_sample(self) -> dict[str, Metric]:
        return {sample: metric for metric in self.metrics for sample in (metric.name, *metric.samples())}


def bounds(given: Any, where: str) -> tuple[float, ...]:
    """Upper bounds from a list, or from how they rise."""
    if isinstance(given, list):
        found = [float(bound) for bound in given]
    elif "log" in given:
        low, high, count = given["log"]
        steps = [low * (high / low) ** (index / (count - 1)) for index in range(1, count)]
        found = [0.0] + [two_figures(step) for step in steps]
        found = [bound for index, bound in enumerate(found) if bound not in found[:index]]
    else:
        found = [given["first"] * given["factor"] ** index for index in range(given["count"])]
        found = [float(f"{bound:.12g}") for bound in found]
    if found != sorted(set(found)):
        raise CatalogueError(f"{where}: buckets {found} do not rise; give each bound once, the smallest first")
    return tuple(found)


def two_figures(value: float) -> float:
    digits = 1 - math.floor(math.log10(value))
    return float(f"{round(value, digits):.12g}")


def unit_of(name: str) -> str:
    words = [word for word in name.split("_") if word not in ("total", "sum", "max")]
    return UNITS.get(words[-1], "") if words else ""


def load(folder: Path = HERE) -> Catalogue:
    """Reads all of the data, or raises CatalogueError."""
    files = {path.name: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))}
    constants: dict[str, dict[str, str]] = {}
    value_lists: dict[str, tuple[str, ...]] = {}
    for file in files.values():
        for name, entries in file.get("constants", {}).items():
            constants.setdefault(name, {}).update(entries)
        value_lists |= {name: tuple(values) for name, values in file.get("values", {}).items()}
    value_lists |= {name: tuple(entries.values()) for name, entries in constants.items() if "." in name}
    reasons = {name: why for file in files.values() for name, why in file.get("lint_exceptions", {}).items()}

    metrics: list[Metric] = []
    order: dict[str, dict[str, str]] = {}
    for file_name, file in files.items():
        buckets = {key: bounds(given, f"{file_name}: {key}") for key, given in file.get("buckets", {}).items()}
        sets = file.get("label_sets", {})
        passed_on = file.get("pass_through", {}).get("labels", [])
        for owner, section in file.items():
            if not isinstance(section, dict) or "metrics" not in section:
                continue
            for key, entry in section["metrics"].items():
                where = f"{file_name}: {owner}.{key}"
                metric = read(where, owner, section, key, entry, buckets, sets, passed_on, value_lists, reasons)
                metrics.append(metric)
                if metric.constant:
                    of_class, _, name = metric.constant.rpartition(".")
                    known = order.setdefault(of_class, {})
                    if name in known:
                        raise CatalogueError(f"{where}: {metric.constant} stands twice; give one of them another name")
                    known[name] = metric.value
    names = [metric.name for metric in metrics]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise CatalogueError(f"{sorted(twice)} stand twice; a family has one place")
    idle = set(reasons) - set(names)
    if idle:
        raise CatalogueError(f"lint_exceptions: {sorted(idle)} are no metrics of the catalogue")
    for name, entries in constants.items():
        order.setdefault(name, {}).update(entries)
    others = files["others.toml"]
    return Catalogue(
        tuple(metrics),
        {name: order[name] for name in sorted(order)},
        frozenset(others["target_labels"]["names"]),
        tuple(others["unchecked"]["prefixes"]),
        frozenset(others["unchecked"]["names"]),
        others["not_metrics"],
    )


def read(
    where: str,
    owner: str,
    section: dict[str, Any],
    key: str,
    entry: Any,
    buckets: dict[str, tuple[float, ...]],
    sets: dict[str, list[str]],
    passed_on: list[str],
    value_lists: dict[str, tuple[str, ...]],
    reasons: dict[str, str],
) -> Metric:
    if section.get("engine"):
        words = [entry] if isinstance(entry, str) else entry
        kind, text, options = words[0], "", {"labels": words[1:]} if len(words) > 1 else {}
    elif isinstance(entry, list) and len(entry) in (2, 3):
        kind, text, options = entry[0], entry[1], entry[2] if len(entry) == 3 else {}
    else:
        raise CatalogueError(f'{where}: {entry!r} is no metric; write ["counter", "What it counts."]')
    if kind not in TYPES:
        raise CatalogueError(f"{where}: type {kind!r}; use one of {', '.join(TYPES)}")
    unknown = set(options) - {"labels", "buckets", "unit", "constant"}
    if unknown:
        raise CatalogueError(f"{where}: option {sorted(unknown)[0]!r}; use labels, buckets, unit or constant")
    labels = [
        label
        for given in options.get("labels", section["labels"])
        for label in (sets[given[1:]] if given.startswith("@") else [given])
    ]
    always = [label for label in labels if not label.endswith("?") and label != "*"]
    sometimes = [label[:-1] for label in labels + (passed_on if section.get("engine") else []) if label.endswith("?")]
    chosen: tuple[float, ...] = ()
    if kind == "histogram" and not section.get("engine"):
        if options.get("buckets") not in buckets:
            raise CatalogueError(f"{where}: buckets {options.get('buckets')!r}; use one of {', '.join(buckets)}")
        chosen = buckets[options["buckets"]]
    name = section["prefix"] + key
    constant = ""
    if "class" in section:
        constant = options.get("constant", key.removeprefix(section.get("strip", "")).upper())
        constant = f"{section['class']}.{constant}" if constant else ""
    return Metric(
        name,
        kind,
        text,
        options.get("unit", unit_of(name)),
        tuple(always),
        tuple(label for label in dict.fromkeys(sometimes) if label not in always),
        "*" in labels,
        chosen,
        section.get("buckets_env", {}).get(key, ""),
        owner,
        section["title"],
        key,
        constant,
        {
            label: value_lists[source]
            for label, source in section.get("values", {}).items()
            if label in always or label in sometimes
        },
        reasons.get(name, ""),
    )
