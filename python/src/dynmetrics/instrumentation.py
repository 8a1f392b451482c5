"""Built-in instrumentation: what workers, frontends and KV block managers measure, under Dynamo's names.

Making one of these may raise MetricsError; what is done with a request never raises for what it measures. A request
that is forgotten counts as cancelled, and what ends it first decides how it ended.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from . import _native

__all__ = ["Frontend", "FrontendRequest", "KVBlocks", "WorkHandler", "WorkRequest"]

WorkRequest = _native.WorkRequest
FrontendRequest = _native.FrontendRequest
KVBlocks = _native.KVBlocks

_MODEL_LOAD, _CLEANUP, _DRAIN = range(3)


class WorkHandler:
    """The requests of one endpoint: `dynamo_component_*` with its labels. Any thread."""

    __slots__ = ("_native",)

    def __init__(self, native: _native.WorkHandler) -> None:
        self._native = native

    def handle_request(self, bytes: int = 0, *, queued: bool = False) -> WorkRequest:
        """Take on a request of so many bytes.

        As a with block it ends well, or by what leaves the block: TimeoutError is a timeout, ConnectionError and what
        is no Exception (asyncio's CancelledError, GeneratorExit) a cancellation, all else an error of type `generate`.
        `queued`: it waits in the queue until `start()`.
        """
        return self._native.begin(bytes, queued)

    def open_requests(self) -> int:
        """Return how many requests the endpoint works on; a drain waits for 0."""
        return self._native.open_requests()

    def model_loaded(self, seconds: float) -> None:
        """Show how long the model took to load."""
        self._native.took(_MODEL_LOAD, seconds)

    @contextmanager
    def model_load(self) -> Iterator[None]:
        """Show how long the block took as the time of the model's load; one that raises shows nothing."""
        yield from self._timed(_MODEL_LOAD)

    @contextmanager
    def cleanup(self) -> Iterator[None]:
        """Show how long the block took as the time of the last clean-up."""
        yield from self._timed(_CLEANUP)

    @contextmanager
    def drain(self) -> Iterator[None]:
        """Show how long the block took as the time of the last drain."""
        yield from self._timed(_DRAIN)

    def _timed(self, what: int) -> Iterator[None]:
        began = time.monotonic()
        yield
        self._native.took(what, time.monotonic() - began)


class Frontend:
    """The requests and models of a frontend: `dynamo_frontend_*`, or DYN_METRICS_PREFIX in its place. Any thread."""

    __slots__ = ("_native",)

    def __init__(self, native: _native.NativeFrontend) -> None:
        self._native = native

    def request(
        self,
        model: str,
        endpoint: str = "chat_completions",
        request_type: Literal["stream", "unary"] = "stream",
    ) -> FrontendRequest:
        """Take on a request.

        Models and endpoints become labels: give those that are served, not what clients ask for. As a with block it
        ends well, or by what leaves the block: TimeoutError is `response_timeout`, ConnectionError a client that left,
        what is no Exception a cancellation, anything else `internal`.
        """
        return self._native.begin(model, endpoint, request_type)

    def set_model(
        self,
        model: str,
        *,
        ready: bool | None = None,
        total_kv_blocks: int | None = None,
        max_num_seqs: int | None = None,
        max_num_batched_tokens: int | None = None,
        context_length: int | None = None,
        kv_cache_block_size: int | None = None,
        migration_limit: int | None = None,
    ) -> None:
        """Show how a model is configured; None leaves a gauge as it is."""
        self._native.set_model(
            model,
            ready,
            total_kv_blocks,
            max_num_seqs,
            max_num_batched_tokens,
            context_length,
            kv_cache_block_size,
            migration_limit,
        )

    def remove_model(self, model: str) -> None:
        """Take the configuration of a model that is gone off the page; its requests' counters stay."""
        self._native.remove_model(model)

    def on_refresh(self, refresh: Callable[[], object], interval: float = 8.0) -> _native.Registration:
        """Call `refresh` before a scrape when the last time is at least `interval` seconds ago."""
        return self._native.on_refresh(interval, refresh)
