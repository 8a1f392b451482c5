/* Native histograms: buckets that grow exponentially, kept where something was counted.
 *
 * One table per histogram, made with it, of slots (key, count). A key says everything that a page wants to know of an
 * observation: sign, schema, index of the exponential bucket, and the classic bucket; so one addition counts for both
 * kinds of buckets, and they agree on every page. A slot, once taken, is never given to another key. When the table fills
 * up, or a page has more buckets than it may, the schema is lowered: later observations take coarser keys, and what was
 * counted under finer ones is folded by whoever reads. The last slots are kept for the coarsest schema, of which there
 * cannot be more: an observation always finds a place.
 *
 * Observing takes no lock, allocates nothing, and may be interrupted anywhere. Counts are shared by all threads. */
#include "CDynCells.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { FINEST = DYNCELLS_FINEST, COARSEST = DYNCELLS_COARSEST, STEPS = 1 << FINEST };
enum { INFINITE = 1024 * STEPS + 1 }; /* the finest index of infinity: above all numbers */
/* Buckets of the coarsest schema: 2 x (from 2^-1074 to beyond 2^1024, by 2^16), zero, NaN. */
enum { COARSEST_BUCKETS = 2 * (1074 / 16 + 1 + 1024 / 16 + 2) + 2 };

struct slot {
    _Atomic uint64_t key; /* 0: free */
    _Atomic uint64_t count;
};

struct table {
    _Atomic int32_t schema;
    _Atomic uint32_t used;
    double sum_before; /* what the histogram's sum was when this table began */
    double began;
    double left;        /* when it came into the pool */
    struct table *next; /* in the pool */
    struct slot slots[];
};

struct dyncells_native {
    struct dyncells_native_options options;
    const double *bounds; /* of the classic buckets, filled up as cells have them */
    uint64_t shape;
    uint32_t capacity; /* a power of two */
    uint32_t usual;    /* slots that any schema may take */
    _Atomic(struct table *) table;
    /* The rest is guarded by the structure lock: the table before the last reset, and what it held then. */
    struct table *before;
    uint64_t *shown;
};

/* ---- which bucket ---- */

/* Where the buckets of an octave end at the finest schema: the mantissas of 2^(k/256), from 1 up to but not including 2. */
static double ends[STEPS];

static void fill_ends(void) {
    if (ends[0] != 0) return;
    for (int k = STEPS - 1; k >= 0; k--) ends[k] = (double)exp2l((long double)k / STEPS);
}

/* The bucket of a magnitude above 0 at the finest schema: the smallest i with magnitude <= 2^(i/256). */
static int32_t finest_index(double magnitude) {
    if (magnitude > 0x1.fffffffffffffp1023) return INFINITE;
    uint64_t bits;
    memcpy(&bits, &magnitude, sizeof bits);
    int32_t exponent = (int32_t)(bits >> 52) - 1023;
    if (exponent == -1023) { /* subnormal */
        int shift = __builtin_clzll(bits) - 11;
        bits <<= shift;
        exponent = -1022 - shift;
    }
    bits = (bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000;
    double mantissa;
    memcpy(&mantissa, &bits, sizeof mantissa);
    int32_t at = 0; /* how many ends lie below the mantissa */
    for (int32_t step = STEPS / 2; step > 0; step >>= 1) at += (int32_t)(ends[at + step - 1] < mantissa) * step;
    at += ends[at] < mantissa;
    return exponent * STEPS + at;
}

/* Coarser buckets are made of whole finer ones. */
static int32_t index_at(int32_t schema, int32_t finest) {
    int shift = FINEST - schema;
    return (finest + (1 << shift) - 1) >> shift;
}

/* ---- keys ---- */

enum { INDEX_BITS = 20, SCHEMA_BITS = 4, BUCKET_BITS = 16 };

static uint64_t key_of(enum dyncells_native_class class, int32_t schema, int32_t index, size_t bucket) {
    return 1ull << 63 | (uint64_t)class << (BUCKET_BITS + INDEX_BITS + SCHEMA_BITS) |
           (uint64_t)(schema - COARSEST) << (BUCKET_BITS + INDEX_BITS) |
           (uint64_t)(uint32_t)(index + (1 << (INDEX_BITS - 1))) << BUCKET_BITS | bucket;
}

static struct dyncells_native_entry entry_of(uint64_t key, uint64_t count) {
    return (struct dyncells_native_entry){
        .count = count,
        .class = (enum dyncells_native_class)(key >> (BUCKET_BITS + INDEX_BITS + SCHEMA_BITS) & 3),
        .schema = (int32_t)(key >> (BUCKET_BITS + INDEX_BITS) & ((1u << SCHEMA_BITS) - 1)) + COARSEST,
        .index = (int32_t)(key >> BUCKET_BITS & ((1u << INDEX_BITS) - 1)) - (1 << (INDEX_BITS - 1)),
        .bucket = (uint32_t)(key & ((1u << BUCKET_BITS) - 1)),
    };
}

/* ---- the table ---- */

/* Neighbours in value are neighbours in memory: few pages are touched. */
static uint32_t home_of(uint64_t key, uint32_t capacity) {
    uint64_t index = key >> BUCKET_BITS & ((1u << INDEX_BITS) - 1);
    uint64_t rest = key >> (BUCKET_BITS + INDEX_BITS) & ((1u << (SCHEMA_BITS + 2)) - 1);
    return (uint32_t)(index + rest * 0x9E3779B1u) & (capacity - 1);
}

/* Lets later observations take coarser buckets. */
static void lower(struct table *table, int32_t schema) {
    if (schema < COARSEST) return;
    int32_t seen = atomic_load_explicit(&table->schema, memory_order_relaxed);
    while (seen > schema && !atomic_compare_exchange_weak_explicit(&table->schema, &seen, schema, memory_order_relaxed,
                                                                   memory_order_relaxed)) {}
}

/* With nobody who reads, and lowers it exactly: a schema under which all buckets between the lowest and the highest seen are
 * no more than there may be. A pass over the table, once for every so many new buckets. */
static void lower_for_range(const struct dyncells_native *native, struct table *table) {
    int32_t lowest[2] = {INT32_MAX, INT32_MAX}, highest[2] = {INT32_MIN, INT32_MIN};
    for (uint32_t at = 0; at < native->capacity; at++) {
        uint64_t key = atomic_load_explicit(&table->slots[at].key, memory_order_relaxed);
        struct dyncells_native_entry entry = entry_of(key, 0);
        int is_ranged = entry.class == DYNCELLS_NATIVE_POSITIVE || entry.class == DYNCELLS_NATIVE_NEGATIVE;
        int32_t factor = 1 << (FINEST - entry.schema), top = entry.index * factor;
        if (key == 0 || !is_ranged || top >= INFINITE) continue;
        int side = entry.class == DYNCELLS_NATIVE_NEGATIVE;
        if (top - factor < lowest[side]) lowest[side] = top - factor;
        if (top > highest[side]) highest[side] = top;
    }
    int32_t schema = atomic_load_explicit(&table->schema, memory_order_relaxed);
    for (; schema > COARSEST; schema--) {
        uint32_t buckets = 0;
        for (int side = 0; side < 2; side++) {
            if (lowest[side] < highest[side]) buckets += (uint32_t)(highest[side] - lowest[side]) >> (FINEST - schema);
        }
        if (buckets <= native->options.max_buckets) break;
    }
    lower(table, schema);
}

/* The count of `key`, or NULL: the table has no place for it. */
static _Atomic uint64_t *count_of(const struct dyncells_native *native, struct table *table, uint64_t key, int is_coarsest) {
    uint32_t at = home_of(key, native->capacity);
    for (uint32_t probes = 0; probes < native->capacity; probes++, at = (at + 1) & (native->capacity - 1)) {
        struct slot *slot = &table->slots[at];
        uint64_t found = atomic_load_explicit(&slot->key, memory_order_relaxed);
        if (found == key) return &slot->count;
        if (found != 0) continue;
        /* Counted before it is taken, so that the last slots stay free however many threads come. */
        uint32_t used = atomic_fetch_add_explicit(&table->used, 1, memory_order_relaxed);
        if (used >= native->usual && !is_coarsest) {
            atomic_fetch_sub_explicit(&table->used, 1, memory_order_relaxed);
            return NULL;
        }
        if (atomic_compare_exchange_strong_explicit(&slot->key, &found, key, memory_order_relaxed, memory_order_relaxed)) {
            if ((used + 1) % native->options.max_buckets == 0) lower_for_range(native, table);
            return &slot->count;
        }
        atomic_fetch_sub_explicit(&table->used, 1, memory_order_relaxed);
        if (found == key) return &slot->count;
    }
    return NULL;
}

static void count(const struct dyncells_native *native, struct table *table, enum dyncells_native_class class,
                  int32_t finest, size_t bucket, uint64_t times) {
    int is_single = class == DYNCELLS_NATIVE_ZERO || class == DYNCELLS_NATIVE_NAN;
    int32_t schema = is_single ? COARSEST : atomic_load_explicit(&table->schema, memory_order_relaxed);
    for (;; schema--) {
        int is_coarsest = schema == COARSEST;
        uint64_t key = key_of(class, schema, is_single ? 0 : index_at(schema, finest), bucket);
        _Atomic uint64_t *place = count_of(native, table, key, is_coarsest);
        if (place) {
            atomic_fetch_add_explicit(place, times, memory_order_release); /* who reads it sees the key */
            return;
        }
        if (is_coarsest) return; /* cannot be: there are slots for all of its buckets */
        lower(table, schema - 1);
    }
}

static struct dyncells_native *native_of(const uint64_t *cell) {
    return (struct dyncells_native *)(uintptr_t)cell[DYNCELLS_BOUNDS];
}

size_t dyncells_native_bucket(const uint64_t *cell, double value) {
    struct dyncells_native *native = native_of(cell);
    return dyncells_bucket_among(native->bounds, native->shape, value);
}

void dyncells_native_count(const uint64_t *cell, double value) {
    struct dyncells_native *native = native_of(cell);
    struct table *table = atomic_load_explicit(&native->table, memory_order_acquire);
    if (!table) return; /* it left its page */
    size_t bucket = dyncells_bucket_among(native->bounds, native->shape, value);
    double magnitude = value < 0 ? -value : value;
    if (value != value) {
        count(native, table, DYNCELLS_NATIVE_NAN, 0, bucket, 1);
    } else if (magnitude <= native->options.zero_threshold || magnitude == 0) {
        count(native, table, DYNCELLS_NATIVE_ZERO, 0, bucket, 1);
    } else {
        count(native, table, value < 0 ? DYNCELLS_NATIVE_NEGATIVE : DYNCELLS_NATIVE_POSITIVE, finest_index(magnitude),
              bucket, 1);
    }
}

/* ---- making: under the structure lock ---- */

/* Tables that a histogram has no use for any more, oldest first, by the logarithm of their capacity: after a reset, or when
 * it left its page. They serve others, but not at once: a thread may be in the middle of an observation. One that is stopped
 * there for longer adds to a slot that may by then be another's: a count in a wrong bucket, no more. The flag is only ever
 * tried, as a child may have been forked while it was taken; without the pool a table is made anew, or lost. */
static struct pool {
    struct table *oldest, *newest;
} pool[32];
static atomic_flag pool_taken = ATOMIC_FLAG_INIT;
enum { QUARANTINE = 10 }; /* seconds at least, also between two resets */

static int enter_pool(void) { return !atomic_flag_test_and_set_explicit(&pool_taken, memory_order_acquire); }
static void leave_pool(void) { atomic_flag_clear_explicit(&pool_taken, memory_order_release); }

static struct pool *pool_of(const struct dyncells_native *native) { return &pool[__builtin_ctz(native->capacity)]; }

static void put_into_pool(const struct dyncells_native *native, struct table *table, double now) {
    table->left = now;
    table->next = NULL;
    if (!enter_pool()) return;
    struct pool *place = pool_of(native);
    if (place->newest) {
        place->newest->next = table;
    } else {
        place->oldest = table;
    }
    place->newest = table;
    leave_pool();
}

static struct table *take_from_pool(const struct dyncells_native *native, double now) {
    if (!enter_pool()) return NULL;
    struct pool *place = pool_of(native);
    struct table *table = place->oldest;
    if (table && now - table->left < QUARANTINE) table = NULL;
    if (table && !(place->oldest = table->next)) place->newest = NULL;
    leave_pool();
    return table;
}

static _Atomic size_t bytes;

size_t dyncells_native_bytes(void) { return atomic_load_explicit(&bytes, memory_order_relaxed); }

static struct table *make_table(const struct dyncells_native *native, double now) {
    size_t size = sizeof(struct table) + native->capacity * sizeof(struct slot);
    struct table *made = take_from_pool(native, now);
    if (made) {
        memset(made, 0, size);
    } else if (!(made = calloc(1, size))) {
        return NULL;
    } else {
        atomic_fetch_add_explicit(&bytes, size, memory_order_relaxed);
    }
    atomic_store_explicit(&made->schema, native->options.schema, memory_order_relaxed);
    made->began = now;
    return made;
}

int dyncells_native_make(uint64_t *cell, const struct dyncells_native_options *options, const double *bounds, uint64_t shape,
                         double now) {
    fill_ends();
    size_t bound_count = (uint32_t)shape;
    struct dyncells_native *native = calloc(1, sizeof *native);
    if (!native) return 0;
    native->options = *options;
    native->bounds = bounds;
    native->shape = shape;
    /* As many fine buckets, as many of the schema that follows, and as many for each time that the range doubles. */
    native->usual = 8 * options->max_buckets + (uint32_t)bound_count;
    uint32_t all = native->usual + COARSEST_BUCKETS + (uint32_t)bound_count;
    native->capacity = 1u << (32 - __builtin_clz(all + all / 4));
    struct table *table = make_table(native, now);
    if (!table) {
        free(native);
        return 0;
    }
    atomic_store_explicit(&native->table, table, memory_order_relaxed);
    cell[DYNCELLS_BOUNDS] = (uint64_t)(uintptr_t)native;
    cell[DYNCELLS_SHAPE] = DYNCELLS_NATIVE;
    return 1;
}

/* ---- reading ---- */

size_t dyncells_native_capacity(const uint64_t *cell) { return native_of(cell)->capacity; }

struct dyncells_native_options dyncells_native_options_of(const uint64_t *cell) { return native_of(cell)->options; }

size_t dyncells_native_bounds(const uint64_t *cell) { return (uint32_t)native_of(cell)->shape; }

struct dyncells_native_state dyncells_native_read(const uint64_t *cell, uint64_t *counts, struct dyncells_native_entry *entries) {
    const struct dyncells_native *native = native_of(cell);
    const struct table *table = atomic_load_explicit(&native->table, memory_order_acquire);
    size_t found = 0;
    if (!table) return (struct dyncells_native_state){.schema = native->options.schema};
    for (uint32_t at = 0; at < native->capacity; at++) {
        uint64_t value = atomic_load_explicit(&table->slots[at].count, memory_order_acquire);
        counts[at] = value;
        if (value == 0) continue;
        entries[found++] = entry_of(atomic_load_explicit(&table->slots[at].key, memory_order_relaxed), value);
    }
    return (struct dyncells_native_state){
        .entries = found,
        .schema = atomic_load_explicit(&table->schema, memory_order_relaxed),
        .sum_before = table->sum_before,
        .began = table->began,
        .table = table,
    };
}

void dyncells_native_lower(const uint64_t *cell, const void *read, int32_t schema) {
    struct table *table = atomic_load_explicit(&native_of(cell)->table, memory_order_acquire);
    if (table && table == read && schema >= COARSEST) lower(table, schema);
}

/* ---- beginning anew: under the structure lock ---- */

void dyncells_native_take_late(const uint64_t *cell) {
    struct dyncells_native *native = native_of(cell);
    if (!native->before) return;
    struct table *table = atomic_load_explicit(&native->table, memory_order_acquire);
    for (uint32_t at = 0; at < native->capacity; at++) {
        uint64_t value = atomic_load_explicit(&native->before->slots[at].count, memory_order_acquire);
        if (value == native->shown[at]) continue;
        uint64_t key = atomic_load_explicit(&native->before->slots[at].key, memory_order_relaxed);
        struct dyncells_native_entry late = entry_of(key, value - native->shown[at]);
        /* Under a finer schema it goes to the top of the bucket that it was in: of a few observations no more is known. */
        int32_t finest = late.index * (1 << (FINEST - late.schema));
        if (finest > INFINITE) finest = INFINITE;
        native->shown[at] = value;
        count(native, table, late.class, finest, late.bucket, late.count);
    }
}

int dyncells_native_reset(const uint64_t *cell, const void *read, const uint64_t *counts, double sum, double now) {
    struct dyncells_native *native = native_of(cell);
    struct table *old = atomic_load_explicit(&native->table, memory_order_acquire);
    if (!old || old != read || (native->before && now - old->began < QUARANTINE)) return 0;
    size_t size = native->capacity * sizeof *native->shown;
    if (!native->shown && !(native->shown = malloc(size))) return 0;
    dyncells_native_take_late(cell);
    struct table *made = make_table(native, now);
    if (!made) return 0;
    made->sum_before = sum;
    if (native->before) put_into_pool(native, native->before, now);
    native->before = old;
    memcpy(native->shown, counts, size);
    atomic_store_explicit(&native->table, made, memory_order_release);
    return 1;
}

/* ---- leaving ---- */

void dyncells_native_leave(const uint64_t *cell, double now) {
    struct dyncells_native *native = native_of(cell);
    struct table *table = atomic_exchange_explicit(&native->table, NULL, memory_order_acq_rel);
    if (table) put_into_pool(native, table, now);
    if (native->before) put_into_pool(native, native->before, now);
    free(native->shown);
    native->before = NULL;
    native->shown = NULL;
}
