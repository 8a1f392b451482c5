"""Finds the shared library that goes into the package, or builds it. Shared by setup.py and the build backend."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# An sdist carries the Swift package in a folder of its own; in a checkout it is the folder above.
SWIFT_PACKAGE = HERE / "swift" if (HERE / "swift").exists() else HERE.parent


def check() -> None:
    """Say in one line what is missing, before anything is begun."""
    given = os.environ.get("DYNMETRICS_LIB")
    if given and not Path(given).is_file():
        raise SystemExit(f"error: DYNMETRICS_LIB={given} is no file; give the path of a libdynmetrics.so.0")
    if not given and not shutil.which("swift"):
        raise SystemExit(
            "error: dynmetrics is built from Swift here, and no Swift toolchain is on PATH; install a wheel "
            "(pip install --only-binary dynmetrics dynmetrics), or set DYNMETRICS_LIB=/path/libdynmetrics.so.0, "
            "or install Swift 6.3"
        )


def find() -> Path:
    """Return the library that was given, as it is; else build it."""
    check()
    if given := os.environ.get("DYNMETRICS_LIB"):
        return Path(given)
    build = ["bash", str(SWIFT_PACKAGE / "scripts" / "build.sh")]
    if subprocess.run(build, env={**os.environ, "DYNM_PYTHON": sys.executable}).returncode != 0:
        raise SystemExit(f"error: the Swift library does not build; see above, or run: {' '.join(build)}")
    return SWIFT_PACKAGE / ".build" / "lib" / "libdynmetrics.so.0"
