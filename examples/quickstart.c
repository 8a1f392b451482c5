/* A metric of your own and an engine's text on one page.
 *
 *     cc quickstart.c -ldynmetrics -o quickstart && ./quickstart            serves until Ctrl-C
 *     ./quickstart --once                                                   prints the page and ends
 */
#include <dynmetrics.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static dynm_status engine_text(const dynm_sink *sink, void *payload) {
    (void)payload;
    static const char page[] = "# HELP vllm:num_requests_running Requests in the model's batch.\n"
                               "# TYPE vllm:num_requests_running gauge\n"
                               "vllm:num_requests_running{model_name=\"demo\"} 3.0\n";
    return sink->write(page, strlen(page), sink->payload);
}

static dynm_status print(const char *data, size_t length, void *payload) {
    (void)payload;
    return fwrite(data, 1, length, stdout) == length ? DYNM_OK : DYNM_EIO;
}

#define CHECK(call)                                                    \
    do {                                                               \
        if ((call) != DYNM_OK) {                                       \
            fprintf(stderr, "quickstart: %s\n", dynm_last_error());    \
            return 1;                                                  \
        }                                                              \
    } while (0)

int main(int argc, char **argv) {
    dynm_node *root, *prod, *backend, *generate;
    CHECK(dynm_runtime_create(NULL, &root));
    CHECK(dynm_node_namespace(root, "prod", &prod));
    CHECK(dynm_node_component(prod, "backend", &backend));
    CHECK(dynm_node_endpoint(backend, "generate", &generate));

    dynm_metric_options options = {
        .struct_size = sizeof options, .name = "requests_total", .description = "Requests served"};
    dynm_intcounter *requests;
    CHECK(dynm_node_create_intcounter(generate, &options, &requests));
    dynm_intcounter_inc(requests);

    dynm_source_options source = {.struct_size = sizeof source, .name = "vllm", .node_labels = DYNM_LABELS_NODE};
    CHECK(dynm_node_register_text(generate, &source, engine_text, NULL, NULL, NULL));

    dynm_sink out = {print, NULL};
    if (argc > 1 && strcmp(argv[1], "--once") == 0) {
        CHECK(dynm_node_scrape(root, NULL, &out));
        return 0;
    }
    dynm_server *server;
    CHECK(dynm_node_serve(root, NULL, &server));
    CHECK(dynm_server_url(server, &out));
    printf("/metrics\n");
    fflush(stdout);
    for (;;) pause();
}
