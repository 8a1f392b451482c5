#!/usr/bin/env python3
"""Writes what is said about the foreign parts inside the library: a CycloneDX bill of materials and the notices.

    notices.py MAP FOLDER    MAP is what the linker (gold or lld) told it took; FOLDER gets dynmetrics.cdx.json and
                             THIRD-PARTY-NOTICES.txt

Every file that gave the library bytes belongs to a part of this repository, to a package that SwiftPM fetched, or to
one of RUNTIMES; any other ends the build, so that nothing is shipped unnamed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHECKOUTS = ROOT / ".build" / "dist" / "checkouts"
TEXTS = ROOT / "packaging" / "licenses"
# What is in the linked file and not in the process.
UNLOADED = re.compile(r"\.(debug|comment|note|symtab|strtab|shstrtab)")
OURS = re.compile(r"/compat\.o$")  # packaging/compat.c


@dataclass
class Part:
    """Software of others of which something is inside."""

    name: str
    license: str  # an SPDX expression
    texts: list[str]
    version: str = ""
    purl: str = ""
    inputs: set[str] = field(default_factory=set)  # what was linked of it: targets or archives

    @property
    def reference(self) -> str:
        return self.purl or f"part:{self.name}"


def taken_by_lld(lines: list[str]) -> Iterator[str]:
    """Give the files of `--print-map`; symbols stand further to the right than they do, what lld makes itself in <>."""
    for line in lines:
        found = re.match(r" *[0-9a-f]+ +[0-9a-f]+ +([0-9a-f]+) +\d+ {9}([^\s<].*):\(([^)]*)\)$", line)
        if found and int(found[1], 16) and not UNLOADED.match(found[3]):
            yield found[2]


def taken_by_gold(lines: list[str]) -> Iterator[str]:
    """Give the files of the memory map of `-Map`, where a long section name has a line of its own."""
    output = ""
    for line in lines[lines.index("Memory map") :]:
        if found := re.match(r"[^\s*]\S*", line):
            output = found[0]
        found = re.match(r"\s+(?:\S+\s+)?0x[0-9a-f]+\s+0x([0-9a-f]+)\s+(/.*)$", line)
        if found and int(found[1], 16) and not UNLOADED.match(output):
            yield found[2]


def taken(map_file: Path) -> list[str]:
    """Give the object files and archives of which bytes are in the library."""
    lines = map_file.read_text(errors="replace").splitlines()
    files = taken_by_lld(lines) if "VMA" in lines[0] else taken_by_gold(lines)
    return sorted({re.sub(r"\.a\(.*\)$", ".a", file) for file in files})


def told(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def swift_version() -> str:
    return re.search(r"Swift version ([\d.]+)", told("swift", "--version"))[1]


def runtime(file: str) -> Part | None:
    """Give what came with compiler and linker; None when the file is none of that."""
    name = Path(file).name
    if "/swift_static/" in file:
        usr = Path(file[: file.index("/lib/swift_static/")])
        texts = [(usr / "share" / "swift" / "LICENSE.txt").read_text()]
        exception = "Apache-2.0 WITH Swift-exception"
        for library, archives in (
            ("swift-corelibs-libdispatch", r"lib(dispatch|swiftDispatch|BlocksRuntime)\.a"),
            ("swift", r"libswift(Core|Glibc|Synchronization|Observation|SwiftOnoneSupport|_\w+)\.a|swiftrt\.o"),
        ):
            if re.fullmatch(archives, name):
                version = swift_version()
                if library == "swift":  # LLVM's support library is compiled into the runtime
                    exception += " AND Apache-2.0 WITH LLVM-exception"
                    texts.append((TEXTS / "LLVM-exception.txt").read_text())
                purl = f"pkg:github/swiftlang/{library}@swift-{version}-RELEASE"
                return Part(library, exception, texts, version, purl)
    if re.fullmatch(r"libstdc\+\+\.a|libgcc(_eh)?\.a|crt(begin|end)S?\.o", name):
        library = "libstdc++" if name == "libstdc++.a" else "libgcc"
        text = (TEXTS / "GCC-exception-3.1.txt").read_text()
        version = told("gcc", "-dumpfullversion").strip()
        terms = "GPL-3.0-or-later WITH GCC-exception-3.1"
        return Part(library, terms, [text], version, f"pkg:generic/{library}@{version}")
    if re.fullmatch(r"libc_nonshared\.a|crt[1in]\.o", name):
        return Part("glibc", "LGPL-2.1-or-later", [(TEXTS / "glibc-static.txt").read_text()], purl="pkg:generic/glibc")
    return None


def spdx(text: str, where: Path) -> str:
    """Tell which license a text is."""
    if "Apache License" in text:
        return "Apache-2.0 WITH Swift-exception" if "Runtime Library Exception" in text else "Apache-2.0"
    if "Permission is hereby granted, free of charge" in text:
        return "MIT"
    raise SystemExit(f"error: {where} is no license that scripts/notices.py knows; teach it to spdx()")


def package(folder: Path) -> Part:
    """Give a package of SwiftPM; its name, version and place stand in Package.resolved."""
    pins = json.loads((ROOT / "Package.resolved").read_text())["pins"]
    pin = next(pin for pin in pins if pin["identity"] == folder.name)
    files = sorted(folder.glob("LICENSE*")) + sorted(folder.glob("NOTICE*"))
    if not files:
        raise SystemExit(f"error: {folder} has no LICENSE; scripts/notices.py cannot name its terms")
    texts = [file.read_text() for file in files]
    version = pin["state"].get("version") or pin["state"]["revision"]
    place = re.sub(r"^https://github\.com/|\.git$", "", pin["location"])
    return Part(folder.name, spdx(texts[0], files[0]), texts, version, f"pkg:github/{place}@{version}")


def vendored(folder: Path) -> Part | None:
    """Give what a package's target has from others still: it then has a license of its own."""
    licenses = sorted(folder.glob("LICENSE*"))
    if not licenses:
        return None
    name, version, purl = folder.name, "", ""
    header = folder / "include" / "c_nio_llhttp.h"
    if header.exists():
        numbers = re.findall(r"LLHTTP_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)", header.read_text())
        name, version = "llhttp", ".".join(numbers)
        purl = f"pkg:github/nodejs/llhttp@{version}"
    text = licenses[0].read_text()
    return Part(name, spdx(text, licenses[0]), [text], version, purl)


def parts_of(file: str) -> tuple[str, list[Part]]:
    """Say what a linked file is called, and give the foreign parts it belongs to."""
    found = re.search(r"/release/([^/]+)\.build/", file)
    if (found and (ROOT / "Sources" / found[1]).is_dir()) or OURS.search(file):
        return "", []
    for folder in CHECKOUTS.glob(f"*/Sources/**/{found[1]}") if found else []:
        checkout = CHECKOUTS / folder.relative_to(CHECKOUTS).parts[0]
        return found[1], [part for part in (package(checkout), vendored(folder)) if part]
    if part := runtime(file):
        return Path(file).name, [part]
    raise SystemExit(f"error: {file} is linked, and scripts/notices.py does not know whose it is; add it there")


def linked(map_file: Path) -> list[Part]:
    parts: dict[str, Part] = {}
    known: dict[str, tuple[str, list[Part]]] = {}
    for file in taken(map_file):
        key = re.sub(r"(/release/[^/]+\.build/).*", r"\1", file)  # a target's objects belong together
        known[key] = known.get(key) or parts_of(key)
        title, found = known[key]
        for part in found:
            parts.setdefault(part.name, part).inputs.add(title)
    return [parts[name] for name in sorted(parts)]


def bill(parts: list[Part], version: str) -> dict[str, object]:
    """Give the bill of materials: CycloneDX 1.6, without time and serial number, so that it is the same each time."""
    own = f"pkg:pypi/dynmetrics@{version}"
    components = []
    for part in parts:
        component: dict[str, object] = {"type": "library", "bom-ref": part.reference, "name": part.name}
        if part.version:
            component["version"] = part.version
        component["licenses"] = [{"expression": part.license}]
        if part.purl:
            component["purl"] = part.purl
        component["properties"] = [{"name": "dynmetrics:linked", "value": " ".join(sorted(part.inputs))}]
        components.append(component)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "library",
                "bom-ref": own,
                "name": "dynmetrics",
                "version": version,
                "licenses": [{"expression": "Apache-2.0"}],
                "purl": own,
            }
        },
        "components": components,
        "dependencies": [{"ref": own, "dependsOn": [part.reference for part in parts]}],
    }


def notices(parts: list[Part]) -> str:
    """Give all texts, each once, under the names of the parts it stands for."""
    lines = ["libdynmetrics.so.0 has inside it, beside dynmetrics itself:", ""]
    lines += [f"  {part.name} {part.version}".rstrip() + f"    {part.license}" for part in parts]
    texts: dict[str, list[str]] = {}
    for part in parts:
        for text in part.texts:
            texts.setdefault(text.strip("\n"), []).append(part.name)
    for text, names in texts.items():
        lines += ["", "=" * 80, f"For {', '.join(names)}:", "=" * 80, "", text]
    return "\n".join(lines) + "\n"


def main() -> None:
    map_file, folder = Path(sys.argv[1]), Path(sys.argv[2])
    source = ROOT / "python" / "src" / "dynmetrics" / "_version.py"
    version = re.search(r'__version__ = "(.+)"', source.read_text())[1]
    parts = linked(map_file)
    (folder / "dynmetrics.cdx.json").write_text(json.dumps(bill(parts, version), indent=1) + "\n")
    (folder / "THIRD-PARTY-NOTICES.txt").write_text(notices(parts))


if __name__ == "__main__":
    main()
