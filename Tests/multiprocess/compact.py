#!/usr/bin/env python3
"""Does `TOOL compact DIR` leave prometheus_client's page as it was, whenever it is killed?

Random directories are compacted; the process is killed just before each call that changes files, in turn, and then
again with each of these calls failing. Behind each, prometheus_client has to give the page that it gave before, byte
for byte; a second run has to finish the work and leave nothing behind.

    compact.py TOOL [--cases N] [--seed S]     exit 0: all well; 1: a page differs, its directory is kept
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from differential import python_page, write_directory


def build(root: Path) -> Path:
    """Build the library that kills."""
    made = root / "killer.so"
    source = Path(__file__).with_name("killer.c")
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", str(source), "-o", str(made), "-ldl"], check=True)
    return made


def compact(tool: str, directory: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [tool, "compact", "--stopped", str(directory)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})


def beside(directory: Path) -> list[Path]:
    return [path for path in directory.parent.iterdir() if path != directory and path.name.startswith(directory.name)]


class Case:
    """One directory, compacted over and over."""

    def __init__(self, tool: str, killer: Path, root: Path, seed: int) -> None:
        self.tool, self.killer = tool, killer
        self.original = root / f"original{seed}"
        self.directory = root / f"case{seed}"
        self.original.mkdir()
        chance = random.Random(seed)
        write_directory(chance, self.original)
        self.page = python_page(self.original)
        self.ended = 0

    def restore(self) -> None:
        for path in beside(self.directory):
            shutil.rmtree(path)
        shutil.rmtree(self.directory, ignore_errors=True)
        shutil.copytree(self.original, self.directory)

    def expect_page(self, what: str) -> None:
        if python_page(self.directory) != self.page:
            raise AssertionError(f"{what}: the page differs; {self.directory}, before: {self.original}")

    def whole(self) -> int:
        """Run it to its end; give the number of calls that change files."""
        self.restore()
        count = self.directory.parent / "count"
        count.write_text("0")
        done = compact(self.tool, self.directory, LD_PRELOAD=str(self.killer), COUNT_IN=str(count))
        if done.returncode != 0:
            if "two kinds of metric" in done.stderr:
                return 0
            raise AssertionError(f"status {done.returncode}: {done.stderr}")
        self.expect_page("compacted")
        if beside(self.directory):
            raise AssertionError(f"leftovers: {beside(self.directory)}")
        again = compact(self.tool, self.directory)
        self.expect_page("compacted twice")
        if again.returncode != 0:
            raise AssertionError(f"twice: {again.stderr}")
        return int(count.read_text())

    def interrupted(self, how: str, at: int) -> None:
        """End it before call number `at`, or let that call fail; then do it again."""
        self.restore()
        done = compact(self.tool, self.directory, LD_PRELOAD=str(self.killer), **{how: str(at)})
        if how == "KILL_AT" and done.returncode != -9:
            raise AssertionError(f"not killed at {at}: {done}")
        self.ended += 1
        self.expect_page(f"{how} {at}")
        done = compact(self.tool, self.directory)
        if done.returncode != 0 or beside(self.directory):
            raise AssertionError(f"behind {how} {at}: {done}, {beside(self.directory)}")
        self.expect_page(f"behind {how} {at}")

    def run(self) -> None:
        calls = self.whole()
        for at in range(1, calls + 1):
            self.interrupted("KILL_AT", at)
            self.interrupted("FAIL_AT", at)
        shutil.rmtree(self.directory)
        shutil.rmtree(self.original)


def main() -> int:
    """Run the cases."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool", help="the command, called as TOOL compact DIR")
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0, help="of the first case; the others count up from it")
    options = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="dynmetrics-compact-"))
    killer = build(root)
    ended = 0
    for seed in range(options.seed, options.seed + options.cases):
        case = Case(options.tool, killer, root, seed)
        try:
            case.run()
        except AssertionError as problem:
            print(f"seed {seed}: {problem}")
            return 1
        ended += case.ended
    shutil.rmtree(root)
    print(f"{options.cases} directories, ended or failed at {ended} calls, all pages equal")
    return 0


if __name__ == "__main__":
    sys.exit(main())
