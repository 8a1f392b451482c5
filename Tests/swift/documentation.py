#!/usr/bin/env python3
"""The DocC catalogue and the documentation comments: docc makes them into pages, and every symbol they name is there.

documentation.py [FOLDER]    the modules are those of the Swift tests, in .build/debug; the pages go to FOLDER
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests"))
from tap import finish, skip, test  # noqa: E402

BUILD = ROOT / ".build" / "debug"
PRODUCTS = BUILD / "debug"
CATALOGUE = ROOT / "Sources" / "DynMetrics" / "DynMetrics.docc"
REEXPORTED = "DynModel,DynInstruments,DynExposition,DynServer,DynSources"
# Parameters whose names say all are not told one by one.
FINE = re.compile(r"warning: Parameter '\w+' is missing documentation")


def symbols(folder: Path) -> None:
    """What `import DynMetrics` brings, with what it re-exports."""
    maps = [*PRODUCTS.glob("*.build/module.modulemap"), *ROOT.glob("Sources/*/include/module.modulemap")]
    maps += BUILD.glob("checkouts/*/Sources/*/include/module.modulemap")
    command = ["swift-symbolgraph-extract", "-module-name", "DynMetrics", "-I", PRODUCTS / "Modules"]
    command += ["-target", target(), "-output-dir", folder, "-minimum-access-level", "public"]
    command += ["-skip-synthesized-members", f"-experimental-allowed-reexported-modules={REEXPORTED}"]
    for path in maps:
        command += ["-Xcc", f"-fmodule-map-file={path}"]
    told = subprocess.run(command, capture_output=True, text=True)
    test("the symbols of DynMetrics can be told", [told.stdout, told.stderr] if told.returncode else [])


def target() -> str:
    told = json.loads(subprocess.check_output(["swift", "-print-target-info"]))
    return str(told["target"]["unversionedTriple"])


def main() -> None:
    titles = ("docc makes the catalogue into pages", "every symbol that the documentation names is there")
    if not shutil.which("docc") or not shutil.which("swift-symbolgraph-extract"):
        for title in titles:
            skip(title, "this toolchain has no docc")
        finish()
    with tempfile.TemporaryDirectory(prefix="dynm-docc-") as name:
        graphs, pages = Path(name) / "graphs", Path(sys.argv[1] if len(sys.argv) > 1 else f"{name}/pages")
        graphs.mkdir()
        symbols(graphs)
        command = ["docc", "convert", CATALOGUE, "--additional-symbol-graph-dir", graphs, "--output-dir", pages]
        command += ["--fallback-display-name", "DynMetrics", "--fallback-bundle-identifier", "dynmetrics.DynMetrics"]
        told = subprocess.run([*command, "--diagnostic-level", "warning"], capture_output=True, text=True)
        test(titles[0], [told.stderr] if told.returncode or not (pages / "data").is_dir() else [])
        blocks = re.split(r"\n(?=(?:warning|error): )", told.stdout + told.stderr)
        wrong = [block for block in blocks if re.match("warning|error", block) and not FINE.match(block)]
        test(titles[1], wrong)
    finish()


if __name__ == "__main__":
    main()
