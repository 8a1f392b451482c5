#!/usr/bin/env python3
"""The programs and commands of docs/engines, run; with stand-ins for the engines that make their families in as many
processes."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from story import ROOT, TOOL, URL, fetch, finish, test

# What is counted where nothing was recorded: some of each engine's.
SMALL = {
    "vllm": """
        # TYPE vllm:prompt_tokens_total counter
        vllm:prompt_tokens_total{engine="0",model_name="m"} 21
        # TYPE vllm:num_requests_running gauge
        vllm:num_requests_running{engine="0",model_name="m"} 3
    """,
    "sglang": """
        # TYPE sglang:num_requests_total counter
        sglang:num_requests_total{model_name="m"} 21
    """,
    "trtllm": """
        # TYPE trtllm_prompt_tokens_total counter
        trtllm_prompt_tokens_total{engine_type="trtllm",model_name="m"} 21
    """,
}
RECORDED = {
    "vllm": "vllm/single_1_engine/exposition.txt",
    "sglang": "sglang/multiprocess_tp2/expected.txt",
    "trtllm": "trtllm/single_process/exposition.txt",
}
PREFIX = {"vllm": "vllm:", "sglang": "sglang:", "trtllm": "trtllm_"}

COUNT = """
import os
from pathlib import Path
import engine_standin
def count():
    engine_standin.count(Path(os.environ["STANDIN_PAGE"]).read_text(), [os.environ["STANDIN_PREFIX"]])
"""
# Two processes that count, as API servers, schedulers or executors do; this one does not.
TWO = """
import os, subprocess, sys
def start():
    found = []
    for _ in range(2):
        command = [sys.executable, "-m", "engine_standin", os.environ["STANDIN_PAGE"], os.environ["STANDIN_PREFIX"]]
        found.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        found[-1].stdout.readline()
    return found
"""
SERVE = """
import sys, standin_two
found = standin_two.start()
print("counted", flush=True)
sys.stdin.read()
"""
STANDINS = {
    "standin_count.py": COUNT,
    "standin_two.py": TWO,
    "vllm/__init__.py": """
import prometheus_client, standin_count
class LLM:
    def __init__(self, model, disable_log_stats=True):
        if not disable_log_stats:
            standin_count.count()
""",
    "sglang/__init__.py": """
import standin_two
class Engine:
    def __init__(self, model_path, enable_metrics=False):
        self.processes = standin_two.start() if enable_metrics else []
""",
    "sglang/launch_server.py": SERVE,
    "tensorrt_llm/__init__.py": "class LLM:\n    def __init__(self, model, return_perf_metrics): pass\n",
    "tensorrt_llm/metrics.py": """
class MetricsCollector:
    def __init__(self, labels):
        import standin_count
        standin_count.count()
""",
    "bin/vllm": f"#!{sys.executable}\n{SERVE}",
    "bin/trtllm-serve": f"#!{sys.executable}\n{SERVE}",
}
# Runs a program of the pages as the main one, and stays when it is through: what is served goes on.
MAIN = "import runpy, sys; runpy.run_path(sys.argv[1], run_name='__main__'); sys.stdin.read()"


def blocks(page: str) -> list[tuple[str, str]]:
    return re.findall(r"^```(python|console)\n(.*?)^```$", (ROOT / "docs" / "engines" / page).read_text(), re.M | re.S)


def numbers(page: str, prefix: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """What is neither a gauge nor tells when something was made: that can be added up."""
    found = {}
    for family in text_string_to_metric_families(page):
        if family.type != "gauge" and family.name.startswith(prefix):
            for sample in family.samples:
                if not sample.name.endswith("_created"):
                    key = (sample.name, tuple(sorted((k, v) for k, v in sample.labels.items() if k not in ADDED)))
                    found[key] = sample.value
    return found


ADDED = {"dynamo_namespace", "dynamo_component", "dynamo_endpoint", "worker_id"}


def is_times(got: dict, wanted: dict, factor: int) -> bool:
    return got.keys() == wanted.keys() and all(abs(got[k] - factor * wanted[k]) <= 1e-9 * abs(got[k]) for k in got)


def follows(page: str, engine: str, folder: Path) -> None:
    recorded = Path(os.environ.get("DYNMETRICS_FIXTURES", "/nowhere")) / "engines" / RECORDED[engine]
    given = recorded.read_text() if recorded.exists() else textwrap.dedent(SMALL[engine]).lstrip()
    (folder / "page").write_text(given)
    environment = {
        **os.environ,
        "PYTHONPATH": f"{folder}:{ROOT / 'python' / 'tests'}",
        "PATH": f"{folder / 'bin'}:{TOOL.parent}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "STANDIN_PAGE": str(folder / "page"),
        "STANDIN_PREFIX": PREFIX[engine],
        "TMPDIR": str(folder),
    }
    environment.pop("PROMETHEUS_MULTIPROC_DIR", None)
    wanted = numbers(given, PREFIX[engine])
    for number, (kind, text) in enumerate(blocks(page)):
        if kind == "python":
            program = folder / f"block{number}.py"
            program.write_text(text)
            command = [sys.executable, "-c", MAIN, program]
            title = f"{page}: the program"
            factor = 2 if engine == "sglang" else 1
            test(f"{page}: at most ten lines, and an import or two", len(text.splitlines()) > 14)
        else:
            command = shlex.split(text.removeprefix("$ ").replace(":9464", ":0"))
            title = f"{page}: {text.strip()}"
            factor = 2
        checks(title, command, environment, wanted, PREFIX[engine], factor)
    test(f"{page}: no directory is left", [str(path) for path in folder.glob("dynmetrics-*")])


def checks(title: str, command: list, environment: dict, wanted: dict, prefix: str, factor: int) -> None:
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdin and process.stdout and process.stderr
    is_run = "run" in command
    try:
        url = (process.stderr if is_run else process.stdout).readline().strip().removeprefix("dynmetrics run: ")
        if is_run:
            process.stdout.readline()  # its processes have counted
        found = URL.fullmatch(url)
        page = fetch(url) if found else ""
        got = numbers(page, prefix)
        is_right = is_times(got, wanted, factor) and bool(wanted)
        test(f"{title} serves the page of all its processes", [] if found and is_right else [url, page[:2000]])
        wrong = [line for line in page.splitlines() if line.startswith("dynmetrics_dropped_total")]
        test(f"{title}: nothing was left out", wrong)
    finally:
        process.stdin.close()
        process.wait(timeout=30)
        said = process.stderr.read()
    test(f"{title}: nothing to complain of", [said] if said else [])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="dynm-e2e-") as place:
        for name, text in STANDINS.items():
            path = Path(place, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            path.chmod(0o755)
        follows("README.md", "vllm", Path(place))
        for engine in RECORDED:
            follows(f"{engine}.md", engine, Path(place))
    finish()
