/*
 * What the files of adopted metrics know of each other: prometheus_client's metrics whose values are ours.
 *
 *     adopt_values.c   Value: what takes the place of prometheus_client's own value class
 *     adopt_methods.c  inc, dec, set, observe, labels of its metrics in C, with its own ones behind
 *     adopt_tables.c   Table, TableMetric: what a scrape reads instead of asking Python
 */
#ifndef DYNMETRICS_ADOPT_H
#define DYNMETRICS_ADOPT_H

#include "native.h"

typedef struct adopted_value {
    PyObject_HEAD
    dynm_gauge *cell;
    PyObject *exemplar; /* NULL is None */
} adopted_value;

/* The cell of a Value; NULL, without an exception, for anything else. */
static inline dynm_gauge *cell_of(native_state *state, PyObject *value) {
    return (PyObject *)Py_TYPE(value) == state->adopt[ADOPT_VALUE_TYPE] ? ((adopted_value *)value)->cell : NULL;
}

#endif
