"""A home in each engine: `vllm`, `sglang` and `trtllm` show an engine's metrics on the page of an endpoint.

from dynmetrics.engines import vllm

shown = vllm.register(endpoint)

Which registry or multiprocess directory, which prefixes: that is what the three modules know. LMCache rides along.
"""

from ._engine import EngineMetrics

__all__ = ["EngineMetrics"]
