#!/usr/bin/env python3
"""dynmetrics run: any program with a fresh multiprocess directory, its page beside it, its signals and its end."""

from __future__ import annotations

import contextlib
import os
import pty
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from story import TOOL, URL, answers, fetch, finish, test, wait_until

# A front end with two workers, each of which counts; what it was told to do comes on stdin, what it did on stdout.
SERVER = """
import os, signal, subprocess, sys, threading
import prometheus_client
from prometheus_client import Counter, Gauge

role = sys.argv[1]
Counter("vllm:prompt_tokens", "Tokens.", ["engine"]).labels("0").inc(21)
Gauge("vllm:num_requests_running", "Requests.", multiprocess_mode="livesum").set(5)
if role == "front":
    signal.signal(signal.SIGUSR1, lambda *_: print("usr1", flush=True))
    workers = [subprocess.Popen([sys.executable, __file__, "worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
               for _ in range(2)]
    for worker in workers:
        worker.stdout.readline()
    print(os.environ["PROMETHEUS_MULTIPROC_DIR"], flush=True)
    for line in sys.stdin:
        if line == "end one\\n":
            workers[0].kill(); workers[0].wait()
            print("ended", flush=True)
        if line == "exit\\n":
            break
    for worker in workers:
        worker.kill()
    sys.exit(7)
print("counted", flush=True)
sys.stdin.read()
"""


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [TOOL, "run", *arguments], env={**os.environ, **environment}, capture_output=True, text=True, timeout=60
    )


@contextlib.contextmanager
def running(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """The server under `run`: the process, the URL of its page, what its first line says."""
    (folder / "server.py").write_text(SERVER)
    process = subprocess.Popen(
        [TOOL, "run", *options, "--", sys.executable, folder / "server.py", "front"],
        env={**os.environ, "TMPDIR": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout and process.stderr
    try:
        said = process.stderr.readline().strip()
        yield process, said.removeprefix("dynmetrics run: "), process.stdout.readline().strip()
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=30)


def tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin
    process.stdin.write(line + "\n")
    process.stdin.flush()


def lives(folder: Path) -> None:
    with running(folder) as (process, url, directory):
        test("run tells the URL of the page", [url] if not URL.fullmatch(url) else [])
        test("the program has a directory of its own", [directory] if Path(directory).parent != folder else [])
        page = fetch(url)
        test(
            "the page has the sum of all processes",
            [page] if 'prompt_tokens_total{engine="0"} 63.0' not in page else [],
        )
        test("and the live ones together", [page] if "\nvllm:num_requests_running 15.0\n" not in page else [])
        tell(process, "end one")
        process.stdout.readline()
        page = fetch(url)
        wrong = 'prompt_tokens_total{engine="0"} 63.0' not in page or "\nvllm:num_requests_running 10.0\n" not in page
        test("a process that was killed keeps its counts and loses its live gauges", [page] if wrong else [])
        process.send_signal(signal.SIGUSR1)
        test("signals are handed on", process.stdout.readline() != "usr1\n")
        tell(process, "exit")
        test("the exit status is the program's", [process.returncode] if process.wait(timeout=30) != 7 else [])
    test("its directory is gone", Path(directory).exists())
    test("and its page", answers(url))


def options(folder: Path) -> None:
    kept = folder / "kept"
    with running(folder, "--multiproc-dir", str(kept), "--include", "vllm:num", "--label", "zone=a") as (
        _,
        url,
        directory,
    ):
        page = fetch(url)
        wrong = 'vllm:num_requests_running{zone="a"} 15.0' not in page or "prompt_tokens" in page
        test("run filters and labels", [page] if wrong else [])
        test("run takes a directory that is named", [directory] if Path(directory) != kept else [])
    test("and leaves it", not kept.exists())
    port = url.split(":")[2].split("/")[0]
    with running(folder, "--listen", f"127.0.0.1:{port}") as (_, again, _):
        test("run listens where it is told", [again] if again != url else [])
        taken = run("--listen", f"127.0.0.1:{port}", "--", "touch", folder / "started")
        wrong = taken.returncode != 1 or port not in taken.stderr or (folder / "started").exists()
        test("a port that is taken is named before the program starts", [taken.stderr] if wrong else [])


def ends(folder: Path) -> None:
    for title, program, status in [
        ("an exit status is kept", ["sh", "-c", "exit 42"], 42),
        ("success too", ["true"], 0),
        ("a signal that ends the program is 128 and the signal", ["sh", "-c", "kill -TERM $$"], 143),
        ("a program that is not there is 127", ["there-is-no-such-program"], 127),
        ("one that cannot be run is 126", ["/etc/passwd"], 126),
    ]:
        done = run("--", *program, TMPDIR=str(folder))
        test(title, [done.returncode, done.stderr] if done.returncode != status else [])
    test("a program that cannot be run is named", "'/etc/passwd': Permission denied" not in done.stderr)
    test("no directory is left", [*folder.glob("dynmetrics-run-*")])
    done = run("--", "sh", "-c", 'echo "$1"', "sh", "--help")
    test("options behind -- are the program's", [done.stdout] if done.stdout != "--help\n" else [])
    done = run()
    wrong = done.returncode != 2 or "dynmetrics run -- " not in done.stderr
    test("without a program it is wrong usage", [done.stderr] if wrong else [])
    done = run("--", "sh", "-c", "echo $PROMETHEUS_MULTIPROC_DIR", PROMETHEUS_MULTIPROC_DIR="/nowhere")
    test(
        "a directory that was set already is told of",
        [done.stderr] if "--multiproc-dir /nowhere" not in done.stderr or "/nowhere" in done.stdout else [],
    )
    done = run("--", "sh", "-c", "echo ${PROMETHEUS_MULTIPROC_DIR-none}", DYNMETRICS_DISABLE="1")
    said = done.stdout + done.stderr
    test("switched off the program runs as if alone", [said] if said != "none\n" else [])
    done = run("--", sys.executable, "-c", "import signal; print(signal.pthread_sigmask(0, []))")
    test("the program's signals are as they were", [done.stdout] if "set()" not in done.stdout else [])
    with running(folder) as (process, _, directory):
        process.terminate()
        test("run ends with its program at SIGTERM", [process.returncode] if process.wait(timeout=30) != 143 else [])
    test("and cleans up", Path(directory).exists())
    command = [sys.executable, "-m", "dynmetrics", "run", "--", "sh", "-c", "exit 5"]
    asked = subprocess.run(command, capture_output=True, text=True)
    test("python -m dynmetrics run is the same", [asked.stderr] if asked.returncode != 5 else [])


# Counts what Ctrl-C sends; what is sent to run alone comes behind it.
COUNTER = """
import signal, sys
told = []
signal.signal(signal.SIGINT, lambda *_: told.append(1))
signal.signal(signal.SIGUSR1, lambda *_: (print(len(told), flush=True), sys.exit(0)))
print("here", flush=True)
while True:
    signal.pause()
"""


def at_a_terminal() -> None:
    """Ctrl-C reaches the whole group of a terminal: the program has it once, not once more from run."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(TOOL, [str(TOOL), "run", "--", sys.executable, "-c", COUNTER])
    with open(terminal, "rb", buffering=0) as screen:
        seen = b""

        def shows(part: bytes) -> bool:
            nonlocal seen
            with contextlib.suppress(OSError):  # the other end is closed
                seen += screen.read(4096)
            return part in seen

        wait_until(lambda: shows(b"here"), "the program's start")
        os.write(terminal, b"\x03")
        wait_until(lambda: shows(b"^C"), "the terminal's echo")
        os.kill(pid, signal.SIGUSR1)
        _, status = os.waitpid(pid, 0)
        shows(b"1")
    lines = seen.decode().split()
    test("Ctrl-C reaches the program once", [seen] if lines[-1].removeprefix("^C") != "1" else [])
    test("and run goes on until it ends", [status] if os.waitstatus_to_exitcode(status) else [])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="dynm-e2e-") as place:
        lives(Path(place))
        options(Path(place))
        ends(Path(place))
    at_a_terminal()
    finish()
