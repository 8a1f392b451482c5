"""Loads the extension and with it the library; or says what takes its place. Cold: once, with the package.

Switched off (`_switch`), or where the library cannot be loaded and who imports can do without, `_null` is the extension
from then on: `from . import _native` gives it everywhere. What can do without is `dynmetrics.dynamo`,
`dynmetrics.engines` and `dynmetrics.prometheus_names`: an engine that uses them starts either way, with its metrics
written by prometheus_client. Whoever imports the package for itself gets an ImportError.
"""

from __future__ import annotations

import dis
import logging
import sys
from types import FrameType, ModuleType
from typing import Any

from . import _library
from ._switch import is_off

_PACKAGE = __name__.rpartition(".")[0]
_EXTENSION = f"{_PACKAGE}._native"
_CAN_DO_WITHOUT = tuple(f"{_PACKAGE}.{name}" for name in ("dynamo", "engines", "prometheus_names"))

_failure: str | None = None


def is_missing() -> bool:
    """Whether the library could not be loaded, and prometheus_client writes the metrics of engines."""
    return _failure is not None


def load() -> None:
    """Load the extension, or put `_null` in its place. ImportError where the library is needed and cannot be had."""
    global _failure
    if is_off():
        _put_null_in_place()
        return
    try:
        _library.load(_EXTENSION)
    except Exception as error:  # whatever it is, an engine starts
        message = _clear(error)
        if not _importer_can_do_without():
            raise ImportError(message) from error
        _failure = message
        logging.getLogger(_PACKAGE).warning(
            "%s. Engine metrics are written by prometheus_client instead, as without this package", message
        )
        _put_null_in_place()


def hide(module: dict[str, Any], names: list[str]) -> None:
    """Let a module whose names need the library say so when they are asked for."""
    if _failure is None:
        return
    for name in names:
        if name not in ("__version__",):
            del module[name]

    def missing(name: str) -> Any:
        if name in names:
            raise ImportError(_failure)
        raise AttributeError(f"module {module['__name__']!r} has no attribute {name!r}")

    module["__getattr__"] = missing


def command() -> ModuleType:
    """Return the extension for the `dynmetrics` command, which is a process of its own that no switch protects."""
    if not is_off():
        return _library.load(_EXTENSION)
    null = sys.modules.pop(_EXTENSION, None)
    try:
        return _library.load(_EXTENSION)
    finally:
        if null is not None:
            sys.modules[_EXTENSION] = null


def _put_null_in_place() -> None:
    from . import _null

    sys.modules[_EXTENSION] = _null
    package: ModuleType | None = sys.modules.get(_PACKAGE)
    if package is not None:
        package._native = _null  # type: ignore[attr-defined]


def _clear(error: Exception) -> str:
    return (
        f"dynmetrics: its library cannot be loaded: {error}; install the wheel again (pip install --force-reinstall "
        "dynmetrics), or set DYNMETRICS_DISABLE=1 to run without metrics"
    )


# ---- who imports ----


def _importer_can_do_without() -> bool:
    """Whether the import under way is one of a module that can do without the library.

    Python imports `dynmetrics` before `dynmetrics.dynamo` and does not tell it why, but its frames say it.
    """
    return any(name == part or name.startswith(part + ".") for name in _imports_under_way() for part in _CAN_DO_WITHOUT)


def _imports_under_way() -> list[str]:
    names: list[str] = []
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            names.append(str(frame.f_locals.get("name")))
        elif frame.f_globals.get("__name__") not in (__name__, _PACKAGE, "importlib"):
            return names + [f"{_PACKAGE}.{name}" for name in _names_after_import(frame)]
        frame = frame.f_back
    return names


def _names_after_import(frame: FrameType) -> tuple[str, ...]:
    """Return `a`, `b` of the statement `from … import a, b` that a frame is at; nothing when it is at another."""
    names: Any = None
    for instruction in dis.get_instructions(frame.f_code):
        if instruction.offset == frame.f_lasti:
            is_import = instruction.opname == "IMPORT_NAME" and isinstance(names, tuple)
            return names if is_import else ()
        if instruction.opname == "LOAD_CONST":
            names = instruction.argval
    return ()
