"""Alerts of NATS with JetStream, by its exporter, and of etcd, which is its own."""

from __future__ import annotations

from collections.abc import Sequence

from .book import Alert, Given, Group

NATS = '{job="nats-prometheus-exporter", instance="x1"'
ETCD = '{job="etcd-server", instance="e1"'


def nats(metric: str, well: float, warning: float, critical: float, counts: bool = False, more: str = "") -> Given:
    return Given(f"{metric}{NATS}{more}}}", well, warning, critical, counts)


def etcd(metric: str, well: float, warning: float, critical: float, counts: bool = False, more: str = "") -> Given:
    return Given(f"{metric}{ETCD}{more}}}", well, warning, critical, counts)


def slow(metric: str, *, fast: str, warning: str, critical: str) -> Sequence[Given]:
    """A histogram of etcd whose observations all are below these bounds: while well, past the marks."""
    bounds = [fast, warning, critical, "+Inf"]
    return [
        etcd(f"{metric}_bucket", *(60.0 * (at <= i) for at in range(3)), counts=True, more=f', le="{bound}"')
        for i, bound in enumerate(bounds)
    ]


GROUP = Group(
    "brokers",
    "NATS and etcd",
    "15s",
    [
        Alert(
            "NATSUnhealthy",
            "gnatsd_healthz_status",
            "nats_unhealthy",
            "nats-server says that it is not healthy",
            "Requests over NATS and the events of KV caches stop. The exporter shows 0 for healthy.",
            "`curl :8222/healthz` says why; most often JetStream cannot write its files.",
            [nats("gnatsd_healthz_status", 0, 1, 1)],
            waits=(1, 3),
            window=1,
        ),
        Alert(
            "NATSAnswersSlowly",
            'avg_over_time(scrape_duration_seconds{job="nats-prometheus-exporter"}[1m])',
            "nats_answer_seconds",
            "nats-server takes long to answer its exporter",
            "The exporter asks NATS while it is scraped, so this is how long NATS takes to answer.",
            "Look at the server's CPU and disk, and at the number of connections.",
            [nats("scrape_duration_seconds", 0.01, 0.8, 1.8)],
            unit="seconds",
            window=2,
        ),
        Alert(
            "NATSConnectionsNearLimit",
            "gnatsd_varz_connections / gnatsd_varz_max_connections",
            "nats_connections",
            "nats-server soon takes no more connections",
            "A worker that starts then cannot join.",
            "Raise max_connections, or look for who opens and forgets them (`/connz`).",
            [nats("gnatsd_varz_connections", 100, 850, 970), nats("gnatsd_varz_max_connections", 1000, 1000, 1000)],
            unit="ratio",
            window=1,
        ),
        Alert(
            "NATSSlowConsumers",
            "increase(gnatsd_varz_slow_consumers[5m])",
            "nats_slow_consumers",
            "nats-server cut off clients that read too slowly",
            "What they should have got is gone: a router's picture of the caches has holes.",
            "Find them in the server's log; give them CPU, or raise write_deadline.",
            [nats("gnatsd_varz_slow_consumers", 0, 1, 20, counts=True)],
            waits=(2, 2),
        ),
        Alert(
            "NATSClientErrors",
            "sum by (job, instance) (rate(dynamo_transport_nats_errors_total[5m]))",
            "nats_client_errors_per_second",
            "{{ $labels.instance }} has trouble with NATS",
            "This process cannot publish or request. If all have it, it is NATS; if one has it, it is the network.",
            "Compare with the other processes; look at its log.",
            [
                Given(
                    'dynamo_transport_nats_errors_total{job="dynamo-backend", instance="w1", error_type="timeout"}',
                    0,
                    30,
                    120,
                    counts=True,
                )
            ],
        ),
        Alert(
            "JetStreamDisabled",
            "jetstream_server_jetstream_disabled",
            "jetstream_disabled",
            "JetStream is off on {{ $labels.instance }}",
            "Durable streams and the object store are not there: KV events and model cards have no home.",
            "Start nats-server with `--jetstream`; after a disk error it turns itself off.",
            [nats("jetstream_server_jetstream_disabled", 0, 1, 1)],
            waits=(1, 3),
            window=1,
        ),
        Alert(
            "JetStreamStorageFull",
            "jetstream_server_total_message_bytes / (jetstream_server_max_storage > 0)",
            "jetstream_storage",
            "JetStream has used most of the room it may use",
            "When it is full it refuses to publish.",
            "Set limits on the streams (max_age, max_bytes), or raise max_file_store.",
            [
                nats("jetstream_server_total_message_bytes", 1e9, 8.5e9, 9.7e9),
                nats("jetstream_server_max_storage", 1e10, 1e10, 1e10),
            ],
            unit="ratio",
            window=1,
        ),
        Alert(
            "JetStreamConsumerBehind",
            "jetstream_consumer_num_pending",
            "jetstream_pending",
            "{{ $labels.consumer_name }} of {{ $labels.stream_name }} has fallen behind",
            "Messages wait: a router decides on an old picture.",
            "See whether the consumer lives and whether its process is busy.",
            [
                nats(
                    "jetstream_consumer_num_pending",
                    0,
                    20000,
                    200000,
                    more=', stream_name="kv_events", consumer_name="router"',
                )
            ],
            window=1,
        ),
        Alert(
            "EtcdNoLeader",
            "etcd_server_has_leader",
            "etcd_has_leader",
            "{{ $labels.instance }} of etcd has no leader",
            "Nothing can be registered or renewed: workers vanish from discovery when their leases end.",
            "See that most members are up and reach each other; then their disks.",
            [etcd("etcd_server_has_leader", 1, 0, 0)],
            above=False,
            waits=(1, 2),
            window=1,
        ),
        Alert(
            "EtcdLeaderChanges",
            "increase(etcd_server_leader_changes_seen_total[30m])",
            "etcd_leader_changes",
            "etcd changes its leader again and again",
            "Each change stops writes for a moment. Disks or network are too slow for its heartbeats.",
            "Look at the log's fsync times and at the network between the members.",
            [etcd("etcd_server_leader_changes_seen_total", 0, 0.15, 0.5, counts=True)],
            window=32,
        ),
        Alert(
            "EtcdWALSlow",
            "histogram_quantile(0.99, sum by (le, job, instance) "
            "(rate(etcd_disk_wal_fsync_duration_seconds_bucket[5m])))",
            "etcd_wal_fsync_seconds",
            "The disk of {{ $labels.instance }} is slow for etcd's log",
            "Every write waits for it. Above a tenth of a second leaders begin to fall.",
            "A local SSD that it does not share.",
            slow("etcd_disk_wal_fsync_duration_seconds", fast="0.008", warning="0.256", critical="1.024"),
            unit="seconds",
        ),
        Alert(
            "EtcdCommitSlow",
            "histogram_quantile(0.99, sum by (le, job, instance) "
            "(rate(etcd_disk_backend_commit_duration_seconds_bucket[5m])))",
            "etcd_commit_seconds",
            "{{ $labels.instance }} commits slowly",
            "The database is large, in pieces, or its disk is slow.",
            "Compact and defragment; as for the log's disk.",
            slow("etcd_disk_backend_commit_duration_seconds", fast="0.016", warning="0.4", critical="1.024"),
            unit="seconds",
        ),
        Alert(
            "EtcdProposalsPending",
            "etcd_server_proposals_pending",
            "etcd_proposals_pending",
            "Writes queue up in {{ $labels.instance }}",
            "More is written than it can agree on: leases are renewed late.",
            "Find who writes so much; look at the disks.",
            [etcd("etcd_server_proposals_pending", 0, 10, 50)],
            window=1,
        ),
        Alert(
            "EtcdDatabaseFull",
            "etcd_mvcc_db_total_size_in_bytes / etcd_server_quota_backend_bytes",
            "etcd_database_usage",
            "etcd's database nears its quota",
            "At the quota etcd turns read-only.",
            "Compact, defragment, `etcdctl alarm disarm`; raise the quota.",
            [
                etcd("etcd_mvcc_db_total_size_in_bytes", 1e8, 1.8e9, 2.05e9),
                etcd("etcd_server_quota_backend_bytes", 2.1e9, 2.1e9, 2.1e9),
            ],
            unit="ratio",
            window=1,
        ),
    ],
)
