"""One line of TAP per test, and what is wrong under it. For the gates and the end-to-end stories."""

from __future__ import annotations

import sys
from collections.abc import Iterable

_told = {"tests": 0, "failed": 0}


def test(title: str, wrong: Iterable[object] | bool = ()) -> None:
    """Tell whether something holds; `wrong` has what is against it, or is True when all that is said is the title."""
    against = ["not so"] if wrong is True else [] if wrong is False else [str(line) for line in wrong]
    _told["tests"] += 1
    _told["failed"] += bool(against)
    print(f"{'not ' if against else ''}ok {_told['tests']} - {title}")
    for line in against[:80]:
        print("\n".join(f"# {part}" for part in line.splitlines()))
    sys.stdout.flush()


def skip(title: str, reason: str) -> None:
    _told["tests"] += 1
    print(f"ok {_told['tests']} - {title} # SKIP {reason}", flush=True)


def finish() -> None:
    print(f"1..{_told['tests']}")
    sys.exit(1 if _told["failed"] else 0)
