#!/usr/bin/env python3
"""The functions that include/dynmetrics.h declares.

declared.py            their names, sorted, one per line
declared.py --program  a C program that takes the address of each, so that one nobody implemented cannot link
"""

import re
import sys
from pathlib import Path

HEADER = Path(__file__).resolve().parents[2] / "include" / "dynmetrics.h"


def declared() -> list[str]:
    text = re.sub(r"/\*.*?\*/", " ", HEADER.read_text(), flags=re.S)
    return sorted(re.findall(r"\bDYNM_API\b[^;{]*?\b(dynm_\w+)\s*\([^;]*\)\s*;", text))


def program() -> str:
    names = declared()
    lines = ["#include <dynmetrics.h>", "#include <stdio.h>", "typedef void (*function)(void);", "int main(void) {"]
    lines += ["    const function all[] = {"] + [f"        (function){name}," for name in names] + ["    };"]
    lines += ["    int missing = 0;"]
    lines += [f"    for (int i = 0; i < {len(names)}; i++) missing += all[i] == NULL;"]
    lines += ["    return missing == 0 ? 0 : 1;", "}"]
    return "\n".join(lines)


if __name__ == "__main__":
    print(program() if "--program" in sys.argv else "\n".join(declared()))
