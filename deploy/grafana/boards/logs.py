"""Logs by trace_id: from an exemplar's trace to the lines that were written meanwhile."""

from panels import Board, Panel, Row, Variable
from promql import Query

KIND = "nvidia_com_dynamo_component_type"
AT = f'{{namespace=~"$namespace", nvidia_com_dynamo_graph_deployment_name=~"$deployment", {KIND}=~"$component"}}'

BOARD = Board(
    uid="dynmetrics-logs",
    title="Logs by trace",
    help="Lines of one trace, or those with a word in them.",
    datasource="loki",
    rows=[
        Row(
            "Logs",
            [
                Panel(
                    "Lines per second",
                    "short",
                    "By component, of what is shown below.",
                    [Query(f'sum by ({KIND}) (rate({AT} |= "$search" |= "$trace_id" [$__auto]))')],
                    width=24,
                ),
                Panel(
                    "Lines",
                    "short",
                    "Newest first. Leave trace_id empty for all.",
                    [Query(f'{AT} |= "$search" |= "$trace_id"')],
                    kind="logs",
                    upstream=["logs: DynamoGraph Logs"],
                ),
            ],
        ),
    ],
    variables=[
        Variable("namespace", label="label_values(namespace)"),
        Variable("deployment", label="label_values(nvidia_com_dynamo_graph_deployment_name)"),
        Variable("component", label="label_values(nvidia_com_dynamo_component_type)"),
        Variable("trace_id"),
        Variable("search"),
    ],
)
