"""Names of the metrics that Dynamo's workers make in Python. Imports nothing of ours."""

import enum

COMPONENT = "dynamo_component"

MODEL_LABEL = "model"
COMPONENT_LABEL = "dynamo_component"
RANK_LABEL = "dp_rank"

EMBEDDING_CACHE_METRIC_PREFIX = f"{COMPONENT}_embedding_cache"
IMAGE_LOADER_METRIC_PREFIX = f"{COMPONENT}_image"


class EmbeddingCacheMetrics(str, enum.Enum):
    """What the multimodal embedding cache measures."""

    HITS_TOTAL = f"{EMBEDDING_CACHE_METRIC_PREFIX}_hits_total"
    MISSES_TOTAL = f"{EMBEDDING_CACHE_METRIC_PREFIX}_misses_total"
    EVICTIONS_TOTAL = f"{EMBEDDING_CACHE_METRIC_PREFIX}_evictions_total"
    UTILIZATION = f"{EMBEDDING_CACHE_METRIC_PREFIX}_utilization"
    CURRENT_BYTES = f"{EMBEDDING_CACHE_METRIC_PREFIX}_current_bytes"
    ENTRIES = f"{EMBEDDING_CACHE_METRIC_PREFIX}_entries"


class ImageLoaderMetrics(str, enum.Enum):
    """What the multimodal image loader measures."""

    CACHE_ENTRIES = f"{IMAGE_LOADER_METRIC_PREFIX}_cache_entries"
    SHARED_CACHE_GET_DURATION_SECONDS = f"{IMAGE_LOADER_METRIC_PREFIX}_shared_cache_get_duration_seconds"
    SHARED_CACHE_SET_DURATION_SECONDS = f"{IMAGE_LOADER_METRIC_PREFIX}_shared_cache_set_duration_seconds"
