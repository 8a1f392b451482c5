/*
 * The six vecs: metrics with variable labels. Their children are kept in a dict by label values, so that a child that
 * was asked for once costs a tuple and a look-up; `remove` and `clear` empty it.
 *
 * The upstream forms that take labels as a dict (`inc(labels)`, `set(v, labels)`) find the child and call its method.
 */
#include "native.h"

typedef struct vec {
    instrument base;
    enum kind kind;
    PyObject *names;    /* tuple of label names */
    PyObject *children; /* dict: tuple of label values to child */
    size_t removals;    /* state->removals as it was when `children` was last emptied for it */
} vec;

enum { FEW_LABELS = 16 };

PyObject *vec_new(native_state *state, enum kind kind, void *handle) {
    text_buffer pairs = {0};
    dynm_status status = dynm_metric_variable_labels(handle, buffer_label, &pairs);
    PyObject *dict = buffer_dict(&pairs);
    if (status != DYNM_OK) {
        Py_XDECREF(dict);
        return raise_status(state, status);
    }
    PyObject *names = dict ? PySequence_Tuple(dict) : NULL;
    Py_XDECREF(dict);
    PyObject *children = PyDict_New();
    vec *made = names && children ? PyObject_New(vec, state->vec_types[kind]) : NULL;
    if (!made) {
        Py_XDECREF(names);
        Py_XDECREF(children);
        return NULL;
    }
    made->base.handle = handle;
    made->kind = kind;
    made->names = names;
    made->children = children;
    made->removals = state->removals;
    return (PyObject *)made;
}

static void vec_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    Py_DECREF(((vec *)self)->names);
    Py_DECREF(((vec *)self)->children);
    PyObject_Free(self);
    Py_DECREF(type);
}

/* ---- label values ---- */

/* `value` as a plain str, as prometheus_client does with str(). */
static PyObject *label_value(PyObject *value) {
    if (PyUnicode_CheckExact(value)) return Py_NewRef(value);
    PyObject *text = PyObject_Str(value);
    if (!text || PyUnicode_CheckExact(text)) return text;
    PyObject *plain = PyUnicode_FromObject(text);
    Py_DECREF(text);
    return plain;
}

/* The values of `mapping` in the order of the label names: a tuple of str. */
static PyObject *key_from_mapping(PyObject *self, PyObject *mapping) {
    PyObject *names = ((vec *)self)->names;
    Py_ssize_t count = PyTuple_Size(names);
    if (!PyDict_Check(mapping) && !PyObject_HasAttrString(mapping, "keys")) {
        return wrong_type("labels", "a dict, like {\"model\": \"llama\"}", mapping);
    }
    PyObject *key = PyTuple_New(count);
    if (!key) return NULL;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *name = PyTuple_GetItem(names, i);
        PyObject *value = PyObject_GetItem(mapping, name);
        if (!value) {
            if (PyErr_ExceptionMatches(PyExc_KeyError)) {
                PyErr_Clear();
                refuse(state_of(self), "label %R is missing in %.200R; the labels are %R", name, mapping, names);
            }
            goto error;
        }
        PyObject *text = label_value(value);
        Py_DECREF(value);
        if (!text) goto error;
        PyTuple_SetItem(key, i, text);
    }
    Py_ssize_t given = PyObject_Size(mapping);
    if (given == count) return key;
    if (given >= 0) refuse(state_of(self), "too many labels in %.200R; the labels are %R", mapping, names);
error:
    Py_DECREF(key);
    return NULL;
}

static PyObject *key_from_values(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    PyObject *names = ((vec *)self)->names;
    if (count != PyTuple_Size(names)) {
        return refuse(state_of(self), "got %zd label value%s; give one for each of %R", count, count == 1 ? "" : "s",
                      names);
    }
    PyObject *key = PyTuple_New(count);
    for (Py_ssize_t i = 0; key && i < count; i++) {
        PyObject *text = label_value(args[i]);
        if (text) {
            PyTuple_SetItem(key, i, text);
        } else {
            Py_CLEAR(key);
        }
    }
    return key;
}

/* From `labels("a", "b")` or `labels(x="a", y="b")`. */
static PyObject *key_from_call(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    Py_ssize_t named = keywords ? PyTuple_Size(keywords) : 0;
    if (named == 0) return key_from_values(self, args, count);
    if (count > 0) return refuse(state_of(self), "labels by position and by name in one call; use one or the other");
    PyObject *dict = PyDict_New();
    for (Py_ssize_t i = 0; dict && i < named; i++) {
        if (PyDict_SetItem(dict, PyTuple_GetItem(keywords, i), args[i]) < 0) Py_CLEAR(dict);
    }
    PyObject *key = dict ? key_from_mapping(self, dict) : NULL;
    Py_XDECREF(dict);
    return key;
}

/* The UTF-8 of the label values, which `key` owns, in `few` or in memory of its own; NULL with an exception. */
static const char **values_of(native_state *state, PyObject *key, const char **few) {
    Py_ssize_t count = PyTuple_Size(key);
    const char **values = count <= FEW_LABELS ? few : PyMem_Malloc((size_t)count * sizeof *values);
    if (!values) {
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        values[i] = text_argument(state, PyTuple_GetItem(key, i), "label value");
        if (values[i]) continue;
        if (values != few) PyMem_Free(values);
        return NULL;
    }
    return values;
}

/* ---- children ---- */

static dynm_status child_handle(const vec *owner, const char *const *values, size_t count, void **out) {
    void *handle = owner->base.handle;
    switch (owner->kind) {
    case COUNTER: return dynm_counter_vec_with(handle, values, count, (dynm_counter **)out);
    case INTCOUNTER: return dynm_intcounter_vec_with(handle, values, count, (dynm_intcounter **)out);
    case GAUGE: return dynm_gauge_vec_with(handle, values, count, (dynm_gauge **)out);
    case INTGAUGE: return dynm_intgauge_vec_with(handle, values, count, (dynm_intgauge **)out);
    case HISTOGRAM: return dynm_histogram_vec_with(handle, values, count, (dynm_histogram **)out);
    default: return dynm_summary_vec_with(handle, values, count, (dynm_summary **)out);
    }
}

static PyObject *make_child(PyObject *self, PyObject *key) {
    vec *owner = (vec *)self;
    native_state *state = state_of(self);
    const char *few[FEW_LABELS];
    const char **values = values_of(state, key, few);
    if (!values) return NULL;
    void *handle = NULL;
    /* The GIL stays: the lock below is short, and a `remove` must not come between this and the dict. */
    dynm_status status = child_handle(owner, values, (size_t)PyTuple_Size(key), &handle);
    if (values != few) PyMem_Free(values);
    if (status != DYNM_OK) return raise_status(state, status);
    PyObject *child = scalar_new(state, owner->kind, handle);
    if (child && PyDict_SetItem(owner->children, key, child) < 0) Py_CLEAR(child);
    return child;
}

/* Steals `key`, which may be NULL with an exception. */
static PyObject *child_for(PyObject *self, PyObject *key) {
    if (!key) return NULL;
    PyObject *child;
    vec *owner = (vec *)self;
    LOCK_OBJECT(self);
    if (owner->removals != state_of(self)->removals) {
        owner->removals = state_of(self)->removals;
        PyDict_Clear(owner->children);
    }
    child = PyDict_GetItemWithError(owner->children, key);
    if (child) {
        Py_INCREF(child);
    } else if (!PyErr_Occurred()) {
        child = make_child(self, key);
    }
    UNLOCK_OBJECT();
    Py_DECREF(key);
    return child;
}

static PyObject *vec_labels(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    return child_for(self, key_from_call(self, args, count, keywords));
}

static PyObject *vec_remove(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    native_state *state = state_of(self);
    PyObject *key = key_from_call(self, args, count, keywords);
    if (!key) return NULL;
    const char *few[FEW_LABELS];
    const char **values = values_of(state, key, few);
    if (!values) {
        Py_DECREF(key);
        return NULL;
    }
    dynm_status status;
    int known;
    LOCK_OBJECT(self);
    status = dynm_vec_remove(((vec *)self)->base.handle, values, (size_t)PyTuple_Size(key));
    known = PyDict_Contains(((vec *)self)->children, key);
    if (known > 0) known = PyDict_DelItem(((vec *)self)->children, key);
    UNLOCK_OBJECT();
    if (values != few) PyMem_Free(values);
    Py_DECREF(key);
    if (known < 0) return NULL;
    if (status != DYNM_OK) return raise_status(state, status);
    Py_RETURN_NONE;
}

static PyObject *vec_clear(PyObject *self, PyObject *Py_UNUSED(none)) {
    dynm_status status;
    LOCK_OBJECT(self);
    status = dynm_vec_clear(((vec *)self)->base.handle);
    PyDict_Clear(((vec *)self)->children);
    UNLOCK_OBJECT();
    if (status != DYNM_OK) return raise_status(state_of(self), status);
    Py_RETURN_NONE;
}

static PyObject *vec_variable_labels(PyObject *self, PyObject *Py_UNUSED(none)) {
    return PySequence_List(((vec *)self)->names);
}

/* ---- upstream's forms: the labels as a dict in the call ---- */

static PyObject *call_child(PyObject *self, PyObject *labels, PyObject *(*method)(PyObject *, PyObject *),
                            PyObject *value) {
    PyObject *child = child_for(self, key_from_mapping(self, labels));
    if (!child) return NULL;
    PyObject *result = method(child, value);
    Py_DECREF(child);
    return result;
}

/* inc(labels) and dec(labels): by one. */
#define BY_ONE(function, method)                                                                                      \
    static PyObject *function(PyObject *self, PyObject *labels) {                                                     \
        PyObject *one = PyLong_FromLong(1);                                                                           \
        PyObject *result = one ? call_child(self, labels, method, one) : NULL;                                        \
        Py_XDECREF(one);                                                                                              \
        return result;                                                                                                \
    }
/* get(labels) */
#define READING(function, method)                                                                                     \
    static PyObject *function(PyObject *self, PyObject *labels) { return call_child(self, labels, method, NULL); }
/* inc_by(labels, v) */
#define LABELS_FIRST(function, name, method)                                                                          \
    static PyObject *function(PyObject *self, PyObject *const *args, Py_ssize_t count) {                              \
        return check_count(name, count, 2, 2) < 0 ? NULL : call_child(self, args[0], method, args[1]);                \
    }
/* set(v, labels) */
#define VALUE_FIRST(function, name, method)                                                                           \
    static PyObject *function(PyObject *self, PyObject *const *args, Py_ssize_t count) {                              \
        return check_count(name, count, 2, 2) < 0 ? NULL : call_child(self, args[1], method, args[0]);                \
    }

BY_ONE(counter_vec_inc, counter_inc_by)
LABELS_FIRST(counter_vec_inc_by, "inc_by", counter_inc_by)
READING(counter_vec_get, counter_get)
BY_ONE(intcounter_vec_inc, intcounter_inc_by)
LABELS_FIRST(intcounter_vec_inc_by, "inc_by", intcounter_inc_by)
READING(intcounter_vec_get, intcounter_get)
VALUE_FIRST(gauge_vec_set, "set", gauge_set)
BY_ONE(gauge_vec_inc, gauge_add)
BY_ONE(gauge_vec_dec, gauge_sub)
LABELS_FIRST(gauge_vec_add, "add", gauge_add)
LABELS_FIRST(gauge_vec_sub, "sub", gauge_sub)
READING(gauge_vec_get, gauge_get)
VALUE_FIRST(intgauge_vec_set, "set", intgauge_set)
BY_ONE(intgauge_vec_inc, intgauge_add)
BY_ONE(intgauge_vec_dec, intgauge_sub)
LABELS_FIRST(intgauge_vec_add, "add", intgauge_add)
LABELS_FIRST(intgauge_vec_sub, "sub", intgauge_sub)
READING(intgauge_vec_get, intgauge_get)
VALUE_FIRST(histogram_vec_observe, "observe", histogram_observe)
VALUE_FIRST(summary_vec_observe, "observe", summary_observe)

/* ---- types ---- */

#define FAST(function) (PyCFunction)(void (*)(void))(function), METH_FASTCALL
#define NAMED(function) (PyCFunction)(void (*)(void))(function), METH_FASTCALL | METH_KEYWORDS
#define SHARED                                                                                                        \
    {"labels", NAMED(vec_labels),                                                                                     \
     PyDoc_STR("labels($self, /, *values, **names)\n--\n\nThe child for these values, made if there is none.")},  \
    {"remove", NAMED(vec_remove),                                                                                     \
     PyDoc_STR("remove($self, /, *values, **names)\n--\n\nTakes the child for these label values off the page.")},    \
    {"clear", vec_clear, METH_NOARGS, PyDoc_STR("clear($self, /)\n--\n\nTakes all children off the page.")},          \
    {"variable_labels", vec_variable_labels, METH_NOARGS,                                                             \
     PyDoc_STR("variable_labels($self, /)\n--\n\nThe label names, in the order in which values are given.")},         \
    {"name", instrument_name, METH_NOARGS, PyDoc_STR("name($self, /)\n--\n\nThe full name, as it is on the page.")},  \
    {"const_labels", instrument_const_labels, METH_NOARGS,                                                            \
     PyDoc_STR("const_labels($self, /)\n--\n\nThe fixed labels, automatic ones included.")},                          \
    {NULL, NULL, 0, NULL}
#define COUNTER_METHODS(prefix)                                                                                       \
    {"inc", prefix##_inc, METH_O, PyDoc_STR("inc($self, labels, /)\n--\n\nAdds 1 to the child for this dict.")},       \
    {"inc_by", FAST(prefix##_inc_by), PyDoc_STR("inc_by($self, labels, v, /)\n--\n\nAdds v to the child.")},           \
    {"get", prefix##_get, METH_O, PyDoc_STR("get($self, labels, /)\n--\n\nThe value of the child now.")},              \
    SHARED
#define GAUGE_METHODS(prefix)                                                                                         \
    {"set", FAST(prefix##_set), PyDoc_STR("set($self, v, labels, /)\n--\n\nMakes the value of the child v.")},         \
    {"inc", prefix##_inc, METH_O, PyDoc_STR("inc($self, labels, /)\n--\n\nAdds 1 to the child for this dict.")},       \
    {"dec", prefix##_dec, METH_O, PyDoc_STR("dec($self, labels, /)\n--\n\nTakes 1 off the child for this dict.")},     \
    {"inc_by", FAST(prefix##_add), PyDoc_STR("inc_by($self, labels, v, /)\n--\n\nAdds v to the child.")},              \
    {"dec_by", FAST(prefix##_sub), PyDoc_STR("dec_by($self, labels, v, /)\n--\n\nTakes v off the child.")},            \
    {"add", FAST(prefix##_add), PyDoc_STR("add($self, labels, v, /)\n--\n\nAdds v to the child.")},                    \
    {"sub", FAST(prefix##_sub), PyDoc_STR("sub($self, labels, v, /)\n--\n\nTakes v off the child.")},                  \
    {"get", prefix##_get, METH_O, PyDoc_STR("get($self, labels, /)\n--\n\nThe value of the child now.")},              \
    SHARED

static PyMethodDef counter_methods[] = {COUNTER_METHODS(counter_vec)};
static PyMethodDef intcounter_methods[] = {COUNTER_METHODS(intcounter_vec)};
static PyMethodDef gauge_methods[] = {GAUGE_METHODS(gauge_vec)};
static PyMethodDef intgauge_methods[] = {GAUGE_METHODS(intgauge_vec)};
static PyMethodDef histogram_methods[] = {
    {"observe", FAST(histogram_vec_observe),
     PyDoc_STR("observe($self, v, labels, /)\n--\n\nCounts v in its bucket of the child for this dict.")},
    SHARED,
};

static PyMethodDef summary_methods[] = {
    {"observe", FAST(summary_vec_observe),
     PyDoc_STR("observe($self, v, labels, /)\n--\n\nCounts v and adds it up in the child for this dict.")},
    SHARED,
};

#define SLOTS(doc, methods)                                                                                           \
    {                                                                                                                 \
        {Py_tp_doc, doc}, {Py_tp_dealloc, vec_dealloc}, {Py_tp_repr, instrument_repr}, {Py_tp_methods, methods},       \
            {Py_tp_getset, instrument_getters}, {0, NULL},                                                            \
    }

static PyType_Slot slots[VEC_KINDS][6] = {
    [COUNTER] = SLOTS("Counters with variable labels.", counter_methods),
    [INTCOUNTER] = SLOTS("Integer counters with variable labels.", intcounter_methods),
    [GAUGE] = SLOTS("Gauges with variable labels.", gauge_methods),
    [INTGAUGE] = SLOTS("Integer gauges with variable labels.", intgauge_methods),
    [HISTOGRAM] = SLOTS("Histograms with variable labels.", histogram_methods),
    [SUMMARY] = SLOTS("Summaries with variable labels.", summary_methods),
};

#define SPEC(type, kind)                                                                                              \
    {                                                                                                                 \
        .name = "dynmetrics." type, .basicsize = sizeof(vec),                                                         \
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,                   \
        .slots = slots[kind],                                                                                         \
    }

PyType_Spec vec_specs[VEC_KINDS] = {
    [COUNTER] = SPEC("CounterVec", COUNTER),       [INTCOUNTER] = SPEC("IntCounterVec", INTCOUNTER),
    [GAUGE] = SPEC("GaugeVec", GAUGE),             [INTGAUGE] = SPEC("IntGaugeVec", INTGAUGE),
    [HISTOGRAM] = SPEC("HistogramVec", HISTOGRAM), [SUMMARY] = SPEC("SummaryVec", SUMMARY),
};
