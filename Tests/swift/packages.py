#!/usr/bin/env python3
"""What docs/swift.md says to paste: it builds against this package by version, as a user has it, and shows its metric.

The package stands in a repository of its own, with a tag; so flags that SwiftPM refuses in what is depended on by
version would show here, and so would a dependency that is fetched although its trait is off.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests"))
from tap import finish, test  # noqa: E402

SCRATCH = ROOT / ".build" / "packages"  # kept: what others need is built once
BLOCK = re.compile(r"^```swift\n(.*?)^```$", re.S | re.M)
TRAITS = {"swift-metrics", "swift-service-lifecycle", "swift-log", "swift-async-algorithms"}


def repository(place: Path) -> Path:
    """This tree as it is now, committed and tagged 0.1.0."""
    copy = place / "dynmetrics"
    listed = subprocess.check_output(["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT)
    for name in filter(None, listed.decode().split("\0")):
        source = ROOT / name
        if not source.exists() or name.startswith(("python/", "benchmarks/", "docs/")):
            continue
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, copy / name, follow_symlinks=False)
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@example.org", "-C", str(copy)]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"], ["tag", "0.1.0"]):
        subprocess.run([*git, *arguments], check=True)
    return copy


def built(title: str, folder: Path, manifest: str, program: str, package: Path) -> Path | None:
    (folder / "Sources" / "worker").mkdir(parents=True)
    (folder / "Package.swift").write_text(manifest.replace("https://git.example.org/dynmetrics", f"file://{package}"))
    (folder / "Sources" / "worker" / "main.swift").write_text(program)
    command = ["swift", "build", "--package-path", folder, "--scratch-path", SCRATCH]
    # The tag of another run's repository must be no witness against this one's.
    command += ["--security-path", folder / "security", "--resolver-fingerprint-checking", "warn"]
    started = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "DYNM_DIST": ""})
    print(f"# {title}: {time.monotonic() - started:.0f} s to build")
    test(f"{title}: it builds", [done.stdout[-6000:], done.stderr[-2000:]] if done.returncode else [])
    return SCRATCH / "debug" / "worker" if done.returncode == 0 else None


def run(title: str, program: Path, wanted: Callable[[str, subprocess.Popen[bytes]], list[str]]) -> None:
    """On a terminal, as a user runs it: the first line is the URL of its page."""
    ours, theirs = os.openpty()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DYN_")}
    running = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=theirs, env=environment)
    os.close(theirs)
    try:
        url = os.fdopen(ours).readline().strip()
        test(f"{title}: it prints the URL of its page", [] if url.endswith("/metrics") else [url])
        test(f"{title}: its metric is on the page", wanted(url, running))
    finally:
        if running.poll() is None:
            running.kill()
        running.wait()


def page(url: str) -> list[str]:
    with urllib.request.urlopen(url, timeout=20) as answer:
        body: bytes = answer.read()
    return body.decode().splitlines()


def counted(url: str, running: subprocess.Popen[bytes]) -> list[str]:
    assert running.stdin is not None
    running.stdin.write(b"a\nb\n")
    running.stdin.flush()
    line = re.compile(r'dynamo_component_requests_total\{dynamo_component="backend",.*worker_id="[0-9a-f]+"\} 2')
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if any(line.fullmatch(found) for found in page(url)):
            running.stdin.close()
            return [f"status {running.returncode}"] if running.wait(timeout=30) else []
        time.sleep(0.05)
    return page(url)[:40]


def grouped(url: str, running: subprocess.Popen[bytes]) -> list[str]:
    line = re.compile(r'http_requests_total\{path="/generate",worker_id="[0-9a-f]+"\} 1')
    lines = page(url)
    wrong = [] if any(line.fullmatch(found) for found in lines) else lines[:40]
    running.send_signal(signal.SIGTERM)
    if status := running.wait(timeout=30):
        wrong.append(f"after SIGTERM it ended with status {status}")
    return wrong


def main() -> None:
    plain_manifest, plain, traits_manifest, traits = BLOCK.findall((ROOT / "docs" / "swift.md").read_text())
    with tempfile.TemporaryDirectory(prefix="dynm-swift-") as name:
        place = Path(name)
        package = repository(place)
        title = "the ten lines"
        if program := built(title, place / "plain", plain_manifest, plain, package):
            resolved = (place / "plain" / "Package.resolved").read_text()
            fetched = [name for name in sorted(TRAITS) if f'"{name}"' in resolved]
            test(f"{title}: no package is fetched whose trait is off", fetched)
            run(title, program, counted)
        title = "swift-metrics in a service group"
        if program := built(title, place / "traits", traits_manifest, traits, package):
            run(title, program, grouped)
    finish()


if __name__ == "__main__":
    main()
