#!/usr/bin/env python3
"""Every foreign part inside the library is in its bill of materials and in its notices.

The bill is made from the linker's map. Here the parts are found another way: by the objects that SwiftPM hands to the
linker, by the symbols that are in the library, and by the names of the source files it keeps beside them.
"""

from __future__ import annotations

import json
import re
import shutil
from functools import cache
from pathlib import Path

from gate import ROOT, finish, gate, output

BUILD = ROOT / ".build"
CHECKOUTS = BUILD / "dist" / "checkouts"
# The library with its symbols, and the folder of what is said about it.
LIBRARIES = {
    "the library": (BUILD / "dist" / "release" / "libdynmetrics.so", BUILD / "lib"),
    "the wheel's library": (BUILD / "manylinux" / "named.so", BUILD / "manylinux"),
}
# A symbol that only that part defines.
SIGNS = {
    "swift": r"swift_retain",
    "swift-corelibs-libdispatch": r"_?dispatch_(async|sync)_f|_Block_copy",
    "llhttp": r"c_nio_llhttp_init",
    "libstdc++": r"__cxa_guard_acquire",
    "zlib": r"(deflate|inflate)(Init2?_|End)",
    "boringssl": r".*(BORINGSSL|SSL_CTX_new).*",
    "icu": r"u_charType\w*|.*FoundationICU.*",
    "swift-foundation": r"\$s10Foundation.*",
}


def package_of(module: str) -> str | None:
    """Tell which fetched package has a module; None for ours and the toolchain's."""
    found = sorted(CHECKOUTS.glob(f"*/Sources/**/{module}/"))
    return found[0].relative_to(CHECKOUTS).parts[0] if found else None


def handed_over() -> set[str]:
    """Give the packages whose objects SwiftPM hands to the linker."""
    listed = (BUILD / "dist" / "release" / "dynmetrics.product" / "Objects.LinkFileList").read_text()
    modules = set(re.findall(r"/([^/]+)\.build/", listed))
    return {package for module in modules if (package := package_of(module))}


def defined(library: Path) -> list[str]:
    return [words[2] for line in output("nm", "--defined-only", library) if len(words := line.split()) == 3]


def modules(symbols: list[str]) -> set[str]:
    """Give the Swift modules whose own declarations are inside."""
    found = set()
    for symbol in symbols:
        if start := re.match(r"\$s(\d+)", symbol):
            found.add(symbol[start.end() : start.end() + int(start[1])])
    return found


@cache
def origins() -> dict[str, str]:
    """Tell the part of every source file that is in reach: fetched packages, and archives of the compilers."""
    known = {"SwiftRT-ELF-WASM.cpp": "swift"}  # swiftrt.o
    for file in CHECKOUTS.glob("*/Sources/**/*.*"):
        known[file.name] = file.relative_to(CHECKOUTS).parts[0]
    swift = Path(shutil.which("swift") or "swift").resolve().parents[1] / "lib" / "swift_static" / "linux"
    archives = dict.fromkeys(swift.glob("libswift*.a"), "swift")
    for name in ("dispatch", "BlocksRuntime", "swiftDispatch"):
        archives[swift / f"lib{name}.a"] = "swift-corelibs-libdispatch"
    archives[Path(output("gcc", "-print-file-name=libstdc++.a")[0])] = "libstdc++"
    archives[Path(output("gcc", "-print-libgcc-file-name")[0])] = "libgcc"
    for archive, part in archives.items():
        known |= {member.removesuffix(".o"): part for member in output("ar", "t", archive)}
    return known


def evidence(library: Path) -> tuple[set[str], list[str]]:
    """Give the parts that are certainly inside, and the source files of which nobody knows where they are from."""
    symbols = defined(library)
    parts = handed_over() | {package for module in modules(symbols) if (package := package_of(module))}
    parts |= {part for part, sign in SIGNS.items() if any(re.fullmatch(sign, symbol) for symbol in symbols)}
    own = {file.name for folder in ("Sources", "packaging") for file in (ROOT / folder).rglob("*.*")}
    # Start-up files of the C library, and what the compilers write for themselves.
    own |= {"crtstuff.c", "crti.S", "crtn.S", "ld-temp.o", "<internal>"}
    lost = []
    for line in output("readelf", "--symbols", "--wide", library):
        words = line.split()
        if len(words) < 8 or words[3] != "FILE":
            continue
        name = words[7].removesuffix(".o")
        if name in own:
            continue
        if re.fullmatch(r"[a-z]+-2\.\d+\.c", name):  # libc_nonshared.a: what newer headers ask for
            parts.add("glibc")
            continue
        stem = [key for key in (name, Path(name).stem) if key in origins()]
        if stem:
            parts.add(origins()[stem[0]])
        else:
            lost.append(words[7])
    return parts, sorted(set(lost))


def unnamed(parts: set[str], bill: list[dict[str, str]], notices: str) -> list[str]:
    """Give the parts of which the bill or the notices say nothing."""
    listed = {component["name"] for component in bill}
    terms = {name for line in re.findall(r"^For (.*):$", notices, re.M) for name in line.split(", ")}
    return [f"{part} is not in the bill" for part in sorted(parts - listed)] + [
        f"{part} has no license text in the notices" for part in sorted(parts - terms)
    ]


def check(title: str, library: Path, folder: Path) -> None:
    parts, lost = evidence(library)
    bill = json.loads((folder / "dynmetrics.cdx.json").read_text())
    components = bill["components"]
    notices = (folder / "THIRD-PARTY-NOTICES.txt").read_text()
    gate(f"{title}: every source file in it is of a part that is known", lost)
    gate(f"{title}: every part in it is named, with its license", unnamed(parts, components, notices))
    blind = [
        part
        for part in sorted(parts)
        if not unnamed(parts, [component for component in components if component["name"] != part], notices)
    ]
    gate(f"{title}: and each would be missed", blind)
    listed = {component["name"] for component in components}
    gate(f"{title}: nothing is named that is not in it", sorted(listed - parts - {"glibc", "libgcc"}))
    vague = [component["name"] for component in components if not component.get("licenses")]
    vague += [one["name"] for one in components if one["name"] != "glibc" and not one.get("version")]
    gate(f"{title}: every part has version and license", vague)


if __name__ == "__main__":
    for title, (library, folder) in LIBRARIES.items():
        if library.exists() and folder.exists():
            check(title, library, folder)
        else:
            gate(f"{title} is built", [f"no {library}; run scripts/build.sh and scripts/manylinux.sh"])
    finish()
