"""What Dynamo's functions, or ours in their place, say of given registries. A program: the module's names come first.

    python dynamo_peer.py FIXTURES MODULE…     prints JSON: signatures, and what each case gives

Run once with the interpreter that has ai-dynamo and once with ours; a test compares.
"""

import contextlib
import enum
import importlib
import inspect
import json
import logging
import os
import sys
import tempfile
from pathlib import Path

from prometheus_client import CollectorRegistry, multiprocess
from prometheus_client.parser import text_string_to_metric_families

IS_PROGRAM = __name__ == "__main__"  # else a test takes the stand-ins for Dynamo's objects
FIXTURES = Path(sys.argv[1]) if IS_PROGRAM else Path()
MODULES = [importlib.import_module(name) for name in sys.argv[2:]] if IS_PROGRAM else []
NAMES = {name: value for module in reversed(MODULES) for name, value in vars(module).items()}
for module in MODULES:  # those that come late
    NAMES.update({name: getattr(module, name) for name in getattr(module, "__all__", ())})


def signature(value):
    """Names, kinds and defaults; annotations may be spelled in more than one way."""
    if inspect.isclass(value) and issubclass(value, enum.Enum):
        return {member.name: str(member.value) for member in value}
    if not callable(value):
        return repr(value)
    return [[p.name, p.kind.name, repr(p.default)] for p in inspect.signature(value).parameters.values()]


def signatures():
    """Those of every public name of Dynamo's modules, methods included."""
    found = {}
    for name, value in NAMES.items():
        own = getattr(value, "__module__", None) in {module.__name__ for module in MODULES} or name.isupper()
        own = own or str(getattr(value, "__module__", "")).startswith("dynmetrics.dynamo")
        if name.startswith("_") or inspect.ismodule(value) or not own or name == "TYPE_CHECKING":
            continue
        found[name] = signature(value)
        if inspect.isclass(value) and not issubclass(value, enum.Enum):
            for method, function in vars(value).items():
                if inspect.isfunction(function) and not method.startswith("_"):
                    found[f"{name}.{method}"] = signature(function)
    return found


class Page:
    """A collector of what stands on a page."""

    def __init__(self, path):
        self.path = path

    def collect(self):
        yield from text_string_to_metric_families(self.path.read_text())


def registries():
    """An engine's metrics each: recorded pages, and multiprocess directories."""
    for path in sorted(FIXTURES.glob("engines/*/*/exposition.txt")):
        registry = CollectorRegistry()
        registry.register(Page(path))
        yield f"{path.parent.parent.name}/{path.parent.name}", registry
    for path in sorted(FIXTURES.glob("engines/*/*/db")):
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry, str(path))
        yield f"{path.parent.parent.name}/{path.parent.name}/db", registry


OPTIONS = (
    (None, None, None),
    (["vllm:", "lmcache:"], None, None),
    (["sglang:"], None, {"zone": "a", "model_name": "never"}),
    (["trtllm_"], ["trtllm_request"], {"dynamo_namespace": "prod-ns"}),
    (None, ["python_", "process_"], {"zone": 'a"\\\n'}),
    (["vllm:"], ["vllm:request_"], {"aaa": "1", "zzz": "2"}),
    (["nothing_of_this"], None, {"zone": "a"}),
    ([], [], {}),
    (None, None, {"le": "1"}),
)


def texts():
    """What get_prometheus_expfmt, get_prometheus_typed and a registered endpoint's callbacks say."""
    found = {}
    for name, registry in registries():
        for number, (include, exclude, labels) in enumerate(OPTIONS):
            found[f"{name} {number} text"] = NAMES["get_prometheus_expfmt"](registry, include, exclude, labels)
            if labels != {"le": "1"}:  # raises there
                found[f"{name} {number} typed"] = repr(
                    NAMES["get_prometheus_typed"](registry, include, exclude, labels)
                )
    return found


class Metrics:
    """An endpoint's, as far as these functions use them."""

    auto_labels = {"dynamo_namespace": "prod", "model": "m"}  # noqa: RUF012

    def __init__(self):
        self.told = []

    def register_prometheus_expfmt_callback(self, fn):
        self.told.append(fn)

    register_prometheus_typed_callback = register_prometheus_expfmt_callback


class Endpoint:
    """Dynamo's, as far as these functions use it."""

    def __init__(self):
        self.metrics = Metrics()

    def connection_id(self):
        return 0xABC


class Cache:
    """Stats that rise, and once fall back."""

    steps = ((0, 0, 0), (3, 1, 0), (3, 1, 0), (1, 0, 0), (2, 5, 2))

    def __init__(self):
        self.step = 0

    @property
    def stats(self):
        hits, misses, evictions = self.steps[self.step]
        return {
            "hits": hits,
            "misses": misses,
            "evictions": evictions,
            "utilization": hits / 10,
            "current_bytes": 100 * misses,
            "entries": misses,
        }


class Loader:
    """An image loader with a shared cache."""

    cache_entries = 4

    def __init__(self, pending):
        self.pending = pending
        self.shared_image_cache_stats = None if pending is None else self

    def snapshot_and_drain(self):
        drained, self.pending = self.pending, {}
        return drained


def without_times(text):
    """Creation times differ from run to run."""
    return "\n".join(line for line in text.split("\n") if "_created" not in line)


def caches():
    """What the two caches show, scrape for scrape; text and typed take turns."""
    endpoint, cache = Endpoint(), Cache()
    NAMES["register_embedding_cache_metrics"](endpoint, cache, "m", "encode")
    text, typed = endpoint.metrics.told
    found = []
    for step in range(len(cache.steps)):
        cache.step = step
        found.append(without_times(text()))
        found.append([[f[0], f[2], [s[:3] for s in f[4] if "_created" not in s[0]]] for f in typed()])
    for pending in (None, {("get", "hit", "1-2MB"): [0.003, 0.5], ("set", "ok", "1-2MB"): [9]}):
        endpoint = Endpoint()
        NAMES["register_image_loader_metrics"](endpoint, Loader(pending), component_name="encode")
        text, typed = endpoint.metrics.told
        found += [without_times(text()), without_times(text())]
        found.append([f[:4] for f in typed()])
    return found


def engines():
    """What stands on an endpoint, by each way that there is to register an engine."""
    found = {}
    (name, registry), *_ = [*registries()] or [("none", CollectorRegistry())]
    for key, keywords in {
        "plain": {},
        "labels": {"namespace_name": "prod-ns", "component_name": "b", "model_name": "m"},
        "half": {"namespace_name": "prod"},
        "custom": {
            "namespace_name": "p",
            "component_name": "b",
            "endpoint_name": "e",
            "inject_custom_labels": {"dynamo_namespace": "no", "zone": "a"},
        },
    }.items():
        endpoint = Endpoint()
        NAMES["register_engine_metrics_callback"](endpoint, registry, **keywords)
        found[f"{name} {key}"] = [repr(told()) for told in endpoint.metrics.told]
    metrics = Metrics()
    NAMES["register_engine_registry"](metrics, registry, exclude_prefixes=["python_"])
    found["engine registry"] = [repr(told()) for told in metrics.told]
    found["gather"] = NAMES["gather_with_labels"](registry, {"zone": "a"}, prefix_filters=["vllm:"])
    backend = CollectorRegistry()
    gauges = NAMES["LLMBackendMetrics"](backend, "m", component_name="c")
    gauges.set_total_blocks("0", 7), gauges.set_gpu_cache_usage("0", 0.5)
    gauges.set_kv_cache_hit_rate("1", 0.25), gauges.set_model_load_time(12.5)
    found["gauges"] = [[f.name, f.type, [(s.name, s.labels, s.value) for s in f.samples]] for f in backend.collect()]
    return found


def global_registry():
    """How many callbacks there are, for each state of the directory."""
    found = {}
    for key, only in {"one": None, "two": ["lmcache:"]}.items():
        for refused in (False, True):
            with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as after:
                os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
                after.callback(os.environ.pop, "PROMETHEUS_MULTIPROC_DIR")
                original = multiprocess.MultiProcessCollector
                calls = []

                def collector(registry, refused=refused, calls=calls):
                    calls.append(registry)
                    if refused and len(calls) == 1:
                        raise ValueError("Duplicated timeseries")

                multiprocess.MultiProcessCollector = collector
                after.callback(setattr, multiprocess, "MultiProcessCollector", original)
                metrics = Metrics()
                NAMES["register_global_registry"](metrics, engine_prefix="vllm:", multiproc_only_prefixes=only)
                found[f"{key} refused={refused}"] = len(metrics.told)
    return found


if IS_PROGRAM:
    logging.disable()
    print(json.dumps([signatures(), texts(), engines(), caches(), global_registry()]))
