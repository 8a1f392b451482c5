#!/usr/bin/env python3
"""What is shipped runs without Swift: library, command and extension load and serve with the toolchain hidden."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from story import ROOT, TOOL, finish, skip, test

SERVE = """
import sys, urllib.request, dynmetrics
rt = dynmetrics.DistributedRuntime()
rt.namespace("prod").metrics.create_intcounter("requests_total", "Requests served").inc()
server = rt.serve("127.0.0.1", 0)
page = urllib.request.urlopen(server.url + "/metrics").read().decode()
assert "dynamo_component_requests_total{" in page, page
server.close()
print("\\n".join(line for line in open("/proc/self/maps") if "swift" in line.lower()), end="")
"""


def toolchain() -> Path | None:
    """The folder that has the toolchain's usr/."""
    swift = shutil.which("swift")
    if swift is None:
        return None
    folder = Path(swift).resolve().parent.parent.parent
    return folder if (folder / "usr" / "lib" / "swift").is_dir() and folder != Path("/") else None


def run(command: list[str | Path], hidden: Path | None) -> subprocess.CompletedProcess[str]:
    """Run a command with nothing of our environment, and with that folder empty."""
    plain = ["env", "-i", "PATH=/usr/bin:/bin", *map(str, command)]
    if hidden is not None:
        plain = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs none "$0" && exec "$@"', str(hidden), *plain]
    return subprocess.run(plain, capture_output=True, text=True, cwd="/", timeout=120)


def main() -> None:
    hidden = toolchain()
    how = "with the Swift toolchain hidden"
    if hidden is None or run(["true"], hidden).returncode:
        # Without the right to mount: at least nothing of it may be loaded.
        skip(how, "needs the right to mount; only the loaded files are looked at")
        hidden, how = None, "with nothing of the Swift toolchain loaded"
    else:
        gone = run(["ls", "-A", hidden], hidden).stdout
        test("the toolchain's folder is empty", [gone] if gone else [])

    extension = run([sys.executable, "-c", SERVE], hidden)
    test(
        f"the Python package loads and serves {how}",
        [extension.stdout, extension.stderr] if extension.returncode or extension.stdout.strip() else [],
    )
    version = run([TOOL, "version"], hidden)
    test(f"the command runs {how}", [version.stderr] if version.returncode else [])
    for program in ("instruments", "serving", "engine"):
        compiled = ROOT / ".build" / "c" / program
        if not compiled.exists():
            skip(f"the {program} program", "Tests/c/run.sh has not compiled it")
            continue
        told = run([compiled], hidden)
        test(f"the C or C++ program '{program}' passes {how}", [told.stdout, told.stderr] if told.returncode else [])
    needed = subprocess.run(["ldd", TOOL], capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}).stdout
    test(
        "nothing that the command needs has swift in its name",
        [line for line in needed.splitlines() if "swift" in line],
    )
    finish()


if __name__ == "__main__":
    main()
