"""KVBM: the KV cache's blocks on their way between device, host, disk and object store."""

from panels import Board, Panel, Row, Variable
from promql import Query, rate, total

AT = 'instance=~"$instance"'


def moved(name: str, title: str, text: str, upstream: str = "") -> Panel:
    return Panel(
        title,
        "ops",
        text,
        [Query(rate(f"kvbm_{name}", AT, "instance"), "{{instance}}")],
        upstream=[f"kvbm: {upstream}"] if upstream else [],
        mark="",
    )


def hits(name: str) -> Panel:
    where = {"host": "host memory", "disk": "disk", "object": "the object store"}[name]
    return Panel(
        f"Hit rate, {name}",
        "percentunit",
        f"Of the blocks that were looked for in {where}, those found.",
        [Query(f"kvbm_{name}_cache_hit_rate{{{AT}}}", "{{instance}}")],
        mark="kvbm_hit_rate",
        upstream=[f"kvbm: {name.capitalize()} Cache Hit Rate"] if name != "object" else [],
    )


BOARD = Board(
    uid="dynmetrics-kvbm",
    title="KVBM",
    help="Hit rates of the tiers, and blocks that move between them.",
    rows=[
        Row(
            "Found",
            [
                hits("host"),
                hits("disk"),
                hits("object"),
                Panel(
                    "Matched tokens",
                    "short",
                    "Tokens per second that no one had to compute again.",
                    [Query(rate("kvbm_matched_tokens", AT, "instance"), "{{instance}}")],
                    upstream=["kvbm: Matched Tokens"],
                ),
            ],
        ),
        Row(
            "Offloaded",
            [
                moved("offload_blocks_d2h", "Device to host", "Blocks per second.", "Offload Blocks - Device to Host"),
                moved("offload_blocks_h2d", "Host to disk", "Blocks per second.", "Offload Blocks - Host to Disk"),
                moved(
                    "offload_blocks_d2d",
                    "Device to disk",
                    "Blocks per second, past the host's memory.",
                    "Offload Blocks - Device to Disk (Bypass Host)",
                ),
                moved("offload_blocks_d2o", "Device to object store", "Blocks per second."),
            ],
        ),
        Row(
            "Brought back",
            [
                moved("onboard_blocks_h2d", "Host to device", "Blocks per second.", "Onboard Blocks - Host to Device"),
                moved("onboard_blocks_d2d", "Disk to device", "Blocks per second.", "Onboard Blocks - Disk to Device"),
                moved("onboard_blocks_o2d", "Object store to device", "Blocks per second."),
            ],
        ),
        Row(
            "Object store and pools",
            [
                Panel(
                    "Object store",
                    "Bps",
                    "Bytes per second, out and in.",
                    [
                        Query(rate("kvbm_offload_bytes_object", AT), "out"),
                        Query(rate("kvbm_onboard_bytes_object", AT), "in"),
                    ],
                ),
                Panel(
                    "Object store failures",
                    "ops",
                    "Reads and writes that failed.",
                    [
                        Query(rate("kvbm_object_read_failures", AT), "read"),
                        Query(rate("kvbm_object_write_failures", AT), "write"),
                    ],
                ),
                Panel(
                    "Blocks of the pools",
                    "short",
                    "In use, kept in case they are asked for again, and empty.",
                    [
                        Query(total("kvbm_inflight_mutable", AT, "pool"), "{{pool}} being written"),
                        Query(total("kvbm_inflight_immutable", AT, "pool"), "{{pool}} in use"),
                        Query(total("kvbm_inactive_pool_size", AT, "pool"), "{{pool}} kept"),
                        Query(total("kvbm_reset_pool_size", AT, "pool"), "{{pool}} empty"),
                    ],
                ),
                Panel(
                    "Allocated and evicted",
                    "ops",
                    "Blocks per second; evictions near allocations: the pool is too small.",
                    [
                        Query(rate("kvbm_allocations_total", AT, "pool"), "{{pool}} allocated"),
                        Query(rate("kvbm_evictions_total", AT, "pool"), "{{pool}} evicted"),
                    ],
                ),
            ],
        ),
    ],
    variables=[Variable("instance", "kvbm_matched_tokens", "instance")],
)
