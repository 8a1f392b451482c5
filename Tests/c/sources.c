/* Metrics that others bring: update, text and typed callbacks, multiprocess directories; filters; and their ends. */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

static atomic_int released;

static void release(void *payload) {
    (void)payload;
    atomic_fetch_add(&released, 1);
}

/* Waits for something to become true; the test fails by itself when it does not. */
static int wait_for(atomic_int *counter, int wanted) {
    double end = now_ms() + 20000;
    while (atomic_load(counter) < wanted && now_ms() < end) usleep(1000);
    return atomic_load(counter) == wanted;
}

/* ---- update ---- */

static dynm_status set_queue(void *payload) {
    dynm_intgauge_add((dynm_intgauge *)payload, 1);
    return DYNM_OK;
}

static void an_update_callback_runs_before_each_scrape(void) {
    tree t = tree_new();
    atomic_store(&released, 0);
    dynm_metric_options options = metric("queued", "Requests that wait");
    dynm_intgauge *queued;
    dynm_registration *update;
    MUST(dynm_node_create_intgauge(t.generate, &options, &queued));
    MUST(dynm_node_on_scrape(t.generate, set_queue, queued, release, &update));

    page first = scrape(t.root), second = scrape(t.generate);
    MUST(dynm_registration_close(update));
    MUST(dynm_registration_close(update)); /* twice is fine */
    page third = scrape(t.root);

    EXPECT_HAS(first.text, "dynamo_component_queued{" NODE_LABELS ",worker_id=\"ff\"} 1\n");
    EXPECT_HAS(second.text, "worker_id=\"ff\"} 2\n");
    EXPECT_HAS(third.text, "worker_id=\"ff\"} 2\n");
    EXPECT(wait_for(&released, 1));
    free(first.text), free(second.text), free(third.text);
    dynm_registration_free(update);
    tree_free(&t);
    EXPECT(atomic_load(&released) == 1);
}

/* ---- text ---- */

static dynm_status text(const dynm_sink *sink, void *payload) {
    const char *page = (const char *)payload;
    return sink->write(page, strlen(page), sink->payload);
}

static void a_text_callback_is_filtered_labelled_and_merged(void) {
    tree t = tree_new();
    atomic_store(&released, 0);
    const char *include[] = {"vllm:"}, *exclude[] = {"vllm:secret"};
    const dynm_label labels[] = {{"engine", "7"}, {"zone", "a"}};
    dynm_filter filter;
    memset(&filter, 0, sizeof filter);
    filter.struct_size = sizeof filter;
    filter.include = include, filter.include_count = 1;
    filter.exclude = exclude, filter.exclude_count = 1;
    filter.labels = labels, filter.label_count = 2;
    dynm_source_options source;
    memset(&source, 0, sizeof source);
    source.struct_size = sizeof source;
    source.name = "vllm";
    source.filter = &filter;
    source.node_labels = DYNM_LABELS_NODE;
    dynm_registration *registration;
    MUST(dynm_node_register_text(t.generate, &source, text,
                                 "# HELP vllm:running Requests in the batch.\n# TYPE vllm:running gauge\n"
                                 "vllm:running{engine=\"0\"} 3.0\n"
                                 "# TYPE vllm:secret gauge\nvllm:secret 1\n"
                                 "# TYPE python_info gauge\npython_info 1\n"
                                 "# TYPE vllm:running gauge\nvllm:running{engine=\"1\"} 1e+06\n"
                                 "vllm:broken{ 5\n",
                                 release, &registration));

    page got = scrape(t.root);

    EXPECT_HAS(got.text, "# HELP vllm:running Requests in the batch.\n# TYPE vllm:running gauge\nvllm:running{");
    EXPECT_HAS(got.text, "engine=\"0\"");
    EXPECT_HAS(got.text, "zone=\"a\"");
    EXPECT_HAS(got.text, "worker_id=\"ff\"");
    EXPECT_HAS(got.text, "} 3.0\n");
    EXPECT_HAS(got.text, "} 1e+06\n");
    EXPECT_HAS_NOT(got.text, "engine=\"7\"");
    EXPECT_HAS_NOT(got.text, "secret");
    EXPECT_HAS_NOT(got.text, "python_info");
    EXPECT_HAS_NOT(got.text, "broken");
    free(got.text);

    dynm_registration_free(registration); /* the registration itself goes on */
    got = scrape(t.root);
    EXPECT_HAS(got.text, "vllm:running");
    EXPECT(atomic_load(&released) == 0);
    free(got.text);
    tree_free(&t);
    EXPECT(wait_for(&released, 1)); /* with the last handle the tree went, and its sources */
}

static dynm_status fails(const dynm_sink *sink, void *payload) {
    (void)payload;
    const char *page = "lost 1\n";
    sink->write(page, strlen(page), sink->payload);
    return DYNM_EIO;
}

static void a_failing_source_costs_only_itself(void) {
    tree t = tree_new();
    dynm_source_options source;
    memset(&source, 0, sizeof source);
    source.struct_size = sizeof source;
    source.name = "broken";
    MUST(dynm_node_register_text(t.generate, &source, fails, NULL, NULL, NULL));
    source.name = "well";
    MUST(dynm_node_register_text(t.generate, &source, text, "# TYPE well gauge\nwell 1\n", NULL, NULL));
    page got = page_new();
    dynm_sink sink = page_sink(&got);

    MUST(dynm_node_scrape(t.root, NULL, &sink));

    EXPECT_HAS(got.text, "well 1\n");
    EXPECT_HAS_NOT(got.text, "lost");
    EXPECT_HAS(got.text, "dynmetrics_source_up{source=\"broken\",worker_id=\"ff\"} 0\n");
    EXPECT_HAS(got.text, "dynmetrics_source_up{source=\"well\",worker_id=\"ff\"} 1\n");
    EXPECT_HAS(got.text, "dynmetrics_source_errors_total{");
    free(got.text);
    tree_free(&t);
}

/* ---- typed ---- */

static dynm_emitter *kept;

static dynm_status typed(dynm_emitter *emitter, void *payload) {
    (void)payload;
    const dynm_label labels[] = {{"model", "a\"b"}};
    const double bounds[] = {0.5, 1}, timestamp = 1700000000.5;
    const uint64_t counts[] = {1, 2, 3};
    kept = emitter;
    if (dynm_emit_family(emitter, "engine_requests", "Requests", DYNM_KIND_COUNTER, NULL) != DYNM_OK) return DYNM_EINVAL;
    dynm_emit_sample(emitter, "engine_requests_total", labels, 1, 12, NULL);
    dynm_emit_family(emitter, "engine_load", NULL, DYNM_KIND_GAUGE, NULL);
    dynm_emit_sample(emitter, "engine_load", NULL, 0, 0.5, &timestamp);
    dynm_emit_family(emitter, "engine_seconds", "Latency", DYNM_KIND_HISTOGRAM, "seconds");
    return dynm_emit_histogram(emitter, labels, 1, bounds, counts, 2, 8.25);
}

static void a_typed_callback_emits_families(void) {
    tree t = tree_new();
    dynm_registration *registration;
    MUST(dynm_node_register_typed(t.generate, NULL, typed, NULL, NULL, &registration));

    page got = scrape(t.root);

    EXPECT_HAS(got.text, "# HELP engine_requests_total Requests\n# TYPE engine_requests_total counter\n"
                         "engine_requests_total{model=\"a\\\"b\"} 12\n");
    EXPECT_HAS(got.text, "engine_load 0.5\n"); /* without its timestamp */
    EXPECT_HAS(got.text, "engine_seconds_bucket{model=\"a\\\"b\",le=\"0.5\"} 1\n");
    EXPECT_HAS(got.text, "engine_seconds_bucket{model=\"a\\\"b\",le=\"1.0\"} 3\n");
    EXPECT_HAS(got.text, "engine_seconds_bucket{model=\"a\\\"b\",le=\"+Inf\"} 6\n");
    EXPECT_HAS(got.text, "engine_seconds_count{model=\"a\\\"b\"} 6\n");
    EXPECT_HAS(got.text, "engine_seconds_sum{model=\"a\\\"b\"} 8.25\n");
    EXPECT(dynm_emit_family(kept, "late", NULL, DYNM_KIND_GAUGE, NULL) == DYNM_EINVAL); /* good only inside the call */
    free(got.text);
    MUST(dynm_registration_close(registration));
    got = scrape(t.root);
    EXPECT_HAS_NOT(got.text, "engine_");
    free(got.text);
    dynm_registration_free(registration);
    tree_free(&t);
}

/* ---- texts and templates ---- */

typedef struct keeping {
    dynm_template *made;
    dynm_emitter *emitter;
    int scrapes;
} keeping;

static dynm_status templated(dynm_emitter *emitter, void *payload) {
    static const char page[] = "# TYPE engine_total counter\nengine_total{rank=\"0\"} 0\n"
                               "left_out 0\nengine_total{rank=\"1\"} 0\n";
    keeping *kept = payload;
    kept->emitter = emitter;
    double values[] = {++kept->scrapes, 5, 1e6};
    if (!kept->made) {
        MUST(dynm_template_create(emitter, page, sizeof page - 1, &kept->made));
        EXPECT(dynm_template_create(emitter, NULL, 5, &kept->made) == DYNM_EINVAL);
        EXPECT(dynm_template_create(emitter, page, sizeof page - 1, NULL) == DYNM_EINVAL);
        EXPECT(dynm_template_series(kept->made) == 2);
        EXPECT_REFUSED(dynm_emit_template(emitter, kept->made, values, 2), DYNM_EINVAL, "2", "give 3");
        EXPECT(dynm_emit_template(emitter, kept->made, NULL, 3) == DYNM_EINVAL);
        EXPECT(dynm_emit_template(emitter, kept->made, values, (size_t)-1) == DYNM_EINVAL);
        EXPECT(dynm_emit_template(emitter, NULL, values, 3) == DYNM_EINVAL);
        EXPECT_REFUSED(dynm_emit_template(emitter, (dynm_template *)emitter, values, 3), DYNM_EINVAL, "dynm_template", "got");
        EXPECT(dynm_emit_text(emitter, NULL, 3) == DYNM_EINVAL);
        EXPECT(dynm_emit_missing(emitter, NULL) == DYNM_EINVAL);
    }
    dynm_note_hold(0.25), dynm_note_hold(0.5), dynm_note_hold(-1);
    MUST(dynm_emit_template(emitter, kept->made, values, 3));
    MUST(dynm_emit_missing(emitter, "the third rank"));
    return dynm_emit_text(emitter, "engine_text 3.50\nother 1\n", 25);
}

static void a_template_is_made_once_and_emitted_with_other_values(void) {
    tree t = tree_new();
    const char *include[] = {"engine_"};
    const dynm_label zone = {"zone", "a"};
    dynm_filter filter = {.struct_size = sizeof filter, .include = include, .include_count = 1, .labels = &zone, .label_count = 1};
    dynm_source_options options = {.struct_size = sizeof options, .name = "kept", .filter = &filter, .as_text = 1};
    keeping kept = {0};
    dynm_registration *registration;
    MUST(dynm_node_register_typed(t.generate, &options, templated, &kept, NULL, &registration));

    page first = scrape(t.root), second = page_new();
    dynm_sink sink = page_sink(&second);
    MUST(dynm_node_scrape(t.root, NULL, &sink));

    EXPECT_HAS(first.text, "# TYPE engine_total counter\nengine_total{rank=\"0\",zone=\"a\"} 1.0\n"
                           "engine_total{rank=\"1\",zone=\"a\"} 1e+06\nengine_text{zone=\"a\"} 3.50\n");
    EXPECT_HAS(second.text, "engine_total{rank=\"0\",zone=\"a\"} 2.0\n");
    EXPECT_HAS_NOT(second.text, "other 1");
    EXPECT_HAS(second.text, "dynmetrics_dropped_total{reason=\"part\",source=\"kept\",worker_id=\"ff\"} 2\n");
    EXPECT_HAS(second.text, "dynmetrics_gil_hold_seconds_max{source=\"kept\",worker_id=\"ff\"} 0.5\n");
    EXPECT_HAS(second.text, "dynmetrics_gil_hold_seconds_total{source=\"kept\",worker_id=\"ff\"} 1.5\n");
    double values[3] = {0};
    EXPECT(dynm_emit_template(kept.emitter, kept.made, values, 3) == DYNM_EINVAL); /* good only inside the call */
    EXPECT(dynm_emit_text(kept.emitter, "x 1\n", 4) == DYNM_EINVAL);
    EXPECT(dynm_template_create(kept.emitter, "x 1\n", 4, &kept.made) == DYNM_EINVAL);
    dynm_template_free(kept.made);
    dynm_template_free(kept.made); /* nothing happens */
    dynm_template_free(NULL), dynm_template_free((dynm_template *)t.root);
    EXPECT(dynm_template_series(kept.made) == 0 && dynm_template_series(NULL) == 0);
    free(first.text), free(second.text);
    MUST(dynm_registration_close(registration));
    dynm_registration_free(registration);
    tree_free(&t);
}

/* ---- a source that hangs ---- */

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static atomic_int hanging;

static dynm_status hangs(const dynm_sink *sink, void *payload) {
    (void)sink;
    (void)payload;
    atomic_fetch_add(&hanging, 1);
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    return DYNM_OK;
}

static void a_hung_callback_costs_one_deadline_and_one_thread(void) {
    tree t = tree_new();
    const int deadline = 200, slack = setting("DYNM_SLACK_MS", 50);
    atomic_store(&released, 0);
    atomic_store(&hanging, 0);
    MUST(dynm_node_register_text(t.generate, NULL, text, "# TYPE well gauge\nwell 1\nbroken{\n", NULL, NULL));
    page warm = scrape(t.root); /* starts the thread of the first source, and that of the log for the broken line */
    free(warm.text);
    int before = thread_count();
    dynm_registration *registration;
    pthread_mutex_lock(&gate);
    dynm_source_options source;
    memset(&source, 0, sizeof source);
    source.struct_size = sizeof source;
    source.name = "hangs";
    MUST(dynm_node_register_text(t.generate, &source, hangs, NULL, release, &registration));
    dynm_scrape_options options;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.deadline_ms = deadline;

    for (int i = 0; i < setting("DYNM_HUNG_SCRAPES", 8); i++) {
        page got = page_new();
        dynm_sink sink = page_sink(&got);
        double start = now_ms();
        MUST(dynm_node_scrape(t.root, &options, &sink));
        double took = now_ms() - start;
        if (took > deadline + slack) printf("# scrape %d took %.1f ms\n", i, took);
        EXPECT(took <= deadline + slack);
        EXPECT_HAS(got.text, "well 1\n");
        free(got.text);
    }
    EXPECT(atomic_load(&hanging) == 1); /* it is not asked again while it hangs */
    EXPECT(threads_named("dynm-hangs") == 1);
    if (thread_count() > before + 1) printf("# %d threads before, %d after\n", before, thread_count());
    EXPECT(thread_count() <= before + 1);

    MUST(dynm_registration_close(registration)); /* does not wait for the call */
    EXPECT(atomic_load(&released) == 0);
    pthread_mutex_unlock(&gate);
    EXPECT(wait_for(&released, 1));
    dynm_registration_free(registration);
    tree_free(&t);
}

/* ---- directories ---- */

/* A value as prometheus_client writes it: the key's length, the key, 1 to 8 spaces, the value, its time. */
static size_t record(unsigned char *at, const char *key, double value) {
    size_t length = strlen(key), padded = length + (8 - (length + 4) % 8);
    int32_t told = (int32_t)length;
    memcpy(at, &told, 4);
    memset(at + 4, ' ', padded);
    memcpy(at + 4, key, length);
    double stamp = 0;
    memcpy(at + 4 + padded, &value, 8);
    memcpy(at + 12 + padded, &stamp, 8);
    return 20 + padded;
}

static void write_file(const char *folder, const char *name, const unsigned char *bytes, size_t length) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    EXPECT(file != NULL);
    if (file == NULL) return;
    EXPECT(fwrite(bytes, 1, length, file) == length);
    fclose(file);
}

static void write_counter(const char *folder, const char *name, double value) {
    unsigned char bytes[4096] = {0};
    size_t used = 8 + record(bytes + 8, "[\"served\", \"served_total\", {\"rank\": \"0\"}, \"Served.\"]", value);
    int32_t told = (int32_t)used;
    memcpy(bytes, &told, 4);
    write_file(folder, name, bytes, sizeof bytes);
}

static void a_multiprocess_directory_is_merged_and_odd_files_cost_only_themselves(void) {
    tree t = tree_new();
    char folder[] = "/tmp/dynm-c-XXXXXX", fifo[64], inside[64];
    EXPECT(mkdtemp(folder) != NULL);
    write_counter(folder, "counter_11.db", 2);
    write_counter(folder, "counter_12.db", 40);
    write_file(folder, "counter_13.db", (const unsigned char *)"", 0);
    write_file(folder, "counter_14.db", (const unsigned char *)"SQLite format 3", 15);
    snprintf(fifo, sizeof fifo, "%s/counter_15.db", folder);
    snprintf(inside, sizeof inside, "%s/counter_16.db", folder);
    EXPECT(mkfifo(fifo, 0600) == 0);
    EXPECT(mkdir(inside, 0700) == 0);
    dynm_registration *registration;
    MUST(dynm_node_add_multiprocess_dir(t.generate, folder, NULL, &registration));

    page got = scrape(t.root);
    page merged = page_new();
    dynm_sink sink = page_sink(&merged);
    MUST(dynm_merge_multiprocess(folder, NULL, DYNM_FORMAT_TEXT, &sink));

    const char *expected = "# HELP served_total Served.\n# TYPE served_total counter\nserved_total{rank=\"0\"} 42.0\n";
    EXPECT_HAS(got.text, expected);
    EXPECT_HAS(merged.text, "# HELP served_total");
    EXPECT_HAS(merged.text, "served_total{rank=\"0\"} 42.0\n");

    write_counter(folder, "counter_17.db", 100);
    MUST(dynm_registration_close(registration));
    free(got.text);
    got = scrape(t.root);
    EXPECT_HAS_NOT(got.text, "served_total");
    free(got.text), free(merged.text);
    dynm_registration_free(registration);
    tree_free(&t);
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    EXPECT(system(command) == 0);
}

static void a_page_source_is_refused_or_costs_only_itself(void) {
    tree t = tree_new();
    dynm_registration *registration;
    dynm_source_options options = {.struct_size = sizeof options, .name = "far"};
    EXPECT_REFUSED(dynm_node_add_page_source(t.root, NULL, NULL, NULL), DYNM_EINVAL, "URL", "NULL");
    EXPECT_REFUSED(dynm_node_add_page_source(t.root, "http://192.0.2.1/", &options, &registration), DYNM_EINVAL, "192.0.2.1", "unix:");
    MUST(dynm_node_add_page_source(t.root, "unix:/nonexistent/engine.sock", &options, &registration));
    page got = page_new();
    dynm_sink sink = page_sink(&got);
    MUST(dynm_node_scrape(t.root, NULL, &sink));
    EXPECT_HAS(got.text, "dynmetrics_source_errors_total{reason=\"page\",source=\"far\",worker_id=");
    MUST(dynm_registration_close(registration));
    dynm_registration_free(registration);
    page_clear(&got);
    MUST(dynm_node_scrape(t.root, NULL, &sink));
    EXPECT_HAS_NOT(got.text, "far");
    free(got.text);
    tree_free(&t);
}

static void a_configuration_is_in_force_whole_or_not_at_all(void) {
    tree t = tree_new();
    dynm_metric_options options = metric("queued", "Requests that wait");
    dynm_intgauge *queued;
    MUST(dynm_node_create_intgauge(t.generate, &options, &queued));
    const char *good = "[[rename]]\nfrom = \"dynamo_component_queued\"\nto = \"queued\"\nkeep_old = false\n";
    const char *bad = "[[drop]]\nfamily = \"*\"\n[limits]\nfamily_max_series = 0\n";

    MUST(dynm_runtime_configure(t.root, NULL, good, strlen(good)));
    EXPECT_REFUSED(dynm_runtime_configure(t.root, "c.toml", bad, strlen(bad)), DYNM_EINVAL, "c.toml:4:21: the number 0", "like 10000");
    EXPECT_REFUSED(dynm_runtime_configure(t.root, "/nonexistent/c.toml", NULL, 0), DYNM_EIO, "/nonexistent/c.toml", "No such file");
    EXPECT_REFUSED(dynm_runtime_configure(t.root, NULL, NULL, 0), DYNM_EINVAL, "path", "NULL");
    EXPECT_REFUSED(dynm_runtime_configure(t.root, NULL, NULL, 7), DYNM_EINVAL, "text", "NULL");
    EXPECT_REFUSED(dynm_runtime_configure(t.generate, NULL, good, strlen(good)), DYNM_EINVAL, "endpoint", "configure the runtime");
    EXPECT_REFUSED(dynm_runtime_configure(NULL, NULL, good, strlen(good)), DYNM_EINVAL, "dynm_node", "NULL");

    page got = scrape(t.root);
    EXPECT_HAS(got.text, "\nqueued{" NODE_LABELS);
    EXPECT_HAS_NOT(got.text, "dynamo_component_queued");
    free(got.text);
    MUST(dynm_runtime_configure(t.root, NULL, "", 0)); /* a text without anything in it */
    got = scrape(t.root);
    EXPECT_HAS(got.text, "\ndynamo_component_queued{" NODE_LABELS);
    free(got.text);
    tree_free(&t);
}

int main(void) {
    /* First, while no thread of another test is still ending. */
    test("a hung callback costs one deadline and one thread", a_hung_callback_costs_one_deadline_and_one_thread);
    test("an update callback runs before each scrape, until it is closed", an_update_callback_runs_before_each_scrape);
    test("a text callback is filtered, labelled and merged", a_text_callback_is_filtered_labelled_and_merged);
    test("a failing source costs only itself, and is counted", a_failing_source_costs_only_itself);
    test("a typed callback emits families", a_typed_callback_emits_families);
    test("a template is made once and emitted with other values", a_template_is_made_once_and_emitted_with_other_values);
    test("a multiprocess directory is merged, odd files cost only themselves",
         a_multiprocess_directory_is_merged_and_odd_files_cost_only_themselves);
    test("a page source is refused, or costs only itself", a_page_source_is_refused_or_costs_only_itself);
    test("a configuration is in force whole or not at all", a_configuration_is_in_force_whole_or_not_at_all);
    return finish();
}
