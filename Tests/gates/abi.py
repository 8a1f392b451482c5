#!/usr/bin/env python3
"""What a program that was compiled long ago relies on: functions, structs and constants of the header, as they were.

abi/first.h is the first header there was, abi/baseline.h that of the last release; both are frozen. Functions stay with
their signatures; a struct may only grow at its end, and only one that begins with `struct_size`. abi/layout.txt has the
layout of every struct today: `abi.py --write` brings it up to date, so that a change of it shows in the diff.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from gate import LIBRARY, ROOT, differences, finish, gate
from tap import skip

ABI = Path(__file__).parent / "abi"
HEADER = ROOT / "include" / "dynmetrics.h"
FIRST, BASELINE, LAYOUT = ABI / "first.h", ABI / "baseline.h", ABI / "layout.txt"
STRICT = ["-std=gnu99", "-Wall", "-Wextra", "-Werror"]

Layout = dict[str, tuple[int, int]]  # "struct" or "struct.member": offset, size


def without_comments(header: str) -> str:
    return re.sub(r"/\*.*?\*/", " ", header, flags=re.S)


def structs(header: str) -> dict[str, list[str]]:
    """Each struct that is not opaque, with its members in their order."""
    found = {}
    for name, body in re.findall(r"typedef struct (\w+) \{(.*?)\} \1;", without_comments(header), flags=re.S):
        members = [re.search(r"(?:\(\*(\w+)\)|(\w+)$)", member.strip()) for member in body.split(";") if member.strip()]
        found[name] = [match[1] or match[2] for match in members if match]
    return found


def compiled(source: str, header: str, folder: Path, name: str, *flags: str) -> Path:
    """What the compiler makes of `source` beside `header`."""
    (folder / name).mkdir()
    (folder / name / "dynmetrics.h").write_text(header)
    program = folder / name / name
    command = ["cc", *STRICT, f"-I{folder / name}", "-x", "c", "-", "-o", program, *flags]
    subprocess.run(command, input=source, text=True, check=True)
    return program


def layout(header: str, folder: Path, name: str) -> Layout:
    lines = ['#include <dynmetrics.h>\n#include <stdio.h>\n#define SIZE(s, m) sizeof(((s *)0)->m)\nint main(void) {']
    for struct, members in structs(header).items():
        lines.append(f'    printf("{struct} 0 %zu\\n", sizeof({struct}));')
        for member in members:
            place = f"offsetof({struct}, {member}), SIZE({struct}, {member})"
            lines.append(f'    printf("{struct}.{member} %zu %zu\\n", {place});')
    program = compiled("\n".join([*lines, "    return 0;", "}"]), header, folder, name)
    told = subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines()
    return {words[0]: (int(words[1]), int(words[2])) for words in map(str.split, told)}


def constants(header: str) -> dict[str, str]:
    return dict(re.findall(r"^#define (DYNM_\w+) (\S.*?)\s*$", without_comments(header), flags=re.M))


def may_grow(header: str) -> set[str]:
    return {name for name, members in structs(header).items() if members[:1] == ["struct_size"]}


def changed(old: Layout, new: Layout, growing: set[str], may_fill_gaps: bool) -> list[str]:
    """What of the old layout is no more so."""
    wrong = []
    for name, place in old.items():
        struct, _, member = name.partition(".")
        if name not in new:
            wrong.append(f"{name} is gone")
        elif member and new[name] != place:
            wrong.append(f"{name} was at {place}, is at {new[name]} (offset, size)")
        elif not member and new[name] != place and not (struct in growing and new[name][1] > place[1]):
            wrong.append(f"{name} had {place[1]} bytes, has {new[name][1]}")
    for name, (offset, _) in new.items():
        struct, _, member = name.partition(".")
        # What lies there in the struct of an old program is not zero for certain.
        if member and name not in old and struct in old and offset < old[struct][1] and not may_fill_gaps:
            wrong.append(f"{name} lies at {offset}, in what was a gap of {struct}")
    return wrong


def stubs(header: str) -> str:
    """A library of every function, with its types and nothing in it: what abidiff can read, unlike Swift's."""
    bodies = ["#include <dynmetrics.h>", "#include <stdlib.h>"]
    plain = re.sub(r"^#.*$", "", without_comments(header), flags=re.M)
    for declaration in re.findall(r"\bDYNM_API\b([^;{]*?\bdynm_\w+\s*\([^;]*\))\s*;", plain):
        bodies.append(f"DYNM_API {' '.join(declaration.split())} {{ abort(); }}")
    return "\n".join(bodies)


def without_growth(old: str, new: str) -> str:
    """The new header with the structs that may grow cut to as many members as they had. A rule for abidiff that lets
    them grow would hide what else has changed in them."""
    had = {name: len(members) for name, members in structs(old).items() if name in may_grow(old)}

    def cut(match: re.Match[str]) -> str:
        members = match[2].split(";")
        return f"typedef struct {match[1]} {{{';'.join(members[: had.get(match[1], len(members))])};}} {match[1]};"

    return re.sub(r"typedef struct (\w+) \{(.*?);\s*\} \1;", cut, without_comments(new), flags=re.S)


def abidiff(old: str, new: str, folder: Path, name: str) -> str:
    """What abidiff finds that an old program would notice: not functions that came, nor structs that grew."""
    new = without_growth(old, new)
    flags = ["-g", "-Og", "-shared", "-fPIC", "-Wno-unused-parameter"]
    libraries = [
        compiled(stubs(header), header, folder, f"{name}-{age}", *flags) for age, header in (("old", old), ("new", new))
    ]
    command = ["abidiff", "--no-added-syms", *libraries]
    told = subprocess.run(command, capture_output=True, text=True)
    return told.stdout + told.stderr if told.returncode else ""


# What must be found, and what not: a gate that sees nothing is none.
COUNTER = "dynm_intcounter *counter, "
DAMAGE = [
    ("a parameter of another type", COUNTER + "uint64_t delta", COUNTER + "uint32_t delta"),
    ("a parameter more", "connection_id(dynm_node *node)", "connection_id(dynm_node *node, int more)"),
    ("another result", "DYNM_API void dynm_node_free(", "DYNM_API int dynm_node_free("),
    ("a callback with another parameter", "(*dynm_update_fn)(void *payload)", "(*dynm_update_fn)(int payload)"),
    ("a function that is gone", "DYNM_API void dynm_server_free(dynm_server *server);", ""),
    ("a member between others", "    const char *description;", "    int between;\n    const char *description;"),
    ("a member of another type", "    int32_t format;\n", "    int64_t format;\n"),
    ("a pointer to another type, beside growth", "    const double *buckets;", "    const float *buckets;"),
    ("a member more in a struct without a size", "*value;\n} dynm_label;", "*value;\n    int more;\n} dynm_label;"),
]
LAST = "    double ttl_seconds;\n"
GROWTH = [
    ("a function more", "#define DYNM_LOG_INFO", "DYNM_API void dynm_more(int a);\n#define DYNM_LOG_INFO"),
    ("a member more at the end", LAST + "}", LAST + "    const void *more;\n}"),
]


def against(frozen: Path, folder: Path) -> None:
    old, new = frozen.read_text(), HEADER.read_text()
    name = frozen.stem
    then, now = layout(old, folder, f"{name}-then"), layout(new, folder, f"{name}-now")
    # Before there was a release, two members came into gaps of the first structs.
    gate(f"structs of {frozen.name} are where they were", changed(then, now, may_grow(old), frozen == FIRST))
    kept = constants(new)
    had = constants(old).items()
    wrong = [f"{key} was {value}, is {kept.get(key)}" for key, value in had if value != kept.get(key)]
    gate(f"constants of {frozen.name} have their values", wrong)
    title = f"abidiff finds nothing that a program of {frozen.name} would notice"
    if shutil.which("abidiff"):
        gate(title, abidiff(old, new, folder, name).splitlines())
    else:
        skip(title, "there is no abidiff (abigail-tools)")


def gates_see(folder: Path) -> None:
    header = BASELINE.read_text()
    for number, (title, old, new) in enumerate(DAMAGE + GROWTH):
        said = f"they {'see' if number < len(DAMAGE) else 'let pass'}: {title}"
        if old not in header:
            gate(f"{title} can be tried", [f"not in {BASELINE.name}: {old}"])
            continue
        damaged = header.replace(old, new, 1)
        if "beside growth" in title:
            damaged = damaged.replace(LAST + "}", LAST + "    int more;\n    int last;\n}")
        found = changed(
            layout(header, folder, f"see-{number}-then"),
            layout(damaged, folder, f"see-{number}-now"),
            may_grow(header),
            may_fill_gaps=False,
        )
        if shutil.which("abidiff"):
            found += abidiff(header, damaged, folder, f"see-{number}").splitlines()
        elif "struct" not in title and "member" not in title:
            skip(said, "there is no abidiff (abigail-tools)")
            continue
        gate(said, not found if number < len(DAMAGE) else found)


def frozen_program(folder: Path) -> None:
    """Compiled against the first header, without that of today in reach."""
    program = folder / "program"
    command = ["cc", *STRICT, f"-I{ABI}", ABI / "program.c", LIBRARY, f"-Wl,-rpath,{LIBRARY.parent}", "-o", program]
    built = subprocess.run(command, capture_output=True, text=True)
    told = subprocess.run([program], capture_output=True, text=True, timeout=60) if built.returncode == 0 else built
    gate("a program of the first header runs on this library", [told.stdout, told.stderr] if told.returncode else [])


def in_cpp() -> None:
    """The C++ face has everything that the C face has."""
    used = "\n".join(path.read_text() for path in sorted(HEADER.parent.glob("dynmetrics/*.hpp")))
    declared = re.findall(r"\bdynm_\w+(?=\()", stubs(HEADER.read_text()))
    missing = [name for name in declared if not re.search(rf"\b{name}\b", used)]
    gate("dynmetrics.hpp has every function of the header", missing if declared else ["no function was found"])


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="dynm-abi-") as place:
        folder = Path(place)
        today = layout(HEADER.read_text(), folder, "today")
        lines = [f"{name} {offset} {size}" for name, (offset, size) in today.items()]
        if "--write" in sys.argv:
            LAYOUT.write_text("\n".join(lines) + "\n")
        listed = LAYOUT.read_text().splitlines()
        gate("layout.txt has the structs of the header", differences(lines, listed, "the header", "layout.txt"))
        for frozen in (FIRST, BASELINE):
            against(frozen, folder)
        gates_see(folder)
        frozen_program(folder)
    in_cpp()
    finish()


if __name__ == "__main__":
    main()
