"""What the example worker and frontend share: requests with delays drawn from a seed, and loopback HTTP for them."""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "Qwen/Qwen3-0.6B"


class Delays:
    """When tokens come, and which requests fail. The same seed gives the same sequence. Any thread."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.chance = random.Random(options.seed)
        self.lock = threading.Lock()

    def draw(self) -> tuple[float, float, bool]:
        """Seconds to the first token, seconds between tokens, and whether the request fails."""
        with self.lock:
            return (
                self.options.first_token * self.chance.uniform(0.5, 1.5),
                self.options.between_tokens * self.chance.uniform(0.5, 1.5),
                self.chance.random() < self.options.errors,
            )

    def tokens(self, count: int) -> Iterator[int]:
        """Yield once for each token, after its time. RuntimeError in the middle when the request is one that fails."""
        first, between, fails = self.draw()
        for index in range(count):
            time.sleep(first if index == 0 else between)
            if fails and index == count // 2:
                raise RuntimeError("this request was drawn to fail")
            yield index


def add_options(parser: argparse.ArgumentParser, port: int) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="where both listen (default: %(default)s)")
    parser.add_argument("--port", type=int, default=port, help="of /metrics; 0: any free one (default: %(default)s)")
    parser.add_argument("--request-port", type=int, default=0, help="of requests; 0: any free one (default)")
    parser.add_argument("--model", default=MODEL, help="the model's name (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of delays and failures (default: %(default)s)")
    parser.add_argument("--first-token", type=float, default=0.05, help="mean seconds (default: %(default)s)")
    parser.add_argument("--between-tokens", type=float, default=0.005, help="mean seconds (default: %(default)s)")
    parser.add_argument("--errors", type=float, default=0.0, help="part of requests that fail, 0 to 1 (default: 0)")
    parser.add_argument("--rate", type=float, default=0.0, help="requests a second that it makes itself (default: 0)")
    parser.add_argument("--tokens", type=int, default=16, help="tokens of a request of its own (default: %(default)s)")


class Asked(BaseHTTPRequestHandler):
    """One HTTP request: POST calls `server.answer(body, write)`, GET /stats tells what was done."""

    protocol_version = "HTTP/1.0"  # the end of the answer is the end of the connection
    server: Requests

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        try:
            body = json.loads(self.rfile.read(length) or b"{}")
            if not isinstance(body, dict):
                raise ValueError("the body is no JSON object")
        except ValueError as error:
            self.send_error(400, str(error))
            return
        begun = False

        def write(data: bytes) -> None:
            nonlocal begun
            if not begun:
                begun = True
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
            self.wfile.write(data)
            self.wfile.flush()

        try:
            self.server.answer(self.path, body, write)
        except ConnectionError:
            return  # the client left
        except Exception as error:
            if not begun:
                self.send_error(404 if isinstance(error, LookupError) else 500, str(error))

    def do_GET(self) -> None:
        if self.path != "/stats":
            self.send_error(404)
            return
        data = json.dumps(self.server.stats()).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of each request."""


class Requests(ThreadingHTTPServer):
    """Serves requests, each on a thread of its own, and counts what was done."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, options: argparse.Namespace, answer: Callable[[str, dict[str, Any], Callable[[bytes], None]], None]
    ) -> None:
        super().__init__((options.host, options.request_port), Asked)
        self._answer = answer
        self._lock = threading.Lock()
        self._stats = {"started": 0, "succeeded": 0, "failed": 0}

    def answer(self, path: str, body: dict[str, Any], write: Callable[[bytes], None]) -> None:
        self._count("started")
        try:
            self._answer(path, body, write)
        except BaseException:
            self._count("failed")
            raise
        self._count("succeeded")

    def stats(self) -> dict[str, int]:
        with self._lock:
            return dict(self._stats)

    def _count(self, what: str) -> None:
        with self._lock:
            self._stats[what] += 1


def run(options: argparse.Namespace, requests: Requests, page: str, own: tuple[str, dict[str, Any]]) -> None:
    """Serve until Ctrl-C or SIGTERM, with `options.rate` requests of its own; prints both addresses first."""
    ended = threading.Event()
    for signal_ in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_, lambda *_: ended.set())
    threading.Thread(target=requests.serve_forever, daemon=True).start()
    print(f"{page}/metrics", flush=True)
    print(f"http://{options.host}:{requests.server_address[1]}", flush=True)

    def ask() -> None:
        with contextlib.suppress(RuntimeError):  # drawn to fail, and counted
            requests.answer(*own, lambda data: None)

    chance = random.Random(options.seed)
    due = time.monotonic()
    while not ended.is_set():
        if options.rate <= 0:
            ended.wait()
            break
        due += chance.expovariate(options.rate)
        if ended.wait(max(0.0, due - time.monotonic())):
            break
        threading.Thread(target=ask, daemon=True).start()
    requests.shutdown()
