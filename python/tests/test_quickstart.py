"""The example that newcomers paste."""

from __future__ import annotations

import subprocess
import sys
import urllib.request

from support import REPOSITORY, assert_valid, value

PROGRAM = REPOSITORY / "examples" / "quickstart.py"


def test_it_prints_its_page_once():
    done = subprocess.run([sys.executable, PROGRAM, "--once"], capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    assert_valid(done.stdout)
    assert value(done.stdout, "dynamo_component_requests_total") == 1
    assert value(done.stdout, "vllm:num_requests_running", dynamo_endpoint="generate") == 3


def test_it_serves_at_the_address_that_it_prints():
    running = subprocess.Popen([sys.executable, PROGRAM], stdout=subprocess.PIPE, text=True)
    try:
        url = running.stdout.readline().strip()
        page = urllib.request.urlopen(url, timeout=20).read()
        assert value(page, "vllm:num_requests_running") == 3
    finally:
        running.terminate()
        running.wait()
        running.stdout.close()
