"""Threads that update, create, register and remove while others scrape."""

from __future__ import annotations

import threading

from support import assert_valid, get, value

import dynmetrics

THREADS, TURNS = 4, 20_000


def run_together(*bodies):
    """Run these at the same time; what one raises is raised here."""
    failures = []

    def guarded(body):
        try:
            body()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def test_sums_are_exact_after_threads_have_updated_while_others_scraped(rt, endpoint, server):
    metrics = endpoint.metrics
    whole = metrics.create_intcounter("whole_total", "")
    floating = metrics.create_counter("floating_total", "")
    gauge = metrics.create_intgauge("gauge", "")
    histogram = metrics.create_histogram("histogram", "", None, [1.0])
    vec = metrics.create_intcountervec("vec_total", "", ["i"])
    metrics.register_prometheus_expfmt_callback(lambda: "text 1\n")
    updating = threading.Event()
    updating.set()

    def update():
        for i in range(TURNS):
            whole.inc()
            floating.inc(0.5)
            gauge.inc()
            histogram.observe(0.5)
            vec.labels(i % 10).inc()

    def scrape():
        while updating.is_set():
            assert_valid(rt.scrape())
            assert_valid(get(server)[1])

    def update_all():
        run_together(*[update] * THREADS)
        updating.clear()

    run_together(update_all, scrape, scrape)
    page = rt.scrape()
    total = THREADS * TURNS
    assert value(page, "dynamo_component_whole_total") == whole.get() == total
    assert value(page, "dynamo_component_floating_total") == total / 2
    assert value(page, "dynamo_component_gauge") == total
    assert value(page, "dynamo_component_histogram_count") == total
    assert value(page, "dynamo_component_histogram_bucket", le="1.0") == total
    assert sum(vec.labels(i).get() for i in range(10)) == total


def test_creating_registering_and_removing_while_others_scrape_leaves_a_valid_page(rt, endpoint):
    busy = threading.Event()
    busy.set()

    def change(number):
        def body():
            for i in range(100):
                node = rt.namespace("n").component(f"c{number}").endpoint(f"e{i}")
                vec = node.metrics.create_gaugevec("made", "", ["i"])
                vec.labels(i).set(i)
                with node.metrics.register_prometheus_expfmt_callback(lambda i=i: f'text{{n="{number}"}} {i}\n'):
                    node.scrape()
                with node.metrics.register_update_callback(lambda: None):
                    pass
                vec.clear()

        return body

    def scrape():
        while busy.is_set():
            assert_valid(rt.scrape())

    def change_all():
        try:
            run_together(*(change(number) for number in range(3)))
        finally:
            busy.clear()

    run_together(change_all, scrape, scrape)
    assert_valid(rt.scrape())


def test_threads_that_ask_for_the_same_child_get_the_same_child(endpoint):
    vec = endpoint.metrics.create_intcountervec("c_total", "", ["i"])

    def ask():
        for i in range(2000):
            vec.labels(i % 50).inc()
            if i % 500 == 0:
                vec.labels("other").inc()

    run_together(*[ask] * 8)
    assert sum(vec.labels(i).get() for i in range(50)) == 8 * 2000
    assert isinstance(vec.labels("other"), dynmetrics.IntCounter)


def test_one_server_started_and_stopped_by_many_threads(rt):
    def cycle():
        for _ in range(20):
            with rt.serve() as server:
                assert server.port > 0

    run_together(*[cycle] * 3)
