"""The whole stack as processes on loopback: two workers, a frontend, load, replays, real servers around them."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from load import Load
from nats_page import NatsPage
from servers import ROOT, Alertmanager, Etcd, Nats, NodeExporter, folder_of

sys.path.insert(0, str(ROOT / "Tests" / "e2e"))
from scrapers import Prometheus, version_of
from story import wait_until

HERE = Path(__file__).resolve().parent
INTERVAL = 2
RATE = 10
"""Requests that the load begins each second."""
PACKAGES = ("prometheus", "prometheus-alertmanager", "prometheus-node-exporter", "nats-server", "etcd-server")
REPLAYS = {
    "dcgm": "dcgm-exporter",
    "kvbm": "kvbm-metrics",
    "operator": "dynamo-operator",
    "planner": "dynamo-planner",
    "failover": "kube-state-metrics",
    "xpu": "xpu-smi-exporter",
    "router": "dynamo-router",
    "engines": "engines",
}
"""Which replayed page stands for which job."""


@dataclass
class World:
    prometheus: list[Prometheus]
    load: Load
    alertmanager: Alertmanager


LIMITS = "  sample_limit: 100000\n  body_size_limit: 50MB\n  label_limit: 100\n"


def _job(name: str, targets: list[str], path: str = "/metrics") -> str:
    listed = ", ".join(f'"{target}"' for target in targets)
    replayed = ", labels: {replayed: yes}" if path != "/metrics" else ""
    return (
        f"- job_name: {name}\n  metrics_path: {path}\n{LIMITS}  static_configs: [{{targets: [{listed}]{replayed}}}]\n"
    )


def configuration(jobs: str, alertmanager: str, rules: list[Path], itself: Path, nhcb: bool) -> str:
    named = "".join(f"- {path}\n" for path in rules)
    return (
        f"global: {{scrape_interval: {INTERVAL}s, scrape_timeout: {INTERVAL}s, evaluation_interval: 5s}}\n"
        + (f"rule_files:\n{named}" if rules else "")
        + f'alerting: {{alertmanagers: [{{static_configs: [{{targets: ["{alertmanager}"]}}]}}]}}\n'
        + "scrape_configs:\n"
        + (jobs.replace(LIMITS, LIMITS + "  convert_classic_histograms_to_nhcb: true\n") if nhcb else jobs)
        + f'- job_name: prometheus\n  file_sd_configs: [{{files: ["{itself}"]}}]\n'
    )


def _quick(folder: Path) -> list[Path]:
    """The rules, evaluated more often than in production."""
    copies = []
    for path in sorted((ROOT / "deploy" / "prometheus" / "rules").glob("*.y*ml")):
        copy = folder / path.name
        copy.write_text(re.sub(r"^(\s*(?:- )?interval:) .*$", r"\1 5s", path.read_text(), flags=re.M))
        copies.append(copy)
    return copies


def programs(title: str) -> dict[str, Path] | None:
    """Where each package's programs are; None when one cannot be had, which is told as a skip."""
    found = {}
    for package in PACKAGES:
        folder = folder_of(package, title)
        if not folder:
            return None
        found[package] = folder
    return found


@contextlib.contextmanager
def process(*command: str | Path) -> Iterator[list[str]]:
    """A program of ours and the URLs that it prints."""
    started = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True)
    try:
        assert started.stdout is not None
        urls = started.stdout.readline().split()
        assert urls, f"{command[0]} told no URL"
        yield urls
    finally:
        started.terminate()
        started.wait(timeout=30)


def _bare(url: str) -> str:
    return url.removeprefix("http://")


@contextlib.contextmanager
def world(found: dict[str, Path], native: Path | None, folder: Path) -> Iterator[World]:
    """Everything, running; the load has just begun. `native` has a Prometheus that keeps native histograms only."""
    with contextlib.ExitStack() as stack:

        def close(thing: Any) -> Any:
            stack.callback(thing.close)
            return thing

        (folder / "sglang").mkdir()
        workers = [
            stack.enter_context(process(HERE / "worker.py", kind, folder / "sglang")) for kind in ("vllm", "sglang")
        ]
        frontend = stack.enter_context(process(HERE / "frontend.py", *(urls[0] for urls in workers)))
        (replays,) = stack.enter_context(process(HERE / "replay.py", HERE / "replays"))
        node = close(NodeExporter(found["prometheus-node-exporter"], folder / "node"))
        nats = close(Nats(found["nats-server"], folder / "nats"))
        etcd = close(Etcd(found["etcd-server"], folder / "etcd"))
        routes = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"
        alertmanager = close(Alertmanager(found["prometheus-alertmanager"], folder / "alertmanager", routes))
        jobs = "".join(
            [
                _job("dynamo-frontend", [_bare(frontend[1])]),
                _job("dynamo-backend", [_bare(urls[1]) for urls in workers]),
                _job("etcd-server", [etcd.address]),
                _job("node", [node.address]),
                _job("alertmanager", [alertmanager.address]),
                _job("nats-prometheus-exporter", [close(NatsPage(nats.url, nats.clients)).address]),
                *(_job(job, [_bare(replays)], f"/{page}/metrics") for page, job in REPLAYS.items()),
            ]
        )
        servers = []
        for programs_, flags in ((found["prometheus"], ()), (native, ("--enable-feature=native-histograms",))):
            if programs_:
                home = folder / ("native" if flags else "classic")
                home.mkdir()
                nhcb = bool(flags) and version_of(programs_) >= (3, 0)
                itself = home / "itself.json"  # its address is not known before it is made
                told = configuration(jobs, alertmanager.address, _quick(home), itself, nhcb)
                server = close(Prometheus(programs_, home, told, "--enable-feature=extra-scrape-metrics", *flags))
                written = home / "written"  # a file that is half there would be an error in its log
                written.write_text(f'[{{"targets": ["{server.address}"]}}]')
                written.rename(itself)
                servers.append(server)
        targets = 8 + len(REPLAYS)
        for server in servers:
            wait_until(lambda s=server: s.number("sum(up)") == targets, f"{targets} targets are up in {server.version}")
        yield World(servers, close(Load(frontend[0], RATE)), alertmanager)
