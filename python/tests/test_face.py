"""What the package shows: every public name is typed and documented, with blocks end what they began."""

from __future__ import annotations

import importlib.util
import inspect
import subprocess
import sys
import types
from pathlib import Path

import pytest
from support import REPOSITORY, get, run_python, value

import dynmetrics
from dynmetrics import dynamo

SAMPLE = Path(__file__).with_name("typed_sample.py")
MODULES = [dynmetrics, dynamo]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_public_name_is_documented(module: types.ModuleType) -> None:
    bare = []
    for name in module.__all__:
        thing = getattr(module, name)
        if isinstance(thing, str):
            continue
        bare += [name] if not thing.__doc__ or thing.__doc__ == type(thing).__doc__ else []
        ours = isinstance(thing, type) and not issubclass(thing, (Exception, str))
        for member in dir(thing) if ours else ():
            if not member.startswith("_") and not callable(getattr(tuple, member, None)):
                own = inspect.getattr_static(thing, member)
                documented = inspect.getdoc(own) and not isinstance(own, (str, tuple))
                bare += [] if documented or isinstance(own, tuple) else [f"{name}.{member}"]

    assert bare == []


def test_the_module_itself_lists_its_names() -> None:
    for module in MODULES:
        assert module.__doc__
        assert (
            sorted(module.__all__, key=lambda name: (not name.isupper(), not name[0].isupper(), name)) == module.__all__
        )


def mypy() -> list[str]:
    """mypy of this interpreter, or of the environment that `make lint` makes."""
    if importlib.util.find_spec("mypy"):
        return [sys.executable, "-m", "mypy"]
    tools = REPOSITORY / ".cache" / "lint-venv" / "bin"
    if not (tools / "mypy").exists():
        pytest.skip("mypy is not here: make lint installs it")
    return [str(tools / "mypy"), "--python-executable", str(tools / "python")]


@pytest.mark.parametrize("checked", [["-p", "dynmetrics"], [str(SAMPLE)]], ids=["the package", "a user's program"])
def test_types_are_strict(checked: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [*mypy(), "--strict", "--cache-dir", str(tmp_path), *checked],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=tmp_path,
        env={"MYPYPATH": str(REPOSITORY / "python" / "src")},
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("switch", ["", "1"])
def test_the_typed_program_runs_switched_on_and_off(switch: str) -> None:
    done = run_python(
        f"import sys; sys.path.insert(0, {str(SAMPLE.parent)!r})\nimport typed_sample\nprint(typed_sample.main().decode())",
        DYNMETRICS_DISABLE=switch,
    )

    assert done.returncode == 0, done.stderr
    expected = None if switch else 1
    assert value(done.stdout, "dynamo_component_requests_total", zone="a", team="b") == expected


def test_a_with_block_stops_what_it_served() -> None:
    with dynmetrics.DistributedRuntime() as runtime:
        requests = runtime.metrics.create_intcounter("requests_total", "Requests")
        server, same = runtime.serve(), runtime.serve()
        assert get(server, "/live")[0] == 200
        assert same.port == server.port

    with pytest.raises(ConnectionRefusedError):
        get(server, "/live")
    requests.inc()
    assert value(runtime.scrape(), "dynamo_component_requests_total") == 1
    runtime.close()


def test_a_registration_ends_with_its_block(rt: dynmetrics.DistributedRuntime) -> None:
    with rt.metrics.register_prometheus_expfmt_callback(lambda: "inside 1\n"):
        assert value(rt.scrape(), "inside") == 1

    assert value(rt.scrape(), "inside") is None


def test_what_goes_wrong_is_said_to_the_logger_of_the_package(rt: dynmetrics.DistributedRuntime, caplog) -> None:
    rt.metrics.register_prometheus_expfmt_callback(lambda: 1 / 0)  # type: ignore[arg-type, return-value]
    rt.scrape()

    assert {record.name for record in caplog.records} == {"dynmetrics"}
    assert "ZeroDivisionError" in caplog.text
