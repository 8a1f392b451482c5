"""What several test files need: waiting, HTTP, reading pages, and the cases that Swift, C and Python share."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from prometheus_client.parser import text_string_to_metric_families

import dynmetrics

REPOSITORY = Path(__file__).resolve().parents[2]
CONFORMANCE = REPOSITORY / "Tests" / "conformance" / "cases"
NEEDS_FIXTURES = "set DYNMETRICS_FIXTURES"


def fixtures() -> Path | None:
    """The folder of recorded engine metrics, when this machine has it."""
    named = os.environ.get("DYNMETRICS_FIXTURES")
    return Path(named) if named else None


# ---- waiting ----


def wait_until(condition: Callable[[], Any], what: str = "the condition", timeout: float = 20) -> Any:
    """Wait for something to become true, however long this machine takes; not for a duration."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.002)
    raise AssertionError(f"{what} did not come true within {timeout} s")


# ---- pages ----


def samples(page: str | bytes) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """The samples of a page by name and sorted labels, read by prometheus_client; a series twice is an error."""
    text = page.decode() if isinstance(page, bytes) else page
    found: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            assert key not in found, f"twice on the page: {key}"
            found[key] = sample.value
    return found


def value(page: str | bytes, name: str, **labels: str) -> float | None:
    """The value of the one sample of this name that has at least these labels; None when there is none."""
    matching = [v for (n, have), v in samples(page).items() if n == name and labels.items() <= dict(have).items()]
    assert len(matching) <= 1, f"{len(matching)} samples match {name}{labels}"
    return matching[0] if matching else None


def assert_valid(page: bytes) -> None:
    """Every reader takes this page: prometheus_client's, and our checker with lint."""
    samples(page)
    problems = dynmetrics.check_exposition(page, lint=True)
    assert not [p for p in problems if p.severity == "error"], (problems, page.decode())


# ---- HTTP ----


def get(
    server: dynmetrics.Server, path: str = "/metrics", method: str = "GET", timeout: float = 20
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=timeout)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


# ---- other processes ----


def run_python(code: str, *, timeout: float = 60, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a fresh interpreter, with this process's environment and what is given."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=timeout,
        env={**os.environ, **environment},
    )


def run_tool(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run `python -m dynmetrics`."""
    return subprocess.run(
        [sys.executable, "-m", "dynmetrics", *map(str, arguments)], input=stdin, capture_output=True, timeout=60
    )


# ---- cases that Swift, C and Python share ----


class Case(NamedTuple):
    name: str
    given: Path  # a page, or a folder of .db files
    options: dict[str, Any]  # include, exclude, add_prefix, labels
    expected: bytes

    def __repr__(self) -> str:
        return self.name


def filter_cases() -> list[Any]:
    """Pages with the text that has to be left of them: this project's, and the engines' when they are at hand."""
    return _own_cases("input.txt") + (_recorded_filters() or [_not_here()])


def merge_cases() -> list[Any]:
    """Multiprocess directories with the page they make; from both places as well."""
    return _own_cases("db") + (_recorded_merges() or [_not_here()])


def check_cases() -> list[Any]:
    """Pages with what has to be found in them: `expected` is JSON with line, column, severity, a part of the message."""
    return _own_cases("input.txt", "problems.json")


def _own_cases(given: str, expected: str = "expected.txt") -> list[Case]:
    cases = []
    for folder in sorted(CONFORMANCE.glob("*")):
        if (folder / given).exists() and (folder / expected).exists():
            options = json.loads((folder / "options.json").read_text())
            cases.append(Case(folder.name, folder / given, options, (folder / expected).read_bytes()))
    return cases


def _recorded_filters() -> list[Case]:
    cases = []
    for listing in sorted((fixtures() or CONFORMANCE).glob("engines/*/*/filters/cases.json")):
        folder = listing.parent
        table = json.loads(listing.read_text())
        for case in table["cases"]:
            options = {key: case[key] for key in ("include", "exclude", "add_prefix")}
            options["labels"] = case["inject"]
            name = f"{folder.parent.parent.name}/{folder.parent.name}/{case['file']}"
            cases.append(Case(name, folder / table["input"], options, (folder / case["file"]).read_bytes()))
    return cases


def _recorded_merges() -> list[Case]:
    cases = []
    for folder in sorted((fixtures() or CONFORMANCE).glob("engines/*/*/db")):
        name = f"{folder.parent.parent.name}/{folder.parent.name}"
        cases.append(Case(name, folder, {}, (folder.parent / "expected.txt").read_bytes()))
    return cases


def _not_here() -> Any:
    return pytest.param(None, marks=pytest.mark.skip(reason=NEEDS_FIXTURES), id="recorded")
