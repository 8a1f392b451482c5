"""Token streams: an asyncio server in which an engine makes a token for each of its streams 50 times a second."""

from __future__ import annotations

import asyncio

from engine import Engine

PERIOD = 0.02
TOKEN = b"data: a token..\n"  # of one size, so that who reads can count them


class Streams:
    """A stream for each connection. The engine measures its tokens, unless there is none."""

    def __init__(self, engine: Engine | None) -> None:
        self._engine = engine
        self.open: list[Stream] = []
        self._stepping: asyncio.Task[None] | None = None

    async def serve(self) -> int:
        """Listen; gives the port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Stream(self), "127.0.0.1", 0, backlog=1024)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def add(self, stream: Stream) -> None:
        """Have the engine make tokens for it as well."""
        self.open.append(stream)
        if self._stepping is None or self._stepping.done():
            self._stepping = asyncio.ensure_future(self._step())

    async def _step(self) -> None:
        """Make a token for each stream, on time; steps that are late follow at once, as an engine's results do."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while self.open:
            due += PERIOD
            await asyncio.sleep(max(0, due - loop.time()))
            for number, stream in enumerate(self.open):
                stream.tokens.put_nowait(TOKEN)
                if self._engine:
                    self._engine.token(number, PERIOD)


class Stream(asyncio.Protocol):
    """A connection, and the task that sends its tokens."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self.tokens: asyncio.Queue[bytes] = asyncio.Queue()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._sending = asyncio.ensure_future(self._send(transport))
        self._streams.add(self)

    async def _send(self, transport: asyncio.WriteTransport) -> None:
        while True:
            transport.write(await self.tokens.get())

    def connection_lost(self, error: Exception | None) -> None:
        """End: who read has left."""
        self._sending.cancel()
        self._streams.open.remove(self)
