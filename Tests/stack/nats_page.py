"""nats-server's monitoring under the names that prometheus-nats-exporter (not in Debian) gives its numbers."""

from __future__ import annotations

import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def _told(url: str) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            told: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as error:
        told = json.load(error)
    return told


def lines(nats: str) -> Iterator[str]:
    varz = _told(f"{nats}/varz")
    server = f'server_id="{varz["server_id"]}"'
    for name, value in varz.items():
        if type(value) in (int, float):
            yield f"gnatsd_varz_{name}{{{server}}} {value}"
    healthy = _told(f"{nats}/healthz").get("status") == "ok"
    yield f"gnatsd_healthz_status{{{server}}} {0 if healthy else 1}"
    jsz = _told(f"{nats}/jsz?streams=true&consumers=true")
    yield f"jetstream_server_jetstream_disabled{{{server}}} {int(bool(jsz.get('disabled')))}"
    yield f"jetstream_server_total_messages{{{server}}} {jsz.get('messages', 0)}"
    yield f"jetstream_server_total_message_bytes{{{server}}} {jsz.get('bytes', 0)}"
    yield f"jetstream_server_max_storage{{{server}}} {jsz.get('config', {}).get('max_storage', 0)}"
    for account in jsz.get("account_details", []):
        for stream in account.get("stream_detail", []):
            for consumer in stream.get("consumer_detail") or []:
                labels = f'{server},stream_name="{stream["name"]}",consumer_name="{consumer["name"]}"'
                yield f"jetstream_consumer_num_pending{{{labels}}} {consumer['num_pending']}"


def feed(clients: str) -> None:
    """A stream with ten messages, and a consumer that has read none of them."""
    host, _, port = clients.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        read = connection.makefile("rb")
        read.readline()  # what the server says of itself

        def send(subject: str, body: str) -> None:
            connection.sendall(f"PUB {subject} {len(body)}\r\n{body}\r\n".encode())

        connection.sendall(b'CONNECT {"verbose":false}\r\n')
        stream = {
            "name": "events",
            "subjects": ["events.>"],
            "storage": "file",
            "retention": "limits",
            "num_replicas": 1,
        }
        send("$JS.API.STREAM.CREATE.events", json.dumps(stream))
        consumer = {"stream_name": "events", "config": {"durable_name": "router", "ack_policy": "explicit"}}
        send("$JS.API.CONSUMER.DURABLE.CREATE.events.router", json.dumps(consumer))
        for number in range(10):
            send("events.kv", str(number))
        connection.sendall(b"PING\r\n")
        while read.readline().strip() != b"PONG":
            pass


class NatsPage:
    """Serves it on any free port of loopback."""

    def __init__(self, nats: str, clients: str) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = ("\n".join(lines(nats)) + "\n").encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        feed(clients)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
