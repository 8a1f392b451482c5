/* Native histograms behind a histogram's cell. Private: nothing here is part of the C ABI. */
#ifndef CDYNNATIVE_H
#define CDYNNATIVE_H

#include <stddef.h>
#include <stdint.h>

/* Schemas of Prometheus: a bucket's bounds differ by the factor 2^(2^-schema). */
enum { DYNCELLS_COARSEST = -4, DYNCELLS_FINEST = 8 };
static const int32_t DYNCELLS_COARSEST_SCHEMA = DYNCELLS_COARSEST;

struct dyncells_native_options {
    int32_t schema;        /* at first; lowered when there are more buckets than there may be */
    uint32_t max_buckets;  /* at least 1 */
    double zero_threshold; /* magnitudes up to this are counted as zero; not negative */
};

enum dyncells_native_class {
    DYNCELLS_NATIVE_ZERO,
    DYNCELLS_NATIVE_POSITIVE,
    DYNCELLS_NATIVE_NEGATIVE,
    DYNCELLS_NATIVE_NAN, /* in no native bucket, and in +Inf of the classic ones */
};

/* What was counted in one bucket of one schema that is in one classic bucket too. */
struct dyncells_native_entry {
    uint64_t count;
    enum dyncells_native_class class;
    int32_t schema, index;
    uint32_t bucket;
};

/* Gives a new histogram's cell native buckets. `bounds` and `shape` are of its classic ones, and live for ever; `now` is in
 * the caller's seconds. 0: no memory. The caller holds the structure lock. */
int dyncells_native_make(uint64_t *cell, const struct dyncells_native_options *options, const double *bounds, uint64_t shape,
                         double now);

struct dyncells_native_options dyncells_native_options_of(const uint64_t *cell);
/* How many bounds the classic buckets have. */
size_t dyncells_native_bounds(const uint64_t *cell);

/* How many counts and entries there can be: room for them is the caller's. */
size_t dyncells_native_capacity(const uint64_t *cell);

struct dyncells_native_state {
    size_t entries;
    int32_t schema;
    double sum_before; /* to be taken off the histogram's sum */
    double began;      /* when the buckets were last empty, in the caller's seconds */
    const void *table;
};

/* Reads everything once: each observation is in exactly one entry. Any thread. */
struct dyncells_native_state dyncells_native_read(const uint64_t *cell, uint64_t *counts, struct dyncells_native_entry *entries);

/* Lets later observations take buckets of this schema, if `table` is still the one that was read. Any thread. */
void dyncells_native_lower(const uint64_t *cell, const void *table, int32_t schema);

/* Begins anew with empty buckets of the first schema, if `table` is still the one that was read with these counts and this
 * sum. What threads add to the old table behind that is found by dyncells_native_take_late, which is called before each
 * reading. The caller holds the structure lock. */
int dyncells_native_reset(const uint64_t *cell, const void *table, const uint64_t *counts, double sum, double now);
void dyncells_native_take_late(const uint64_t *cell);

/* The histogram has left its page: its table goes to others. Later observations of who still holds it go nowhere, and it
 * reads as empty. The caller holds the structure lock. */
void dyncells_native_leave(const uint64_t *cell, double now);

/* Bytes of all tables: what they take when all of their pages are in use. */
size_t dyncells_native_bytes(void);

#endif
