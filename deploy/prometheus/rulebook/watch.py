"""Alerts of the watching itself: targets, exporters, sources of a page, caps, and Prometheus' own troubles."""

from __future__ import annotations

from .book import MARKS, Alert, Given, Group

EXPORTERS = "dcgm-exporter|nats-prometheus-exporter|etcd-server|kvbm-metrics|node"
WORKER = 'job="dynamo-backend", instance="w1"'
FRONTEND = 'job="dynamo-frontend", instance="f1", model="m"'
TTFT, ITL = MARKS["slo"]["ttft"]["seconds"], MARKS["slo"]["itl"]["seconds"]


def job(name: str, shown: str) -> Alert:
    """A job that has no target at all says nothing of itself, so it has to be asked for by name."""
    return Alert(
        f"{shown}Missing",
        f'absent(up{{job="{name}"}})',
        "job_missing",
        f"Prometheus has no target in the job {name}",
        "Discovery found nobody, or the configuration lost the job. All its alerts are silent.",
        "Prometheus' page of targets; the pods' labels (`nvidia.com/metrics-enabled`).",
        # Not a number: the series is gone.
        [Given(f'up{{job="{name}", instance="a"}}', 1, float("nan"), float("nan"))],
        waits=(5, 15),
        window=6,
    )


GROUP = Group(
    "watch",
    "Watching",
    "15s",
    [
        Alert(
            "TargetDown",
            f'up{{job!~"{EXPORTERS}"}}',
            "target_up",
            "{{ $labels.instance }} of {{ $labels.job }} does not answer",
            "It ended, hangs, or its page is refused (too long, too many series). Its other alerts are silent.",
            "`curl` its page; the target's error stands on Prometheus' page of targets.",
            [Given(f"up{{{WORKER}}}", 1, 0, 0)],
            above=False,
            waits=(1, 5),
            window=1,
        ),
        Alert(
            "TargetsDown",
            "count by (job) (up == 0)",
            "targets_down",
            "{{ $value }} targets of {{ $labels.job }} do not answer",
            "One is an accident; several are a deployment, a network or a node.",
            "What they share: node, version, zone.",
            [Given(f'up{{job="dynamo-backend", instance="w{i}"}}', 1, float(i > 0), 0) for i in range(4)],
            waits=(2, 2),
            window=1,
        ),
        Alert(
            "ExporterDown",
            f'up{{job=~"{EXPORTERS}"}}',
            "exporter_up",
            "The exporter {{ $labels.job }} at {{ $labels.instance }} does not answer",
            "What it tells of may be well, but nobody would know: its alerts are silent and its panels empty.",
            "Restart it; see that it may read what it reads (the GPU's driver, NATS' monitoring port).",
            [Given('up{job="dcgm-exporter", instance="g1"}', 1, 0, 0)],
            above=False,
            waits=(2, 10),
            window=1,
        ),
        job("dynamo-frontend", "FrontendJob"),
        job("dynamo-backend", "BackendJob"),
        Alert(
            "SourcesDown",
            "worker:sources_up:avg",
            "sources_up",
            "A part of the page of {{ $labels.instance }} brings nothing new",
            "The target is up, and yet an engine or a directory behind it is silent: its values are old or gone.",
            "`/health` of the worker names the source and its state.",
            [
                Given(f'dynmetrics_source_up{{{WORKER}, source="a"}}', 1, 0, 0),
                Given(f'dynmetrics_source_up{{{WORKER}, source="b"}}', 1, 1, 0),
                Given(f'dynmetrics_source_up{{{WORKER}, source="c"}}', 1, 1, 1),
            ],
            unit="ratio",
            above=False,
            waits=(1, 3),
            window=2,
        ),
        Alert(
            "SourceStale",
            "time() - (dynmetrics_source_last_success_timestamp_seconds > 0)",
            "source_age_seconds",
            "{{ $labels.source }} of {{ $labels.instance }} has long brought nothing",
            "What the page shows of it is its last good values; after 60 seconds it shows nothing.",
            "As for a source that is down.",
            # Its time follows the clock while well; past that it stands still, and is soon past both marks.
            [
                Given(
                    f'dynmetrics_source_last_success_timestamp_seconds{{{WORKER}, source="engine"}}',
                    1,
                    0,
                    0,
                    clock=True,
                )
            ],
            together=True,
            unit="seconds",
            waits=(1, 2),
            window=2,
        ),
        Alert(
            "SourceHung",
            'increase(dynmetrics_source_errors_total{reason="deadline"}[5m])',
            "source_hung_scrapes",
            "{{ $labels.source }} of {{ $labels.instance }} does not return",
            "A callback into the engine hangs, perhaps the engine too. It costs its own families only.",
            '`py-spy dump` of the worker shows where it waits; `set_health_status("notready")` drains it.',
            [Given(f'dynmetrics_source_errors_total{{{WORKER}, source="engine", reason="deadline"}}', 0, 1, 6, True)],
            waits=(1, 2),
        ),
        Alert(
            "CapReached",
            'increase(dynmetrics_dropped_total{reason="budget"}[10m])',
            "cap_dropped",
            "{{ $labels.source }} of {{ $labels.instance }} brings more than it may",
            "The rest is left out, and counted. Most often a label that holds ids.",
            "`dynmetrics check --lint` on its page; find the label, drop it by filter, or raise the cap.",
            [Given(f'dynmetrics_dropped_total{{{WORKER}, source="engine", reason="budget"}}', 0, 10, 500, True)],
            waits=(0, 5),
            window=12,
        ),
        Alert(
            "SeriesDropped",
            'sum by (job, instance, source) (increase(dynmetrics_dropped_total{reason!="budget"}[10m]))',
            "series_dropped",
            "Lines of {{ $labels.source }} of {{ $labels.instance }} cannot go on the page",
            "They break the format, or say twice what others said first.",
            "Split dynmetrics_dropped_total by reason; the worker's log has the first of each.",
            [Given(f'dynmetrics_dropped_total{{{WORKER}, source="engine", reason="syntax"}}', 0, 10, 500, True)],
            waits=(10, 10),
            window=12,
            page=False,
        ),
        Alert(
            "SamplesNearLimit",
            "scrape_samples_post_metric_relabeling / (scrape_sample_limit > 0)",
            "samples_of_limit",
            "The page of {{ $labels.instance }} nears its sample_limit",
            "One sample more than the limit, and Prometheus refuses the whole page: the target is down.",
            "Find what grew (`count by (__name__)`); raise the job's sample_limit when it is meant.",
            [
                Given(f"scrape_samples_post_metric_relabeling{{{WORKER}}}", 500, 4200, 4900),
                Given(f"scrape_sample_limit{{{WORKER}}}", 5000, 5000, 5000),
            ],
            unit="ratio",
            window=1,
        ),
        Alert(
            "PageNearLimit",
            "scrape_body_size_bytes",
            "page_bytes",
            "The page of {{ $labels.instance }} nears its body_size_limit",
            "Above it Prometheus refuses the whole page.",
            "As for too many samples: long label values are bytes too.",
            [Given(f"scrape_body_size_bytes{{{WORKER}}}", 70000, 8.5e6, 9.8e6)],
            unit="bytes",
            window=1,
        ),
        Alert(
            "ScrapeSlow",
            'avg_over_time(scrape_duration_seconds{job=~"dynamo-.*|kvbm-metrics"}[2m])',
            "scrape_seconds",
            "The page of {{ $labels.instance }} takes long",
            "Past the scrape's time-out the target is down although it serves.",
            "dynmetrics_source_duration_seconds names the source that takes so long; lower DYN_METRICS deadlines.",
            [Given(f"scrape_duration_seconds{{{WORKER}}}", 0.02, 0.8, 1.9)],
            unit="seconds",
            window=4,
        ),
        Alert(
            "SLOBoundMissing",
            f"count by (job) (dynamo_frontend_time_to_first_token_seconds_count)\n"
            f'unless count by (job) (dynamo_frontend_time_to_first_token_seconds_bucket{{le="{TTFT}"}})\n'
            f"or count by (job) (dynamo_frontend_inter_token_latency_seconds_count)\n"
            f'unless count by (job) (dynamo_frontend_inter_token_latency_seconds_bucket{{le="{ITL}"}})',
            "slo_bound_missing",
            "The objective of {{ $labels.job }} is no bound of its histogram",
            "The burn rates of this objective have no data, and stay silent. Somebody changed the buckets.",
            "Set `slo` in thresholds.json to a bound that exists (DYN_METRICS_TTFT_*, _ITL_*), and generate anew.",
            [
                Given(f"dynamo_frontend_time_to_first_token_seconds_count{{{FRONTEND}}}", 60, 60, 60, True),
                Given(
                    f'dynamo_frontend_time_to_first_token_seconds_bucket{{{FRONTEND}, le="{TTFT}"}}',
                    1,
                    float("nan"),
                    float("nan"),
                ),
            ],
            waits=(5, 5),
            window=2,
            page=False,
        ),
        Alert(
            "PrometheusLimitHit",
            "increase(prometheus_target_scrapes_exceeded_sample_limit_total[10m])\n"
            "+ increase(prometheus_target_scrapes_exceeded_body_size_limit_total[10m])\n"
            "+ increase(prometheus_target_scrape_pool_exceeded_label_limits_total[10m])",
            "prometheus_limit_hits",
            "Prometheus refuses pages for their size",
            "A limit of the configuration is reached: these targets are down. Needs the self-scrape.",
            "The page of targets names them and the limit.",
            [
                Given(f'prometheus_target_{name}_total{{job="prometheus", instance="p"}}', 0, 0.3, 6, True)
                for name in (
                    "scrapes_exceeded_sample_limit",
                    "scrapes_exceeded_body_size_limit",
                    "scrape_pool_exceeded_label_limits",
                )
            ],
            waits=(0, 5),
            window=12,
        ),
        Alert(
            "PrometheusRulesFail",
            "sum by (job, instance) (increase(prometheus_rule_evaluation_failures_total[10m]))",
            "prometheus_rule_failures",
            "Prometheus cannot evaluate some of its rules",
            "Alerts that cannot be evaluated do not fire. Needs the self-scrape.",
            "Its log names the rule; most often a many-to-many match after a new label.",
            [
                Given(
                    'prometheus_rule_evaluation_failures_total{job="prometheus", instance="p", rule_group="g"}',
                    0,
                    0.5,
                    5,
                    True,
                )
            ],
            waits=(0, 5),
            window=12,
        ),
        Alert(
            "AlertsNotSent",
            "sum by (job, instance) (increase(prometheus_notifications_dropped_total[10m]))",
            "alerts_not_sent",
            "Prometheus cannot hand its alerts to Alertmanager",
            "Nobody is told of anything, not of this either: watch it from outside too. Needs the self-scrape.",
            "Alertmanager's address, its health, the network between.",
            [Given('prometheus_notifications_dropped_total{job="prometheus", instance="p"}', 0, 0.5, 5, True)],
            waits=(0, 5),
            window=12,
        ),
    ],
)
