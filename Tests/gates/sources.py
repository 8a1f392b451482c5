#!/usr/bin/env python3
"""What the sources of the library may say: no traps, imports one way, no Foundation or Dispatch, no paths of a machine.

A trap ends the engine that the library lives in. allowed-traps.txt lists the lines that look like one and are none,
with their reasons: `file | part of the line | why`.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from gate import ROOT, finish, gate, output

ALLOWED = Path(__file__).parent / "allowed-traps.txt"
TRAPS = {
    "a forced unwrap": r"(?<=[\w)\]}?>])!(?![=!])",
    "a call that traps": r"\b(try!|as!|(fatalError|preconditionFailure|precondition|assertionFailure|assert)\s*\("
    r"|unsafelyUnwrapped\b|unowned\b)",
    # Whole numbers from outside overflow: &+, &-, &* and the …ReportingOverflow forms do not trap.
    # Dividing by a number that stands there is safe, and so is arithmetic of doubles.
    "arithmetic that can trap": r"^(?!.*(Double\(|\b\d+e\d))(.*\s[-+*]=?\s(?!\"\")|.*\s[/%]=?\s(?![2-9]|1\d))",
}
MAY_IMPORT_ALWAYS = {"Glibc", "Musl", "Darwin", "Synchronization"}
MAY_AWAIT = {"DynMetricsService"}  # a service of somebody else's group; never in the shared library
# Of one machine: home folders, checkouts, scratch folders. /tmp and /nowhere are fine in tests, as are paths in URLs.
MACHINE_PATH = re.compile(r"(?<![\w.:/}])/(work|root|home/\w+|farm|Users)/")


def without_comments_and_text(source: str) -> str:
    """The source with comments gone and string literals empty; lines keep their numbers."""
    kept: list[str] = []
    at = 0
    while at < len(source):
        if source.startswith("//", at):
            at = end if (end := source.find("\n", at)) >= 0 else len(source)
        elif source.startswith("/*", at):
            end = source.index("*/", at) + 2
            kept.append("\n" * source.count("\n", at, end))
            at = end
        elif source.startswith('"""', at):
            end = source.index('"""', at + 3) + 3
            kept.append('""' + "\n" * source.count("\n", at, end))
            at = end
        elif source[at] == '"':
            at = end_of_string(source, at)
            kept.append('""')
        else:
            kept.append(source[at])
            at += 1
    return "".join(kept)


def end_of_string(source: str, at: int) -> int:
    at += 1
    while source[at] != '"':
        if source.startswith("\\(", at):
            depth, at = 1, at + 2
            while depth:
                depth += {"(": 1, ")": -1}.get(source[at], 0)
                at += 1
        else:
            at += 2 if source[at] == "\\" else 1
    return at + 1


def targets() -> dict[str, set[str]]:
    """Each target of Package.swift with what it depends on, products of other packages included."""
    package = json.loads("\n".join(output("swift", "package", "dump-package")))
    found = {}
    for target in package["targets"]:
        names = set()
        for dependency in target["dependencies"]:
            names.add(next(iter(dependency.values()))[0])
        found[target["name"]] = names
    return found


def reachable(name: str, known: dict[str, set[str]]) -> set[str]:
    below = {name}
    for dependency in known.get(name, ()):
        below |= reachable(dependency, known)
    return below


def swift_files(target: str) -> list[Path]:
    return sorted((ROOT / "Sources" / target).rglob("*.swift"))


def traps(library: list[str]) -> None:
    allowed = [
        tuple(part.strip() for part in line.split("|", 2))
        for line in ALLOWED.read_text().splitlines()
        if line.strip() and not line.startswith("#")
    ]
    used: set[tuple[str, ...]] = set()
    for title, pattern in TRAPS.items():
        wrong = []
        for path in (path for target in library for path in swift_files(target)):
            name = str(path.relative_to(ROOT / "Sources"))
            source = path.read_text()
            lines = source.splitlines()
            for number, code in enumerate(without_comments_and_text(source).splitlines(), 1):
                if not re.search(pattern, code) or re.fullmatch(r"\s*[-+] \"\".*", code):
                    continue  # the second: a text that goes on in the next line
                reasons = [entry for entry in allowed if entry[0] in (name, "*") and entry[1] in lines[number - 1]]
                used.update(reasons)
                if not reasons:
                    wrong.append(f"Sources/{name}:{number}: {lines[number - 1].strip()}")
        gate(f"{title}: none within reach of the C ABI", wrong)
    gate(
        "every entry of allowed-traps.txt has its reason and is needed",
        [" | ".join(entry) for entry in allowed if entry not in used or len(entry) < 3 or len(entry[2]) < 5],
    )


def imports(known: dict[str, set[str]]) -> None:
    wrong, heavy = [], []
    ours = {name for name in known if (ROOT / "Sources" / name).is_dir()}
    for target in sorted(ours):
        below = reachable(target, known) - {target}  # the front door re-exports what it knows
        for path in swift_files(target):
            for line in path.read_text().splitlines():
                match = re.match(r"\s*(?:@\w+\s+|public |package |internal )*import (?:\w+ )?(\w+)", line)
                if not match:
                    continue
                name = match[1]
                where = f"{path.relative_to(ROOT)}: {line.strip()}"
                if re.match(r"Foundation|Dispatch|_Concurrency", name):
                    heavy.append(where)
                elif name not in below and name not in MAY_IMPORT_ALWAYS:
                    wrong.append(where)
    gate("a target imports only what is below it in Package.swift", wrong)
    gate("nobody imports Foundation or Dispatch", heavy)
    back = [
        f"{one} and {other} know each other"
        for one in ours
        for other in known[one] & ours
        if one in reachable(other, known)
    ]
    gate("no arrow points back", back)
    lower = sorted(ours, key=str.lower)
    gate("no two targets differ only in case", [a for a, b in zip(lower, lower[1:]) if a.lower() == b.lower()])
    gate("no target has a main.swift", [str(p) for p in (ROOT / "Sources").rglob("main.swift")])
    concurrency = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for target in sorted(ours - MAY_AWAIT)
        for path in swift_files(target)
        for line in without_comments_and_text(path.read_text()).splitlines()
        if re.search(r"\b(async|await|Task\s*[.{(]|DispatchQueue|syncShutdownGracefully)\b", line)
    ]
    gate("no async, Task or Dispatch, which are dead in a forked child", concurrency)


def machine_paths() -> None:
    wrong = []
    files = (
        output("git", "ls-files", "--cached", "--others", "--exclude-standard")
        if (ROOT / ".git").exists()
        else [
            str(path.relative_to(ROOT))
            for path in ROOT.rglob("*")
            if path.is_file() and not re.match(r"\.(build|cache|git)\b", str(path.relative_to(ROOT)))
        ]
    )
    for name in files:
        path = ROOT / name
        if not path.is_file() or name in (".ci/run", "Tests/gates/sources.py"):
            continue
        try:
            lines = path.read_text().splitlines()
        except UnicodeDecodeError:
            continue
        wrong += [f"{name}:{n}: {line.strip()[:120]}" for n, line in enumerate(lines, 1) if MACHINE_PATH.search(line)]
    gate("no path of one machine stands in the tree", wrong)


if __name__ == "__main__":
    known = targets()
    traps([name for name in sorted(reachable("DynMetricsC", known)) if (ROOT / "Sources" / name).is_dir()])
    imports(known)
    machine_paths()
    finish()
