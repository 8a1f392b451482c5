"""How the dashboards ask Prometheus: rates that fit the scrape interval, quantiles over all instances.

Every histogram is asked for in both of its shapes, `classic or native`: a server that keeps only native buckets has no
`_bucket`, `_sum` and `_count`, one without native histograms has nothing under the plain name, so one side is empty.
Where both are kept (`always_scrape_classic_histograms`) the classic side is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

WINDOW = "$__rate_interval"  # Grafana makes it four scrapes or more

# `|` behind a variable lets a series without that label pass: a frontend need not have a namespace.
FRONTEND = 'model=~"$model|", dynamo_namespace=~"$namespace|"'
WORKER = 'dynamo_namespace=~"$namespace|", dynamo_component=~"$component|", model=~"$model|"'
NAMESPACE = 'dynamo_namespace=~"$namespace|"'


@dataclass(frozen=True)
class Query:
    expr: str
    legend: str = ""
    instant: bool = False


def series(name: str, labels: str = "") -> str:
    return f"{name}{{{labels}}}" if labels else name


def _by(by: str) -> str:
    return f"sum by ({by}) " if by else "sum"


def total(name: str, labels: str = "", by: str = "") -> str:
    """A gauge, added up."""
    return f"{_by(by)}({series(name, labels)})"


def rate(name: str, labels: str = "", by: str = "") -> str:
    """A counter's rate per second, added up."""
    return f"{_by(by)}(rate({series(name, labels)}[{WINDOW}]))"


def increase(name: str, labels: str = "", by: str = "", window: str = "$__range") -> str:
    return f"{_by(by)}(increase({series(name, labels)}[{window}]))"


def quantile(q: float, histogram: str, labels: str = "", by: str = "", window: str = WINDOW) -> str:
    buckets = f"sum by ({f'{by}, ' if by else ''}le) (rate({series(histogram + '_bucket', labels)}[{window}]))"
    native = f"{_by(by)}(rate({series(histogram, labels)}[{window}]))"
    return f"histogram_quantile({q}, {buckets}) or histogram_quantile({q}, {native})"


def _of(part: str, histogram: str, labels: str, by: str, call: str, window: str) -> tuple[str, str]:
    classic = f"{_by(by)}({call}({series(f'{histogram}_{part}', labels)}[{window}]))"
    return classic, f"histogram_{part}({_by(by)}({call}({series(histogram, labels)}[{window}])))"


def sums(histogram: str, labels: str = "", by: str = "", call: str = "rate", window: str = WINDOW) -> str:
    """What a histogram's observations add up to: per second, or with `increase` over the whole range."""
    return " or ".join(_of("sum", histogram, labels, by, call, window))


def counts(histogram: str, labels: str = "", by: str = "", call: str = "rate", window: str = WINDOW) -> str:
    return " or ".join(_of("count", histogram, labels, by, call, window))


def mean(histogram: str, labels: str = "", by: str = "", call: str = "rate", window: str = WINDOW) -> str:
    """The average of what was observed in the window, not since the process began. No value while nothing was."""
    (sum_, native_sum) = _of("sum", histogram, labels, by, call, window)
    (count, native_count) = _of("count", histogram, labels, by, call, window)
    return f"{sum_} / {count} or {native_sum} / {native_count}"


def spread(histogram: str, labels: str = "", by: str = "", prefix: str = "") -> list[Query]:
    """Median, 90th and 99th percentile, mean."""
    of = "".join(f" {{{{{label.strip()}}}}}" for label in by.split(",") if label)
    told = [Query(quantile(q, histogram, labels, by), f"{prefix}p{round(q * 100)}{of}") for q in (0.5, 0.9, 0.99)]
    return [*told, Query(mean(histogram, labels, by), f"{prefix}mean{of}")]
