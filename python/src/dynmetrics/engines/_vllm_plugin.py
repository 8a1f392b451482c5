"""Serves a vLLM's metrics from inside it, without a line of code: what DYNMETRICS_VLLM=1 does.

vLLM calls its plugins in every process that it has. The first one is the parent of all others: it serves, and says so
in its environment, which the others inherit.
"""

from __future__ import annotations

import logging
import os
from typing import Any

from .. import _loading
from .._switch import is_off
from ..runtime import DistributedRuntime
from . import _directory
from ._engine import EngineMetrics, of_directory
from .vllm import ENGINE

_SERVING = "DYNMETRICS_VLLM_PID"

_logger = logging.getLogger("vllm.plugins.dynmetrics")  # below vLLM's own, which is the one that it shows
_kept: list[Any] = []


def load() -> None:
    """Serve in the first process; do nothing in the others, switched off, or without the library."""
    if is_off() or _loading.is_missing() or _another_serves():
        return
    os.environ[_SERVING] = str(os.getpid())
    try:
        _serve()
    except Exception as error:
        _logger.warning("vLLM goes on without dynmetrics: %s", error)


def _another_serves() -> bool:
    pid = os.environ.get(_SERVING, "")
    if not pid.isdecimal() or int(pid) == os.getpid():
        return pid.isdecimal()
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # it is there, and somebody else's
    return True


def _serve() -> None:
    # A vLLM with several API servers sets the directory for them, late, and counts nothing itself: nothing is lost.
    _directory.expect_both()
    runtime = DistributedRuntime()
    shown = ENGINE.register(runtime)
    server = runtime.serve()
    _kept.extend((runtime, shown, server))
    if shown.directory is None:
        _follow(runtime, shown)
    _logger.info("dynmetrics serves vLLM's metrics at %s/metrics", server.url)


def _follow(runtime: DistributedRuntime, shown: EngineMetrics) -> None:
    """Show the directory of API servers as soon as vLLM has set it."""

    def look() -> None:
        path = None if shown.directory else _directory.set_directory()
        if path is not None:
            shown.directory = path
            _kept.append(ENGINE.register(runtime, of_directory(path)))
            looking.close()

    looking = runtime.metrics.register_update_callback(look)
