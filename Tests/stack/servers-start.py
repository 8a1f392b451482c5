#!/usr/bin/env python3
"""Each server of the stack that Debian has comes up on loopback, answers, and goes with its folder."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from servers import Alertmanager, Etcd, Nats, NodeExporter, Server, folder_of
from story import fetch, finish, test

ROUTES = """
route: {receiver: nobody}
receivers: [{name: nobody}]
"""


def shows(server: Server, path: str, *names: str) -> list[str]:
    """What is wrong with a page that has to hold these words."""
    page = fetch(server.url + path)
    return [f"{path} of {type(server).__name__} is without {name}" for name in names if name not in page]


def case(package: str, title: str, start: Callable[[Path, Path], Server], check: Callable[[Server], list[str]]) -> None:
    programs = folder_of(package, title)
    if not programs:
        return
    with tempfile.TemporaryDirectory() as folder, start(programs, Path(folder)) as server:
        wrong = check(server)
    if server.process.poll() is None:
        wrong.append("still runs")
    test(title, wrong)


case(
    "prometheus-alertmanager",
    "Alertmanager is ready and has read its routes",
    lambda programs, folder: Alertmanager(programs, folder, ROUTES),
    lambda server: shows(server, "/api/v2/status", "receiver: nobody"),
)
case(
    "prometheus-node-exporter",
    "the node exporter tells of this machine",
    NodeExporter,
    lambda server: shows(server, "/metrics", "node_cpu_seconds_total", "node_memory_MemAvailable_bytes"),
)
case(
    "nats-server",
    "nats-server has JetStream, and its monitoring answers",
    Nats,
    lambda server: [
        *shows(server, "/varz", '"max_connections"', '"slow_consumers"'),
        *shows(server, "/jsz", '"max_storage"'),
    ],
)
case(
    "etcd-server",
    "etcd is healthy, and tells of itself",
    Etcd,
    lambda server: [
        *shows(server, "/health", '"health":"true"'),
        *shows(server, "/metrics", "etcd_server_has_leader 1", "etcd_disk_wal_fsync_duration_seconds_bucket"),
    ],
)
finish()
