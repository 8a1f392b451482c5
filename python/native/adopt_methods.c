/*
 * The methods of prometheus_client's metrics that engines call all day, in C. Each does by itself what is plain (a metric of
 * the very class, a Value of ours, a float or an int) and leaves everything else, errors included, to the method whose
 * place it took: so it does what that one does, whatever it is given.
 *
 * A method of a class gets nothing but its arguments, so where the state is stands in a C static: a module that has
 * patched a class is never taken down.
 */
#include "adopt.h"

static native_state *patched; /* borrowed from a module that lives for ever */

/* ---- steps ---- */

static inline int is_exactly(PyObject *self, int which) { return (PyObject *)Py_TYPE(self) == patched->adopt[which]; }

/* A new reference, or NULL without an exception. */
static inline PyObject *attribute(PyObject *self, int name) {
    PyObject *value = PyObject_GetAttr(self, patched->adopt[name]);
    if (!value) PyErr_Clear();
    return value;
}

static inline int plain_number(PyObject *given, double *number) {
    if (PyFloat_CheckExact(given)) {
        *number = PyFloat_AsDouble(given);
        return 1;
    }
    if (!PyLong_CheckExact(given)) return 0;
    *number = PyLong_AsDouble(given);
    if (*number != -1.0 || !PyErr_Occurred()) return 1;
    PyErr_Clear();
    return 0;
}

/* What the method did before. */
static PyObject *original(int method, PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    Py_ssize_t named = keywords ? PyTuple_Size(keywords) : 0;
    PyObject *function = patched->adopt[method];
    if (!function) Py_RETURN_NONE; /* the interpreter is on its way out */
    PyObject *result = NULL, *options = NULL;
    PyObject *all = PyTuple_New(count + 1);
    if (!all) return NULL;
    PyTuple_SetItem(all, 0, Py_NewRef(self));
    for (Py_ssize_t i = 0; i < count; i++) PyTuple_SetItem(all, i + 1, Py_NewRef(args[i]));
    if (named > 0 && !(options = PyDict_New())) goto error;
    for (Py_ssize_t i = 0; i < named; i++) {
        if (PyDict_SetItem(options, PyTuple_GetItem(keywords, i), args[count + i]) < 0) goto error;
    }
    result = PyObject_Call(function, all, options);
error:
    Py_XDECREF(options);
    Py_DECREF(all);
    return result;
}

/* Adds to the value that `name` of `self` holds; 0 when there is none of ours. */
static inline int add_to(PyObject *self, int name, double amount) {
    PyObject *value = attribute(self, name);
    if (!value) return 0;
    dynm_gauge *cell = cell_of(patched, value);
    if (cell) dynm_gauge_add(cell, amount);
    Py_DECREF(value);
    return cell != NULL;
}

#define METHOD(name) static PyObject *name(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords)
#define IS_PLAIN(class, most) (!keywords && count <= (most) && is_exactly(self, class))

/* ---- counter, gauge ---- */

METHOD(counter_inc) {
    double amount = 1;
    if (IS_PLAIN(ADOPT_COUNTER, 1) && (count == 0 || plain_number(args[0], &amount)) && !(amount < 0) &&
        add_to(self, ADOPT_NAME_VALUE, amount)) {
        Py_RETURN_NONE;
    }
    return original(ADOPT_COUNTER_INC, self, args, count, keywords);
}

static int gauge_add_to(PyObject *self, double amount) {
    /* A gauge of which only the newest value counts refuses to be added to. */
    PyObject *is_most_recent = attribute(self, ADOPT_NAME_MOST_RECENT);
    int is_free = is_most_recent == Py_False;
    Py_XDECREF(is_most_recent);
    return is_free && add_to(self, ADOPT_NAME_VALUE, amount);
}

METHOD(adopted_gauge_inc) {
    double amount = 1;
    if (IS_PLAIN(ADOPT_GAUGE, 1) && (count == 0 || plain_number(args[0], &amount)) && gauge_add_to(self, amount)) {
        Py_RETURN_NONE;
    }
    return original(ADOPT_GAUGE_INC, self, args, count, keywords);
}

METHOD(adopted_gauge_dec) {
    double amount = 1;
    if (IS_PLAIN(ADOPT_GAUGE, 1) && (count == 0 || plain_number(args[0], &amount)) && gauge_add_to(self, -amount)) {
        Py_RETURN_NONE;
    }
    return original(ADOPT_GAUGE_DEC, self, args, count, keywords);
}

METHOD(adopted_gauge_set) {
    double number;
    if (IS_PLAIN(ADOPT_GAUGE, 1) && count == 1 && plain_number(args[0], &number)) {
        PyObject *value = attribute(self, ADOPT_NAME_VALUE);
        dynm_gauge *cell = value ? cell_of(patched, value) : NULL;
        if (cell) dynm_gauge_set(cell, number);
        Py_XDECREF(value);
        if (cell) Py_RETURN_NONE;
    }
    return original(ADOPT_GAUGE_SET, self, args, count, keywords);
}

/* ---- summary, histogram ---- */

METHOD(adopted_summary_observe) {
    double amount;
    if (IS_PLAIN(ADOPT_SUMMARY, 1) && count == 1 && plain_number(args[0], &amount)) {
        PyObject *number = attribute(self, ADOPT_NAME_COUNT), *sum = attribute(self, ADOPT_NAME_SUM);
        dynm_gauge *first = number ? cell_of(patched, number) : NULL, *second = sum ? cell_of(patched, sum) : NULL;
        if (first && second) {
            dynm_gauge_add(first, 1);
            dynm_gauge_add(second, amount);
        }
        Py_XDECREF(number);
        Py_XDECREF(sum);
        if (first && second) Py_RETURN_NONE;
    }
    return original(ADOPT_SUMMARY_OBSERVE, self, args, count, keywords);
}

/* The cell of the first bucket that holds `amount`, as prometheus_client looks for it: NaN is in none. 0 when something
 * on the way is not what it should be. */
static int bucket_for(PyObject *bounds, PyObject *buckets, double amount, dynm_gauge **cell) {
    *cell = NULL;
    if (!bounds || !buckets || !PyList_CheckExact(bounds) || !PyList_CheckExact(buckets)) return 0;
    Py_ssize_t count = PyList_Size(bounds);
    if (count != PyList_Size(buckets)) return 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *bound = PyList_GetItem(bounds, i);
        if (!bound || !PyFloat_CheckExact(bound)) return 0;
        if (!(amount <= PyFloat_AsDouble(bound))) continue;
        PyObject *bucket = PyList_GetItem(buckets, i);
        *cell = bucket ? cell_of(patched, bucket) : NULL;
        return *cell != NULL;
    }
    return 1;
}

METHOD(adopted_histogram_observe) {
    double amount;
    if (IS_PLAIN(ADOPT_HISTOGRAM, 1) && count == 1 && plain_number(args[0], &amount)) {
        PyObject *sum = attribute(self, ADOPT_NAME_SUM);
        dynm_gauge *total = sum ? cell_of(patched, sum) : NULL, *bucket = NULL;
        PyObject *bounds = total ? attribute(self, ADOPT_NAME_BOUNDS) : NULL;
        PyObject *buckets = bounds ? attribute(self, ADOPT_NAME_BUCKETS) : NULL;
        int is_known = total && bucket_for(bounds, buckets, amount, &bucket);
        if (is_known) {
            dynm_gauge_add(total, amount);
            if (bucket) dynm_gauge_add(bucket, 1);
        }
        Py_XDECREF(buckets);
        Py_XDECREF(bounds);
        Py_XDECREF(sum);
        if (is_known) Py_RETURN_NONE;
    }
    return original(ADOPT_HISTOGRAM_OBSERVE, self, args, count, keywords);
}

/* ---- labels ---- */

static int is_labelled_class(PyObject *self) {
    return is_exactly(self, ADOPT_COUNTER) || is_exactly(self, ADOPT_GAUGE) || is_exactly(self, ADOPT_HISTOGRAM) ||
           is_exactly(self, ADOPT_SUMMARY);
}

/* The argument for the label `name`, borrowed; NULL when there is none. */
static PyObject *named(PyObject *name, PyObject *const *args, PyObject *keywords, Py_ssize_t count) {
    for (Py_ssize_t i = 0; i < count; i++) {
        if (PyTuple_GetItem(keywords, i) == name) return args[i];
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        if (PyUnicode_Compare(PyTuple_GetItem(keywords, i), name) == 0) return args[i];
    }
    PyErr_Clear();
    return NULL;
}

/* The key of a child: its values as str, in the order of the label names. NULL, perhaps with an exception of a value. */
static PyObject *child_key(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    Py_ssize_t given = keywords ? PyTuple_Size(keywords) : 0;
    PyObject *names = NULL;
    if (given > 0) {
        names = count == 0 ? attribute(self, ADOPT_NAME_LABELNAMES) : NULL;
        if (!names || !PyTuple_CheckExact(names) || PyTuple_Size(names) != given) {
            Py_XDECREF(names);
            return NULL;
        }
    } else {
        given = count;
    }
    PyObject *key = PyTuple_New(given);
    for (Py_ssize_t i = 0; key && i < given; i++) {
        PyObject *value = names ? named(PyTuple_GetItem(names, i), args, keywords, given) : args[i];
        PyObject *text = !value ? NULL : PyUnicode_CheckExact(value) ? Py_NewRef(value) : PyObject_Str(value);
        if (text) {
            PyTuple_SetItem(key, i, text);
        } else {
            Py_CLEAR(key);
        }
    }
    Py_XDECREF(names);
    return key;
}

/* A new reference, or NULL, perhaps with an exception. */
static PyObject *known_child(PyObject *children, PyObject *key) {
    PyObject *child = NULL;
#ifdef Py_GIL_DISABLED
    PyDict_GetItemRef(children, key, &child);
#else
    child = PyDict_GetItemWithError(children, key);
    Py_XINCREF(child);
#endif
    return child;
}

METHOD(adopted_labels) {
    if (!is_labelled_class(self)) return original(ADOPT_LABELS, self, args, count, keywords);
    PyObject *children = attribute(self, ADOPT_NAME_METRICS);
    PyObject *key = children && PyDict_Check(children) ? child_key(self, args, count, keywords) : NULL;
    PyObject *child = key ? known_child(children, key) : NULL;
    Py_XDECREF(key);
    Py_XDECREF(children);
    if (child) return child;
    if (PyErr_Occurred()) return NULL;
    child = original(ADOPT_LABELS, self, args, count, keywords);
    if (!child || !patched->adopt[ADOPT_CHILD_MADE]) return child;
    PyObject *told = PyObject_CallFunctionObjArgs(patched->adopt[ADOPT_CHILD_MADE], self, child, NULL);
    if (!told) PyErr_WriteUnraisable(self);
    Py_XDECREF(told);
    return child;
}

/* ---- putting them in place ---- */

#define DEF(name, function, doc)                                                                                      \
    {name, (PyCFunction)(void (*)(void))(function), METH_FASTCALL | METH_KEYWORDS, PyDoc_STR(doc)}

static struct {
    int class, method;
    const char *word; /* what adopt.py calls it */
    PyMethodDef definition;
} replaced[] = {
    {ADOPT_COUNTER, ADOPT_COUNTER_INC, "counter.inc",
     DEF("inc", counter_inc, "inc($self, amount=1, exemplar=None)\n--\n\nIncrement counter by the given amount.")},
    {ADOPT_GAUGE, ADOPT_GAUGE_INC, "gauge.inc",
     DEF("inc", adopted_gauge_inc, "inc($self, amount=1)\n--\n\nIncrement gauge by the given amount.")},
    {ADOPT_GAUGE, ADOPT_GAUGE_DEC, "gauge.dec",
     DEF("dec", adopted_gauge_dec, "dec($self, amount=1)\n--\n\nDecrement gauge by the given amount.")},
    {ADOPT_GAUGE, ADOPT_GAUGE_SET, "gauge.set", DEF("set", adopted_gauge_set, "set($self, value)\n--\n\nSet gauge to the given value.")},
    {ADOPT_SUMMARY, ADOPT_SUMMARY_OBSERVE, "summary.observe",
     DEF("observe", adopted_summary_observe, "observe($self, amount)\n--\n\nObserve the given amount.")},
    {ADOPT_HISTOGRAM, ADOPT_HISTOGRAM_OBSERVE, "histogram.observe",
     DEF("observe", adopted_histogram_observe, "observe($self, amount, exemplar=None)\n--\n\nObserve the given amount.")},
    {ADOPT_BASE, ADOPT_LABELS, "base.labels",
     DEF("labels", adopted_labels,
         "labels($self, *labelvalues, **labelkwargs)\n--\n\nReturn the child for the given labelset.")},
};

static int put_in_place(native_state *state, size_t which) {
    PyObject *class = state->adopt[replaced[which].class];
    const char *name = replaced[which].definition.ml_name;
    PyObject *before = PyObject_GetAttrString(class, name);
    if (!before) return -1;
    state->adopt[replaced[which].method] = before;
    PyObject *method = PyDescr_NewMethod((PyTypeObject *)class, &replaced[which].definition);
    int outcome = method ? PyObject_SetAttrString(class, name, method) : -1;
    Py_XDECREF(method);
    return outcome;
}

/* adopt_patch(Counter, Gauge, Summary, Histogram, MetricWrapperBase, child_made, names of methods) */
static PyObject *adopt_patch(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    native_state *state = state_of_module(module);
    if (check_count("adopt_patch", count, 7, 7) < 0) return NULL;
    if (patched) {
        PyErr_SetString(PyExc_RuntimeError, "prometheus_client is patched already; once for a process is enough");
        return NULL;
    }
    static const int places[] = {ADOPT_COUNTER, ADOPT_GAUGE, ADOPT_SUMMARY, ADOPT_HISTOGRAM, ADOPT_BASE, ADOPT_CHILD_MADE};
    for (int i = 0; i < 6; i++) {
        if (i < 5 && !PyType_Check(args[i])) return wrong_type("a class", "a class of prometheus_client", args[i]);
        state->adopt[places[i]] = Py_NewRef(args[i]);
    }
    static const struct {
        int place;
        const char *name;
    } names[] = {
        {ADOPT_NAME_VALUE, "_value"},       {ADOPT_NAME_SUM, "_sum"},
        {ADOPT_NAME_COUNT, "_count"},       {ADOPT_NAME_BUCKETS, "_buckets"},
        {ADOPT_NAME_BOUNDS, "_upper_bounds"}, {ADOPT_NAME_METRICS, "_metrics"},
        {ADOPT_NAME_LABELNAMES, "_labelnames"}, {ADOPT_NAME_MOST_RECENT, "_is_most_recent"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!(state->adopt[names[i].place] = PyUnicode_InternFromString(names[i].name))) return NULL;
    }
    Py_INCREF(module); /* for ever: see the head of this file */
    patched = state;
    for (size_t i = 0; i < sizeof replaced / sizeof *replaced; i++) {
        PyObject *word = PyUnicode_FromString(replaced[i].word);
        int wanted = word ? PySequence_Contains(args[6], word) : -1;
        Py_XDECREF(word);
        if (wanted < 0 || (wanted && put_in_place(state, i) < 0)) return NULL;
    }
    Py_RETURN_NONE;
}

PyMethodDef adopt_methods[] = {
    {"adopt_patch", (PyCFunction)(void (*)(void))adopt_patch, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};
