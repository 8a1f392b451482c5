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

/* ---- mounted in a server of somebody else ---- */

typedef struct answered {
    int32_t status;
    page headers, body;
    dynm_status verdict; /* what the function that takes the response says */
} answered;

static dynm_status take(const dynm_response *response, void *payload) {
    answered *into = (answered *)payload;
    into->status = response->status;
    for (size_t i = 0; i < response->header_count; i++) {
        const dynm_label *header = &response->headers[i];
        page_write(header->name, strlen(header->name), &into->headers);
        page_write(": ", 2, &into->headers);
        page_write(header->value, strlen(header->value), &into->headers);
        page_write("\n", 1, &into->headers);
    }
    page_write(response->body, response->body_length, &into->body);
    return into->verdict;
}

static dynm_status ask(dynm_mount *mount, const char *method, const char *target, const dynm_label *headers, size_t count, answered *into) {
    dynm_request request;
    memset(&request, 0, sizeof request);
    request.struct_size = sizeof request;
    request.method = method;
    request.target = target;
    request.headers = headers;
    request.header_count = count;
    page_clear(&into->headers), page_clear(&into->body);
    return dynm_mount_answer(mount, &request, take, into);
}

static void a_mounted_runtime_answers_requests(void) {
    tree t = tree_new();
    dynm_mount *mount = NULL;
    MUST(dynm_mount_create(t.root, &mount));
    answered a = {0, page_new(), page_new(), DYNM_OK};
    const dynm_label openmetrics = {"Accept", "application/openmetrics-text;version=1.0.0"}, gzip = {"accept-encoding", "gzip"};

    MUST(ask(mount, "GET", "", NULL, 0, &a));
    EXPECT(a.status == 200);
    EXPECT_HAS(a.headers.text, "Content-Type: text/plain; version=0.0.4; charset=utf-8\n");
    EXPECT_HAS(a.body.text, "dynmetrics_build_info{");
    MUST(ask(mount, "GET", "/metrics?name[]=dynmetrics_series", &openmetrics, 1, &a));
    EXPECT_HAS(a.headers.text, "application/openmetrics-text");
    EXPECT_HAS(a.body.text, "# EOF\n");
    EXPECT_HAS_NOT(a.body.text, "dynmetrics_build_info{");
    MUST(ask(mount, "GET", "/", &gzip, 1, &a));
    EXPECT_HAS(a.headers.text, "Content-Encoding: gzip\n");
    EXPECT(a.body.length > 2 && (unsigned char)a.body.text[0] == 0x1f && (unsigned char)a.body.text[1] == 0x8b);
    MUST(ask(mount, "HEAD", "/live", NULL, 0, &a));
    EXPECT(a.status == 200 && a.body.length == 0);
    MUST(ask(mount, "POST", "/", NULL, 0, &a));
    EXPECT(a.status == 405);
    EXPECT_HAS(a.headers.text, "Allow: GET, HEAD\n");
    MUST(ask(mount, "GET", "/no", NULL, 0, &a));
    EXPECT(a.status == 404);

    free(a.headers.text), free(a.body.text);
    dynm_mount_free(mount);
    tree_free(&t);
}

static void what_cannot_be_mounted_or_asked_is_refused(void) {
    tree t = tree_new();
    dynm_mount *mount = NULL, *none = NULL;
    EXPECT_REFUSED(dynm_mount_create(t.generate, &none), DYNM_EINVAL, "generate", "mount the runtime");
    EXPECT(none == NULL);
    MUST(dynm_mount_create(t.root, &mount));
    answered a = {0, page_new(), page_new(), DYNM_EIO};

    EXPECT_REFUSED(ask(mount, NULL, "/", NULL, 0, &a), DYNM_EINVAL, "NULL", "method");
    EXPECT_REFUSED(ask(mount, "GET", NULL, NULL, 0, &a), DYNM_EINVAL, "NULL", "target");
    EXPECT_REFUSED(ask(mount, "GET", "/", NULL, 1, &a), DYNM_EINVAL, "NULL", "headers");
    EXPECT_REFUSED(dynm_mount_answer(mount, NULL, take, &a), DYNM_EINVAL, "NULL", "dynm_request");
    EXPECT(ask(mount, "GET", "/live", NULL, 0, &a) != DYNM_OK); /* the response was not taken */
    EXPECT(ask(NULL, "GET", "/live", NULL, 0, &a) != DYNM_OK);
    dynm_mount_free(mount);
    EXPECT(ask(mount, "GET", "/live", NULL, 0, &a) != DYNM_OK); /* freed: told, not read */
    dynm_mount_free(mount);
    dynm_mount_free(NULL);

    free(a.headers.text), free(a.body.text);
    tree_free(&t);
}

int main(void) {
    test("/metrics, /live, /health and 404 answer until the server is closed", the_three_pages_answer);
    test("/health follows the endpoints, /live does not", health_follows_the_endpoints);
    test("the same address is the same server, a taken one is told", the_same_address_is_the_same_server);
    test("a server starts and stops again and again", a_server_starts_and_stops_again_and_again);
    test("a mounted runtime answers requests that another server has read", a_mounted_runtime_answers_requests);
    test("what cannot be mounted or asked is refused", what_cannot_be_mounted_or_asked_is_refused);
    return finish();
}
