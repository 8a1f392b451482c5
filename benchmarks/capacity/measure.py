"""What does one Prometheus take to watch hundreds of workers?

A process serves TARGETS pages of SERIES series; Prometheus scrapes each every INTERVAL seconds with the rules of
deploy/. After SECONDS its own metrics tell: series in the head, memory, time of scrapes and rules. From the memory of a
series what 1,000 and 10,000 workers take is reckoned; that part is arithmetic, and said to be.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
import urllib.request
from datetime import date
from pathlib import Path

from tables import line, machine

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "Tests" / "stack"), str(ROOT / "Tests" / "e2e")]
from servers import folder_of  # noqa: E402
from stack import Prometheus, process  # noqa: E402


def configuration(url: str, targets: int, interval: int, itself: Path) -> str:
    rules = sorted((ROOT / "deploy" / "prometheus" / "rules").glob("*.y*ml"))
    address = url.removeprefix("http://")
    # One address, many paths: each target says its own.
    told = [
        {"targets": [address], "labels": {"__metrics_path__": f"/{number}/metrics", "instance": f"worker-{number}"}}
        for number in range(targets)
    ]
    (itself.parent / "targets.json").write_text(json.dumps(told))
    return (
        f"global: {{scrape_interval: {interval}s, scrape_timeout: {interval}s, evaluation_interval: 15s}}\n"
        f"rule_files: {json.dumps([str(rule) for rule in rules])}\n"
        "scrape_configs:\n"
        f'- job_name: dynamo-backend\n  file_sd_configs: [{{files: ["{itself.parent / "targets.json"}"]}}]\n'
        f'- job_name: prometheus\n  scrape_interval: 15s\n  file_sd_configs: [{{files: ["{itself}"]}}]\n'
    )


def worker_page(folder: Path) -> str:
    """What a real worker with vLLM's metrics shows after some requests."""
    with process(ROOT / "Tests" / "stack" / "worker.py", "vllm", folder) as (requests, pages):
        wanted = {"prompt": 100, "tokens": 2, "ttft": 0, "itl": 0, "outcome": "success"}
        for _ in range(3):
            asked = urllib.request.Request(f"{requests}/generate", json.dumps(wanted).encode())
            urllib.request.urlopen(asked, timeout=10).read()
        with urllib.request.urlopen(f"{pages}/metrics", timeout=10) as answer:
            page: str = answer.read().decode()
    return page


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--targets", type=int, default=300)
    arguments.add_argument("--series", type=int, default=500)
    arguments.add_argument("--interval", type=int, default=6)
    arguments.add_argument("--seconds", type=int, default=900)
    arguments.add_argument("--results", type=Path, required=True)
    given = arguments.parse_args()
    programs = folder_of("prometheus", "capacity")
    if not programs:
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "page").write_text(worker_page(folder))
        targets = ("targets.py", str(folder / "page"), str(given.targets), str(given.series))
        with process(Path(__file__).with_name(targets[0]), *targets[1:]) as (url, series):
            itself = folder / "itself.json"
            (folder / "prometheus").mkdir()
            server = Prometheus(
                programs, folder / "prometheus", configuration(url, given.targets, given.interval, itself)
            )
            try:
                written = folder / "written"
                written.write_text(json.dumps([{"targets": [server.address]}]))
                written.rename(itself)
                empty = resident(server.process.pid)
                time.sleep(given.seconds)
                report(given, server, int(series), empty)
            finally:
                server.close()


def resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def report(given: argparse.Namespace, server: Prometheus, series: int, empty: int) -> None:
    window = f"{max(30, given.seconds - 60)}s"
    head = server.number("prometheus_tsdb_head_series")
    memory = resident(server.process.pid)
    up = server.number('count(up{job="dynamo-backend"} == 1)')
    each = (memory - empty) / head
    cpu = f'rate(process_cpu_seconds_total{{job="prometheus"}}[{window}])'
    rules = server.number(f"sum(avg_over_time(prometheus_rule_group_last_duration_seconds[{window}]))")
    slowest = server.number(f"max(avg_over_time(prometheus_rule_group_last_duration_seconds[{window}]))")
    rows = [
        ("targets up", f"{up:g} of {given.targets}"),
        ("series of a target", f"{series}"),
        ("series in the head", f"{head:,.0f}"),
        ("samples per second", f"{server.number(f'rate(prometheus_tsdb_head_samples_appended_total[{window}])'):,.0f}"),
        ("resident memory", f"{memory / 2**20:,.0f} MiB, of which {empty / 2**20:,.0f} MiB when it began"),
        ("memory of a series", f"{each / 1000:.1f} kB"),
        ("CPU", f"{server.number(cpu):.2f} cores"),
        ("scrape, median", f"{1000 * server.number(scrape(0.5, window)):.1f} ms"),
        ("scrape, 99th percentile", f"{1000 * server.number(scrape(0.99, window)):.1f} ms"),
        ("rules in deploy/", f"{server.number('sum(prometheus_rule_group_rules)'):g}"),
        ("one evaluation of all rules", f"{1000 * rules:.1f} ms, the slowest group {1000 * slowest:.1f} ms"),
        ("what Prometheus has against it", f"{len(server.against())} lines of its log"),
    ]
    told = [
        "# What does one Prometheus take to watch hundreds of workers?",
        "",
        f"{given.targets} simulated workers, one process that serves all their pages, each scraped every "
        f"{given.interval} s for {given.seconds} s. Prometheus {server.version} with the rules of `deploy/prometheus`.",
        f"Machine: {machine()}. Load of the machine over the last 15 minutes: {os.getloadavg()[2]:.1f}.",
        "",
        line(["", "measured"]),
        "|---|---|",
        *(line(list(row)) for row in rows),
        "",
        f"Reckoned from it, at {series} series a worker and {each / 1000:.1f} kB a series (not measured):",
        "",
        line(["workers", "series", f"samples per second at {given.interval} s", "at 15 s", "memory"]),
        "|---|---|---|---|---|",
    ]
    for workers in (1_000, 10_000):
        all_series = workers * series
        cells = [f"{workers:,}", f"{all_series / 1e6:.2g} million", f"{all_series / given.interval:,.0f}"]
        told.append(line([*cells, f"{all_series / 15:,.0f}", f"{(empty + each * all_series) / 2**30:.1f} GiB"]))
    text = "\n".join(told) + "\n"
    print(text)
    if given.targets >= 300 and given.seconds >= 900:
        (given.results / f"capacity-{date.today()}.md").write_text(text)
    else:
        print("Shown, not kept: less than 300 targets or 900 s.")


def scrape(q: float, window: str) -> str:
    """Of all scrapes of the window: the same quantile of each target's, then the mean over the targets."""
    return f'avg(quantile_over_time({q}, scrape_duration_seconds{{job="dynamo-backend"}}[{window}]))'


if __name__ == "__main__":
    main()
