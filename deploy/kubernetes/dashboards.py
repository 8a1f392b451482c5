#!/usr/bin/env python3
"""The dashboards as ConfigMaps, for Grafana's sidecar: dashboards.py [NAMESPACE] | kubectl apply -f -

One for each file of deploy/grafana/dashboards: together they could be more than a ConfigMap holds.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "grafana" / "dashboards"


def config_map(path: Path, namespace: str = "") -> dict[str, object]:
    metadata: dict[str, object] = {
        "name": f"dynmetrics-dashboard-{path.stem}",
        "labels": {"grafana_dashboard": "1", "app.kubernetes.io/part-of": "dynmetrics"},
        "annotations": {"grafana_folder": "dynmetrics"},
    }
    if namespace:
        metadata["namespace"] = namespace
    # Without the spaces that are for readers of the file.
    text = json.dumps(json.loads(path.read_text()), separators=(",", ":"))
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {path.name: text}}


def main() -> None:
    namespace = sys.argv[1] if len(sys.argv) > 1 else ""
    items = [config_map(path, namespace) for path in sorted(FOLDER.glob("*.json"))]
    print(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, indent=1))


if __name__ == "__main__":
    main()
