"""Builds the wheel: the Swift library, the extension that links it, the headers, and what is said about both.

DYNMETRICS_LIB=/path/libdynmetrics.so.0 takes a library that was built before; otherwise `swift` has to be on PATH.
"""

import os
import shutil
import sys
import sysconfig
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext
from setuptools.command.sdist import sdist

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import swift_library  # noqa: E402
from swift_library import SWIFT_PACKAGE  # noqa: E402

LIBRARY = "libdynmetrics.so.0"
SDK = ("include", "cmake")  # what C and C++ are built with
FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
# The same sources give the same wheel, byte for byte, whenever and wherever it is built.
os.environ.setdefault("SOURCE_DATE_EPOCH", "315532800")  # the first time that a zip file can tell


def copy(source: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / source.name).unlink(missing_ok=True)  # never write into a library that a process has mapped
    shutil.copyfile(source, folder / source.name)


class BuildExtension(build_ext):
    """Puts the library and the headers beside the extension, and links it with a path relative to itself."""

    def build_extensions(self) -> None:
        package = Path(self.get_ext_fullpath("dynmetrics._native")).parent
        found = swift_library.find()
        copy(found, package)
        if found.name != LIBRARY:
            (package / found.name).replace(package / LIBRARY)
        for folder in SDK:
            shutil.copytree(SWIFT_PACKAGE / folder, package / folder, dirs_exist_ok=True)

        # Some builds of Python link extensions with a search path of their own, before ours.
        self.compiler.linker_so = [word for word in self.compiler.linker_so if not word.startswith("-Wl,-rpath")]
        self.extensions[0].extra_link_args = [
            str(package / LIBRARY),
            "-Wl,-rpath,$ORIGIN",
            "-Wl,--no-as-needed",  # auditwheel tells the C library's age by libc in NEEDED
            "-lc",
            "-Wl,-s",
        ]
        super().build_extensions()

    def copy_extensions_to_source(self) -> None:
        """For `pip install -e`: what belongs beside the extension goes along."""
        super().copy_extensions_to_source()
        copy(Path(self.build_lib) / "dynmetrics" / LIBRARY, HERE / "src" / "dynmetrics")
        for folder in SDK:
            shutil.copytree(SWIFT_PACKAGE / folder, HERE / "src" / "dynmetrics" / folder, dirs_exist_ok=True)


class Wheel(bdist_wheel):
    """Adds licenses and the bill of materials; what the library's build has said about it lies beside the library."""

    def write_wheelfile(self, wheelfile_base: str, *arguments: str) -> None:
        super().write_wheelfile(wheelfile_base, *arguments)
        info, beside = Path(wheelfile_base), swift_library.find().parent
        licenses = [SWIFT_PACKAGE / "LICENSE", beside / "THIRD-PARTY-NOTICES.txt"]
        licenses = [file for file in licenses if file.exists()]
        for file in licenses:
            copy(file, info / "licenses")
        named = "".join(f"License-File: {file.name}\n" for file in licenses)
        metadata = (info / "METADATA").read_text(encoding="utf-8")
        metadata = metadata.replace("License-Expression: Apache-2.0\n", "License-Expression: Apache-2.0\n" + named, 1)
        (info / "METADATA").write_text(metadata, encoding="utf-8")
        if (beside / "dynmetrics.cdx.json").exists():
            copy(beside / "dynmetrics.cdx.json", info / "sboms")  # where PEP 770 wants it
        for file in info.parent.rglob("*"):
            file.chmod(0o755 if file.is_dir() or ".so" in file.name else 0o644)


class SourceDistribution(sdist):
    """Takes the Swift package along, which lies above this folder."""

    def make_release_tree(self, base_dir: str, files: list[str]) -> None:
        super().make_release_tree(base_dir, files)
        target = Path(base_dir) / "swift"
        # SwiftPM wants every target's folder, those of tests too.
        for folder in ("Sources", *SDK, "tool", "packaging", *(f"Tests/{one.name}" for one in self.tests())):
            shutil.copytree(SWIFT_PACKAGE / folder, target / folder, dirs_exist_ok=True)
        for file in ("Package.swift", "LICENSE", "scripts/common.sh", "scripts/build.sh", "scripts/notices.py"):
            copy(SWIFT_PACKAGE / file, (target / file).parent)
        copy(HERE / "src" / "dynmetrics" / "_version.py", target / "python" / "src" / "dynmetrics")
        for file in ("backend.py", "swift_library.py"):
            copy(HERE / file, Path(base_dir))
        shutil.copytree(HERE / "native", Path(base_dir) / "native", dirs_exist_ok=True)

    def tests(self) -> list[Path]:
        return sorted((SWIFT_PACKAGE / "Tests").glob("Dyn*"))


native = Extension(
    "dynmetrics._native",
    sources=sorted(str(path.relative_to(HERE)) for path in (HERE / "native").glob("*.c")),
    depends=["native/native.h", os.path.relpath(SWIFT_PACKAGE / "include" / "dynmetrics.h", HERE)],
    include_dirs=["native", os.path.relpath(SWIFT_PACKAGE / "include", HERE)],
    # One wheel for 3.10 and later; a free-threaded Python has no stable ABI yet.
    define_macros=[] if FREE_THREADED else [("Py_LIMITED_API", "0x030A0000")],
    py_limited_api=not FREE_THREADED,
    extra_compile_args=["-std=gnu11", "-fvisibility=hidden", "-Wall", "-Wextra", f"-ffile-prefix-map={HERE}=."],
)

setup(
    ext_modules=[native],
    cmdclass={"build_ext": BuildExtension, "bdist_wheel": Wheel, "sdist": SourceDistribution},
    options={} if FREE_THREADED else {"bdist_wheel": {"py_limited_api": "cp310"}},
)
