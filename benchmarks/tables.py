"""What the tables of all benchmarks share: a line of one, a figure in it, the machine in words."""

from __future__ import annotations

import os
import re
from pathlib import Path


def line(cells: list[str]) -> str:
    """Make a line of a table."""
    return "| " + " | ".join(cells) + " |"


def digits(value: float) -> str:
    """Give three digits."""
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}" if abs(value) < 100 else f"{value:.0f}"


def machine() -> str:
    """Tell of the processor in words."""
    told = Path("/proc/cpuinfo").read_text()

    def of(key: str) -> str:
        found = re.search(rf"^{key}\s*: (.*)$", told, re.M)
        return found[1].strip() if found else "?"

    return f"{of('model name')} (family {of('cpu family')}, model {of('model')}), {os.cpu_count()} cores"
