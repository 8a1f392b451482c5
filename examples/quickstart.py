"""A worker's own metrics and its engine's on one page. With --once: prints the page and ends, instead of serving."""

import sys
import threading

import prometheus_client

import dynmetrics

ENGINE = prometheus_client.CollectorRegistry()  # an engine has one of these
prometheus_client.Gauge("vllm:num_requests_running", "Requests in the batch", registry=ENGINE).set(3)

runtime = dynmetrics.DistributedRuntime()
endpoint = runtime.namespace("prod").component("backend").endpoint("generate")
requests = endpoint.metrics.create_intcounter("requests_total", "Requests served")
requests.inc()
dynmetrics.register_engine_metrics_callback(endpoint, ENGINE, metric_prefix_filters=["vllm:"])

if "--once" in sys.argv:
    print(runtime.scrape().decode(), end="")
else:
    server = runtime.serve()
    print(server.url + "/metrics", flush=True)
    threading.Event().wait()  # until Ctrl-C
