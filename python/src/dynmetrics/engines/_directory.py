"""Where prometheus_client keeps values in this process: in memory, or in the files of a multiprocess directory.

It decides that when it is imported, so PROMETHEUS_MULTIPROC_DIR has to be set before; nothing here imports it.
"""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import sys
import tempfile
from typing import Any

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_OLD_VARIABLE = VARIABLE.lower()  # prometheus_client still reads it

_logger = logging.getLogger("dynmetrics")
_has_warned = False
_made: str | None = None


def set_directory() -> str | None:
    """Return the directory that the environment names, made anew when it is gone; None when there is none to be had."""
    path = os.environ.get(VARIABLE) or os.environ.get(_OLD_VARIABLE)
    if not path:
        return None
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        _logger.warning("%s=%s cannot be used: %s; give a directory that this process may make", VARIABLE, path, error)
        return None
    return path


def prepared(title: str) -> str:
    """Return the directory that the environment names; else make one, name it there, and remove it at the exit."""
    global _made
    path = set_directory()
    if path is None:
        path = tempfile.mkdtemp(prefix="dynmetrics-engine-")
        os.environ[VARIABLE] = path
        atexit.register(_remove, path, os.getpid())
        _made = path
        _logger.info("%s: %s=%s", title, VARIABLE, path)
    if is_in_memory():
        warn_of_import(path)
    return path


def is_imported() -> bool:
    """Whether prometheus_client has decided."""
    return "prometheus_client.values" in sys.modules


def is_in_memory() -> bool:
    """Whether it has decided to keep this process's values in memory."""
    values: Any = sys.modules.get("prometheus_client.values")
    return values is not None and not getattr(values.ValueClass, "_multiprocess", False)


def expect_both() -> None:
    """Give no such warning: what this process counts is nothing that others count too."""
    global _has_warned
    _has_warned = True


def warn_of_import(path: str) -> None:
    """Say once what became of the order of things."""
    global _has_warned
    if _has_warned:
        return
    _has_warned = True
    _logger.warning(
        "prometheus_client was imported before %s was set: what this process counts stays in its memory, only other "
        "processes write to %s. Both are shown; of a series that both have, only what is in the directory. Set it "
        "before Python starts (dynmetrics run -- PROGRAM), or before anything imports prometheus_client",
        VARIABLE,
        path,
    )


def _remove(path: str, maker: int) -> None:
    if os.getpid() == maker:  # not in a forked child
        shutil.rmtree(path, ignore_errors=True)
