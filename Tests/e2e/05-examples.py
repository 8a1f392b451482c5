#!/usr/bin/env python3
"""What a C, a C++, a Swift and a Python user paste: it builds against an installed library, prints and serves its page.

Also make install: a folder that can be moved, with pkg-config and CMake files that follow, for gcc and for clang; and
the Python package, which CMake finds as well.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from story import ROOT, URL, fetch, finish, skip, test

EXAMPLES = ROOT / "examples"
STRICT = ["-Wall", "-Wextra", "-Werror"]
C99, CPP17 = ["-std=c99", "-D_DEFAULT_SOURCE"], ["-std=c++17"]
BUILDS = [
    ("C", "gcc", EXAMPLES / "quickstart.c", C99),
    ("C", "clang", EXAMPLES / "quickstart.c", C99),
    ("C++", "g++", EXAMPLES / "quickstart.cpp", CPP17),
    ("C++", "clang++", EXAMPLES / "quickstart.cpp", CPP17),
]


def wrong_on(page: str) -> list[str]:
    """What every quickstart shows: one request of ours, three running on the engine."""
    values = {sample.name: sample.value for family in text_string_to_metric_families(page) for sample in family.samples}
    wanted = {"dynamo_component_requests_total": 1, "vllm:num_requests_running": 3}
    return [f"{name} is {values.get(name)}" for name, value in wanted.items() if values.get(name) != value]


def works(language: str, command: list[str | Path]) -> None:
    once = subprocess.run([*command, "--once"], capture_output=True, text=True, timeout=60)
    test(
        f"the {language} quickstart prints its page",
        wrong_on(once.stdout) or ([once.stderr] if once.returncode else []),
    )
    serving = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert serving.stdout is not None
    url = serving.stdout.readline().strip()
    test(f"the {language} quickstart prints its URL", [url] if not URL.fullmatch(url) else [])
    if URL.fullmatch(url):
        test(f"the {language} quickstart serves its page", wrong_on(fetch(url)))
    serving.terminate()
    serving.wait(timeout=20)


def manual(prefix: Path) -> None:
    page = prefix / "share" / "man" / "man1" / "dynmetrics.1"
    usage = subprocess.run([prefix / "bin" / "dynmetrics", "help"], capture_output=True, text=True).stdout
    words = set(re.findall(r"--[a-z][a-z-]+", usage)) | set(re.findall(r"^\w+(?= )", usage.partition("\n\n")[2], re.M))
    told = page.read_text().replace("\\-", "-").lower()
    test("the manual page tells of every command and option", sorted(word for word in words if word not in told))
    if shutil.which("groff"):
        read = subprocess.run(["groff", "-man", "-ww", "-Tascii", page], capture_output=True, text=True)
        test("groff has nothing to say about it", read.stderr.splitlines())
    else:
        skip("groff has nothing to say about it", "there is no groff")


def installed(folder: Path) -> None:
    made = subprocess.run(
        ["make", "install", f"DESTDIR={folder}/staged", "PREFIX=/opt/dynm"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    test("make install DESTDIR= PREFIX= works", [made.stdout, made.stderr] if made.returncode else [])
    prefix = folder / "moved"
    (folder / "staged" / "opt" / "dynm").rename(prefix)
    version = subprocess.run([prefix / "bin" / "dynmetrics", "version"], capture_output=True, text=True)
    test("the installed command runs from a folder that was moved", [version.stderr] if version.returncode else [])

    number = version.stdout.split()[-1]
    links = {"libdynmetrics.so": "libdynmetrics.so.0", "libdynmetrics.so.0": f"libdynmetrics.so.{number}"}
    wrong = [name for name, to in links.items() if os.readlink(prefix / "lib" / name) != to]
    test("the library has its version in its name, and links for programs and for the linker", wrong)
    manual(prefix)
    documents = prefix / "share" / "doc" / "dynmetrics"
    missing = [name for name in ("LICENSE", "THIRD-PARTY-NOTICES.txt") if not (documents / name).exists()]
    test("licenses are installed", missing)

    pkg_config(prefix, folder)
    cmake("make install", folder, ["-DCMAKE_PREFIX_PATH=" + str(prefix)])
    refusals(prefix, folder)


def pkg_config(prefix: Path, folder: Path) -> None:
    flags = [f"-I{prefix}/include", f"-L{prefix}/lib", "-ldynmetrics"]
    if shutil.which("pkg-config"):
        told = subprocess.run(
            ["pkg-config", "--cflags", "--libs", "dynmetrics"],
            capture_output=True,
            text=True,
            env={**os.environ, "PKG_CONFIG_PATH": f"{prefix}/lib/pkgconfig"},
        )
        test("pkg-config knows it", [told.stderr] if told.returncode else [])
        flags = told.stdout.split()
    else:
        skip("pkg-config knows it", "there is no pkg-config")
    for language, compiler, source, options in BUILDS:
        title = f"{language} ({compiler})"
        if not shutil.which(compiler):
            skip(f"the {title} quickstart compiles against it", f"there is no {compiler}")
            continue
        program = folder / f"quickstart-{compiler}"
        built = subprocess.run(
            [compiler, *options, *STRICT, source, *flags, f"-Wl,-rpath,{prefix}/lib", "-o", program],
            capture_output=True,
            text=True,
        )
        test(f"the {title} quickstart compiles against it", [built.stderr] if built.returncode else [])
        if built.returncode == 0:
            works(title, [program])


def configure(
    build: Path, *options: str, source: Path = EXAMPLES, **environment: str
) -> subprocess.CompletedProcess[str]:
    command = ["cmake", "-S", source, "-B", build, *options]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})


def cmake(what: str, folder: Path, options: list[str]) -> None:
    for compilers in ({"CC": "gcc", "CXX": "g++"}, {"CC": "clang", "CXX": "clang++"}):
        title = f"CMake with {compilers['CC']} on what {what} brings"
        if missing := [name for name in ("cmake", *compilers.values()) if not shutil.which(name)]:
            skip(title, f"there is no {missing[0]}")
            continue
        build = folder / f"{what.split()[-1]}-{compilers['CC']}"
        strict = ["-DCMAKE_C_FLAGS=-Werror -Wall", "-DCMAKE_CXX_FLAGS=-Werror -Wall"]
        told = configure(build, *options, *strict, **compilers)
        if told.returncode == 0:
            told = subprocess.run(["cmake", "--build", build], capture_output=True, text=True)
        test(title, [told.stdout, told.stderr] if told.returncode else [])
        if told.returncode == 0:
            for language in ("c", "cpp"):
                works(f"{language}, {title}", [build / f"quickstart-{language}"])


def refusals(prefix: Path, folder: Path) -> None:
    """What does not belong together is told when CMake configures, with both numbers."""
    titles = [
        "CMake refuses a version that is not there",
        "CMake refuses a header of another ABI",
        "CMake misses the library",
    ]
    if not shutil.which("cmake"):
        for title in titles:
            skip(title, "there is no cmake")
        return
    project = folder / "asks"
    project.mkdir()
    (project / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.16)\nproject(asks C)\nfind_package(dynmetrics ${WANTED} CONFIG REQUIRED)\n"
    )
    found = f"-Ddynmetrics_DIR={prefix}/lib/cmake/dynmetrics"
    versions = {"": True, "0.1": True, "0.1.0": True, "0.1.99": False, "0.2": False, "1.0": False}
    for wanted, is_well in versions.items():
        told = configure(folder / f"asks-{wanted or 'any'}", found, f"-DWANTED={wanted}", source=project)
        is_right = (told.returncode == 0) == is_well and (is_well or "version: 0.1.0" in told.stderr)
        test(f"{titles[0]}: {wanted or 'any'}", [] if is_right else [told.stderr])
    version = subprocess.run([prefix / "bin" / "dynmetrics", "version"], capture_output=True, text=True).stdout.split()
    told_version = (prefix / "lib/cmake/dynmetrics/dynmetricsConfigVersion.cmake").read_text()
    is_same = f"set(PACKAGE_VERSION {version[1]})" in told_version
    test("the CMake files are of the library's version", [] if is_same else [told_version])

    header = prefix / "include" / "dynmetrics.h"
    text = header.read_text()
    header.write_text(text.replace("#define DYNM_ABI_VERSION 0u", "#define DYNM_ABI_VERSION 7u"))
    told = configure(folder / "asks-abi", found, source=project)
    is_right = "dynmetrics.h has ABI 7, these CMake files are of ABI 0" in " ".join(told.stderr.split())
    test(titles[1], [] if told.returncode and is_right else [told.stderr])
    header.write_text(text)
    library = prefix / "lib" / "libdynmetrics.so.0"
    library.rename(library.with_name("libdynmetrics.so.7"))
    told = configure(folder / "asks-library", found, source=project)
    is_right = "libdynmetrics.so.0 is needed" in " ".join(told.stderr.split()) and "libdynmetrics.so.7" in told.stderr
    test(titles[2], [] if told.returncode and is_right else [told.stderr])


def in_package(folder: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import dynmetrics; print(dynmetrics.get_cmake_dir())"], capture_output=True, text=True
    )
    cmake("the wheel", folder, ["-Ddynmetrics_DIR=" + told.stdout.strip()])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="dynm-e2e-") as place:
        installed(Path(place))
        in_package(Path(place))
    works("Python", [sys.executable, ROOT / "examples" / "quickstart.py"])
    swift = ROOT / ".build" / "bin" / "quickstart-swift"
    if swift.exists():
        works("Swift", [swift])
    else:
        test("the Swift quickstart was built (scripts/swift-example.sh)", True)
    finish()
