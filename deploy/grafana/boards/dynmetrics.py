"""dynmetrics itself: is what the other boards show whole, fresh and cheap?"""

from panels import Board, Panel, Row, Variable
from promql import Query

D = "dynmetrics_"
AT = 'instance=~"$instance"'
W = "$__rate_interval"

BOARD = Board(
    uid="dynmetrics-itself",
    title="dynmetrics itself",
    help="Sources, what was left out, what a scrape costs, how large the pages are.",
    rows=[
        Row(
            "At a glance",
            [
                Panel(
                    "Sources that answer",
                    "percentunit",
                    "Of all sources of all processes, in the last scrape.",
                    [f"avg({D}source_up{{{AT}}})"],
                    kind="stat",
                    mark="sources_up",
                ),
                Panel(
                    "Oldest good answer",
                    "s",
                    "Of the source that has been silent for longest; its old values are shown.",
                    [f"max(time() - ({D}source_last_success_timestamp_seconds{{{AT}}} > 0))"],
                    kind="stat",
                    mark="source_age_seconds",
                ),
                Panel(
                    "Left out",
                    "short",
                    "Samples and lines of the range that could not go on a page.",
                    [f"sum(increase({D}dropped_total{{{AT}}}[$__range])) or vector(0)"],
                    kind="stat",
                ),
                Panel(
                    "Series",
                    "short",
                    "On all pages, without those about dynmetrics.",
                    [f"sum({D}series{{{AT}}})"],
                    kind="stat",
                ),
                Panel(
                    "Largest page",
                    "short",
                    "Samples of the largest page.",
                    [f"max(scrape_samples_scraped{{{AT}}})"],
                    kind="stat",
                ),
                Panel(
                    "Slowest scrape",
                    "s",
                    "Of all targets, now.",
                    [f"max(scrape_duration_seconds{{{AT}}})"],
                    kind="stat",
                    mark="scrape_seconds",
                ),
            ],
        ),
        Row(
            "Sources",
            [
                Panel(
                    "Up",
                    "short",
                    "1: the source answered this scrape.",
                    [Query(f"{D}source_up{{{AT}}}", "{{instance}} {{source}}")],
                ),
                Panel(
                    "Errors",
                    "ops",
                    "Scrapes without anything new, by reason.",
                    [
                        Query(
                            f"sum by (source, reason) (rate({D}source_errors_total{{{AT}}}[{W}]))",
                            "{{source}} {{reason}}",
                        )
                    ],
                ),
                Panel(
                    "Duration",
                    "s",
                    "Of the last call. A scrape waits for all sources together for at most its deadline.",
                    [Query(f"{D}source_duration_seconds{{{AT}}}", "{{instance}} {{source}}")],
                ),
                Panel(
                    "Left out, by reason",
                    "ops",
                    "A source that begins to bring what cannot be served shows here first.",
                    [Query(f"sum by (source, reason) (rate({D}dropped_total{{{AT}}}[{W}]))", "{{source}} {{reason}}")],
                ),
                Panel(
                    "Series of a source",
                    "short",
                    "One that grows without end has ids in its labels.",
                    [Query(f"{D}source_series{{{AT}}}", "{{instance}} {{source}}")],
                ),
                Panel(
                    "GIL held",
                    "percentunit",
                    "The share of time for which a scrape kept Python from running.",
                    [
                        Query(
                            f"sum by (instance, source) (rate({D}gil_hold_seconds_total{{{AT}}}[{W}]))",
                            "{{instance}} {{source}}",
                        )
                    ],
                ),
            ],
        ),
        Row(
            "Pages",
            [
                Panel(
                    "Answers",
                    "reqps",
                    "Of the HTTP server, by status.",
                    [Query(f"sum by (code) (rate({D}http_requests_total{{{AT}}}[{W}]))", "{{code}}")],
                ),
                Panel(
                    "Scrape duration",
                    "s",
                    "As Prometheus sees it, by job.",
                    [Query(f"max by (job) (scrape_duration_seconds{{{AT}}})", "{{job}}")],
                    mark="scrape_seconds",
                ),
                Panel(
                    "Memory", "bytes", "Of cells and label texts.", [Query(f"{D}memory_bytes{{{AT}}}", "{{instance}}")]
                ),
                Panel(
                    "Versions",
                    "short",
                    "What runs where.",
                    [Query(f"count by (version, arch) ({D}build_info{{{AT}}})", "{{version}} {{arch}}")],
                    kind="table",
                ),
            ],
        ),
    ],
    variables=[Variable("instance", D + "build_info", "instance")],
)
