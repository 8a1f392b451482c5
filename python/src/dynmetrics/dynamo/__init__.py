"""The functions that Dynamo's workers call for their engines' metrics, by the names and signatures of Dynamo 1.6.1.

A worker changes one import: these names are in Dynamo's `common.utils.prometheus`, `common.backend.metrics` and
`common.utils.label_injecting_collector`. Endpoints of Dynamo and of this package are taken.

    from dynmetrics.dynamo import register_engine_metrics_callback

prometheus_client is imported when a function needs it, never by this import: SGLang has to set
PROMETHEUS_MULTIPROC_DIR first. Where the library of this package cannot be loaded, these functions do without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .backend import ensure_prometheus_multiproc_dir, register_engine_registry, register_global_registry
from .caches import register_embedding_cache_metrics, register_image_loader_metrics
from .engine import (
    gather_with_labels,
    get_prometheus_expfmt,
    get_prometheus_typed,
    register_engine_metrics_callback,
)
from .gauges import LLMBackendMetrics
from .names import (
    EMBEDDING_CACHE_METRIC_PREFIX,
    IMAGE_LOADER_METRIC_PREFIX,
    EmbeddingCacheMetrics,
    ImageLoaderMetrics,
)

if TYPE_CHECKING:
    from .collector import LabelInjectingCollector

__all__ = [
    "EMBEDDING_CACHE_METRIC_PREFIX",
    "IMAGE_LOADER_METRIC_PREFIX",
    "EmbeddingCacheMetrics",
    "ImageLoaderMetrics",
    "LLMBackendMetrics",
    "LabelInjectingCollector",
    "ensure_prometheus_multiproc_dir",
    "gather_with_labels",
    "get_prometheus_expfmt",
    "get_prometheus_typed",
    "register_embedding_cache_metrics",
    "register_engine_metrics_callback",
    "register_engine_registry",
    "register_global_registry",
    "register_image_loader_metrics",
]


def _late(name: str) -> Any:
    """Import what is a class of prometheus_client's, when it is asked for."""
    if name == "LabelInjectingCollector":
        from .collector import LabelInjectingCollector

        return LabelInjectingCollector
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


globals()["__getattr__"] = _late  # by this way, type checkers go on knowing which names there are
