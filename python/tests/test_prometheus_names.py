"""The name constants: Dynamo 1.6.1's classes, made from the catalogue."""

import inspect

import dynmetrics
from dynmetrics import prometheus_names
from dynmetrics.prometheus_names import frontend_service, labels, transport, work_handler


def constants(of, path=""):
    found = {}
    for name, value in vars(of).items():
        if inspect.isclass(value):
            found |= constants(value, f"{path}{name}.")
        elif isinstance(value, str) and not name.startswith("_"):
            found[path + name] = value
    return found


def test_all_constants_and_classes_of_the_release_are_there():
    # 237 constants in 22 classes, as its own module has them.
    assert len(constants(prometheus_names)) == 237
    assert len(prometheus_names.__all__) == 22


def test_constants_are_names_without_the_family_prefix_and_values_of_labels():
    assert frontend_service.REQUESTS_TOTAL == "requests_total"
    assert frontend_service.error_type.NONE == ""
    assert frontend_service.error_type.RESPONSE_TIMEOUT == "response_timeout"
    assert work_handler.error_types.PUBLISH_FINAL == "publish_final"
    assert transport.nats.ERRORS_TOTAL == "nats_errors_total"
    assert labels.MODEL_NAME == "model_name"
    assert prometheus_names.routing_overhead.TOTAL_MS == "overhead_total_ms"
    assert prometheus_names.name_prefix.FRONTEND == "dynamo_frontend"


def test_names_put_together_stand_in_a_query_and_can_be_created():
    runtime = dynmetrics.DistributedRuntime()
    name = f"{prometheus_names.name_prefix.FRONTEND}_{frontend_service.OUTPUT_TOKENS_TOTAL}"
    runtime.metrics.create_intcounter(name, "Tokens", name_as_is=True).inc_by(3)
    assert b"dynamo_frontend_output_tokens_total{" in runtime.scrape()
