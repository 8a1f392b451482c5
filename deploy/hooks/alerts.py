"""Alertmanager's webhook: keeps who fires, and tells the stage (well, degrade, break) whenever it changes.

Alertmanager says again every minute what still fires (repeat_interval of the route). What it has not said for `forget`
seconds is over: a lost "resolved" must not leave a frontend at its lowered limit for ever.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

STAGES = ("well", "degrade", "break")


class Firing:
    """What fires, by fingerprint. `wanted` chooses alerts by their labels; `react` gets each new stage."""

    def __init__(
        self,
        react: Callable[[str], object],
        wanted: Callable[[dict[str, str]], bool] = lambda labels: True,
        forget: float = 240,
    ) -> None:
        self._react, self._wanted, self._forget = react, wanted, forget
        self._lock = threading.Lock()  # of what is known
        self._one_at_a_time = threading.Lock()  # reactions come in the order of the stages
        self._known: dict[str, tuple[str, float]] = {}
        self._stage = STAGES[0]

    def take(self, message: Any) -> None:
        """A message of Alertmanager; what is none is ignored."""
        alerts = message.get("alerts") if isinstance(message, dict) else None
        now = time.monotonic()
        for alert in alerts if isinstance(alerts, list) else []:
            labels = alert.get("labels") if isinstance(alert, dict) else None
            if not isinstance(labels, dict):
                continue
            action, key = labels.get("action"), str(alert.get("fingerprint"))
            fires = alert.get("status") == "firing" and action in STAGES and self._wanted(labels)
            with self._lock:
                if fires:
                    self._known[key] = (action, now)
                else:
                    self._known.pop(key, None)
        self.settle()

    def settle(self) -> str:
        """Forgets what is old, reacts when the stage is another one; to be called now and then."""
        with self._one_at_a_time:
            oldest = time.monotonic() - self._forget
            with self._lock:
                self._known = {key: told for key, told in self._known.items() if told[1] >= oldest}
                actions = [action for action, _ in self._known.values()]
            stage = max(actions, key=STAGES.index, default=STAGES[0])
            if stage != self._stage:
                self._react(stage)  # one that fails leaves the stage as it is: tried again with the next message
                self._stage = stage
        return stage


def serve(firing: Firing, host: str, port: int) -> ThreadingHTTPServer:
    """Takes POSTs on a thread of its own until `shutdown()`; 503 when the reaction failed, so that it is sent again."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            try:
                body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 10_000_000))
                firing.take(json.loads(body))
            except ValueError:
                status = 400
            except Exception as error:
                print(f"the reaction failed, to be tried again: {error!r}", flush=True)
                status = 503
            else:
                status = 200
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    def settle_now_and_then() -> None:
        while True:
            time.sleep(10)
            try:
                firing.settle()
            except Exception as error:
                print(f"the reaction failed, to be tried again: {error!r}", flush=True)

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    threading.Thread(target=settle_now_and_then, daemon=True).start()
    return server
