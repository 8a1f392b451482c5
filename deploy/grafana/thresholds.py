"""The marks of the panels are those of the alerts: both are read from deploy/thresholds.json."""

from __future__ import annotations

import json
from pathlib import Path

FILE = Path(__file__).resolve().parents[1] / "thresholds.json"


def marks(name: str) -> tuple[float | None, float | None]:
    """Where the alert of this name warns, and where it is critical."""
    if not name:
        return None, None
    return tuple(json.loads(FILE.read_text())[name])  # type: ignore[return-value]
