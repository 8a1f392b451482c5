/* The least that an update can be: one function in a shared library, on memory of the caller's. No names, no pages, no
 * refusals, nothing checked. `own` cells have one writer; the others any number. */
#ifndef FLOOR_CELLS_H
#define FLOOR_CELLS_H

#include <stdatomic.h>
#include <stdint.h>

enum { FLOOR_SLOTS = 256, FLOOR_BOUNDS = 16, FLOOR_BLOCKS = 12 };

typedef struct floor_histogram {
    double bounds[FLOOR_BOUNDS]; /* the last ones are infinite */
    _Atomic uint64_t counts[FLOOR_BOUNDS + 1];
    _Atomic double sum;
} floor_histogram;

typedef struct floor_child {
    uint64_t hash;
    _Atomic uint64_t *cell; /* NULL: free */
    char key[16 * FLOOR_BLOCKS];
} floor_child;

typedef struct floor_table {
    floor_child slots[FLOOR_SLOTS];
} floor_table;

void floor_inc(_Atomic uint64_t *cell);
void floor_inc_own(_Atomic uint64_t *cell);
void floor_set(_Atomic double *cell, double value);
void floor_observe(floor_histogram *histogram, double value);
void floor_observe_own(floor_histogram *histogram, double value);
floor_child *floor_find(floor_table *table, const char *const *values);

#endif
