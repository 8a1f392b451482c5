#!/usr/bin/env python3
"""The wheel: built as it is published, then installed and tested where there is no toolchain.

`WHEEL_PYTHONS="python3.10 …"` runs all of the package's tests with these interpreters; else they run with this one,
without the two that take longest.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from story import ROOT, finish, skip, test

PUBLISHED = ROOT / ".build" / "published"
LARGEST = 5_000_000  # bytes
LIBRARY = "libdynmetrics.so.0"
WANTED = {
    "dynmetrics/": ["__init__.py", "__main__.py", "_native.abi3.so", "_native.pyi", "py.typed", LIBRARY],
    "dynmetrics/include/": ["dynmetrics.h"],
    "dynmetrics-{}.dist-info/": ["entry_points.txt", "licenses/LICENSE", "licenses/THIRD-PARTY-NOTICES.txt"],
    "dynmetrics-{}.dist-info/sboms/": ["dynmetrics.cdx.json"],
}
LOADED = """
import dynmetrics
print({line.split()[-1] for line in open('/proc/self/maps') if 'libdynmetrics' in line})
"""
LONGEST = ["a_hundred_exits_in_the_middle", "children_that_come_and_go_under_a_scrape"]


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command with nothing of our environment but what is named."""
    plain = {name: value for name, value in os.environ.items() if name == "HOME" or name.startswith("PIP_")}
    plain |= {"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", **environment}
    return subprocess.run(command, capture_output=True, text=True, env=plain, cwd="/", timeout=600)


def wrong(told: subprocess.CompletedProcess[str]) -> list[str]:
    return [*told.stdout.splitlines()[-20:], *told.stderr.splitlines()[-20:]] if told.returncode else []


def contents(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        names = file.namelist()
        version = wheel.name.split("-")[1]
        wanted = [folder.format(version) + name for folder, rest in WANTED.items() for name in rest]
        ours = (file for file in (ROOT / "python/src/dynmetrics").rglob("*.py*") if file.suffix != ".pyc")
        wanted += [str(file.relative_to(ROOT / "python/src")) for file in ours]
        wanted += [f"dynmetrics/{file.relative_to(ROOT)}" for file in (ROOT / "include").rglob("*.h*")]
        test("it has all that belongs in it", [name for name in wanted if name not in names])
        info = f"dynmetrics-{version}.dist-info/"
        record = {row[0]: row[1] for row in csv.reader(io.StringIO(file.read(info + "RECORD").decode()))}
        bad = [name for name in names if not name.endswith("/") and name not in record]
        for name, told in record.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(file.read(name)).digest()).decode().rstrip("=")
            bad += [name] if told and told != "sha256=" + digest else []
        test("RECORD is true", bad)
        beside = ROOT / ".build" / "manylinux"
        said = ("licenses/THIRD-PARTY-NOTICES.txt", "sboms/dynmetrics.cdx.json")
        other = [name for name in said if file.read(info + name) != (beside / Path(name).name).read_bytes()]
        test("notices and bill of materials are those of the library in it", other)
        metadata = file.read(info + "METADATA").decode()
        test("METADATA names the licenses", [] if metadata.count("\nLicense-File: ") == 2 else metadata.splitlines())
    size = wheel.stat().st_size
    test(f"it is smaller than {LARGEST} bytes", [] if size <= LARGEST else [f"{size} bytes"])


def tag(wheel: Path) -> None:
    """What the name promises is what auditwheel reads off the symbols, and that is the C library which was meant."""
    glibc = (ROOT / "packaging" / "glibc").read_text().strip().replace(".", "_")
    wanted = f"manylinux_{glibc}_{os.uname().machine}"
    told = run(ROOT / ".cache/wheel-tools/bin/auditwheel", "show", wheel)
    shown = re.findall(r'platform\s+tag:\s+"([^"]+)"', told.stdout)
    promised = wheel.stem.split("-")[-1].split(".")
    kept = "-cp310-abi3-" in wheel.name and wanted in promised
    test(f"its tag is cp310-abi3 and {wanted}", [] if kept else [wheel.name])
    test("auditwheel says the same", [] if shown == [wanted] else [told.stdout, told.stderr])
    told = run(ROOT / ".cache/wheel-tools/bin/abi3audit", "--strict", wheel)
    test("abi3audit finds nothing in the extension that CPython 3.10 has not", wrong(told))


def hidden(environment: Path) -> list[str]:
    """Give the command before a command that hides the toolchain's folder; empty without the right to mount."""
    swift = shutil.which("swift")
    folder = Path(swift).resolve().parents[2] if swift else None
    if folder is None or folder == Path("/") or not (folder / "usr" / "lib" / "swift").is_dir():
        return []
    before = ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", '/bin/mount -t tmpfs none "$0" && exec "$@"', str(folder)]
    return [] if run(*before, "/bin/true").returncode else before


def install(wheel: Path, interpreter: str, name: str) -> Path:
    """Give a virtual environment of that interpreter that has the wheel, and what its tests need."""
    made = subprocess.run(
        ["bash", "scripts/venv.sh", name, "--tools", "pytest", "prometheus_client", "protobuf"],
        cwd=ROOT,
        env={**os.environ, "DYNM_PYTHON": interpreter},
        capture_output=True,
        text=True,
    )
    environment = ROOT / ".cache" / name
    told = run(environment / "bin" / "python", "-m", "pip", "install", "--no-deps", "--force-reinstall", wheel)
    test(f"{name}: pip takes the wheel", wrong(made) + wrong(told))
    return environment


def package_tests(environment: Path, everything: bool) -> None:
    """Run the package's own tests with an empty PATH but for the environment's programs."""
    python = environment / "bin" / "python"
    before = hidden(environment)
    how = "with nothing else on PATH" + (" and the Swift toolchain hidden" if before else "")
    only = [] if everything else ["-k", " and ".join(f"not {name}" for name in LONGEST)]
    fixtures = {name: value for name, value in os.environ.items() if everything and name == "DYNMETRICS_FIXTURES"}
    tests = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", ROOT / "python", *only]
    told = run(*before, *tests, PATH=str(environment / "bin"), **fixtures)
    summary = told.stdout.splitlines()[-1] if told.stdout else ""
    test(f"{environment.name}: the package's tests pass {how} ({summary})", wrong(told))
    where = run(python, "-c", "import dynmetrics; print(dynmetrics.__file__)").stdout.strip()
    test(f"{environment.name}: it is the installed package", [] if where.startswith(str(environment)) else [where])
    command = run(environment / "bin" / "dynmetrics", "version", PATH="")
    test(f"{environment.name}: the command runs", wrong(command))


def without_library(environment: Path) -> None:
    """Take the library out of the installed package, and put it back."""
    python = environment / "bin" / "python"
    (installed,) = environment.glob(f"lib/python3*/site-packages/dynmetrics/{LIBRARY}")
    aside = environment / LIBRARY
    installed.rename(aside)
    try:
        told = run(python, "-c", "import dynmetrics")
        last = told.stderr.splitlines()[-1] if told.stderr else "no error"
        clear = last.startswith("ImportError: ") and f"{LIBRARY} is not in {installed.parent}" in last
        clear = clear and "DYNMETRICS_LIB" in last and "install the wheel again" in last
        test(f"{environment.name}: without its library the import says what to do", [] if clear else [last])
        loaded = run(python, "-c", LOADED, DYNMETRICS_LIB=str(aside))
        other = loaded.stdout.strip() == repr({str(aside)})
        test(f"{environment.name}: DYNMETRICS_LIB names another one", [] if other else [loaded.stdout, loaded.stderr])
        for path, why in ((environment / "nowhere.so", "cannot open"), ("/proc/self/exe", "")):
            told = run(python, "-c", "import dynmetrics", DYNMETRICS_LIB=str(path))
            last = told.stderr.splitlines()[-1] if told.stderr else "no error"
            clear = last.startswith("ImportError: ") and f"DYNMETRICS_LIB={path} is none: " in last and why in last
            test(f"{environment.name}: and one that is none is told: {Path(path).name}", [] if clear else [last])
    finally:
        aside.rename(installed)


def sources(archive: Path) -> None:
    """The sources: one line where no toolchain is, a package where a library is given."""
    python = ROOT / ".cache/wheel-tools/bin/python"
    pip = [python, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-w", PUBLISHED / "again", archive]
    for title, environment, wanted in (
        ("no toolchain", {}, "error: dynmetrics is built from Swift here, and no Swift toolchain is on PATH; install"),
        ("no such library", {"DYNMETRICS_LIB": "/nowhere.so"}, "error: DYNMETRICS_LIB=/nowhere.so is no file; give"),
    ):
        told = run(*pip, **environment)
        lines = (told.stdout + told.stderr).splitlines()
        ours = [line for line in lines if line.strip().startswith(wanted)]
        wall = [line for line in lines if "Traceback" in line or line.strip().startswith(("running ", "copying "))]
        clear = told.returncode != 0 and len(ours) == 1 and not wall
        test(f"the sources say it in one line: {title}", [] if clear else lines)
    given = run(*pip, DYNMETRICS_LIB=str(ROOT / ".build" / "lib" / LIBRARY))
    built = list((PUBLISHED / "again").glob("dynmetrics-*-cp310-abi3-*.whl"))
    test("and with DYNMETRICS_LIB they make a wheel", wrong(given) if len(built) != 1 else [])
    for wheel in built:
        wheel.unlink()


def main() -> None:
    shutil.rmtree(PUBLISHED, ignore_errors=True)
    made = subprocess.run(["bash", "scripts/dist.sh", PUBLISHED], cwd=ROOT, capture_output=True, text=True)
    test("make wheel makes a wheel and the sources", wrong(made))
    (wheel,) = PUBLISHED.glob("*.whl")
    (archive,) = PUBLISHED.glob("*.tar.gz")
    contents(wheel)
    tag(wheel)
    sources(archive)
    interpreters = os.environ.get("WHEEL_PYTHONS", "").split()
    for interpreter in interpreters or [getattr(sys, "_base_executable", sys.executable)]:
        if shutil.which(interpreter) is None:
            skip(f"the wheel in {interpreter}", "not on this machine")
            continue
        name = "wheel-" + run(interpreter, "-c", "import platform; print(platform.python_version())").stdout.strip()
        environment = install(wheel, interpreter, name)
        package_tests(environment, bool(interpreters))
        without_library(environment)
    finish()


if __name__ == "__main__":
    main()
