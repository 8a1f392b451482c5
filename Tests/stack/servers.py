"""The servers of the stack as processes of our own, from Debian's packages, on loopback, each with a folder of its own.

Prometheus itself is scrapers.Prometheus, which is one of these. Nothing is installed: scripts/debian.sh unpacks it.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "e2e"))
from story import fetch, skip, wait_until  # noqa: E402


def folder_of(package: str, title: str) -> Path | None:
    """The folder of a Debian package's programs: PROMETHEUS_BIN's, else what this system has. None: told as a skip."""
    if given := os.environ.get(package.upper().replace("-", "_") + "_BIN"):
        return Path(given)
    return of_this_system(package, title)


def of_this_system(package: str, title: str) -> Path | None:
    found = subprocess.run(["bash", ROOT / "scripts" / "debian.sh", package], capture_output=True, text=True)
    if found.returncode:
        skip(title, found.stderr.strip())
        return None
    return Path(found.stdout.strip())


def free_addresses(count: int) -> list[str]:
    """Addresses of loopback that nobody listens on; told at once, so that they differ."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]
    finally:
        for each in sockets:
            each.close()


class Server:
    """A program that listens on `address`; its log and what it keeps are in a folder of its own."""

    ready_path = "/"
    """What answers 200 as soon as it serves."""

    def __init__(self, folder: Path) -> None:
        (self.address,) = free_addresses(1)
        self.url = f"http://{self.address}"
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / "log"
        self.process: subprocess.Popen[bytes]

    def start(self, command: Sequence[str | Path], cwd: Path | None = None) -> None:
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=cwd)
        try:
            wait_until(lambda: self.process.poll() is not None or self.is_ready(), f"{command[0]} is ready")
            if self.process.poll() is not None:
                raise AssertionError(f"{command[0]} ended early:\n{self.log.read_text(errors='replace')[-2000:]}")
        except BaseException:
            self.close()
            raise

    def is_ready(self) -> bool:
        try:
            fetch(self.url + self.ready_path)
        except OSError:  # not listening yet, or an error status
            return False
        return True

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Alertmanager(Server):
    """Alone: without the port on which several would talk to each other."""

    ready_path = "/-/ready"

    def __init__(self, programs: Path, folder: Path, configuration: Path | str) -> None:
        super().__init__(folder)
        if isinstance(configuration, str):
            (folder / "alertmanager.yml").write_text(configuration)
            configuration = folder / "alertmanager.yml"
        # Where its templates are, if it is one that debian.sh has unpacked; one of the system needs none.
        templates = programs.parent / "share" / "prometheus" / "alertmanager"
        self.start(
            [
                programs / "prometheus-alertmanager",
                f"--config.file={Path(configuration).resolve()}",
                f"--storage.path={folder / 'data'}",
                f"--web.listen-address={self.address}",
                "--cluster.listen-address=",
                "--log.level=debug",
            ],
            cwd=templates if templates.is_dir() else None,
        )


class NodeExporter(Server):
    """Tells of this machine on /metrics."""

    def __init__(self, programs: Path, folder: Path, *flags: str) -> None:
        super().__init__(folder)
        self.start([programs / "prometheus-node-exporter", f"--web.listen-address={self.address}", *flags])


class Nats(Server):
    """Its monitoring (/varz, /jsz, /connz, /healthz …) is at `url`, clients connect to `clients`. With JetStream."""

    ready_path = "/healthz"

    def __init__(self, programs: Path, folder: Path) -> None:
        super().__init__(folder)
        (self.clients,) = free_addresses(1)
        self.start(
            [
                programs / "nats-server",
                *("--addr", "127.0.0.1"),
                *("--port", self.clients.rpartition(":")[2]),
                *("--http_port", self.address.rpartition(":")[2]),
                *("--jetstream", "--store_dir", folder / "data"),
            ]
        )


class Etcd(Server):
    """One member by itself: clients, /health and /metrics are all at `url`."""

    ready_path = "/health"

    def __init__(self, programs: Path, folder: Path) -> None:
        super().__init__(folder)
        (peers,) = free_addresses(1)
        self.start(
            [
                programs / "etcd",
                "--name=only",
                f"--data-dir={folder / 'data'}",
                f"--listen-client-urls={self.url}",
                f"--advertise-client-urls={self.url}",
                f"--listen-peer-urls=http://{peers}",
                f"--initial-advertise-peer-urls=http://{peers}",
                f"--initial-cluster=only=http://{peers}",
            ]
        )
