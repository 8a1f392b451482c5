"""Directories whose writers come, end and meet trouble, as sources that keep what they know."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support import assert_valid, run_python, run_tool, value

from dynmetrics import merge_multiprocess

# Counts as often as it is told to, and says when it has.
WRITER = """
import sys
import prometheus_client as p
jobs = p.Counter("jobs", "Jobs")
seconds = p.Histogram("seconds", "Seconds", buckets=(1, 5))
print(flush=True)
for line in sys.stdin:
    jobs.inc(float(line))
    seconds.observe(float(line))
    print(flush=True)
"""


class Writer:
    """A process that writes into a multiprocess directory."""

    def __init__(self, directory: Path, **options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", WRITER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(directory), **options},
        )
        assert self.process.stdout
        self.process.stdout.readline()

    def count(self, amount: float) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(f"{amount}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "\n"

    def end(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        assert self.process.wait() == 0


@contextmanager
def writer(directory: Path, *amounts: float) -> Iterator[Writer]:
    running = Writer(directory)
    try:
        for amount in amounts:
            running.count(amount)
        yield running
    finally:
        running.end()


def jobs(node) -> float | None:
    return value(node.scrape(), "jobs_total")


@pytest.mark.parametrize("folds", [False, True])
def test_writers_come_and_end_between_scrapes(endpoint, tmp_path, folds):
    endpoint.add_multiprocess_dir(tmp_path, auto_labels=False, fold_dead_writers=folds)
    assert jobs(endpoint) is None
    with writer(tmp_path, 1) as first:
        assert jobs(endpoint) == 1
        with writer(tmp_path, 0.1, 0.2):
            assert jobs(endpoint) == value(merge_multiprocess(tmp_path), "jobs_total")
        first.count(5)
        assert jobs(endpoint) == value(merge_multiprocess(tmp_path), "jobs_total")
    for _ in range(3):
        assert sorted(endpoint.scrape().splitlines()) == sorted(merge_multiprocess(tmp_path).splitlines())
    with writer(tmp_path, 7):
        assert sorted(endpoint.scrape().splitlines()) == sorted(merge_multiprocess(tmp_path).splitlines())


def test_a_pid_that_is_used_again_is_read_again(endpoint, tmp_path):
    endpoint.add_multiprocess_dir(tmp_path, fold_dead_writers=True)
    with writer(tmp_path, 1) as first:
        pass
    assert jobs(endpoint) == 1
    again = None
    for _ in range(50):
        try:
            Path("/proc/sys/kernel/ns_last_pid").write_text(str(first.process.pid - 1))
        except OSError as error:
            pytest.skip(f"nobody lets us choose a pid: {error}")
        again = Writer(tmp_path)
        if again.process.pid == first.process.pid:
            break
        again.end()
    if again is None or again.process.pid != first.process.pid:
        pytest.skip("the pid was not given out again")
    again.count(2)
    assert jobs(endpoint) == 3
    again.count(4)
    assert jobs(endpoint) == 7
    again.end()
    assert jobs(endpoint) == 7


def test_two_writers_with_one_pid_are_shown_as_prometheus_client_shows_them(endpoint, tmp_path):
    """As in two containers with one directory: both write one file, neither knows of the other."""
    endpoint.add_multiprocess_dir(tmp_path, auto_labels=False, fold_dead_writers=True)
    code = """
        import prometheus_client as p
        from prometheus_client import values
        values.ValueClass = values.MultiProcessValue(lambda: 7)
        p.Counter("jobs", "Jobs").inc(3)
        p.Counter("own", "Own", ["name"]).labels("{name}").inc()
    """
    for name in ("a", "b"):
        done = run_python(code.format(name=name), PROMETHEUS_MULTIPROC_DIR=str(tmp_path))
        assert done.returncode == 0, done.stderr
        page = endpoint.scrape()
        assert_valid(page)
        assert sorted(page.splitlines()) == sorted(merge_multiprocess(tmp_path).splitlines())
    assert [path.name for path in tmp_path.iterdir()] == ["counter_7.db"]


def test_a_directory_that_is_deleted_and_made_anew_is_shown_at_the_next_scrape(rt, tmp_path):
    directory = tmp_path / "db"
    directory.mkdir()
    rt.add_multiprocess_dir(directory, name="engine", fold_dead_writers=True)
    with writer(directory, 3):
        assert jobs(rt) == 3
    shutil.rmtree(directory)
    page = rt.scrape()
    assert value(page, "jobs_total") is None
    assert value(page, "dynmetrics_source_up", source="engine") == 0
    assert value(page, "dynmetrics_source_errors_total", source="engine", reason="directory") == 1
    directory.mkdir()
    with writer(directory, 4):
        page = rt.scrape()
        assert value(page, "jobs_total") == 4
        assert value(page, "dynmetrics_source_up", source="engine") == 1


def test_a_full_disk_costs_the_new_writer_and_nobody_else(rt, tmp_path):
    rt.add_multiprocess_dir(tmp_path, name="engine")
    counter = rt.metrics.create_counter("own", "Own")
    with writer(tmp_path, 2) as healthy:
        # A limit on the size of files is a disk that is full for this process alone.
        done = run_python(
            """
            import resource, signal
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
            import prometheus_client as p
            try:
                p.Counter("jobs", "Jobs").inc()
            except OSError:
                print("full")
            """,
            PROMETHEUS_MULTIPROC_DIR=str(tmp_path),
        )
        assert done.stdout == "full\n", done.stderr
        counter.inc()
        healthy.count(3)
        page = rt.scrape()
        assert_valid(page)
        assert value(page, "jobs_total") == 5
        assert b'dynamo_component_own{worker_id="ff"} 1\n' in page
        assert value(page, "dynmetrics_dropped_total", source="engine", reason="empty_file") == 1
        healthy.count(1)
        assert jobs(rt) == 6


def test_a_forked_child_reads_the_directory_by_itself(tmp_path):
    with writer(tmp_path, 2) as running:
        running.count(3)
        done = run_python(
            f"""
            import os, dynmetrics
            rt = dynmetrics.DistributedRuntime()
            rt.add_multiprocess_dir({str(tmp_path)!r}, auto_labels=False)
            page = rt.scrape(self_metrics=False)
            assert b"jobs_total 5.0" in page, page
            child = os.fork()
            for _ in range(3):
                assert rt.scrape(self_metrics=False) == page
            if child:
                assert os.waitpid(child, 0)[1] == 0
                print("well")
            """
        )
    assert done.stdout == "well\n", done.stderr


def test_files_are_held_open_while_the_source_lives_and_no_longer(endpoint, tmp_path):
    def held() -> int:
        paths = [os.path.join("/proc/self/fd", number) for number in os.listdir("/proc/self/fd")]
        return sum(os.path.lexists(path) and os.readlink(path).startswith(str(tmp_path)) for path in paths)

    with writer(tmp_path, 1):
        with endpoint.add_multiprocess_dir(tmp_path):
            endpoint.scrape()
            assert held() == 2
        deadline = time.monotonic() + 20
        while held() and time.monotonic() < deadline:
            time.sleep(0.001)
        assert held() == 0


def test_compact_folds_what_ended_and_refuses_what_runs(tmp_path):
    directory = tmp_path / "db"
    directory.mkdir()
    for amount in (1, 2, 3):
        with writer(directory, amount):
            pass
    before = merge_multiprocess(directory)
    with writer(directory) as running:
        refused = run_tool("compact", directory)
        assert refused.returncode == 1
        assert f"process {running.process.pid} runs" in refused.stderr.decode()
    for path in directory.glob(f"*_{running.process.pid}.db"):
        path.unlink()
    done = run_tool("compact", directory)
    assert (done.returncode, done.stdout) == (0, b"6 files became 2\n"), done.stderr
    assert sorted(path.name for path in directory.iterdir()) == ["counter_folded.db", "histogram_folded.db"]
    assert [path.name for path in tmp_path.iterdir()] == ["db"]
    assert merge_multiprocess(directory) == before


def test_compacting_under_a_source_does_not_change_its_page(endpoint, tmp_path):
    directory = tmp_path / "db"
    directory.mkdir()
    endpoint.add_multiprocess_dir(directory, fold_dead_writers=True)
    for amount in (1, 2, 3):
        with writer(directory, amount):
            pass
    before = endpoint.scrape()
    assert run_tool("compact", directory).returncode == 0
    assert endpoint.scrape() == before
    with writer(directory, 4):
        assert jobs(endpoint) == 10


def test_compact_on_a_full_disk_changes_nothing(tmp_path):
    directory = tmp_path / "db"
    directory.mkdir()
    for amount in (1, 2):
        with writer(directory, amount):
            pass
    before = sorted((path.name, path.read_bytes()) for path in directory.iterdir())
    done = run_python(
        f"""
        import resource, signal, subprocess, sys
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (16, resource.RLIM_INFINITY))
        import dynmetrics.__main__, runpy
        sys.argv = ["dynmetrics", "compact", {str(directory)!r}]
        runpy.run_module("dynmetrics", run_name="__main__")
        """
    )
    assert done.returncode == 1
    assert "cannot write" in done.stderr
    assert sorted((path.name, path.read_bytes()) for path in directory.iterdir()) == before
    assert [path.name for path in tmp_path.iterdir()] == ["db"]
