"""Does an adopted registry do what a plain one does? Random operations on both, and their pages compared.

    python differential.py [STEPS [SEED]]

The plain twin lives in a copy of prometheus_client of its own, which nobody patches. Prints TAP.
"""

from __future__ import annotations

import gc
import importlib
import random
import sys
import threading
import time
from types import ModuleType
from typing import Any

clock = [1.7e9]
time.time = lambda: clock[0]  # creation times and exemplars are compared too


def fresh_client() -> ModuleType:
    for name in [n for n in sys.modules if n.split(".")[0] == "prometheus_client"]:
        del sys.modules[name]
    client = importlib.import_module("prometheus_client")
    for part in ("core", "metrics", "values", "openmetrics.exposition"):
        importlib.import_module("prometheus_client." + part)
    client.open_metrics = sys.modules["prometheus_client.openmetrics.exposition"].generate_latest  # type: ignore[attr-defined]
    client.of_metrics = sys.modules["prometheus_client.metrics"]  # type: ignore[attr-defined]
    return client


PLAIN, OURS = fresh_client(), fresh_client()

import dynmetrics  # noqa: E402  after the copies: it imports the second one, late

VALUES = ["", "a", "b", 'q"uote', "back\\slash", "new\nline", "ünïcode", "tab\tand\rreturn", " blank ", "le", "0.5"]
AMOUNTS: list[Any] = [0, 1, 2, 7, 0.1, 0.25, 1 / 3, 1e-9, 1e6, 123456789, 1.5e17, float("inf"), True]
NEVER: list[Any] = [-1, -0.5, "3", None, float("nan")]
FILTERS: list[dict[str, Any]] = [
    {},
    {"metric_prefix_filters": ["vllm:"]},
    {"exclude_prefixes": ["vllm:h", "own_g"], "inject_custom_labels": {"zone": "z", "a": "lost", "m": "x"}},
    {"metric_prefix_filters": ["vllm:", "own_c"], "add_prefix": "trt_"},
    {"metric_prefix_filters": ["vllm:h1_bucket", "own_s1_sum", "own_c2_created"]},
]


class Custom:
    """A collector that can only be collected."""

    def __init__(self, client: ModuleType, name: str) -> None:
        self.client, self.name, self.value = client, name, 1.0

    def collect(self) -> Any:
        yield self.client.core.GaugeMetricFamily(self.name, "custom", self.value)


class Twins:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.clients = (PLAIN, OURS)
        self.registries = tuple(client.CollectorRegistry() for client in self.clients)
        self.metrics: dict[str, tuple[Any, Any]] = {}
        self.children: list[tuple[Any, Any]] = []
        self.gone: list[tuple[Any, Any]] = []
        self.next = 0
        self.runtimes = tuple(dynmetrics.DistributedRuntime(connection_id=7) for _ in self.clients)
        self.pages: list[tuple[Any, Any]] = []
        for number, options in enumerate(FILTERS):
            nodes = [rt.namespace(f"n{number}").component("c").endpoint("e") for rt in self.runtimes]
            for node, registry, adopt in zip(nodes, self.registries, (False, True)):
                dynmetrics.register_engine_metrics_callback(node, registry, **options, adopt=adopt)
            self.pages.append(tuple(nodes))
        self.foreign = 0

    # ---- operations ----

    def both(self, call: Any, *pairs: Any) -> tuple[Any, Any]:
        """Call `call` with one of each pair, then the other; outcomes must be alike."""
        results = []
        for side in (0, 1):
            try:
                results.append((None, call(*(pair[side] for pair in pairs))))
            except Exception as error:
                results.append((error, None))
        errors = [type(error).__name__ for error, _ in results]
        assert errors[0] == errors[1], results
        return results[0][1], results[1][1]

    def make(self) -> None:
        kind = self.random.choice(["Counter", "Gauge", "Summary", "Histogram", "Counter", "Histogram", "Info", "Enum"])
        self.next += 1
        prefix = self.random.choice(["vllm:", "own_"])
        name = f"{prefix}{kind[0].lower()}{self.next % 40}"
        labels = self.random.choice([(), (), ("a",), ("m", "a"), ("z", "le") if kind == "Gauge" else ("z", "b")])
        options: dict[str, Any] = {}
        if kind == "Histogram" and self.random.random() < 0.7:
            options["buckets"] = self.random.choice([(1, 2, 3), (-1, 0, 1), (0.1, 0.1, 1e6, 1e7), (0.5, float("inf"))])
        if kind == "Enum":
            options["states"] = ["on", "off"]
        if kind == "Gauge" and self.random.random() < 0.2:
            options["multiprocess_mode"] = "mostrecent"
        help_text = self.random.choice(["help", "", "two\nlines \\ \"quoted\"", " blanks  "])

        def create(client: ModuleType, registry: Any) -> Any:
            return getattr(client, kind)(name, help_text, labels, registry=registry, **options)

        made = self.both(create, self.clients, self.registries)
        if made[0] is not None:
            self.metrics[name] = made
            if not labels:
                self.children.append(made)

    def child(self) -> None:
        metric = self.any_metric()
        values = [self.random.choice(VALUES) for _ in metric[0]._labelnames]
        if self.random.random() < 0.1:
            values = values[1:]
        if self.random.random() < 0.4:
            named = dict(zip(metric[0]._labelnames, values))
            made = self.both(lambda m: m.labels(**named), metric)
        else:
            made = self.both(lambda m: m.labels(*values), metric)
        if made[0] is not None:
            self.children.append(made)

    def any_metric(self) -> tuple[Any, Any]:
        return self.random.choice(list(self.metrics.values()))

    def update(self) -> None:
        pair = self.random.choice(self.children if self.random.random() < 0.9 or not self.gone else self.gone)
        amount = self.random.choice(AMOUNTS if self.random.random() < 0.97 else NEVER)
        chance = self.random.random()
        kind = type(pair[0]).__name__
        if kind == "Counter":
            if chance < 0.3:
                self.both(lambda m: m.inc(), pair)
            elif chance < 0.9:
                self.both(lambda m: m.inc(amount), pair)
            elif chance < 0.97:
                self.both(lambda m: m.inc(amount, {"trace": f"t{amount}"}), pair)
            else:
                self.both(lambda m: m.reset(), pair)
        elif kind == "Gauge":
            if chance < 0.4:
                self.both(lambda m: m.set(amount), pair)
            elif chance < 0.7:
                self.both(lambda m: m.inc(amount), pair)
            elif chance < 0.99:
                self.both(lambda m: m.dec(amount=amount), pair)
            else:
                self.both(lambda m: m.set_function(lambda: 42), pair)
        elif kind == "Summary":
            self.both(lambda m: m.observe(amount), pair)
        elif kind == "Histogram":
            exemplar = {"trace": "x"} if chance < 0.1 else None
            self.both(lambda m: m.observe(amount, exemplar) if exemplar else m.observe(amount), pair)
        elif kind == "Info":
            self.both(lambda m: m.info({"version": str(amount)}), pair)
        else:
            self.both(lambda m: m.state(["on", "off"][amount == 1]), pair)

    def poke(self) -> None:
        pair = self.random.choice(self.children)
        kind = type(pair[0]).__name__
        amount = self.random.choice([1, 2, 0.5, -3, 0])
        if kind in ("Counter", "Gauge"):
            pokes = [
                lambda m: m._value.set(float(amount)),
                lambda m: m._value.inc(amount),
                lambda m: setattr(m._value, "_value", float(amount)),
            ]
            self.both(self.random.choice(pokes), pair)
            read = self.both(lambda m: (m._value.get(), m._value._value), pair)
            assert repr(read[0]) == repr(read[1]) or [float(x) for x in read[0]] == [float(x) for x in read[1]], read
        elif kind == "Histogram":
            place = self.random.randrange(len(pair[0]._buckets))
            self.both(lambda m: (m._sum.inc(amount), m._buckets[place].inc(abs(amount) if amount != 0 else -1)), pair)
        elif kind == "Summary":
            self.both(lambda m: (m._sum.inc(amount), m._count.inc(amount)), pair)

    def remove(self) -> None:
        metric = self.any_metric()
        values = [self.random.choice(VALUES) for _ in metric[0]._labelnames]
        if metric[0]._labelnames and metric[0]._metrics and self.random.random() < 0.8:
            values = list(self.random.choice(list(metric[0]._metrics)))
        chance = self.random.random()
        if chance < 0.7:
            self.both(lambda m: m.remove(*values), metric)
        elif chance < 0.85 and hasattr(metric[0], "remove_by_labels"):
            some = dict(list(zip(metric[0]._labelnames, values))[:1])
            self.both(lambda m: m.remove_by_labels(some), metric)
        elif chance < 0.9:
            self.both(lambda m: m.clear(), metric)
        kept = []
        for pair in self.children:
            parents = [m for m in self.metrics.values() if type(m[0]) is type(pair[0]) and m[0]._name == pair[0]._name]
            lives = not pair[0]._labelvalues or any(m[0]._metrics.get(pair[0]._labelvalues) is pair[0] for m in parents)
            (kept if lives else self.gone).append(pair)
        self.children = kept
        del self.gone[:-20]

    def leave(self) -> None:
        name = self.random.choice(list(self.metrics))
        pair = self.metrics[name]
        self.both(lambda r, m: r.unregister(m), self.registries, pair)
        if self.random.random() < 0.5:
            self.both(lambda r, m: r.register(m), self.registries, pair)
            return
        del self.metrics[name]
        self.gone += [p for p in self.children if p[0] is pair[0] or p[0]._name == pair[0]._name]
        self.children = [p for p in self.children if p[0] is not pair[0] and p[0]._name != pair[0]._name]

    def around(self) -> None:
        """What a registry has beside metrics."""
        chance = self.random.random()
        if chance < 0.3:
            self.foreign += 1
            name = f"own_custom{self.foreign}"
            made = tuple(Custom(client, name) for client in self.clients)
            self.both(lambda r, c: r.register(c), self.registries, made)
            self.check()
            self.both(lambda r, c: r.unregister(c), self.registries, made)
        elif chance < 0.5:
            target = self.random.choice([{"service": "x"}, None])
            self.both(lambda r: r.set_target_info(target), self.registries)
        elif chance < 0.8 and hasattr(PLAIN, "disable_created_metrics"):
            word = self.random.choice(["disable_created_metrics", "enable_created_metrics", "enable_created_metrics"])
            self.both(lambda client: getattr(client, word)(), self.clients)
        else:
            gc.collect()

    def threads(self) -> None:
        """Four threads at once; whole numbers, whose sum knows no order."""
        pairs = [p for p in self.children if type(p[0]).__name__ in ("Counter", "Histogram", "Summary")][:8]
        if not pairs:
            return
        plans = [[(self.random.choice(pairs), self.random.randrange(5)) for _ in range(50)] for _ in range(4)]

        def work(plan: Any, side: int) -> None:
            for pair, amount in plan:
                metric = pair[side]
                metric.inc(amount) if hasattr(metric, "inc") else metric.observe(amount)

        if any(self.is_fractional(p[0]) for p in pairs):
            return
        workers = [threading.Thread(target=work, args=(plan, side)) for plan in plans for side in (0, 1)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    @staticmethod
    def is_fractional(metric: Any) -> bool:
        value = (metric._value if hasattr(metric, "_value") else metric._sum).get()
        return value != value or abs(value) > 2**50 or value != int(value)

    def step(self) -> None:
        clock[0] += self.random.choice([0, 0, 1, 0.125])
        chance = self.random.random()
        if len(self.metrics) < 5 or not self.children or (chance < 0.01 and len(self.metrics) < 60):
            self.make()
        elif chance < 0.12:
            self.child()
        elif chance < 0.90:
            self.update()
        elif chance < 0.94:
            self.poke()
        elif chance < 0.985:
            self.remove()
        elif chance < 0.990:
            self.leave()
        elif chance < 0.996:
            self.around()
        else:
            self.threads()

    # ---- comparing ----

    def check(self) -> None:
        latest = [client.generate_latest(registry) for client, registry in zip(self.clients, self.registries)]
        assert latest[0] == latest[1], difference(*latest)
        latest = self.both(lambda client, registry: client.open_metrics(registry), self.clients, self.registries)
        assert latest[0] == latest[1], difference(*latest)
        for nodes in self.pages:
            for form in ("text", "openmetrics"):
                pages = [node.scrape(form) for node in nodes]
                assert blocks(pages[0]) == blocks(pages[1]), difference(*pages)


def blocks(page: bytes) -> dict[str, list[str]]:
    """The lines of each family; their order on the page may differ where some are not adopted."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in page.decode().split("\n"):
        if line.startswith(("# HELP ", "# TYPE ")):
            name = line.split(" ")[2]
        elif not line.startswith(name) or not name:
            name = line.split("{")[0].split(" ")[0]  # nobody said what it is
        found.setdefault(name, []).append(line)
    found.pop("", None)
    return {name: [line for line in lines if line not in ("", "# EOF")] for name, lines in found.items()}


def difference(plain: bytes, ours: bytes) -> str:
    families = [blocks(page) for page in (plain, ours)]
    for name in families[0]:
        if families[0][name] != families[1].get(name):
            return f"{name}: plain {families[0][name]}, ours {families[1].get(name)}"
    lines = [set(page.decode().split("\n")) for page in (plain, ours)]
    return f"plain only: {sorted(lines[0] - lines[1])[:5]}, ours only: {sorted(lines[1] - lines[0])[:5]}"


def main() -> None:
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    print(f"# prometheus_client from {OURS.__file__}, seed {seed}", flush=True)
    done = 0
    rounds = 0
    while done < steps:
        twins = Twins(seed + rounds)
        rounds += 1
        for step in range(min(2000, steps - done)):
            twins.step()
            if step % 100 == 99:
                twins.check()
        done += min(2000, steps - done)
        twins.check()
    assert OURS.of_metrics.values.ValueClass.__module__ == "dynmetrics._native", "nothing was adopted"
    assert PLAIN.of_metrics.values.ValueClass.__name__ == "MutexValue", "the twin is not plain"
    print(f"ok 1 - {done} random operations leave the same pages")


if __name__ == "__main__":
    main()
