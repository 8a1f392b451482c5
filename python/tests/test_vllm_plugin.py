"""DYNMETRICS_VLLM=1: a vLLM that serves its metrics without a line of code."""

from __future__ import annotations

import re
from importlib.metadata import entry_points
from pathlib import Path

from support import run_python, value

# What a vLLM does, as far as a plugin sees it: it loads its plugins in each process, and sets a directory late, for
# processes that it starts then.
VLLM = """
    import logging, os, subprocess, sys, urllib.request
    from importlib.metadata import entry_points
    from prometheus_client import Counter

    logging.basicConfig(format="%(name)s %(levelname)s %(message)s", level="INFO")
    (plugin,) = entry_points(group="vllm.general_plugins", name="dynmetrics")
    count = "Counter('vllm:prompt_tokens', 'Tokens', ['engine']).labels(sys.argv[1]).inc(21)"
    load = "plugin.load()()"
    exec(load)
    exec(load)  # a plugin may be loaded more than once
    loaded = sys.modules.get("dynmetrics.engines._vllm_plugin")
    if loaded and loaded._kept:
        server = loaded._kept[2]
        Counter("vllm:prompt_tokens", "Tokens", ["engine"]).labels("front").inc(3)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = os.environ["LATE"]
        code = f"import sys; from importlib.metadata import entry_points; from prometheus_client import Counter\\n" + (
            "(plugin,) = entry_points(group='vllm.general_plugins', name='dynmetrics')\\n" + load + "\\n" + count +
            "\\nprint(len(sys.modules['dynmetrics.engines._vllm_plugin']._kept))")
        for engine in "01":
            print(subprocess.run([sys.executable, "-c", code, engine], capture_output=True, text=True).stdout)
        for _ in range(2):
            page = urllib.request.urlopen(server.url + "/metrics").read().decode()
        print(page)
    print("dynmetrics" in sys.modules)
"""


def test_the_entry_point_is_there() -> None:
    (found,) = entry_points(group="vllm.general_plugins", name="dynmetrics")
    assert found.value == "dynmetrics_vllm:load"


def test_it_is_inert_unless_it_is_asked_for(tmp_path: Path) -> None:
    for asked in ("", "0"):
        done = run_python(VLLM, DYNMETRICS_VLLM=asked, LATE=str(tmp_path))
        assert (done.stdout, done.stderr) == ("False\n", "")


def test_the_first_process_serves_what_all_of_them_count(tmp_path: Path) -> None:
    done = run_python(VLLM, DYNMETRICS_VLLM="1", LATE=str(tmp_path))

    lines, _, page = done.stdout.partition("# HELP")
    assert lines.split() == ["0", "0"], done.stdout + done.stderr
    page = "# HELP" + page.removesuffix("True\n")
    counted = [value(page, "vllm:prompt_tokens_total", engine=engine) for engine in ("front", "0", "1")]
    assert counted == [3, 21, 21]
    told = r"vllm\.plugins\.dynmetrics INFO dynmetrics serves vLLM's metrics at http://127\.0\.0\.1:\d+/metrics\n"
    assert re.fullmatch(told, done.stderr)


def test_what_goes_wrong_is_told_and_vllm_goes_on(tmp_path: Path) -> None:
    done = run_python(VLLM, DYNMETRICS_VLLM="1", DYN_SYSTEM_PORT="nowhere", LATE=str(tmp_path))
    assert done.stdout == "True\n"
    assert "vLLM goes on without dynmetrics" in done.stderr and "'nowhere'" in done.stderr


def test_switched_off_it_does_nothing(tmp_path: Path) -> None:
    done = run_python(VLLM, DYNMETRICS_VLLM="1", DYNMETRICS_DISABLE="1", LATE=str(tmp_path))
    assert (done.stdout, done.stderr) == ("True\n", "")
