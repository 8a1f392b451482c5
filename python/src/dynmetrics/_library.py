"""Finds the shared library that the extension needs: the one in the package, or the one that DYNMETRICS_LIB names.

A process has one copy in any case: one that the engine has loaded before under the same name is used as it is.
"""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from types import ModuleType

NAME = "libdynmetrics.so.0"


def load(extension: str) -> ModuleType:
    """Import the extension. An ImportError says which library is not to be had, and how another one is named."""
    if chosen := os.environ.get("DYNMETRICS_LIB"):
        _load_chosen(chosen)
    try:
        return importlib.import_module(extension)
    except ImportError as error:
        if NAME not in str(error) or "cannot open shared object" not in str(error):
            raise
        message = f"{NAME} is not in {Path(__file__).parent}, and DYNMETRICS_LIB names no other"
        raise ImportError(message, name=extension) from None


def _load_chosen(path: str) -> None:
    # Only here: there are Pythons without ctypes, and who does not choose a library needs none.
    import ctypes

    try:
        ctypes.CDLL(path).dynm_abi_version  # noqa: B018
    except (OSError, AttributeError) as error:
        raise ImportError(f"DYNMETRICS_LIB={path} is none: {error}; give the path of a {NAME}, or unset it") from None
