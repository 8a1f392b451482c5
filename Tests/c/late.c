/* A process that has used up what a library likes best before it loads this one: the pthread keys that cost no allocation.
 * Stripes of threads that ended are freed all the same. The library's path is the only argument. */
#include <dynmetrics.h>

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOAD(name) __typeof__(&name) load_##name = (__typeof__(&name))(size_t)dlsym(library, #name)

static void (*inc)(dynm_intcounter *);
static dynm_intcounter *requests;

static void *add(void *payload) {
    (void)payload;
    for (int i = 0; i < 1000; i++) inc(requests);
    return NULL;
}

static dynm_status ignore(const char *data, size_t length, void *payload) {
    (void)data, (void)length, (void)payload;
    return DYNM_OK;
}

int main(int count, char **arguments) {
    for (int i = 0; i < 60; i++) {
        pthread_key_t key;
        pthread_key_create(&key, NULL);
    }
    void *library = dlopen(count > 1 ? arguments[1] : "", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        printf("not ok 1 - the library loads late: %s\n1..1\n", dlerror());
        return 1;
    }
    LOAD(dynm_runtime_create);
    LOAD(dynm_node_create_intcounter);
    LOAD(dynm_node_scrape);
    LOAD(dynm_intcounter_inc);
    LOAD(dynm_intcounter_get);
    inc = load_dynm_intcounter_inc;
    dynm_node *root = NULL;
    dynm_metric_options options;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.name = "requests_total";
    dynm_sink sink = {ignore, NULL};
    int failed = load_dynm_runtime_create(NULL, &root) != DYNM_OK;
    failed += load_dynm_node_create_intcounter(root, &options, &requests) != DYNM_OK;
    for (int generation = 0; generation < 40; generation++) {
        pthread_t threads[8];
        for (int i = 0; i < 8; i++) pthread_create(&threads[i], NULL, add, NULL);
        for (int i = 0; i < 8; i++) pthread_join(threads[i], NULL);
        failed += load_dynm_node_scrape(root, NULL, &sink) != DYNM_OK;
    }
    failed += load_dynm_intcounter_get(requests) != 40 * 8 * 1000;
    printf("%sok 1 - a process without pthread keys to spare counts exactly\n1..1\n", failed ? "not " : "");
    return failed;
}
