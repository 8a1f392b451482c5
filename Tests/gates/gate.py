"""What the gates share: where the library is, how other programs are asked, how two lists differ."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = Path(os.environ.get("DYNM_LIBRARY") or ROOT / ".build" / "lib" / "libdynmetrics.so.0")

sys.path.insert(0, str(ROOT / "Tests"))
from tap import finish  # noqa: E402, F401
from tap import test as gate  # noqa: E402, F401


def output(*command: str | Path) -> list[str]:
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout.splitlines()


def differences(ours: Iterable[str], theirs: Iterable[str], ours_title: str, theirs_title: str) -> list[str]:
    one, other = set(ours), set(theirs)
    return [f"only in {ours_title}: {name}" for name in sorted(one - other)] + [
        f"only in {theirs_title}: {name}" for name in sorted(other - one)
    ]
