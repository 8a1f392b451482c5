"""The nodes, as the node exporter tells of them: use, saturation, errors of CPU, memory, disks, network."""

from panels import Board, Panel, Row, Variable
from promql import Query

AT = 'instance=~"$instance"'
DISK = f'{AT}, device!~"loop.*|ram.*"'
FILES = f'{AT}, fstype!~"tmpfs|overlay|squashfs|devtmpfs|ramfs"'
NET = f'{AT}, device!~"lo|veth.*|cni.*|docker.*"'
W = "$__rate_interval"


def per_second(name: str, labels: str, by: str, legend: str = "") -> Query:
    named = "".join(f"{{{{{each.strip()}}}}} " for each in by.split(","))
    return Query(f"sum by ({by}) (rate({name}{{{labels}}}[{W}]))", named + legend)


BOARD = Board(
    uid="dynmetrics-node",
    title="Nodes",
    help="Use, saturation and errors of the machines below.",
    rows=[
        Row(
            "Use",
            [
                Panel(
                    "CPU",
                    "percentunit",
                    "In use, of all cores.",
                    [
                        Query(
                            f'1 - avg by (instance) (rate(node_cpu_seconds_total{{{AT}, mode="idle"}}[{W}]))',
                            "{{instance}}",
                        )
                    ],
                    mark="cpu_usage",
                ),
                Panel(
                    "Memory",
                    "percentunit",
                    "Not available to new programs.",
                    [
                        Query(
                            f"1 - node_memory_MemAvailable_bytes{{{AT}}} / node_memory_MemTotal_bytes{{{AT}}}",
                            "{{instance}}",
                        )
                    ],
                    mark="memory_usage",
                ),
                Panel(
                    "Disk space",
                    "percentunit",
                    "In use, of each file system.",
                    [
                        Query(
                            f"1 - node_filesystem_avail_bytes{{{FILES}}} / node_filesystem_size_bytes{{{FILES}}}",
                            "{{instance}} {{mountpoint}}",
                        )
                    ],
                    mark="disk_usage",
                ),
                Panel(
                    "CPU by mode",
                    "short",
                    "Cores' worth of time; iowait and steal are time that was taken from you.",
                    [per_second("node_cpu_seconds_total", f'{AT}, mode!="idle"', "mode")],
                    stack=True,
                ),
                Panel(
                    "Network",
                    "Bps",
                    "By device, in and out.",
                    [
                        per_second("node_network_receive_bytes_total", NET, "instance, device", "in"),
                        per_second("node_network_transmit_bytes_total", NET, "instance, device", "out"),
                    ],
                ),
                Panel(
                    "Disks",
                    "Bps",
                    "By device, read and written.",
                    [
                        per_second("node_disk_read_bytes_total", DISK, "instance, device", "read"),
                        per_second("node_disk_written_bytes_total", DISK, "instance, device", "written"),
                    ],
                ),
            ],
        ),
        Row(
            "Saturation",
            [
                Panel(
                    "Load per core",
                    "short",
                    "Programs that run or wait, for each core; above 1 they wait for each other.",
                    [
                        Query(
                            f"node_load1{{{AT}}} / on (instance) count by (instance) "
                            f'(node_cpu_seconds_total{{{AT}, mode="idle"}})',
                            "{{instance}}",
                        )
                    ],
                    mark="load_per_core",
                ),
                Panel(
                    "Major page faults",
                    "ops",
                    "Pages that had to be read from disk: memory is short.",
                    [per_second("node_vmstat_pgmajfault", AT, "instance")],
                ),
                Panel(
                    "Disk time",
                    "percentunit",
                    "The share of time in which a disk had work.",
                    [per_second("node_disk_io_time_seconds_total", DISK, "instance, device")],
                ),
                Panel(
                    "Open files",
                    "percentunit",
                    "Of those that the kernel allows.",
                    [Query(f"node_filefd_allocated{{{AT}}} / node_filefd_maximum{{{AT}}}", "{{instance}}")],
                ),
            ],
        ),
        Row(
            "Errors",
            [
                Panel(
                    "Network errors",
                    "pps",
                    "Packets that were damaged, in and out.",
                    [
                        per_second("node_network_receive_errs_total", NET, "instance, device", "in"),
                        per_second("node_network_transmit_errs_total", NET, "instance, device", "out"),
                    ],
                ),
                Panel(
                    "Network drops",
                    "pps",
                    "Packets that were dropped, in and out.",
                    [
                        per_second("node_network_receive_drop_total", NET, "instance, device", "in"),
                        per_second("node_network_transmit_drop_total", NET, "instance, device", "out"),
                    ],
                ),
                Panel(
                    "TCP segments sent again",
                    "percentunit",
                    "Of those sent: loss on the way.",
                    [
                        Query(
                            f"sum by (instance) (rate(node_netstat_Tcp_RetransSegs{{{AT}}}[{W}])) / "
                            f"sum by (instance) (rate(node_netstat_Tcp_OutSegs{{{AT}}}[{W}]) > 0)",
                            "{{instance}}",
                        )
                    ],
                ),
            ],
        ),
    ],
    variables=[Variable("instance", "node_cpu_seconds_total", "instance")],
)
