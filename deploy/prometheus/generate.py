#!/usr/bin/env python3
"""Writes what is made of the rulebook and deploy/thresholds.json: rules, PrometheusRules and docs/runbook.md.

generate.py            writes them
generate.py --check    tells which are not as they should be; exit 1 when one is not
"""

from __future__ import annotations

import sys
from pathlib import Path

from rulebook import brokers, gpu, host, kvbm, records, serving, slo, watch
from rulebook.book import DEPLOY, Alert, Group, rules_of

RECORDS: list[Group] = [*records.GROUPS, slo.RECORDS]
ALERTS: list[Group] = [serving.GROUP, slo.GROUP, watch.GROUP, kvbm.GROUP, brokers.GROUP, gpu.GROUP, host.GROUP]
FILES = {"records": RECORDS, **{group.name: [group] for group in ALERTS}}
HEAD = "# Made by deploy/prometheus/generate.py from rulebook/ and thresholds.json: change those.\n"


def rules(groups: list[Group], indent: str = "  ") -> str:
    return "\n".join(line for group in groups for line in rules_of(group, indent))


def prometheus_rule(name: str, groups: list[Group]) -> str:
    return f"""---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: dynmetrics-{name}
  labels:
    app.kubernetes.io/part-of: dynmetrics
spec:
  groups:
{rules(groups, "    ")}
"""


def runbook() -> str:
    told = [
        "# Runbook",
        "",
        "One paragraph for each alert: what it means to users, and what to do. Marks stand in",
        "[deploy/thresholds.json](../deploy/thresholds.json); this page is made from the same rulebook as the rules.",
        "",
        "Severities escalate. `info` is silent: it is recorded and wakes nobody. `warning` tells a chat, and where its",
        "action is `degrade` the hook sheds load. `critical` pages, and where its action is `break` the hook takes the",
        "worker or the model out of service. A critical alert holds back the warning of the same name, a warning the",
        "silent one, and a target that is down everything else of its instance.",
    ]
    for group in ALERTS:
        told += ["", f"## {group.title}"]
        for alert in group.rules:
            if isinstance(alert, Alert):
                told += ["", f"### {alert.name}", "", alert.means, f"**Do**: {alert.act}", ""]
                told += ["| severity | after | when |", "|---|---|---|"]
                for stage in alert.stages():
                    when = " ".join(line.strip() for line in stage.expr.splitlines()).replace("|", "\\|")
                    action = f", {stage.action}" if stage.action != "none" else ""
                    told.append(f"| {stage.severity}{action} | {stage.minutes} min | `{when}` |")
    return "\n".join(told) + "\n"


def files() -> dict[Path, str]:
    made = {
        DEPLOY / "prometheus" / "rules" / f"{name}.yml": f"{HEAD}groups:\n{rules(groups)}\n"
        for name, groups in FILES.items()
    }
    made[DEPLOY / "kubernetes" / "prometheusrules.yml"] = HEAD + "".join(
        prometheus_rule(name, groups) for name, groups in FILES.items()
    )
    made[DEPLOY.parent / "docs" / "runbook.md"] = runbook()
    return made


def main() -> int:
    stale = [path for path, text in files().items() if not path.exists() or path.read_text() != text]
    for path in stale:
        print(path.relative_to(DEPLOY.parent))
    if "--check" in sys.argv:
        return 1 if stale else 0
    for path, text in files().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
