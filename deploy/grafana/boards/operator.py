"""The Kubernetes operator: reconciling, admission, what there is."""

from panels import Board, Panel, Row, Variable
from promql import Query, quantile, rate, total

O = "dynamo_operator_"  # noqa: E741
AT = 'resource_type=~"$resource_type", namespace=~"$namespace|"'
HOOK = 'resource_type=~"$resource_type"'


def share(name: str, labels: str, good: str) -> str:
    return f"{rate(name, f'{labels}, {good}', 'resource_type')} / ({rate(name, labels, 'resource_type')} > 0)"


BOARD = Board(
    uid="dynmetrics-operator",
    title="Dynamo operator",
    help="Does the operator keep up with what is asked of it, and let in what it should?",
    rows=[
        Row(
            "At a glance",
            [
                Panel(
                    "Reconciliations that succeed",
                    "percentunit",
                    "By kind of resource; nothing while there are none.",
                    [Query(share(O + "reconcile_total", AT, 'result="success"'), "{{resource_type}}")],
                    kind="gauge",
                    width=8,
                    upstream=["operator: Reconciliation Success Rate"],
                ),
                Panel(
                    "Admissions",
                    "percentunit",
                    "Of what was asked of the webhooks, what they let in.",
                    [Query(share(O + "webhook_requests_total", HOOK, 'result="allowed"'), "{{resource_type}}")],
                    kind="gauge",
                    width=8,
                    upstream=["operator: Webhook Admission Success Rate"],
                ),
                Panel(
                    "Resources",
                    "short",
                    "By kind and state.",
                    [Query(total(O + "resources_total", AT, "resource_type, status"), "{{resource_type}} {{status}}")],
                    kind="stat",
                    width=8,
                    upstream=["operator: Resource Count by State"],
                ),
            ],
        ),
        Row(
            "Reconciling",
            [
                Panel(
                    "Reconciliations",
                    "ops",
                    "By kind and result.",
                    [Query(rate(O + "reconcile_total", AT, "resource_type, result"), "{{resource_type}} {{result}}")],
                    upstream=["operator: Reconciliation Rate"],
                ),
                Panel(
                    "Duration, 95th percentile",
                    "s",
                    "Of one reconciliation.",
                    [Query(quantile(0.95, O + "reconcile_duration_seconds", AT, "resource_type"), "{{resource_type}}")],
                    upstream=["operator: Reconciliation Duration (P95)"],
                ),
                Panel(
                    "Errors",
                    "ops",
                    "By kind of resource and of error.",
                    [
                        Query(
                            rate(O + "reconcile_errors_total", AT, "resource_type, error_type"),
                            "{{resource_type}} {{error_type}}",
                        )
                    ],
                    upstream=["operator: Reconciliation Errors"],
                ),
            ],
        ),
        Row(
            "Admission",
            [
                Panel(
                    "Webhook requests",
                    "reqps",
                    "By kind, operation and result.",
                    [
                        Query(
                            rate(O + "webhook_requests_total", HOOK, "resource_type, operation, result"),
                            "{{resource_type}} {{operation}} {{result}}",
                        )
                    ],
                    upstream=["operator: Webhook Request Rate"],
                ),
                Panel(
                    "Webhook duration, 95th percentile",
                    "s",
                    "The API server waits for it.",
                    [Query(quantile(0.95, O + "webhook_duration_seconds", HOOK, "resource_type"), "{{resource_type}}")],
                    upstream=["operator: Webhook Duration (P95)"],
                ),
                Panel(
                    "Denials",
                    "reqps",
                    "What was refused, and why.",
                    [
                        Query(
                            rate(O + "webhook_denials_total", HOOK, "resource_type, operation, reason"),
                            "{{resource_type}} {{operation}} {{reason}}",
                        )
                    ],
                    upstream=["operator: Webhook Denials"],
                ),
            ],
        ),
        Row(
            "What there is",
            [
                Panel(
                    "Resources by state",
                    "short",
                    "Over time, by namespace.",
                    [
                        Query(
                            total(O + "resources_total", AT, "resource_type, namespace, status"),
                            "{{resource_type}} {{namespace}} {{status}}",
                        )
                    ],
                    width=24,
                    upstream=["operator: Resource Inventory by State"],
                ),
            ],
        ),
    ],
    variables=[
        Variable("namespace", O + "reconcile_total", "namespace"),
        Variable("resource_type", O + "resources_total", "resource_type"),
    ],
)
