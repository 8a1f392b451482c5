/* Where cells are. Cold, but for the stripes that threads claim and give back. */
#define _GNU_SOURCE
#include "CDynCells.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOST_STRIPES = 16, CHUNK = 256 << 10, KIND_BITS = 16 };
enum state { NEW, CLAIMING, OWNER, COMMON };

__thread struct dyncells_thread dyncells_thread;

static char *common;        /* NULL until the first cell is made */
static size_t region;       /* bytes */
static size_t used, opened; /* bytes of each region */
static unsigned stripe_count;
static _Atomic uint32_t claimed; /* a bit per stripe */
static _Atomic unsigned high;    /* stripes that were ever claimed */
static pthread_key_t at_exit;
static int has_key;
static _Atomic pid_t owners[MOST_STRIPES]; /* without a key: the thread that has the stripe */
static _Atomic uint64_t refused;

/* ---- stripes ---- */

/* At a thread's end. Later updates, from other destructors, take the common way. */
static void give_back(void *raw) {
    struct dyncells_thread *thread = raw;
    if (thread->state != OWNER) return;
    thread->offset = 0;
    thread->state = COMMON;
    atomic_fetch_and_explicit(&claimed, ~(1u << thread->stripe), memory_order_release);
}

/* A stripe for this thread, if one is free. Allocates nothing, takes no lock: it may run in a signal handler, and one may
 * come between any two steps. */
static int claim(void) {
    struct dyncells_thread *thread = &dyncells_thread;
    if (thread->state != NEW) return 0;
    thread->state = CLAIMING;
    atomic_signal_fence(memory_order_seq_cst);
    uint32_t taken = atomic_load_explicit(&claimed, memory_order_relaxed);
    unsigned stripe;
    do {
        stripe = (unsigned)__builtin_ctz(~taken);
        if (stripe >= stripe_count) {
            thread->state = COMMON;
            return 0;
        }
    } while (!atomic_compare_exchange_weak_explicit(&claimed, &taken, taken | 1u << stripe, memory_order_acquire,
                                                    memory_order_relaxed));
    if (!has_key) {
        atomic_store_explicit(&owners[stripe], (pid_t)syscall(SYS_gettid), memory_order_release);
    } else if (pthread_setspecific(at_exit, thread) != 0) {
        atomic_fetch_and_explicit(&claimed, ~(1u << stripe), memory_order_release);
        thread->state = COMMON;
        return 0;
    }
    unsigned seen = atomic_load_explicit(&high, memory_order_relaxed);
    while (seen < stripe + 1 && !atomic_compare_exchange_weak(&high, &seen, stripe + 1)) {}
    thread->stripe = stripe;
    thread->state = OWNER;
    thread->offset = (intptr_t)(stripe + 1) * (intptr_t)region;
    return 1;
}

/* Of the parent's threads only the one that forked is here. */
static void after_fork_in_child(void) {
    uint32_t own = 0;
    if (dyncells_thread.state == OWNER) own = 1u << dyncells_thread.stripe;
    atomic_store_explicit(&claimed, own, memory_order_relaxed);
    for (unsigned i = 0; i < MOST_STRIPES; i++) atomic_store_explicit(&owners[i], 0, memory_order_relaxed);
    if (own && !has_key) atomic_store_explicit(&owners[dyncells_thread.stripe], (pid_t)syscall(SYS_gettid), memory_order_relaxed);
}

/* Without a key nobody is told that a thread ended: it is looked for. One of the same number may live by now, which keeps
 * the stripe from others until that one ends too. */
void dyncells_reap(void) {
    if (has_key) return;
    for (unsigned i = 0; i < stripe_count; i++) {
        pid_t owner = atomic_load_explicit(&owners[i], memory_order_acquire);
        if (owner == 0 || syscall(SYS_tgkill, getpid(), owner, 0) == 0 || errno != ESRCH) continue;
        if (!atomic_compare_exchange_strong(&owners[i], &owner, 0)) continue;
        atomic_fetch_and_explicit(&claimed, ~(1u << i), memory_order_release);
    }
}

/* A key of the first 32 is kept in the thread's own memory; a later one would be allocated at a thread's first update. */
__attribute__((constructor)) static void make_key(void) {
    enum { IN_THREAD = 32 };
    has_key = pthread_key_create(&at_exit, give_back) == 0;
    if (has_key && at_exit >= IN_THREAD) {
        pthread_key_delete(at_exit);
        has_key = 0;
    }
    pthread_atfork(NULL, NULL, after_fork_in_child);
}

/* ---- memory ---- */

static int reserve(void) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    /* Twice as many as can run at once: most threads of a process sleep, and have claimed one all the same. */
    stripe_count = cores < 2 ? 4 : 2 * cores > MOST_STRIPES ? MOST_STRIPES : 2 * (unsigned)cores;
    /* Address space only. Where that is limited, a smaller piece has to do. */
    for (size_t size = (size_t)256 << 20; size >= (size_t)4 << 20; size /= 4) {
        size_t whole = size * (stripe_count + 2);
        void *space = mmap(NULL, whole, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (space == MAP_FAILED) continue;
        madvise(space, whole, MADV_NOHUGEPAGE); /* or one touched cell would take two megabytes in each stripe */
        region = size;
        common = (char *)space + size;
        return 1;
    }
    return 0;
}

static int open_more(void) {
    if (region - opened < CHUNK) return 0;
    for (unsigned i = 0; i < stripe_count + 2; i++) {
        char *start = common - region + i * region + opened;
        if (mprotect(start, CHUNK, PROT_READ | PROT_WRITE) != 0) return 0;
    }
    opened += CHUNK;
    return 1;
}

static uint64_t *head_of(const void *handle) { return (uint64_t *)((char *)(uintptr_t)handle - region); }

uint64_t *dyncells_make(enum dyncells_kind kind, size_t words, const void *owner, size_t alignment) {
    if (!common && !reserve()) return NULL;
    size_t start = (used + alignment - 1) & ~(alignment - 1), end = start + 8 * words;
    while (end > opened) {
        if (!open_more()) return NULL;
    }
    uint64_t *cell = (uint64_t *)(common + start);
    /* The kind last: who sees it sees the owner. Addresses have 48 bits. */
    __atomic_store_n(head_of(cell), (uint64_t)(uintptr_t)owner << KIND_BITS | (uint64_t)kind, __ATOMIC_RELEASE);
    __atomic_store_n(&used, end, __ATOMIC_RELEASE);
    return cell;
}

static int is_ours(const void *handle) {
    uintptr_t address = (uintptr_t)handle;
    return common && address % 8 == 0 && address - (uintptr_t)common < __atomic_load_n(&used, __ATOMIC_ACQUIRE);
}

enum dyncells_kind dyncells_kind_of(const void *handle) {
    if (!is_ours(handle)) return DYNCELLS_NONE;
    return (enum dyncells_kind)(__atomic_load_n(head_of(handle), __ATOMIC_ACQUIRE) & ((1u << KIND_BITS) - 1));
}

const void *dyncells_owner_of(const void *handle) {
    if (!is_ours(handle)) return NULL;
    return (const void *)(uintptr_t)(__atomic_load_n(head_of(handle), __ATOMIC_ACQUIRE) >> KIND_BITS);
}

size_t dyncells_bytes(void) {
    size_t regions = 2 + atomic_load_explicit(&high, memory_order_relaxed);
    return __atomic_load_n(&used, __ATOMIC_RELAXED) * regions + dyncells_native_bytes();
}

/* ---- reading ---- */

uint64_t dyncells_sum(const uint64_t *cell, size_t index) {
    unsigned stripes = atomic_load_explicit(&high, memory_order_acquire);
    uint64_t sum = 0;
    for (unsigned i = 0; i <= stripes; i++) {
        sum += __atomic_load_n((const uint64_t *)((const char *)cell + i * region) + index, __ATOMIC_RELAXED);
    }
    return sum;
}

double dyncells_sum_doubles(const uint64_t *cell, size_t index) {
    unsigned stripes = atomic_load_explicit(&high, memory_order_acquire);
    double sum = 0;
    for (unsigned i = 0; i <= stripes; i++) {
        uint64_t bits = __atomic_load_n((const uint64_t *)((const char *)cell + i * region) + index, __ATOMIC_RELAXED);
        double part;
        __builtin_memcpy(&part, &bits, sizeof part);
        sum += part;
    }
    return sum;
}

/* ---- the ways without a stripe ---- */

static void add_double_shared(uint64_t *word, double delta) {
    uint64_t old = __atomic_load_n(word, __ATOMIC_RELAXED), sum;
    double value;
    do {
        __builtin_memcpy(&value, &old, sizeof value);
        value += delta;
        __builtin_memcpy(&sum, &value, sizeof sum);
    } while (!__atomic_compare_exchange_n(word, &old, sum, 1, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
}

void dyncells_add_common(uint64_t *cell, uint64_t delta) {
    if (claim()) {
        dyncells_add_own(dyncells_own(cell, dyncells_thread.offset), delta);
    } else {
        __atomic_fetch_add(cell, delta, __ATOMIC_RELAXED);
    }
}

/* To a word of this thread's stripe, or with a lock. */
static void add_double(uint64_t *word, double delta) {
    intptr_t offset = dyncells_thread.offset;
    if (offset == 0 && claim()) offset = dyncells_thread.offset;
    if (offset == 0) return add_double_shared(word, delta);
    dyncells_hide_stripe();
    dyncells_add_double_alone(dyncells_own(word, offset), delta);
    dyncells_show_stripe(offset);
}

/* What is no whole number, or too large for one, or no step of a counter. */
void dyncells_counter_add_rest(uint64_t *cell, double delta) {
    if (!(delta >= 0)) {
        dyncells_refuse();
    } else {
        add_double(cell + 1, delta);
    }
}

/* ---- ageing gauges ---- */

/* No number that anybody counts with: a NaN that signals, with a number of its own each time. */
static const uint64_t mark = 0x7FF4ull << 48;
static int is_mark(uint64_t bits) { return bits >> 48 == mark >> 48; }

static double double_of(uint64_t bits) {
    double value;
    __builtin_memcpy(&value, &bits, sizeof value);
    return value;
}

static uint64_t bits_of(double value) {
    uint64_t bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    return bits;
}

double dyncells_age(uint64_t *cell, double now, double *value) {
    static uint64_t marks;
    uint64_t bits = __atomic_load_n(cell, __ATOMIC_RELAXED);
    if (is_mark(bits)) {
        *value = double_of(__atomic_load_n(cell + 1, __ATOMIC_RELAXED));
        return double_of(cell[2]);
    }
    do {
        __atomic_store_n(cell + 1, bits, __ATOMIC_RELAXED);
        marks = (marks + 1) & 0xFFFFFFFFFFFF;
    } while (!__atomic_compare_exchange_n(cell, &bits, mark | marks, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
    *value = double_of(__atomic_load_n(cell + 1, __ATOMIC_RELAXED));
    cell[2] = bits_of(now);
    return now;
}

double dyncells_ageing_value(const uint64_t *cell) {
    uint64_t bits = __atomic_load_n(cell, __ATOMIC_ACQUIRE);
    return double_of(is_mark(bits) ? __atomic_load_n(cell + 1, __ATOMIC_RELAXED) : bits);
}

void dyncells_gauge_add(uint64_t *cell, double delta) {
    uint64_t old = __atomic_load_n(cell, __ATOMIC_ACQUIRE), base;
    do {
        base = old;
        if (__builtin_expect(is_mark(old), 0) && dyncells_kind_of(cell) == DYNCELLS_AGEING) {
            base = __atomic_load_n(cell + 1, __ATOMIC_RELAXED); /* the mark is another each time: it is the one of this value */
        }
    } while (!__atomic_compare_exchange_n(cell, &old, bits_of(double_of(base) + delta), 1, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE));
}

void dyncells_observe_common(uint64_t *cell, size_t bucket, double value) {
    dyncells_add_common(cell + DYNCELLS_COUNTS + bucket, 1);
    add_double(cell + DYNCELLS_COUNTS + (uint32_t)cell[DYNCELLS_SHAPE] + 1, value);
}

void dyncells_observe_native(uint64_t *cell, double value) {
    dyncells_native_count(cell, value);
    add_double(cell + DYNCELLS_COUNTS + 1, value);
}

void dyncells_refuse(void) { atomic_fetch_add_explicit(&refused, 1, memory_order_relaxed); }
uint64_t dyncells_refused(void) { return atomic_load_explicit(&refused, memory_order_relaxed); }
