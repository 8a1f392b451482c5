"""An example frontend: its requests and models measured by dynmetrics.

POST {"model": …, "stream": true, "max_tokens": 8} to /v1/chat/completions (or /v1/completions, /v1/embeddings) at the
second address that it prints: tokens come as server-sent events, after made-up delays, or from a worker (--worker). GET
/stats there tells what was done. The first address is the page.
"""

from __future__ import annotations

import argparse
import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import dynmetrics
from simulated import Delays, Requests, add_options, run

ENDPOINTS = {
    "/v1/chat/completions": "chat_completions",
    "/v1/completions": "completions",
    "/v1/embeddings": "embeddings",
}


def of_worker(url: str, count: int, prompt: int) -> Iterator[int]:
    """Yield once for each line that the worker answers with."""
    body = json.dumps({"max_tokens": count, "prompt_tokens": prompt}).encode()
    with urllib.request.urlopen(urllib.request.Request(url, body, {"Content-Type": "application/json"})) as answer:
        for index, _ in enumerate(answer):
            yield index


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser, port=8000)
    parser.add_argument("--worker", action="append", default=[], help="address of a worker's requests; they take turns")
    parser.add_argument("--limit", type=int, default=256, help="requests at a time; more are refused (default: 256)")
    options = parser.parse_args()

    runtime = dynmetrics.DistributedRuntime()
    runtime.show_process()
    frontend = runtime.frontend()
    delays = Delays(options)
    turns = threading.Lock()
    places = threading.BoundedSemaphore(options.limit)
    workers = list(options.worker)

    def refresh() -> None:
        frontend.set_model(
            options.model,
            ready=True,
            total_kv_blocks=4096,
            max_num_seqs=64,
            max_num_batched_tokens=8192,
            context_length=32768,
            kv_cache_block_size=16,
            migration_limit=0,
        )

    frontend.on_refresh(refresh)

    def tokens(count: int, prompt: int) -> Iterator[int]:
        if not workers:
            return delays.tokens(count)
        with turns:
            workers.append(workers.pop(0))
            return of_worker(workers[-1], count, prompt)

    def answer(path: str, body: dict[str, Any], write: Callable[[bytes], None]) -> None:
        endpoint = ENDPOINTS.get(path)
        if endpoint is None or body.get("model", options.model) != options.model:
            raise LookupError("no such endpoint or model")  # neither becomes a label
        count = min(max(int(body.get("max_tokens", 16)), 1), 4096)
        prompt = max(int(body.get("prompt_tokens", len(str(body.get("messages", body.get("prompt", "")))) // 4)), 1)
        streams = bool(body.get("stream", True))
        with frontend.request(options.model, endpoint, "stream" if streams else "unary") as request:
            request.input(prompt, prompt // 2)
            if not places.acquire(blocking=False):
                request.fail("overload")
                raise RuntimeError("the frontend is full; try again later")
            try:
                if endpoint == "embeddings":
                    request.responded()
                    write(b'{"object":"list","data":[]}\n')
                    return
                for index in tokens(count, prompt):
                    request.tokens()
                    write(f'data: {{"index":{index}}}\n\n'.encode())
                write(b"data: [DONE]\n\n")
            finally:
                places.release()

    server = runtime.serve(options.host, options.port)
    own = {"max_tokens": options.tokens, "prompt_tokens": 128}
    run(options, Requests(options, answer), server.url, ("/v1/chat/completions", own))
    server.close()


if __name__ == "__main__":
    main()
