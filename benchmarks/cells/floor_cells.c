#include "floor_cells.h"

#include <string.h>

#define RELAXED memory_order_relaxed

void floor_inc(_Atomic uint64_t *cell) { atomic_fetch_add_explicit(cell, 1, RELAXED); }

void floor_inc_own(_Atomic uint64_t *cell) {
    atomic_store_explicit(cell, atomic_load_explicit(cell, RELAXED) + 1, RELAXED);
}

void floor_set(_Atomic double *cell, double value) { atomic_store_explicit(cell, value, RELAXED); }

/* Four halvings of sixteen bounds, each a compare and an addition; no branch depends on the value. */
static inline unsigned bucket_of(const double *bounds, double value) {
    unsigned at = 0;
    at += (unsigned)!(bounds[7] >= value) << 3;
    at += (unsigned)!(bounds[at + 3] >= value) << 2;
    at += (unsigned)!(bounds[at + 1] >= value) << 1;
    at += (unsigned)!(bounds[at] >= value);
    return at;
}

void floor_observe(floor_histogram *histogram, double value) {
    atomic_fetch_add_explicit(&histogram->counts[bucket_of(histogram->bounds, value)], 1, RELAXED);
    double old = atomic_load_explicit(&histogram->sum, RELAXED);
    while (!atomic_compare_exchange_weak_explicit(&histogram->sum, &old, old + value, RELAXED, RELAXED)) {}
}

void floor_observe_own(floor_histogram *histogram, double value) {
    floor_inc_own(&histogram->counts[bucket_of(histogram->bounds, value)]);
    atomic_store_explicit(&histogram->sum, atomic_load_explicit(&histogram->sum, RELAXED) + value, RELAXED);
}

/*
 * One pass over the strings: blocks of 16 bytes, the last one of each string filled up with NUL, of which it has at
 * least one. So the blocks tell the strings apart, need no lengths, and are hashed and compared as they are.
 */
typedef uint8_t block __attribute__((vector_size(16)));

/* Mask of the bytes that are NUL, the lowest bit the first byte. */
static inline unsigned nul_bytes(block bytes) {
#ifdef __SSE2__
    return (unsigned)__builtin_ia32_pmovmskb128((__attribute__((vector_size(16))) char)(bytes == 0));
#else
    unsigned mask = 0;
    for (unsigned i = 0; i < 16; i++) mask |= (unsigned)(bytes[i] == 0) << i;
    return mask;
#endif
}

static inline block block_at(const char *text) {
    block bytes = {0};
    if (((uintptr_t)text & 4095) <= 4080) {
        memcpy(&bytes, text, 16); /* may read beyond the end, not beyond the page */
    } else {
        for (int i = 0; i < 16 && text[i]; i++) bytes[i] = (uint8_t)text[i];
    }
    return bytes;
}

static inline uint64_t mixed(uint64_t hash, block bytes) {
    uint64_t halves[2];
    memcpy(halves, &bytes, 16);
    unsigned __int128 product =
        (unsigned __int128)(halves[0] ^ 0x9e3779b97f4a7c15u) * (halves[1] ^ hash ^ 0xd6e8feb86659fd93u);
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static const uint8_t leading[32] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};

static inline int same(const char *stored, const block *key, unsigned blocks) {
    for (unsigned i = 0; i < blocks; i++) {
        block bytes;
        memcpy(&bytes, stored + 16 * i, 16);
        if (nul_bytes(bytes ^ key[i]) != 0xFFFF) return 0;
    }
    return 1;
}

floor_child *floor_find(floor_table *table, const char *const *values) {
    block key[FLOOR_BLOCKS];
    unsigned blocks = 0;
    uint64_t hash = 0;
    for (int i = 0; i < 3; i++) {
        for (const char *text = values[i];; text += 16) {
            block bytes = block_at(text);
            unsigned nul = nul_bytes(bytes);
            if (nul) {
                block mask;
                memcpy(&mask, leading + 16 - __builtin_ctz(nul), 16);
                bytes &= mask;
            }
            if (blocks == FLOOR_BLOCKS) return NULL;
            key[blocks++] = bytes;
            hash = mixed(hash, bytes);
            if (nul) break;
        }
    }
    for (unsigned at = (unsigned)hash;; at++) {
        floor_child *child = &table->slots[at % FLOOR_SLOTS];
        if (!child->cell) { /* a free one is the caller's to fill */
            child->hash = hash;
            memcpy(child->key, key, sizeof key);
            return child;
        }
        if (child->hash == hash && same(child->key, key, blocks)) return child;
    }
}
