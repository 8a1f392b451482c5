"""Reads PromQL far enough to know which metrics and labels it names; the order of operations is of no interest."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"""(?P<space>\s+|\#[^\n]*)
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)
    |(?P<variable>\$\{[^}]*\}|\$\w+|\[\[\w+\]\])
    |(?P<range>\[[^\]]*\])
    |(?P<number>0x[0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?:ms|[smhdwy])?(?:\d+(?:ms|[smhdwy]))*|\.\d+)
    |(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)
    |(?P<operator>=~|!~|!=|==|<=|>=|[-+*/%^<>=(){},@])
    """,
    re.VERBOSE,
)
WORDS = {"and", "or", "unless", "atan2", "bool", "offset", "inf", "nan", "start", "end"}
LABEL_LISTS = {"by", "without", "on", "ignoring", "group_left", "group_right"}
MAKES_LABELS = {"label_replace", "label_join", "count_values"}


class PromQLError(ValueError):
    """The query cannot be read; says where."""


@dataclass
class Selector:
    metric: str  # empty when only __name__ or labels choose
    matchers: list[tuple[str, str, str]] = field(default_factory=list)  # label, operator, value


@dataclass
class Query:
    selectors: list[Selector] = field(default_factory=list)
    grouped: set[str] = field(default_factory=set)  # labels in by(), on() and their kin
    made: set[str] = field(default_factory=set)  # labels that the query makes itself


def tokens(query: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(query):
        match = TOKEN.match(query, at)
        if not match:
            raise PromQLError(f"cannot read {query[at : at + 20]!r} at {at} of {query!r}")
        if match.lastgroup != "space":
            found.append((match.lastgroup or "", match[0]))
        at = match.end()
    return found


def read(query: str) -> Query:
    """The metrics and labels of `query`; Grafana's variables may stand anywhere, its label_values() too."""
    result = Query()
    list_ = tokens(query)
    at = 0

    def peek(ahead: int = 0) -> str:
        return list_[at + ahead][1] if at + ahead < len(list_) else ""

    while at < len(list_):
        kind, text = list_[at]
        at += 1
        if kind == "name" and text in LABEL_LISTS and peek() == "(":
            at += 1
            while at < len(list_) and peek() != ")":
                if list_[at][0] == "name":
                    result.grouped.add(list_[at][1])
                at += 1
        elif kind == "name" and text in ("label_values", "label_names", "query_result") and peek() == "(":
            inner = inside(list_, at)
            # Its last argument is a label, behind a comma or alone.
            if text == "label_values" and inner and inner[-1][0] == "name" and (len(inner) == 1 or inner[-2][1] == ","):
                result.grouped.add(inner[-1][1])
                list_[at + len(inner)] = ("space", "")
        elif kind == "name" and peek() == "(":
            if text in MAKES_LABELS:
                inner = inside(list_, at)
                texts = [t[1:-1] for k, t in inner if k == "text"]
                result.made.update(texts[:1])
        elif kind == "name" and peek() in ("by", "without"):
            pass  # an aggregation whose labels stand before its parenthesis
        elif kind == "name" and text.lower() not in WORDS and text not in LABEL_LISTS:
            selector = Selector(text)
            if peek() == "{":
                at = matchers(list_, at + 1, selector, query)
            result.selectors.append(selector)
        elif text == "{":
            selector = Selector("")
            at = matchers(list_, at, selector, query)
            names = [value for label, sign, value in selector.matchers if label == "__name__" and sign == "="]
            selector.metric = names[0] if names else ""
            result.selectors.append(selector)
    if query.count("(") != query.count(")") and not re.search(r"[\"'`]", query):
        raise PromQLError(f"parentheses do not match in {query!r}")
    return result


def inside(list_: list[tuple[str, str]], opening: int) -> list[tuple[str, str]]:
    """The tokens between the parenthesis at `opening` and its match."""
    depth, found = 0, []
    for token in list_[opening:]:
        depth += {"(": 1, ")": -1}.get(token[1], 0)
        if depth == 0:
            return found[1:]
        found.append(token)
    raise PromQLError("a parenthesis is not closed: " + " ".join(text for _, text in list_[opening:]))


def matchers(list_: list[tuple[str, str]], at: int, selector: Selector, query: str) -> int:
    while at < len(list_) and list_[at][1] != "}":
        if list_[at][1] == "," or list_[at][0] == "variable":
            at += 1
            continue
        if at + 2 >= len(list_) or list_[at + 2][0] not in ("text", "variable"):
            raise PromQLError(f"cannot read the matcher at {list_[at][1]!r} of {query!r}")
        value = list_[at + 2][1]
        selector.matchers.append((list_[at][1], list_[at + 1][1], value[1:-1] if value[0] in "\"'`" else value))
        at += 3
    if at >= len(list_):
        raise PromQLError(f"a brace is not closed in {query!r}")
    return at + 1
