"""vLLM: one front-end process in memory, or several API servers that write to a multiprocess directory.

Front ends count for all their engines (label `engine`); engine processes write only what connectors, such as LMCache,
count there. `vllm serve --api-server-count N` sets PROMETHEUS_MULTIPROC_DIR for its API servers by itself.
"""

from ._engine import Engine, EngineMetrics

__all__ = ["EngineMetrics", "prepare", "register"]

ENGINE = Engine(title="vLLM", prefixes=("vllm:", "lmcache:"))
register = ENGINE.register
prepare = ENGINE.prepare
