/* A program of the first days: compiled against the first header, it runs on the newest library. It uses each struct of
 * then, which have grown since, and every group of functions. */
#include "first.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char page[1 << 16];
static size_t length;

static dynm_status keep(const char *data, size_t size, void *payload) {
    (void)payload;
    if (length + size >= sizeof page) return DYNM_ENOMEM;
    memcpy(page + length, data, size);
    length += size;
    page[length] = '\0';
    return DYNM_OK;
}

static int released;

static void release(void *payload) {
    (void)payload;
    released += 1;
}

static dynm_status text(const dynm_sink *sink, void *payload) {
    return sink->write(payload, strlen(payload), sink->payload);
}

static dynm_status typed(dynm_emitter *emitter, void *payload) {
    const dynm_label labels[] = {{"model", "llama"}};
    (void)payload;
    dynm_status status = dynm_emit_family(emitter, "typed_requests", "Requests", DYNM_KIND_COUNTER, NULL);
    if (status == DYNM_OK) status = dynm_emit_sample(emitter, "typed_requests_total", labels, 1, 4, NULL);
    return status;
}

static void each_problem(const dynm_problem *problem, void *payload) {
    if (problem->struct_size >= sizeof *problem && problem->line == 2) *(int *)payload += 1;
}

#define MUST(call)                                                                  \
    do {                                                                            \
        if ((call) != DYNM_OK) {                                                    \
            printf("%s: %s\n", #call, dynm_last_error());                           \
            return 1;                                                               \
        }                                                                           \
    } while (0)
#define HAS(part)                                                                   \
    do {                                                                            \
        if (strstr(page, part) == NULL) {                                           \
            printf("not on the page: %s\n%s", part, page);                          \
            return 1;                                                               \
        }                                                                           \
    } while (0)

int main(void) {
    if (dynm_abi_version() != DYNM_ABI_VERSION) return 2;
    const dynm_label zone[] = {{"zone", "a"}};
    dynm_runtime_options runtime = {sizeof runtime, 255, 1, zone, 1};
    dynm_node *root, *prod, *backend, *generate;
    MUST(dynm_runtime_create(&runtime, &root));
    MUST(dynm_node_namespace(root, "prod", &prod));
    MUST(dynm_node_component(prod, "backend", &backend));
    MUST(dynm_node_endpoint(backend, "generate", &generate));

    dynm_metric_options options = {.struct_size = sizeof options, .name = "requests_total", .description = "R"};
    dynm_intcounter *requests;
    MUST(dynm_node_create_intcounter(generate, &options, &requests));
    dynm_intcounter_inc_by(requests, 41);
    dynm_intcounter_inc(requests);
    const double buckets[] = {0.1, 1};
    options.name = "latency_seconds";
    options.buckets = buckets;
    options.bucket_count = 2;
    dynm_histogram *latency;
    MUST(dynm_node_create_histogram(generate, &options, &latency));
    dynm_histogram_observe(latency, 0.5);
    const char *const names[] = {"model"}, *const llama[] = {"llama"};
    dynm_metric_options vec_options = {
        .struct_size = sizeof vec_options, .name = "tokens_total", .label_names = names, .label_name_count = 1};
    dynm_counter_vec *tokens;
    dynm_counter *child;
    MUST(dynm_node_create_counter_vec(generate, &vec_options, &tokens));
    MUST(dynm_counter_vec_with(tokens, llama, 1, &child));
    dynm_counter_inc_by(child, 1.5);

    /* From calloc: what lies in the gaps of the struct of then is read as members of now. */
    const char *const include[] = {"vllm:"};
    dynm_filter filter = {.struct_size = sizeof filter, .include = include, .include_count = 1, .add_prefix = "x_"};
    dynm_source_options *source = calloc(1, sizeof *source);
    source->struct_size = sizeof *source;
    source->name = "vllm";
    source->filter = &filter;
    source->node_labels = DYNM_LABELS_NODE;
    dynm_registration *engine, *emitting;
    static char vllm[] = "vllm:running 3\nother 4\n";
    MUST(dynm_node_register_text(generate, source, text, vllm, release, &engine));
    MUST(dynm_node_register_typed(generate, NULL, typed, NULL, release, &emitting));

    dynm_sink sink = {keep, NULL};
    dynm_scrape_options scrape = {.struct_size = sizeof scrape, .without_self_metrics = 1, .deadline_ms = 20000};
    MUST(dynm_node_scrape(root, &scrape, &sink));
    HAS("dynamo_component_requests_total{dynamo_component=\"backend\",dynamo_endpoint=\"generate\",dynamo_namespace=\"prod\","
        "worker_id=\"ff\",zone=\"a\"} 42\n");
    HAS("dynamo_component_latency_seconds_bucket{dynamo_component=\"backend\"");
    HAS("dynamo_component_tokens_total{dynamo_component=\"backend\"");
    HAS("x_running{dynamo_component=\"backend\"");
    HAS("typed_requests_total{");
    if (strstr(page, "other 4") != NULL) return 3;
    MUST(dynm_registration_close(engine));
    dynm_registration_free(engine);
    MUST(dynm_registration_close(emitting));
    dynm_registration_free(emitting);

    dynm_serve_options serve = {.struct_size = sizeof serve, .host = "127.0.0.1", .has_port = 1};
    dynm_server *server;
    MUST(dynm_node_serve(root, &serve, &server));
    if (dynm_server_port(server) == 0) return 4;
    MUST(dynm_server_close(server));
    dynm_server_free(server);

    int problems = 0;
    static const char broken[] = "a 1\na{ 2\n";
    MUST(dynm_check_exposition(broken, strlen(broken), DYNM_FORMAT_TEXT, 0, each_problem, &problems));
    if (problems != 1) return 5;
    length = 0;
    MUST(dynm_filter_exposition(vllm, strlen(vllm), &filter, &sink));
    if (strcmp(page, "x_running 3\n") != 0) return 6;
    if (dynm_node_create_intcounter(generate, &options, &requests) == DYNM_OK) return 7;
    free(source);
    dynm_node_free(generate);
    dynm_node_free(backend);
    dynm_node_free(prod);
    dynm_node_free(root);
    puts("well");
    return 0;
}
