"""The gauges that every backend sets, by Dynamo's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import _null
from .._switch import is_off
from .names import COMPONENT, COMPONENT_LABEL, MODEL_LABEL, RANK_LABEL

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry


class LLMBackendMetrics:
    """Gauges of a worker, one series for each data-parallel rank; made in `registry` by prometheus_client.

    Each takes the greatest value of all processes where there are several.
    """

    def __init__(
        self,
        registry: CollectorRegistry | None = None,
        model_name: str = "",
        component_name: str = "",
    ) -> None:
        by_rank = [MODEL_LABEL, COMPONENT_LABEL, RANK_LABEL]
        self.model_name = model_name
        self.component_name = component_name
        self.total_blocks = _gauge(registry, "total_blocks", "KV cache blocks that the worker has.", by_rank)
        self.gpu_cache_usage_percent = _gauge(
            registry, "gpu_cache_usage_percent", "Part of the KV cache in use (0.0-1.0).", by_rank
        )
        self.kv_cache_hit_rate = _gauge(
            registry, "kv_cache_hit_rate", "Part of the prefix cache's lookups that hit (0.0-1.0).", by_rank
        )
        self.model_load_time = _gauge(
            registry, "model_load_time_seconds", "Seconds that loading the model took.", by_rank[:2]
        )

    def set_total_blocks(self, dp_rank: str, value: int) -> None:
        """Set how many KV cache blocks there are."""
        self.total_blocks.labels(self.model_name, self.component_name, dp_rank).set(value)

    def set_gpu_cache_usage(self, dp_rank: str, value: float) -> None:
        """Set the part of the KV cache that is in use, 0 to 1."""
        self.gpu_cache_usage_percent.labels(self.model_name, self.component_name, dp_rank).set(value)

    def set_kv_cache_hit_rate(self, dp_rank: str, value: float) -> None:
        """Set the part of the prefix cache's lookups that hit, 0 to 1."""
        self.kv_cache_hit_rate.labels(self.model_name, self.component_name, dp_rank).set(value)

    def set_model_load_time(self, value: float) -> None:
        """Set how long loading the model took, in seconds."""
        self.model_load_time.labels(self.model_name, self.component_name).set(value)


def _gauge(registry: CollectorRegistry | None, name: str, description: str, labels: list[str]) -> Any:
    if is_off():
        return _null.GaugeVec(name, labels)
    from prometheus_client import Gauge  # late: see the head of the package

    return Gauge(f"{COMPONENT}_{name}", description, labelnames=labels, registry=registry, multiprocess_mode="max")
