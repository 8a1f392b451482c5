#!/usr/bin/env python3
"""The pages that people paste from: every command in them is run, in order, in an empty folder.

Of a page's fenced blocks

    ```text NAME, ```python NAME, …   a file NAME is written;
    ```console                        each line behind "$ " is run, and what it prints has to be what stands below it,
                                      where a line that is only "…" stands for any lines and "…" in a line for any text;
    ```promql                         each query has to be one that Prometheus' own parser takes.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from story import ROOT, TOOL, finish, skip, test

PAGES = [
    "docs/python.md",
    "docs/c-and-cpp.md",
    "docs/configuration.md",
    "docs/migration.md",
    "docs/troubleshooting.md",
]
BLOCK = re.compile(r"^```([a-z]+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)


def pattern(expected: list[str]) -> re.Pattern[str]:
    lines = []
    for line in expected:
        if line.strip() == "…":
            lines.append(r"(?:.*\n)*?")
        else:
            lines.append(".*?".join(re.escape(part) for part in line.split("…")) + r"\n")
    return re.compile("".join(lines))


def commands(block: str) -> Iterator[tuple[str, list[str]]]:
    command, expected = "", []
    for line in block.splitlines():
        if line.startswith("$ "):
            if command:
                yield command, expected
            command, expected = line[2:], []
        else:
            expected.append(line)
    if command:
        yield command, expected


def run(command: str, folder: Path, path: str) -> str:
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
    return done.stdout


def queries(page: str, text: str, promtool: str | None, folder: Path) -> None:
    for block in re.findall(r"^```promql\n(.*?)^```$", text, re.M | re.S):
        for query in filter(None, (part.strip() for part in block.split("\n\n"))):
            title = f"{page}: {query.splitlines()[0]}"
            if promtool is None:
                skip(title, "there is no promtool")
                continue
            rules = folder / "rules.yml"
            indented = "\n".join("        " + line for line in query.splitlines())
            rules.write_text(f"groups:\n- name: g\n  rules:\n  - record: r\n    expr: |\n{indented}\n")
            told = subprocess.run([promtool, "check", "rules", rules], capture_output=True, text=True)
            test(title, [told.stdout, told.stderr] if told.returncode else [])


def follow(page: str, folder: Path, path: str) -> None:
    text = (ROOT / page).read_text()
    (folder / "dynmetrics").symlink_to(ROOT)  # a checkout, for pages that install from one
    for kind, name, body in BLOCK.findall(text):
        if name:
            (folder / name).write_text(body)
        if kind != "console":
            continue
        for command, expected in commands(body):
            if command.startswith(("cmake ", "build/")) and not shutil.which("cmake", path=path):
                skip(f"{page}: $ {command}", "there is no cmake")
                continue
            said = run(command, folder, path)
            wrong = [] if pattern(expected).fullmatch(said) else ["printed:", *said.splitlines()]
            test(f"{page}: $ {command}", wrong)


def promtool() -> str | None:
    unpacked = sorted((ROOT / ".cache").glob("prometheus*/usr/bin/promtool"))
    return shutil.which("promtool") or (str(unpacked[0]) if unpacked else None)


if __name__ == "__main__":
    path = f"{TOOL.parent}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    for page in PAGES:
        with tempfile.TemporaryDirectory(prefix="dynm-docs-") as place:
            follow(page, Path(place), path)
            queries(page, (ROOT / page).read_text(), promtool(), Path(place))
    finish()
