"""The `dynmetrics` command as Python installs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support import filter_cases, run_tool, wait_until

GOOD = b"# TYPE a gauge\na 1\n"


def test_check_says_valid_by_its_exit_status():
    done = run_tool("check", "-", stdin=GOOD)
    assert (done.returncode, done.stderr) == (0, b"")


def test_check_says_where_a_page_is_broken(tmp_path):
    page = tmp_path / "page.prom"
    page.write_bytes(GOOD + b'b{c="d" 1\n')
    done = run_tool("check", page)
    assert done.returncode == 1
    assert b"3:" in done.stdout + done.stderr


def test_filter_writes_what_is_left():
    done = run_tool("filter", "-", "--include", "a", "--label", "zone=b", stdin=GOOD + b"other 1\n")
    assert (done.returncode, done.stdout) == (0, b'# TYPE a gauge\na{zone="b"} 1\n')


@pytest.mark.parametrize("case", filter_cases(), ids=repr)
def test_filter_gives_every_recorded_page_byte_for_byte(case):
    from test_multiprocess import arguments

    done = run_tool("filter", case.given, *arguments(case.options))
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == case.expected


@pytest.mark.parametrize(
    "words", [[], ["nosuch"], ["check"], ["check", "--nosuch", "x"], ["check", "--format", "x", "-"]]
)
def test_a_wrong_call_is_told_with_exit_status_2(words):
    done = run_tool(*words)
    assert done.returncode == 2
    assert done.stderr


def test_a_missing_directory_is_named():
    done = run_tool("merge", "/nowhere/at/all")
    assert done.returncode != 0
    assert b"/nowhere/at/all" in done.stderr


def test_the_installed_command_is_the_same_one():
    command = Path(sys.executable).with_name("dynmetrics")
    if not command.exists():
        pytest.skip(f"no {command}: the package is not installed here")
    done = subprocess.run([command, "check", "-"], input=GOOD, capture_output=True, timeout=60)
    assert done.returncode == 0


def test_serve_serves_and_ends_with_ctrl_c(tmp_path):
    running = subprocess.Popen(
        [sys.executable, "-m", "dynmetrics", "serve", "--listen", "127.0.0.1:0", "--multiproc-dir", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        os.set_blocking(running.stdout.fileno(), False)
        said = bytearray()

        def url():
            said.extend(running.stdout.read() or b"")
            assert running.poll() is None, said.decode()
            return b"http://127.0.0.1:" in said and said.endswith(b"\n")

        wait_until(url, "the address of the server")
        running.send_signal(signal.SIGINT)
        assert running.wait(20) in (0, 130, -signal.SIGINT)
    finally:
        running.kill()
        running.wait()
        running.stdout.close()
