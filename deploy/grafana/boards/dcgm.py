"""GPUs, as the DCGM exporter tells of them."""

from panels import Board, Panel, Row, Variable
from promql import Query

AT = 'Hostname=~"$host|", gpu=~"$gpu"'
GPU = "{{Hostname}} GPU {{gpu}}"


def gpu(field: str, times: str = "", legend: str = GPU) -> Query:
    return Query(f"DCGM_FI_{field}{{{AT}}}{times}", legend)


BOARD = Board(
    uid="dynmetrics-dcgm",
    title="DCGM metrics",
    help="GPUs: use, memory, heat, power, clocks, links, errors.",
    rows=[
        Row(
            "At a glance",
            [
                Panel(
                    "Mean utilisation",
                    "percent",
                    "Over all GPUs that are shown.",
                    [f"avg(DCGM_FI_DEV_GPU_UTIL{{{AT}}})"],
                    kind="gauge",
                    top=100,
                    mark="gpu_utilisation_percent",
                    upstream=["dcgm: Average GPU Utilization"],
                ),
                Panel(
                    "Hottest GPU",
                    "celsius",
                    "The highest temperature of a GPU now.",
                    [f"max(DCGM_FI_DEV_GPU_TEMP{{{AT}}})"],
                    kind="gauge",
                    top=120,
                    mark="gpu_temperature_celsius",
                    upstream=["dcgm: Max GPU Temperature"],
                ),
                Panel(
                    "Fullest memory",
                    "percentunit",
                    "The GPU whose frame buffer is fullest.",
                    [f"max(DCGM_FI_DEV_FB_USED{{{AT}}} / (DCGM_FI_DEV_FB_USED{{{AT}}} + DCGM_FI_DEV_FB_FREE{{{AT}}}))"],
                    kind="gauge",
                    mark="gpu_memory_usage",
                ),
                Panel(
                    "Power in all",
                    "watt",
                    "Drawn by the GPUs that are shown.",
                    [f"sum(DCGM_FI_DEV_POWER_USAGE{{{AT}}})"],
                    kind="stat",
                ),
                Panel(
                    "XID errors",
                    "short",
                    "GPUs whose last XID error is not 0: a driver or hardware fault.",
                    [f"count(DCGM_FI_DEV_XID_ERRORS{{{AT}}} > 0) or vector(0)"],
                    kind="stat",
                ),
            ],
        ),
        Row(
            "Use",
            [
                Panel(
                    "GPU utilisation",
                    "percent",
                    "The share of time in which any kernel ran.",
                    [gpu("DEV_GPU_UTIL")],
                    top=100,
                    mark="gpu_utilisation_percent",
                    upstream=["dcgm: GPU Utilization"],
                ),
                Panel(
                    "Engine activity",
                    "percentunit",
                    "How busy the compute engine and its tensor pipes are.",
                    [
                        gpu("PROF_GR_ENGINE_ACTIVE", legend=GPU + " engine"),
                        gpu("PROF_PIPE_TENSOR_ACTIVE", legend=GPU + " tensor"),
                    ],
                    upstream=["dcgm: GPU Engine Activity"],
                ),
                Panel(
                    "Memory copies",
                    "percent",
                    "The share of time in which memory was read or written.",
                    [gpu("DEV_MEM_COPY_UTIL")],
                    top=100,
                    upstream=["disagg: GPU Memory Bandwidth"],
                ),
                Panel(
                    "GPU memory",
                    "bytes",
                    "The frame buffer: in use and free. The exporter tells MiB.",
                    [
                        gpu("DEV_FB_USED", " * 1024 * 1024", GPU + " used"),
                        gpu("DEV_FB_FREE", " * 1024 * 1024", GPU + " free"),
                    ],
                    upstream=["dcgm: GPU Memory Usage"],
                ),
            ],
        ),
        Row(
            "Heat, power, clocks",
            [
                Panel(
                    "Temperature",
                    "celsius",
                    "Of the GPU and of its memory.",
                    [gpu("DEV_GPU_TEMP", legend=GPU + " core"), gpu("DEV_MEMORY_TEMP", legend=GPU + " memory")],
                    mark="gpu_temperature_celsius",
                    upstream=["dcgm: GPU Temperature"],
                ),
                Panel(
                    "Power",
                    "watt",
                    "Drawn by each GPU.",
                    [gpu("DEV_POWER_USAGE")],
                    mark="gpu_power_watts",
                    upstream=["dcgm: GPU Power Usage"],
                ),
                Panel(
                    "Clocks",
                    "hertz",
                    "A clock that falls under load tells of heat or of a power limit.",
                    [
                        gpu("DEV_SM_CLOCK", " * 1000000", GPU + " SM"),
                        gpu("DEV_MEM_CLOCK", " * 1000000", GPU + " memory"),
                    ],
                    upstream=["dcgm: GPU Clock Speeds"],
                ),
            ],
        ),
        Row(
            "Links",
            [
                Panel(
                    "PCIe",
                    "Bps",
                    "Bytes per second; DCGM's profiling fields are rates already.",
                    [gpu("PROF_PCIE_RX_BYTES", legend=GPU + " in"), gpu("PROF_PCIE_TX_BYTES", legend=GPU + " out")],
                    upstream=["dcgm: PCIe Bandwidth"],
                ),
                Panel(
                    "NVLink",
                    "Bps",
                    "Bytes per second, in and out.",
                    [gpu("PROF_NVLINK_RX_BYTES", legend=GPU + " in"), gpu("PROF_NVLINK_TX_BYTES", legend=GPU + " out")],
                    upstream=["disagg: NVLink Bandwidth (GB/s)"],
                ),
            ],
        ),
    ],
    variables=[Variable("host", "DCGM_FI_DEV_GPU_UTIL", "Hostname"), Variable("gpu", "DCGM_FI_DEV_GPU_UTIL", "gpu")],
)
