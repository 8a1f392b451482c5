"""The pages of a runtime inside the HTTP server that an engine has already: an ASGI and a WSGI application.

    app.mount("/metrics", dynmetrics.asgi_app(rt))    # FastAPI, Starlette

What stands at the path where it is mounted, and at `/metrics` below it, is the page; `/health` and `/live` below it are
those of `serve()`. The library answers, as its own server does: format, `name[]`, gzip, HEAD, 404, 405.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from .runtime import DistributedRuntime

_Message = MutableMapping[str, Any]
AsgiApp = Callable[
    [_Message, Callable[[], Awaitable[_Message]], Callable[[_Message], Awaitable[None]]], Awaitable[None]
]
"""What ASGI calls an application."""
WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
"""What WSGI calls an application."""


def asgi_app(rt: DistributedRuntime) -> AsgiApp:
    """Make an ASGI application of the pages of `rt`, for an engine's own server (FastAPI, Starlette, uvicorn).

    A scrape waits on a thread of its own, never on the event loop. Mounting starts nothing.
    """
    mount = rt._native.mount()
    threads = _Threads()

    async def app(
        scope: _Message, receive: Callable[[], Awaitable[_Message]], send: Callable[[_Message], Awaitable[None]]
    ) -> None:
        if scope["type"] == "lifespan":
            await _live_on(receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close"})  # the only other kind
            return
        headers = [_field(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        target = _target(
            _below(scope["path"], scope.get("root_path", "")), scope.get("query_string", b"").decode("latin-1")
        )
        import asyncio  # is there already where this runs; who only imports the package need not wait for it

        status, fields, body = await asyncio.get_running_loop().run_in_executor(
            threads.of_this_process(), mount.answer, scope["method"], target, headers
        )
        sent = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in fields]
        await send({"type": "http.response.start", "status": status, "headers": sent})
        await send({"type": "http.response.body", "body": body})

    return app


def wsgi_app(rt: DistributedRuntime) -> WsgiApp:
    """Make a WSGI application of the pages of `rt`. A scrape waits on the thread that the server calls it on."""
    mount = rt._native.mount()

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        headers = [
            _field(name[5:].replace("_", "-"), str(value))
            for name, value in environ.items()
            if name.startswith("HTTP_")
        ]
        # PEP 3333 hands bytes over as if they were Latin-1.
        path = environ.get("PATH_INFO", "").encode("latin-1", "replace").decode("utf-8", "replace")
        status, fields, body = mount.answer(
            environ.get("REQUEST_METHOD", "GET"), _target(path, environ.get("QUERY_STRING", "")), headers
        )
        start_response(f"{status} {HTTPStatus(status).phrase}", fields)
        return [body]

    return app


def _below(path: str, root: str) -> str:
    """Return the path below the mount: some servers leave the path of the mount on it, others do not."""
    rest = path[len(root) :] if root and path.startswith(root) else path
    return rest if rest.startswith("/") or not rest else path


def _target(path: str, query: str) -> str:
    return quote(path, errors="replace") + ("?" + query.replace("\0", "") if query else "")


def _field(name: str, value: str) -> tuple[str, str]:
    return name.replace("\0", ""), value.replace(
        "\0", ""
    )  # servers let no NUL through; if one did, it is no end of text


async def _live_on(receive: Callable[[], Awaitable[_Message]], send: Callable[[_Message], Awaitable[None]]) -> None:
    """Answer the server that asks whether the application has started and stopped."""
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return


class _Threads:
    """Threads for scrapes that wait, made with the first of them, in each process anew: a fork takes none along.

    Not those of the event loop: an engine may have all of them at work.
    """

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._process = 0

    def of_this_process(self) -> ThreadPoolExecutor:
        if self._pool is None or self._process != os.getpid():
            self._pool = ThreadPoolExecutor(max_workers=16, thread_name_prefix="dynmetrics")
            self._process = os.getpid()
        return self._pool
