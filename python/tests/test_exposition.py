"""Pages as text: filter_exposition and check_exposition."""

from __future__ import annotations

import csv
import json

import pytest
from support import NEEDS_FIXTURES, Case, check_cases, filter_cases, fixtures

from dynmetrics import Problem, check_exposition, filter_exposition

PAGE = """\
# HELP vllm:requests Requests
# TYPE vllm:requests counter
vllm:requests_total{engine="0"} 1.0
# HELP python_threads Threads
# TYPE python_threads gauge
python_threads 1.0
"""


@pytest.mark.parametrize("case", filter_cases(), ids=repr)
@pytest.mark.parametrize("kind", [bytes, str])
def test_every_recorded_page_is_filtered_byte_for_byte(case: Case, kind):
    page = case.given.read_bytes()
    options = {key: option for key, option in case.options.items() if option is not None}
    assert filter_exposition(page if kind is bytes else page.decode(), **options) == case.expected


def test_include_exclude_rename_and_labels(registry):
    assert filter_exposition(PAGE, include=["vllm:"]) == PAGE[: PAGE.index("# HELP python")].encode()
    assert b"vllm" not in filter_exposition(PAGE, include=["vllm:", "python_"], exclude=["vllm:"])
    assert b'engine_requests_total{engine="0"} 1.0\n' in filter_exposition(
        PAGE, include=["vllm:"], add_prefix="engine_"
    )
    assert b'python_threads{zone="a"} 1.0\n' in filter_exposition(PAGE, labels={"zone": "a"})
    assert b'python_threads{zone="a"} 1.0\n' in filter_exposition(PAGE, labels=[("zone", "a")])
    assert b'{engine="0"} 1.0\n' in filter_exposition(PAGE, labels={"engine": "9"})


def test_what_is_filtered_out_altogether_leaves_nothing():
    assert filter_exposition(PAGE, include=["nothing"]) == b""
    assert filter_exposition("") == filter_exposition(b"") == b""


def test_none_and_empty_lists_are_no_filter():
    assert filter_exposition(PAGE, include=None, exclude=None, add_prefix=None, labels=None) == PAGE.encode()
    assert filter_exposition(PAGE, include=[], exclude=(), labels={}) == PAGE.encode()


def test_timestamps_stay():
    assert filter_exposition("a 1 1700000000000\n") == b"a 1 1700000000000\n"


def test_big_pages_are_filtered_without_the_gil():
    import threading

    page = PAGE.encode() + b"".join(b'python_big{i="%d"} 1.0\n' % i for i in range(200_000))
    ticks, done = [], threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(1)
            done.wait(0.001)

    ticker = threading.Thread(target=tick)
    ticker.start()
    for _ in range(3):
        before = len(ticks)
        filter_exposition(page, include=["python_"])
        ticked = len(ticks) - before
    done.set()
    ticker.join()
    assert ticked > 1


# ---- check ----


def test_a_valid_page_has_no_problems():
    assert check_exposition(PAGE) == []
    assert check_exposition(PAGE.encode()) == []
    assert check_exposition("") == []


def test_a_problem_says_where_and_what():
    (problem,) = check_exposition('fine 1\nbroken{a="b" 1\n')
    assert isinstance(problem, Problem)
    assert (problem.line, problem.severity) == (2, "error")
    assert problem.column > 1
    assert problem.message
    assert tuple(problem) == (problem.line, problem.column, problem.severity, problem.message)


def test_lint_adds_warnings_for_what_scrapers_lose():
    twice = "# HELP a A.\n# TYPE a gauge\na 1\na 2\n"
    assert check_exposition(twice) == []
    (problem,) = check_exposition(twice, lint=True)
    assert (problem.line, problem.column, problem.severity) == (4, 1, "warning")


def test_lint_adds_warnings_for_names_that_mislead():
    page = "# HELP queue_milliseconds Q.\n# TYPE queue_milliseconds gauge\nqueue_milliseconds 1\n"
    assert check_exposition(page) == []
    (problem,) = check_exposition(page, lint=True)
    assert (problem.line, problem.column, problem.severity) == (2, 8, "warning")
    assert "'queue_milliseconds'" in problem.message and "'queue_ms'" in problem.message


@pytest.mark.parametrize("case", check_cases(), ids=repr)
def test_every_problem_of_a_page_is_found(case: Case):
    found = check_exposition(case.given.read_bytes(), lint=case.options["lint"])
    expected = json.loads(case.expected)
    assert [(p.line, p.column, p.severity) for p in found] == [
        (e["line"], e["column"], e["severity"]) for e in expected
    ]
    for problem, told in zip(found, expected, strict=True):
        assert told["contains"] in problem.message


# Errors only under the legacy name scheme: we read UTF-8 names, as Prometheus 3 does.
UTF8_NAMES = {"error_41.prom", "error_42.prom"}


def verdicts():
    root = fixtures()
    if root is None:
        return [pytest.param(None, None, marks=pytest.mark.skip(reason=NEEDS_FIXTURES), id="recorded")]
    with open(root / "exposition" / "manifest.csv", newline="") as table:
        rows = [row for row in csv.DictReader(table) if row["file"].startswith("common-expfmt-text/")]
    assert len(rows) == 67
    return [
        pytest.param(root / "exposition" / row["file"], row["expect"] == "valid", id=row["file"].split("/")[1])
        for row in rows
    ]


@pytest.mark.parametrize(("file", "is_valid"), verdicts())
def test_the_verdict_is_that_of_prometheus_own_parser(file, is_valid):
    if file.name in UTF8_NAMES:
        pytest.skip("an error only under the legacy name scheme; we read UTF-8 names")
    problems = check_exposition(file.read_bytes())
    assert (problems == []) == is_valid, problems


def test_a_page_is_checked_as_the_format_that_is_asked_for():
    assert check_exposition("a 1\n# EOF\n", format="openmetrics") == []
    (problem,) = check_exposition("a 1\n", format="openmetrics")
    assert "# EOF" in problem.message
