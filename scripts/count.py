#!/usr/bin/env python3
"""Counts what a suite of tests said, and sums up all of them.

count.py NAME STATUS LOG RESULTS SECONDS    one suite: tells its numbers, keeps them in RESULTS/NAME
count.py --total RESULTS                    prints "N passed, N failed"; exit 1 when a test failed
"""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree
from pathlib import Path

TAP = re.compile(r"^(?P<bad>not )?ok\b(?P<title>.*)$")
SKIP = re.compile(r"# SKIP\b")


def of_tap(lines: list[str]) -> tuple[int, int, int]:
    passed = failed = skipped = 0
    for line in lines:
        match = TAP.match(line)
        if not match:
            continue
        if SKIP.search(match["title"]):
            skipped += 1
        elif match["bad"]:
            failed += 1
        else:
            passed += 1
    return passed, failed, skipped


def of_junit(path: Path, told: list[str]) -> tuple[int, int, int]:
    """Counts, and tells what failed."""
    passed = failed = skipped = 0
    for case in xml.etree.ElementTree.parse(path).iter("testcase"):
        fault = next((found for tag in ("failure", "error") if (found := case.find(tag)) is not None), None)
        if fault is not None:
            failed += 1
            reason = (fault.get("message") or fault.text or "").strip().splitlines()
            told.append(f"not ok - {case.get('classname')} {case.get('name')}: {' '.join(reason[:3])[:300]}")
        elif case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def against(lines: list[str]) -> list[str]:
    """The failed tests of TAP, with the lines that say why: those before it, and those after it."""
    found = []
    for at, line in enumerate(lines):
        if line.startswith("not ok"):
            before = at
            while before and lines[before - 1].startswith("# "):
                before -= 1
            after = at + 1
            while after < len(lines) and lines[after].startswith("# "):
                after += 1
            found += [*lines[before:at][-10:], line, *lines[at + 1 : after][:10]]
    return found


def sentence(passed: int, failed: int, skipped: int) -> str:
    return f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")


def one(name: str, status: int, log: Path, results: Path, seconds: int) -> None:
    lines = log.read_text(errors="replace").splitlines()
    reports = [path for path in (results / f"{name}.xml", results / f"{name}-swift-testing.xml") if path.exists()]
    told: list[str] = []
    found = [of_junit(path, told) for path in reports] or [of_tap(lines)]
    passed, failed, skipped = (sum(column) for column in zip(*found))
    broken = status != 0 and not failed
    if broken or not passed + failed + skipped:
        failed += 1  # it ended early, or said nothing: that is no pass
    (results / name).write_text(f"{passed} {failed} {skipped}\n")
    print(f"   {sentence(passed, failed, skipped)}   ({seconds} s)")
    if broken:
        print(f"   status {status} without a failed test: it ended early")
    faults = results / f"{name}.faults"
    faults.unlink(missing_ok=True)
    if failed:
        told = told or against(lines) or lines[-40:]
        print("\n".join(f"   | {line}" for line in told[:60]))
        print(f"   all of it: {log}")
        reason = f"status {status} without a failed test; its last lines:" if broken else "its failed tests:"
        faults.write_text("\n".join([reason, *(told if not broken else lines)[-15:]]) + "\n")
    for line in lines:
        if "skipped:" in line or SKIP.search(line):
            print(f"   {line.strip()}")


def total(results: Path) -> int:
    """Ends with the line that counts; before it, once more, what failed: whoever sees only the end sees that."""
    counts = [list(map(int, path.read_text().split())) for path in sorted(results.iterdir()) if path.suffix == ""]
    passed, failed, skipped = (sum(column) for column in zip(*counts)) if counts else (0, 1, 0)
    for path in sorted(results.glob("*.faults")):
        print(f"-- {path.stem} failed: " + "\n   | ".join(path.read_text(errors="replace").splitlines()))
    print(sentence(passed, failed, skipped))
    return 1 if failed else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--total"]:
        sys.exit(total(Path(sys.argv[2])))
    one(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]), int(sys.argv[5]))
