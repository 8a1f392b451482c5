/* Threads that update, create, register and scrape at once: sums are exact, every page is whole. DYNM_UPDATES scales. */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>

enum { writers = 4 };

static tree t;
static int updates;
static dynm_counter *seconds;
static dynm_intcounter *requests;
static dynm_gauge *balance;
static dynm_histogram *latency;
static dynm_intcounter_vec *by_model;
static atomic_int running;

static void *write_values(void *payload) {
    const char *values[] = {(const char *)payload};
    dynm_intcounter *mine;
    MUST(dynm_intcounter_vec_with(by_model, values, 1, &mine));
    for (int i = 0; i < updates; i++) {
        dynm_counter_inc_by(seconds, 0.5);
        dynm_intcounter_inc(requests);
        dynm_gauge_add(balance, i % 2 == 0 ? 1 : -1);
        dynm_histogram_observe(latency, (double)(i % 4));
        dynm_intcounter_inc(mine);
        if (i % 1000 == 0) MUST(dynm_intcounter_vec_with(by_model, values, 1, &mine));
    }
    atomic_fetch_sub(&running, 1);
    return NULL;
}

/* The number behind `series` on a page; -1 when it is not there. */
static double number(const char *text, const char *series) {
    const char *at = strstr(text, series);
    return at == NULL ? -1 : strtod(at + strlen(series), NULL);
}

static void *read_pages(void *payload) {
    double last = 0;
    (void)payload;
    while (atomic_load(&running) > 0) {
        page got = scrape(t.root);
        double requests_now = number(got.text, "dynamo_component_requests_total{" NODE_LABELS ",worker_id=\"ff\"} ");
        EXPECT(requests_now >= last); /* never goes back */
        last = requests_now;
        EXPECT(got.length > 0 && got.text[got.length - 1] == '\n');
        EXPECT(number(got.text, "latency_seconds_bucket{" NODE_LABELS ",worker_id=\"ff\",le=\"+Inf\"} ")
               == number(got.text, "latency_seconds_count{" NODE_LABELS ",worker_id=\"ff\"} "));
        free(got.text);
    }
    return NULL;
}

static void four_threads_update_while_two_scrape(void) {
    const char *models[writers] = {"a", "b", "c", "d"}, *names[] = {"model"};
    updates = setting("DYNM_UPDATES", 50000);
    t = tree_new();
    dynm_metric_options options = metric("seconds_total", "s");
    MUST(dynm_node_create_counter(t.generate, &options, &seconds));
    options = metric("requests_total", "r");
    MUST(dynm_node_create_intcounter(t.generate, &options, &requests));
    options = metric("balance", "b");
    MUST(dynm_node_create_gauge(t.generate, &options, &balance));
    options = metric("latency_seconds", "l");
    MUST(dynm_node_create_histogram(t.generate, &options, &latency));
    options = metric("by_model_total", "m");
    options.label_names = names, options.label_name_count = 1;
    MUST(dynm_node_create_intcounter_vec(t.generate, &options, &by_model));

    pthread_t threads[writers + 2];
    atomic_store(&running, writers);
    for (int i = 0; i < writers; i++) pthread_create(&threads[i], NULL, write_values, (void *)models[i]);
    for (int i = writers; i < writers + 2; i++) pthread_create(&threads[i], NULL, read_pages, NULL);
    for (int i = 0; i < writers + 2; i++) pthread_join(threads[i], NULL);

    page got = scrape(t.root);
    EXPECT(dynm_counter_get(seconds) == 0.5 * writers * updates);
    EXPECT(dynm_intcounter_get(requests) == (uint64_t)writers * (uint64_t)updates);
    EXPECT(dynm_gauge_get(balance) == (updates % 2 == 0 ? 0 : writers));
    EXPECT(dynm_histogram_count(latency) == (uint64_t)writers * (uint64_t)updates);
    EXPECT(number(got.text, "by_model_total{" NODE_LABELS ",model=\"c\",worker_id=\"ff\"} ") == updates);
    free(got.text);
    tree_free(&t);
}

/* No source here is slow, so no scrape may wait for its deadline of 20 s: not even for a source that is closed meanwhile. */
static void scrape_promptly(dynm_node *node) {
    double start = now_ms();
    page got = scrape(node);
    double took = now_ms() - start;
    if (took >= 5000) printf("# a scrape took %.0f ms\n", took);
    EXPECT(took < 5000);
    free(got.text);
}

static dynm_status one_line(const dynm_sink *sink, void *payload) {
    (void)payload;
    return sink->write("# TYPE well gauge\nwell 1\n", 25, sink->payload);
}

static void *create_and_remove(void *payload) {
    char name[32];
    for (int i = 0; i < updates / 100; i++) {
        snprintf(name, sizeof name, "t%d_%d", (int)(intptr_t)payload, i);
        dynm_metric_options options = metric(name, "h");
        const char *label[] = {"x"}, *value[] = {name};
        options.label_names = label, options.label_name_count = 1;
        dynm_gauge_vec *vec;
        dynm_gauge *child;
        dynm_registration *registration;
        MUST(dynm_node_create_gauge_vec(t.generate, &options, &vec));
        MUST(dynm_gauge_vec_with(vec, value, 1, &child));
        dynm_gauge_set(child, i);
        if (i % 10 == 0) {
            MUST(dynm_node_register_text(t.generate, NULL, one_line, NULL, NULL, &registration));
            scrape_promptly(t.generate);
            MUST(dynm_registration_close(registration));
            dynm_registration_free(registration);
        }
        MUST(dynm_vec_clear(vec));
        dynm_gauge_set(child, 1);
    }
    atomic_fetch_sub(&running, 1);
    return NULL;
}

static void threads_create_and_remove_while_two_scrape(void) {
    updates = setting("DYNM_UPDATES", 50000) / 5;
    t = tree_new();
    dynm_metric_options options = metric("requests_total", "r");
    MUST(dynm_node_create_intcounter(t.generate, &options, &requests));
    options = metric("latency_seconds", "l");
    MUST(dynm_node_create_histogram(t.generate, &options, &latency));

    pthread_t threads[4];
    atomic_store(&running, 2);
    for (intptr_t i = 0; i < 2; i++) pthread_create(&threads[i], NULL, create_and_remove, (void *)i);
    for (int i = 2; i < 4; i++) pthread_create(&threads[i], NULL, read_pages, NULL);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);

    page got = scrape(t.root);
    EXPECT_HAS_NOT(got.text, "dynamo_component_t0_0{");
    EXPECT_HAS_NOT(got.text, "well 1");
    free(got.text);
    tree_free(&t);
}

int main(void) {
    test("sums are exact while 4 threads update and 2 scrape", four_threads_update_while_two_scrape);
    test("pages stay whole while threads create, register and remove", threads_create_and_remove_while_two_scrape);
    return finish();
}
