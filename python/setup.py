"""Builds the wheel: the Swift library, the extension that links it, and the header, in one package.

DYNMETRICS_LIB=/path/libdynmetrics.so takes a library that was built before; otherwise `swift` has to be on PATH.
"""

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.sdist import sdist

HERE = Path(__file__).resolve().parent
# An sdist carries the Swift package in a folder of its own; in a checkout it is the folder above.
SWIFT_PACKAGE = HERE / "swift" if (HERE / "swift").exists() else HERE.parent
LIBRARY = "libdynmetrics.so.0"
FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))


def swift_library() -> Path:
    """Return the shared library, built when none is given."""
    given = os.environ.get("DYNMETRICS_LIB")
    if given:
        if not Path(given).is_file():
            raise SystemExit(f"error: DYNMETRICS_LIB={given} is no file; give the path of libdynmetrics.so")
        return Path(given)
    swift = shutil.which("swift")
    if not swift:
        raise SystemExit(
            "error: no Swift toolchain on PATH; install Swift 6.3, or a wheel, "
            "or set DYNMETRICS_LIB=/path/libdynmetrics.so"
        )
    # SwiftPM takes CC and the flags of a Python build for its own C targets, and fails on gcc's.
    environment = {k: v for k, v in os.environ.items() if k not in ("CC", "CXX", "CFLAGS", "CXXFLAGS", "LDFLAGS")}
    environment["DYNM_DIST"] = "1"
    scratch = SWIFT_PACKAGE / ".build" / "dist"
    build = [swift, "build", "-c", "release", "--product", "dynmetrics"]
    build += ["--package-path", str(SWIFT_PACKAGE), "--scratch-path", str(scratch)]
    if subprocess.run(build, env=environment).returncode != 0:
        raise SystemExit(f"error: the Swift library does not build; see above, or run: {' '.join(build)}")
    return scratch / "release" / "libdynmetrics.so"


def strip(path: Path) -> None:
    """Take the debug information out, which is most of the file."""
    if shutil.which("strip"):
        subprocess.run(["strip", "--strip-unneeded", str(path)], check=True)


class BuildExtension(build_ext):
    """Puts the library and the header beside the extension, and links it with a path relative to itself."""

    def build_extensions(self) -> None:
        package = Path(self.get_ext_fullpath("dynmetrics._native")).parent
        library = package / LIBRARY
        package.mkdir(parents=True, exist_ok=True)
        library.unlink(missing_ok=True)  # never write into a file that a process has mapped
        shutil.copy(swift_library(), library)
        strip(library)
        (package / "include").mkdir(exist_ok=True)
        shutil.copy(SWIFT_PACKAGE / "include" / "dynmetrics.h", package / "include")
        shutil.copy(SWIFT_PACKAGE / "LICENSE", package)

        # Some builds of Python link extensions with a search path of their own, before ours.
        self.compiler.linker_so = [word for word in self.compiler.linker_so if not word.startswith("-Wl,-rpath")]
        self.extensions[0].extra_link_args = [
            str(library),
            "-Wl,-rpath,$ORIGIN",
            "-Wl,--no-as-needed",  # auditwheel tells the C library's age by libc in NEEDED
            "-lc",
        ]
        super().build_extensions()
        strip(Path(self.get_ext_fullpath("dynmetrics._native")))

    def copy_extensions_to_source(self) -> None:
        """For `pip install -e`: what belongs beside the extension goes along."""
        super().copy_extensions_to_source()
        shutil.copy(Path(self.build_lib) / "dynmetrics" / LIBRARY, HERE / "src" / "dynmetrics")


class SourceDistribution(sdist):
    """Takes the Swift package along, which lies above this folder."""

    def make_release_tree(self, base_dir: str, files: list[str]) -> None:
        super().make_release_tree(base_dir, files)
        target = Path(base_dir) / "swift"
        for folder in ("Sources", "Tests", "include"):  # SwiftPM wants every target's folder, those of tests too
            shutil.copytree(SWIFT_PACKAGE / folder, target / folder)
        for file in ("Package.swift", "LICENSE"):
            shutil.copy(SWIFT_PACKAGE / file, target)
        shutil.copytree(HERE / "native", Path(base_dir) / "native", dirs_exist_ok=True)


native = Extension(
    "dynmetrics._native",
    sources=sorted(str(path.relative_to(HERE)) for path in (HERE / "native").glob("*.c")),
    depends=["native/native.h", os.path.relpath(SWIFT_PACKAGE / "include" / "dynmetrics.h", HERE)],
    include_dirs=["native", str(SWIFT_PACKAGE / "include")],
    # One wheel for 3.10 and later; a free-threaded Python has no stable ABI yet.
    define_macros=[] if FREE_THREADED else [("Py_LIMITED_API", "0x030A0000")],
    py_limited_api=not FREE_THREADED,
    extra_compile_args=["-std=gnu11", "-fvisibility=hidden", "-Wall", "-Wextra"],
)

setup(
    ext_modules=[native],
    cmdclass={"build_ext": BuildExtension, "sdist": SourceDistribution},
    options={} if FREE_THREADED else {"bdist_wheel": {"py_limited_api": "cp310"}},
)
