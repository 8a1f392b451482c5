"""Shapes of arguments that several modules take."""

from collections.abc import Iterable, Mapping
from typing import Literal, Union

Labels = Union[Mapping[str, str], Iterable[tuple[str, str]]]
"""Label names with their values: a dict, or pairs."""

Format = Literal["text", "openmetrics", "protobuf"]
"""Prometheus text 0.0.4, or OpenMetrics 1.0."""
TextFormat = Literal["text", "openmetrics"]
