/*
 * Node.create: one metric of any kind, from arguments in a fixed order.
 */
#include "native.h"

#include <stdlib.h>
#include <string.h>

typedef dynm_status (*creator)(dynm_node *, const dynm_metric_options *, void **);
/* They differ only in what the handle points at, and a handle is passed on unread. */
#define CREATOR(kind) (creator)(void (*)(void))dynm_node_create_##kind

static const struct {
    const char *word;
    enum kind kind;
    int is_vec;
    creator create;
} creators[] = {
    {"counter", COUNTER, 0, CREATOR(counter)},
    {"intcounter", INTCOUNTER, 0, CREATOR(intcounter)},
    {"gauge", GAUGE, 0, CREATOR(gauge)},
    {"intgauge", INTGAUGE, 0, CREATOR(intgauge)},
    {"histogram", HISTOGRAM, 0, CREATOR(histogram)},
    {"countervec", COUNTER, 1, CREATOR(counter_vec)},
    {"intcountervec", INTCOUNTER, 1, CREATOR(intcounter_vec)},
    {"gaugevec", GAUGE, 1, CREATOR(gauge_vec)},
    {"intgaugevec", INTGAUGE, 1, CREATOR(intgauge_vec)},
    {"histogramvec", HISTOGRAM, 1, CREATOR(histogram_vec)},
    {"summary", SUMMARY, 0, CREATOR(summary)},
    {"summaryvec", SUMMARY, 1, CREATOR(summary_vec)},
    {"info", INFO, 0, CREATOR(info)},
    {"stateset", STATESET, 0, CREATOR(stateset)},
};

/* Bucket bounds as doubles, from malloc; none for None. */
static int buckets_from(native_state *state, PyObject *value, double **out, size_t *count) {
    static const char right[] = "a list of numbers, like [0.1, 1, 10]";
    *out = NULL;
    *count = 0;
    if (value == Py_None) return 0;
    PyObject *tuple = PyUnicode_Check(value) || PyBytes_Check(value) ? NULL : PySequence_Tuple(value);
    if (!tuple) goto wrong;
    size_t size = (size_t)PyTuple_Size(tuple);
    if (size == 0) {
        Py_DECREF(tuple);
        refuse(state, "buckets is empty; give rising upper bounds, like [0.1, 1, 10], or None for 0.005 to 10");
        return -1;
    }
    if (!(*out = malloc(size * sizeof **out))) {
        Py_DECREF(tuple);
        PyErr_NoMemory();
        return -1;
    }
    for (; *count < size; ++*count) {
        double bound = PyFloat_AsDouble(PyTuple_GetItem(tuple, (Py_ssize_t)*count));
        if (bound == -1.0 && PyErr_Occurred()) break;
        (*out)[*count] = bound;
    }
    Py_DECREF(tuple);
    if (*count == size) return 0;
    free(*out);
    *out = NULL;
wrong:
    if (PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_OverflowError)) {
        PyErr_Clear();
        refuse(state, "buckets %.80R has a bound too large for a double; use bounds like [0.1, 1, 10]", value);
    } else if (!PyErr_Occurred() || PyErr_ExceptionMatches(PyExc_TypeError)) {
        PyErr_Clear();
        wrong_type("buckets", right, value);
    }
    return -1;
}

/* (schema, zero_threshold, max_buckets, min_reset_seconds); `*given` stays NULL for None. */
static int native_from(native_state *state, PyObject *value, dynm_native_histogram *out, const dynm_native_histogram **given) {
    if (value == Py_None) return 0;
    PyObject *parts = PyTuple_Check(value) && PyTuple_Size(value) == 4 ? value : NULL;
    if (!parts) {
        wrong_type("native", "True or dynmetrics.NativeHistogram(schema=3)", value);
        return -1;
    }
    long schema = PyLong_AsLong(PyTuple_GetItem(parts, 0));
    if (schema == -1 && PyErr_Occurred()) goto wrong;
    double threshold = PyFloat_AsDouble(PyTuple_GetItem(parts, 1));
    if (threshold == -1.0 && PyErr_Occurred()) goto wrong;
    long most = PyLong_AsLong(PyTuple_GetItem(parts, 2));
    if (most == -1 && PyErr_Occurred()) goto wrong;
    double seconds = PyFloat_AsDouble(PyTuple_GetItem(parts, 3));
    if (seconds == -1.0 && PyErr_Occurred()) goto wrong;
    if (threshold < 0 || schema != (int32_t)schema || most < 1 || most > INT32_MAX) {
        refuse(state, "native histogram %.200R cannot be; give a schema from -4 to 8, a zero_threshold of 0 or more, "
                      "max_buckets from 1 to 10000", value);
        return -1;
    }
    *out = (dynm_native_histogram){sizeof *out, (int32_t)schema, threshold == 0 ? -1 : threshold, (uint32_t)most, seconds};
    *given = out;
    return 0;
wrong:
    if (PyErr_ExceptionMatches(PyExc_OverflowError)) {
        PyErr_Clear();
        refuse(state, "native histogram %.200R has a number that is too large; give a schema from -4 to 8, like 3", value);
    }
    return -1;
}

static PyObject *create_as(PyObject *self, creator create, enum kind kind, int is_vec,
                           const dynm_metric_options *options) {
    void *handle = NULL;
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = create(node_handle(self), options, &handle);
    Py_END_ALLOW_THREADS
    native_state *state = state_of(self);
    if (status != DYNM_OK) return raise_status(state, status);
    return is_vec ? vec_new(state, kind, handle) : scalar_new(state, kind, handle);
}

/* create(word, name, description, const_labels, label_names or states, buckets, name_as_is[, native or ttl as a float]) */
PyObject *node_create(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    native_state *state = state_of(self);
    if (check_count("create", count, 7, 8) < 0) return NULL;
    dynm_metric_options options = {.struct_size = sizeof options};
    dynm_native_histogram native;
    if (count == 8 && PyFloat_Check(args[7])) {
        options.ttl_seconds = PyFloat_AsDouble(args[7]);
        if (options.ttl_seconds == 0) options.ttl_seconds = -1; /* what C takes for none is refused like other wrong ones */
    } else if (count == 8 && native_from(state, args[7], &native, &options.native) < 0) {
        return NULL;
    }
    options.name_as_is = PyObject_IsTrue(args[6]);
    if (options.name_as_is < 0) return NULL;
    if (!(options.name = text_argument(state, args[1], "name"))) return NULL;
    if (!(options.description = text_argument(state, args[2], "description"))) return NULL;
    const char *word = text_argument(state, args[0], "kind");
    if (!word) return NULL;

    PyObject *made = NULL;
    double *buckets = NULL;
    text_list names = {0};
    label_list constant = {0};
    if (labels_from(state, args[3], "const_labels", &constant) < 0) goto done;
    int has_states = strcmp(word, "stateset") == 0;
    const char *list = has_states ? "states" : "label_names", *item = has_states ? "state" : "label name";
    const char *right = has_states ? "a list of states, like [\"starting\", \"ready\"]" : "a list of names, like [\"model\"]";
    if (texts_from(state, args[4], list, item, right, &names) < 0) goto done;
    if (buckets_from(state, args[5], &buckets, &options.bucket_count) < 0) goto done;
    options.const_labels = constant.items;
    options.const_label_count = constant.count;
    if (has_states) {
        options.states = names.items;
        options.state_count = names.count;
    } else {
        options.label_names = names.items;
        options.label_name_count = names.count;
    }
    options.buckets = buckets;
    size_t i = 0;
    while (i < sizeof creators / sizeof *creators && strcmp(word, creators[i].word) != 0) i++;
    if (i < sizeof creators / sizeof *creators) {
        made = create_as(self, creators[i].create, creators[i].kind, creators[i].is_vec, &options);
    } else {
        refuse(state, "unknown kind %R; use a word like 'counter'", args[0]);
    }
done:
    free(buckets);
    texts_clear(&names);
    labels_clear(&constant);
    return made;
}
