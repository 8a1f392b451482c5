/* Tables: series that somebody else keeps, shown from values that live here. */
#include "check.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

static dynm_table_metric *metric_of(int32_t kind, const char *name, size_t labels) {
    static const char *const label_names[] = {"model", "a"};
    static const double buckets[] = {0.5, 2};
    dynm_table_metric_options options = {.struct_size = sizeof options, .name = name, .description = "H", .kind = kind};
    options.label_names = label_names, options.label_name_count = labels;
    if (kind == DYNM_KIND_HISTOGRAM) options.buckets = buckets, options.bucket_count = 2;
    dynm_table_metric *made = NULL;
    MUST(dynm_table_metric_create(&options, &made));
    return made;
}

static void values_new(dynm_gauge **values, size_t count) {
    for (size_t i = 0; i < count; i++) MUST(dynm_value_create(&values[i]));
}

static void values_free(dynm_gauge **values, size_t count) {
    for (size_t i = 0; i < count; i++) dynm_value_free(values[i]);
}

static dynm_registration *show(tree *t, dynm_table *table, const dynm_filter *filter) {
    dynm_source_options options = {.struct_size = sizeof options, .name = "engine", .filter = filter};
    dynm_registration *registration = NULL;
    MUST(dynm_node_register_table(t->generate, &options, table, NULL, NULL, NULL, &registration));
    return registration;
}

static void a_table_is_filtered_labelled_and_written_as_its_client_would(void) {
    tree t = tree_new();
    dynm_table *table;
    MUST(dynm_table_create(&table));
    dynm_table_metric *counter = metric_of(DYNM_KIND_COUNTER, "vllm:c", 2), *gauge = metric_of(DYNM_KIND_GAUGE, "own_g", 0);
    dynm_table_metric *histogram = metric_of(DYNM_KIND_HISTOGRAM, "vllm:h", 1), *summary = metric_of(DYNM_KIND_SUMMARY, "vllm:s", 0);
    dynm_gauge *v[8];
    values_new(v, 8);
    const char *const labels[] = {"x\"\n", "y"};
    MUST(dynm_table_metric_put(counter, labels, 2, &v[0], 1, 1.5));
    MUST(dynm_table_metric_put(gauge, NULL, 0, &v[1], 1, NAN));
    MUST(dynm_table_metric_put(histogram, labels + 1, 1, &v[2], 4, NAN));
    MUST(dynm_table_metric_put(summary, NULL, 0, &v[6], 2, NAN));
    MUST(dynm_table_add(table, histogram));
    MUST(dynm_table_add(table, counter));
    MUST(dynm_table_add(table, gauge));
    MUST(dynm_table_add(table, summary));
    const char *const include[] = {"vllm:"};
    const dynm_label zone[] = {{"zone", "z"}, {"a", "lost"}};
    dynm_filter filter = {.struct_size = sizeof filter, .include = include, .include_count = 1, .labels = zone, .label_count = 2};
    dynm_registration *registration = show(&t, table, &filter);

    dynm_gauge_add(v[0], 1e6);
    dynm_gauge_set(v[2], 1);
    dynm_gauge_add(v[4], 2);
    dynm_gauge_add(v[5], 3.25);
    page got = scrape(t.root);

    EXPECT_HAS(got.text,
               "# HELP vllm:h H\n# TYPE vllm:h histogram\n"
               "vllm:h_bucket{a=\"lost\",le=\"0.5\",model=\"y\",zone=\"z\"} 1.0\n"
               "vllm:h_bucket{a=\"lost\",le=\"2.0\",model=\"y\",zone=\"z\"} 1.0\n"
               "vllm:h_bucket{a=\"lost\",le=\"+Inf\",model=\"y\",zone=\"z\"} 3.0\n"
               "vllm:h_count{a=\"lost\",model=\"y\",zone=\"z\"} 3.0\n"
               "vllm:h_sum{a=\"lost\",model=\"y\",zone=\"z\"} 3.25\n"
               "# HELP vllm:c_total H\n# TYPE vllm:c_total counter\n"
               "vllm:c_total{a=\"y\",model=\"x\\\"\\n\",zone=\"z\"} 1e+06\n"
               "# HELP vllm:c_created H\n# TYPE vllm:c_created gauge\n"
               "vllm:c_created{a=\"y\",model=\"x\\\"\\n\",zone=\"z\"} 1.5\n"
               "# HELP vllm:s H\n# TYPE vllm:s summary\n"
               "vllm:s_count{a=\"lost\",zone=\"z\"} 0.0\n");
    EXPECT_HAS_NOT(got.text, "own_g");
    free(got.text);
    MUST(dynm_table_show_created(table, 0));
    got = scrape(t.root);
    EXPECT_HAS_NOT(got.text, "c_created");
    free(got.text);

    dynm_table_metric_free(counter), dynm_table_metric_free(gauge);
    dynm_table_metric_free(histogram), dynm_table_metric_free(summary);
    dynm_table_free(table); /* the registration goes on */
    dynm_gauge_set(v[0], 2);
    got = scrape(t.root);
    EXPECT_HAS(got.text, "zone=\"z\"} 2.0\n");
    free(got.text);
    MUST(dynm_registration_close(registration));
    got = scrape(t.root);
    EXPECT_HAS_NOT(got.text, "vllm:");
    free(got.text);
    dynm_registration_free(registration);
    values_free(v, 8);
    tree_free(&t);
}

static void children_come_and_go_and_freed_values_take_theirs_along(void) {
    tree t = tree_new();
    dynm_table *table;
    MUST(dynm_table_create(&table));
    dynm_table_metric *gauge = metric_of(DYNM_KIND_GAUGE, "g", 1);
    MUST(dynm_table_add(table, gauge));
    MUST(dynm_table_add(table, gauge)); /* twice is fine */
    dynm_registration *registration = show(&t, table, NULL);
    dynm_gauge *v[3];
    values_new(v, 3);
    const char *const names[] = {"a", "b", "c"};
    for (int i = 0; i < 3; i++) {
        MUST(dynm_table_metric_put(gauge, &names[i], 1, &v[i], 1, NAN));
        dynm_gauge_set(v[i], i + 1);
    }
    page got = scrape(t.root);
    EXPECT_HAS(got.text, "g{model=\"a\"} 1.0\ng{model=\"b\"} 2.0\ng{model=\"c\"} 3.0\n");
    free(got.text);

    MUST(dynm_table_metric_remove(gauge, &names[0], 1));
    MUST(dynm_table_metric_remove(gauge, &names[0], 1));
    dynm_gauge_set(v[0], 9); /* goes nowhere */
    dynm_value_free(v[1]);
    MUST(dynm_table_metric_put(gauge, &names[0], 1, &v[2], 1, NAN)); /* shown elsewhere from now on */
    got = scrape(t.root);
    EXPECT_HAS(got.text, "# TYPE g gauge\ng{model=\"a\"} 3.0\n");
    EXPECT_HAS_NOT(got.text, "model=\"b\"");
    EXPECT_HAS_NOT(got.text, "model=\"c\"");
    free(got.text);

    dynm_gauge *again;
    MUST(dynm_value_create(&again));
    EXPECT(dynm_gauge_get(again) == 0);
    MUST(dynm_table_metric_clear(gauge));
    MUST(dynm_table_remove(table, gauge));
    MUST(dynm_table_remove(table, gauge));
    got = scrape(t.root);
    EXPECT_HAS_NOT(got.text, "g{");
    free(got.text);
    dynm_value_free(again), dynm_value_free(v[0]), dynm_value_free(v[2]), dynm_value_free(NULL);
    dynm_table_metric_free(gauge), dynm_table_free(table);
    dynm_registration_free(registration);
    tree_free(&t);
}

static void what_is_wrong_is_refused(void) {
    tree t = tree_new();
    dynm_table *table;
    dynm_table_metric *gauge = metric_of(DYNM_KIND_GAUGE, "g", 1), *other = NULL;
    dynm_gauge *v[2], *pair[2];
    const char *const names[] = {"a", "\xff"};
    MUST(dynm_table_create(&table));
    values_new(v, 2);
    pair[0] = pair[1] = v[0];
    dynm_metric_options mine = metric("mine", "h");
    MUST(dynm_node_create_gauge(t.generate, &mine, &pair[1]));

    EXPECT_REFUSED(dynm_table_metric_put(gauge, names, 2, v, 1, NAN), DYNM_EINVAL, "2", "model");
    EXPECT_REFUSED(dynm_table_metric_put(gauge, names, 1, v, 2, NAN), DYNM_EINVAL, "2", "give 1");
    EXPECT_REFUSED(dynm_table_metric_put(gauge, &names[1], 1, v, 1, NAN), DYNM_EINVAL, "label 'model'", "UTF-8");
    EXPECT_REFUSED(dynm_table_metric_put(gauge, names, 1, &pair[1], 1, NAN), DYNM_EINVAL, "value", "dynm_value_create");
    EXPECT_REFUSED(dynm_table_metric_put((dynm_table_metric *)table, names, 1, v, 1, NAN), DYNM_EINVAL, "dynm_table_metric", "create");
    EXPECT_REFUSED(dynm_table_add(table, NULL), DYNM_EINVAL, "NULL", "create");
    EXPECT_REFUSED(dynm_table_create(NULL), DYNM_EINVAL, "NULL", "handle");
    EXPECT_REFUSED(dynm_value_create(NULL), DYNM_EINVAL, "NULL", "handle");
    EXPECT_REFUSED(dynm_node_register_table(t.root, NULL, NULL, NULL, NULL, NULL, NULL), DYNM_EINVAL, "NULL", "create");

    const char *const bad_labels[] = {"a", "a"};
    dynm_table_metric_options options = {.struct_size = sizeof options, .name = "a b", .kind = DYNM_KIND_GAUGE};
    EXPECT_REFUSED(dynm_table_metric_create(&options, &other), DYNM_EINVAL, "'a b'", "requests_total");
    options.name = "x", options.kind = DYNM_KIND_HISTOGRAM;
    EXPECT_REFUSED(dynm_table_metric_create(&options, &other), DYNM_EINVAL, "buckets", "1 to 4096");
    options.kind = DYNM_KIND_INFO;
    EXPECT_REFUSED(dynm_table_metric_create(&options, &other), DYNM_EINVAL, "5", "gauges");
    options.kind = DYNM_KIND_GAUGE, options.label_names = bad_labels, options.label_name_count = 2;
    EXPECT_REFUSED(dynm_table_metric_create(&options, &other), DYNM_EINVAL, "'a'", "");
    EXPECT(other == NULL);

    dynm_value_free(pair[1]); /* a node's: left alone */
    dynm_gauge_set(pair[1], 4);
    dynm_registration *registration = show(&t, table, NULL);
    EXPECT_REFUSED(dynm_registration_ask_rest(registration, 1), DYNM_EINVAL, "nothing beside a table", "give");
    page got = scrape(t.root);
    EXPECT_HAS(got.text, "mine{" NODE_LABELS);
    free(got.text);
    values_free(v, 2);
    dynm_table_metric_free(gauge), dynm_table_free(table), dynm_table_free(table);
    dynm_registration_free(registration);
    tree_free(&t);
}

/* ---- the rest ---- */

static atomic_int asked, released;

static dynm_status rest(const dynm_sink *sink, void *payload) {
    atomic_fetch_add(&asked, 1);
    return sink->write((const char *)payload, strlen((const char *)payload), sink->payload);
}

static void release(void *payload) {
    (void)payload;
    atomic_fetch_add(&released, 1);
}

static void the_rest_is_asked_while_there_is_any_and_ends_with_the_table(void) {
    tree t = tree_new();
    dynm_table *table;
    dynm_table_metric *gauge = metric_of(DYNM_KIND_GAUGE, "g", 0);
    dynm_gauge *value;
    dynm_registration *registration;
    MUST(dynm_table_create(&table));
    MUST(dynm_value_create(&value));
    MUST(dynm_table_metric_put(gauge, NULL, 0, &value, 1, NAN));
    MUST(dynm_table_add(table, gauge));
    char text[] = "# TYPE r gauge\nr 5\n# TYPE g gauge\ng 9\n";
    dynm_source_options options = {.struct_size = sizeof options, .name = "e"};
    MUST(dynm_node_register_table(t.root, &options, table, rest, text, release, &registration));

    page got = scrape(t.root);
    EXPECT_HAS(got.text, "# TYPE g gauge\ng 0.0\n# TYPE r gauge\nr 5\n"); /* who comes first stays */
    EXPECT(atomic_load(&asked) == 1);
    free(got.text);
    MUST(dynm_registration_ask_rest(registration, 0));
    got = scrape(t.root);
    EXPECT_HAS_NOT(got.text, "r 5\n");
    EXPECT(atomic_load(&asked) == 1);
    free(got.text);
    MUST(dynm_registration_ask_rest(registration, 1));
    MUST(dynm_registration_close(registration));
    got = scrape(t.root);
    EXPECT_HAS_NOT(got.text, "r 5\n");
    EXPECT_HAS_NOT(got.text, "g 0.0\n");
    free(got.text);
    dynm_registration_free(registration);
    dynm_table_metric_free(gauge), dynm_table_free(table);
    tree_free(&t);
    double end = now_ms() + 20000;
    while (atomic_load(&released) == 0 && now_ms() < end) usleep(1000);
    EXPECT(atomic_load(&released) == 1);
    dynm_value_free(value);
}

/* ---- threads and forks ---- */

static atomic_int stop;
static dynm_table_metric *churned;

static void *churn(void *raw) {
    const char *name = (const char *)raw;
    while (!atomic_load(&stop)) {
        dynm_gauge *v[4];
        values_new(v, 4);
        MUST(dynm_table_metric_put(churned, &name, 1, v, 4, NAN));
        for (int i = 0; i < 4; i++) dynm_gauge_add(v[i], 7);
        if (v[0] == v[1]) dynm_table_metric_remove(churned, &name, 1);
        values_free(v, 4);
    }
    return NULL;
}

static void children_may_come_and_go_under_scrapes_and_forks(void) {
    tree t = tree_new();
    dynm_table *table;
    MUST(dynm_table_create(&table));
    churned = metric_of(DYNM_KIND_HISTOGRAM, "h", 1);
    MUST(dynm_table_add(table, churned));
    dynm_registration *registration = show(&t, table, NULL);
    static char names[3][2] = {"a", "b", "c"};
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, churn, names[i]);
    for (int i = 0; i < 40; i++) {
        page got = scrape(t.root);
        EXPECT_HAS(got.text, "# TYPE h histogram\n");
        free(got.text);
        pid_t child = fork();
        if (child == 0) {
            page own = scrape(t.root);
            dynm_gauge *value;
            _exit(strstr(own.text, "# TYPE h histogram\n") && dynm_value_create(&value) == DYNM_OK ? 0 : 1);
        }
        int status = -1;
        waitpid(child, &status, 0);
        EXPECT(status == 0);
    }
    atomic_store(&stop, 1);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
    page got = scrape(t.root);
    EXPECT_HAS_NOT(got.text, "h_bucket"); /* their values were freed */
    free(got.text);
    dynm_table_metric_free(churned), dynm_table_free(table);
    dynm_registration_free(registration);
    tree_free(&t);
}

int main(void) {
    test("a table is filtered, labelled and written as its client would", a_table_is_filtered_labelled_and_written_as_its_client_would);
    test("children come and go, and freed values take theirs along", children_come_and_go_and_freed_values_take_theirs_along);
    test("what is wrong is refused", what_is_wrong_is_refused);
    test("the rest is asked while there is any, and ends with the table", the_rest_is_asked_while_there_is_any_and_ends_with_the_table);
    test("children may come and go under scrapes and forks", children_may_come_and_go_under_scrapes_and_forks);
    return finish();
}
