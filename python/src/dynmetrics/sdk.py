r"""Where C and C++ that is built against this package finds what it needs: all of it lies in the package.

    c++ -std=c++17 -shared -fPIC engine.cc -I"$(python -c 'import dynmetrics; print(dynmetrics.get_include())')" \
        -L"$(python -c 'import dynmetrics; print(dynmetrics.get_library_dir())')" -l:libdynmetrics.so.0 -o engine.so
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def get_include() -> str:
    """Return the folder of dynmetrics.h and dynmetrics.hpp."""
    return str(_PACKAGE / "include")


def get_library_dir() -> str:
    """Return the folder of libdynmetrics.so.0, the library that this process uses.

    Link it as `-l:libdynmetrics.so.0` (in setuptools: `libraries=[":libdynmetrics.so.0"]`). An extension that is loaded
    after `import dynmetrics` finds it by itself; a program needs the folder as its run path.
    """
    return str(_PACKAGE)


def get_cmake_dir() -> str:
    """Return the folder for CMake's `-Ddynmetrics_DIR=`, behind `find_package(dynmetrics CONFIG)`."""
    return str(_PACKAGE / "cmake")
