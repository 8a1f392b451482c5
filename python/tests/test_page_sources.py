"""Another program's page as a source: fetched at each scrape, in whatever state that program is."""

from __future__ import annotations

import contextlib
import http.server
import os
import socket
import socketserver
import threading
from collections.abc import Iterator

import pytest

import dynmetrics

PAGE = b"# HELP triton_requests Requests\n# TYPE triton_requests counter\ntriton_requests 3\n# TYPE other gauge\nother 1\n"


class Program:
    """Answers every connection with the same bytes, and keeps what it was asked."""

    def __init__(self, answer: bytes, family: int = socket.AF_INET, address: object = ("127.0.0.1", 0)) -> None:
        self.answer = answer
        self.asked: list[bytes] = []
        self.listening = socket.socket(family)
        self.listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listening.bind(address)
        self.listening.listen()
        if family != socket.AF_UNIX:
            self.port = self.listening.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listening.accept()
                with connection, contextlib.suppress(OSError):
                    asked = b""
                    while b"\r\n\r\n" not in asked:
                        asked += connection.recv(65536)
                    self.asked.append(asked)
                    connection.sendall(self.answer)

    def close(self) -> None:
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.thread.join()


@contextlib.contextmanager
def program(answer: bytes, **more: object) -> Iterator[Program]:
    running = Program(answer, **more)
    try:
        yield running
    finally:
        running.close()


def http_answer(body: bytes, head: bytes = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n") -> bytes:
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def errors(rt: dynmetrics.DistributedRuntime) -> list[str]:
    page = rt.scrape().decode().splitlines()
    return [line.split("{")[1] for line in page if line.startswith("dynmetrics_source_errors_total{")]


def test_a_page_is_fetched_filtered_and_labelled(rt, endpoint):
    with program(http_answer(PAGE)) as triton:
        endpoint.add_page_source(
            f"http://127.0.0.1:{triton.port}/prometheus?all=1", include=["triton_"], add_prefix="t_", labels={"zone": "a"}
        )
        page = rt.scrape("text", False).decode()
    assert "# HELP t_requests Requests\n# TYPE t_requests counter\nt_requests{" in page
    assert 'dynamo_endpoint="generate"' in page and 'zone="a"' in page and "other" not in page
    (asked,) = triton.asked
    assert asked.startswith(b"GET /prometheus?all=1 HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{triton.port}\r\n".encode() in asked and b"Accept-Encoding: identity\r\n" in asked


@pytest.mark.parametrize("target", ["", "/", "/metrics", "?name=x", "#top"])
def test_the_path_is_metrics_when_there_is_none(rt, target):
    with program(http_answer(PAGE)) as triton:
        rt.add_page_source(f"HTTP://localhost:{triton.port}{target}")
        assert b"triton_requests" in rt.scrape()
    expected = {"": "/metrics", "?name=x": "/metrics?name=x", "#top": "/metrics"}.get(target, target)
    assert triton.asked[0].split()[1].decode() == expected


def test_a_unix_socket_is_asked_by_its_path(rt, tmp_path):
    path = str(tmp_path / "engine.sock")
    with program(http_answer(PAGE), family=socket.AF_UNIX, address=path) as engine:
        rt.add_page_source(f"unix:{path}:/prometheus/metrics", auto_labels=False)
        assert b"\ntriton_requests 3\n" in rt.scrape()
        assert f'source="{path}"'.encode() in rt.scrape()
    assert engine.asked[0].startswith(b"GET /prometheus/metrics ")


def test_chunks_and_answers_that_end_with_the_connection_are_whole(rt):
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (PAGE[:7], PAGE[7:])) + b"0\r\n\r\n"
    with (
        program(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks) as first,
        program(b"HTTP/1.0 200 OK\r\n\r\n" + PAGE.replace(b"triton", b"second")) as second,
    ):
        rt.add_page_source(f"http://127.0.0.1:{first.port}", auto_labels=False)
        rt.add_page_source(f"http://127.0.0.1:{second.port}", auto_labels=False)
        page = rt.scrape()
    assert b"\ntriton_requests 3\n" in page and b"\nsecond_requests 3\n" in page


def test_openmetrics_is_read_as_such(rt):
    text = b'# TYPE a counter\na_total 1.0 # {trace_id="t"} 1.0\n# EOF\n'
    with program(http_answer(text, b"HTTP/1.1 200 OK\r\nContent-Type: application/openmetrics-text\r\n")) as engine:
        rt.add_page_source(f"http://127.0.0.1:{engine.port}", auto_labels=False)
        assert b'a_total 1.0 # {trace_id="t"} 1.0\n' in rt.scrape("openmetrics")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + PAGE,  # breaks off
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ntrito",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + PAGE,
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x15\x03\x01\x00\x02\x02\x16",
        b"",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000,
    ],
)
def test_an_answer_that_is_no_page_costs_the_source_alone(rt, endpoint, answer):
    endpoint.metrics.create_intcounter("own", "Own").inc()
    with program(answer) as engine:
        rt.add_page_source(f"http://127.0.0.1:{engine.port}", auto_labels=False, name="engine")
        page = rt.scrape()
    assert b"dynamo_component_own{" in page and b"triton" not in page
    assert errors(rt)[0].startswith('reason="page",source="engine",worker_id=')


def test_a_program_that_comes_goes_and_comes_again(rt):
    with program(http_answer(PAGE)) as engine:
        port = engine.port
    rt.add_page_source(f"http://127.0.0.1:{port}", auto_labels=False)
    assert b"triton_requests" not in rt.scrape()
    for _ in range(2):
        with program(http_answer(PAGE), address=("127.0.0.1", port)):
            assert b"triton_requests 3" in rt.scrape()
        rt.scrape()
    with socket.socket() as taken:  # accepts, and says nothing
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        assert b"dynmetrics_source_up" in rt.scrape()


def test_a_page_above_the_budget_is_cut_and_counted(monkeypatch):
    monkeypatch.setenv("DYN_METRICS_SOURCE_MAX_BYTES", "1000")
    rt = dynmetrics.DistributedRuntime()
    lines = b"".join(b"x%d 1\n" % number for number in range(1000))
    with program(http_answer(lines)) as engine:
        rt.add_page_source(f"http://127.0.0.1:{engine.port}", auto_labels=False)
        page = rt.scrape()
    assert b"\nx99 1\n" in page and b"\nx500 1\n" not in page and b'reason="budget"' in page


def test_our_own_page_can_be_one(rt):
    other = dynmetrics.DistributedRuntime(connection_id=7)
    other.metrics.create_gauge("depth", "Depth").set(4)
    with other.serve("127.0.0.1", 0) as server:
        rt.add_page_source(f"{server.url}/metrics", exclude=["dynmetrics_"], auto_labels=False)
        page = rt.scrape("text", False)
    assert b'dynamo_component_depth{worker_id="7"} 4\n' in page


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("127.0.0.1:8002", "http://127.0.0.1:8002/metrics"),
        ("https://127.0.0.1/metrics", "only http://"),
        ("ftp://127.0.0.1/", "only http://"),
        ("http://", "no host"),
        ("http:///metrics", "no host"),
        ("http://:80/", "no host"),
        ("http://127.0.0.1:0/", "port '0'"),
        ("http://127.0.0.1:65536/", "port '65536'"),
        ("http://127.0.0.1:+80/", "port"),
        ("http://127.0.0.1:/", "port ''"),
        ("http://[::1/", "]"),
        ("http://[::1]80/", ":"),
        ("http://me:secret@127.0.0.1/", "password"),
        ("http://example.com/metrics", "not on this machine"),
        ("http://10.0.0.1/metrics", "not on this machine"),
        ("http://0.0.0.0:8002/metrics", "not on this machine"),
        ("http://127.0.0.1/a b", "%20"),
        ("http://127.0.0.1/a\r\nX: y", "control"),
        ("http://127.0.0.1/ü", "ASCII"),
        ("unix:engine.sock", "absolute"),
        ("unix:/" + "a" * 200, "108"),
        ("unix:/run/x.sock:metrics", "begin with /"),
        ("", "only http://"),
    ],
)
def test_what_is_no_address_is_refused_with_a_right_one(rt, url, words):
    with pytest.raises(dynmetrics.MetricsError) as error:
        rt.add_page_source(url)
    assert words in str(error.value) and "give a URL like" in str(error.value)


def test_another_machine_needs_leave(rt):
    with pytest.raises(dynmetrics.MetricsError, match="allow remote"):
        rt.add_page_source("http://host.invalid/metrics")
    rt.add_page_source("http://host.invalid/metrics", allow_remote=True, name="far")
    assert b'dynmetrics_source_up{source="far"' in rt.scrape()


def test_a_prometheus_client_server_is_one(rt):
    prometheus_client = pytest.importorskip("prometheus_client")
    registry = prometheus_client.CollectorRegistry()
    prometheus_client.Counter("served", "Served", registry=registry).inc(2)
    handler = prometheus_client.MetricsHandler.factory(registry)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        rt.add_page_source(f"http://127.0.0.1:{server.server_address[1]}", auto_labels=False)
        page = rt.scrape()
        server.shutdown()
    assert b"\nserved_total 2.0\n" in page
    assert issubclass(handler, http.server.BaseHTTPRequestHandler)


def test_the_first_fetch_of_a_process_leaves_its_signals_alone():
    import subprocess
    import sys

    code = """
import signal, socket, threading, dynmetrics
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
rt = dynmetrics.DistributedRuntime()
with socket.socket() as free:
    free.bind(("127.0.0.1", 0)); port = free.getsockname()[1]
rt.add_page_source(f"http://127.0.0.1:{port}")
rt.scrape()
assert signal.getsignal(signal.SIGPIPE) == signal.SIG_DFL
status = open("/proc/self/status").read()
ignored = int(status.split("SigIgn:")[1].split()[0], 16)
assert not ignored >> (signal.SIGPIPE - 1) & 1, hex(ignored)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=dict(os.environ))
    assert run.returncode == 0, run.stderr
