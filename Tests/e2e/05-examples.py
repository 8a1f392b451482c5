#!/usr/bin/env python3
"""What a C, a Swift and a Python user paste: it builds against an installed library, prints its page, and serves it.

Also make install: a folder that can be moved, with a pkg-config file that follows.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from story import ROOT, URL, fetch, finish, skip, test

COMPILE = ["cc", "-std=c99", "-D_DEFAULT_SOURCE", "-Wall", "-Wextra", "-Werror"]


def wrong_on(page: str) -> list[str]:
    """What every quickstart shows: one request of ours, three running on the engine."""
    values = {sample.name: sample.value for family in text_string_to_metric_families(page) for sample in family.samples}
    wanted = {"dynamo_component_requests_total": 1, "vllm:num_requests_running": 3}
    return [f"{name} is {values.get(name)}" for name, value in wanted.items() if values.get(name) != value]


def works(language: str, command: list[str | Path]) -> None:
    once = subprocess.run([*command, "--once"], capture_output=True, text=True, timeout=60)
    test(
        f"the {language} quickstart prints its page",
        wrong_on(once.stdout) or ([once.stderr] if once.returncode else []),
    )
    serving = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert serving.stdout is not None
    url = serving.stdout.readline().strip()
    test(f"the {language} quickstart prints its URL", [url] if not URL.fullmatch(url) else [])
    if URL.fullmatch(url):
        test(f"the {language} quickstart serves its page", wrong_on(fetch(url)))
    serving.terminate()
    serving.wait(timeout=20)


def manual(prefix: Path) -> None:
    page = prefix / "share" / "man" / "man1" / "dynmetrics.1"
    usage = subprocess.run([prefix / "bin" / "dynmetrics", "help"], capture_output=True, text=True).stdout
    words = set(re.findall(r"--[a-z][a-z-]+", usage)) | set(re.findall(r"^\w+(?= )", usage.partition("\n\n")[2], re.M))
    told = page.read_text().replace("\\-", "-").lower()
    test("the manual page tells of every command and option", sorted(word for word in words if word not in told))
    if shutil.which("groff"):
        read = subprocess.run(["groff", "-man", "-ww", "-Tascii", page], capture_output=True, text=True)
        test("groff has nothing to say about it", read.stderr.splitlines())
    else:
        skip("groff has nothing to say about it", "there is no groff")


def installed(folder: Path) -> None:
    made = subprocess.run(
        ["make", "install", f"DESTDIR={folder}/staged", "PREFIX=/opt/dynm"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    test("make install DESTDIR= PREFIX= works", [made.stdout, made.stderr] if made.returncode else [])
    prefix = folder / "moved"
    (folder / "staged" / "opt" / "dynm").rename(prefix)
    version = subprocess.run([prefix / "bin" / "dynmetrics", "version"], capture_output=True, text=True)
    test("the installed command runs from a folder that was moved", [version.stderr] if version.returncode else [])

    number = version.stdout.split()[-1]
    links = {"libdynmetrics.so": "libdynmetrics.so.0", "libdynmetrics.so.0": f"libdynmetrics.so.{number}"}
    wrong = [name for name, to in links.items() if os.readlink(prefix / "lib" / name) != to]
    test("the library has its version in its name, and links for programs and for the linker", wrong)
    manual(prefix)
    documents = prefix / "share" / "doc" / "dynmetrics"
    missing = [name for name in ("LICENSE", "THIRD-PARTY-NOTICES.txt") if not (documents / name).exists()]
    test("licenses are installed", missing)

    flags = [f"-I{prefix}/include", f"-L{prefix}/lib", "-ldynmetrics"]
    if shutil.which("pkg-config"):
        told = subprocess.run(
            ["pkg-config", "--cflags", "--libs", "dynmetrics"],
            capture_output=True,
            text=True,
            env={**os.environ, "PKG_CONFIG_PATH": f"{prefix}/lib/pkgconfig"},
        )
        test("pkg-config knows it", [told.stderr] if told.returncode else [])
        flags = told.stdout.split()
    else:
        skip("pkg-config knows it", "there is no pkg-config")
    program = folder / "quickstart"
    built = subprocess.run(
        [*COMPILE, ROOT / "examples" / "quickstart.c", *flags, f"-Wl,-rpath,{prefix}/lib", "-o", program],
        capture_output=True,
        text=True,
    )
    test("the C quickstart compiles against it", [built.stderr] if built.returncode else [])
    if built.returncode == 0:
        works("C", [program])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="dynm-e2e-") as place:
        installed(Path(place))
    works("Python", [sys.executable, ROOT / "examples" / "quickstart.py"])
    swift = ROOT / ".build" / "bin" / "quickstart-swift"
    if swift.exists():
        works("Swift", [swift])
    else:
        test("the Swift quickstart was built (scripts/swift-example.sh)", True)
    finish()
