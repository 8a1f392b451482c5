#!/usr/bin/env python3
"""A worker's, a frontend's and KVBM's pages with the shipped rules: every recording has a value, and they are few.

The worker is the live stack's, with vLLM's families; frontend and KVBM are those of deploy/compose.yml. Configuration
is the shipped one with other addresses, each second; jobs whose exporters are not here go without targets.
"""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
from scrapers import Prometheus
from servers import ROOT, folder_of
from story import finish, test, wait_until

TITLE = "the shipped rules on live pages"
PAGES = ROOT / "deploy" / "demo" / "pages.py"
PROMETHEUS = ROOT / "deploy" / "prometheus"
RECORDED = re.compile(r"record: (\S+)")
# What this worker has no family for.
WITHOUT = {"worker:kv_hit_rate:avg", "worker:resident_bytes:max", "model:rejections:rate5m"}


@contextlib.contextmanager
def page(program: Path, *arguments: str | Path) -> Iterator[str]:
    """The address of the page of a program that prints its URLs, that of the page last."""
    process = subprocess.Popen([sys.executable, program, *arguments], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1].removeprefix("http://").removesuffix("/metrics")
    finally:
        process.terminate()
        process.communicate()


def configuration(targets: dict[str, str], folder: Path) -> str:
    """The shipped one, quicker, with these targets."""
    for path in (PROMETHEUS / "rules").glob("*.yml"):
        (folder / path.name).write_text(re.sub(r"interval: \d+s", "interval: 1s", path.read_text()))
    text = (PROMETHEUS / "prometheus.yml").read_text().replace("rules/*.yml", f"{folder}/*.yml")
    text = re.sub(r"(scrape_interval|scrape_timeout): \w+", r"\1: 1s", text)
    text = re.sub(r"^ *always_scrape_classic_histograms: .*\n", "", text, flags=re.M)  # of newer versions only
    for job, address in targets.items():
        text = re.sub(rf"(job_name: {job}\n(?:.*\n)*?.*targets: \[)[^\]]*", rf'\g<1>"{address}"', text)
    # Any other would be down.
    return re.sub(r'targets: \["(?!127)[^\]]*\]', "targets: []", text)


def run(programs: Path) -> None:
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "rules").mkdir()
        worker = Path(__file__).with_name("worker.py")
        targets = {
            "dynamo-backend": stack.enter_context(page(worker, "vllm", folder)),
            "dynamo-frontend": stack.enter_context(page(PAGES, "frontend", "127.0.0.1:0")),
            "kvbm-metrics": stack.enter_context(page(PAGES, "kvbm", "127.0.0.1:0")),
        }
        prometheus = Prometheus(programs, folder / "data", configuration(targets, folder / "rules"))
        stack.callback(prometheus.close)
        names = {name for path in (PROMETHEUS / "rules").glob("*.yml") for name in RECORDED.findall(path.read_text())}

        def missing() -> set[str]:
            told = prometheus.by("__name__", 'count by (__name__) ({__name__=~"(worker|model|slo):.+:.+"})')
            return names - WITHOUT - told.keys()

        with contextlib.suppress(AssertionError):
            wait_until(lambda: not missing(), "every recording has a value", 40)
        test("every recording has a value, but those for which the worker has no family", missing())
        test("all three targets are up", prometheus.number("sum(up)") != 3)
        before = prometheus.number('count({job="dynamo-backend", __name__!~".+:.+:.+|ALERTS.*|up|scrape_.+"})')
        after = prometheus.number('count({job="dynamo-backend", __name__=~"worker:.+:.+"})')
        print(f"# the worker has {before:.0f} series, its recordings {after:.0f}")
        test("a worker's recordings are at most 25 series", not 0 < after <= 25)
        test("no rule failed", prometheus.logged("Evaluating rule failed"))
        rates = prometheus.by("__name__", '{__name__=~"slo:.*", model!=""} < 0 or {__name__=~"slo:.*"} > 1')
        test("what misses an objective is a share", rates)


if found := folder_of("prometheus", TITLE):
    run(found)
finish()
