/* Cells under fire: nothing is lost, whoever adds, ends, forks or is interrupted. DYNM_CELLS scales (increments in thousands). */
#include "check.h"

#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>

/* ---- an allocator that counts ---- */

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
static atomic_long allocations;
void *malloc(size_t size) { return atomic_fetch_add(&allocations, 1), __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return atomic_fetch_add(&allocations, 1), __libc_calloc(count, size); }
void *realloc(void *old, size_t size) { return atomic_fetch_add(&allocations, 1), __libc_realloc(old, size); }

/* ---- metrics ---- */

static tree t;
static dynm_counter *seconds;
static dynm_intcounter *requests;
static dynm_histogram *latency, *native;
static dynm_intcounter_vec *by_model;
static const char *names[] = {"model", "route", "code"};

static void create(void) {
    t = tree_new();
    dynm_metric_options options = metric("seconds_total", "s");
    MUST(dynm_node_create_counter(t.generate, &options, &seconds));
    options = metric("requests_total", "r");
    MUST(dynm_node_create_intcounter(t.generate, &options, &requests));
    options = metric("latency_seconds", "l");
    MUST(dynm_node_create_histogram(t.generate, &options, &latency));
    dynm_native_histogram buckets = {.struct_size = sizeof buckets, .schema = 8, .max_buckets = 20};
    options = metric("native_seconds", "n");
    options.native = &buckets;
    MUST(dynm_node_create_histogram(t.generate, &options, &native));
    options = metric("by_model_total", "m");
    options.label_names = names, options.label_name_count = 3;
    MUST(dynm_node_create_intcounter_vec(t.generate, &options, &by_model));
}

/* ---- conservation ---- */

enum { adders = 6, generations = 5 };
static long rounds;
static atomic_int stop;

static void *add(void *payload) {
    const char *values[] = {"llama", "/v1", (const char *)payload};
    dynm_intcounter *mine;
    for (long i = 0; i < rounds; i++) {
        dynm_intcounter_inc(requests);
        dynm_counter_inc_by(seconds, i % 2 == 0 ? 1 : 0.25);
        dynm_histogram_observe(latency, 0.5);
        dynm_histogram_observe(native, (double)(i % 512));
        if (i % 64 == 0) {
            MUST(dynm_intcounter_vec_with(by_model, values, 3, &mine));
            dynm_intcounter_inc_by(mine, 64);
        }
    }
    return NULL;
}

static void *write_alone(void *payload) {
    dynm_intcounter_writer *writer;
    dynm_counter_writer *second;
    dynm_histogram_writer *third, *fourth;
    (void)payload;
    MUST(dynm_intcounter_writer_create(requests, &writer));
    MUST(dynm_counter_writer_create(seconds, &second));
    MUST(dynm_histogram_writer_create(latency, &third));
    MUST(dynm_histogram_writer_create(native, &fourth));
    for (long i = 0; i < rounds; i++) {
        dynm_intcounter_writer_inc(writer);
        dynm_counter_writer_inc_by(second, i % 2 == 0 ? 1 : 0.25);
        dynm_histogram_writer_observe(third, 0.5);
        dynm_histogram_writer_observe(fourth, -(double)(i % 512));
    }
    dynm_intcounter_writer_free(writer);
    dynm_counter_writer_free(second);
    dynm_histogram_writer_free(third);
    dynm_histogram_writer_free(fourth);
    return NULL;
}

/* Children that come and go, scrapes, forks whose child adds to its own copy. */
static void *disturb(void *payload) {
    (void)payload;
    for (int i = 0; !atomic_load(&stop); i++) {
        char name[32];
        const char *values[] = {"other", "/v1", name};
        dynm_intcounter *child;
        snprintf(name, sizeof name, "%d", i);
        MUST(dynm_intcounter_vec_with(by_model, values, 3, &child));
        dynm_intcounter_inc(child);
        MUST(dynm_vec_remove(by_model, values, 3));
        dynm_intcounter_inc(child); /* goes nowhere, harmlessly */
        page got = scrape(t.root);
        EXPECT(got.length > 0);
        free(got.text);
        if (i % 20 != 0) continue;
        pid_t forked = fork();
        if (forked == 0) {
            uint64_t before = dynm_intcounter_get(requests);
            for (int j = 0; j < 1000; j++) dynm_intcounter_inc(requests);
            _exit(dynm_intcounter_get(requests) == before + 1000 ? 0 : 1);
        }
        int status = -1;
        EXPECT(forked > 0 && waitpid(forked, &status, 0) == forked && status == 0);
    }
    return NULL;
}

static void no_increment_is_lost(void) {
    static char codes[adders][8];
    pthread_t threads[2 * adders], disturber;
    rounds = setting("DYNM_CELLS", 2000) * 1000L / (2 * adders * generations);
    create();
    pthread_create(&disturber, NULL, disturb, NULL);
    for (int generation = 0; generation < generations; generation++) {
        for (int i = 0; i < adders; i++) {
            snprintf(codes[i], sizeof codes[i], "%d", i);
            pthread_create(&threads[i], NULL, add, codes[i]);
            pthread_create(&threads[adders + i], NULL, write_alone, NULL);
        }
        for (int i = 0; i < 2 * adders; i++) pthread_join(threads[i], NULL);
    }
    atomic_store(&stop, 1);
    pthread_join(disturber, NULL);

    uint64_t each = (uint64_t)(2 * adders * generations) * (uint64_t)rounds;
    double steps = (double)((rounds + 1) / 2) + 0.25 * (double)(rounds / 2);
    EXPECT(dynm_intcounter_get(requests) == each);
    EXPECT(dynm_counter_get(seconds) == steps * 2 * adders * generations);
    EXPECT(dynm_histogram_count(latency) == each);
    EXPECT(dynm_histogram_sum(latency) == 0.5 * (double)each);
    EXPECT(dynm_histogram_count(native) == each && dynm_histogram_sum(native) == 0);
    uint64_t children = 0;
    for (int i = 0; i < adders; i++) {
        const char *values[] = {"llama", "/v1", codes[i]};
        dynm_intcounter *child;
        MUST(dynm_intcounter_vec_with(by_model, values, 3, &child));
        children += dynm_intcounter_get(child);
    }
    EXPECT(children == (uint64_t)(adders * generations) * (uint64_t)((rounds + 63) / 64) * 64);
    tree_free(&t);
}

/* ---- pages under fire ---- */

static void *observe_until_stopped(void *payload) {
    unsigned long value = (unsigned long)(uintptr_t)payload;
    while (!atomic_load(&stop)) {
        value = value * 6364136223846793005u + 1442695040888963407u;
        dynm_histogram_observe(latency, (double)(value >> 50) / 1000);
        dynm_histogram_observe(native, (double)(value >> 50) / 1000);
        dynm_intcounter_inc(requests);
    }
    return NULL;
}

/* The value behind the first series from `at` on that begins with `name`; moves `at` behind it. */
static uint64_t value_of(const char **at, const char *name) {
    const char *found = strstr(*at, name);
    EXPECT(found);
    if (!found) return 0;
    const char *value = strstr(found, "} ");
    *at = value;
    return strtoull(value + 2, NULL, 10);
}

/* Buckets rise, end in the count, and are not below those of the page before. */
static void check_histogram(const char *page, const char *bucket, const char *count, uint64_t *before) {
    const char *at = strstr(page, bucket);
    uint64_t last = 0;
    EXPECT(at);
    for (int i = 0; at && i < 12; i++) {
        uint64_t now = value_of(&at, bucket);
        EXPECT(now >= last && now >= before[i]);
        before[i] = last = now;
    }
    EXPECT(at && value_of(&at, count) == last);
}

static void *read_pages(void *payload) {
    long pages = setting("DYNM_PAGES", 2000) / 2;
    uint64_t classic[12] = {0}, exponential[12] = {0}, counted = 0;
    (void)payload;
    for (long i = 0; i < pages; i++) {
        page got = scrape(t.root);
        check_histogram(got.text, "\ndynamo_component_latency_seconds_bucket{", "_latency_seconds_count{", classic);
        check_histogram(got.text, "\ndynamo_component_native_seconds_bucket{", "_native_seconds_count{", exponential);
        const char *at = got.text;
        uint64_t now = value_of(&at, "\ndynamo_component_requests_total{");
        EXPECT(now >= counted);
        counted = now;
        free(got.text);
    }
    return NULL;
}

static void every_page_under_fire_agrees_with_itself(void) {
    enum { observers = 4 };
    pthread_t threads[observers], readers[2];
    create();
    atomic_store(&stop, 0);
    for (int i = 0; i < observers; i++) pthread_create(&threads[i], NULL, observe_until_stopped, (void *)(uintptr_t)(i + 1));
    for (int i = 0; i < 2; i++) pthread_create(&readers[i], NULL, read_pages, NULL);
    for (int i = 0; i < 2; i++) pthread_join(readers[i], NULL);
    atomic_store(&stop, 1);
    for (int i = 0; i < observers; i++) pthread_join(threads[i], NULL);
    tree_free(&t);
}

/* ---- signals ---- */

static atomic_long interrupted;

static void on_signal(int number) {
    (void)number;
    dynm_intcounter_inc(requests);
    dynm_counter_inc_by(seconds, 0.5);
    dynm_histogram_observe(latency, 2);
    dynm_histogram_observe(native, 2 + (double)(interrupted % 128));
    atomic_fetch_add(&interrupted, 1);
}

static void *interrupt(void *payload) {
    pthread_t *victim = (pthread_t *)payload;
    long wanted = setting("DYNM_SIGNALS", 20000);
    while (atomic_load(&interrupted) < wanted) pthread_kill(*victim, SIGUSR1);
    atomic_store(&stop, 1);
    return NULL;
}

static void a_signal_handler_comes_before_or_behind_an_update_not_between(void) {
    pthread_t interrupter, self = pthread_self();
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    sigaction(SIGUSR1, &action, NULL);
    create();
    atomic_store(&stop, 0);
    pthread_create(&interrupter, NULL, interrupt, &self);
    long own = 0;
    for (; !atomic_load(&stop); own++) {
        dynm_intcounter_inc(requests);
        dynm_counter_inc_by(seconds, 0.5);
        dynm_histogram_observe(latency, 2);
        dynm_histogram_observe(native, (double)(own % 1024));
    }
    pthread_join(interrupter, NULL);
    signal(SIGUSR1, SIG_IGN);

    long all = own + atomic_load(&interrupted);
    EXPECT(dynm_intcounter_get(requests) == (uint64_t)all);
    EXPECT(dynm_counter_get(seconds) == 0.5 * (double)all);
    EXPECT(dynm_histogram_count(latency) == (uint64_t)all && dynm_histogram_sum(latency) == 2.0 * (double)all);
    EXPECT(dynm_histogram_count(native) == (uint64_t)all);
    tree_free(&t);
}

/* ---- allocations ---- */

static void *update_first(void *payload) {
    const char *values[] = {"llama", "/v1", "200"};
    dynm_intcounter *child;
    (void)payload;
    long before = atomic_load(&allocations);
    for (int i = 0; i < 100000; i++) { /* the first one included */
        dynm_intcounter_inc(requests);
        dynm_counter_inc_by(seconds, 0.5);
        dynm_histogram_observe(latency, 1);
        dynm_histogram_observe(native, (double)i);
        if (dynm_intcounter_vec_with(by_model, values, 3, &child) == DYNM_OK) dynm_intcounter_inc(child);
    }
    EXPECT(atomic_load(&allocations) == before);
    return NULL;
}

static void an_update_allocates_nothing(void) {
    const char *values[] = {"llama", "/v1", "200"};
    dynm_intcounter *child;
    long before = atomic_load(&allocations);
    create();
    EXPECT(atomic_load(&allocations) > before); /* or the library's would not be seen */
    MUST(dynm_intcounter_vec_with(by_model, values, 3, &child));
    for (int i = 0; i < 20; i++) { /* one after the other: each is a new thread's first update */
        pthread_t thread;
        pthread_create(&thread, NULL, update_first, NULL);
        pthread_join(thread, NULL);
    }
    EXPECT(dynm_intcounter_get(child) == 20 * 100000);
    tree_free(&t);
}

/* ---- handles ---- */

static void stale_and_foreign_handles_harm_nothing(void) {
    long calls = setting("DYNM_HANDLES", 100000), refused = 0;
    uint64_t stack[8] = {0x64796e6d00000011u, 1, 2, 3, 4, 5, 6, 7};
    void *heap = malloc(64);
    create();
    dynm_node *node, *again;
    MUST(dynm_node_endpoint(t.backend, "other", &node));
    dynm_node_free(node);
    void *handles[] = {node, stack, heap, (void *)8, (void *)(uintptr_t)-8, (void *)((char *)requests + 8), requests, by_model, NULL,
                       (void *)((char *)by_model + 1), (void *)(uintptr_t)0x7fffdeadbee8};
    enum { kinds = sizeof handles / sizeof *handles };
    for (long i = 0; i < calls; i++) {
        void *handle = handles[i % kinds];
        dynm_node *out;
        dynm_counter *child;
        const char *values[] = {"x"};
        refused += dynm_node_endpoint((dynm_node *)handle, "x", &out) == DYNM_EINVAL;
        refused += dynm_counter_vec_with((dynm_counter_vec *)handle, values, 1, &child) == DYNM_EINVAL;
        refused += dynm_info_set((dynm_info *)handle, NULL, 0) == DYNM_EINVAL;
        refused += dynm_server_close((dynm_server *)handle) == DYNM_EINVAL;
        dynm_node_free((dynm_node *)handle);
        dynm_counter_writer_free((dynm_counter_writer *)handle);
        if (dynm_counter_get((dynm_counter *)handle) == 0) refused++;
    }
    EXPECT(refused == 5 * calls);
    /* A handle that was freed is not given to somebody else at once. */
    for (int i = 0; i < 1000; i++) {
        MUST(dynm_node_endpoint(t.backend, "other", &again));
        EXPECT(again != node);
        dynm_node_free(again);
    }
    free(heap);
    tree_free(&t);
}

int main(void) {
    test("no increment is lost to threads, writers, scrapes, removals and forks", no_increment_is_lost);
    test("every page under fire agrees with itself, and nothing falls", every_page_under_fire_agrees_with_itself);
    test("a signal handler comes before or behind an update, not between", a_signal_handler_comes_before_or_behind_an_update_not_between);
    test("an update allocates nothing, a thread's first one included", an_update_allocates_nothing);
    test("stale and foreign handles harm nothing", stale_and_foreign_handles_harm_nothing);
    return finish();
}
