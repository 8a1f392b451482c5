"""What became of each source at the last scrape: where a metric that is missing was lost."""

from __future__ import annotations

import json
from typing import Literal, NamedTuple

from .runtime import Node, runtimes


class Rejection(NamedTuple):
    """What could not go on the page, since the source was registered."""

    reason: str
    """A word, like "duplicate_series"; docs/configuration.md lists them."""
    times: int
    example: str
    """The first one, in words."""


class Source(NamedTuple):
    """One source of a page, as its last scrape left it."""

    name: str
    """What the library's own metrics call it."""
    state: Literal["fresh", "late", "stale", "failed", "hung"]
    """"stale" is also one that no scrape has asked yet."""
    families: int
    """Families that it brought, before its filter."""
    series: int
    filtered_families: int
    """Families of which its filter let nothing pass."""
    filtered_series: int
    renamed_families: int
    shown_families: int
    """Families that were given to the page. Of a series that two sources have the first stays."""
    shown_series: int
    rejected: tuple[Rejection, ...]
    errors: dict[str, int]
    """Scrapes that it brought nothing new to, by reason."""


def sources(node: Node | None = None) -> list[Source]:
    """List the sources of `node` and below; of all runtimes of this process without one.

    They tell of the last scrape; none is asked for that. In order of registration.
    """
    found = []
    for above in runtimes() if node is None else [node]:
        for told in json.loads(above._native.sources()):
            rejected = tuple(Rejection._make(entry) for entry in told.pop("rejected"))
            fields = {name: told[name] for name in Source._fields if name in told}
            found.append(Source(**fields, rejected=rejected))
    return found
