"""TensorRT-LLM: in memory under the LLM API, in a multiprocess directory under trtllm-serve.

There executors write one gauge that exists in the directory only (`trtllm_scheduled_batch_size`). Releases up to about
1.1 name their metrics without a prefix: `register(endpoint, prefixes=[], exclude_prefixes=["python_", "process_"],
add_prefix="trtllm_")` gives them the one of today.
"""

from ._engine import Engine, EngineMetrics

__all__ = ["EngineMetrics", "prepare", "register"]

ENGINE = Engine(title="TensorRT-LLM", prefixes=("trtllm_",))
register = ENGINE.register
prepare = ENGINE.prepare
