/* The server over a real socket: the three pages, health, the same address twice, a port that is taken. */
#include "check.h"

static void the_three_pages_answer(void) {
    tree t = tree_new();
    dynm_metric_options options = metric("requests_total", "Requests served");
    dynm_intcounter *requests;
    MUST(dynm_node_create_intcounter(t.generate, &options, &requests));
    dynm_intcounter_inc_by(requests, 3);
    dynm_server *server = serve_anywhere(t.root);
    int port = dynm_server_port(server);
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d", port);
    page told = page_new();
    dynm_sink sink = page_sink(&told);
    MUST(dynm_server_url(server, &sink));

    page metrics = get(port, "/metrics"), live = get(port, "/live"), health = get(port, "/health"), none = get(port, "/no");

    EXPECT(strcmp(told.text, url) == 0);
    EXPECT_HAS(metrics.text, "HTTP/1.1 200");
    EXPECT_HAS(metrics.text, "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_HAS(metrics.text, "dynamo_component_requests_total{" NODE_LABELS ",worker_id=\"ff\"} 3\n");
    EXPECT_HAS(metrics.text, "dynmetrics_build_info{");
    EXPECT_HAS(live.text, "HTTP/1.1 200");
    EXPECT_HAS(health.text, "HTTP/1.1 200");
    EXPECT_HAS(none.text, "HTTP/1.1 404");
    free(told.text), free(metrics.text), free(live.text), free(health.text), free(none.text);

    MUST(dynm_server_close(server));
    MUST(dynm_server_close(server)); /* twice is fine */
    page gone = get(port, "/live");
    EXPECT(gone.length == 0);
    free(gone.text);
    dynm_server_free(server);
    tree_free(&t);
}

static void health_follows_the_endpoints(void) {
    tree t = tree_new();
    dynm_server *server = serve_anywhere(t.root);
    int port = dynm_server_port(server);

    MUST(dynm_node_set_health_status(t.generate, DYNM_HEALTH_NOTREADY));
    page before = get(port, "/health"), live = get(port, "/live");
    MUST(dynm_node_set_health_status(t.generate, DYNM_HEALTH_READY));
    page after = get(port, "/health");

    EXPECT_HAS(before.text, "HTTP/1.1 503");
    EXPECT_HAS(before.text, "\"status\":\"notready\"");
    EXPECT_HAS(before.text, "\"generate\":\"notready\"");
    EXPECT_HAS(live.text, "HTTP/1.1 200");
    EXPECT_HAS(after.text, "HTTP/1.1 200");
    EXPECT_HAS(after.text, "\"status\":\"ready\"");
    free(before.text), free(live.text), free(after.text);
    MUST(dynm_server_close(server));
    dynm_server_free(server);
    tree_free(&t);
}

static void the_same_address_is_the_same_server(void) {
    tree t = tree_new(), other = tree_new();
    dynm_server *first = serve_anywhere(t.root), *second = NULL, *taken = NULL;
    dynm_serve_options options;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.host = "127.0.0.1";
    options.port = dynm_server_port(first);
    options.has_port = 1;
    char port[16];
    snprintf(port, sizeof port, "%d", dynm_server_port(first));

    MUST(dynm_node_serve(t.root, &options, &second));

    EXPECT(dynm_server_port(second) == dynm_server_port(first));
    EXPECT_REFUSED(dynm_node_serve(other.root, &options, &taken), DYNM_EIO, port, "0");
    EXPECT(taken == NULL);
    MUST(dynm_server_close(second));
    MUST(dynm_node_serve(other.root, &options, &taken)); /* the port is free now */
    MUST(dynm_server_close(taken));
    dynm_server_free(first), dynm_server_free(second), dynm_server_free(taken);
    tree_free(&t), tree_free(&other);
}

static void a_server_starts_and_stops_again_and_again(void) {
    tree t = tree_new();
    for (int i = 0; i < setting("DYNM_RESTARTS", 20); i++) {
        dynm_server *server = serve_anywhere(t.root);
        page live = get(dynm_server_port(server), "/live");
        EXPECT_HAS(live.text, "HTTP/1.1 200");
        free(live.text);
        MUST(dynm_server_close(server));
        dynm_server_free(server);
    }
    tree_free(&t);
}

int main(void) {
    test("/metrics, /live, /health and 404 answer until the server is closed", the_three_pages_answer);
    test("/health follows the endpoints, /live does not", health_follows_the_endpoints);
    test("the same address is the same server, a taken one is told", the_same_address_is_the_same_server);
    test("a server starts and stops again and again", a_server_starts_and_stops_again_and_again);
    return finish();
}
