#!/usr/bin/env python3
"""The dynmetrics command: check, merge, filter and serve, with their exit statuses and what they say."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from story import TOOL, URL, answers, fetch, finish, test

GOOD = "# HELP vllm:a A.\n# TYPE vllm:a gauge\nvllm:a 1\n# TYPE b gauge\nb 2\n"
BAD = "# TYPE a gauge\na 1\nb{x=1} 2\n"


def tool(*arguments: str | Path, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([TOOL, *arguments], input=text, capture_output=True, text=True, timeout=60)


def says(title: str, run: subprocess.CompletedProcess[str], status: int, *parts: str) -> None:
    """The exit status, and words that have to be in what is said."""
    said = run.stdout + run.stderr
    wrong = [f"status {run.returncode}, not {status}"] if run.returncode != status else []
    test(
        title,
        [*wrong, *(f"says nothing of {part!r}" for part in parts if part not in said), said]
        if wrong or any(part not in said for part in parts)
        else [],
    )


def checks(folder: Path) -> None:
    (folder / "good").write_text(GOOD)
    (folder / "bad").write_text(BAD)
    says("check takes a good page", tool("check", folder / "good"), 0)
    says("check takes standard input", tool("check", "-", text=GOOD), 0)
    says("check refuses a bad one with line and column", tool("check", folder / "bad"), 1, f"{folder}/bad:3:", "error")
    says(
        "check --lint warns and takes it",
        tool("check", "--lint", "-", text="a 1\na 2\n"),
        0,
        "standard input:2:1: warning: series 'a'",
    )
    says(
        "check --lint tells of names too",
        tool("check", "--lint", "-", text="# HELP a_kb A.\n# TYPE a_kb gauge\na_kb 1\n"),
        0,
        "standard input:2:8: warning: 'a_kb'",
        "'a_bytes'",
    )
    (folder / "older").write_text(GOOD.replace("b 2", 'b{zone="a"} 2'))
    says(
        "check --compare lists what queries would miss",
        tool("check", "--compare", folder / "older", folder / "good"),
        1,
        "b: label 'zone' is not there; it was 'a'",
    )
    says("check --compare of a page with itself", tool("check", "--compare", folder / "good", folder / "good"), 0)
    says("check names a file that is not there", tool("check", folder / "none"), 1, f"{folder}/none", "No such file")
    says("check without a file is wrong usage", tool("check"), 2, "FILE is missing", "usage:")


def filters() -> None:
    run = tool("filter", "-", "--include", "vllm:", "--label", "zone=a", "--add-prefix", "engine_", text=GOOD)
    wanted = '# HELP engine_a A.\n# TYPE engine_a gauge\nengine_a{zone="a"} 1\n'
    test(
        "filter includes, renames and labels",
        [run.stdout, run.stderr] if (run.returncode, run.stdout) != (0, wanted) else [],
    )
    run = tool("filter", "-", "--exclude=vllm:", text=GOOD)
    test("filter excludes", [run.stdout] if run.stdout != "# TYPE b gauge\nb 2\n" else [])
    says(
        "filter refuses a label it may not set",
        tool("filter", "-", "--label", "le=1", text=GOOD),
        2,
        "'le'",
        "another name",
    )
    says(
        "filter refuses what is no label", tool("filter", "-", "--label", "zone", text=GOOD), 2, "'zone'", "name=value"
    )


def merges(folder: Path) -> None:
    directory = folder / "multiprocess"
    directory.mkdir()
    program = "from prometheus_client import Counter; Counter('served', 'Served.').inc(21)"
    for _ in range(2):
        subprocess.run(
            [sys.executable, "-c", program], check=True, env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(directory)}
        )
    (directory / "counter_0.db").write_bytes(b"")
    run = tool("merge", directory)
    wanted = "# HELP served_total Served.\n# TYPE served_total counter\nserved_total 42.0\n"
    test("merge sums two processes", [run.stdout, run.stderr] if (run.returncode, run.stdout) != (0, wanted) else [])
    test("merge tells of a file it left out", [run.stderr] if "counter_0.db" not in run.stderr else [])
    says("merge names a directory that is not there", tool("merge", folder / "none"), 1, f"{folder}/none")
    says("merge refuses a format it has not", tool("merge", directory, "--format", "xml"), 2, "'xml'", "text")

    serving = subprocess.Popen(
        [TOOL, "serve", "--listen", "127.0.0.1:0", "--multiproc-dir", directory], stdout=subprocess.PIPE, text=True
    )
    assert serving.stdout is not None
    url = serving.stdout.readline().strip()
    test("serve prints its URL", [url] if not URL.fullmatch(url) else [])
    test("serve serves the merged directory", "served_total 42.0" not in fetch(url))
    port = url.split(":")[2].split("/")[0]
    scraping = subprocess.Popen(
        [TOOL, "serve", "--listen", "127.0.0.1:0", "--scrape", url, "--exclude", "dynmetrics_"],
        stdout=subprocess.PIPE,
        text=True,
    )
    page = fetch(scraping.stdout.readline().strip())
    test("serve serves another program's page", "served_total 42.0" not in page)
    scraping.send_signal(signal.SIGINT)
    test("and ends well", scraping.wait(timeout=20) != 0)
    far = tool("serve", "--scrape", "http://example.com/metrics")
    says("serve refuses a page of another machine", far, 1, "'example.com'", "http://127.0.0.1")
    says("serve on a taken port names it", tool("serve", "--listen", f"127.0.0.1:{port}"), 1, port)
    serving.send_signal(signal.SIGINT)
    test("serve ends well at Ctrl-C", [f"status {serving.returncode}"] if serving.wait(timeout=20) else [])
    test("and its port is free", answers(url))


def usage() -> None:
    says("no command is wrong usage", tool(), 2, "usage:")
    known = "check, check-config, merge, filter, compact, serve, run, sources or catalog"
    says("an unknown command is told with the known ones", tool("chekc"), 2, "'chekc'", known)
    says("an unknown option is told with the known ones", tool("check", "--lnt", "-"), 2, "'--lnt'", "--lint")
    says("serve refuses what is no address", tool("serve", "--listen", "nowhere"), 2, "'nowhere'", "127.0.0.1:9464")
    says("help is help", tool("--help"), 0, "usage:", "exit")
    says("version is a version", tool("version"), 0, "dynmetrics 0.")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="dynm-e2e-") as place:
        checks(Path(place))
        filters()
        merges(Path(place))
    usage()
    finish()
