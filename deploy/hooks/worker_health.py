"""In a worker: /health says notready while an alert about this worker says break, so that nobody sends it requests.

    from worker_health import drain_on_alerts
    drain_on_alerts(endpoint, instance="10.0.0.7:8081", port=9097)

Alertmanager has to reach the port: a webhook of its own for each worker, or one program that passes messages on.
"""

from __future__ import annotations

from http.server import ThreadingHTTPServer
from typing import Any

from alerts import Firing, serve


def drain_on_alerts(endpoint: Any, *, instance: str, host: str = "127.0.0.1", port: int = 0) -> ThreadingHTTPServer:
    """Listens for alerts whose `instance` is this worker's, as Prometheus names it; `endpoint` is one of dynmetrics."""

    def react(stage: str) -> None:
        endpoint.set_health_status("notready" if stage == "break" else "ready")

    return serve(Firing(react, lambda labels: labels.get("instance") == instance), host, port)
