"""What the library does to the process it lives in: import, exit, fork, signals, other interpreters."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support import REPOSITORY, run_python

import dynmetrics
from dynmetrics import _native


def passes(code: str, **environment: str) -> None:
    done = run_python(code, **environment)
    assert done.returncode == 0, done.stdout + done.stderr


# ---- import ----


def test_importing_does_not_import_prometheus_client():
    passes("import sys, dynmetrics; assert not [m for m in sys.modules if m.startswith('prometheus_client')]")


def test_importing_starts_no_thread_and_changes_no_signal():
    passes(
        """
        import sys, logging
        def state():
            # Not SigQ: that counts what is queued for all processes of the user.
            names = ("Threads:", "SigPnd:", "ShdPnd:", "SigBlk:", "SigIgn:", "SigCgt:")
            return [line for line in open("/proc/self/status") if line.startswith(names)]
        before = state()
        import dynmetrics
        assert state() == before, (before, state())
        rt = dynmetrics.DistributedRuntime()
        rt.metrics.create_counter("a", "").inc()
        assert state() == before, (before, state())
        """
    )


def test_the_library_is_one_file_beside_the_extension_and_of_the_same_release():
    maps = Path("/proc/self/maps").read_text()
    libraries = {line.split()[-1] for line in maps.splitlines() if "libdynmetrics" in line}
    assert libraries == {str(Path(_native.__file__).with_name("libdynmetrics.so.0"))}
    assert _native.library_version == dynmetrics.__version__


def test_importing_it_a_second_time_works():
    passes(
        """
        import os, sys
        import dynmetrics
        first = dynmetrics.DistributedRuntime()
        first.metrics.register_prometheus_expfmt_callback(lambda: "first 1\\n")
        for name in [name for name in sys.modules if name.startswith("dynmetrics")]:
            del sys.modules[name]
        import dynmetrics
        second = dynmetrics.DistributedRuntime()
        second.metrics.register_prometheus_expfmt_callback(lambda: "second 1\\n")
        assert b"first" in first.scrape() and b"second" in second.scrape()
        pid = os.fork()
        if pid == 0:
            os._exit(0 if b"first" in first.scrape() and b"second" in second.scrape() else 1)
        assert os.waitpid(pid, 0)[1] == 0
        """
    )


def test_a_library_of_another_abi_is_refused_with_both_numbers(tmp_path):
    """A library that was loaded before under the same name is the one that is used."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if not compiler:
        pytest.skip("needs a C compiler")
    functions = re.findall(r"\bdynm_[a-z_]+(?=\()", (REPOSITORY / "include" / "dynmetrics.h").read_text())
    stub = "".join(f"int {name}(void) {{ return 99; }}\n" for name in sorted(set(functions)))
    stub = stub.replace("int dynm_version(void) { return 99; }", 'const char *dynm_version(void) { return "9.9"; }')
    (tmp_path / "stub.c").write_text(stub)
    (tmp_path / "stub.map").write_text("DYNMETRICS_0 { global: dynm_*; local: *; };")
    built = tmp_path / "libdynmetrics.so.0"
    command = [
        compiler,
        "-shared",
        "-fPIC",
        "-w",
        "-Wl,-soname,libdynmetrics.so.0,--version-script=stub.map",
        "stub.c",
        "-o",
        built,
    ]
    subprocess.run(command, cwd=tmp_path, check=True)
    passes(
        f"""
        import ctypes
        ctypes.CDLL({str(built)!r}, ctypes.RTLD_GLOBAL)
        try:
            import dynmetrics
        except ImportError as error:
            assert "99" in str(error) and "ABI 0" in str(error), error
        else:
            raise SystemExit("imported")
        """
    )


def test_subinterpreters_are_refused_cleanly():
    passes(
        """
        import sys
        try:
            import _interpreters as interpreters
        except ImportError:
            try:
                import _xxsubinterpreters as interpreters
            except ImportError:
                raise SystemExit(0)
        import dynmetrics
        made = interpreters.create()
        # An uncaught exception is raised here by some versions and returned by others.
        try:
            failed = interpreters.run_string(made, "import dynmetrics")
        except Exception as error:
            failed = error
        assert "subinterpreter" in str(failed), failed
        interpreters.destroy(made)
        dynmetrics.DistributedRuntime().scrape()
        """
    )


def test_the_package_loads_and_serves_with_the_swift_toolchain_hidden():
    code = """
    import dynmetrics, urllib.request
    rt = dynmetrics.DistributedRuntime()
    rt.metrics.register_prometheus_expfmt_callback(lambda: "a 1\\n")
    with rt.serve() as server:
        assert b"a 1\\n" in urllib.request.urlopen(server.url + "/metrics", timeout=20).read()
    used = [line.split()[-1] for line in open("/proc/self/maps") if "swift" in line.lower()]
    assert not used, used
    print("served")
    """
    program = [sys.executable, "-c", textwrap.dedent(code)]
    swift = shutil.which("swift")
    toolchain = Path(swift).resolve().parents[2] if swift else None
    if toolchain and shutil.which("unshare") and len(toolchain.parts) > 1:
        script = f'mount -t tmpfs none "{toolchain}" && exec "$@"'
        hidden = ["unshare", "--mount", "/bin/sh", "-c", script, "sh"]
        allowed = subprocess.run([*hidden, "/bin/true"], capture_output=True).returncode == 0
        program = [*hidden, *program] if allowed else program
    done = subprocess.run(program, env={}, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "served\n"), done.stderr


# ---- exit ----

# No urllib here: it loads certificates, and OpenSSL of its own crashes when the process ends meanwhile.
EXIT = """
import http.client, sys, threading, time
import dynmetrics
rt = dynmetrics.DistributedRuntime()
counter = rt.metrics.create_intcounter("c_total", "")
rt.metrics.register_update_callback(counter.inc)
rt.metrics.register_prometheus_expfmt_callback(lambda: "a 1\\n")
rt.metrics.register_prometheus_typed_callback(lambda: [("g", "", "gauge", "", [("g", {{"i": str(i)}}, 1, None) for i in range(200)])])
{more}
server = rt.serve()
scraped = threading.Event()
def scrape():
    while True:
        rt.scrape()
        scraped.set()
def ask():
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
            connection.request("GET", "/metrics")
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            pass
for body in (scrape, scrape, ask):
    threading.Thread(target=body, daemon=True).start()
assert scraped.wait(30)
time.sleep({pause})
sys.exit({code})
"""
HANGING = "rt.metrics.register_prometheus_expfmt_callback(lambda: time.sleep(1000))"
SLOW = "rt.metrics.register_prometheus_expfmt_callback(lambda: time.sleep(0.01) or 'slow 1\\n')"


def exits(number: int) -> None:
    more = ["", SLOW][number % 2]
    code = number % 100 + 1
    done = run_python(EXIT.format(more=more, pause=number % 10 / 1000, code=code))
    assert done.returncode == code, (number, done.returncode, done.stderr)
    assert "Fatal" not in done.stderr, done.stderr


def test_a_hundred_exits_in_the_middle_of_scraping_end_with_the_programs_own_code():
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        for finished in [pool.submit(exits, number) for number in range(100)]:
            finished.result()


@pytest.mark.parametrize("number", range(3))
def test_a_callback_that_hangs_does_not_hold_up_the_exit(number):
    done = run_python(
        EXIT.format(more=HANGING, pause=number / 100, code=7), DYN_METRICS_SCRAPE_DEADLINE_MS="100", timeout=20
    )
    assert done.returncode == 7, done.stderr


def test_an_uncaught_exception_while_scraping_ends_as_python_ends_it():
    done = run_python(EXIT.replace("sys.exit({code})", "raise ValueError('mine')").format(more="", pause=0))
    assert done.returncode == 1
    assert done.stderr.rstrip().endswith("ValueError: mine"), done.stderr


def test_messages_of_the_last_moment_are_not_lost():
    done = run_python(
        """
        import logging, dynmetrics
        logging.basicConfig(format="%(name)s %(message)s")
        dynmetrics.DistributedRuntime().serve()  # warns that it binds 0.0.0.0
        """,
        DYN_SYSTEM_PORT="0",
    )
    assert done.returncode == 0
    assert "0.0.0.0" in done.stderr


def test_hooks_that_run_after_ours_can_still_scrape():
    passes(
        """
        import atexit
        @atexit.register
        def last():
            page = rt.scrape()
            assert b"c_total" in page and b"\\na 1" not in page, page
            print("scraped")
        import dynmetrics
        rt = dynmetrics.DistributedRuntime()
        rt.metrics.create_intcounter("c_total", "")
        rt.metrics.register_prometheus_expfmt_callback(lambda: "a 1\\n")
        """
    )


# ---- fork ----


def test_a_forked_child_counts_scrapes_and_serves_and_does_not_hold_the_parents_port():
    passes(
        """
        import os, socket, sys, threading, urllib.request
        import dynmetrics
        rt = dynmetrics.DistributedRuntime()
        counter = rt.metrics.create_intcounter("c_total", "")
        counter.inc(5)
        rt.metrics.register_prometheus_expfmt_callback(lambda: "text 1\\n")
        def page(server):
            return urllib.request.urlopen(server.url + "/metrics", timeout=20).read()
        server = rt.serve()
        assert b"text 1" in page(server)
        for turn in range(3):
            to_child, from_parent = os.pipe()
            to_parent, from_child = os.pipe()
            pid = os.fork()
            if pid == 0:
                try:
                    counter.inc()
                    assert counter.get() == 6
                    assert b"text 1" in rt.scrape()
                    own = rt.serve()
                    assert own.port != server.port
                    told = page(own)
                    assert b"c_total" in told and b"} 6\\n" in told and b"text 1" in told
                    own.close()
                    os.write(from_child, b"1")
                    os.read(to_child, 1)  # stays until the parent has tried its port
                    os._exit(0)
                except BaseException:
                    import traceback
                    traceback.print_exc()
                    os._exit(1)
            assert os.read(to_parent, 1) == b"1"
            assert counter.get() == 5
            assert b"text 1" in page(server)
            port = server.port
            server.close()
            socket.create_server(("127.0.0.1", port)).close()
            server = rt.serve()
            os.write(from_parent, b"1")
            _, status = os.waitpid(pid, 0)
            assert status == 0, status
        """
    )


def test_a_child_forked_while_others_scrape_ends_well():
    passes(
        """
        import os, threading, warnings
        warnings.simplefilter("ignore")
        import dynmetrics
        rt = dynmetrics.DistributedRuntime()
        counter = rt.metrics.create_intcounter("c_total", "")
        rt.metrics.register_prometheus_expfmt_callback(lambda: "text 1\\n")
        rt.serve()
        running = threading.Event(); running.set()
        def scrape():
            while running.is_set(): rt.scrape()
        threads = [threading.Thread(target=scrape) for _ in range(2)]
        for thread in threads: thread.start()
        rt.scrape()
        for _ in range(30):
            pid = os.fork()
            if pid == 0:
                counter.inc()
                ok = b"text 1" in rt.scrape()
                with rt.serve() as own: ok = ok and own.port > 0
                os._exit(0 if ok else 1)
            assert os.waitpid(pid, 0)[1] == 0
        running.clear()
        for thread in threads: thread.join()
        """
    )


def test_a_child_that_ends_like_a_program_ends_with_its_own_code():
    passes(
        """
        import os, sys
        import dynmetrics
        rt = dynmetrics.DistributedRuntime()
        rt.metrics.register_prometheus_expfmt_callback(lambda: "text 1\\n")
        server = rt.serve()
        rt.scrape()
        pid = os.fork()
        if pid == 0:
            rt.serve()
            rt.scrape()
            server.close()  # the parent's, which is not here
            sys.exit(3)
        _, status = os.waitpid(pid, 0)
        assert os.waitstatus_to_exitcode(status) == 3, status
        assert rt.serve(port=server.port).port == server.port
        """
    )


def test_a_child_of_multiprocessing_ends_well():
    passes(
        """
        import multiprocessing, warnings
        warnings.simplefilter("ignore")
        import dynmetrics
        rt = dynmetrics.DistributedRuntime()
        counter = rt.metrics.create_intcounter("c_total", "")
        server = rt.serve()
        def work():
            counter.inc()
            with rt.serve() as own:
                assert b"c_total" in rt.scrape()
        if __name__ == "__main__":
            child = multiprocessing.get_context("fork").Process(target=work)
            child.start(); child.join()
            assert child.exitcode == 0, child.exitcode
        """
    )


# ---- memory ----


def test_threads_of_the_library_give_their_python_state_back_when_they_end():
    passes(
        """
        import ctypes, time
        import dynmetrics
        api = ctypes.pythonapi
        for function in (api.PyInterpreterState_Main, api.PyInterpreterState_ThreadHead, api.PyThreadState_Next):
            function.restype = ctypes.c_void_p
        api.PyInterpreterState_ThreadHead.argtypes = api.PyThreadState_Next.argtypes = [ctypes.c_void_p]
        def states():
            found, state = 0, api.PyInterpreterState_ThreadHead(api.PyInterpreterState_Main())
            while state:
                found, state = found + 1, api.PyThreadState_Next(state)
            return found
        before = states()
        rt = dynmetrics.DistributedRuntime()
        with rt.metrics.register_update_callback(lambda: None):
            for _ in range(20):
                rt.scrape()
            assert states() == before + 1
        for _ in range(20):
            with rt.metrics.register_update_callback(lambda: None):
                rt.scrape()
        end = time.monotonic() + 20
        while states() > before and time.monotonic() < end: time.sleep(0.002)
        assert states() == before, states()
        """
    )


def test_callbacks_children_and_pages_do_not_leak():
    passes(
        """
        import dynmetrics, gc
        rt = dynmetrics.DistributedRuntime()
        vec = rt.metrics.create_gaugevec("g", "", ["i"])
        page = "# TYPE a gauge\\n" + "".join(f'a{{i="{i}"}} 1\\n' for i in range(1000))
        def turn():
            with rt.metrics.register_prometheus_expfmt_callback(lambda: page):
                rt.scrape()
            with rt.metrics.register_prometheus_typed_callback(lambda: [("t", "", "gauge", "", [("t", [], 1, None)] * 100), 5]):
                rt.scrape()
            dynmetrics.filter_exposition(page, include=["a"], labels={"x": "y"})
            dynmetrics.check_exposition(page + "broken{", lint=True)
            vec.labels("x").set(1)
            vec.remove("x")
            try: vec.labels(1, 2)
            except dynmetrics.MetricsError: pass
        def memory():
            gc.collect()
            return int(open("/proc/self/statm").read().split()[1]) * 4096
        import logging; logging.getLogger("dynmetrics").addHandler(logging.NullHandler())
        for _ in range(100): turn()
        before = memory()
        for _ in range(400): turn()
        grown = memory() - before
        assert grown < 8 << 20, f"{grown >> 20} MB more"
        """
    )
