"""A worker of Dynamo itself, alone; the module that shows its engine's metrics is the argument. Prints its page.

python dynamo_worker.py dynamo.common.utils.prometheus | dynmetrics.dynamo
"""

import asyncio
import importlib
import os
import re
import sys
import urllib.request

os.environ["DYN_SYSTEM_PORT"] = "0"
os.environ["DYN_SYSTEM_HOST"] = "127.0.0.1"

from dynamo.runtime import DistributedRuntime
from dynamo_peer import Cache, Loader


async def generate(request, context):
    yield 1


async def main(module):
    from prometheus_client import CollectorRegistry, Counter, Histogram

    registry = CollectorRegistry()
    Counter("vllm:requests", "Requests", ["engine"], registry=registry).labels("0").inc(7)
    Histogram("vllm:seconds", "Seconds", registry=registry).observe(0.3)
    runtime = DistributedRuntime(asyncio.get_running_loop(), "mem", "tcp")
    endpoint = runtime.endpoint("prod.backend.generate")
    module.register_engine_metrics_callback(
        endpoint, registry, ["vllm:"], namespace_name="prod", component_name="backend", model_name="m"
    )
    cache = Cache()
    module.register_embedding_cache_metrics(endpoint, cache, "m", "backend")
    module.register_image_loader_metrics(endpoint, Loader({("get", "hit", "1-2MB"): [0.003]}), "m", "backend")
    served = asyncio.ensure_future(endpoint.serve_endpoint(generate))
    await asyncio.sleep(0)
    cache.step = 1
    url = runtime.system_status_server_url() + "/metrics"
    page = (await asyncio.to_thread(lambda: urllib.request.urlopen(url, timeout=20).read())).decode()
    kept = [line for line in page.split("\n") if re.search(r"vllm:|_embedding_cache_|_image_", line)]
    print(
        re.sub(r'worker_id="[0-9a-f]+"', 'worker_id="…"', "\n".join(x for x in kept if "_created" not in x)), flush=True
    )
    served.cancel()
    os._exit(0)  # nothing of the runtime is asked to end


asyncio.run(main(importlib.import_module(sys.argv[1])))
