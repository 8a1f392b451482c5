"""A client of token streams: how long was the gap before each token?

    listen.py PORT STREAMS WARM_UP SECONDS    prints {"p50", "p99", "p999", "worst", "tokens"}, in milliseconds, as JSON

Gaps are measured where a token arrives, from WARM_UP seconds after the last stream is open. Says "open" before that.
"""

from __future__ import annotations

import json
import select
import socket
import sys
import time

from streams import TOKEN


def main(port: int, streams: int, warm_up: float, seconds: float) -> None:
    """Read all streams in one thread."""
    poll, sockets = select.epoll(), {}
    for _ in range(streams):
        stream = socket.create_connection(("127.0.0.1", port))
        stream.setblocking(False)
        sockets[stream.fileno()] = stream
        poll.register(stream, select.EPOLLIN)
    print("open", flush=True)
    clock, size = time.perf_counter, len(TOKEN)
    start = clock() + warm_up
    end = start + seconds
    last: dict[int, float] = {}
    gaps: list[float] = []
    now = 0.0
    while now < end:
        for file, _ in poll.poll(0.1):
            got = len(sockets[file].recv(65536))
            now = clock()
            if not got:
                raise SystemExit("error: a stream ended")
            if now > start and file in last:
                gaps.append(now - last[file])
                gaps += [0.0] * (got // size - 1)  # tokens that came together
            last[file] = now
    gaps.sort()

    def percentile(part: float) -> float:
        return round(gaps[min(len(gaps) - 1, int(len(gaps) * part))] * 1000, 4)

    names = {"p50": 0.5, "p99": 0.99, "p999": 0.999, "worst": 1.0}
    print(json.dumps({**{name: percentile(part) for name, part in names.items()}, "tokens": len(gaps)}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]))
