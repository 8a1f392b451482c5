"""What is measured, and what each figure is held against. Data; measure.py runs it, report.py shows it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

PEERS = {
    "ours": "dynmetrics",
    "prometheus_cpp": "prometheus-cpp",
    "rust_prometheus": "rust-prometheus",
    "client_golang": "client_golang",
    "victoria_metrics": "VictoriaMetrics/metrics",
    "prometheus_client": "prometheus_client",
    "floor": "floor",
}
"""Programs in the order of the columns, and what they are called."""

OTHERS = ("prometheus_cpp", "rust_prometheus", "client_golang", "victoria_metrics", "prometheus_client")


@dataclass(frozen=True)
class Row:
    """One line of the table.

    `measure` is how: "time" (nanoseconds), "instructions" (of one turn) or "memory" (bytes of one metric).
    `others` is the operation of the peers where it is not `operation`, which is ours and the floor's.
    `goal` bounds ours as a multiple of `against`: "best", a peer, "floor"; or, with "", by itself.
    """

    title: str
    measure: str
    operation: str
    count: int
    threads: int = 1
    goal: float | None = None
    against: str = ""
    others: str = ""

    def operation_of(self, peer: str) -> str:
        """Give the operation that `peer` is asked for."""
        return self.operation if peer in ("ours", "floor") or not self.others else self.others


def time(
    title: str, operation: str, count: int, threads: int, goal: float | None, against: str, others: str = ""
) -> Row:
    """Make a row of nanoseconds."""
    return Row(title, "time", operation, count, threads, goal, against, others)


SHORT = 131_072  # turns under callgrind: long enough that what differs between two starts does not show
WRITER_OBSERVE = "histogram_writer_observe"
MILLION = 1_000_000
# Most loops take a millisecond or two, so that on a machine with other work they often run undisturbed.
ROWS = [
    time("counter inc", "counter_inc", MILLION // 5, 1, 1.05, "best"),
    time("counter inc, 2 threads", "counter_inc", MILLION // 10, 2, 0.4, "best"),
    time("counter inc by a writer", "counter_writer_inc", MILLION, 1, 0.4, "best", "counter_inc"),
    time("counter inc by writers, 2 threads", "counter_writer_inc", MILLION // 10, 2, None, "best", "counter_inc"),
    time("counter inc_by(1)", "counter_inc_by", MILLION // 5, 1, None, "best"),
    time("integer counter inc", "intcounter_inc", MILLION // 5, 1, None, "best"),
    time("gauge set", "gauge_set", MILLION // 2, 1, 1.5, "floor"),
    time("histogram observe", "histogram_observe", MILLION // 10, 1, 0.6, "best"),
    time("histogram observe, 2 threads", "histogram_observe", MILLION // 50, 2, 0.25, "best"),
    time("histogram observe by a writer", WRITER_OBSERVE, MILLION // 5, 1, 0.3, "best", "histogram_observe"),
    time("lookup of 3 labels + inc", "lookup_inc", MILLION // 50, 1, 0.5, "rust_prometheus"),
    time("lookup of 3 labels + inc, 2 threads", "lookup_inc", MILLION // 250, 2, 0.25, "rust_prometheus"),
    time("Python counter.inc()", "python_inc", MILLION // 10, 1, 0.3, "prometheus_client"),
    time("Python histogram.observe(v)", "python_observe", MILLION // 10, 1, 0.3, "prometheus_client"),
    time("Python vec.labels(a, b, c).inc()", "python_lookup_inc", MILLION // 10, 1, 0.3, "prometheus_client"),
    Row("counter inc", "instructions", "counter_inc", SHORT, goal=20),
    Row("counter inc by a writer", "instructions", "counter_writer_inc", SHORT, others="counter_inc"),
    Row("counter inc_by(1)", "instructions", "counter_inc_by", SHORT),
    Row("integer counter inc", "instructions", "intcounter_inc", SHORT),
    Row("gauge set", "instructions", "gauge_set", SHORT),
    Row("histogram observe", "instructions", "histogram_observe", SHORT, goal=90),
    Row("histogram observe by a writer", "instructions", WRITER_OBSERVE, SHORT, others="histogram_observe"),
    Row("lookup of 3 labels + inc", "instructions", "lookup_inc", SHORT // 4),
    Row("the cell of a counter", "memory", "cell", 100_000, goal=32),
    Row("a counter with one label, of 100,000", "memory", "scalar", 100_000),
    Row("a histogram with one label, of 10,000", "memory", "histogram", 10_000),
    Row("more for each, once 64 threads observed all 10,000", "memory", "touched", 10_000),
    Row("Python: a counter with one label, of 100,000", "memory", "python_scalar", 100_000),
    Row("Python: a histogram with one label, of 10,000", "memory", "python_histogram", 10_000),
]

BOUNDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
VALUES = 8192
MODELS = ["meta-llama/Llama-3.1-8B-Instruct", "Qwen/Qwen3-32B", "mistralai/Mixtral-8x7B-v0.1", "gpt-oss-120b", "m"]
METHODS = ["generate", "chat_completions", "embeddings", "abort"]
CODES = ["200", "400", "429", "500", "503"]


def write_inputs(folder: Path) -> None:
    """Write what all programs read: bounds, values in an order that cannot be guessed, labels, and picks of them."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen = random.Random(13)
    edges = [0, *BOUNDS, 60]
    values = []
    for _ in range(VALUES):  # every bucket is as likely as the others
        bucket = chosen.randrange(len(edges) - 1)
        values.append(chosen.uniform(edges[bucket], edges[bucket + 1]))
    labels = [f"{model} {method} {code}" for model in MODELS for method in METHODS for code in CODES]
    picks = [chosen.randrange(len(labels)) for _ in range(VALUES)]
    for name, items in (("bounds", BOUNDS), ("values", values), ("labels", labels), ("picks", picks)):
        (folder / name).write_text("".join(f"{item}\n" for item in items))
