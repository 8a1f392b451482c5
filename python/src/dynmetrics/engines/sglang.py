"""SGLang, started with --enable-metrics: always several processes, each of which writes to a multiprocess directory.

Tokenizer, schedulers (one per tensor, pipeline and data parallel rank) and detokenizer tell themselves apart by
labels; what no label tells apart is summed. Its own launch sets PROMETHEUS_MULTIPROC_DIR, but uses and never cleans
the one that it finds: `prepare()` gives it one that goes with this process.
"""

from ._engine import Engine, EngineMetrics

__all__ = ["EngineMetrics", "prepare", "register"]

ENGINE = Engine(title="SGLang", prefixes=("sglang:", "lmcache:"), has_processes=True)
register = ENGINE.register
prepare = ENGINE.prepare
