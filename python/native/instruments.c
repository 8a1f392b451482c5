/*
 * Counter, IntCounter, Gauge, IntGauge, Histogram, Summary.
 *
 * Hot: a method takes its one argument as it comes, and the call below it neither locks nor allocates. What C would
 * ignore and count (a negative step of a counter) is an exception here.
 */
#include "native.h"

#include <math.h>

PyObject *scalar_new(native_state *state, enum kind kind, void *handle) {
    instrument *made = PyObject_New(instrument, state->scalar_types[kind]);
    if (made) made->handle = handle;
    return (PyObject *)made;
}

void scalar_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    PyObject_Free(self);
    Py_DECREF(type);
}

static inline void *handle_of(PyObject *self) { return ((instrument *)self)->handle; }

/* ---- what scalars and vecs share ---- */

PyObject *instrument_name(PyObject *self, PyObject *Py_UNUSED(none)) {
    text_buffer text = {0};
    dynm_sink sink = {buffer_write, &text};
    dynm_status status = dynm_metric_name(handle_of(self), &sink);
    PyObject *name = buffer_text(&text);
    if (status == DYNM_OK || !name) return name;
    Py_DECREF(name);
    return raise_status(state_of(self), status);
}

PyObject *instrument_const_labels(PyObject *self, PyObject *Py_UNUSED(none)) {
    text_buffer pairs = {0};
    dynm_status status = dynm_metric_const_labels(handle_of(self), buffer_label, &pairs);
    PyObject *labels = buffer_dict(&pairs);
    if (status == DYNM_OK || !labels) return labels;
    Py_DECREF(labels);
    return raise_status(state_of(self), status);
}

PyObject *instrument_repr(PyObject *self) {
    PyObject *type = PyObject_GetAttrString((PyObject *)Py_TYPE(self), "__name__");
    PyObject *name = instrument_name(self, NULL);
    PyObject *repr = type && name ? PyUnicode_FromFormat("<%U %U>", type, name) : NULL;
    Py_XDECREF(type);
    Py_XDECREF(name);
    return repr;
}

/* A metric lives as long as the process, so its capsule owns nothing. */
static PyObject *instrument_capsule(PyObject *self, void *Py_UNUSED(closure)) {
    static const char *const scalars[KINDS] = {
        [COUNTER] = "dynmetrics.dynm_counter",     [INTCOUNTER] = "dynmetrics.dynm_intcounter",
        [GAUGE] = "dynmetrics.dynm_gauge",         [INTGAUGE] = "dynmetrics.dynm_intgauge",
        [HISTOGRAM] = "dynmetrics.dynm_histogram", [SUMMARY] = "dynmetrics.dynm_summary",
        [INFO] = "dynmetrics.dynm_info",           [STATESET] = "dynmetrics.dynm_stateset",
    };
    static const char *const vecs[VEC_KINDS] = {
        [COUNTER] = "dynmetrics.dynm_counter_vec",     [INTCOUNTER] = "dynmetrics.dynm_intcounter_vec",
        [GAUGE] = "dynmetrics.dynm_gauge_vec",         [INTGAUGE] = "dynmetrics.dynm_intgauge_vec",
        [HISTOGRAM] = "dynmetrics.dynm_histogram_vec", [SUMMARY] = "dynmetrics.dynm_summary_vec",
    };
    native_state *state = state_of(self);
    const char *name = NULL;
    for (int kind = 0; kind < KINDS; kind++) {
        if (Py_TYPE(self) == state->scalar_types[kind]) name = scalars[kind];
        if (kind < VEC_KINDS && Py_TYPE(self) == state->vec_types[kind]) name = vecs[kind];
    }
    return PyCapsule_New(handle_of(self), name, NULL);
}

PyGetSetDef instrument_getters[] = {
    {"capsule", instrument_capsule, NULL,
     PyDoc_STR("The metric for another extension: a PyCapsule named \"dynmetrics.\" and the C type, \"dynm_counter\" say. "
               "Its pointer is good for the life of the process."),
     NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

/* ---- numbers ---- */

static int number_from(PyObject *self, PyObject *value, double *out) {
    *out = PyFloat_AsDouble(value);
    if (*out != -1.0 || !PyErr_Occurred()) return 0;
    if (PyErr_ExceptionMatches(PyExc_OverflowError)) {
        PyErr_Clear();
        refuse(state_of(self), "value %.80R is too large for a double; use one below 1.8e308, like 1e300", value);
    } else if (PyErr_ExceptionMatches(PyExc_TypeError)) {
        PyErr_Clear();
        wrong_type("value", "a number, like 1.5", value);
    }
    return -1;
}

/* `value` as an int object, a new reference; floats have no whole number to give. */
static PyObject *whole_from(PyObject *value) {
    if (PyLong_Check(value)) return Py_NewRef(value);
    PyObject *whole = PyNumber_Index(value);
    if (whole || !PyErr_ExceptionMatches(PyExc_TypeError)) return whole;
    PyErr_Clear();
    return wrong_type("value", "an int, like 1", value);
}

static int unsigned_from(PyObject *self, PyObject *value, uint64_t *out) {
    PyObject *whole = whole_from(value);
    if (!whole) return -1;
    *out = PyLong_AsUnsignedLongLong(whole);
    Py_DECREF(whole);
    if (*out != UINT64_MAX || !PyErr_Occurred()) return 0;
    if (!PyErr_ExceptionMatches(PyExc_OverflowError)) return -1;
    PyErr_Clear();
    refuse(state_of(self), "an integer counter goes up by 0 to 18446744073709551615, not by %.80R; use one of these, "
                           "like 1, or an integer gauge for what also goes down", value);
    return -1;
}

static int signed_from(PyObject *self, PyObject *value, int64_t *out) {
    PyObject *whole = whole_from(value);
    if (!whole) return -1;
    *out = PyLong_AsLongLong(whole);
    Py_DECREF(whole);
    if (*out != -1 || !PyErr_Occurred()) return 0;
    if (!PyErr_ExceptionMatches(PyExc_OverflowError)) return -1;
    PyErr_Clear();
    refuse(state_of(self), "an integer gauge holds -9223372036854775808 to 9223372036854775807, not %.80R; "
                           "use one of these, like 1, or a gauge", value);
    return -1;
}

/* ---- exemplars ---- */

/* `v` and `exemplar` of an update, each NULL when it was not given; None is no exemplar. */
static int update_arguments(const char *method, PyObject *const *args, Py_ssize_t count, PyObject *keywords,
                            Py_ssize_t least, PyObject **value, PyObject **exemplar) {
    if (check_count(method, count, least, 2) < 0) return -1;
    *value = count > 0 ? args[0] : NULL;
    *exemplar = count > 1 ? args[1] : NULL;
    Py_ssize_t named = keywords ? PyTuple_Size(keywords) : 0;
    for (Py_ssize_t i = 0; i < named; i++) {
        PyObject *name = PyTuple_GetItem(keywords, i);
        if (PyUnicode_CompareWithASCIIString(name, "exemplar") != 0 || count > 1) {
            PyErr_Format(PyExc_TypeError, "%s() has no argument %R; the only one with a name is exemplar", method, name);
            return -1;
        }
        *exemplar = args[count + i];
    }
    if (*exemplar == Py_None) *exemplar = NULL;
    return 0;
}

/* Gives back `labels` and turns the outcome into None or an exception. */
static PyObject *updated(PyObject *self, label_list *labels, dynm_status status) {
    labels_clear(labels);
    if (status != DYNM_OK) return raise_status(state_of(self), status);
    Py_RETURN_NONE;
}

/* ---- Counter ---- */

static int step_from(PyObject *self, PyObject *value, double *delta) {
    if (number_from(self, value, delta) < 0) return -1;
    if (*delta >= 0) return 0;
    refuse(state_of(self), "a counter only goes up, not by %.80R; use a value of 0 or more, like 1, "
                           "or a gauge for what also goes down", value);
    return -1;
}

PyObject *counter_inc_by(PyObject *self, PyObject *value) {
    double delta;
    if (step_from(self, value, &delta) < 0) return NULL;
    dynm_counter_inc_by(handle_of(self), delta);
    Py_RETURN_NONE;
}

static PyObject *counter_inc(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    if (count == 0 && !keywords) {
        dynm_counter_inc(handle_of(self));
        Py_RETURN_NONE;
    }
    PyObject *value, *exemplar;
    double delta = 1;
    label_list labels;
    if (update_arguments("inc", args, count, keywords, 0, &value, &exemplar) < 0) return NULL;
    if (value && step_from(self, value, &delta) < 0) return NULL;
    if (!exemplar) {
        dynm_counter_inc_by(handle_of(self), delta);
        Py_RETURN_NONE;
    }
    if (labels_from(state_of(self), exemplar, "exemplar", &labels) < 0) return NULL;
    return updated(self, &labels,
                   dynm_counter_inc_by_with_exemplar(handle_of(self), delta, labels.items, labels.count));
}

PyObject *counter_get(PyObject *self, PyObject *Py_UNUSED(none)) {
    return PyFloat_FromDouble(dynm_counter_get(handle_of(self)));
}

/* ---- IntCounter ---- */

PyObject *intcounter_inc_by(PyObject *self, PyObject *value) {
    uint64_t delta;
    if (unsigned_from(self, value, &delta) < 0) return NULL;
    dynm_intcounter_inc_by(handle_of(self), delta);
    Py_RETURN_NONE;
}

static PyObject *intcounter_inc(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    if (count == 0 && !keywords) {
        dynm_intcounter_inc(handle_of(self));
        Py_RETURN_NONE;
    }
    PyObject *value, *exemplar;
    uint64_t delta = 1;
    label_list labels;
    if (update_arguments("inc", args, count, keywords, 0, &value, &exemplar) < 0) return NULL;
    if (value && unsigned_from(self, value, &delta) < 0) return NULL;
    if (!exemplar) {
        dynm_intcounter_inc_by(handle_of(self), delta);
        Py_RETURN_NONE;
    }
    if (labels_from(state_of(self), exemplar, "exemplar", &labels) < 0) return NULL;
    return updated(self, &labels,
                   dynm_intcounter_inc_by_with_exemplar(handle_of(self), delta, labels.items, labels.count));
}

PyObject *intcounter_get(PyObject *self, PyObject *Py_UNUSED(none)) {
    return PyLong_FromUnsignedLongLong(dynm_intcounter_get(handle_of(self)));
}

/* ---- Gauge ---- */

PyObject *gauge_set(PyObject *self, PyObject *value) {
    double number;
    if (number_from(self, value, &number) < 0) return NULL;
    dynm_gauge_set(handle_of(self), number);
    Py_RETURN_NONE;
}

PyObject *gauge_add(PyObject *self, PyObject *value) {
    double number;
    if (number_from(self, value, &number) < 0) return NULL;
    dynm_gauge_add(handle_of(self), number);
    Py_RETURN_NONE;
}

PyObject *gauge_sub(PyObject *self, PyObject *value) {
    double number;
    if (number_from(self, value, &number) < 0) return NULL;
    dynm_gauge_add(handle_of(self), -number);
    Py_RETURN_NONE;
}

static PyObject *gauge_inc(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    if (count > 0) return check_count("inc", count, 0, 1) < 0 ? NULL : gauge_add(self, args[0]);
    dynm_gauge_add(handle_of(self), 1);
    Py_RETURN_NONE;
}

static PyObject *gauge_dec(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    if (count > 0) return check_count("dec", count, 0, 1) < 0 ? NULL : gauge_sub(self, args[0]);
    dynm_gauge_add(handle_of(self), -1);
    Py_RETURN_NONE;
}

PyObject *gauge_get(PyObject *self, PyObject *Py_UNUSED(none)) {
    return PyFloat_FromDouble(dynm_gauge_get(handle_of(self)));
}

/* ---- IntGauge ---- */

PyObject *intgauge_set(PyObject *self, PyObject *value) {
    int64_t number;
    if (signed_from(self, value, &number) < 0) return NULL;
    dynm_intgauge_set(handle_of(self), number);
    Py_RETURN_NONE;
}

PyObject *intgauge_add(PyObject *self, PyObject *value) {
    int64_t number;
    if (signed_from(self, value, &number) < 0) return NULL;
    dynm_intgauge_add(handle_of(self), number);
    Py_RETURN_NONE;
}

PyObject *intgauge_sub(PyObject *self, PyObject *value) {
    int64_t number;
    if (signed_from(self, value, &number) < 0) return NULL;
    /* Through unsigned: the most negative number has no positive one. The gauge wraps anyway. */
    dynm_intgauge_add(handle_of(self), (int64_t)(0 - (uint64_t)number));
    Py_RETURN_NONE;
}

static PyObject *intgauge_inc(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    if (count > 0) return check_count("inc", count, 0, 1) < 0 ? NULL : intgauge_add(self, args[0]);
    dynm_intgauge_add(handle_of(self), 1);
    Py_RETURN_NONE;
}

static PyObject *intgauge_dec(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    if (count > 0) return check_count("dec", count, 0, 1) < 0 ? NULL : intgauge_sub(self, args[0]);
    dynm_intgauge_add(handle_of(self), -1);
    Py_RETURN_NONE;
}

PyObject *intgauge_get(PyObject *self, PyObject *Py_UNUSED(none)) {
    return PyLong_FromLongLong(dynm_intgauge_get(handle_of(self)));
}

/* ---- Histogram ---- */

PyObject *histogram_observe(PyObject *self, PyObject *value) {
    double number;
    if (number_from(self, value, &number) < 0) return NULL;
    dynm_histogram_observe(handle_of(self), number);
    Py_RETURN_NONE;
}

static PyObject *histogram_observe_call(PyObject *self, PyObject *const *args, Py_ssize_t count,
                                        PyObject *keywords) {
    if (count == 1 && !keywords) return histogram_observe(self, args[0]);
    PyObject *value, *exemplar;
    double number;
    label_list labels;
    if (update_arguments("observe", args, count, keywords, 1, &value, &exemplar) < 0) return NULL;
    if (!exemplar) return histogram_observe(self, value);
    if (number_from(self, value, &number) < 0) return NULL;
    if (labels_from(state_of(self), exemplar, "exemplar", &labels) < 0) return NULL;
    return updated(self, &labels,
                   dynm_histogram_observe_with_exemplar(handle_of(self), number, labels.items, labels.count));
}

static PyObject *histogram_count(PyObject *self, PyObject *Py_UNUSED(none)) {
    return PyLong_FromUnsignedLongLong(dynm_histogram_count(handle_of(self)));
}

static PyObject *histogram_sum(PyObject *self, PyObject *Py_UNUSED(none)) {
    return PyFloat_FromDouble(dynm_histogram_sum(handle_of(self)));
}

/* ---- Summary ---- */

PyObject *summary_observe(PyObject *self, PyObject *value) {
    double number;
    if (number_from(self, value, &number) < 0) return NULL;
    dynm_summary_observe(handle_of(self), number);
    Py_RETURN_NONE;
}

static PyObject *summary_count(PyObject *self, PyObject *Py_UNUSED(none)) {
    return PyLong_FromUnsignedLongLong(dynm_summary_count(handle_of(self)));
}

static PyObject *summary_sum(PyObject *self, PyObject *Py_UNUSED(none)) {
    return PyFloat_FromDouble(dynm_summary_sum(handle_of(self)));
}

/* ---- types ---- */

#define FAST(function) (PyCFunction)(void (*)(void))(function), METH_FASTCALL
#define NAMED(function) (PyCFunction)(void (*)(void))(function), METH_FASTCALL | METH_KEYWORDS
#define DESCRIPTION                                                                                                   \
    {"name", instrument_name, METH_NOARGS, PyDoc_STR("name($self, /)\n--\n\nThe full name, as it is on the page.")},   \
    {"const_labels", instrument_const_labels, METH_NOARGS,                                                            \
     PyDoc_STR("const_labels($self, /)\n--\n\nThe fixed labels, automatic ones included.")},                          \
    {NULL, NULL, 0, NULL}
#define GAUGE_METHODS(prefix)                                                                                         \
    {"set", prefix##_set, METH_O, PyDoc_STR("set($self, v, /)\n--\n\nMakes the value v.")},                            \
    {"inc", FAST(prefix##_inc), PyDoc_STR("inc($self, v=1, /)\n--\n\nAdds v.")},                                       \
    {"dec", FAST(prefix##_dec), PyDoc_STR("dec($self, v=1, /)\n--\n\nTakes v off.")},                                  \
    {"inc_by", prefix##_add, METH_O, PyDoc_STR("inc_by($self, v, /)\n--\n\nAdds v.")},                                 \
    {"dec_by", prefix##_sub, METH_O, PyDoc_STR("dec_by($self, v, /)\n--\n\nTakes v off.")},                            \
    {"add", prefix##_add, METH_O, PyDoc_STR("add($self, v, /)\n--\n\nAdds v.")},                                       \
    {"sub", prefix##_sub, METH_O, PyDoc_STR("sub($self, v, /)\n--\n\nTakes v off.")},                                  \
    {"get", prefix##_get, METH_NOARGS, PyDoc_STR("get($self, /)\n--\n\nThe value now.")},                              \
    DESCRIPTION
#define COUNTER_METHODS(prefix)                                                                                       \
    {"inc", NAMED(prefix##_inc),                                                                                      \
     PyDoc_STR("inc($self, v=1, /, exemplar=None)\n--\n\nAdds v, which is not negative, and keeps labels that lead to it.")}, \
    {"inc_by", prefix##_inc_by, METH_O, PyDoc_STR("inc_by($self, v, /)\n--\n\nAdds v, which is not negative.")},       \
    {"get", prefix##_get, METH_NOARGS, PyDoc_STR("get($self, /)\n--\n\nThe value now.")},                              \
    DESCRIPTION

static PyMethodDef counter_methods[] = {COUNTER_METHODS(counter)};
static PyMethodDef intcounter_methods[] = {COUNTER_METHODS(intcounter)};
static PyMethodDef gauge_methods[] = {GAUGE_METHODS(gauge)};
static PyMethodDef intgauge_methods[] = {GAUGE_METHODS(intgauge)};
static PyMethodDef histogram_methods[] = {
    {"observe", NAMED(histogram_observe_call),
     PyDoc_STR("observe($self, v, /, exemplar=None)\n--\n\nCounts v in its bucket, and keeps labels that lead to it.")},
    {"count", histogram_count, METH_NOARGS, PyDoc_STR("count($self, /)\n--\n\nHow many values were observed.")},
    {"sum", histogram_sum, METH_NOARGS, PyDoc_STR("sum($self, /)\n--\n\nThe sum of the observed values.")},
    DESCRIPTION,
};

static PyMethodDef summary_methods[] = {
    {"observe", summary_observe, METH_O, PyDoc_STR("observe($self, v, /)\n--\n\nCounts v and adds it up.")},
    {"count", summary_count, METH_NOARGS, PyDoc_STR("count($self, /)\n--\n\nHow many values were observed.")},
    {"sum", summary_sum, METH_NOARGS, PyDoc_STR("sum($self, /)\n--\n\nThe sum of the observed values.")},
    DESCRIPTION,
};

#define SLOTS(doc, methods)                                                                                           \
    {                                                                                                                 \
        {Py_tp_doc, doc}, {Py_tp_dealloc, scalar_dealloc}, {Py_tp_repr, instrument_repr}, {Py_tp_methods, methods},       \
            {Py_tp_getset, instrument_getters}, {0, NULL},                                                            \
    }

static PyType_Slot slots[CELL_KINDS][6] = {
    [COUNTER] = SLOTS("Goes up: seconds, bytes, requests.", counter_methods),
    [INTCOUNTER] = SLOTS("Goes up by whole numbers; exact to 2**64-1.", intcounter_methods),
    [GAUGE] = SLOTS("Goes up and down.", gauge_methods),
    [INTGAUGE] = SLOTS("Goes up and down by whole numbers.", intgauge_methods),
    [HISTOGRAM] = SLOTS("Counts observations in buckets.", histogram_methods),
    [SUMMARY] = SLOTS("Counts observations and adds them up.", summary_methods),
};

#define SPEC(type, kind)                                                                                              \
    {                                                                                                                 \
        .name = "dynmetrics." type, .basicsize = sizeof(instrument),                                                  \
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,                   \
        .slots = slots[kind],                                                                                         \
    }

PyType_Spec cell_specs[CELL_KINDS] = {
    [COUNTER] = SPEC("Counter", COUNTER),       [INTCOUNTER] = SPEC("IntCounter", INTCOUNTER),
    [GAUGE] = SPEC("Gauge", GAUGE),             [INTGAUGE] = SPEC("IntGauge", INTGAUGE),
    [HISTOGRAM] = SPEC("Histogram", HISTOGRAM), [SUMMARY] = SPEC("Summary", SUMMARY),
};
