"""Damages pages of metrics as a broken engine, a broken write or two engines at once would: at random, repeatably."""

from __future__ import annotations

import random
import re
from collections.abc import Callable


def words(text: str) -> list[str]:
    return text.split()


NUMBERS = words("""
    NaN +Inf -Inf inf nan 0x10 0x1p3 1_000 1e400 1e-400 -1 -0 .5 5. +5 1E5 1e5 0.1e1 00012 0.30000000000000004 1e+06 1.
    9007199254740993 18446744073709551616 -9223372036854775809 abc - + . e ５
""")
NUMBERS += ["", "\t5", "5 ", "5 1", "5 -1", "5 1.5", "5 1700000000000", "5 1700000000", "5 9999999999999999999"]
NUMBERS += ['5 # {trace_id="a"} 0.5', '5 # {trace_id="a"} 0.5 1700000000', "5 # {} 1", "5 #", '5 # {a="b"}', "5 6 7"]
TYPES = words("counter gauge histogram summary untyped unknown info stateset gaugehistogram Counter COUNTER counter_ 5")
TYPES += ["", "gauge\r", "gauge gauge", "gauge  "]
LABEL_NAMES = words('le quantile __name__ job instance worker_id a.b "a.b" a:b 1a é') + ["", "le ", " le"]
VALUES = words(r"""x 0.5 1 1.0 +Inf NaN \ \\ \n \" \q " a,b a}b a{b ,le="1 é 监控""")
VALUES += ["", " # {", "\0", "\t", "\r", "\x7f", "\u2028", "\ufeff", "x" * 3000]
SUFFIXES = words("_total _sum _count _bucket _created _info _gsum _gcount _seconds") + [""]
# Without up and what else a scraper adds to a page: who writes these means to be taken for it.
NAMES = words("""
    dynmetrics_series dynmetrics_source_up dynmetrics_build_info dynamo_component_own dynamo_component_own_total
    dynamo_component_own_seconds dynamo_component_own_seconds_count neighbour:hits neighbour:hits_total
    neighbour:hits_created neighbour:seconds neighbour:seconds_bucket neighbour:running neighbour:running_total
    neighbour:running_info __name__ 1a a-b a.b é {} {"a.b"} {A}0
""") + ["", "a b"]
LINES = ["", " ", "#", "# ", "# a comment", "#EOF", "# EOF", "# EOF ", "# TYPE", "# TYPE a", "# TYPE a gauge", "# HELP"]
LINES += ["# HELP a", "# HELP a \\", "# HELP a \\q \\n \\\\", "# UNIT", "# UNIT a seconds", "a", "a 1", " a 1", "a\t1"]
LINES += ["a{} 1", "a{,} 1", "a{b} 1", 'a{b="c" 1', 'a{b="c",} 1', 'a{b="c"}1', 'a {b="c"} 1', 'a{ b = "c" } 1']
LINES += ['a{b="c",b="d"} 1', "{}", "{A}0", "<html>", "\0", "\x1b[0m", "\ufeff"]
BYTES = (b"\n", b"{", b"}", b'"', b",", b"=", b"#", b" ", b"\\", b"\xc3", b"\xff", b"\0")

SAMPLE_LINE = re.compile(r"(?P<name>[a-zA-Z_:][\w:]*)(?P<labels>\{.*\})? (?P<number>\S+)$", re.ASCII)
METADATA = re.compile(r"# (?:HELP|TYPE|UNIT) (?P<name>\S+)")

Lines = list[str]
Damage = Callable[[random.Random, Lines], None]


def families_of(page: str) -> list[str]:
    """A page in pieces of one family each; without its `# EOF`."""
    pieces: list[str] = []
    name = None
    for line in page.removesuffix("# EOF\n").splitlines(keepends=True):
        told = METADATA.match(line)
        if told and told["name"] != name:
            name = told["name"]
            pieces.append("")
        if pieces:
            pieces[-1] += line
    return pieces


def some_line(chance: random.Random, lines: Lines, pattern: re.Pattern[str]) -> tuple[int, re.Match[str]] | None:
    matching = [(at, match) for at, line in enumerate(lines) if (match := pattern.match(line))]
    return chance.choice(matching) if matching else None


def move(chance: random.Random, lines: Lines) -> None:
    line = lines.pop(chance.randrange(len(lines)))
    lines.insert(chance.randint(0, len(lines)), line)


def swap(chance: random.Random, lines: Lines) -> None:
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def repeat(chance: random.Random, lines: Lines) -> None:
    at = chance.randrange(len(lines))
    lines.insert(chance.choice((at, chance.randint(0, len(lines)))), lines[at])


def repeat_block(chance: random.Random, lines: Lines) -> None:
    at = chance.randrange(len(lines))
    block = lines[at : at + chance.randint(1, 12)]
    place = chance.randint(0, len(lines))
    lines[place:place] = block


def delete(chance: random.Random, lines: Lines) -> None:
    at = chance.randrange(len(lines))
    del lines[at : at + chance.choice((1, 1, 1, 3))]


def truncate(chance: random.Random, lines: Lines) -> None:
    at = chance.randrange(len(lines))
    lines[at:] = [lines[at][: chance.randint(0, len(lines[at]))]]


def insert(chance: random.Random, lines: Lines) -> None:
    lines.insert(chance.randint(0, len(lines)), chance.choice(LINES))


def join_lines(chance: random.Random, lines: Lines) -> None:
    at = chance.randrange(len(lines))
    lines[at : at + 2] = [chance.choice(("", " ", "\r")).join(lines[at : at + 2])]


def cut_line(chance: random.Random, lines: Lines) -> None:
    at = chance.randrange(len(lines))
    place = chance.randint(0, len(lines[at]))
    lines[at : at + 1] = [lines[at][:place], lines[at][place:]]


def edit_number(chance: random.Random, lines: Lines) -> None:
    if found := some_line(chance, lines, SAMPLE_LINE):
        at, match = found
        lines[at] = lines[at][: match.start("number")] + chance.choice(NUMBERS)


def edit_labels(chance: random.Random, lines: Lines) -> None:
    if not (found := some_line(chance, lines, SAMPLE_LINE)):
        return
    at, match = found
    labels = re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', match["labels"] or "")
    if labels and chance.random() < 0.8:
        place = chance.randrange(len(labels))
        name, value = labels[place]
        other = chance.choice([*(name for name, _ in labels), *LABEL_NAMES])
        changed = chance.choice(
            [[], [(other, value)], [(name, chance.choice(VALUES))], [(name, value)] * 2, [(name, value), (other, "x")]]
        )
        labels[place : place + 1] = changed
    else:
        labels.append((chance.choice(LABEL_NAMES), chance.choice(VALUES)))
    if chance.random() < 0.3:
        chance.shuffle(labels)
    block = ",".join(f'{name}="{value}"' for name, value in labels)
    lines[at] = f"{match['name']}{{{block}}} {match['number']}"


def edit_type(chance: random.Random, lines: Lines) -> None:
    if found := some_line(chance, lines, re.compile(r"# TYPE \S+ ")):
        at, match = found
        lines[at] = match[0] + chance.choice(TYPES)


def rename(chance: random.Random, lines: Lines) -> None:
    """One line, or everything of a family, gets a name that others have or that takes their suffixes."""
    found = some_line(chance, lines, SAMPLE_LINE if chance.random() < 0.5 else METADATA)
    if not found:
        return
    at, match = found
    known = [line[2] for line in map(str.split, lines) if len(line) > 2 and line[0] == "#"]
    base = chance.choice([*known, *NAMES, match["name"]])
    bare = re.sub(r"_(total|sum|count|bucket|created|info)$", "", base)
    name = chance.choice((base, base, bare, bare + chance.choice(SUFFIXES)))
    if chance.random() < 0.5:
        lines[at] = lines[at].replace(match["name"], name, 1)
    else:
        everywhere = re.compile(rf"(# \w+ )?{re.escape(match['name'])}(?=[_{{ ])")
        lines[:] = [everywhere.sub(lambda found: (found[1] or "") + name, line, count=1) for line in lines]


def end_lines(chance: random.Random, lines: Lines) -> None:
    everywhere = chance.random() < 0.3
    end = chance.choice(("\r", " ", "\t", "\0", "\x0c"))
    for at in range(len(lines)) if everywhere else (chance.randrange(len(lines)),):
        lines[at] += end


DAMAGES: list[Damage] = [
    move, swap, repeat, repeat_block, delete, truncate, insert, join_lines, cut_line, edit_number, edit_number,
    edit_labels, edit_labels, edit_type, rename, rename, rename, end_lines,
]  # fmt: skip


def flip(chance: random.Random, page: bytes) -> bytes:
    """Some bytes are others, missing, or new."""
    broken = bytearray(page)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(broken) + 1)
        chosen = chance.randrange(4)
        if chosen == 0:
            broken[at : at + 1] = bytes([(broken[at] if at < len(broken) else 0) ^ (1 << chance.randrange(8))])
        elif chosen == 1:
            broken[at : at + 1] = bytes([chance.randrange(256)])
        elif chosen == 2:
            broken[at:at] = chance.choice(BYTES)
        else:
            del broken[at : at + chance.randint(1, 3)]
    return bytes(broken)


def damaged(number: int, seed: int, pages: list[list[str]]) -> bytes:
    """The page of this number: families of one or several engines, damaged; the same for the same seed."""
    chance = random.Random(f"{seed} {number}")
    text = ""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        families = chance.choice(pages)
        start = chance.randrange(len(families))
        count = len(families) if chance.random() < 0.02 else chance.randint(1, 6)
        text += "".join(families[start : start + count])
        if chance.random() < 0.2:
            text += "# EOF\n"
    lines = text.split("\n")[:-1]
    for _ in range(chance.choice((0, 1, 1, 2, 3, 5, 8))):
        chance.choice(DAMAGES)(chance, lines)
        lines = lines or [""]
    if chance.random() < 0.25:
        lines.append("# EOF")
    page = ("\n".join(lines) + ("\n" if chance.random() < 0.9 else "")).encode()
    return flip(chance, page) if chance.random() < 0.25 else page
