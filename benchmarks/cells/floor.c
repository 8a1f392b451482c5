/* The same loops on the bare cells of floor_cells.c, called through a shared library like ours. */
#include "floor_cells.h"
#include "loop.h"

/* On cache lines of their own. */
typedef struct line {
    _Alignas(128) _Atomic uint64_t count;
} line;

static line shared, own[MOST_THREADS], cells[CHILDREN];
static _Alignas(128) _Atomic double gauge;
static _Alignas(128) floor_histogram histogram;
static struct { _Alignas(128) floor_histogram row; } rows[MOST_THREADS];
static floor_table table;

static void inc(long turns, int thread) {
    (void)thread;
    for (long i = 0; i < turns; i++) floor_inc(&shared.count);
}

static double inc_total(void) { return (double)shared.count; }

static void inc_own(long turns, int thread) {
    _Atomic uint64_t *cell = &own[thread].count;
    for (long i = 0; i < turns; i++) floor_inc_own(cell);
}

static double inc_own_total(void) {
    double total = 0;
    for (int i = 0; i < MOST_THREADS; i++) total += (double)own[i].count;
    return total;
}

static void set(long turns, int thread) {
    (void)thread;
    for (long i = 0; i < turns; i++) floor_set(&gauge, values[AT(i)]);
}

static void observe(long turns, int thread) {
    (void)thread;
    for (long i = 0; i < turns; i++) floor_observe(&histogram, values[AT(i)]);
}

static double count_of(floor_histogram *one) {
    double total = 0;
    for (int i = 0; i <= FLOOR_BOUNDS; i++) total += (double)one->counts[i];
    return total;
}

static double observe_total(void) { return count_of(&histogram); }

static void observe_own(long turns, int thread) {
    floor_histogram *row = &rows[thread].row;
    for (long i = 0; i < turns; i++) floor_observe_own(row, values[AT(i)]);
}

static double observe_own_total(void) {
    double total = 0;
    for (int i = 0; i < MOST_THREADS; i++) total += count_of(&rows[i].row);
    return total;
}

static void lookup_inc(long turns, int thread) {
    (void)thread;
    for (long i = 0; i < turns; i++) floor_inc(floor_find(&table, labels[picks[AT(i)]])->cell);
}

static double lookup_total(void) {
    double total = 0;
    for (int i = 0; i < CHILDREN; i++) total += (double)cells[i].count;
    return total;
}

static void set_up(void) {
    for (int i = 0; i < FLOOR_BOUNDS; i++) {
        histogram.bounds[i] = i < BOUNDS ? bounds[i] : INFINITY;
        for (int k = 0; k < MOST_THREADS; k++) rows[k].row.bounds[i] = histogram.bounds[i];
    }
    for (int i = 0; i < CHILDREN; i++) {
        floor_child *child = floor_find(&table, labels[i]);
        child->cell = &cells[i].count;
    }
}

static const operation *operations_of(void) {
    static const operation all[] = {
        {"counter_inc", inc, inc_total, NULL},
        {"counter_inc_by", inc, inc_total, NULL},
        {"intcounter_inc", inc, inc_total, NULL},
        {"counter_writer_inc", inc_own, inc_own_total, NULL},
        {"gauge_set", set, NULL, NULL},
        {"histogram_observe", observe, observe_total, NULL},
        {"histogram_writer_observe", observe_own, observe_own_total, NULL},
        {"lookup_inc", lookup_inc, lookup_total, NULL},
        {NULL, NULL, NULL, NULL},
    };
    return all;
}

static void make_cells(int count) {
    volatile char *all = calloc((size_t)count, sizeof(_Atomic uint64_t));
    for (size_t i = 0; i < (size_t)count * sizeof(_Atomic uint64_t); i += 4096) all[i] = 1;
}

static const memory_kind *memory_kinds_of(void) {
    static const memory_kind all[] = {{"cell", make_cells, NULL, NULL}, {NULL, NULL, NULL, NULL}};
    return all;
}
