#!/usr/bin/env python3
"""What the shipped library may show and need: exports, NEEDED, SONAME, size, and what loading it does to a process.

`library.py --write` brings exports.txt up to date; a change of it is a change of the ABI, and shows in the diff.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from gate import LIBRARY, ROOT, differences, finish, gate, output

EXPORTS = Path(__file__).parent / "exports.txt"
# The C and C++ runtimes; never libswift*, libdispatch or libFoundation.
MAY_NEED = re.compile(r"lib(m|c|stdc\+\+|gcc_s|pthread|dl)\.so\.\d+|ld-linux.*")
LARGEST = 13_500_000  # bytes, stripped


def exported() -> list[str]:
    lines = [line.split() for line in output("nm", "-D", "--defined-only", LIBRARY)]
    return sorted(words[-1].split("@")[0] for words in lines if words[-2] == "T")


def exports() -> None:
    declared = output(sys.executable, ROOT / "Tests" / "c" / "declared.py")
    if "--write" in sys.argv:
        EXPORTS.write_text("\n".join(declared) + "\n")
    listed = EXPORTS.read_text().split()
    gate("the library exports what the header declares", differences(exported(), declared, "the library", "the header"))
    gate("exports.txt lists it", differences(declared, listed, "the header", "exports.txt"))
    other = [line for line in output("nm", "-D", "--defined-only", LIBRARY) if line.split()[-2] in "BDRVWuGS"]
    other = [line for line in other if "DYNMETRICS_0" not in line.split()[-1] or line.split()[-2] != "A"]
    gate("it exports no data and no weak symbols", other)
    versions = [line for line in output("readelf", "--version-info", "--wide", LIBRARY) if "Name: DYNMETRICS_0" in line]
    gate("its symbols are of version DYNMETRICS_0", [] if versions else ["no version node DYNMETRICS_0"])


def dependencies() -> None:
    dynamic = output("readelf", "-d", "--wide", LIBRARY)
    needed = [match[1] for line in dynamic if (match := re.search(r"\(NEEDED\).*\[(.*)\]", line))]
    gate("it needs only the C and C++ runtimes", [name for name in needed if not MAY_NEED.fullmatch(name)])
    sonames = [match[1] for line in dynamic if (match := re.search(r"\(SONAME\).*\[(.*)\]", line))]
    gate("its SONAME is libdynmetrics.so.0", [] if sonames == ["libdynmetrics.so.0"] else [str(sonames)])
    size = LIBRARY.stat().st_size
    gate(f"it is smaller than {LARGEST} bytes", [] if size < LARGEST else [f"{size} bytes"])
    newest = max(
        (
            tuple(map(int, version.split(".")))
            for line in output("nm", "-D", "--undefined-only", LIBRARY)
            for version in re.findall(r"GLIBC_([\d.]+)", line)
        ),
        default=(0,),
    )
    gate("it asks for no glibc newer than 2.34", [] if newest <= (2, 34) else [f"needs GLIBC_{newest}"])


def thread_local_storage() -> None:
    # It is of the static kind, so that an update finds its thread's stripe in one instruction. A process that loads us
    # late has only some hundred bytes of that left.
    sizes = [int(line.split()[5], 16) for line in output("readelf", "-lW", LIBRARY) if line.split()[:1] == ["TLS"]]
    gate("its thread-local storage is small", [f"{size} bytes" for size in sizes if size > 384])


def dispatch() -> None:
    # Both are inside when somebody imports them; Dispatch is dead in a forked child, Foundation weighs 50 MB.
    undefined = [line.split()[-1] for line in output("nm", "-D", "--undefined-only", LIBRARY)]
    bad = [name for name in undefined if re.match(r"_?dispatch_|_?NS[A-Z]|CF[A-Z]|\$s10Foundation", name)]
    gate("it asks for no symbol of Dispatch or Foundation", bad)
    strings = LIBRARY.read_bytes()
    gate(
        "no Foundation is inside",
        [
            name
            for name in ("libFoundation", "swift-corelibs-foundation", "FoundationEssentials")
            if name.encode() in strings
        ],
    )


def loading() -> None:
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "loading"
        compiled = subprocess.run(
            [
                "cc",
                "-std=gnu11",
                "-Wall",
                "-Wextra",
                "-Werror",
                Path(__file__).parent / "loading.c",
                "-o",
                program,
                "-ldl",
            ],
            capture_output=True,
            text=True,
        )
        if compiled.returncode:
            gate("loading.c compiles", compiled.stderr.splitlines())
            return
        told = subprocess.run([program, LIBRARY], capture_output=True, text=True)
        for line in told.stdout.splitlines():
            title, _, wrong = line.partition(": ")
            gate(title, [wrong] if wrong else [])
        if told.returncode not in (0, 1):
            gate("the library loads", [told.stderr or f"status {told.returncode}"])


if __name__ == "__main__":
    exports()
    dependencies()
    thread_local_storage()
    dispatch()
    loading()
    finish()
