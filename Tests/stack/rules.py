#!/usr/bin/env python3
"""The rules: what is made of the rulebook is not stale, promtool likes it, each alert fires, not too early, and ends.

One test for each alert. Its series go past the warning mark, past the critical one and back (rulebook/proofs.py);
promtool evaluates the shipped rule files over them.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from servers import ROOT, of_this_system
from story import finish, test

PROMETHEUS = ROOT / "deploy" / "prometheus"
sys.path.insert(0, str(PROMETHEUS))
from rulebook import proofs  # noqa: E402
from rulebook.book import MARKS, Alert, Record  # noqa: E402

import generate  # noqa: E402

HOLE = re.compile(r"^ |  | $| [.,;]|<|%!|\bNaN\b|\bof does\b|\{\{")  # an empty label, an error of the template
TITLE = "promtool proves the alerts"
ALERTS = [rule for group in generate.ALERTS for rule in group.rules if isinstance(rule, Alert)]
RECORDS = [rule for group in generate.RECORDS for rule in group.rules if isinstance(rule, Record)]


def promtool(program: Path, *arguments: str | Path) -> tuple[int, str]:
    done = subprocess.run([program / "promtool", *arguments], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def static() -> None:
    made = generate.files().items()
    stale = [path.relative_to(ROOT) for path, text in made if not path.exists() or path.read_text() != text]
    test("what is made of the rulebook is as it should be: python3 deploy/prometheus/generate.py", stale)

    names = [alert.name for alert in ALERTS]
    test("an alert has one name, and one paragraph in the runbook", {name for name in names if names.count(name) > 1})
    anchors = set(re.findall(r"^### (\w+)$", (ROOT / "docs" / "runbook.md").read_text(), re.M))
    linked = {
        name
        for path in (PROMETHEUS / "rules").glob("*.yml")
        for name in re.findall(r"- alert: (\w+)", path.read_text())
    }
    test("every alert of the rule files has its paragraph", linked ^ anchors)
    urls = {
        (name, url)
        for path in (PROMETHEUS / "rules").glob("*.yml")
        for name, url in re.findall(r"- alert: (\w+)[\s\S]*?runbook_url: \S+#(\S+)", path.read_text())
    }
    test("the link of every alert leads to its own paragraph", [pair for pair in urls if pair[0].lower() != pair[1]])
    unused = set(MARKS) - {alert.mark for alert in ALERTS} - {"slo"}
    test("every threshold is the mark of an alert", unused)
    lone = [a.name for a in ALERTS if a.page and "critical" not in {s.severity for s in a.stages()} and not a.steps]
    test("an alert that pages has a warning and a critical mark", lone)
    wild = [
        alert.name
        for alert in ALERTS
        for stage in alert.stages()
        if (stage.action == "break") != (stage.severity == "critical" and stage.action != "none")
    ]
    test("only what is critical breaks, only a warning degrades", wild)


def proven(program: Path) -> None:
    rules = sorted((PROMETHEUS / "rules").glob("*.yml"))
    status, said = promtool(program, "check", "rules", *rules)
    test("promtool has nothing against the rules", [said] if status else [])
    with tempfile.TemporaryDirectory() as folder:

        def run(alert: Alert) -> tuple[int, str]:
            rule_file, proof = Path(folder) / f"{alert.name}.rules.yml", Path(folder) / f"{alert.name}.yml"
            rule_file.write_text(proofs.alone(alert, RECORDS))
            proof.write_text(proofs.tests_of(alert, str(rule_file)))
            return promtool(program, "test", "rules", proof)

        def texts_of(alert: Alert) -> list[str]:
            """Of the alerts that fire: promtool tells them when it is made to expect none."""
            proof = Path(folder) / f"{alert.name}.texts.yml"
            proof.write_text(proofs.texts_of(alert, str(Path(folder) / f"{alert.name}.rules.yml")))
            said = promtool(program, "test", "rules", proof)[1]
            return re.findall(r'(?:summary|description)="((?:[^"\\]|\\.)*)"', said.partition("got:")[2])

        with ThreadPoolExecutor(4) as pool:
            results = list(pool.map(run, ALERTS))
        with ThreadPoolExecutor(4) as pool:
            texts = list(pool.map(texts_of, ALERTS))
    for alert, (status, said) in zip(ALERTS, results):
        test(f"{alert.name} fires past its marks, not too early, and ends", [said] if status else [])
    test("promtool shows the texts of every alert that fires", [a.name for a, found in zip(ALERTS, texts) if not found])
    holes = {text for found in texts for text in found if HOLE.search(text)}
    test("no text of an alert has a hole where a label or a value should be", holes)


static()
if found := of_this_system("prometheus", TITLE):
    proven(found)
finish()
