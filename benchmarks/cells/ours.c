/* Our loops: only what dynmetrics.h offers to a C program, through the shared library. */
#include "dynmetrics.h"
#include "loop.h"

static dynm_node *root;
static dynm_counter *counter;
static dynm_intcounter *intcounter;
static dynm_gauge *gauge;
static dynm_histogram *histogram;
static dynm_counter_vec *vec;

static void well(dynm_status status) {
    if (status != DYNM_OK) die(dynm_last_error());
}

static dynm_metric_options named(const char *name) {
    dynm_metric_options options = {.struct_size = sizeof options, .name = name, .name_as_is = 1, .description = "A metric."};
    return options;
}

static void counter_inc(long turns, int thread) {
    (void)thread;
    for (long i = 0; i < turns; i++) dynm_counter_inc(counter);
}

static void counter_inc_by(long turns, int thread) {
    (void)thread;
    for (long i = 0; i < turns; i++) dynm_counter_inc_by(counter, 1);
}

static double counter_total(void) { return dynm_counter_get(counter); }

static void intcounter_inc(long turns, int thread) {
    (void)thread;
    for (long i = 0; i < turns; i++) dynm_intcounter_inc(intcounter);
}

static double intcounter_total(void) { return (double)dynm_intcounter_get(intcounter); }

static void gauge_set(long turns, int thread) {
    (void)thread;
    for (long i = 0; i < turns; i++) dynm_gauge_set(gauge, values[AT(i)]);
}

static void histogram_observe(long turns, int thread) {
    (void)thread;
    for (long i = 0; i < turns; i++) dynm_histogram_observe(histogram, values[AT(i)]);
}

static double histogram_total(void) { return (double)dynm_histogram_count(histogram); }

static void lookup_inc(long turns, int thread) {
    (void)thread;
    for (long i = 0; i < turns; i++) {
        dynm_counter *child = NULL;
        dynm_counter_vec_with(vec, labels[picks[AT(i)]], LABELS, &child);
        dynm_counter_inc(child);
    }
}

static double lookup_total(void) {
    double total = 0;
    for (int i = 0; i < CHILDREN; i++) {
        dynm_counter *child = NULL;
        well(dynm_counter_vec_with(vec, labels[i], LABELS, &child));
        total += dynm_counter_get(child);
    }
    return total;
}

#define NO_WRITERS "the header has no writer handles, or not those that are known here"

/* A handle for one writing thread. run.sh sets this where the header has it. */
#ifdef BENCH_WRITERS
static dynm_counter_writer *counter_writers[MOST_THREADS];
static dynm_histogram_writer *histogram_writers[MOST_THREADS];

static void counter_writer_inc(long turns, int thread) {
    dynm_counter_writer *writer = counter_writers[thread];
    for (long i = 0; i < turns; i++) dynm_counter_writer_inc(writer);
}

static void histogram_writer_observe(long turns, int thread) {
    dynm_histogram_writer *writer = histogram_writers[thread];
    for (long i = 0; i < turns; i++) dynm_histogram_writer_observe(writer, values[AT(i)]);
}

static void make_writers(void) {
    for (int i = 0; i < MOST_THREADS; i++) {
        well(dynm_counter_writer_create(counter, &counter_writers[i]));
        well(dynm_histogram_writer_create(histogram, &histogram_writers[i]));
    }
}
#else
#define counter_writer_inc NULL
#define histogram_writer_observe NULL
static void make_writers(void) {}
#endif

static void set_up(void) {
    dynm_metric_options options = named("counter_total");
    dynm_runtime_options fixed = {.struct_size = sizeof fixed, .connection_id = 1, .has_connection_id = 1};
    well(dynm_runtime_create(&fixed, &root));
    well(dynm_node_create_counter(root, &options, &counter));
    options = named("intcounter_total");
    well(dynm_node_create_intcounter(root, &options, &intcounter));
    options = named("gauge");
    well(dynm_node_create_gauge(root, &options, &gauge));
    options = named("histogram_seconds");
    options.buckets = bounds;
    options.bucket_count = BOUNDS;
    well(dynm_node_create_histogram(root, &options, &histogram));
    options = named("requests_total");
    options.label_names = label_names;
    options.label_name_count = LABELS;
    well(dynm_node_create_counter_vec(root, &options, &vec));
    lookup_total();
    make_writers();
}

static const operation *operations_of(void) {
    static const operation all[] = {
        {"counter_inc", counter_inc, counter_total, NULL},
        {"counter_inc_by", counter_inc_by, counter_total, NULL},
        {"intcounter_inc", intcounter_inc, intcounter_total, NULL},
        {"counter_writer_inc", counter_writer_inc, counter_total, NO_WRITERS},
        {"gauge_set", gauge_set, NULL, NULL},
        {"histogram_observe", histogram_observe, histogram_total, NULL},
        {"histogram_writer_observe", histogram_writer_observe, histogram_total, NO_WRITERS},
        {"lookup_inc", lookup_inc, lookup_total, NULL},
        {NULL, NULL, NULL, NULL},
    };
    return all;
}

/* ---- memory ---- */

static const char *const id_label[1] = {"id"};

static void make_scalars(int count, uintptr_t *addresses) {
    dynm_metric_options options = named("scalars_total");
    dynm_counter_vec *scalars;
    options.label_names = id_label;
    options.label_name_count = 1;
    well(dynm_node_create_counter_vec(root, &options, &scalars));
    for (int i = 0; i < count; i++) {
        char id[16];
        const char *value = id;
        dynm_counter *child = NULL;
        snprintf(id, sizeof id, "%06d", i);
        well(dynm_counter_vec_with(scalars, &value, 1, &child));
        if (addresses) addresses[i] = (uintptr_t)child;
    }
}

static int by_address(const void *a, const void *b) {
    uintptr_t one = *(const uintptr_t *)a, other = *(const uintptr_t *)b;
    return (one > other) - (one < other);
}

/* How far neighbouring cells are apart, in the middle of all: what one takes, with what lies between. */
static double cell_size(int count) {
    uintptr_t *cells = calloc((size_t)count, sizeof *cells);
    make_scalars(count, cells);
    qsort(cells, (size_t)count, sizeof *cells, by_address);
    for (int i = 0; i + 1 < count; i++) cells[i] = cells[i + 1] - cells[i];
    qsort(cells, (size_t)count - 1, sizeof *cells, by_address);
    return (double)cells[count / 2];
}

static void scalars(int count) { make_scalars(count, NULL); }

static dynm_histogram **histograms;

static void make_histograms(int count) {
    dynm_metric_options options = named("touched_seconds");
    dynm_histogram_vec *all;
    options.label_names = id_label;
    options.label_name_count = 1;
    options.buckets = bounds;
    options.bucket_count = BOUNDS;
    well(dynm_node_create_histogram_vec(root, &options, &all));
    histograms = calloc((size_t)count, sizeof *histograms);
    for (int i = 0; i < count; i++) {
        char id[16];
        const char *value = id;
        snprintf(id, sizeof id, "%06d", i);
        well(dynm_histogram_vec_with(all, &value, 1, &histograms[i]));
    }
}

static void touch_histograms(int first, int count) {
    for (int i = first; i < first + count; i++) dynm_histogram_observe(histograms[i], values[AT(i)]);
}

static const memory_kind *memory_kinds_of(void) {
    static const memory_kind all[] = {
        {"scalar", scalars, NULL, NULL},
        {"cell", NULL, NULL, cell_size},
        {"histogram", make_histograms, NULL, NULL},
        {"touched", make_histograms, touch_histograms, NULL},
        {NULL, NULL, NULL, NULL},
    };
    return all;
}
