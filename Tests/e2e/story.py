"""What the end-to-end stories share: the demo as a process, waiting, HTTP."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / ".build" / "bin" / "dynmetrics"
URL = re.compile(r"http://127\.0\.0\.1:(\d+)/metrics")

sys.path.insert(0, str(ROOT / "Tests"))
from tap import finish, skip, test  # noqa: E402

__all__ = ["ROOT", "TOOL", "URL", "answers", "demo", "fetch", "finish", "fixtures", "skip", "test", "wait_until"]


def fixtures(count: int, title: str) -> Path | None:
    """The folder of recorded pages; without one `count` cases are told as skipped."""
    if named := os.environ.get("DYNMETRICS_FIXTURES"):
        return Path(named)
    skip(title, f"{count} skipped: set DYNMETRICS_FIXTURES")
    return None


def wait_until(condition: Callable[[], Any], what: str, timeout: float = 60) -> Any:
    """Wait for something to become true, however long this machine takes; not for a duration."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come true within {timeout} s")


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=20) as answer:
        body: bytes = answer.read()
    return body.decode()


def answers(url: str) -> bool:
    try:
        fetch(url)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@contextlib.contextmanager
def demo(**environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The demo's worker in this interpreter's environment, and the URL of its page."""
    worker = subprocess.Popen(
        [sys.executable, ROOT / "demo" / "worker.py"],
        env={**os.environ, "DEMO_PORT": "0", **environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    told = []
    try:
        for line in worker.stdout:
            told.append(line)
            if URL.fullmatch(line.strip()):
                break
        else:
            raise AssertionError("the demo printed no URL:\n" + "".join(told))
        threading.Thread(target=worker.stdout.read, daemon=True).start()
        yield worker, line.strip()
    finally:
        if worker.poll() is None:
            worker.terminate()
        worker.wait(timeout=30)
