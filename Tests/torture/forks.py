#!/usr/bin/env python3
"""Children that Python forks from a process that serves, scrapes and updates count on, and serve by themselves.

FORKS times (50). The load runs in threads of the library and of C, as an engine's does; a Python thread that holds a
lock of Python's own at the fork is Python's business, so none runs here but the server's clients in another process.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import dynmetrics

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tap import finish, test

CLIENT = """
import sys, urllib.request
while True:
    try: urllib.request.urlopen(sys.argv[1], timeout=10).read()
    except OSError: pass
"""


def live(runtime: dynmetrics.DistributedRuntime, requests: dynmetrics.IntCounter) -> int:
    """What a child does; 0 when all of it went well."""
    signal.alarm(30)
    before = requests.get()
    requests.inc()
    own = runtime.serve("127.0.0.1", 0)
    page = urllib.request.urlopen(f"{own.url}/metrics", timeout=20).read().decode()
    own.close()
    return 0 if f"}} {before + 1}\n" in page and "typed 1" in page else 3


def outcome(child: int) -> str:
    end = time.monotonic() + 40
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            return "" if code == 0 else f"a child ended with {code}"
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "a child hung"


def main() -> None:
    forks = int(os.environ.get("FORKS") or 50)
    runtime = dynmetrics.DistributedRuntime()
    endpoint = runtime.namespace("prod").component("backend").endpoint("generate")
    requests = endpoint.metrics.create_intcounter("requests_total", "Requests served")
    endpoint.metrics.register_prometheus_typed_callback(lambda: [("typed", "T", "gauge", "", [("typed", [], 1, None)])])
    server = runtime.serve("127.0.0.1", 0)
    clients = [subprocess.Popen([sys.executable, "-c", CLIENT, f"{server.url}/metrics"]) for _ in range(2)]
    wrong = []
    try:
        for _ in range(forks):
            requests.inc()
            child = os.fork()
            if child == 0:
                status = 9
                try:
                    status = live(runtime, requests)
                finally:
                    os._exit(status)
            if told := outcome(child):
                wrong.append(told)
        page = urllib.request.urlopen(f"{server.url}/metrics", timeout=20).read().decode()
        test(f"{forks} forked children count on and serve", wrong)
        test("the parent serves its own count", [page] if f"}} {forks}\n" not in page else [])
    finally:
        for client in clients:
            client.kill()
            client.wait()
    finish()


if __name__ == "__main__":
    main()
