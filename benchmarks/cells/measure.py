"""Runs the loops of operations.py in all programs, in turns, and writes the table.

Every program stays alive and answers one request at a time, so that a round asks ours, then each peer, then the next
operation. Noise only adds: the minimum over the rounds is the figure; the median and the spread stand beside it.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path

from operations import PEERS, ROWS, Row, write_inputs
from report import Figure, Run, table
from tables import machine

MEMORY_REPEATS = 3
MOST_WITHOUT_PROCESSOR = 0.05
TRIES = {1: 5, 2: 25}  # by threads, while one of them has no processor


@dataclass
class Program:
    """How to start the programs of one peer. A C and a Python program may serve the same column."""

    native: list[str] | None
    python: list[str] | None
    version: str = ""
    missing: str = ""
    running: dict[str, subprocess.Popen[str]] = field(default_factory=dict)

    def command(self, operation: str) -> list[str] | None:
        """Give the program that has this operation."""
        return self.python if operation.startswith("python_") else self.native

    def ask(self, request: str) -> str:
        """Have the living program answer."""
        command = self.command(request.split()[1])
        if command is None:
            return "-"
        process = self.running.get(command[-1])
        if process is None:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self.running[command[-1]] = process
        assert process.stdin and process.stdout
        process.stdin.write(request + "\n")
        process.stdin.flush()
        return process.stdout.readline().strip() or self.ended(command)

    def ask_anew(self, request: str, *wrapper: str) -> tuple[str, str]:
        """Have a program of its own answer; gives also what it wrote to standard error."""
        command = self.command(request.split()[1])
        if command is None:
            return "-", ""
        words = [*wrapper, *command, *request.split()]
        same = {**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1"}  # or two starts differ in their instructions
        done = subprocess.run(words, capture_output=True, text=True, timeout=600, env=same)
        return done.stdout.strip() or self.ended(command), done.stderr

    def ended(self, command: list[str]) -> str:
        """Tell of a program that did not answer."""
        print(f"   {Path(command[0]).name} {command[-1]} did not answer", file=sys.stderr)
        return "-"

    def close(self) -> None:
        """Let the programs end."""
        for process in self.running.values():
            if process.stdin:
                process.stdin.close()
            process.wait()


@contextmanager
def programs_in(folder: Path, inputs: Path) -> Iterator[dict[str, Program]]:
    """Give what was built, and end what runs of it."""

    def text(name: str, suffix: str) -> str:
        path = folder / f"{name}.{suffix}"
        return path.read_text().strip() if path.exists() else ""

    loops = [sys.executable, str(Path(__file__).parent / "python_loop.py"), str(inputs)]
    in_python = {"ours": "dynmetrics", "prometheus_client": "prometheus_client", "floor": "floor"}
    programs = {}
    with ExitStack() as stack:
        for name in PEERS:
            native = [str(folder / name), str(inputs)] if (folder / name).exists() else None
            python = [*loops, in_python[name]] if name in in_python else None
            programs[name] = Program(native, python, text(name, "version"), text(name, "missing"))
            stack.callback(programs[name].close)
        programs["prometheus_client"].version = version("prometheus_client")
        yield programs


def number(answer: str) -> float | None:
    """Give the figure of an answer; None when the program has no such loop."""
    return None if answer.startswith("-") and not re.match(r"-\d", answer) else float(answer.split()[0])


def disturbed(answer: str) -> bool:
    """Whether a thread had no processor for much of the time: then two threads were not at it at once."""
    return len(answer.split()) > 1 and float(answer.split()[1]) > MOST_WITHOUT_PROCESSOR


def undisturbed(program: Program, request: str, tries: int) -> str:
    """Give the first answer of a run that was not disturbed, or else the last."""
    for _ in range(tries):
        answer = program.ask(request)
        if answer.startswith("-") or not disturbed(answer):
            break
    return answer


def times(programs: dict[str, Program], rows: list[Row], rounds: int) -> dict[tuple[str, str, int], list[float]]:
    """Run all loops, `rounds` times in turns; keyed by program, operation and threads."""
    wanted = [
        (name, row.operation_of(name), row.threads, row.count)
        for row in rows
        if row.measure == "time"
        for name in programs
    ]
    wanted = list(dict.fromkeys(wanted))
    samples: dict[tuple[str, str, int], list[float]] = {}
    without: set[tuple[str, str]] = set()
    for turn in range(rounds):
        for name, operation, threads, count in wanted if turn % 2 == 0 else reversed(wanted):
            if (name, operation) in without:
                continue
            answer = undisturbed(programs[name], f"time {operation} {threads} {count}", TRIES[threads])
            value = number(answer)
            if value is None:
                without.add((name, operation))
            elif threads == 1 or not disturbed(answer):
                samples.setdefault((name, operation, threads), []).append(value)
        if turn % 10 == 0:
            print(f"   round {turn + 1} of {rounds}, load {os.getloadavg()[0]:.1f}", flush=True)
    return samples


def instructions(program: Program, operation: str, count: int) -> float | None:
    """Count the instructions of one turn: the difference of two lengths, so that the start-up cancels."""
    totals = []
    for turns in (count, 2 * count):
        valgrind = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null")
        answer, told = program.ask_anew(f"run {operation} {turns}", *valgrind)
        collected = re.search(r"Collected\s*:\s*(\d+)", told)
        if number(answer) is None or not collected:
            return None
        totals.append(int(collected[1]))
    return (totals[1] - totals[0]) / count


def once(programs: dict[str, Program], row: Row) -> dict[str, Figure]:
    """Measure a row that needs a program of its own for each figure."""
    found = {}
    for name, program in programs.items():
        operation = row.operation_of(name)
        if row.measure == "instructions":
            # Go's programs do not run under valgrind, and Python's instructions are the interpreter's.
            is_go = name in ("client_golang", "victoria_metrics")
            value = None if is_go else instructions(program, operation, row.count)
            values = [] if value is None else [value]
        else:
            answers = [number(program.ask_anew(f"memory {operation} {row.count}")[0]) for _ in range(MEMORY_REPEATS)]
            values = [value for value in answers if value is not None]
        if values:
            found[name] = Figure.of([statistics.median(values)])
    return found


def main() -> None:
    """Measure, print the table, keep it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", type=Path, required=True)
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=61)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    inputs = given.programs / "inputs"
    write_inputs(inputs)
    rows = [row for row in ROWS if given.only in row.operation]
    load = os.getloadavg()[0]
    with programs_in(given.programs, inputs) as programs:
        print(f"== {given.rounds} rounds of {len(rows)} operations", flush=True)
        samples = times(programs, rows, given.rounds)
        figures: list[dict[str, Figure]] = []
        if not shutil.which("valgrind"):
            print("   no valgrind on PATH: instructions are not counted")
        for row in rows:
            if row.measure == "time":
                keys = {name: (name, row.operation_of(name), row.threads) for name in programs}
                figures.append({name: Figure.of(samples[key]) for name, key in keys.items() if key in samples})
            elif row.measure == "instructions" and not shutil.which("valgrind"):
                figures.append({})
            else:
                print(f"   {row.measure}: {row.title}", flush=True)
                figures.append(once(programs, row))
        run = Run(
            day=date.today().isoformat(),
            machine=machine(),
            compilers=(given.programs / "compilers").read_text().strip() + f", CPython {sys.version.split()[0]}",
            versions={name: program.version for name, program in programs.items()},
            missing={name: program.missing for name, program in programs.items() if program.missing},
            rounds=given.rounds,
            load=(load, os.getloadavg()[0]),
        )
    text = table(run, list(zip(rows, figures)))
    print(text)
    if not given.only:
        given.results.mkdir(exist_ok=True)
        path = given.results / f"cells-{run.day}.md"
        path.write_text(text)
        print(f"== kept in benchmarks/results/{path.name}")


if __name__ == "__main__":
    main()
