#!/usr/bin/env python3
"""The configurations of Prometheus and Alertmanager: their own tools like them, every alert goes where it should."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
from scrapers import Prometheus, version_of
from servers import ROOT, folder_of, of_this_system
from story import finish, skip, test

DEPLOY = ROOT / "deploy"
sys.path.insert(0, str(DEPLOY / "prometheus"))
from rulebook.book import Alert  # noqa: E402

import generate  # noqa: E402

SCRAPES = DEPLOY / "prometheus" / "prometheus.yml"
ROUTES = DEPLOY / "alertmanager" / "alertmanager.yml"
INTERVALS = {
    "nats-prometheus-exporter": "2s",
    "etcd-server": "2s",
    "dcgm-exporter": "5s",
    "dynamo-frontend": "10s",
    "dynamo-backend": "6s",
    "kvbm-metrics": "2s",
    "node": "15s",
}
LIMITS = (
    "sample_limit",
    "label_limit",
    "label_name_length_limit",
    "label_value_length_limit",
    "body_size_limit",
    "target_limit",
)
# Which receivers an alert has, by its labels; one line for each route.
RECEIVERS = {
    ("info", "silent", "serving"): "silent",
    ("warning", "degrade", "serving"): "hook,chat",
    ("critical", "break", "serving"): "hook,page",
    ("critical", "none", "host"): "page",
    ("warning", "none", "host"): "machines",
    ("warning", "none", "gpu"): "machines",
    ("warning", "none", "brokers"): "machines",
    ("warning", "none", "kvbm"): "chat",
    ("warning", "none", "serving"): "chat",
    ("", "", ""): "chat",
}


def with_self_scrape(text: str) -> str:
    """The configuration with its commented blocks in force."""
    return re.sub(r"^(  )# (?=( |- job_name))|^# (?=remote_write:|  )", r"\1", text, flags=re.M)


def scrapes() -> None:
    text = SCRAPES.read_text()
    jobs = {job["job_name"]: job for job in yaml.safe_load(text)["scrape_configs"]}
    told = {name: job["scrape_interval"] for name, job in jobs.items()}
    test("the jobs have their intervals", [told] if told != INTERVALS else [])
    whole = yaml.safe_load(with_self_scrape(text))
    every: list[dict[str, Any]] = whole["scrape_configs"]
    test(
        "what is commented out is configuration too",
        "prometheus" not in {j["job_name"] for j in every} or "remote_write" not in whole,
    )
    seconds = [
        (job["job_name"], *(int(job[key].rstrip("s")) for key in ("scrape_timeout", "scrape_interval")))
        for job in every
    ]
    test("no time-out is longer than its interval", [job for job in seconds if job[1] > job[2]])
    test("every job has every limit", [(job["job_name"], key) for job in every for key in LIMITS if not job.get(key)])
    test(
        "every job takes classic histograms beside native ones",
        [job["job_name"] for job in every if not job.get("always_scrape_classic_histograms")],
    )


def loaded() -> None:
    title = "promtool reads the configuration of Prometheus"
    if program := of_this_system("prometheus", title):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {
                "as it is": SCRAPES.read_text(),
                "with all blocks": with_self_scrape(SCRAPES.read_text()),
            }.items():
                # This system's version is older than that one key.
                path = Path(folder) / "prometheus.yml"
                text = re.sub(r"^ *always_scrape_classic_histograms: .*\n", "", text, flags=re.M)
                path.write_text(text.replace("rules/*.yml", f"{SCRAPES.parent}/rules/*.yml"))
                done = subprocess.run([program / "promtool", "check", "config", path], capture_output=True, text=True)
                test(f"{title}, {name}", [done.stdout + done.stderr] if done.returncode else [])
    title = "a Prometheus 3 starts with the whole of it"
    if not (newest := folder_of("prometheus", title)):
        return
    if version_of(newest) < (3,):
        skip(title, "set PROMETHEUS_BIN to one")
        return
    with tempfile.TemporaryDirectory() as folder:
        text = with_self_scrape(SCRAPES.read_text()).replace("rules/*.yml", f"{SCRAPES.parent}/rules/*.yml")
        flags = "--enable-feature=native-histograms,exemplar-storage,extra-scrape-metrics"
        with contextlib.closing(Prometheus(newest, Path(folder), text, flags)) as running:
            test(title, running.logged("level=error.*(config|rule|manager)"))


def routes() -> None:
    title = "amtool reads the configuration of Alertmanager"
    program = of_this_system("prometheus-alertmanager", title)
    if not program:
        return

    def amtool(*arguments: str | Path) -> tuple[int, str]:
        done = subprocess.run([program / "amtool", *arguments], capture_output=True, text=True)
        return done.returncode, (done.stdout + done.stderr).strip()

    status, said = amtool("check-config", ROUTES)
    test(title, [said] if status else [])
    for (severity, action, area), receivers in RECEIVERS.items():
        labels = [f"{k}={v}" for k, v in (("severity", severity), ("action", action), ("area", area)) if v]
        status, said = amtool(
            "config", "routes", "test", f"--config.file={ROUTES}", f"--verify.receivers={receivers}", *labels
        )
        test(f"{' '.join(labels) or 'an alert of somebody else'} goes to {receivers}", [said] if status else [])
    named = {receiver["name"] for receiver in yaml.safe_load(ROUTES.read_text())["receivers"]}
    asked = {name for text in RECEIVERS.values() for name in text.split(",")}
    test("every receiver has an alert that reaches it", named ^ asked)

    kinds = {
        (stage.severity, stage.action, group.name)
        for group in generate.ALERTS
        for alert in group.rules
        if isinstance(alert, Alert)
        for stage in alert.stages()
    }
    wrong = []
    for severity, action, area in sorted(kinds):
        expected = {"info": "silent", "critical": "page"}.get(severity) or (
            "machines" if area in ("host", "gpu", "brokers") else "chat"
        )
        expected = f"hook,{expected}" if action in ("degrade", "break") else expected
        labels = (f"severity={severity}", f"action={action}", f"area={area}")
        status, said = amtool(
            "config", "routes", "test", f"--config.file={ROUTES}", f"--verify.receivers={expected}", *labels
        )
        wrong += [f"{labels}: {said}"] if status else []
    test(f"each of the {len(kinds)} kinds of alerts that the rules have goes where it should", wrong)


scrapes()
loaded()
routes()
finish()
