/* Threads that add, in C and, compiled as C++, in C++: a part of a process that others share (languages.py). */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "dynmetrics.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { THREADS = 3 };

typedef struct share {
    dynm_node *root;
    dynm_intcounter *counter;
    dynm_counter *seconds;
    dynm_histogram *latency;
    dynm_gauge_vec *children;
    pthread_t threads[THREADS];
    uint64_t rounds;
} share;
static share it;

static void *add(void *payload) {
    dynm_histogram_writer *writer = NULL;
    (void)payload;
    if (dynm_histogram_writer_create(it.latency, &writer) != DYNM_OK) return NULL;
    for (uint64_t i = 0; i < it.rounds; i++) {
        dynm_intcounter_inc(it.counter);
        dynm_counter_inc_by(it.seconds, 0.5);
        if (i % 2) dynm_histogram_writer_observe(writer, 0.25);
        else dynm_histogram_observe(it.latency, 0.25);
        if (i % 1024) continue;
        char number[24];
        const char *values[1] = {number};
        dynm_gauge *child = NULL;
        snprintf(number, sizeof number, "%d", (int)(i / 1024 % 50));
        if (dynm_gauge_vec_with(it.children, values, 1, &child) == DYNM_OK) dynm_gauge_set(child, 1);
        if (i % 4096 == 0) (void)dynm_vec_remove(it.children, values, 1);
    }
    dynm_histogram_writer_free(writer);
    return NULL;
}

/* Makes a tree of its own and starts its threads. 0: well. */
int adders_start(uint64_t rounds) {
    const char *names[1] = {"number"};
    dynm_metric_options options;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    it.rounds = rounds;
    if (dynm_runtime_create(NULL, &it.root) != DYNM_OK) return 1;
    options.name = "counted_total";
    if (dynm_node_create_intcounter(it.root, &options, &it.counter) != DYNM_OK) return 2;
    options.name = "seconds_total";
    if (dynm_node_create_counter(it.root, &options, &it.seconds) != DYNM_OK) return 3;
    options.name = "latency_seconds";
    if (dynm_node_create_histogram(it.root, &options, &it.latency) != DYNM_OK) return 4;
    options.name = "child";
    options.label_names = names;
    options.label_name_count = 1;
    if (dynm_node_create_gauge_vec(it.root, &options, &it.children) != DYNM_OK) return 5;
    for (int i = 0; i < THREADS; i++) {
        if (pthread_create(&it.threads[i], NULL, add, NULL) != 0) return 6;
    }
    return 0;
}

/* What the counts are; wait: until the threads have ended. */
void adders_told(int wait, uint64_t *counted, double *seconds, uint64_t *observed) {
    for (int i = 0; wait && i < THREADS; i++) pthread_join(it.threads[i], NULL);
    *counted = dynm_intcounter_get(it.counter);
    *seconds = dynm_counter_get(it.seconds);
    *observed = dynm_histogram_count(it.latency);
}

static dynm_status ignore(const char *data, size_t length, void *payload) {
    (void)data;
    *(size_t *)payload += length;
    return DYNM_OK;
}

/* Bytes of the page of this tree. */
size_t adders_scrape(void) {
    size_t length = 0;
    dynm_sink sink;
    memset(&sink, 0, sizeof sink);
    sink.write = ignore;
    sink.payload = &length;
    (void)dynm_node_scrape(it.root, NULL, &sink);
    return length;
}

#ifdef __cplusplus
}
#endif
