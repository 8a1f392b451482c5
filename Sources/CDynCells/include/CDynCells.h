/* The memory behind instruments, and what is done to it on the hot path. Private: nothing here is part of the C ABI.
 *
 * All cells live in one piece of address space that is never given back, cut into equal regions:
 *
 *     heads | common values | stripe 1 | stripe 2 | …        two stripes per core, at most 16
 *
 * A cell has the same place in each: its handle is the address of its common value, its head lies one region before, its
 * value in stripe n lies n regions behind. A thread claims a stripe with its first update and has it to itself until it
 * ends; then its updates need no bus lock. A count is one instruction, which no signal handler can come into; a sum of
 * doubles takes more, and hides the stripe from handlers meanwhile. Threads that find no stripe free add to the common values with a lock. A value is the sum over all.
 * Pages of stripes that nobody writes to take no memory. */
#ifndef CDYNCELLS_H
#define CDYNCELLS_H

#include <stddef.h>
#include <stdint.h>

#include "CDynNative.h"

#define DYNCELLS_HOT static inline __attribute__((always_inline))

/* What a cell is, in its head. */
enum dyncells_kind {
    DYNCELLS_NONE = 0,
    DYNCELLS_COUNTER,    /* whole part, then the rest as a double */
    DYNCELLS_INTCOUNTER, /* one number */
    DYNCELLS_GAUGE,      /* a double; common value only */
    DYNCELLS_INTGAUGE,   /* a number; common value only */
    DYNCELLS_HISTOGRAM,  /* bounds, shape; then per stripe a count per bucket and the sum */
    DYNCELLS_SUMMARY,    /* a histogram without bounds */
    DYNCELLS_OBJECT,     /* a handle of something that is no cell: three words */
    DYNCELLS_WRITER,     /* a value of its own for one thread */
    DYNCELLS_AGEING,     /* a gauge that is to be seen when it was set: its double or a mark, what it was, when */
};

/* ---- the arena: cold ---- */

/* A new cell of `words` words, zeroed, or NULL: no memory. `owner` is kept in its head; `alignment` is in bytes. The caller
 * holds the structure lock. */
uint64_t *dyncells_make(enum dyncells_kind kind, size_t words, const void *owner, size_t alignment);

/* What `handle` is: DYNCELLS_NONE for any pointer that is not one of ours. Never reads foreign memory. */
enum dyncells_kind dyncells_kind_of(const void *handle);
/* The owner of a cell; NULL when it has none. */
const void *dyncells_owner_of(const void *handle);
/* Bytes that cells take at most, the stripes in use included. */
size_t dyncells_bytes(void);

/* Frees the stripes of threads that ended untold: before a scrape. */
void dyncells_reap(void);

/* The value of word `index` of a cell over all stripes. */
uint64_t dyncells_sum(const uint64_t *cell, size_t index);
double dyncells_sum_doubles(const uint64_t *cell, size_t index);

/* Word `index` of a cell, its stripes left out. */
DYNCELLS_HOT uint64_t dyncells_load(const uint64_t *cell, size_t index) {
    return __atomic_load_n(cell + index, __ATOMIC_RELAXED);
}

/* Updates that were refused: negative or NaN added to a counter, a NULL handle. */
void dyncells_refuse(void);
uint64_t dyncells_refused(void);

/* ---- the hot path ---- */

/* How far this thread's stripe is behind the common values; 0 while it has none, or is in the middle of an update that
 * takes more than one instruction: a signal handler then takes the common way. */
struct dyncells_thread {
    intptr_t offset;
    int32_t state;
    uint32_t stripe;
};
extern __thread struct dyncells_thread dyncells_thread __attribute__((tls_model("initial-exec"), visibility("hidden")));

/* The ways without a stripe: they claim one, or take the lock. */
void dyncells_add_common(uint64_t *cell, uint64_t delta);
void dyncells_counter_add_rest(uint64_t *cell, double delta);

/* Adds to a word that this thread alone writes to; a signal handler of the thread may come before or behind, not between.
 * DYNCELLS_PORTABLE takes what other processors take: tests do. */
DYNCELLS_HOT void dyncells_add_own(uint64_t *word, uint64_t delta) {
#if defined(__x86_64__) && !defined(DYNCELLS_PORTABLE)
    __asm__ volatile("addq %1, %0" : "+m"(*word) : "er"(delta) : "cc");
#else
    __atomic_fetch_add(word, delta, __ATOMIC_RELAXED);
#endif
}

/* Not one instruction: the caller sees to signal handlers. */
DYNCELLS_HOT void dyncells_add_double_alone(uint64_t *word, double delta) {
    uint64_t bits = __atomic_load_n(word, __ATOMIC_RELAXED);
    double value;
    __builtin_memcpy(&value, &bits, sizeof value);
    value += delta;
    __builtin_memcpy(&bits, &value, sizeof bits);
    __atomic_store_n(word, bits, __ATOMIC_RELAXED);
}

/* Between these two a signal handler of this thread finds no stripe. */
DYNCELLS_HOT void dyncells_hide_stripe(void) {
    *(volatile intptr_t *)&dyncells_thread.offset = 0;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

DYNCELLS_HOT void dyncells_show_stripe(intptr_t offset) {
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    *(volatile intptr_t *)&dyncells_thread.offset = offset;
}

DYNCELLS_HOT uint64_t *dyncells_own(uint64_t *cell, intptr_t offset) { return (uint64_t *)((char *)cell + offset); }

DYNCELLS_HOT void dyncells_add(uint64_t *cell, uint64_t delta) {
    intptr_t offset = dyncells_thread.offset;
    if (__builtin_expect(offset != 0, 1)) {
        dyncells_add_own(dyncells_own(cell, offset), delta);
    } else {
        dyncells_add_common(cell, delta);
    }
}

/* Whole numbers, the usual ones, go to the whole part. */
DYNCELLS_HOT void dyncells_counter_add(uint64_t *cell, double delta) {
    if (__builtin_expect(delta >= 0 && delta < 9e15, 1)) {
        int64_t whole = (int64_t)delta;
        if (__builtin_expect((double)whole == delta, 1)) {
            dyncells_add(cell, (uint64_t)whole);
            return;
        }
    }
    dyncells_counter_add_rest(cell, delta);
}

DYNCELLS_HOT void dyncells_set(uint64_t *cell, uint64_t value) { __atomic_store_n(cell, value, __ATOMIC_RELAXED); }

DYNCELLS_HOT void dyncells_gauge_set(uint64_t *cell, double value) {
    uint64_t bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    dyncells_set(cell, bits);
}

DYNCELLS_HOT void dyncells_intgauge_add(uint64_t *cell, int64_t delta) {
    __atomic_fetch_add(cell, (uint64_t)delta, __ATOMIC_RELAXED);
}

void dyncells_gauge_add(uint64_t *cell, double delta);

/* Setting an ageing gauge is setting any gauge. Who reads it for a page leaves a mark in the place of the value, which the
 * next update takes away: so it is seen that there was one, also to the same value. */
enum { DYNCELLS_AGEING_WORDS = 3 };

/* The value of an ageing gauge, and when an update was last seen; `now` if there was one since. Seconds of the caller's
 * clock. The caller holds the structure lock. */
double dyncells_age(uint64_t *cell, double now, double *value);
/* The value of an ageing gauge, for others. */
double dyncells_ageing_value(const uint64_t *cell);

/* A histogram: where its bounds are, their shape, then per stripe the counts and the sum. One with native buckets has
 * those, its own and the classic ones, elsewhere (CDynNative.h): its shape is DYNCELLS_NATIVE, and only the sum is used. */
enum { DYNCELLS_BOUNDS = 0, DYNCELLS_SHAPE = 1, DYNCELLS_COUNTS = 2 };
#define DYNCELLS_NATIVE (1ull << 63)

/* The bounds are filled up with +Inf to a power of two that is above their number: the shape is half of that, then their
 * number. Each halving is a compare and an addition; no branch depends on the value. NaN is above all bounds. */
DYNCELLS_HOT size_t dyncells_bucket_among(const double *bounds, uint64_t shape, double value) {
    size_t count = (uint32_t)shape, at = 0, step = shape >> 32;
    /* Written so that no compiler makes a branch of it, which would be guessed wrong every other time. */
#define DYNCELLS_HALVE(step) at += (size_t)!(bounds[at + (step) - 1] >= value) * (step)
    for (; step > 8; step >>= 1) DYNCELLS_HALVE(step);
    switch (step) {
    case 8: DYNCELLS_HALVE(8); /* fall through */
    case 4: DYNCELLS_HALVE(4); /* fall through */
    case 2: DYNCELLS_HALVE(2); /* fall through */
    case 1: DYNCELLS_HALVE(1);
    }
#undef DYNCELLS_HALVE
    return at < count ? at : count;
}

DYNCELLS_HOT size_t dyncells_bucket(const uint64_t *cell, double value) {
    return dyncells_bucket_among((const double *)(uintptr_t)cell[DYNCELLS_BOUNDS], cell[DYNCELLS_SHAPE], value);
}

/* Counts in the buckets of a native histogram; its sum is the caller's. */
void dyncells_native_count(const uint64_t *cell, double value);
size_t dyncells_native_bucket(const uint64_t *cell, double value);

DYNCELLS_HOT int dyncells_is_native(const uint64_t *cell) { return (int64_t)cell[DYNCELLS_SHAPE] < 0; }

void dyncells_observe_native(uint64_t *cell, double value);
void dyncells_observe_common(uint64_t *cell, size_t bucket, double value);

DYNCELLS_HOT void dyncells_observe(uint64_t *cell, double value) {
    if (__builtin_expect(dyncells_is_native(cell), 0)) {
        dyncells_observe_native(cell, value);
        return;
    }
    size_t bucket = dyncells_bucket(cell, value), count = (uint32_t)cell[DYNCELLS_SHAPE];
    intptr_t offset = dyncells_thread.offset;
    if (__builtin_expect(offset != 0, 1)) {
        uint64_t *own = dyncells_own(cell, offset) + DYNCELLS_COUNTS;
        dyncells_add_own(own + bucket, 1);
        dyncells_hide_stripe();
        dyncells_add_double_alone(own + count + 1, value);
        dyncells_show_stripe(offset);
    } else {
        dyncells_observe_common(cell, bucket, value);
    }
}

/* ---- writers: one thread's own cell of a counter or histogram, without looking for its stripe. Not for signal handlers
 * that may interrupt an update of the same writer. ---- */

DYNCELLS_HOT void dyncells_writer_add(uint64_t *cell, double delta) {
    if (__builtin_expect(delta >= 0 && delta < 9e15, 1)) {
        int64_t whole = (int64_t)delta;
        if (__builtin_expect((double)whole == delta, 1)) {
            dyncells_add_own(cell, (uint64_t)whole);
            return;
        }
    }
    if (delta >= 0) {
        dyncells_add_double_alone(cell + 1, delta);
    } else {
        dyncells_refuse();
    }
}

DYNCELLS_HOT void dyncells_writer_observe(uint64_t *cell, double value) {
    size_t count = (uint32_t)cell[DYNCELLS_SHAPE];
    if (__builtin_expect(dyncells_is_native(cell), 0)) {
        dyncells_native_count(cell, value);
        dyncells_add_double_alone(cell + DYNCELLS_COUNTS + 1, value);
        return;
    }
    dyncells_add_own(cell + DYNCELLS_COUNTS + dyncells_bucket(cell, value), 1);
    dyncells_add_double_alone(cell + DYNCELLS_COUNTS + count + 1, value);
}

/* ---- labelled lookup ---- */

/* The tags of objects' handles that stand for metrics: this, and the number of the metric's type. */
static const uint64_t dyncells_metric_tag = 0x64796e6d00000020u;

/* A published index from label values to cells. Reads take no lock and allocate nothing; changes are made under the
 * structure lock. Keys are the values joined by 0xFF, a byte that UTF-8 does not have. */
struct dyncells_index {
    struct dyncells_table *table;
    size_t labels; /* how many values a key has */
};

/* The cell for these values, or NULL: none, or too long to look for here, or being changed. Then ask under the lock. */
uint64_t *dyncells_find(const struct dyncells_index *index, const char *const *values, size_t count);
uint64_t *dyncells_find_key(const struct dyncells_index *index, const void *key, size_t length);
/* The same for the vec behind an object's handle, known by its tag: words tag, object, address of its index. */
uint64_t *dyncells_find_child(const void *handle, uint64_t tag, const char *const *values, size_t count);
/* Under the structure lock. Putting may fail without memory; then lookups go on under the lock. */
void dyncells_put(struct dyncells_index *index, const void *key, size_t length, uint64_t *cell);
void dyncells_remove(struct dyncells_index *index, const void *key, size_t length);
/* Many at once, by their cells. */
void dyncells_remove_all_of(struct dyncells_index *index, uint64_t *const *cells, size_t count);
/* Also when the index ends, and nobody looks at it any more: then without the lock. */
void dyncells_clear(struct dyncells_index *index);

#endif
