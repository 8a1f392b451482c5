#!/usr/bin/env python3
"""Writes what is made from the catalogue: constants for Swift, C and Python, the command's table, docs/metrics.md.

`generate.py` writes; `generate.py --check` says which file is stale and changes nothing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from catalogue import Catalogue, Metric, load

ROOT = Path(__file__).resolve().parents[1]
MADE = "Made by catalogue/generate.py from the data beside it; edit that."


def number(value: float) -> str:
    return f"{value:.0f}" if value == int(value) and abs(value) < 1e15 else f"{value:.12g}"


def all_labels(metric: Metric) -> list[str]:
    return [*metric.labels, *(f"{label}?" for label in metric.optional), *(["*"] if metric.any_label else [])]


# ---- Swift


def camel(words: str) -> str:
    first, *rest = re.sub(r"[^A-Za-z0-9]+", "_", words).strip("_").lower().split("_")
    name = first + "".join(word.capitalize() for word in rest)
    return f"`{name}`" if name in ("none", "internal", "operator", "self") else name


def pascal(words: str) -> str:
    name = camel(words).strip("`")
    return name[0].upper() + name[1:]


def swift_table(catalogue: Catalogue) -> str:
    lines = []
    for metric in catalogue.metrics:
        fields = (
            metric.name, metric.type, metric.unit, ",".join(all_labels(metric)),
            ",".join(map(number, metric.buckets)), metric.buckets_env, metric.title, metric.help,
        )  # fmt: skip
        if any(set(text) & set('\t\n"\\') for text in fields):
            raise ValueError(f"{metric.name}: a tab, line break, quote or backslash cannot stand in the table")
        lines.append("    " + "\t".join(fields))
    return "\n".join(
        [
            f"// The catalogue as lines of fields between tabs. {MADE}",
            "",
            "// swift-format-ignore-file",
            "enum CatalogueTable {",
            '    static let lines: StaticString = """',
            *lines,
            '    """',
            "}",
            "",
        ]
    )


def swift_names(catalogue: Catalogue) -> str:
    """Full names by owner, label names and label values."""
    out = [
        f"// Names of built-in metrics, labels and label values. {MADE}",
        "",
        "// swift-format-ignore-file",
        "/// Full names, by who writes them: `MetricNames.Frontend.requestsTotal` is `dynamo_frontend_requests_total`.",
        "public enum MetricNames {",
    ]
    for owner, title, metrics in owners(catalogue):
        out += [f"    /// {title}.", f"    public enum {pascal(owner)} {{"]
        out += [f'        public static var {camel(m.value)}: String {{ "{m.name}" }}' for m in metrics]
        out.append("    }")
    out += ["}", "", "/// Names of labels.", "public enum LabelNames {"]
    out += [f'    public static var {camel(n)}: String {{ "{v}" }}' for n, v in catalogue.constants["labels"].items()]
    out += ["}", "", "/// What labels may say.", "public enum LabelValues {"]
    for of_class, entries in value_classes(catalogue):
        out.append(f"    public enum {pascal(of_class)} {{")
        out += [f'        public static var {camel(n)}: String {{ "{v}" }}' for n, v in entries.items()]
        out.append("    }")
    return "\n".join([*out, "}", ""])


def owners(catalogue: Catalogue) -> Iterator[tuple[str, str, list[Metric]]]:
    for owner in dict.fromkeys(metric.owner for metric in catalogue.metrics):
        metrics = [metric for metric in catalogue.metrics if metric.owner == owner]
        yield owner, metrics[0].title, metrics


def value_classes(catalogue: Catalogue) -> list[tuple[str, dict[str, str]]]:
    metrics = {m.constant.rpartition(".")[0] for m in catalogue.metrics}
    return [(n, entries) for n, entries in catalogue.constants.items() if "." in n and n not in metrics]


# ---- C


def c_header(catalogue: Catalogue) -> str:
    def macro(*words: str) -> str:
        return re.sub(r"[^A-Za-z0-9]+", "_", "_".join(words)).upper()

    out = [
        f"/* Names of built-in metrics, labels and label values. {MADE}",
        " *",
        " * DYNM_NAME_DYNAMO_FRONTEND_REQUESTS_TOTAL is the full name as it stands on the page, for creation with",
        " * name_as_is and for queries. Nothing but macros: no library is needed. */",
        "#ifndef DYNMETRICS_NAMES_H",
        "#define DYNMETRICS_NAMES_H",
    ]
    for _, title, metrics in owners(catalogue):
        out += ["", f"/* {title} */"]
        out += [f'#define {macro("DYNM_NAME", m.name)} "{m.name}"' for m in metrics]
    out += ["", "/* Labels */"]
    out += [f'#define {macro("DYNM_LABEL", n)} "{v}"' for n, v in catalogue.constants["labels"].items()]
    out += ["", "/* What labels may say */"]
    for of_class, entries in value_classes(catalogue):
        out += [f'#define {macro("DYNM_VALUE", of_class, n)} "{v}"' for n, v in entries.items()]
    return "\n".join([*out, "", "#endif", ""])


# ---- Python


def python_names(catalogue: Catalogue) -> str:
    out = [
        '"""Names of metrics, labels and label values, in the classes that Dynamo 1.6.1 has them in.',
        "",
        "A metric's constant is its name without the prefix of its family: `frontend_service.REQUESTS_TOTAL` is",
        '`"requests_total"`, on the page `dynamo_frontend_requests_total`.',
        "",
        MADE,
        '"""',
        "",
        "from __future__ import annotations",
        "",
    ]
    tops = sorted({name.partition(".")[0] for name in catalogue.constants})
    out += ["__all__ = [", *(f'    "{name}",' for name in tops), "]"]
    about = {m.constant: m.help for m in catalogue.metrics if m.constant}
    titles: dict[str, str] = {}
    for metric in catalogue.metrics:
        titles.setdefault(metric.constant.rpartition(".")[0], metric.title)
    for top in tops:
        out += ["", "", *python_class(catalogue, top, titles, about, "")]
    return "\n".join([*out, ""])


def python_class(
    catalogue: Catalogue, path: str, titles: dict[str, str], about: dict[str, str], indent: str
) -> Iterable[str]:
    leaf = path.rpartition(".")[2]
    yield f"{indent}class {leaf}:"
    yield f'{indent}    """{titles.get(path, leaf.replace("_", " ").capitalize())}."""'
    yield ""
    for name, value in catalogue.constants.get(path, {}).items():
        if f"{path}.{name}" in about:
            yield f"{indent}    # {about[f'{path}.{name}']}"
        yield f'{indent}    {name} = "{value}"'
    inner = [n for n in catalogue.constants if n.startswith(path + ".") and "." not in n[len(path) + 1 :]]
    for index, name in enumerate(inner):
        if index or catalogue.constants.get(path):
            yield ""
        yield from python_class(catalogue, name, titles, about, indent + "    ")


# ---- docs


def document(catalogue: Catalogue) -> str:
    metrics = catalogue.metrics
    out = [
        "# Metrics",
        "",
        f"<!-- {MADE} -->",
        "",
        f"All {len(metrics)} families that this library writes, passes on or has dashboards for; `dynmetrics catalog`",
        "prints them, with `--format json` for programs. Of a histogram the family's name stands here; its series end",
        "in `_bucket`, `_sum` and `_count`. Labels in brackets are not on every series. The names are Dynamo 1.6.1's;",
        "constants for them are in `dynmetrics.prometheus_names` (Python, upstream's classes), `MetricNames` (Swift)",
        "and [dynmetrics_names.h](../include/dynmetrics_names.h); [instrumentation](instrumentation.md) fills them.",
        "",
    ]
    for _, title, group in owners(catalogue):
        out += [f"## {title}", ""]
        engine = not any(m.help for m in group)
        if engine:
            out += ["HELP and buckets are the engine's own.", ""]
        out += ["| family | type | unit | labels |" + ("" if engine else " meaning |")]
        out += ["|---|---|---|---|" + ("" if engine else "---|")]
        for metric in group:
            cells = [f"`{metric.name}`", metric.type, metric.unit or "–", label_cell(metric)]
            out.append("| " + " | ".join(cells + ([] if engine else [metric.help + bucket_note(metric)])) + " |")
        out.append("")
    exceptions = [metric for metric in metrics if metric.lint]
    out += ["## Names that break the naming rules", "", "Upstream's names, kept because dashboards know them.", ""]
    out += ["| family | why it stands |", "|---|---|"]
    out += [f"| `{metric.name}` | {metric.lint} |" for metric in exceptions]
    out += ["", "## What labels may say", "", "| label of | values |", "|---|---|"]
    seen: dict[tuple[str, tuple[str, ...]], str] = {}
    for metric in metrics:
        for label, values in metric.values.items():
            seen.setdefault((label, values), metric.title)
    for (label, values), title in seen.items():
        out.append(f"| `{label}` ({title}) | {', '.join(f'`{v}`' if v else 'empty' for v in values)} |")
    return "\n".join([*out, ""])


def label_cell(metric: Metric) -> str:
    found = [f"`{label}`" for label in metric.labels] + [f"[`{label}`]" for label in metric.optional]
    return " ".join(found + (["and more"] if metric.any_label else [])) or "–"


def bucket_note(metric: Metric) -> str:
    if not metric.buckets:
        return ""
    return f" Buckets: {len(metric.buckets)} from {number(metric.buckets[0])} to {number(metric.buckets[-1])}."


FILES = {
    "Sources/DynCatalogue/CatalogueTable.swift": swift_table,
    "Sources/DynCatalogue/MetricNames.swift": swift_names,
    "include/dynmetrics_names.h": c_header,
    "python/src/dynmetrics/prometheus_names.py": python_names,
    "docs/metrics.md": document,
}


def stale(catalogue: Catalogue) -> list[str]:
    """The files that are not what the catalogue makes of them."""
    return [
        name
        for name, made in FILES.items()
        if not (ROOT / name).is_file() or (ROOT / name).read_text(encoding="utf-8") != made(catalogue)
    ]


if __name__ == "__main__":
    catalogue = load()
    wrong = stale(catalogue)
    if "--check" in sys.argv:
        for name in wrong:
            print(f"{name} is stale: run python3 catalogue/generate.py")
        sys.exit(1 if wrong else 0)
    for name in wrong:
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(FILES[name](catalogue), encoding="utf-8")
        print(f"wrote {name}")
