/*
 * Value: one number of a prometheus_client metric, in a cell of the library. It is called as prometheus_client's own value
 * class is, and has the attributes that engines reach for. No Python lock: an update is one call into the library.
 */
#include "adopt.h"

#include <string.h>

static PyObject *value_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    /* typ, metric_name, name, labelnames, labelvalues, help_text, **kwargs: whom it belongs to is known by its metric. */
    Py_ssize_t count = PyTuple_Size(args) + (keywords ? PyDict_Size(keywords) : 0);
    if (count < 6) {
        PyErr_Format(PyExc_TypeError, "Value() takes at least 6 arguments (%zd given)", count);
        return NULL;
    }
    dynm_gauge *cell = NULL;
    if (dynm_value_create(&cell) != DYNM_OK) return PyErr_NoMemory();
    adopted_value *made = PyObject_New(adopted_value, type);
    if (!made) {
        dynm_value_free(cell);
        return NULL;
    }
    made->cell = cell;
    made->exemplar = NULL;
    return (PyObject *)made;
}

static void value_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    dynm_value_free(((adopted_value *)self)->cell);
    Py_XDECREF(((adopted_value *)self)->exemplar);
    PyObject_Free(self);
    Py_DECREF(type);
}

static inline dynm_gauge *own_cell(PyObject *self) { return ((adopted_value *)self)->cell; }

static int number_from(PyObject *given, double *number) {
    *number = PyFloat_AsDouble(given);
    return *number == -1.0 && PyErr_Occurred() ? -1 : 0;
}

/* The arguments of a method by place or by the names that prometheus_client gives them. */
static int arguments_from(const char *method, const char *const *names, Py_ssize_t most, PyObject *const *args,
                          Py_ssize_t count, PyObject *keywords, PyObject **out) {
    Py_ssize_t named = keywords ? PyTuple_Size(keywords) : 0;
    for (Py_ssize_t i = 0; i < most; i++) out[i] = i < count ? args[i] : NULL;
    for (Py_ssize_t i = 0; i < named; i++) {
        PyObject *name = PyTuple_GetItem(keywords, i);
        Py_ssize_t at = 0;
        while (at < most && PyUnicode_CompareWithASCIIString(name, names[at]) != 0) at++;
        if (at == most || out[at]) {
            PyErr_Format(PyExc_TypeError, "Value.%s() got an unexpected argument %R", method, name);
            return -1;
        }
        out[at] = args[count + i];
    }
    if (count > most || !out[0]) {
        PyErr_Format(PyExc_TypeError, "Value.%s() takes 1 to %zd arguments (%zd given)", method, most, count + named);
        return -1;
    }
    return 0;
}

static PyObject *value_inc(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    static const char *const names[] = {"amount"};
    PyObject *given;
    double amount;
    if (arguments_from("inc", names, 1, args, count, keywords, &given) < 0) return NULL;
    if (number_from(given, &amount) < 0) return NULL;
    dynm_gauge_add(own_cell(self), amount);
    Py_RETURN_NONE;
}

/* The timestamp is for multiprocess files alone. */
static PyObject *value_set(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
    static const char *const names[] = {"value", "timestamp"};
    PyObject *given[2];
    double number;
    if (arguments_from("set", names, 2, args, count, keywords, given) < 0) return NULL;
    if (number_from(given[0], &number) < 0) return NULL;
    dynm_gauge_set(own_cell(self), number);
    Py_RETURN_NONE;
}

static PyObject *value_get(PyObject *self, PyObject *Py_UNUSED(none)) {
    return PyFloat_FromDouble(dynm_gauge_get(own_cell(self)));
}

static void put_exemplar(PyObject *self, PyObject *exemplar) {
    PyObject *new = exemplar && exemplar != Py_None ? Py_NewRef(exemplar) : NULL, *old;
    LOCK_OBJECT(self);
    old = ((adopted_value *)self)->exemplar;
    ((adopted_value *)self)->exemplar = new;
    UNLOCK_OBJECT();
    Py_XDECREF(old);
}

static PyObject *value_set_exemplar(PyObject *self, PyObject *exemplar) {
    put_exemplar(self, exemplar);
    Py_RETURN_NONE;
}

static PyObject *value_get_exemplar(PyObject *self, PyObject *Py_UNUSED(none)) {
    PyObject *exemplar;
    LOCK_OBJECT(self);
    exemplar = ((adopted_value *)self)->exemplar;
    Py_XINCREF(exemplar);
    UNLOCK_OBJECT();
    return exemplar ? exemplar : Py_NewRef(Py_None);
}

/* ---- the attributes of prometheus_client's own ---- */

static PyObject *get_value(PyObject *self, void *Py_UNUSED(closure)) { return value_get(self, NULL); }

static int refuse_deleting(PyObject *given, const char *name) {
    if (given) return 0;
    PyErr_Format(PyExc_AttributeError, "cannot delete %s", name);
    return -1;
}

static int put_value(PyObject *self, PyObject *given, void *Py_UNUSED(closure)) {
    double number;
    if (refuse_deleting(given, "_value") < 0 || number_from(given, &number) < 0) return -1;
    dynm_gauge_set(own_cell(self), number);
    return 0;
}

static PyObject *get_exemplar(PyObject *self, void *Py_UNUSED(closure)) { return value_get_exemplar(self, NULL); }

static int put_exemplar_attribute(PyObject *self, PyObject *given, void *Py_UNUSED(closure)) {
    if (refuse_deleting(given, "_exemplar") < 0) return -1;
    put_exemplar(self, given);
    return 0;
}

#define KEYED(function) (PyCFunction)(void (*)(void))(function), METH_FASTCALL | METH_KEYWORDS

static PyMethodDef value_methods[] = {
    {"inc", KEYED(value_inc), PyDoc_STR("inc($self, amount)\n--\n\nAdds amount, which may be negative.")},
    {"set", KEYED(value_set), PyDoc_STR("set($self, value, timestamp=None)\n--\n\nSets the value.")},
    {"get", value_get, METH_NOARGS, PyDoc_STR("get($self)\n--\n\nThe value now.")},
    {"set_exemplar", value_set_exemplar, METH_O, PyDoc_STR("set_exemplar($self, exemplar, /)\n--\n\nKeeps exemplar.")},
    {"get_exemplar", value_get_exemplar, METH_NOARGS, PyDoc_STR("get_exemplar($self)\n--\n\nThe exemplar, or None.")},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef value_attributes[] = {
    {"_value", get_value, put_value, NULL, NULL},
    {"_exemplar", get_exemplar, put_exemplar_attribute, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot value_slots[] = {
    {Py_tp_doc, "A number of a prometheus_client metric that was adopted; used as its own value class is."},
    {Py_tp_new, value_new},
    {Py_tp_dealloc, value_dealloc},
    {Py_tp_methods, value_methods},
    {Py_tp_getset, value_attributes},
    {0, NULL},
};

/* Not immutable: adopt.py gives it the class attributes of prometheus_client's own. */
PyType_Spec adopted_value_spec = {
    .name = "dynmetrics._native.Value",
    .basicsize = sizeof(adopted_value),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = value_slots,
};
