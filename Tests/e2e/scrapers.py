"""Prometheus and VictoriaMetrics as processes of our own, and how a series is told on both sides of a scrape."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.error
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from story import ROOT, fetch

sys.path.insert(0, str(ROOT / "Tests" / "stack"))
from servers import Server, of_this_system

TARGET_LABELS = ("job", "instance", "page")
Series = tuple[str, tuple[tuple[str, str], ...]]
LABEL = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"', re.ASCII)
LABELS = rf"{LABEL.pattern}(?:,{LABEL.pattern})*"
NUMBER = r"(?:[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[nN]a[nN]|[-+]?[iI]nf)"
SAMPLE = re.compile(rf"([a-zA-Z_:][\w:]*)(?:{{({LABELS})}})? ({NUMBER})", re.ASCII)
EXEMPLAR = re.compile(rf" # {{(?:{LABELS})?}} {NUMBER}(?: {NUMBER})?$", re.ASCII)


def promtool(title: str) -> Path | None:
    """This system's promtool, which Debian's newer packages of Prometheus have not."""
    folder = of_this_system("prometheus", title)
    return folder / "promtool" if folder else None


def key(name: str, labels: dict[str, str]) -> Series:
    """A series as both sides name it, with the names that a scraper without UTF-8 gets."""
    shaped = {re.sub(r"\W", "_", label, flags=re.ASCII): value for label, value in labels.items() if value}
    return re.sub(r"[^\w:]", "_", name, flags=re.ASCII), tuple(sorted(shaped.items()))


def without_target(labels: dict[str, str]) -> dict[str, str]:
    """The labels of a stored series as they were on the page: those of its target gone, and those renamed for them."""
    return {name.removeprefix("exported_"): value for name, value in labels.items() if name not in TARGET_LABELS}


def sample(line: str) -> tuple[Series, float] | None:
    """The sample that a line of text 0.0.4 is; None when it is not plainly one, with every label once."""
    match = SAMPLE.fullmatch(line)
    if not match:
        return None
    labels = [
        (name, re.sub(r"\\(.)", lambda escape: "\n" if escape[1] == "n" else escape[1], value))
        for name, value in LABEL.findall(match[2] or "")
    ]
    if len(dict(labels)) < len(labels):
        return None
    return key(match[1], dict(labels)), float(match[SAMPLE.groups])


def on_page(page: str) -> dict[Series, float]:
    """The samples of a page of ours, in either format; each has to stand there once."""
    found: dict[Series, float] = {}
    for line in page.split("\n")[:-1]:
        if not line.startswith("# "):
            read = sample(EXEMPLAR.sub("", line))
            assert read, f"no sample: {line}"
            assert read[0] not in found, f"a sample that stands on the page already: {line}"
            found[read[0]] = read[1]
    return found


class Scraper(Server):
    """A process that scrapes what its configuration names, with its data in a folder that goes with it."""

    def __init__(self, folder: Path, configuration: str) -> None:
        super().__init__(folder)
        self.configuration = folder / "scrape.yml"
        self.configuration.write_text(configuration)
        self.data = folder / "data"

    def logged(self, pattern: str) -> list[str]:
        """The lines of its log in which something is found, each once, without their times."""
        lines = self.log.read_text(errors="replace").splitlines()
        return list(dict.fromkeys(line.partition("Z")[2].strip() for line in lines if re.search(pattern, line, re.I)))

    def against(self) -> list[str]:
        """What it has against the pages. To be read before it is stopped, which is a reason for it to log."""
        raise NotImplementedError

    def query(self, text: str) -> list[dict[str, Any]]:
        try:
            answer = json.loads(fetch(f"{self.url}/api/v1/query?query={urllib.parse.quote(text)}"))
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{text}: {error.read().decode()}") from None
        result: list[dict[str, Any]] = answer["data"]["result"]
        return result

    def number(self, text: str) -> float:
        result = self.query(text)
        return float(result[0]["value"][1]) if result else 0.0

    def by(self, label: str, text: str) -> dict[str, float]:
        """What a query gives for each value of a label."""
        return {entry["metric"].get(label, ""): float(entry["value"][1]) for entry in self.query(text)}

    def stored(self, selector: str) -> Iterator[tuple[dict[str, str], Series, float]]:
        """The labels of each series, how both sides name it, and its last value; not what the scrape adds."""
        for entry in self.query(selector):
            labels = dict(entry["metric"])
            name = labels.pop("__name__")
            if name != "up" and not name.startswith("scrape_"):
                yield labels, key(name, without_target(labels)), float(entry["value"][1])


def version_of(programs: Path) -> tuple[int, ...]:
    """The version of a Prometheus, like (2, 42, 0)."""
    told = subprocess.run([programs / "prometheus", "--version"], capture_output=True, text=True)
    found = re.search(r"version (\d+)\.(\d+)\.(\d+)", told.stdout + told.stderr)
    assert found, told
    return tuple(map(int, found.groups()))


class Prometheus(Scraper):
    def __init__(self, programs: Path, folder: Path, configuration: str, *flags: str) -> None:
        super().__init__(folder, configuration)
        self.programs = programs
        self.version = ".".join(map(str, version_of(programs)))
        self.start(
            [
                programs / "prometheus",
                f"--config.file={self.configuration}",
                f"--storage.tsdb.path={self.data}",
                f"--web.listen-address={self.address}",
                "--log.level=debug",
                *flags,
            ]
        )

    def is_ready(self) -> bool:
        try:
            return "Ready" in fetch(f"{self.url}/-/ready")
        except OSError:  # not listening yet, or 503
            return False

    def against(self) -> list[str]:
        counts = [
            line
            for line in fetch(f"{self.url}/metrics").splitlines()
            if line.startswith("prometheus_target_scrapes_sample_") and not line.endswith(" 0")
        ]
        return counts + self.logged("level=(warn|error)|Scrape failed|Append failed")


class VictoriaMetrics(Scraper):
    def __init__(self, programs: Path, folder: Path, configuration: str) -> None:
        super().__init__(folder, configuration)
        self.start(
            [
                programs / "victoria-metrics",
                f"-promscrape.config={self.configuration}",
                f"-storageDataPath={self.data}",
                f"-httpListenAddr={self.address}",
                "-search.latencyOffset=0s",
            ]
        )

    def is_ready(self) -> bool:
        try:
            return "OK" in fetch(f"{self.url}/health")
        except OSError:  # not listening yet
            return False

    def query(self, text: str) -> list[dict[str, Any]]:
        fetch(f"{self.url}/internal/force_flush")  # samples wait in memory before they can be asked for
        return super().query(text)

    def against(self) -> list[str]:
        return self.logged(r"\t(warn|error|panic)\t")
