#!/usr/bin/env python3
"""Makes the command's manual page of what the command says of itself, so that they cannot differ.

    dynmetrics help | manpage.py VERSION
"""

from __future__ import annotations

import re
import sys


def escaped(text: str) -> str:
    """Give text as roff takes it: ASCII, a hyphen that may be pasted, no line that reads as a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "...")
    return "\\&" + text if text.startswith((".", "'")) else text


def page(usage: str, version: str) -> str:
    synopsis, _, rest = usage.partition("\n\n")
    entries: list[list[str]] = []  # a word and what it says; further lines are indented
    for line in rest.splitlines():
        if found := re.match(r"(\w+)\s+(\S.*)", line):
            entries.append([found[1], found[2]])
        elif line.strip():
            entries[-1][1] += " " + line.strip()
    told = [f'.TH DYNMETRICS 1 "" "dynmetrics {version}"', ".SH NAME"]
    told += ["dynmetrics \\- check, merge, filter and serve Prometheus pages", ".SH SYNOPSIS", ".nf"]
    told += [escaped(re.sub(r"^(usage: |       )", "", line)) for line in synopsis.splitlines()]
    told += [".fi", ".SH COMMANDS"]
    told += [line for word, text in entries if word != "exit" for line in (".TP", f".B {word}", escaped(text))]
    told += [line for word, text in entries if word == "exit" for line in (".SH EXIT STATUS", escaped(text))]
    told += [".SH SEE ALSO", "docs/configuration.md of the sources, for environment and HTTP paths; dynmetrics.h"]
    return "\n".join(told) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page(sys.stdin.read(), sys.argv[1]))
