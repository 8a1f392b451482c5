/* Every kind of instrument: created, updated, read back, on the page, taken off it. */
#include "check.h"

static void every_kind_counts_and_shows(void) {
    tree t = tree_new();
    dynm_metric_options options = metric("seconds_total", "Time spent");
    dynm_counter *counter;
    dynm_intcounter *requests;
    dynm_gauge *usage;
    dynm_intgauge *queued;
    dynm_histogram *latency;
    MUST(dynm_node_create_counter(t.generate, &options, &counter));
    options = metric("requests_total", "Requests served");
    MUST(dynm_node_create_intcounter(t.generate, &options, &requests));
    options = metric("kv_usage", "Share of the cache");
    MUST(dynm_node_create_gauge(t.generate, &options, &usage));
    options = metric("queued", "Requests that wait");
    MUST(dynm_node_create_intgauge(t.generate, &options, &queued));
    options = metric("latency_seconds", "Time to answer");
    const double bounds[] = {0.1, 1, 2.5};
    options.buckets = bounds;
    options.bucket_count = 3;
    MUST(dynm_node_create_histogram(t.generate, &options, &latency));

    dynm_counter_inc(counter);
    dynm_counter_inc_by(counter, 0.5);
    dynm_counter_inc_by(counter, -1); /* refused */
    dynm_intcounter_inc(requests);
    dynm_intcounter_inc_by(requests, 18446744073709551613u);
    dynm_gauge_set(usage, 0.75);
    dynm_gauge_add(usage, -0.5);
    dynm_intgauge_set(queued, -3);
    dynm_intgauge_add(queued, 10);
    dynm_histogram_observe(latency, 0.1);
    dynm_histogram_observe(latency, 2);
    dynm_histogram_observe(latency, 7);

    EXPECT(dynm_counter_get(counter) == 1.5);
    EXPECT(dynm_intcounter_get(requests) == 18446744073709551614u);
    EXPECT(dynm_gauge_get(usage) == 0.25);
    EXPECT(dynm_intgauge_get(queued) == 7);
    EXPECT(dynm_histogram_count(latency) == 3);
    EXPECT(dynm_histogram_sum(latency) == 0.1 + 2 + 7);
    page got = scrape(t.root);
    EXPECT_HAS(got.text, "# HELP dynamo_component_seconds_total Time spent\n# TYPE dynamo_component_seconds_total counter\n"
                         "dynamo_component_seconds_total{" NODE_LABELS ",worker_id=\"ff\"} 1.5\n");
    EXPECT_HAS(got.text, "dynamo_component_requests_total{" NODE_LABELS ",worker_id=\"ff\"} 18446744073709551614\n");
    EXPECT_HAS(got.text, "dynamo_component_kv_usage{" NODE_LABELS ",worker_id=\"ff\"} 0.25\n");
    EXPECT_HAS(got.text, "dynamo_component_queued{" NODE_LABELS ",worker_id=\"ff\"} 7\n");
    EXPECT_HAS(got.text, "latency_seconds_bucket{" NODE_LABELS ",worker_id=\"ff\",le=\"0.1\"} 1\n");
    EXPECT_HAS(got.text, "latency_seconds_bucket{" NODE_LABELS ",worker_id=\"ff\",le=\"2.5\"} 2\n");
    EXPECT_HAS(got.text, "latency_seconds_bucket{" NODE_LABELS ",worker_id=\"ff\",le=\"+Inf\"} 3\n");
    EXPECT_HAS(got.text, "latency_seconds_count{" NODE_LABELS ",worker_id=\"ff\"} 3\n");
    free(got.text);
    tree_free(&t);
}

static void a_histogram_has_native_buckets_when_asked(void) {
    tree t = tree_new();
    dynm_histogram *histogram;
    dynm_counter *counter;
    dynm_native_histogram native = {.struct_size = sizeof native, .schema = 9};
    dynm_metric_options options = metric("native_seconds", "Time to answer");
    options.native = &native;
    EXPECT_REFUSED(dynm_node_create_histogram(t.generate, &options, &histogram), DYNM_EINVAL, "'9'", "-4");
    EXPECT_REFUSED(dynm_node_create_counter(t.generate, &options, &counter), DYNM_EINVAL, "native", "Histogram");
    native.schema = 3;
    native.max_buckets = 20000;
    EXPECT_REFUSED(dynm_node_create_histogram(t.generate, &options, &histogram), DYNM_EINVAL, "20000", "10000");
    native.max_buckets = 0; /* 160 */
    MUST(dynm_node_create_histogram(t.generate, &options, &histogram));
    dynm_histogram_observe(histogram, 0.3);
    dynm_histogram_observe(histogram, 20);
    EXPECT(dynm_histogram_count(histogram) == 2 && dynm_histogram_sum(histogram) == 20.3);
    page got = scrape(t.root);
    EXPECT_HAS(got.text, "native_seconds_bucket{" NODE_LABELS ",worker_id=\"ff\",le=\"0.5\"} 1\n");
    EXPECT_HAS(got.text, "native_seconds_bucket{" NODE_LABELS ",worker_id=\"ff\",le=\"+Inf\"} 2\n");
    free(got.text);
    tree_free(&t);
}

static void children_leave_by_their_labels(void) {
    tree t = tree_new();
    const char *names[] = {"model", "worker"};
    dynm_gauge_vec *vec;
    dynm_gauge *held;
    dynm_metric_options options = metric("load", "Load");
    options.label_names = names, options.label_name_count = 2;
    MUST(dynm_node_create_gauge_vec(t.generate, &options, &vec));
    for (int i = 0; i < 3000; i++) { /* so many that a thread takes them apart */
        char worker[16];
        const char *values[] = {i % 3 ? "a" : "b", worker};
        snprintf(worker, sizeof worker, "%d", i);
        MUST(dynm_gauge_vec_with(vec, values, 2, &held));
        dynm_gauge_set(held, i);
    }
    dynm_label wanted[] = {{"model", "a"}, {"dynamo_component", "backend"}};
    size_t removed = 7;
    MUST(dynm_node_remove_matching(t.root, wanted, 2, &removed));
    EXPECT(removed == 2000);
    MUST(dynm_node_remove_matching(t.root, wanted, 1, NULL));
    EXPECT_REFUSED(dynm_node_remove_matching(t.root, wanted, 0, &removed), DYNM_EINVAL, "labels", "at least one");
    EXPECT_REFUSED(dynm_node_hide_matching(NULL, wanted, 1), DYNM_EINVAL, "node", "dynm_");
    page got = scrape(t.root);
    EXPECT_HAS_NOT(got.text, "model=\"a\"");
    EXPECT_HAS(got.text, "model=\"b\",worker=\"2997\",worker_id=\"ff\"} 2997\n");
    free(got.text);
    const char *values[] = {"a", "1"};
    MUST(dynm_gauge_vec_with(vec, values, 2, &held)); /* made anew */
    EXPECT(dynm_gauge_get(held) == 0);
    tree_free(&t);
}

static void every_vec_makes_and_drops_children(void) {
    tree t = tree_new();
    const char *names[] = {"model", "reason"};
    const char *a[] = {"m1", "stop"}, *b[] = {"m2", "a\"b\\c\nd"};
    dynm_metric_options options = metric("by_counter_total", "c");
    options.label_names = names;
    options.label_name_count = 2;
    dynm_counter_vec *counters;
    dynm_intcounter_vec *intcounters;
    dynm_gauge_vec *gauges;
    dynm_intgauge_vec *intgauges;
    dynm_histogram_vec *histograms;
    MUST(dynm_node_create_counter_vec(t.generate, &options, &counters));
    options.name = "by_intcounter_total";
    MUST(dynm_node_create_intcounter_vec(t.generate, &options, &intcounters));
    options.name = "by_gauge";
    MUST(dynm_node_create_gauge_vec(t.generate, &options, &gauges));
    options.name = "by_intgauge";
    MUST(dynm_node_create_intgauge_vec(t.generate, &options, &intgauges));
    options.name = "by_histogram";
    MUST(dynm_node_create_histogram_vec(t.generate, &options, &histograms));

    dynm_counter *counter;
    dynm_intcounter *intcounter, *same;
    dynm_gauge *gauge;
    dynm_intgauge *intgauge;
    dynm_histogram *histogram;
    MUST(dynm_counter_vec_with(counters, a, 2, &counter));
    MUST(dynm_intcounter_vec_with(intcounters, b, 2, &intcounter));
    MUST(dynm_gauge_vec_with(gauges, a, 2, &gauge));
    MUST(dynm_intgauge_vec_with(intgauges, a, 2, &intgauge));
    MUST(dynm_histogram_vec_with(histograms, a, 2, &histogram));
    dynm_counter_inc_by(counter, 2.5);
    dynm_intcounter_inc_by(intcounter, 4);
    dynm_gauge_set(gauge, 1);
    dynm_intgauge_set(intgauge, -1);
    dynm_histogram_observe(histogram, 0.003);

    const dynm_label by_name[] = {{"reason", "a\"b\\c\nd"}, {"model", "m2"}};
    MUST(dynm_vec_with_labels(intcounters, by_name, 2, (void **)&same));
    EXPECT(same == intcounter);
    page got = scrape(t.root);
    EXPECT_HAS(got.text, "by_counter_total{" NODE_LABELS ",model=\"m1\",reason=\"stop\",worker_id=\"ff\"} 2.5\n");
    EXPECT_HAS(got.text, "model=\"m2\",reason=\"a\\\"b\\\\c\\nd\",worker_id=\"ff\"} 4\n");
    EXPECT_HAS(got.text, "by_gauge{" NODE_LABELS ",model=\"m1\",reason=\"stop\",worker_id=\"ff\"} 1\n");
    EXPECT_HAS(got.text, "by_intgauge{" NODE_LABELS ",model=\"m1\",reason=\"stop\",worker_id=\"ff\"} -1\n");
    EXPECT_HAS(got.text, "by_histogram_count{" NODE_LABELS ",model=\"m1\",reason=\"stop\",worker_id=\"ff\"} 1\n");
    free(got.text);

    MUST(dynm_vec_remove(counters, a, 2));
    MUST(dynm_vec_remove(counters, a, 2)); /* nothing to remove: fine */
    MUST(dynm_vec_clear(intcounters));
    dynm_counter_inc(counter); /* goes nowhere, harmlessly */
    got = scrape(t.root);
    EXPECT_HAS_NOT(got.text, "by_counter_total{");
    EXPECT_HAS_NOT(got.text, "by_intcounter_total{");
    EXPECT_HAS(got.text, "by_gauge{");
    free(got.text);
    tree_free(&t);
}

static void collect_label(const char *name, const char *value, void *payload) {
    page *into = (page *)payload;
    page_write(name, strlen(name), into);
    page_write("=", 1, into);
    page_write(value, strlen(value), into);
    page_write(";", 1, into);
}

static void a_metric_tells_its_name_and_labels(void) {
    tree t = tree_new();
    const char *names[] = {"model"};
    const dynm_label fixed[] = {{"zone", "a"}};
    dynm_metric_options options = metric("odd name!", "h");
    options.label_names = names;
    options.label_name_count = 1;
    options.const_labels = fixed;
    options.const_label_count = 1;
    dynm_gauge_vec *vec;
    MUST(dynm_node_create_gauge_vec(t.backend, &options, &vec));
    page name = page_new(), constant = page_new(), variable = page_new();
    dynm_sink sink = page_sink(&name);

    MUST(dynm_metric_name(vec, &sink));
    MUST(dynm_metric_const_labels(vec, collect_label, &constant));
    MUST(dynm_metric_variable_labels(vec, collect_label, &variable));

    EXPECT(strcmp(name.text, "dynamo_component_odd_name_") == 0);
    EXPECT(strcmp(constant.text, "dynamo_component=backend;dynamo_namespace=prod;worker_id=ff;zone=a;") == 0);
    EXPECT(strcmp(variable.text, "model=;") == 0);
    if (this_test_failed) printf("# %s %s %s\n", name.text, constant.text, variable.text);
    free(name.text), free(constant.text), free(variable.text);
    tree_free(&t);
}

static void a_scrape_shows_the_node_and_what_is_below(void) {
    tree t = tree_new();
    dynm_node *other, *inner;
    MUST(dynm_node_endpoint(t.backend, "embed", &other));
    MUST(dynm_node_namespace(t.prod, "inner", &inner));
    dynm_metric_options options = metric("requests_total", "Requests served");
    dynm_intcounter *here, *there, *nested;
    MUST(dynm_node_create_intcounter(t.generate, &options, &here));
    MUST(dynm_node_create_intcounter(other, &options, &there)); /* the same name on two endpoints */
    options = metric("models", "Models");
    MUST(dynm_node_create_intcounter(inner, &options, &nested));

    page whole = scrape(t.root), part = scrape(other), space = scrape(inner);

    EXPECT_HAS(whole.text, "dynamo_endpoint=\"embed\"");
    EXPECT_HAS(whole.text, "dynamo_endpoint=\"generate\"");
    EXPECT_HAS(part.text, "dynamo_endpoint=\"embed\"");
    EXPECT_HAS_NOT(part.text, "dynamo_endpoint=\"generate\"");
    EXPECT_HAS(space.text, "dynamo_component_models{dynamo_namespace=\"prod.inner\",worker_id=\"ff\"} 0\n");
    const char *first = strstr(whole.text, "# TYPE dynamo_component_requests_total");
    EXPECT(first != NULL && strstr(first + 1, "# TYPE dynamo_component_requests_total") == NULL);
    free(whole.text), free(part.text), free(space.text);
    dynm_node_free(inner);
    dynm_node_free(other);
    tree_free(&t);
}

static void constant_labels_stand_on_every_metric(void) {
    const dynm_label constant[] = {{"zone", "b"}, {"team", "serving"}};
    dynm_runtime_options options;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.connection_id = 1;
    options.has_connection_id = 1;
    options.constant_labels = constant;
    options.constant_label_count = 2;
    dynm_node *root;
    MUST(dynm_runtime_create(&options, &root));
    dynm_metric_options named = metric("up", "u");
    named.name_as_is = 1;
    dynm_gauge *up;
    MUST(dynm_node_create_gauge(root, &named, &up));

    page got = scrape(root);

    EXPECT_HAS(got.text, "up{team=\"serving\",worker_id=\"1\",zone=\"b\"} 0\n");
    EXPECT(dynm_node_connection_id(root) == 1);
    free(got.text);
    dynm_node_free(root);
}

static page scrape_as(dynm_node *node, int32_t format, const char *const *wanted, size_t count) {
    page got = page_new();
    dynm_sink sink = page_sink(&got);
    dynm_scrape_options options;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.format = format;
    options.without_self_metrics = 1;
    options.names = wanted;
    options.name_count = count;
    MUST(dynm_node_scrape(node, &options, &sink));
    return got;
}

static void summaries_infos_and_states_show(void) {
    tree t = tree_new();
    dynm_summary *summary;
    dynm_summary_vec *vec;
    dynm_info *info;
    dynm_stateset *states;
    const char *names[] = {"model"}, *values[] = {"llama"}, *known[] = {"starting", "ready"};
    dynm_metric_options options = metric("size_bytes", "s");
    MUST(dynm_node_create_summary(t.generate, &options, &summary));
    dynm_summary_observe(summary, 2.5);
    dynm_summary_observe(summary, 1);
    EXPECT(dynm_summary_count(summary) == 2 && dynm_summary_sum(summary) == 3.5);
    options = metric("by_model_bytes", "s");
    options.label_names = names, options.label_name_count = 1;
    MUST(dynm_node_create_summary_vec(t.generate, &options, &vec));
    MUST(dynm_summary_vec_with(vec, values, 1, &summary));
    dynm_summary_observe(summary, 4);
    options = metric("build", "b");
    MUST(dynm_node_create_info(t.generate, &options, &info));
    dynm_label says[] = {{"version", "1.2"}};
    MUST(dynm_info_set(info, says, 1));
    options = metric("state", "s");
    EXPECT_REFUSED(dynm_node_create_stateset(t.generate, &options, &states), DYNM_EINVAL, "states", "ready");
    options.states = known, options.state_count = 2;
    MUST(dynm_node_create_stateset(t.generate, &options, &states));
    MUST(dynm_stateset_set(states, "starting", 1));
    MUST(dynm_stateset_enter(states, "ready"));
    EXPECT_REFUSED(dynm_stateset_enter(states, "gone"), DYNM_EINVAL, "gone", "starting, ready");
    EXPECT_REFUSED(dynm_info_set((dynm_info *)states, says, 1), DYNM_EINVAL, "dynm_info", "create");

    page got = scrape_as(t.root, DYNM_FORMAT_OPENMETRICS, NULL, 0);
    EXPECT_HAS(got.text, "dynamo_component_size_bytes_sum{" NODE_LABELS ",worker_id=\"ff\"} 3.5\n");
    EXPECT_HAS(got.text, "dynamo_component_by_model_bytes_count{" NODE_LABELS ",model=\"llama\",worker_id=\"ff\"} 1\n");
    EXPECT_HAS(got.text, "# TYPE dynamo_component_build info\n");
    EXPECT_HAS(got.text, "version=\"1.2\"");
    EXPECT_HAS(got.text, "dynamo_component_state=\"ready\",dynamo_endpoint=\"generate\",dynamo_namespace=\"prod\",worker_id=\"ff\"} 1\n");
    EXPECT_HAS(got.text, "dynamo_component_state=\"starting\",dynamo_endpoint=\"generate\",dynamo_namespace=\"prod\",worker_id=\"ff\"} 0\n");
    free(got.text);
    tree_free(&t);
}

static dynm_status emit_with_exemplar(dynm_emitter *emitter, void *payload) {
    dynm_label labels[] = {{"trace_id", "typed"}};
    double moment = 12.5;
    (void)payload;
    MUST(dynm_emit_family(emitter, "typed", "t", DYNM_KIND_COUNTER, NULL));
    EXPECT_REFUSED(dynm_emit_exemplar(emitter, labels, 1, 1, &moment), DYNM_EINVAL, "typed", "behind a sample");
    MUST(dynm_emit_sample(emitter, "typed_total", NULL, 0, 3, NULL));
    MUST(dynm_emit_exemplar(emitter, labels, 1, 1, &moment));
    return DYNM_OK;
}

static void exemplars_stand_where_the_format_has_a_place(void) {
    tree t = tree_new();
    dynm_counter *counter;
    dynm_intcounter *whole;
    dynm_histogram *histogram;
    char many[140];
    memset(many, 'x', sizeof many);
    many[sizeof many - 1] = '\0';
    dynm_label trace[] = {{"trace_id", "abc"}}, longer[] = {{"t", many}};
    dynm_metric_options options = metric("seconds_total", "s");
    MUST(dynm_node_create_counter(t.generate, &options, &counter));
    MUST(dynm_counter_inc_by_with_exemplar(counter, 2, trace, 1));
    EXPECT_REFUSED(dynm_counter_inc_by_with_exemplar(counter, 1, longer, 1), DYNM_EINVAL, "140", "128");
    EXPECT(dynm_counter_get(counter) == 3);
    options = metric("requests_total", "r");
    MUST(dynm_node_create_intcounter(t.generate, &options, &whole));
    MUST(dynm_intcounter_inc_by_with_exemplar(whole, 7, trace, 1));
    options = metric("latency_seconds", "l");
    MUST(dynm_node_create_histogram(t.generate, &options, &histogram));
    MUST(dynm_histogram_observe_with_exemplar(histogram, 0.3, trace, 1));
    EXPECT_REFUSED(dynm_histogram_observe_with_exemplar((dynm_histogram *)counter, 1, trace, 1), DYNM_EINVAL, "dynm_histogram", "create");
    MUST(dynm_node_register_typed(t.generate, NULL, emit_with_exemplar, NULL, NULL, NULL));

    page got = scrape_as(t.root, DYNM_FORMAT_OPENMETRICS, NULL, 0);
    EXPECT_HAS(got.text, "seconds_total{" NODE_LABELS ",worker_id=\"ff\"} 3.0 # {trace_id=\"abc\"} 2.0 ");
    EXPECT_HAS(got.text, "requests_total{" NODE_LABELS ",worker_id=\"ff\"} 7 # {trace_id=\"abc\"} 7.0 ");
    EXPECT_HAS(got.text, "le=\"0.5\"} 1 # {trace_id=\"abc\"} 0.3 ");
    EXPECT_HAS(got.text, "typed_total 3.0 # {trace_id=\"typed\"} 1.0 12.5\n");
    free(got.text);
    got = scrape(t.root);
    EXPECT_HAS_NOT(got.text, "trace_id");
    free(got.text);
    const char *only[] = {"dynamo_component_requests_total"};
    got = scrape_as(t.root, DYNM_FORMAT_TEXT, only, 1);
    EXPECT_HAS(got.text, "requests_total{");
    EXPECT_HAS_NOT(got.text, "latency");
    free(got.text);
    got = scrape_as(t.root, DYNM_FORMAT_PROTOBUF, only, 1);
    EXPECT(got.length > 40 && memcmp(got.text + 2, "\n\x1f" "dynamo_component_requests_total", 33) == 0);
    free(got.text);
    EXPECT_REFUSED(dynm_check_exposition("a 1\n", 4, DYNM_FORMAT_PROTOBUF, 0, NULL, NULL), DYNM_EINVAL, "protobuf", "openmetrics");
    tree_free(&t);
}

int main(void) {
    test("every kind of instrument counts, reads back and shows", every_kind_counts_and_shows);
    test("a histogram has native buckets when it is asked to", a_histogram_has_native_buckets_when_asked);
    test("children leave by their labels, and are made anew", children_leave_by_their_labels);
    test("every kind of vec makes and drops children", every_vec_makes_and_drops_children);
    test("a metric tells its name and its labels", a_metric_tells_its_name_and_labels);
    test("a scrape shows the node and what is below", a_scrape_shows_the_node_and_what_is_below);
    test("constant labels of the runtime stand on every metric", constant_labels_stand_on_every_metric);
    test("summaries, infos and statesets show", summaries_infos_and_states_show);
    test("exemplars stand where the format has a place, and cost only themselves", exemplars_stand_where_the_format_has_a_place);
    return finish();
}
