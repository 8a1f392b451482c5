/* dynmetrics.h, the hot calls of "Updating metrics", "Writers" and "Children of vecs": a NULL check, then what CDynCells has.
 * In C, since a few instructions are all there is to them, and a compiler of Swift outlines and merges functions that
 * look alike. */
#include "dynmetrics.h"

#include "CDynCells.h"

#define CELL(handle) ((uint64_t *)(handle))
/* NULL is ignored and counted. */
#define UPDATE(handle, update)                                                                                        \
    do {                                                                                                              \
        if (__builtin_expect(!(handle), 0)) {                                                                         \
            dyncells_refuse();                                                                                        \
        } else {                                                                                                      \
            update;                                                                                                   \
        }                                                                                                             \
    } while (0)

void dynm_counter_inc(dynm_counter *counter) { UPDATE(counter, dyncells_add(CELL(counter), 1)); }

void dynm_counter_inc_by(dynm_counter *counter, double delta) {
    UPDATE(counter, dyncells_counter_add(CELL(counter), delta));
}

void dynm_intcounter_inc(dynm_intcounter *counter) { UPDATE(counter, dyncells_add(CELL(counter), 1)); }

void dynm_intcounter_inc_by(dynm_intcounter *counter, uint64_t delta) {
    UPDATE(counter, dyncells_add(CELL(counter), delta));
}

void dynm_gauge_set(dynm_gauge *gauge, double value) { UPDATE(gauge, dyncells_gauge_set(CELL(gauge), value)); }

void dynm_gauge_add(dynm_gauge *gauge, double delta) { UPDATE(gauge, dyncells_gauge_add(CELL(gauge), delta)); }

void dynm_intgauge_set(dynm_intgauge *gauge, int64_t value) {
    UPDATE(gauge, dyncells_set(CELL(gauge), (uint64_t)value));
}

void dynm_intgauge_add(dynm_intgauge *gauge, int64_t delta) {
    UPDATE(gauge, dyncells_intgauge_add(CELL(gauge), delta));
}

void dynm_histogram_observe(dynm_histogram *histogram, double value) {
    UPDATE(histogram, dyncells_observe(CELL(histogram), value));
}

void dynm_summary_observe(dynm_summary *summary, double value) {
    UPDATE(summary, dyncells_observe(CELL(summary), value));
}

void dynm_counter_writer_inc(dynm_counter_writer *writer) { UPDATE(writer, dyncells_add_own(CELL(writer), 1)); }

void dynm_counter_writer_inc_by(dynm_counter_writer *writer, double delta) {
    UPDATE(writer, dyncells_writer_add(CELL(writer), delta));
}

void dynm_intcounter_writer_inc(dynm_intcounter_writer *writer) { UPDATE(writer, dyncells_add_own(CELL(writer), 1)); }

void dynm_intcounter_writer_inc_by(dynm_intcounter_writer *writer, uint64_t delta) {
    UPDATE(writer, dyncells_add_own(CELL(writer), delta));
}

void dynm_histogram_writer_observe(dynm_histogram_writer *writer, double value) {
    UPDATE(writer, dyncells_writer_observe(CELL(writer), value));
}

/* ---- children ---- */

/* In Swift: makes the child when there is none, and says what is wrong. */
dynm_status dynmetrics_make_child(int32_t type, void *vec, const char *const *values, size_t count, void **out);

/* One that is there is found without a lock. The numbers are those of ObjectTag in Swift. */
static inline dynm_status with(int32_t type, void *vec, const char *const *values, size_t count, void **out) {
    uint64_t *cell = dyncells_find_child(vec, dyncells_metric_tag + (uint64_t)type, values, count);
    if (__builtin_expect(!cell || !out, 0)) return dynmetrics_make_child(type, vec, values, count, out);
    *out = cell;
    return DYNM_OK;
}

#define WITH(name, type)                                                                                              \
    dynm_status dynm_##name##_vec_with(dynm_##name##_vec *vec, const char *const *values, size_t count,               \
                                       dynm_##name **out) {                                                           \
        return with(type, vec, values, count, (void **)out);                                                          \
    }

WITH(counter, 1)
WITH(intcounter, 2)
WITH(gauge, 3)
WITH(intgauge, 4)
WITH(histogram, 5)
WITH(summary, 6)
