"""The HTTP server as Python starts and stops it."""

from __future__ import annotations

import json
import socket

import pytest
from support import assert_valid, get, run_python, value

import dynmetrics


def test_a_server_serves_the_page_health_and_liveness(rt, endpoint, server):
    endpoint.metrics.create_intcounter("requests_total", "Requests").inc(3)
    assert server.url == f"http://127.0.0.1:{server.port}"
    status, page = get(server)
    assert status == 200
    assert_valid(page)
    assert value(page, "dynamo_component_requests_total") == 3
    assert get(server, "/live")[0] == 200
    status, body = get(server, "/health")
    assert status == 200
    assert json.loads(body)["status"] == "ready"
    assert get(server, "/nothing")[0] == 404


def test_an_endpoint_that_is_not_ready_makes_health_503_until_it_is(rt, endpoint, server):
    endpoint.set_health_status("notready")
    status, body = get(server, "/health")
    assert (status, json.loads(body)["status"]) == (503, "notready")
    assert get(server, "/live")[0] == 200
    endpoint.set_health_status("ready")
    assert get(server, "/health")[0] == 200


def test_the_same_address_twice_is_the_same_server(rt, server):
    again = rt.serve(port=server.port)
    assert again.port == server.port
    again.close()
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", server.port), timeout=5)


def test_a_closed_server_frees_its_port_and_may_be_closed_again(rt):
    with rt.serve() as server:
        port = server.port
    server.close()
    assert (server.port, server.url) == (port, f"http://127.0.0.1:{port}")
    with rt.serve(port=port) as second:
        assert get(second, "/live")[0] == 200


def test_a_server_nobody_holds_goes_on(rt):
    port = rt.serve().port
    with rt.serve(port=port) as server:
        assert get(server, "/live")[0] == 200


def test_a_taken_port_is_an_os_error_that_names_it(rt):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=str(port)):
            rt.serve(port=port)


@pytest.mark.parametrize("host", ["nowhere.invalid", "127.0.0.1.5", "", "example.com"])
def test_a_host_that_is_no_address_is_refused_and_named(rt, host):
    with pytest.raises((dynmetrics.MetricsError, OSError), match=r"127\.0\.0\.1"):
        rt.serve(host=host)


def test_localhost_is_an_address(rt):
    with rt.serve(host="localhost") as server:
        assert get(server, "/live")[0] == 200


def test_the_environment_says_where_and_the_arguments_win(rt, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("DYN_SYSTEM_PORT", str(port))
    monkeypatch.setenv("DYN_SYSTEM_HOST", "127.0.0.1")
    with rt.serve() as server:
        assert server.port == port
    with rt.serve(port=0) as server:
        assert server.port != 0


def test_a_port_without_a_host_in_the_environment_binds_every_address_with_one_warning():
    done = run_python(
        """
        import logging, dynmetrics, time
        told = []
        class Keep(logging.Handler):
            def emit(self, record): told.append(record)
        logging.getLogger("dynmetrics").addHandler(Keep())
        rt = dynmetrics.DistributedRuntime()
        with rt.serve() as server:
            assert server.url == f"http://127.0.0.1:{server.port}"  # one that can be asked
            end = time.monotonic() + 20
            while not told and time.monotonic() < end: time.sleep(0.002)
        assert [r.levelname for r in told] == ["WARNING"] and "0.0.0.0" in told[0].getMessage(), told
        """,
        DYN_SYSTEM_PORT="0",
    )
    assert done.returncode == 0, done.stderr


def test_only_a_runtime_serves(endpoint):
    assert not hasattr(endpoint, "serve")
    assert not hasattr(endpoint, "namespace")
