#!/usr/bin/env python3
"""What is deployed has the shape that its readers demand: compose, Kubernetes, Grafana, Tempo, Loki, the collector."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft7Validator, ValidationError

from servers import ROOT, of_this_system
from shapes import KINDS
from story import finish, test
from tap import skip

DEPLOY = ROOT / "deploy"
sys.path.insert(0, str(DEPLOY / "kubernetes"))
import dashboards  # noqa: E402

COMPOSE = DEPLOY / "compose.yml"
PORTS = {"demo-frontend": 8000, "demo-worker": 8081, "demo-kvbm": 6880, "nats-prometheus-exporter": 7777}
PORTS |= {"dcgm-exporter": 9401, "otel-collector": 4317, "grafana": 3000, "prometheus": 9090, "alertmanager": 9093}
SERVICES = PORTS.keys() | {"tempo", "loki", "nats-server", "etcd-server", "node-exporter", "hook"}


def against(schema: dict[str, Any], value: Any) -> list[str]:
    def where(error: ValidationError) -> str:
        return f"{'.'.join(map(str, error.absolute_path))}: {error.message[:300]}"

    return [where(error) for error in Draft7Validator(schema).iter_errors(value)]


def lint() -> None:
    rules = (
        "{extends: default, rules: {line-length: disable, document-start: disable, comments-indentation: disable,"
        " comments: {min-spaces-from-content: 1}, braces: {max-spaces-inside: 1}, truthy: {check-keys: false}}}"
    )
    done = subprocess.run([sys.executable, "-m", "yamllint", "-d", rules, DEPLOY], capture_output=True, text=True)
    test("yamllint has nothing against the YAML of deploy/", done.stdout.splitlines() if done.returncode else [])


def compose() -> None:
    whole = yaml.safe_load(COMPOSE.read_text())
    services = whole["services"]
    test("the stack has its services", SERVICES ^ services.keys())
    loose = [name for name, s in services.items() if "image" in s and ":" not in s["image"].rpartition("/")[2]]
    loose += [name for name, s in services.items() if s.get("image", "").endswith((":latest", ":main"))]
    test("every image is pinned", loose)
    published = {name: {p.split(":")[-1] for p in services[name].get("ports", [])} for name in PORTS}
    test("the ports are those that are known", [n for n, port in PORTS.items() if str(port) not in published[n]])
    test(
        "Prometheus finds the host", services["prometheus"].get("extra_hosts") != ["host.docker.internal:host-gateway"]
    )
    flags = " ".join(services["prometheus"]["command"])
    features = ("retention.time=", "retention.size=", "exemplar-storage", "native-histograms", "extra-scrape-metrics")
    test("retention and features are stated", [word for word in features if word not in flags])
    mounts = [
        volume.split(":")[0]
        for service in services.values()
        for volume in service.get("volumes", [])
        if volume.startswith("./")
    ]
    # The dashboards' own folder is made by their generator.
    test("what is mounted is there", [m for m in mounts if not (DEPLOY / m).exists() and "dashboards" not in m])
    test("the Dockerfile of the demo is there", not (DEPLOY / "demo" / "Dockerfile").exists())

    title = "the compose specification's schema takes it"
    if found := of_this_system("docker-compose", title):
        schema = next(found.parent.rglob("compose_spec.json"), None)
        if schema:
            test(title, against(json.loads(schema.read_text()), whole))
        else:
            skip(title, "this docker-compose comes without the schema as a file")
    title = "a Docker Compose 2 reads it, with every profile"
    if newest := os.environ.get("DOCKER_COMPOSE_BIN"):
        command = [Path(newest) / "docker-compose", "-f", COMPOSE, "--profile", "*", "config", "--quiet"]
        done = subprocess.run(command, capture_output=True, text=True)
        test(title, [done.stderr] if done.returncode or done.stderr else [])
    else:
        skip(title, "set DOCKER_COMPOSE_BIN to the folder of one")


def manifests() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted((DEPLOY / "kubernetes").glob("*.yml")):
        for document in yaml.safe_load_all(path.read_text()):
            yield path.name, document
    for path in sorted(dashboards.FOLDER.glob("*.json")):
        yield "dashboards.py", json.loads(json.dumps(dashboards.config_map(path)))


def kubernetes() -> None:
    found = list(manifests())
    wrong = [
        f"{name}: {document['metadata']['name']}: {error}"
        for name, document in found
        if document["kind"] in KINDS
        for error in against(KINDS[document["kind"]], document)
    ]
    test(f"{len(found)} Kubernetes objects have the shape of their kinds", wrong)
    unknown = {document["kind"] for _, document in found} - KINDS.keys() - {"Deployment"}
    test("no object is of a kind that nobody has looked at", unknown)
    names = [(d["kind"], d["metadata"]["name"]) for _, d in found]
    test("no two objects have one name", {name for name in names if names.count(name) > 1})

    pods = [d for _, d in found if d["kind"] == "PodMonitor"]
    enabled = {"nvidia.com/metrics-enabled": "true"}
    test("PodMonitors choose pods with metrics", [d for d in pods if d["spec"]["selector"]["matchLabels"] != enabled])
    monitors = [(d, *endpoint) for d in pods for endpoint in [(e,) for e in d["spec"]["podMetricsEndpoints"]]]
    monitors += [(d, e) for _, d in found if d["kind"] == "ServiceMonitor" for e in d["spec"]["endpoints"]]
    seconds = [(e["scrapeTimeout"], e["interval"]) for _, e in monitors]
    test("no time-out is longer than its interval", [p for p in seconds if int(p[0][:-1]) > int(p[1][:-1])])

    jobs = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())["scrape_configs"]
    intervals = {job["job_name"]: (job["scrape_interval"], job["scrape_timeout"], job["sample_limit"]) for job in jobs}
    told = {}
    for document, endpoint in monitors:
        job = next(r["replacement"] for r in endpoint["relabelings"] if r.get("targetLabel") == "job")
        told.setdefault(job, set()).add(
            (endpoint["interval"], endpoint["scrapeTimeout"], document["spec"]["sampleLimit"])
        )
    wrong = [f"{job}: {told.get(job)}, not {value}" for job, value in intervals.items() if told.get(job) != {value}]
    test("monitors have the jobs, intervals and limits of prometheus.yml", wrong)

    offered = {
        (labels.get("nvidia.com/dynamo-component-type"), port["name"])
        for _, d in found
        if d["kind"] == "Deployment"
        for labels in [d["spec"]["template"]["metadata"]["labels"]]
        if labels.get("nvidia.com/metrics-enabled") == "true"
        for container in d["spec"]["template"]["spec"]["containers"]
        for port in container["ports"]
    }
    chosen = {
        (kind, endpoint["port"])
        for d in pods
        for expression in d["spec"]["selector"]["matchExpressions"]
        for kind in expression["values"]
        for endpoint in d["spec"]["podMetricsEndpoints"]
    }
    test("the monitors find the ports of the example's pods", offered - chosen)
    hosts = [
        container["name"]
        for _, d in found
        if d["kind"] == "Deployment"
        for container in d["spec"]["template"]["spec"]["containers"]
        if not {e["name"] for e in container["env"]} & {"DYN_SYSTEM_HOST", "DYN_HTTP_HOST"}
        or not {e["name"] for e in container["env"]} & {"DYN_SYSTEM_PORT", "DYN_HTTP_PORT"}
    ]
    test("every example sets host and port", hosts)
    large = [d["metadata"]["name"] for _, d in found if d["kind"] == "ConfigMap" and len(json.dumps(d)) > 1_000_000]
    test("no ConfigMap is larger than Kubernetes takes", large)


def by_definition() -> None:
    title = "the operator's own definitions take the objects"
    folder = os.environ.get("DYNMETRICS_CRDS")
    if not folder:
        skip(title, "set DYNMETRICS_CRDS to a folder with them")
        return
    schemas = {
        crd["spec"]["names"]["kind"]: crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
        for path in Path(folder).glob("*.yaml")
        for crd in yaml.safe_load_all(path.read_text())
        if crd and crd.get("kind") == "CustomResourceDefinition"
    }
    objects = [d for _, d in manifests() if d["apiVersion"].startswith("monitoring.coreos.com")]
    wrong = [f"no definition of {d['kind']}" for d in objects if d["kind"] not in schemas]
    wrong += [error for d in objects if d["kind"] in schemas for error in against(schemas[d["kind"]], d)]
    test(title, wrong)


def grafana() -> None:
    folder = DEPLOY / "grafana" / "provisioning"
    sources = {
        s["uid"]: s for s in yaml.safe_load((folder / "datasources" / "datasources.yml").read_text())["datasources"]
    }
    test("the data sources are there", sources.keys() ^ {"prometheus", "tempo", "loki", "alertmanager"})
    tempo, prometheus = sources["tempo"]["jsonData"], sources["prometheus"]["jsonData"]
    links = {
        "an exemplar to its trace": [d["datasourceUid"] for d in prometheus["exemplarTraceIdDestinations"]]
        == ["tempo"],
        "a trace to the service map": tempo["serviceMap"]["datasourceUid"] == "prometheus",
        "a trace to its metrics": tempo["tracesToMetrics"]["datasourceUid"] == "prometheus",
        "a trace to its logs": tempo["tracesToLogsV2"]["datasourceUid"] == "loki",
        "a line to its trace": {d["datasourceUid"] for d in sources["loki"]["jsonData"]["derivedFields"]} == {"tempo"},
        "nodeGraph and search": tempo["nodeGraph"]["enabled"] and not tempo["search"]["hide"],
    }
    test("each data source leads to the others", [name for name, holds in links.items() if not holds])
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    nowhere = [s["url"] for s in sources.values() if s["url"].split("//")[1].split(":")[0] not in services]
    test("they are services of the stack", nowhere)
    (provider,) = yaml.safe_load((folder / "dashboards" / "dashboards.yml").read_text())["providers"]
    mounts = {v.split(":")[1] for v in services["grafana"]["volumes"]}
    test(
        "the dashboards' folder is mounted and reloaded",
        provider["options"]["path"] not in mounts or not provider["updateIntervalSeconds"],
    )
    points = yaml.safe_load((folder / "alerting" / "contact-points.yml").read_text())
    kinds = {r["type"] for point in points["contactPoints"] for r in point["receivers"]}
    test("there are contact points for webhook, mail and chat", {"webhook", "email", "slack"} - kinds)
    uids = [r["uid"] for point in points["contactPoints"] for r in point["receivers"]]
    named = {point["name"] for point in points["contactPoints"]}
    used = {p["receiver"] for p in points["policies"]} | {
        r["receiver"] for p in points["policies"] for r in p["routes"]
    }
    test("each has one uid, and policies name what exists", used - named or len(uids) != len(set(uids)))


def pipelines() -> None:
    collector = yaml.safe_load((DEPLOY / "otel" / "collector.yml").read_text())
    wrong = [
        f"{name}: {part}"
        for name, pipeline in collector["service"]["pipelines"].items()
        for kind in ("receivers", "processors", "exporters")
        for part in pipeline[kind]
        if part not in collector[kind]
    ]
    test("the collector's pipelines are of parts that exist", wrong)
    test(
        "it has one for traces, logs and metrics",
        collector["service"]["pipelines"].keys() ^ {"traces", "logs", "metrics"},
    )
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    addresses = [e["endpoint"].split("//")[-1].split(":")[0] for e in collector["exporters"].values()]
    tempo = yaml.safe_load((DEPLOY / "tempo" / "tempo.yml").read_text())
    addresses += [w["url"].split("//")[1].split(":")[0] for w in tempo["metrics_generator"]["storage"]["remote_write"]]
    test("what they write to is in the stack", set(addresses) - services.keys())
    processors = tempo["overrides"]["defaults"]["metrics_generator"]["processors"]
    test("Tempo makes metrics of spans and of services", {"service-graphs", "span-metrics"} - set(processors))
    loki = yaml.safe_load((DEPLOY / "loki" / "loki.yml").read_text())["limits_config"]
    test("Loki keeps trace ids beside the lines", loki["allow_structured_metadata"] is not True)


lint()
compose()
kubernetes()
by_definition()
grafana()
pipelines()
finish()
