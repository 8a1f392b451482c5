/* What is refused: wrong names, labels, handles, prefixes, directories, ports. Each refusal names the wrong value and a
 * right one, and leaves nothing behind. */
#include "check.h"

static void wrong_names_and_labels_are_refused_and_leave_nothing(void) {
    tree t = tree_new();
    page before = scrape(t.root);
    dynm_intcounter *counter = NULL;
    dynm_histogram *histogram = NULL;
    dynm_gauge_vec *vec = NULL;

    dynm_metric_options options = metric("", "h");
    EXPECT_REFUSED(dynm_node_create_intcounter(t.generate, &options, &counter), DYNM_EINVAL, "empty", "requests_total");
    options = metric("a b", "h");
    options.name_as_is = 1;
    EXPECT_REFUSED(dynm_node_create_intcounter(t.generate, &options, &counter), DYNM_EINVAL, "'a b'", "requests_total");
    options = metric(NULL, "h");
    EXPECT_REFUSED(dynm_node_create_intcounter(t.generate, &options, &counter), DYNM_EINVAL, "NULL", "name");

    const dynm_label bad_name[] = {{"a-b", "x"}}, automatic[] = {{"dynamo_namespace", "x"}};
    options = metric("x", "h");
    options.const_labels = bad_name, options.const_label_count = 1;
    EXPECT_REFUSED(dynm_node_create_intcounter(t.generate, &options, &counter), DYNM_EINVAL, "'a-b'", "model_name");
    options.const_labels = automatic;
    EXPECT_REFUSED(dynm_node_create_intcounter(t.generate, &options, &counter), DYNM_EINVAL, "'dynamo_namespace'", "another name");

    const double falling[] = {2, 1};
    const char *le[] = {"le"};
    options = metric("x", "h");
    options.buckets = falling, options.bucket_count = 2;
    EXPECT_REFUSED(dynm_node_create_histogram(t.generate, &options, &histogram), DYNM_EINVAL, "buckets", "1");
    options = metric("x", "h");
    EXPECT_REFUSED(dynm_node_create_gauge_vec(t.generate, &options, &vec), DYNM_EINVAL, "GaugeVec", "model");
    options.label_names = le, options.label_name_count = 1;
    dynm_histogram_vec *histograms = NULL;
    EXPECT_REFUSED(dynm_node_create_histogram_vec(t.generate, &options, &histograms), DYNM_EINVAL, "le", "another name");

    EXPECT(counter == NULL && histogram == NULL && vec == NULL && histograms == NULL);
    page after = scrape(t.root);
    EXPECT(strcmp(before.text, after.text) == 0);
    free(before.text), free(after.text);
    tree_free(&t);
}

static void a_taken_name_is_a_conflict(void) {
    tree t = tree_new();
    dynm_node *other;
    MUST(dynm_node_endpoint(t.backend, "embed", &other));
    dynm_metric_options options = metric("requests_total", "Requests served");
    dynm_intcounter *first, *again = NULL;
    dynm_gauge *gauge = NULL;
    MUST(dynm_node_create_intcounter(t.generate, &options, &first));

    EXPECT_REFUSED(dynm_node_create_intcounter(t.generate, &options, &again), DYNM_ECONFLICT,
                   "dynamo_component_requests_total", "another name");
    EXPECT_REFUSED(dynm_node_create_gauge(other, &options, &gauge), DYNM_ECONFLICT, "generate", "another name");

    EXPECT(again == NULL && gauge == NULL);
    dynm_node_free(other);
    tree_free(&t);
}

static void wrong_handles_are_refused_and_never_crash(void) {
    tree t = tree_new();
    int stranger[64] = {0};
    dynm_node *foreign = (dynm_node *)(void *)stranger, *made = NULL;
    dynm_server *server = serve_anywhere(t.root);
    page got = page_new();
    dynm_sink sink = page_sink(&got), none = {NULL, NULL};
    dynm_metric_options options = metric("x", "h");
    dynm_intcounter *counter = NULL;

    EXPECT_REFUSED(dynm_node_component(NULL, "backend", &made), DYNM_EINVAL, "NULL", "node");
    EXPECT_REFUSED(dynm_node_component(foreign, "backend", &made), DYNM_EINVAL, "something else", "node");
    EXPECT_REFUSED(dynm_node_component((dynm_node *)server, "backend", &made), DYNM_EINVAL, "dynm_server", "node");
    EXPECT_REFUSED(dynm_node_component(t.prod, NULL, &made), DYNM_EINVAL, "NULL", "name");
    EXPECT(dynm_node_component(t.prod, "backend", NULL) == DYNM_EINVAL);
    EXPECT_REFUSED(dynm_node_endpoint(t.root, "x", &made), DYNM_EINVAL, "runtime", "component");
    EXPECT(dynm_runtime_create(NULL, NULL) == DYNM_EINVAL);
    EXPECT(dynm_node_create_intcounter(NULL, &options, &counter) == DYNM_EINVAL);
    EXPECT(dynm_node_create_intcounter(t.root, NULL, &counter) == DYNM_EINVAL);
    options.struct_size = 0;
    EXPECT_REFUSED(dynm_node_create_intcounter(t.root, &options, &counter), DYNM_EINVAL, "struct_size '0'", "sizeof");
    EXPECT(dynm_node_scrape(foreign, NULL, &sink) == DYNM_EINVAL);
    EXPECT(dynm_node_sources(foreign, &sink) == DYNM_EINVAL);
    EXPECT(dynm_node_scrape(t.root, NULL, NULL) == DYNM_EINVAL);
    EXPECT(dynm_node_scrape(t.root, NULL, &none) == DYNM_EINVAL);
    EXPECT(dynm_registration_close(NULL) == DYNM_EINVAL);
    EXPECT(dynm_registration_close((dynm_registration *)t.root) == DYNM_EINVAL);
    EXPECT(dynm_server_close((dynm_server *)t.root) == DYNM_EINVAL);
    EXPECT(dynm_server_port(NULL) == 0 && dynm_server_port((dynm_server *)t.root) == 0);
    EXPECT(dynm_server_url(NULL, &sink) == DYNM_EINVAL);
    EXPECT(dynm_metric_name(NULL, &sink) == DYNM_EINVAL && dynm_metric_name(stranger, &sink) == DYNM_EINVAL);
    EXPECT(dynm_vec_clear(NULL) == DYNM_EINVAL && dynm_vec_clear(t.root) == DYNM_EINVAL);
    EXPECT(dynm_node_on_scrape(t.root, NULL, NULL, NULL, NULL) == DYNM_EINVAL);
    EXPECT(dynm_node_register_text(t.root, NULL, NULL, NULL, NULL, NULL) == DYNM_EINVAL);
    EXPECT(dynm_emit_family(NULL, "x", NULL, DYNM_KIND_GAUGE, NULL) == DYNM_EINVAL);
    EXPECT(dynm_node_set_health_status(t.root, DYNM_HEALTH_READY) == DYNM_EINVAL);
    EXPECT(dynm_node_set_health_status(t.generate, 7) == DYNM_EINVAL);
    EXPECT(dynm_node_connection_id(NULL) == 0);
    EXPECT(made == NULL && counter == NULL);

    dynm_node *freed = t.generate;
    dynm_node_free(freed);
    EXPECT_REFUSED(dynm_node_scrape(freed, NULL, &sink), DYNM_EINVAL, "freed", "node");
    dynm_node_free(freed); /* nothing happens */
    MUST(dynm_node_endpoint(t.backend, "generate", &t.generate));

    dynm_node_free(NULL), dynm_server_free(NULL), dynm_registration_free(NULL);
    MUST(dynm_server_close(server));
    dynm_server_free(server);
    EXPECT(dynm_server_close(server) == DYNM_EINVAL);
    free(got.text);
    tree_free(&t);
}

static void updates_of_null_are_ignored_and_counted(void) {
    tree t = tree_new();
    dynm_counter_inc(NULL), dynm_counter_inc_by(NULL, 1);
    dynm_intcounter_inc(NULL), dynm_intcounter_inc_by(NULL, 1);
    dynm_gauge_set(NULL, 1), dynm_gauge_add(NULL, 1);
    dynm_intgauge_set(NULL, 1), dynm_intgauge_add(NULL, 1);
    dynm_histogram_observe(NULL, 1);

    page got = page_new();
    dynm_sink sink = page_sink(&got);
    MUST(dynm_node_scrape(t.root, NULL, &sink));
    EXPECT_HAS(got.text, "dynmetrics_dropped_total{reason=\"refused_update\",source=\"instruments\",worker_id=\"ff\"} 9\n");

    EXPECT(dynm_counter_get(NULL) == 0 && dynm_intcounter_get(NULL) == 0 && dynm_gauge_get(NULL) == 0);
    EXPECT(dynm_intgauge_get(NULL) == 0 && dynm_histogram_count(NULL) == 0 && dynm_histogram_sum(NULL) == 0);
    free(got.text);
    tree_free(&t);
}

static void wrong_label_values_of_a_vec_are_refused(void) {
    tree t = tree_new();
    const char *names[] = {"model"}, *two[] = {"a", "b"}, *null[] = {NULL}, *latin1[] = {"caf\xe9"};
    dynm_metric_options options = metric("by_model", "h");
    options.label_names = names, options.label_name_count = 1;
    dynm_gauge_vec *vec;
    MUST(dynm_node_create_gauge_vec(t.generate, &options, &vec));
    dynm_gauge *child = NULL;
    void *any = NULL;
    const dynm_label unknown[] = {{"modell", "a"}};

    EXPECT_REFUSED(dynm_gauge_vec_with(vec, two, 2, &child), DYNM_EINVAL, "2", "model");
    EXPECT_REFUSED(dynm_gauge_vec_with(vec, null, 1, &child), DYNM_EINVAL, "NULL", "label");
    EXPECT_REFUSED(dynm_gauge_vec_with(vec, latin1, 1, &child), DYNM_EINVAL, "caf", "UTF-8");
    EXPECT_REFUSED(dynm_vec_with_labels(vec, unknown, 1, &any), DYNM_EINVAL, "model", "its labels are");
    EXPECT_REFUSED(dynm_counter_vec_with((dynm_counter_vec *)vec, two, 1, (dynm_counter **)&any), DYNM_EINVAL,
                   "got", "CounterVec");

    EXPECT(child == NULL && any == NULL);
    page got = scrape(t.root);
    EXPECT_HAS_NOT(got.text, "by_model{");
    free(got.text);
    tree_free(&t);
}

static void wrong_places_are_refused(void) {
    tree t = tree_new();
    dynm_registration *registration = NULL;
    dynm_server *server = NULL;
    dynm_serve_options serve;
    memset(&serve, 0, sizeof serve);
    serve.struct_size = sizeof serve;
    serve.has_port = 1;
    serve.host = "127.0.0.1";

    EXPECT_REFUSED(dynm_node_add_multiprocess_dir(t.generate, "/nowhere/at/all", NULL, &registration), DYNM_EIO,
                   "'/nowhere/at/all'", "PROMETHEUS_MULTIPROC_DIR");
    serve.port = 65536;
    EXPECT_REFUSED(dynm_node_serve(t.root, &serve, &server), DYNM_EINVAL, "65536", "65535");
    serve.port = -1;
    EXPECT_REFUSED(dynm_node_serve(t.root, &serve, &server), DYNM_EINVAL, "-1", "65535");
    serve.port = 0;
    serve.host = "no.such.host.example";
    EXPECT_REFUSED(dynm_node_serve(t.root, &serve, &server), DYNM_EINVAL, "no.such.host.example", "127.0.0.1");
    serve.host = "127.0.0.1";
    EXPECT_REFUSED(dynm_node_serve(t.prod, &serve, &server), DYNM_EINVAL, "namespace", "runtime");

    EXPECT(registration == NULL && server == NULL);
    tree_free(&t);
}

static void plain_functions_work_and_refuse(void) {
    const char *input = "# TYPE vllm:a gauge\nvllm:a{x=\"1\"} 1 1700000000\n# TYPE b gauge\nb 2\n";
    const char *include[] = {"vllm:"};
    const dynm_label labels[] = {{"zone", "z"}}, reserved[] = {{"le", "1"}};
    dynm_filter filter;
    memset(&filter, 0, sizeof filter);
    filter.struct_size = sizeof filter;
    filter.include = include, filter.include_count = 1;
    filter.add_prefix = "engine_";
    filter.labels = labels, filter.label_count = 1;
    page got = page_new();
    dynm_sink sink = page_sink(&got);

    MUST(dynm_filter_exposition(input, strlen(input), &filter, &sink));
    EXPECT(strcmp(got.text, "# TYPE engine_a gauge\nengine_a{x=\"1\",zone=\"z\"} 1 1700000000\n") == 0);
    if (this_test_failed) printf("# %s", got.text);
    page_clear(&got);
    filter.labels = reserved;
    EXPECT_REFUSED(dynm_filter_exposition(input, strlen(input), &filter, &sink), DYNM_EINVAL, "'le'", "another name");
    EXPECT(dynm_filter_exposition(NULL, 5, NULL, &sink) == DYNM_EINVAL);
    EXPECT_REFUSED(dynm_merge_multiprocess("/nowhere", NULL, DYNM_FORMAT_TEXT, &sink), DYNM_EIO, "'/nowhere'", "PROMETHEUS_MULTIPROC_DIR");
    EXPECT_REFUSED(dynm_merge_multiprocess("/tmp", NULL, 9, &sink), DYNM_EINVAL, "'9'", "text");
    EXPECT(got.length == 0);
    free(got.text);
}

static void count_problem(const dynm_problem *problem, void *payload) {
    dynm_problem *first = (dynm_problem *)payload;
    EXPECT(problem->struct_size == sizeof *problem && problem->message[0] != '\0');
    if (first->line == 0) *first = *problem;
    first->message = NULL;
}

static void a_checker_tells_line_and_column(void) {
    dynm_problem first;
    memset(&first, 0, sizeof first);
    const char *good = "# TYPE a gauge\na 1\n", *bad = "# TYPE a gauge\na 1\nb{x=1} 2\n";

    MUST(dynm_check_exposition(good, strlen(good), DYNM_FORMAT_TEXT, 0, count_problem, &first));
    EXPECT(first.line == 0);
    MUST(dynm_check_exposition(bad, strlen(bad), DYNM_FORMAT_TEXT, 0, count_problem, &first));

    EXPECT(first.line == 3 && first.column > 1 && first.severity == DYNM_SEVERITY_ERROR);
}

int main(void) {
    test("wrong names and labels are refused and leave nothing behind", wrong_names_and_labels_are_refused_and_leave_nothing);
    test("a taken name is a conflict that names the other", a_taken_name_is_a_conflict);
    test("NULL, freed and foreign handles are refused and never crash", wrong_handles_are_refused_and_never_crash);
    test("updates of NULL are ignored and counted", updates_of_null_are_ignored_and_counted);
    test("wrong label values of a vec are refused", wrong_label_values_of_a_vec_are_refused);
    test("wrong directories, hosts and ports are refused", wrong_places_are_refused);
    test("filter and merge work alone and refuse what is wrong", plain_functions_work_and_refuse);
    test("check tells line and column", a_checker_tells_line_and_column);
    return finish();
}
