"""vLLM's own metric classes, without the rest of vLLM: out of a wheel that was only unpacked.

`load(folder)` makes what measures importable as it is (vllm.v1.metrics, vllm.plugins and what belongs to them) and puts
inert modules in the place of everything else, torch included. `drive(loggers, engines)` makes a PrometheusStatLogger
and has it record a few requests. As a program it does so in a process of its own and stays until its input ends:

    vllm_classes.py FOLDER ENGINES
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
import types
from pathlib import Path
from typing import Any

REAL = (
    "vllm.distributed.ec_transfer.ec_connector.metrics",
    "vllm.distributed.kv_transfer.kv_connector.v1.metrics",
    "vllm.envs",
    "vllm.plugins",
    "vllm.v1.engine",
    "vllm.v1.metrics",
    "vllm.v1.spec_decode.metrics",
)
REQUESTS = 5


class Anything(type):
    """A class that has every attribute and takes every argument: for types in signatures and decorators."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return cls

    def __call__(cls, *arguments: Any, **options: Any) -> Any:
        return arguments[0] if len(arguments) == 1 and callable(arguments[0]) and not options else cls

    def __getitem__(cls, item: Any) -> Any:
        return cls

    def __or__(cls, other: Any) -> Any:
        return cls

    __ror__ = __or__


class Inert(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything(name, (), {})


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        if name.partition(".")[0] not in ("vllm", "torch"):
            return None
        if any(name == real or name.startswith(f"{real}.") for real in REAL):
            return importlib.machinery.PathFinder.find_spec(name, path)
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: Any) -> types.ModuleType:
        made = Inert(spec.name)
        made.__path__ = [str(self._folder.joinpath(*spec.name.split(".")))]
        return made

    def exec_module(self, module: types.ModuleType) -> None:
        if module.__name__ == "vllm.logger":
            import logging

            module.init_logger = logging.getLogger  # type: ignore[attr-defined]


def load(folder: str | Path) -> Any:
    """Return vllm.v1.metrics.loggers of the wheel that is unpacked in `folder`."""
    sys.meta_path.insert(0, Finder(Path(folder)))
    return importlib.import_module("vllm.v1.metrics.loggers")


def configuration() -> Any:
    """What PrometheusStatLogger asks a VllmConfig for."""
    space = types.SimpleNamespace
    return space(
        cache_config=space(metrics_info=lambda: {"block_size": "16", "num_gpu_blocks": "1024"}, num_gpu_blocks=1024),
        ec_transfer_config=None,
        kv_transfer_config=None,
        lora_config=None,
        model_config=space(served_model_name="Qwen/Qwen3-0.6B", max_model_len=32768, is_diffusion=False),
        observability_config=space(
            custom_histogram_buckets=None, enable_mfu_metrics=False, kv_cache_metrics=True, show_hidden_metrics=False
        ),
        parallel_config=space(data_parallel_size=1),
        speculative_config=space(num_speculative_tokens=2),
        watermark_config=None,
    )


def drive(loggers: Any, engines: list[int]) -> Any:
    """Have a PrometheusStatLogger record REQUESTS requests for each engine; return it."""
    from vllm.v1.engine import FinishReason
    from vllm.v1.metrics import stats
    from vllm.v1.spec_decode.metrics import SpecDecodingStats

    logger = loggers.PrometheusStatLogger(configuration(), engines)
    logger.log_engine_initialized()
    for engine in engines:
        for number in range(REQUESTS):
            scheduler = stats.SchedulerStats(num_running_reqs=number, num_waiting_reqs=engine, kv_cache_usage=0.25)
            scheduler.prefix_cache_stats.queries, scheduler.prefix_cache_stats.hits = 32, 16
            scheduler.spec_decoding_stats = SpecDecodingStats.new(2)
            scheduler.spec_decoding_stats.observe_draft(num_draft_tokens=2, num_accepted_tokens=1)
            step = stats.IterationStats()
            step.num_generation_tokens = 7
            step.time_to_first_tokens_iter = [0.05 * number]
            step.inter_token_latencies_iter = [0.01, 0.02]
            step.finished_requests = [
                stats.FinishedRequestStats(
                    finish_reason=FinishReason.STOP, e2e_latency=1.5, num_prompt_tokens=64, num_generation_tokens=7
                )
            ]
            logger.record(scheduler, step, engine_idx=engine)
    logger.record_admission_rejection(loggers.ADMISSION_REASONS[0])
    return logger


if __name__ == "__main__":
    drive(load(sys.argv[1]), list(range(int(sys.argv[2]))))
    print("counted", flush=True)
    sys.stdin.read()
