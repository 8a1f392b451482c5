"""dynmetrics.sources() and `dynmetrics sources`: where a metric that is missing was lost."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import prometheus_client
import pytest
from prometheus_client import Counter, Gauge
from support import run_python, run_tool, value

import dynmetrics
from dynmetrics import Rejection, register_engine_metrics_callback, sources

TEXT = """\
# TYPE vllm:a gauge
vllm:a{engine="0"} 1
vllm:a{engine="1"} 2
# TYPE vllm:b gauge
vllm:b 1
# TYPE python_c gauge
python_c{x="1"} 1
python_c{x="2"} 1
vllm:d nothing
"""


def register_text(node: dynmetrics.Node, text: str = TEXT, **options: Any) -> Any:
    parts = [options.get(name) for name in ("name", "include", "exclude", "add_prefix", "labels")]
    return node._native.register_text(lambda: text, *parts, 0)


def counts(source: dynmetrics.Source) -> tuple[int, ...]:
    return source[2:9]


def test_what_was_seen_filtered_renamed_shown_and_rejected(rt: Any, endpoint: Any) -> None:
    register_text(endpoint, name="engine", include=["vllm:"], add_prefix="llm_")
    assert counts(sources(rt)[0]) == (0, 0, 0, 0, 0, 0, 0) and sources(rt)[0].state == "stale"

    page = rt.scrape()
    (found,) = sources(rt)

    assert (found.name, found.state, found.errors) == ("engine", "fresh", {})
    assert counts(found) == (3, 5, 1, 2, 2, 2, 3)
    (rejected,) = found.rejected
    assert isinstance(rejected, Rejection) and (rejected.reason, rejected.times) == ("value", 1)
    assert "nothing" in rejected.example
    for name, of, expected in [("seen", "series", 5), ("seen", "families", 3), ("filtered", "series", 2),
                               ("filtered", "families", 1), ("renamed", "families", 2)]:  # fmt: skip
        assert value(page, f"dynmetrics_source_{name}", source="engine", of=of) == expected


def test_a_source_that_others_were_before_says_so(rt: Any) -> None:
    for _ in range(2):
        register_text(rt, "a 1\nb 1\n")
    rt.scrape()
    first, second = sources(rt)
    assert not first.rejected
    assert [(r.reason, r.times) for r in second.rejected] == [("duplicate_series", 2)]


def test_a_source_that_failed_says_how_often(rt: Any) -> None:
    def fails() -> str:
        raise RuntimeError("no")

    rt.metrics.register_prometheus_expfmt_callback(fails)
    for _ in range(3):
        rt.scrape()
    (found,) = sources(rt)
    assert (found.state, found.errors) == ("failed", {"failed": 3})


@pytest.mark.parametrize("kind", ["registry", "adopted", "typed", "directory", "page"])
def test_each_kind_of_source_counts(kind: str, rt: Any, tmp_path: Path) -> None:
    registry = prometheus_client.CollectorRegistry()
    other = dynmetrics.DistributedRuntime()
    server = other.serve()
    if kind == "directory":
        code = (
            "from prometheus_client import *; Gauge('vllm:a', 'A', ['e'], multiprocess_mode='sum').labels('0').set(1)"
        )
        run_python(
            code + "; Gauge('other', 'O', multiprocess_mode='sum').set(1)", PROMETHEUS_MULTIPROC_DIR=str(tmp_path)
        )
        rt.add_multiprocess_dir(tmp_path, include=["vllm:"])
    elif kind == "typed":
        families = [("vllm:a", "A", "gauge", "", [("vllm:a", [], 1.0, None)])]
        families.append(("other", "O", "gauge", "", [("other", [], 1.0, None)]))
        rt._native.register_typed(lambda: families, None, ["vllm:"], None, None, None, 0)
    elif kind == "page":
        register_text(other, "vllm:a 1\nother 1\n")
        rt.add_page_source(server.url + "/metrics", include=["vllm:", "other"], exclude=["other"])
    else:
        Gauge("vllm:a", "A", registry=registry).set(1)
        Counter("other", "O", registry=registry)
        register_engine_metrics_callback(rt, registry, ["vllm:"], adopt=kind == "adopted")
    for _ in range(3):  # what is kept between scrapes is counted at each
        rt.scrape()
    found = next(source for source in sources(rt) if not source.name.endswith("_rest"))
    server.close()

    assert found.state == "fresh"
    assert (found.shown_families, found.shown_series) == (1, 1)
    assert found.families - found.filtered_families == found.series - found.filtered_series == 1
    assert found.filtered_series >= 1 and found.renamed_families == 0


def test_without_a_node_all_runtimes_are_listed_that_somebody_has() -> None:
    before = len(sources())
    one = dynmetrics.DistributedRuntime().namespace("a").component("b").endpoint("c")
    two = dynmetrics.DistributedRuntime()
    register_text(one, name="first")
    register_text(two, name="second")
    assert {source.name for source in sources()} >= {"first", "second"} and len(sources()) == before + 2
    del one
    gc.collect()
    assert [source.name for source in sources() if source.name in ("first", "second")] == ["second"]


# ---- the command ----


def test_the_command_prints_a_table_of_a_page_that_is_served(rt: Any, server: Any) -> None:
    register_text(rt, name="engine", include=["vllm:"], add_prefix="llm_")
    register_text(rt, "a 1\n", name="good")
    rt.scrape()

    done = run_tool("sources", server.url)

    rows = [line.split() for line in done.stdout.decode().splitlines()]
    assert [row for row in rows if row[0] != "instruments"] == [  # which counts for the whole process
        ["SOURCE", "STATE", "SEEN", "FILTERED", "OUT", "RENAMED", "SHOWN", "LEFT", "OUT"],
        *([row.split() for row in ("engine fresh 5 in 3 2 in 1 2 3 value 2", "good fresh 1 in 1 0 in 0 0 1 -")]),
    ]
    assert done.returncode == 1 and not done.stderr  # something was left out


def test_the_command_reads_a_page_that_was_saved(rt: Any, tmp_path: Path) -> None:
    register_text(rt, "a 1\n", name="good")
    page = rt.scrape().splitlines(keepends=True)
    (tmp_path / "page").write_bytes(b"".join(line for line in page if b'source="instruments"' not in line))
    done = run_tool("sources", tmp_path / "page")
    assert done.returncode == 0 and done.stdout.decode().splitlines()[1].split()[:2] == ["good", "fresh"]


def test_the_command_shows_the_states_of_health(rt: Any, server: Any) -> None:
    def fails() -> str:
        raise RuntimeError("no")

    rt.metrics.register_prometheus_expfmt_callback(fails)
    done = run_tool("sources", server.url + "/metrics")
    assert done.returncode == 1 and " failed " in done.stdout.decode() and "failed 1" in done.stdout.decode()


def test_the_command_says_what_is_no_page_of_ours(tmp_path: Path) -> None:
    done = run_tool("sources", "-", stdin=b"a 1\n")
    assert done.returncode == 1 and b"'-' tells of no source" in done.stderr
    done = run_tool("sources", "http://example.com/metrics")
    assert done.returncode == 1 and b"'example.com'" in done.stderr
    assert run_tool("sources").returncode == 2
