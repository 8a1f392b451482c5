/*
 * One metric of prometheus_client, read without calling into it.
 *
 * The names and labels of its series go to the library once, as a template, and are kept while the metric has the same
 * children; a scrape then walks the children and reads their numbers. Both go in slices, between which other threads
 * have the GIL and may add and remove children: the walk compares every child with the one the template was made for,
 * and where they differ a new template is made. A child is read within one slice.
 */
#include "registry.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_TRIES = 4 };

/* ---- numbers ---- */

static int number_of(walk *task, PyObject *value, double *out) {
    PyObject *number = Py_TYPE(value) == task->mutex_value
                           ? PyObject_GetAttr(value, task->words[W_value])
                           : PyObject_CallMethodObjArgs(value, task->words[W_get], NULL);
    if (!number) return -1;
    *out = PyFloat_AsDouble(number);
    Py_DECREF(number);
    return *out == -1.0 && PyErr_Occurred() ? -1 : 0;
}

/* The number behind the value object `word` of a child. */
static int value_at(walk *task, PyObject *child, enum word word, double *out) {
    PyObject *value = PyObject_GetAttr(child, task->words[word]);
    if (!value) return -1;
    int result = number_of(task, value, out);
    Py_DECREF(value);
    return result;
}

static int plain_at(walk *task, PyObject *child, enum word word, double *out) {
    PyObject *number = PyObject_GetAttr(child, task->words[word]);
    if (!number) return -1;
    *out = PyFloat_AsDouble(number);
    Py_DECREF(number);
    return *out == -1.0 && PyErr_Occurred() ? -1 : 0;
}

static int read_histogram(walk *task, const plan *one, PyObject *child, double *out) {
    PyObject *buckets = PyObject_GetAttr(child, task->words[W_buckets]);
    if (!buckets) return -1;
    double total = 0, part;
    for (size_t i = 0; i < one->bound_count; i++) {
        /* Looked at anew each time: what is not a plain value may run Python code. */
        PyObject *bucket = PyList_CheckExact(buckets) ? PyList_GetItem(buckets, (Py_ssize_t)i) : NULL;
        Py_XINCREF(bucket);
        int failed = !bucket || number_of(task, bucket, &part) < 0;
        Py_XDECREF(bucket);
        if (failed) {
            if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "the buckets of a histogram are not a list");
            Py_DECREF(buckets);
            return -1;
        }
        out[i] = total += part;
    }
    Py_DECREF(buckets);
    out[one->bound_count] = total;
    return one->has_sum ? value_at(task, child, W_sum, &out[one->bound_count + 1]) : 0;
}

static int read_child(walk *task, plan *one, enum shape shape, size_t index) {
    PyObject *child = one->children[index];
    double *out = one->values + index * one->per_child;
    int result = 0;
    double state;
    switch (shape) {
    case SHAPE_COUNTER:
    case SHAPE_GAUGE: result = value_at(task, child, W_value, out); break;
    case SHAPE_SUMMARY:
        result = value_at(task, child, W_count, &out[0]);
        if (result == 0) result = value_at(task, child, W_sum, &out[1]);
        break;
    case SHAPE_HISTOGRAM: result = read_histogram(task, one, child, out); break;
    default:
        result = plain_at(task, child, W_value, &state);
        for (size_t i = 0; result == 0 && i < one->bound_count; i++) out[i] = state == (double)i;
    }
    if (result < 0 || !one->has_created) return result;
    return plain_at(task, child, W_created, &one->values[one->child_count * one->per_child + index]);
}

/* ---- what was patched ---- */

/* Whether `object` calls its class's function by this name: Gauge.set_function gives a child one of its own. */
static int is_own_method(walk *task, PyObject *object, enum word word, PyObject *function) {
    PyObject *method = PyObject_GetAttr(object, task->words[word]);
    PyObject *found = method ? PyObject_GetAttr(method, task->words[W_func]) : NULL;
    if (!found) PyErr_Clear();
    int is_own = found == function;
    Py_XDECREF(found);
    Py_XDECREF(method);
    return is_own;
}

static int is_plain_child(walk *task, PyObject *child, enum shape shape, int was_seen) {
    /* The methods of other classes are patched by nobody on a child that is in use. */
    if (was_seen && shape != SHAPE_GAUGE) return 1;
    if (!is_own_method(task, child, W_child_samples, task->functions[shape][3])) return 0;
    return was_seen || (Py_TYPE(child) == task->types[shape] &&
                        is_own_method(task, child, W_samples, task->functions[shape][1]));
}

static int is_plain_metric(walk *task, PyObject *metric, enum shape shape) {
    return is_own_method(task, metric, W_collect, task->functions[shape][0]) &&
           is_own_method(task, metric, W_samples, task->functions[shape][1]) &&
           is_own_method(task, metric, W_multi_samples, task->functions[shape][2]) &&
           is_own_method(task, metric, W_child_samples, task->functions[shape][3]);
}

/* ---- the walk over children ---- */

static void drop_children(plan *one) {
    for (size_t i = 0; i < one->child_count; i++) {
        Py_DECREF(one->children[i]);
        if (one->keys) Py_DECREF(one->keys[i]);
        /* Many may end here that nobody else holds any more. */
        if (i % 32 == 31 && gate_is_due()) gate_take_turns();
    }
    free(one->children);
    free(one->keys);
    one->children = one->keys = NULL;
    one->child_count = one->child_room = 0;
}

static int add_child(plan *one, PyObject *key, PyObject *child) {
    if (one->child_count == one->child_room) {
        size_t room = one->child_room ? 2 * one->child_room : 8;
        PyObject **children = realloc(one->children, room * sizeof *children);
        if (children) one->children = children;
        PyObject **keys = children ? realloc(one->keys, room * sizeof *keys) : NULL;
        if (!keys) {
            PyErr_NoMemory();
            return -1;
        }
        one->keys = keys;
        one->child_room = room;
    }
    one->children[one->child_count] = Py_NewRef(child);
    one->keys[one->child_count++] = Py_NewRef(key);
    return 0;
}

/* The dict of children, a new reference. NULL without an exception: it is not a dict. */
static PyObject *children_of(walk *task, plan *one) {
    PyObject *dict = PyObject_GetAttr(one->collector, task->words[W_metrics]);
    if (!dict || PyDict_CheckExact(dict)) return dict;
    Py_DECREF(dict);
    return NULL;
}

/* Whether `dict` still is the dict of children; clear() makes a new one. */
static int is_still(walk *task, plan *one, PyObject *dict) {
    PyObject *now = children_of(task, one);
    if (!now) PyErr_Clear();
    Py_XDECREF(now);
    return now == dict;
}

/* Takes the children that there are. What others change between slices is found by read_children. */
static int take_children(walk *task, plan *one, int in_slices) {
    drop_children(one);
    if (!one->has_children) return add_child(one, Py_None, one->collector);
    PyObject *dict = children_of(task, one), *key, *child;
    if (!dict) return -1;
    Py_ssize_t at = 0;
    int result = 0;
    while (result == 0 && PyDict_Next(dict, &at, &key, &child)) {
        result = add_child(one, key, child);
        if (result == 0 && in_slices) result = walk_step(task, 1);
    }
    Py_DECREF(dict);
    return result;
}

/* Reads all values. 1: done; 0: the children are others than those of the template. */
static int read_children(walk *task, plan *one, enum shape shape, int in_slices) {
    if (!one->has_children) return read_child(task, one, shape, 0) < 0 ? -1 : 1;
    PyObject *dict = children_of(task, one), *key, *child;
    if (!dict) return -1;
    Py_ssize_t at = 0;
    size_t index = 0;
    int result = 1;
    while (result == 1 && PyDict_Next(dict, &at, &key, &child)) {
        if (index == one->child_count || child != one->children[index]) {
            result = 0;
        } else if (!is_plain_child(task, child, shape, 1)) {
            one->is_odd = 1;
            result = 0;
        } else if (read_child(task, one, shape, index) < 0) {
            result = -1;
        } else if (in_slices) {
            if (walk_step(task, (unsigned)one->per_child) < 0) result = -1;
            /* Others may just have had a turn. */
            if (result == 1 && task->steps == 0 && !is_still(task, one, dict)) result = 0;
        }
        index++;
    }
    Py_DECREF(dict);
    return result == 1 && index != one->child_count ? 0 : result;
}

void plan_reset(plan *one) {
    PyObject *collector = one->collector;
    drop_children(one);
    Py_XDECREF(one->name);
    Py_XDECREF(one->help);
    Py_XDECREF(one->label_names);
    for (size_t i = 0; i < one->bound_count; i++) free(one->bounds[i]);
    free(one->bounds);
    free(one->values);
    /* Much memory is given back without the GIL. */
    PyThreadState *lent = one->value_count + one->family_count > 1000 ? gate_lend() : NULL;
    dynm_template_free(one->template_);
    for (size_t i = 0; i < one->family_count; i++) {
        lines_clear(&one->families[i].text);
        dynm_template_free(one->families[i].template_);
    }
    free(one->families);
    if (lent) gate_reclaim(lent);
    *one = (struct plan){.collector = collector};
}

/* ---- a scrape ---- */

/* Makes the template anew, for the children that there are. 0: the metric has to be asked. */
static int rebuild(walk *task, plan *one, enum shape shape, int in_slices) {
    lines text = {0};
    int result = take_children(task, one, in_slices);
    for (size_t i = 0; result == 0 && i < one->child_count; i++) {
        if (!is_plain_child(task, one->children[i], shape, 0)) {
            one->is_odd = 1;
            return 0;
        }
        result = walk_step(task, 1);
    }
    if (result < 0) return -1;
    one->value_count = one->child_count * (one->per_child + (one->has_created != 0));
    free(one->values);
    one->values = malloc(one->value_count ? one->value_count * sizeof *one->values : 1);
    if (!one->values) {
        PyErr_NoMemory();
        return -1;
    }
    /* Without children there still is a HELP and a TYPE: an empty array says so to plan_text. */
    if (!one->children && !(one->children = malloc(sizeof *one->children))) {
        PyErr_NoMemory();
        return -1;
    }
    result = plan_text(task, one, shape, &text);
    if (result == 1) result = walk_prepare(task, &text, &one->template_) < 0 ? -1 : 1;
    lines_clear(&text);
    for (size_t i = 0; one->keys && i < one->child_count; i++) Py_DECREF(one->keys[i]);
    free(one->keys);
    one->keys = NULL;
    one->child_room = one->child_count;
    return result;
}

/* Counts a metric that is not read because nothing of it would pass the filter. */
static void note_filtered(walk *task, plan *one, enum shape shape) {
    size_t children = 1;
    if (one->has_children) {
        PyObject *dict = children_of(task, one);
        if (!dict) PyErr_Clear();
        children = dict ? (size_t)PyDict_Size(dict) : 0;
        Py_XDECREF(dict);
    }
    const size_t created = one->has_created != 0;
    /* A histogram's count is none of its values: it is made of the buckets. */
    task->filtered_series += children * (one->per_child + created + (shape == SHAPE_HISTOGRAM));
    task->filtered_families += 1 + created;
}

int plan_scrape(walk *task, plan *one, enum shape shape) {
    /* One that gave a child a function of its own stays to be asked. */
    if (one->is_odd || !is_plain_metric(task, one->collector, shape)) return 0;
    if (one->name && !plan_is_as_learned(task, one, shape)) plan_reset(one);
    if (!one->name) {
        int result = plan_learn(task, one, shape);
        if (result == 0) one->is_odd = 1;
        if (result != 1) return result;
    }
    if (one->is_left_out) {
        note_filtered(task, one, shape);
        return 1;
    }
    for (int tries = 0; tries < MOST_TRIES; tries++) {
        /* A metric whose children never stay the same for long is read at one go in the end. */
        int in_slices = tries < MOST_TRIES - 1;
        int result = one->template_ ? read_children(task, one, shape, in_slices) : 0;
        if (result == 1) return walk_emit(task, one->template_, one->values, one->value_count, NULL) < 0 ? -1 : 1;
        if (result < 0) return -1;
        if (one->is_odd) return 0;
        if (!in_slices) break;
        result = rebuild(task, one, shape, in_slices);
        if (result != 1) return result;
    }
    return 0;
}
