"""asgi_app and wsgi_app: the page inside an engine's own HTTP server."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import os
import subprocess
import sys
import threading
import wsgiref.validate
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from support import assert_valid, value, wait_until

import dynmetrics

TEXT = "text/plain; version=0.0.4; charset=utf-8"


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


Ask = Callable[..., Answer]


def ask_asgi(app: Any, path: str, method: str = "GET", query: str = "", root: str = "", **headers: str) -> Answer:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    fields = [(name.replace("_", "-").lower().encode(), text.encode()) for name, text in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "root_path": root, "query_string": query.encode()}
    asyncio.run(app({**scope, "headers": fields}, receive, send))
    start, body = sent
    return Answer(start["status"], {n.decode(): v.decode() for n, v in start["headers"]}, body["body"])


def ask_wsgi(app: Any, path: str, method: str = "GET", query: str = "", root: str = "", **headers: str) -> Answer:
    started: list[Any] = []
    environ = {f"HTTP_{name.upper()}": text for name, text in headers.items()}
    environ |= {"REQUEST_METHOD": method, "SCRIPT_NAME": root, "PATH_INFO": path, "QUERY_STRING": query}
    body = b"".join(app(environ, lambda status, fields: started.append((status, fields))))
    ((status, fields),) = started
    return Answer(int(status.split()[0]), {name.lower(): text for name, text in fields}, body)


@pytest.fixture(params=["asgi", "wsgi"])
def ask(request: pytest.FixtureRequest, rt: dynmetrics.DistributedRuntime) -> Ask:
    rt.metrics.create_intcounter("requests_total", "Requests").inc(3)
    rt.metrics.create_intgauge("running", "Running").set(1)
    if request.param == "asgi":
        app = dynmetrics.asgi_app(rt)
        return lambda *given, **more: ask_asgi(app, *given, **more)
    made = dynmetrics.wsgi_app(rt)
    return lambda *given, **more: ask_wsgi(made, *given, **more)


@pytest.mark.parametrize("path", ["", "/", "/metrics"])
def test_the_page_stands_where_it_is_mounted(ask: Ask, path: str) -> None:
    answer = ask(path)

    assert (answer.status, answer.headers["content-type"]) == (200, TEXT)
    assert answer.headers["content-length"] == str(len(answer.body))
    assert value(answer.body, "dynamo_component_requests_total") == 3
    assert_valid(answer.body)


def test_a_server_that_leaves_the_path_of_the_mount_on_is_understood(rt: dynmetrics.DistributedRuntime) -> None:
    app = dynmetrics.asgi_app(rt)

    assert [ask_asgi(app, path, root="/x").status for path in ("/x", "/x/", "/x/metrics", "/x/live")] == [200] * 4
    assert [ask_asgi(app, path, root="/x").status for path in ("/", "/live", "/xlive", "/x/no")] == [200, 200, 404, 404]


def test_the_format_is_what_the_scraper_asks_for(ask: Ask) -> None:
    openmetrics = ask("/", accept="application/openmetrics-text; version=1.0.0, text/plain;q=0.5")
    protobuf = ask(
        "/", accept="application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
    )

    assert openmetrics.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert openmetrics.body.endswith(b"# EOF\n")
    assert protobuf.headers["content-type"].startswith("application/vnd.google.protobuf")


def test_a_page_is_compressed_for_who_likes_that(ask: Ask) -> None:
    plain, small = (
        ask("/", query="name[]=dynamo_component_running"),
        ask("/", query="name[]=dynamo_component_running", accept_encoding="gzip, deflate"),
    )

    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert gzip.decompress(small.body) == plain.body


def test_names_choose_families(ask: Ask) -> None:
    answer = ask("/metrics", query="name[]=dynamo_component_running&name%5B%5D=up")

    families = [line for line in answer.body.split(b"\n") if line.startswith(b"# TYPE ")]
    assert families == [b"# TYPE dynamo_component_running gauge"]


def test_head_has_the_headers_of_get_and_no_body(ask: Ask) -> None:
    query = "name[]=dynamo_component_running"
    head, get = ask("/", method="HEAD", query=query), ask("/", query=query)

    assert (head.status, head.headers, head.body) == (200, get.headers, b"")


def test_other_methods_and_paths_are_refused_as_by_our_own_server(ask: Ask) -> None:
    refused, nowhere = ask("/", method="POST"), ask("/nowhere")

    assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD")
    assert (nowhere.status, nowhere.body) == (404, b"Route not found\n")


def test_health_and_liveness_are_below_the_page(ask: Ask, rt: dynmetrics.DistributedRuntime) -> None:
    rt.namespace("n").component("c").endpoint("e").set_health_status("notready")

    assert ask("/health").status == 503
    assert b'"e":"notready"' in ask("/health").body
    assert ask("/live").status == 200


def test_answers_are_counted(ask: Ask) -> None:
    ask("/nowhere")

    assert value(ask("/").body, "dynmetrics_http_requests_total", code="404") == 1


def test_only_a_runtime_is_mounted(endpoint: Any) -> None:
    with pytest.raises(dynmetrics.MetricsError, match="cannot be mounted; mount the runtime"):
        dynmetrics.wsgi_app(endpoint)


def test_odd_requests_end_in_an_answer(ask: Ask) -> None:
    assert ask("/\x00é?#", query="%zz&&=").status == 404
    assert ask("/", query="name[]=" + "x" * 100_000).status == 200
    assert ask("/", accept="\x00" * 10 + "é;q=nan", accept_encoding=";;,=").status == 200


def test_a_slow_callback_leaves_the_event_loop_alone(rt: dynmetrics.DistributedRuntime) -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow() -> str:
        entered.set()
        leave.wait(20)
        return "slow 1\n"

    rt.metrics.register_prometheus_expfmt_callback(slow)
    app = dynmetrics.asgi_app(rt)
    sent: list[Any] = []

    async def main() -> bool:
        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {}

        scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
        scrape = asyncio.ensure_future(app(scope, receive, send))
        while not entered.is_set():
            await asyncio.sleep(0)
        live: list[Any] = []

        async def note(message: Any) -> None:
            live.append(message)

        await app({**scope, "path": "/live"}, receive, note)
        was_waiting = not scrape.done() and live[0]["status"] == 200
        leave.set()
        await scrape
        return was_waiting

    assert asyncio.run(main())
    assert sent[0]["status"] == 200


def test_lifespan_and_websockets_are_answered(rt: dynmetrics.DistributedRuntime) -> None:
    app = dynmetrics.asgi_app(rt)
    sent: list[str] = []

    async def main() -> None:
        events = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

        async def receive() -> Any:
            return next(events)

        async def send(message: Any) -> None:
            sent.append(message["type"])

        await app({"type": "lifespan"}, receive, send)
        await app({"type": "websocket", "path": "/"}, receive, send)

    asyncio.run(main())
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete", "websocket.close"]


def test_a_forked_child_answers_for_itself(rt: dynmetrics.DistributedRuntime) -> None:
    counter = rt.metrics.create_intcounter("forked_total", "F")
    wsgi, asgi = dynmetrics.wsgi_app(rt), dynmetrics.asgi_app(rt)
    for app, way in ((wsgi, ask_wsgi), (asgi, ask_asgi)):
        assert way(app, "/").status == 200  # the parent's threads are there
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover
        status = 1
        try:
            counter.inc(7)
            pages = [ask_wsgi(wsgi, "/").body, ask_asgi(asgi, "/").body]
            status = 0 if all(value(page, "dynamo_component_forked_total") == 7 for page in pages) else 2
        finally:
            os.write(writer, bytes([status]))
            os._exit(0)
    os.close(writer)
    try:
        assert os.read(reader, 1) == b"\0"
    finally:
        os.close(reader)
        os.waitpid(child, 0)
    assert value(ask_wsgi(wsgi, "/").body, "dynamo_component_forked_total") == 0


def test_pages_that_are_let_go_leave_no_thread_behind(rt: dynmetrics.DistributedRuntime) -> None:
    def threads() -> int:
        return len(os.listdir("/proc/self/task"))

    ask_wsgi(dynmetrics.wsgi_app(rt), "/")
    before = threads()

    for _ in range(50):
        assert ask_wsgi(dynmetrics.wsgi_app(rt), "/").status == 200

    wait_until(lambda: threads() <= before, "the end of the threads")


# ---- in real servers ----


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def wsgiref_port(rt: dynmetrics.DistributedRuntime) -> Iterator[int]:
    app = wsgiref.validate.validator(dynmetrics.wsgi_app(rt))
    with make_server("127.0.0.1", 0, app, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def fetch(port: int, path: str, method: str = "GET") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_in_wsgiref_which_checks_the_protocol(wsgiref_port: int) -> None:
    status, page = fetch(wsgiref_port, "/metrics?name[]=dynmetrics_build_info")

    assert status == 200
    assert page.startswith(b"# HELP dynmetrics_build_info ")
    assert fetch(wsgiref_port, "/", "HEAD") == (200, b"")
    assert fetch(wsgiref_port, "/", "PUT")[0] == 405


UVICORN = """
import sys, uvicorn, dynmetrics
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

rt = dynmetrics.DistributedRuntime()
rt.metrics.create_intcounter("requests_total", "Requests").inc(3)
app = Starlette(routes=[
    Route("/v1/models", lambda request: PlainTextResponse("models")),
    Mount("/metrics", dynmetrics.asgi_app(rt)),
])
uvicorn.run(app, port=0, log_level="info")
"""


def test_mounted_in_an_application_that_uvicorn_serves() -> None:
    pytest.importorskip("starlette")
    pytest.importorskip("uvicorn")
    server = subprocess.Popen([sys.executable, "-c", UVICORN], stderr=subprocess.PIPE, text=True)
    try:
        assert server.stderr is not None
        line = wait_until(lambda: next((x for x in server.stderr if "running on" in x), None), "uvicorn")  # type: ignore[union-attr]
        port = int(line.split("http://127.0.0.1:")[1].split()[0])

        status, page = fetch(port, "/metrics/")
        assert status == 200
        assert value(page, "dynamo_component_requests_total") == 3
        assert fetch(port, "/metrics", "HEAD")[0] in (200, 307)  # Starlette sends to the path with a slash
        assert fetch(port, "/metrics/live")[0] == 200
        assert fetch(port, "/metrics/no")[0] == 404
        assert fetch(port, "/v1/models") == (200, b"models")
    finally:
        server.terminate()
        server.wait(20)
        if server.stderr:
            server.stderr.close()
