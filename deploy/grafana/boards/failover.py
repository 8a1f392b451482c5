"""Shadow failover: which engines are active, which stand by, what switching did."""

from panels import Board, Panel, Row, Variable
from promql import Query

E = "dynamo_component_engine_failover_"
AT = 'namespace=~"$namespace", dynamo_graph_deployment=~"$deployment"'
OURS = f"on (namespace, pod) (group by (namespace, pod) ({E}state{{{AT}}}))"
STATES = " or ".join(
    f'max by (pod) ({E}state{{{AT}, state="{state}"}} == 1) * {number}'
    for number, state in enumerate(("init", "standby", "waking", "active"))
)
RESTARTS = "kube_pod_container_status_restarts_total"

BOARD = Board(
    uid="dynmetrics-failover",
    title="Failover",
    help="Engines in wait for others, and how switching to them went.",
    rows=[
        Row(
            "At a glance",
            [
                Panel(
                    "Active engines",
                    "short",
                    "Now.",
                    [f'count({E}state{{{AT}, state="active"}} == 1) or vector(0)'],
                    kind="stat",
                    upstream=["failover: Active engines"],
                ),
                Panel(
                    "Ready to take over",
                    "short",
                    "Now.",
                    [f'count({E}state{{{AT}, state="standby"}} == 1) or vector(0)'],
                    kind="stat",
                    upstream=["failover: Shadow ready"],
                ),
                Panel(
                    "Switches",
                    "short",
                    "That went well, in the range.",
                    [f"round(sum(increase({E}switch_success_total{{{AT}}}[$__range])))"],
                    kind="stat",
                    upstream=["failover: Failovers (range)"],
                ),
                Panel(
                    "Failed switches",
                    "short",
                    "In the range.",
                    [
                        f"clamp_min(round(sum(increase({E}switch_attempts_total{{{AT}}}[$__range])) - "
                        f"sum(increase({E}switch_success_total{{{AT}}}[$__range]))), 0)"
                    ],
                    kind="stat",
                    upstream=["failover: Switch failures (range)"],
                ),
            ],
        ),
        Row(
            "Engines",
            [
                Panel(
                    "State",
                    "short",
                    "0 starts, 1 stands by, 2 wakes, 3 is active; a gap: it is gone.",
                    [Query(STATES, "{{pod}}")],
                    upstream=["failover: Engine state (0 init · 1 standby · 2 waking · 3 active; gap = dead)"],
                ),
                Panel(
                    "Switching",
                    "short",
                    "Attempts and successes in each interval.",
                    [
                        Query(f"sum(increase({E}switch_attempts_total{{{AT}}}[$__rate_interval]))", "attempts"),
                        Query(f"sum(increase({E}switch_success_total{{{AT}}}[$__rate_interval]))", "successes"),
                    ],
                    upstream=["failover: Switch attempts vs success"],
                ),
                Panel(
                    "GPU memory",
                    "bytes",
                    "Of the GPUs whose pod is one of these engines.",
                    [
                        Query(
                            'label_replace(label_replace(DCGM_FI_DEV_FB_USED, "pod", "$1", "exported_pod", "(.+)"), '
                            f'"namespace", "$1", "exported_namespace", "(.+)") * 1024 * 1024 and {OURS}',
                            "{{pod}} GPU {{gpu}}",
                        )
                    ],
                    upstream=["failover: GPU framebuffer used (DCGM)"],
                ),
                Panel(
                    "Transitions",
                    "short",
                    "In the range, by way.",
                    [f"sum by (pod, from, to) (increase({E}transitions_total{{{AT}}}[$__range]))"],
                    kind="table",
                    upstream=["failover: State transitions (cumulative)"],
                ),
                Panel(
                    "Roster",
                    "s",
                    "For how long each engine has been in its state.",
                    [f"time() - {E}state_entered_timestamp_seconds{{{AT}}}"],
                    kind="table",
                    upstream=["failover: Engine roster (current state, age)"],
                ),
            ],
        ),
        Row(
            "Pods",
            [
                Panel(
                    "Restarts",
                    "short",
                    "Of the containers, in each interval.",
                    [
                        Query(
                            f"sum by (pod, container) (increase({RESTARTS}[$__rate_interval]) and {OURS})",
                            "{{pod}} {{container}}",
                        )
                    ],
                    upstream=["failover: k8s container restarts"],
                ),
                Panel(
                    "Pods",
                    "short",
                    "Phase, and whether all their containers are ready.",
                    [
                        f"kube_pod_status_phase == 1 and {OURS}",
                        f"min by (pod) (kube_pod_container_status_ready and {OURS})",
                        f"sum by (pod) (kube_pod_container_status_restarts_total and {OURS})",
                    ],
                    kind="table",
                    upstream=["failover: k8s pod status"],
                ),
            ],
        ),
    ],
    variables=[
        Variable("namespace", E + "state", "namespace"),
        Variable("deployment", E + "state", "dynamo_graph_deployment"),
    ],
)
