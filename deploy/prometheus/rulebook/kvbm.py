"""Alerts of KVBM: what its caches hit, and what it moves."""

from __future__ import annotations

from .book import Alert, Given, Group

AT = '{job="kvbm-metrics", instance="k1"}'
MOVES = ("kvbm_offload_blocks_d2h", "kvbm_offload_blocks_h2d", "kvbm_onboard_blocks_h2d", "kvbm_onboard_blocks_d2d")
GROUP = Group(
    "kvbm",
    "KVBM",
    "15s",
    [
        Alert(
            "KVBMHitsSeldom",
            "avg_over_time(kvbm_host_cache_hit_rate[10m]) and on (job, instance) rate(kvbm_matched_tokens[10m]) > 0",
            "kvbm_hit_rate",
            "The host cache of {{ $labels.instance }} hits seldom",
            "Prompts are computed anew although room was paid for. A cold cache, or prompts that share nothing.",
            "Was it emptied by a deployment? Enlarge the tier; see that the router keeps prefixes together.",
            [
                Given(f"kvbm_host_cache_hit_rate{AT}", 0.7, 0.2, 0.05),
                Given(f"kvbm_matched_tokens{AT}", 600, 600, 600, True),
            ],
            unit="ratio",
            above=False,
            waits=(15, 15),
            window=12,
        ),
        Alert(
            "KVBMMovesMuch",
            "\n+ ".join(f"rate({name}[5m])" for name in MOVES),
            "kvbm_moves_per_second",
            "{{ $labels.instance }} moves many blocks between its tiers",
            "Blocks go out and come back: the device's cache is too small for what runs.",
            "Fewer sequences at once, or a larger device cache. Compare with the links' use.",
            [Given(f"{name}{AT}", 600, 45000, 180000, True) for name in MOVES],
            waits=(10, 10),
        ),
        Alert(
            "KVBMObjectStoreFails",
            "rate(kvbm_object_read_failures[5m]) + rate(kvbm_object_write_failures[5m])",
            "kvbm_failures_per_second",
            "{{ $labels.instance }} cannot read or write its object store",
            "That tier is of no use: what was kept there is computed anew.",
            "Credentials, address and quota of the store.",
            [
                Given(f"kvbm_object_read_failures{AT}", 0, 20, 60, True),
                Given(f"kvbm_object_write_failures{AT}", 0, 20, 60, True),
            ],
        ),
    ],
)
