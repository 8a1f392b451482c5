"""Intel GPUs, as the xpu-smi exporter tells of them."""

from panels import Board, Panel, Row, Variable
from promql import Query

AT = 'device_id=~"$device_id"'


def xpu(name: str, legend: str = "", more: str = "") -> Query:
    return Query(f"xpu_{name}{{{AT}{more}}}", f"{{{{device_id}}}} {legend}".strip())


BOARD = Board(
    uid="dynmetrics-xpu",
    title="Intel XPU",
    help="Intel GPUs: use, memory, heat, power, links.",
    rows=[
        Row(
            "At a glance",
            [
                Panel(
                    "Mean utilisation",
                    "percent",
                    "Of the compute engines.",
                    [f"avg(xpu_engine_group_compute_engine_util{{{AT}}})"],
                    kind="gauge",
                    top=100,
                    upstream=["xpu: Avg XPU Utilization"],
                ),
                Panel(
                    "Hottest",
                    "celsius",
                    "Of the GPUs now.",
                    [f'max(xpu_temperature_celsius{{{AT}, location="gpu"}})'],
                    kind="gauge",
                    top=120,
                    mark="gpu_temperature_celsius",
                    upstream=["xpu: Max XPU Temperature"],
                ),
            ],
        ),
        Row(
            "Devices",
            [
                Panel(
                    "Compute utilisation",
                    "percent",
                    "Of the compute engines.",
                    [xpu("engine_group_compute_engine_util")],
                    top=100,
                    upstream=["xpu: XPU Compute Utilization"],
                ),
                Panel(
                    "Engines",
                    "percent",
                    "Of each group.",
                    [xpu(f"engine_group_{kind}_engine_util", kind) for kind in ("compute", "copy", "render")],
                    top=100,
                    upstream=["xpu: XPU Engine Utilization"],
                ),
                Panel(
                    "Memory",
                    "bytes",
                    "In use and free.",
                    [xpu("memory_used_bytes", "used"), xpu("memory_free_bytes", "free")],
                    upstream=["xpu: XPU Memory Usage"],
                ),
                Panel(
                    "Temperature",
                    "celsius",
                    "Of the GPU and of its memory.",
                    [
                        xpu("temperature_celsius", "core", ', location="gpu"'),
                        xpu("temperature_celsius", "memory", ', location="memory"'),
                    ],
                    mark="gpu_temperature_celsius",
                    upstream=["xpu: XPU Temperature"],
                ),
                Panel(
                    "Power",
                    "watt",
                    "Drawn now.",
                    [xpu("power_watts")],
                    mark="gpu_power_watts",
                    upstream=["xpu: XPU Power Usage"],
                ),
                Panel(
                    "Memory bandwidth",
                    "Bps",
                    "Read and written.",
                    [xpu("memory_read_bytes_per_second", "read"), xpu("memory_write_bytes_per_second", "written")],
                    upstream=["xpu: XPU Memory Bandwidth"],
                ),
                Panel(
                    "PCIe",
                    "Bps",
                    "Read and written.",
                    [xpu("pcie_read_bytes_per_second", "read"), xpu("pcie_write_bytes_per_second", "written")],
                    upstream=["xpu: XPU PCIe Bandwidth"],
                ),
            ],
        ),
    ],
    variables=[Variable("device_id", "xpu_power_watts", "device_id")],
)
