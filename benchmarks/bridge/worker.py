"""One contender's process: an engine's registry, served, and token streams.

    worker.py CONTENDER SERIES

CONTENDER `without` has no metrics. Prints one line of JSON: {"url", "streams" (a port), "version"} or {"missing": why};
then answers each line of standard input with another, and ends with it:

    work TURN      change a tenth of the metrics
    tick           have a thread tick
    ticks          stop it; the lateness of its ticks in milliseconds
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from contenders import SERVE, Missing, version_of
from engine import Engine
from streams import Streams
from ticker import Ticker


def tell(answer: Any) -> None:
    """Answer the driver."""
    print(json.dumps(answer), flush=True)


async def main(contender: str, series: int) -> None:
    """Serve, and answer until standard input ends."""
    if contender == "without":
        engine, url, version, kept = None, "", "", None
    else:
        engine = Engine(series)
        try:
            url, kept = await SERVE[contender](engine.registry)
        except Missing as missing:
            tell({"missing": str(missing)})
            return
        version = version_of(contender)
    streams = Streams(engine)
    tell({"url": url, "streams": await streams.serve(), "version": version})
    ticker = None
    while words := (await asyncio.to_thread(sys.stdin.readline)).split():
        match words:
            case ["work", turn] if engine:
                engine.work(int(turn))
                tell({})
            case ["tick"]:
                ticker = Ticker()
                tell({})
            case ["ticks"] if ticker:
                tell(ticker.stop())
            case _:
                sys.exit(f"error: {words} is no request; one is: work 1")
    del kept


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
