"""The entry point of vLLM's plugins: nothing at all unless DYNMETRICS_VLLM=1 is set.

A module of its own, so that a vLLM that does not ask for us loads no library.
"""

import os


def load() -> None:
    """Serve this vLLM's metrics when that is asked for. vLLM calls it in each of its processes. Never raises."""
    if os.environ.get("DYNMETRICS_VLLM", "").strip().lower() in ("1", "true", "yes", "on"):
        from dynmetrics.engines import _vllm_plugin

        _vllm_plugin.load()
