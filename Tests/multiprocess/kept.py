#!/usr/bin/env python3
"""Is a page of `TOOL serve`, which keeps what it knows of a directory, always prometheus_client's of that moment?

A random directory is served and changed between scrapes in every way that writers and administrators have: values,
more keys, more files, files removed, replaced, cut and rewritten in place, two writers of one file, the directory made
anew. Time stamps of files are put back, so that nothing can be told by them.

    kept.py TOOL [--cases N] [--steps N] [--seed S]     exit 0: all equal; 1: one differs, its directory is kept
"""

from __future__ import annotations

import argparse
import difflib
import http.client
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client.mmap_dict import MmapedDict

from differential import Plan, number, plan, python_page, write_process


@contextmanager
def served(tool: str, directory: Path) -> Iterator[Callable[[], bytes]]:
    """Serve the directory; give what scrapes it."""
    command = [tool, "serve", "--listen", "127.0.0.1:0", "--multiproc-dir", str(directory)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            address = server.stdout.readline().strip().removeprefix("http://").removesuffix("/metrics")
            connection = http.client.HTTPConnection(address, timeout=20)

            def scrape() -> bytes:
                accepted = {"Accept": "text/plain;version=0.0.4;escaping=allow-utf-8"}
                connection.request("GET", "/metrics", headers=accepted)
                page = connection.getresponse().read()
                return page[: page.index(b"# HELP dynmetrics_")]

            yield scrape
        finally:
            server.terminate()


class Changes:
    """The ways in which a directory changes; each takes its chances."""

    def __init__(self, chance: random.Random, directory: Path, plans: list[Plan]) -> None:
        self.chance = chance
        self.directory = directory
        self.plans = plans
        self.processes = 0

    def files(self) -> list[Path]:
        return sorted(self.directory.glob("*.db"))

    def values(self) -> None:
        """A writer updates some of its values."""
        for path in self.chance.sample(self.files(), min(3, len(self.files()))):
            file = MmapedDict(str(path))
            for key, _ in all_values(path):
                if self.chance.random() < 0.5:
                    new = number(self.chance)
                    stamp = self.chance.choice((0.0, 1.6e9, 1.8e9))
                    file.write_value(key, abs(new) if path.name.startswith("histogram") else new, stamp)
            file.close()

    def process(self) -> None:
        """A process starts, or adds keys to its files."""
        write_process(self.chance, self.directory, self.plans, self.chance.randrange(6), served=True)

    def removed(self) -> None:
        if self.files():
            self.chance.choice(self.files()).unlink()

    def replaced(self) -> None:
        """A file is replaced by one with the same name; its inode number may well be used again."""
        if not self.files():
            return
        path = self.chance.choice(self.files())
        bytes_ = self.other(path)
        if self.chance.random() < 0.5:
            path.unlink()
            path.write_bytes(bytes_)
        else:
            other = path.with_suffix(".new")
            other.write_bytes(bytes_)
            other.rename(path)

    def rewritten(self) -> None:
        """A file is cut and written anew: the same inode."""
        if not self.files():
            return
        path = self.chance.choice(self.files())
        bytes_ = self.other(path)
        with path.open("r+b") as file:
            if self.chance.random() < 0.5:
                file.truncate(0)
            file.write(bytes_)

    def spelled(self) -> None:
        """A key becomes another one of the same length, where it stands."""
        if not self.files():
            return
        path = self.chance.choice(self.files())
        data = bytearray(path.read_bytes())
        used = struct.unpack_from("i", data, 0)[0]
        places = [at for at in range(used) if data[at : at + 4] == b'"eng']
        for at in places:
            data[at + 1 : at + 2] = b"x"
        path.write_bytes(data)

    def two_writers(self) -> None:
        """Two processes with one pid have the same file open and do not know of each other."""
        if not self.files():
            return
        path = self.chance.choice(self.files())
        one, two = MmapedDict(str(path)), MmapedDict(str(path))
        keys = [key for key, _ in all_values(path)]
        for file in (one, two):
            for key in keys[: self.chance.randrange(1, 4)]:
                file.write_value(key, float(self.chance.randrange(100)), 1.7e9)
        one.close()
        two.close()

    def anew(self) -> None:
        """The directory is deleted and made anew, with some of its files."""
        kept = [(path.name, path.read_bytes()) for path in self.files() if self.chance.random() < 0.5]
        shutil.rmtree(self.directory)
        self.directory.mkdir()
        for name, data in kept:
            (self.directory / name).write_bytes(data)
        if self.chance.random() < 0.5:
            self.process()

    def other(self, path: Path) -> bytes:
        """What a file of this sort could hold: it, or another one of the sort, or nothing yet."""
        alike = [one for one in self.files() if one.name.split("_")[:-1] == path.name.split("_")[:-1]]
        data = self.chance.choice(alike).read_bytes()
        return struct.pack("ii", 8, 0) + bytes(len(data) - 8) if self.chance.random() < 0.2 else data

    def step(self) -> str:
        """Change something, and put the files' times back."""
        changes = (
            self.values, self.values, self.process, self.removed, self.replaced, self.rewritten, self.spelled,
            self.two_writers, self.anew,
        )
        change = self.chance.choice(changes)
        times = {path: path.stat() for path in self.files()}
        change()
        for path, facts in times.items():
            if path.exists():
                os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
        return change.__name__


def all_values(path: Path) -> list[tuple[str, float]]:
    """Give the keys and values of a file."""
    return [(key, value) for key, value, _, _ in MmapedDict.read_all_values_from_file(str(path))]


def check(tool: str, root: Path, seed: int, steps: int) -> bool:
    """Serve and change one directory."""
    chance = random.Random(seed)
    directory = root / f"kept{seed}"
    directory.mkdir()
    plans = [plan(chance, index) for index in range(chance.randrange(1, 7))]
    for one in plans:  # on a served page a label without value is none
        one.label_sets = [{name: value or "v" for name, value in labels.items()} for labels in one.label_sets]
    changes = Changes(chance, directory, plans)
    for _ in range(chance.randrange(1, 4)):
        changes.process()
    done = ["start"]
    with served(tool, directory) as scrape:
        for _ in range(steps):
            expected, got = python_page(directory), scrape()
            if expected != got:
                print(f"seed {seed}: differs behind {', '.join(done)}; directory {directory}")
                pages = expected.decode().split("\n"), got.decode(errors="replace").split("\n")
                lines = difflib.unified_diff(*pages, "prometheus_client", "ours", lineterm="")
                print("\n".join(list(lines)[:40]))
                return False
            done.append(changes.step())
    shutil.rmtree(directory)
    return True


def main() -> int:
    """Run the cases."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool", help="the command, called as TOOL serve")
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--steps", type=int, default=25)
    parser.add_argument("--seed", type=int, default=0, help="of the first case; the others count up from it")
    options = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="dynmetrics-kept-"))
    for seed in range(options.seed, options.seed + options.cases):
        if not check(options.tool, root, seed, options.steps):
            return 1
    shutil.rmtree(root)
    print(f"{options.cases} directories, {options.steps} pages of each, all equal")
    return 0


if __name__ == "__main__":
    sys.exit(main())
