#!/usr/bin/env python3
"""What the catalogue must be, and that no dashboard, rule or doc names a metric or label that does not exist.

`catalogue.py FILE…` looks only at these dashboards, rules and docs; without any at deploy/, docs/ and README.md.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gate import ROOT, finish, gate

sys.path.insert(0, str(ROOT / "catalogue"))
import generate
from catalogue import Catalogue, Metric, load
from promql import PromQLError, Query, read

TOOL = ROOT / ".build" / "bin" / "dynmetrics"
RECORDED = re.compile(r"^\s*-?\s*(?:\"record\"|record):\s*\"?([a-zA-Z_:][\w:]*)", re.MULTILINE)
OURS = re.compile(r"(?<![\w.:/$-])(dynamo_|dynmetrics_|kvbm_|vllm:|sglang:|trtllm_|DCGM_FI_)[\w:]*")
QUERY_KEYS = {"expr", "query", "definition", "rawSql"}


# ---- finding queries


def queries(path: Path) -> Iterator[tuple[str, str]]:
    """Where in the file, and the query."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        yield from json_queries(json.loads(text), "", "prometheus")
    elif path.suffix in (".yml", ".yaml"):
        yield from yaml_queries(text)
    elif path.suffix == ".md":
        for match in re.finditer(r"^```promql\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            line = text.count("\n", 0, match.start()) + 2
            for block in re.split(r"\n\s*\n", match[1]):
                code = "\n".join(part for part in block.splitlines() if not part.lstrip().startswith("#")).strip()
                if code:
                    yield f"{line}", code


def json_queries(node: Any, where: str, source: str) -> Iterator[tuple[str, str]]:
    """Of a dashboard: targets and variables of Prometheus data sources; other languages are not ours to read."""
    if isinstance(node, dict):
        given = node.get("datasource")
        if isinstance(given, dict) and given.get("type"):
            source = given["type"]
        if node.get("type") in ("datasource", "textbox", "custom", "interval", "constant"):
            return
        for key, value in node.items():
            at = f"{where}.{key}" if where else key
            if key in QUERY_KEYS and isinstance(value, str):
                if value.strip() and source == "prometheus" and (key == "expr" or is_variable_query(value)):
                    yield at, value
            else:
                yield from json_queries(value, at, source)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            title = value.get("title") or value.get("name") if isinstance(value, dict) else None
            yield from json_queries(value, f"{where}[{title or index}]", source)


def is_variable_query(text: str) -> bool:
    return bool(re.match(r"\s*(label_values|query_result)\(", text))


def yaml_queries(text: str) -> Iterator[tuple[str, str]]:
    """Each `expr:` of a rule file, in the forms that YAML writes a text in; dashboards inside ConfigMaps too."""
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        match = re.match(r"^(\s*(?:- )?)(\"?expr\"?|[\w.-]+\.json):\s*(.*)$", line)
        if not match:
            continue
        value = match[3].strip()
        if re.fullmatch(r"[|>][-+\d]*", value):
            indent = len(match[1])
            rest = []
            for below in lines[number:]:
                if below.strip() and len(below) - len(below.lstrip()) <= indent:
                    break
                rest.append(below)
            value = "\n".join(rest)
        elif value[:1] == '"':
            value = json.loads(value)
        elif value[:1] == "'":
            value = value[1:-1].replace("''", "'")
        elif match[2].strip('"') == "expr":
            value = re.sub(r"\s+#.*$", "", value)
            for below in lines[number:]:  # a plain text that goes on
                if not below.strip() or len(below) - len(below.lstrip()) <= len(match[1]):
                    break
                value += " " + below.strip()
        if match[2].endswith(".json"):
            for where, query in json_queries(json.loads(value), "", "prometheus"):
                yield f"{number}: {where}", query
        elif value.strip():
            yield f"{number}", value


# ---- judging them


def problems(catalogue: Catalogue, query: str, recorded: set[str]) -> list[str]:
    try:
        found = read(query)
    except PromQLError as error:
        return [str(error)]
    known = catalogue.by_sample()
    wrong: list[str] = []
    allowed = set(catalogue.target_labels) | found.made | {"le", "quantile", "__name__"}
    unknown_labels = False
    for selector in found.selectors:
        name = selector.metric
        metric = known.get(name)
        if metric:
            wrong += label_problems(catalogue, metric, name, selector.matchers, found)
            allowed |= set(metric.labels) | set(metric.optional)
            unknown_labels = unknown_labels or metric.any_label
        elif not name or name in recorded or is_foreign(catalogue, name):
            unknown_labels = True
        else:
            wrong.append(f"no metric {name!r} in the catalogue{nearest(name, known)}")
    if found.selectors and not unknown_labels:
        wrong += [f"no label {label!r} on {names(found)}" for label in sorted(found.grouped - allowed)]
    return wrong


def label_problems(
    catalogue: Catalogue, metric: Metric, name: str, matchers: list[tuple[str, str, str]], query: Query
) -> list[str]:
    wrong = []
    labels = {"__name__", *metric.labels, *metric.optional, *catalogue.target_labels}
    if name.endswith("_bucket"):
        labels.add("le")
    for label, sign, value in matchers:
        if label not in labels and not metric.any_label:
            has = ", ".join(sorted(metric.labels + metric.optional)) or "none"
            wrong.append(f"no label {label!r} on {name}; it has {has}")
        said = metric.values.get(label)
        if said and "$" not in value and sign in ("=", "=~"):
            for one in value.split("|") if sign == "=~" and re.fullmatch(r"[\w|]*", value) else [value]:
                if (sign == "=" and one not in said) or (sign == "=~" and not any(re.fullmatch(one, v) for v in said)):
                    wrong.append(f"{label}={one!r} of {name} is never said; it says one of {', '.join(said)}")
    if metric.type == "counter" and name == metric.name and name.endswith("_bucket"):
        wrong.append(f"{name} is a counter and has no buckets")
    return wrong


def is_foreign(catalogue: Catalogue, name: str) -> bool:
    return name in catalogue.unchecked_names or name.startswith(catalogue.unchecked_prefixes)


def nearest(name: str, known: dict[str, Metric]) -> str:
    import difflib

    close = difflib.get_close_matches(name, known, 1)
    return f"; did you mean {close[0]}?" if close else "; a new one belongs into catalogue/*.toml"


def names(query: Query) -> str:
    return ", ".join(dict.fromkeys(selector.metric for selector in query.selectors))


def named_in_prose(catalogue: Catalogue, text: str, recorded: set[str]) -> Iterator[tuple[int, str]]:
    """Words of a page that look like one of our metrics and are none."""
    known = catalogue.by_sample()
    labels = {label for metric in catalogue.metrics for label in (*metric.labels, *metric.optional)}
    starts = set(known) | recorded
    for number, line in enumerate(text.splitlines(), 1):
        for match in OURS.finditer(line):
            name = match[0].rstrip(":")
            after = line[match.end() : match.end() + 1]
            family = re.sub(r"_created$", "", name)
            if name in starts or name in labels or family in known or name in catalogue.not_metrics:
                continue
            if f"{family}_total" in known:  # its name in OpenMetrics
                continue
            if (after in "{*…[(/." or name.endswith(("_", ":"))) and any(k.startswith(name) for k in starts):
                continue
            if any(k.startswith((name + "_", name + ":")) for k in starts) and "_" not in name.removeprefix("dynamo_"):
                continue  # a prefix, spoken of
            if name in catalogue.constants["name_prefix"].values() or after == ".":
                continue
            yield number, match[0]


# ---- the naming rules


def lint_page(catalogue: Catalogue) -> tuple[str, list[str]]:
    """A page with a sample of every family, and which family each line is of."""
    lines: list[str] = []
    owners: list[str] = []
    for metric in catalogue.metrics:
        if not metric.help:
            continue  # an engine's: not ours to name
        pairs = [f'{label}="x"' for label in metric.labels]
        block = [f"# HELP {metric.name} {metric.help}", f"# TYPE {metric.name} {metric.type}"]
        if metric.type == "histogram":
            block.append(f"{metric.name}_bucket{{{','.join([*pairs, 'le=' + chr(34) + '+Inf' + chr(34)])}}} 1")
            block += [f"{metric.name}_sum{{{','.join(pairs)}}} 1", f"{metric.name}_count{{{','.join(pairs)}}} 1"]
        else:
            block.append(f"{metric.name}{{{','.join(pairs)}}} 1")
        lines += block
        owners += [metric.name] * len(block)
    return "\n".join([*lines, ""]), owners


def lint(catalogue: Catalogue) -> None:
    page, owners = lint_page(catalogue)
    told = subprocess.run([TOOL, "check", "--lint", "-"], input=page, capture_output=True, text=True)
    objections: dict[str, str] = {}
    for line in told.stdout.splitlines():
        number, message = re.match(r".*?:(\d+):\d+: (.*)", line).groups()  # type: ignore[union-attr]
        objections.setdefault(owners[int(number) - 1], message)
    excused = {metric.name for metric in catalogue.metrics if metric.lint}
    gate(
        "the names of the catalogue keep the naming rules, or say why not",
        [f"{name}: {message}" for name, message in objections.items() if name not in excused]
        + ([told.stderr] if told.stderr else []),
    )
    gate("no exception from the naming rules is idle", sorted(excused - set(objections)))


def files(given: list[str]) -> list[Path]:
    if given:
        return [Path(name).resolve() for name in given]
    deploy = ROOT / "deploy"
    found = [path for kind in ("*.json", "*.yml", "*.yaml") for path in sorted(deploy.rglob(kind))]
    return [*found, *sorted(deploy.rglob("*.md")), *sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md"]


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def used(catalogue: Catalogue, paths: list[Path]) -> None:
    recorded = {
        name
        for path in files([]) + paths
        if path.suffix in (".yml", ".yaml", ".json")
        for name in RECORDED.findall(path.read_text(encoding="utf-8"))
    }
    wrong, prose = [], []
    for path in paths:
        try:
            for where, query in queries(path):
                wrong += [f"{shown(path)}:{where}: {problem}" for problem in problems(catalogue, query, recorded)]
        except ValueError as error:
            wrong.append(f"{shown(path)}: {error}")
        if path.suffix == ".md":
            text = path.read_text(encoding="utf-8")
            prose += [f"{shown(path)}:{n}: no metric {word!r}" for n, word in named_in_prose(catalogue, text, recorded)]
    gate("no query names a metric, label or value that does not exist", wrong)
    gate("no doc names a metric that does not exist", prose)


def checker_works(catalogue: Catalogue) -> None:
    """The checker itself: what it must refuse and must take."""
    good = [
        'sum by (model) (rate(dynamo_frontend_requests_total{status="error",error_type="internal"}[$__rate_interval]))',
        "histogram_quantile(0.95, sum by (le) (rate(dynamo_frontend_time_to_first_token_seconds_bucket[5m])))",
        "label_values(dynamo_component_requests_total{dynamo_namespace=~\"$namespace\"}, dynamo_component)",
        "sum(vllm:num_requests_running) / on(instance) group_left up",
        '{__name__="kvbm_matched_tokens"} offset 5m',
    ]
    bad = [
        "rate(dynamo_frontend_request_total[5m])",
        'dynamo_frontend_requests_total{modl="x"}',
        'dynamo_frontend_requests_total{status="failed"}',
        "sum by (user_id) (rate(dynamo_frontend_requests_total[5m]))",
        "dynamo_frontend_requests_total_bucket",
        'dynamo_frontend_requests_total{model="x"',
    ]
    gate("the checker takes what exists", [f"{q}: {p}" for q in good for p in problems(catalogue, q, set())])
    gate("the checker refuses what does not", [q for q in bad if not problems(catalogue, q, set())])


if __name__ == "__main__":
    catalogue = load()
    chosen = [name for name in sys.argv[1:] if not name.startswith("-")]
    if not chosen:
        stale = generate.stale(catalogue)
        gate("what is made from the catalogue is current", [f"{name}: run catalogue/generate.py" for name in stale])
        lint(catalogue)
        checker_works(catalogue)
    used(catalogue, files(chosen))
    finish()
