"""Pages as text: filter one, check one. Nothing is registered, no scrape is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from . import _native
from ._types import Labels, TextFormat


class Problem(NamedTuple):
    """Something that a reader refuses ("error"), or that scrapers lose ("warning"). Lines and columns count from 1."""

    line: int
    column: int
    severity: Literal["error", "warning"]
    message: str


def filter_exposition(
    text: str | bytes,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    add_prefix: str | None = None,
    labels: Labels | None = None,
) -> bytes:
    """Filter, rename and label a page of Prometheus text 0.0.4; what is left keeps its order.

    Only names that begin with one of `include` pass, none that begin with one of `exclude`. Of a name that passes, the
    first matching include prefix is taken off and `add_prefix` put in front, unless it is there already. `labels` are
    added where a sample has none of that name.
    """
    return _native.filter_exposition(text, include, exclude, add_prefix, labels)


def check_exposition(data: str | bytes, *, format: TextFormat = "text", lint: bool = False) -> list[Problem]:
    """List what is wrong with a page, in order of lines; an empty list means that it is valid.

    Without `lint` only what the format's strict reader refuses; with it also, as warnings, what scrapers lose or refuse
    although the reader takes it, and names and descriptions that mislead people. A text whose last line is `# EOF` is
    OpenMetrics.
    """
    return [Problem._make(found) for found in _native.check_exposition(data, format, lint)]
