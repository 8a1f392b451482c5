"""Alerts of the GPUs, from the DCGM exporter."""

from __future__ import annotations

from .book import Alert, Given, Group

GPU = '{job="dcgm-exporter", instance="g1", Hostname="n1", gpu="0"}'


def given(metric: str, well: float, warning: float, critical: float) -> Given:
    return Given(f"DCGM_FI_{metric}{GPU}", well, warning, critical)


OF = "GPU {{ $labels.gpu }} of {{ $labels.Hostname }}"
GROUP = Group(
    "gpu",
    "GPUs",
    "30s",
    [
        Alert(
            "GPUSaturated",
            "avg_over_time(DCGM_FI_DEV_GPU_UTIL[10m])",
            "gpu_utilisation_percent",
            f"{OF} has no room left",
            "A kernel runs all the time. Good for the bill, but the next request waits: read it beside the queues.",
            "If queues grow too, add workers; if not, nothing.",
            [given("DEV_GPU_UTIL", 60, 96, 100)],
            waits=(15, 15),
            window=12,
        ),
        Alert(
            "GPUHot",
            "DCGM_FI_DEV_GPU_TEMP",
            "gpu_temperature_celsius",
            f"{OF} is hot",
            "Near its limit the board lowers its clocks: every token takes longer.",
            "Fans, inlet temperature, neighbours. The limit of a board stands in `nvidia-smi -q -d TEMPERATURE`.",
            [given("DEV_GPU_TEMP", 60, 87, 95)],
            waits=(5, 2),
            window=1,
        ),
        Alert(
            "GPUPowerHigh",
            "avg_over_time(DCGM_FI_DEV_POWER_USAGE[5m])",
            "gpu_power_watts",
            f"{OF} draws near what it may",
            "At its power limit the board lowers its clocks. The marks are those of a 700 W board: set yours.",
            "`nvidia-smi -q -d POWER`; spread the load, or raise the limit if the rack allows it.",
            [given("DEV_POWER_USAGE", 400, 670, 705)],
            waits=(10, 10),
        ),
        Alert(
            "GPUMemoryFull",
            "DCGM_FI_DEV_FB_USED / (DCGM_FI_DEV_FB_USED + DCGM_FI_DEV_FB_FREE)",
            "gpu_memory_usage",
            f"The memory of {OF} is nearly used up",
            "Engines take most of it at start, so this means more than was planned: the next allocation may fail.",
            "Lower the engine's share (`--gpu-memory-utilization`, `--mem-fraction-static`); look for other processes.",
            [given("DEV_FB_USED", 80000, 96000, 99500), given("DEV_FB_FREE", 20000, 4000, 500)],
            unit="ratio",
            window=1,
        ),
        Alert(
            "GPUErrors",
            "changes(DCGM_FI_DEV_XID_ERRORS[15m])",
            "gpu_xid_changes",
            f"{OF} reported an error",
            "The driver met an XID: memory that fails, a hung kernel, a board off the bus.",
            "The number is the XID of `dmesg`; drain the worker, reset or replace the board.",
            # Goes to another code now and then: what matters is that it moves.
            [Given(f"DCGM_FI_DEV_XID_ERRORS{GPU}", 0, 1, 4, counts=True)],
            waits=(0, 0),
            window=17,
            page=False,
        ),
    ],
)
