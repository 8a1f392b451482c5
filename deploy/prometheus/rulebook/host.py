"""Alerts of the machines, from the node exporter: use, saturation, errors and loss of CPU, memory, disk and network."""

from __future__ import annotations

from .book import Alert, Given, Group

NODE = '{job="node", instance="n1"'
REAL = 'device!~"lo|veth.*|docker.*|br-.*|cali.*|cni.*"'
FILES = 'fstype!~"tmpfs|overlay|squashfs|ramfs|iso9660"'


def given(metric: str, well: float, warning: float, critical: float, more: str = "") -> Given:
    return Given(f"{metric}{NODE}{more}}}", well, warning, critical)


def counted(metric: str, well: float, warning: float, critical: float, more: str = "") -> Given:
    return Given(f"{metric}{NODE}{more}}}", well, warning, critical, counts=True)


GROUP = Group(
    "host",
    "Machines",
    "30s",
    [
        Alert(
            "HostCPUBusy",
            '1 - avg by (job, instance) (rate(node_cpu_seconds_total{mode="idle"}[5m]))',
            "cpu_usage",
            "The cores of {{ $labels.instance }} are busy",
            "Tokenizing, scheduling and serving compete for cores: latencies grow while the GPUs wait.",
            "See with `top` what uses them; move what is not the engine elsewhere; raise the container's CPU limit.",
            [counted("node_cpu_seconds_total", 48, 6, 1, ', cpu="0", mode="idle"')],
            unit="ratio",
            waits=(10, 5),
        ),
        Alert(
            "HostCPUSaturated",
            'node_load5 / count by (job, instance) (node_cpu_seconds_total{mode="idle"})',
            "load_per_core",
            "More wants to run on {{ $labels.instance }} than it has cores",
            "Threads wait for a core. Also counts what waits for a disk, so look at the disks too.",
            "As for a busy CPU; if the disks are busy as well, begin there.",
            [
                given("node_load5", 0.5, 2, 4),
                counted("node_cpu_seconds_total", 48, 6, 1, ', cpu="0", mode="idle"'),
            ],
            waits=(10, 5),
        ),
        Alert(
            "HostCPUStolen",
            'avg by (job, instance) (rate(node_cpu_seconds_total{mode="steal"}[5m]))',
            "cpu_steal",
            "The hypervisor gives the cores of {{ $labels.instance }} to others",
            "The machine is virtual and its host is overbooked: time is lost that no tuning here brings back.",
            "Move the machine, or ask for cores that are its own.",
            [counted("node_cpu_seconds_total", 0, 6, 24, ', cpu="0", mode="steal"')],
            unit="ratio",
        ),
        Alert(
            "HostMemoryFull",
            "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes",
            "memory_usage",
            "The memory of {{ $labels.instance }} is nearly used up",
            "The kernel soon ends the process that uses most of it, which is the engine.",
            "Look for what grows; lower KVBM's host cache or the engine's swap space.",
            [
                given("node_memory_MemAvailable_bytes", 50e9, 8e9, 2e9),
                given("node_memory_MemTotal_bytes", 100e9, 100e9, 100e9),
            ],
            unit="ratio",
        ),
        Alert(
            "HostMemoryThrashing",
            "rate(node_vmstat_pgmajfault[5m])",
            "memory_major_faults_per_second",
            "{{ $labels.instance }} reads pages of memory back from disk",
            "Memory is short although some is called available: code and files are thrown out and read again.",
            "As for full memory. Swap should be off on a machine that serves.",
            [counted("node_vmstat_pgmajfault", 60, 60000, 180000)],
        ),
        Alert(
            "HostOutOfMemoryKill",
            "increase(node_vmstat_oom_kill[10m])",
            "memory_oom_kills",
            "The kernel ended a process of {{ $labels.instance }} for its memory",
            "Something is gone already, perhaps a worker.",
            "`dmesg` names the process. Give it more memory or less to keep.",
            [counted("node_vmstat_oom_kill", 0, 0.2, 1)],
            waits=(0, 0),
            window=12,
        ),
        Alert(
            "HostDiskFull",
            f"1 - node_filesystem_avail_bytes{{{FILES}}} / node_filesystem_size_bytes{{{FILES}}}",
            "disk_usage",
            "{{ $labels.mountpoint }} of {{ $labels.instance }} is nearly full",
            "Logs, multiprocess directories and KVBM's disk tier stop; writes fail.",
            "Find what grows with `du`; `dynmetrics compact` folds a multiprocess directory of dead writers.",
            [
                given("node_filesystem_avail_bytes", 50e9, 10e9, 2e9, ', device="vda", mountpoint="/", fstype="ext4"'),
                given("node_filesystem_size_bytes", 1e11, 1e11, 1e11, ', device="vda", mountpoint="/", fstype="ext4"'),
            ],
            unit="ratio",
        ),
        Alert(
            "HostDiskBusy",
            "rate(node_disk_io_time_seconds_total[5m])",
            "disk_busy",
            "{{ $labels.device }} of {{ $labels.instance }} is busy all the time",
            "Whoever reads or writes there waits: etcd's log, JetStream's files, KVBM's disk tier.",
            "Give etcd and JetStream disks of their own; lower KVBM's moves to disk.",
            [counted("node_disk_io_time_seconds_total", 6, 56, 60, ', device="vda"')],
            unit="ratio",
            waits=(10, 10),
        ),
        Alert(
            "HostDiskFails",
            f"max by (job, instance, device) (node_filesystem_device_error{{{FILES}}})\n"
            f"+ max by (job, instance, device) (node_filesystem_readonly{{{FILES}}})",
            "disk_errors",
            "{{ $labels.device }} of {{ $labels.instance }} cannot be read, or has become read-only",
            "A file system that the kernel no longer trusts. What is written is lost.",
            "`dmesg`, then replace the disk. A mount that is read-only on purpose belongs into the rule's filter.",
            [
                given("node_filesystem_device_error", 0, 1, 1, ', device="vda", fstype="ext4"'),
                given("node_filesystem_readonly", 0, 0, 1, ', device="vda", fstype="ext4"'),
            ],
            window=2,
            waits=(2, 2),
        ),
        Alert(
            "HostFilesOpen",
            "node_filefd_allocated / node_filefd_maximum",
            "files_open",
            "{{ $labels.instance }} soon can open no more files",
            "Sockets are files: new connections are refused.",
            "Look for what leaks them with `lsof`; raise fs.file-max.",
            [given("node_filefd_allocated", 100, 850, 970), given("node_filefd_maximum", 1000, 1000, 1000)],
            unit="ratio",
        ),
        Alert(
            "HostNetworkBusy",
            f"rate(node_network_transmit_bytes_total{{{REAL}}}[5m]) / (node_network_speed_bytes{{{REAL}}} > 0)",
            "network_usage",
            "{{ $labels.device }} of {{ $labels.instance }} sends near its speed",
            "Transfers of KV blocks between prefill and decode wait for the link.",
            "Place prefill and decode nearer to each other, or on other links.",
            [
                counted("node_network_transmit_bytes_total", 6e9, 48e9, 57e9, ', device="eth0"'),
                given("node_network_speed_bytes", 1e9, 1e9, 1e9, ', device="eth0"'),
            ],
            unit="ratio",
        ),
        Alert(
            "HostNetworkErrors",
            f"(rate(node_network_receive_errs_total{{{REAL}}}[5m])"
            f" + rate(node_network_transmit_errs_total{{{REAL}}}[5m]))\n"
            f"/ (rate(node_network_receive_packets_total{{{REAL}}}[5m])"
            f" + rate(node_network_transmit_packets_total{{{REAL}}}[5m]) > 0)",
            "network_errors",
            "{{ $labels.device }} of {{ $labels.instance }} damages packets",
            "A bad cable, optic or driver. TCP repairs it by sending again, slowly.",
            "`ethtool -S`; change the cable or the port.",
            [
                counted("node_network_receive_errs_total", 0, 300, 3000, ', device="eth0"'),
                counted("node_network_transmit_errs_total", 0, 0, 0, ', device="eth0"'),
                counted("node_network_receive_packets_total", 50000, 50000, 50000, ', device="eth0"'),
                counted("node_network_transmit_packets_total", 50000, 50000, 50000, ', device="eth0"'),
            ],
            unit="ratio",
        ),
        Alert(
            "HostNetworkDrops",
            f"rate(node_network_receive_drop_total{{{REAL}}}[5m])"
            f" / (rate(node_network_receive_packets_total{{{REAL}}}[5m]) > 0)",
            "network_drops",
            "{{ $labels.device }} of {{ $labels.instance }} loses packets that arrived",
            "They come faster than the kernel takes them.",
            "Bigger rings (`ethtool -G`), interrupts over more cores.",
            [
                counted("node_network_receive_drop_total", 0, 300, 3000, ', device="eth0"'),
                counted("node_network_receive_packets_total", 100000, 100000, 100000, ', device="eth0"'),
            ],
            unit="ratio",
        ),
        Alert(
            "HostTCPRetransmits",
            "rate(node_netstat_Tcp_RetransSegs[5m]) / (rate(node_netstat_Tcp_OutSegs[5m]) > 0)",
            "tcp_retransmits",
            "{{ $labels.instance }} sends much of its TCP twice",
            "Packets are lost on the way: streams of tokens stutter.",
            "See the drops and errors of both ends and of the switch between.",
            [
                counted("node_netstat_Tcp_RetransSegs", 10, 300, 800),
                counted("node_netstat_Tcp_OutSegs", 10000, 10000, 10000),
            ],
            unit="ratio",
        ),
    ],
)
