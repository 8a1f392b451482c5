"""The configuration of a runtime, from Python."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from support import run_python

import dynmetrics


def made() -> tuple[dynmetrics.DistributedRuntime, dynmetrics.IntCounter]:
    runtime = dynmetrics.DistributedRuntime(connection_id=1)
    return runtime, runtime.metrics.create_intcounter("x_total", "X")


def page(runtime: dynmetrics.DistributedRuntime) -> str:
    return runtime.scrape(self_metrics=False).decode()


RENAME = '[[rename]]\nfrom = "dynamo_component_x_total"\nto = "x_total"\n'


def test_a_file_is_in_force_from_the_next_scrape_on(tmp_path: Path) -> None:
    runtime, _ = made()
    file = tmp_path / "metrics.toml"
    file.write_text(RENAME + "keep_old = false\n")

    runtime.configure(file)
    assert '\nx_total{worker_id="1"} 0\n' in page(runtime)
    assert "dynamo_component_x_total" not in page(runtime)

    runtime.configure(text="")
    assert '\ndynamo_component_x_total{worker_id="1"} 0\n' in page(runtime)


def test_engine_text_and_an_adopted_registry_go_through_the_same_rules() -> None:
    # Adoption changes prometheus_client for the whole process.
    done = run_python(
        """
        import dynmetrics, prometheus_client
        runtime = dynmetrics.DistributedRuntime(connection_id=1)
        registry = prometheus_client.CollectorRegistry()
        prometheus_client.Gauge("vllm:running", "R", ["model"], registry=registry).labels("a").set(1)
        plain = prometheus_client.CollectorRegistry()
        prometheus_client.Gauge("sglang:running", "R", ["model"], registry=plain).labels("test-b").set(2)
        endpoint = runtime.namespace("n").component("c").endpoint("e")
        dynmetrics.register_engine_metrics_callback(endpoint, plain, auto_labels=False, adopt=False)
        dynmetrics.adopt(registry)
        dynmetrics.register_engine_metrics_callback(endpoint, registry, auto_labels=False)
        endpoint.metrics.register_prometheus_expfmt_callback(lambda: "# TYPE trtllm_running gauge\\ntrtllm_running 3\\n")
        runtime.configure(text='[[rename]]\\nfrom = "vllm:*"\\nto = "engine_*"\\n'
            '[[rename]]\\nfrom = "trtllm_running"\\nto = "t_running"\\nkeep_old = false\\n'
            '[[drop]]\\nlabels = { model = "test-*" }\\n')
        page = runtime.scrape(self_metrics=False).decode()
        print("\\n".join(sorted(line for line in page.splitlines() if "running" in line and line[0] != "#")))
        """
    )
    assert done.stdout.splitlines() == [
        'engine_running{model="a"} 1.0',
        "t_running 3",
        'vllm:running{model="a"} 1.0',
    ], done.stderr


def test_what_makes_no_sense_is_refused_with_its_places_and_changes_nothing(tmp_path: Path) -> None:
    runtime, _ = made()
    runtime.configure(text=RENAME)
    before = page(runtime)
    file = tmp_path / "bad.toml"
    file.write_text('[[drop]]\nfamily = "*"\n[labels]\nzone = 1\n[limit]\n')

    with pytest.raises(dynmetrics.MetricsError) as caught:
        runtime.configure(file)
    first, second = str(caught.value).splitlines()
    assert first == f"{file}:4:8: the number 1 is no label value; write a string in quotes"
    assert second.startswith(f"{file}:5:1: there is no section 'limit'; there are [labels]")
    assert page(runtime) == before


@pytest.mark.parametrize("arguments", [{}, {"text": 1}, {"path": 1}])
def test_wrong_arguments(arguments: dict[str, object]) -> None:
    runtime, _ = made()
    with pytest.raises((dynmetrics.MetricsError, TypeError)):
        runtime.configure(**arguments)  # type: ignore[arg-type]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    runtime, _ = made()
    with pytest.raises(OSError, match=r"nothing\.toml"):
        runtime.configure(tmp_path / "nothing.toml")


def test_a_bad_file_of_the_environment_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "metrics.toml"
    file.write_text(RENAME + "rubbish\n[labels]\nzone = 'a'\n")
    monkeypatch.setenv("DYN_METRICS_CONFIG", str(file))
    runtime, _ = made()
    assert '\nx_total{worker_id="1",zone="a"} 0\n' in page(runtime)


@pytest.mark.parametrize("seed", range(100))
def test_strings_and_numbers_are_those_that_tomllib_reads(seed: int) -> None:
    tomllib = pytest.importorskip("tomllib")
    chance = random.Random(seed)
    pieces = [*"aZ0 _-#=[]{},.'é😀\t", "\\\\", '\\"', "\\n", "\\t", "\\u00e4", "\\U0001F600"]
    basic = '"' + "".join(chance.choices(pieces, k=chance.randrange(12))) + '"'
    literal = "'" + "".join(chance.choices([*'a\\ "#é{'], k=chance.randrange(8))) + "'"
    numbers = sorted(
        {chance.choice([str, "{:.3e}".format, "{:_.2f}".format])(chance.uniform(0, 1e6)) for _ in range(4)},
        key=lambda s: float(s),
    )
    layout = chance.choice([", ", ",", " ,\n  # more\n ", ",\r\n"])
    text = f"""[labels]  # of all
a = {basic}
'b' = {literal}
[[buckets]]
family = "*"
bounds = [ {layout.join(numbers)}{chance.choice(["", ",", " "])}]
"""
    wanted = tomllib.loads(text)
    runtime = dynmetrics.DistributedRuntime(connection_id=1)
    runtime.configure(text=text)
    runtime.metrics.create_histogram("x", "X")
    lines = [line for line in page(runtime).splitlines() if "_bucket" in line]

    labels = dict(re.findall(r'(\w+)=("(?:[^"\\]|\\.)*")', lines[0]))
    assert {name: labels[name] for name in ("a", "b")} == {
        name: json.dumps(value, ensure_ascii=False).replace("\\t", "\t") for name, value in wanted["labels"].items()
    }
    bounds = [float(line.split('le="')[1].split('"')[0]) for line in lines[:-1]]
    assert bounds == wanted["buckets"][0]["bounds"]
