"""Multiprocess directories: merge_multiprocess, the command, and directories as sources."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support import Case, assert_valid, merge_cases, run_python, run_tool, samples, value

import dynmetrics
from dynmetrics import merge_multiprocess

WRITER = """
import prometheus_client as p
p.Counter("jobs", "Jobs", ["kind"]).labels("a").inc({amount})
p.Gauge("depth", "Depth", multiprocess_mode="max").set({amount})
p.Histogram("seconds", "Seconds", buckets=(1, 5)).observe({amount})
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """What two processes have written."""
    for amount in (2, 3):
        done = run_python(WRITER.format(amount=amount), PROMETHEUS_MULTIPROC_DIR=str(tmp_path))
        assert done.returncode == 0, done.stderr
    return tmp_path


def arguments(options: dict) -> list[str]:
    words = []
    for key, option in (("include", "--include"), ("exclude", "--exclude")):
        for prefix in options.get(key) or ():
            words += [option, prefix]
    if options.get("add_prefix"):
        words += ["--add-prefix", options["add_prefix"]]
    for name, text in (options.get("labels") or {}).items():
        words += ["--label", f"{name}={text}"]
    return words


@pytest.mark.parametrize("case", merge_cases(), ids=repr)
def test_every_recorded_directory_is_merged_byte_for_byte(case: Case):
    options = {key: option for key, option in case.options.items() if option is not None}
    assert merge_multiprocess(case.given, **options) == case.expected
    assert merge_multiprocess(str(case.given), **options) == case.expected


@pytest.mark.parametrize("case", merge_cases(), ids=repr)
def test_the_command_merges_every_recorded_directory_byte_for_byte(case: Case):
    done = run_tool("merge", case.given, *arguments(case.options))
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == case.expected


def test_the_merge_is_what_prometheus_client_writes(directory, monkeypatch):
    from prometheus_client import CollectorRegistry, generate_latest, multiprocess

    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry, path=str(directory))
    assert sorted(merge_multiprocess(directory).splitlines()) == sorted(generate_latest(registry).splitlines())


def test_filter_options_reach_the_merge(directory):
    page = merge_multiprocess(
        directory, include=["jo", "depth"], exclude=["depth"], add_prefix="my_", labels={"z": "1"}
    )
    assert samples(page) == {("my_bs_total", (("kind", "a"), ("z", "1"))): 5.0}


def test_a_merge_can_be_had_as_openmetrics(directory):
    page = merge_multiprocess(directory, format="openmetrics")
    assert b'jobs_total{kind="a"} 5.0\n' in page
    assert dynmetrics.check_exposition(page, format="openmetrics") == []


def test_an_empty_directory_gives_an_empty_page(tmp_path):
    assert merge_multiprocess(tmp_path) == b""


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 100, b"\x08\0\0\0\0\0\0\0", os.urandom(70000)])
def test_a_bad_file_costs_only_itself(directory, content):
    good = merge_multiprocess(directory)
    (directory / "counter_1.db").write_bytes(content)
    assert merge_multiprocess(directory) == good


def test_what_is_no_plain_file_costs_only_itself(directory):
    good = merge_multiprocess(directory)
    (directory / "counter_1.db").mkdir()
    os.mkfifo(directory / "counter_2.db")
    (directory / "counter_3.db").symlink_to("/dev/zero")
    (directory / "counter_4.db").symlink_to(directory / "gone")
    assert merge_multiprocess(directory) == good


def test_a_directory_is_a_source_with_the_labels_of_its_node(rt, endpoint, directory):
    with endpoint.add_multiprocess_dir(directory, include=["jobs"], labels={"zone": "a"}, name="engine"):
        rt.scrape()
        page = rt.scrape()
        assert_valid(page)
        (labels,) = [dict(labels) for name, labels in samples(page) if name == "jobs_total"]
        assert labels == {
            "kind": "a",
            "zone": "a",
            "dynamo_namespace": "prod",
            "dynamo_component": "backend",
            "dynamo_endpoint": "generate",
            "worker_id": "ff",
        }
        assert value(page, "depth") is None
        assert value(page, "dynmetrics_source_up", source="engine") == 1
    assert value(rt.scrape(), "jobs_total") is None


def test_a_directory_without_automatic_labels_is_shown_as_it_is(endpoint, directory):
    endpoint.add_multiprocess_dir(directory, auto_labels=False)
    assert sorted(endpoint.scrape().splitlines()) == sorted(merge_multiprocess(directory).splitlines())


def test_what_processes_write_later_is_seen_at_the_next_scrape(endpoint, directory):
    endpoint.add_multiprocess_dir(directory)
    assert value(endpoint.scrape(), "jobs_total") == 5
    run_python(WRITER.format(amount=4), PROMETHEUS_MULTIPROC_DIR=str(directory))
    assert value(endpoint.scrape(), "jobs_total") == 9


def test_a_path_may_be_any_path(directory, tmp_path_factory):
    odd = tmp_path_factory.mktemp("odd") / "ünï \n dir"
    directory.rename(odd)
    assert b"jobs_total" in merge_multiprocess(odd)
    dynmetrics.DistributedRuntime().add_multiprocess_dir(odd).close()
