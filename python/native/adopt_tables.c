/* Table and TableMetric: the series of a registry as a scrape reads them. adopt.py keeps them as the registry is. */
#include "adopt.h"

#include <math.h>
#include <stdlib.h>

typedef struct handle_object {
    PyObject_HEAD
    void *handle;
} handle_object;

static inline void *handle_of(PyObject *self) { return ((handle_object *)self)->handle; }

static PyObject *handle_new(PyTypeObject *type, void *handle, void (*give_back)(void *)) {
    handle_object *made = PyObject_New(handle_object, type);
    if (!made) {
        give_back(handle);
        return NULL;
    }
    made->handle = handle;
    return (PyObject *)made;
}

static void free_table(void *handle) { dynm_table_free(handle); }
static void free_metric(void *handle) { dynm_table_metric_free(handle); }

static void handle_dealloc(PyObject *self, void (*give_back)(void *)) {
    PyTypeObject *type = Py_TYPE(self);
    give_back(handle_of(self));
    PyObject_Free(self);
    Py_DECREF(type);
}

static void table_dealloc(PyObject *self) { handle_dealloc(self, free_table); }
static void metric_dealloc(PyObject *self) { handle_dealloc(self, free_metric); }

static PyObject *outcome(PyObject *self, dynm_status status) {
    if (status != DYNM_OK) return raise_status(state_of(self), status);
    Py_RETURN_NONE;
}

/* ---- TableMetric ---- */

static int kind_from(native_state *state, PyObject *word, int32_t *kind) {
    static const struct {
        const char *word;
        int32_t kind;
    } kinds[] = {{"counter", DYNM_KIND_COUNTER}, {"gauge", DYNM_KIND_GAUGE}, {"summary", DYNM_KIND_SUMMARY},
                 {"histogram", DYNM_KIND_HISTOGRAM}};
    for (size_t i = 0; PyUnicode_Check(word) && i < sizeof kinds / sizeof *kinds; i++) {
        if (PyUnicode_CompareWithASCIIString(word, kinds[i].word) != 0) continue;
        *kind = kinds[i].kind;
        return 0;
    }
    refuse(state, "unknown kind %.80R; use 'counter', 'gauge', 'summary' or 'histogram'", word);
    return -1;
}

/* TableMetric(kind, name, help, label_names, bounds); bounds without +Inf, () for what is no histogram. */
static PyObject *metric_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(keywords)) {
    native_state *state = (native_state *)PyType_GetModuleState(type);
    PyObject *word, *name, *help, *labels, *bounds, *made = NULL;
    if (!PyArg_ParseTuple(args, "OOOOO!:TableMetric", &word, &name, &help, &labels, &PyTuple_Type, &bounds)) return NULL;
    dynm_table_metric_options options = {.struct_size = sizeof options};
    text_list names = {0};
    double *numbers = NULL;
    if (kind_from(state, word, &options.kind) < 0) return NULL;
    if (!(options.name = text_argument(state, name, "name"))) return NULL;
    if (!(options.description = text_argument(state, help, "description"))) return NULL;
    if (texts_from(state, labels, "label_names", "label name", "a tuple of names, like (\"model\",)", &names) < 0) return NULL;
    options.label_names = names.items;
    options.label_name_count = names.count;
    Py_ssize_t count = PyTuple_Size(bounds);
    if (count > 0 && !(numbers = malloc((size_t)count * sizeof *numbers))) {
        PyErr_NoMemory();
        goto error;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        numbers[i] = PyFloat_AsDouble(PyTuple_GetItem(bounds, i));
        if (numbers[i] == -1.0 && PyErr_Occurred()) goto error;
    }
    options.buckets = numbers;
    options.bucket_count = (size_t)count;
    dynm_table_metric *handle = NULL;
    dynm_status status = dynm_table_metric_create(&options, &handle);
    made = status == DYNM_OK ? handle_new(type, handle, free_metric) : raise_status(state, status);
error:
    free(numbers);
    texts_clear(&names);
    return made;
}

static const char labels_right[] = "a tuple of label values, like (\"llama\",)";

/* put(label_values, values, created); created None when there is none */
static PyObject *metric_put(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    native_state *state = state_of(self);
    if (check_count("put", count, 3, 3) < 0) return NULL;
    if (!PyTuple_Check(args[1])) return wrong_type("values", "a tuple of Value", args[1]);
    double created = NAN;
    if (args[2] != Py_None && (created = PyFloat_AsDouble(args[2])) == -1.0 && PyErr_Occurred()) return NULL;
    text_list labels = {0};
    if (texts_from(state, args[0], "label_values", "label value", labels_right, &labels) < 0) return NULL;
    PyObject *result = NULL;
    Py_ssize_t size = PyTuple_Size(args[1]);
    dynm_gauge **cells = malloc((size_t)(size + 1) * sizeof *cells);
    if (!cells) {
        PyErr_NoMemory();
        goto error;
    }
    for (Py_ssize_t i = 0; i < size; i++) {
        if ((cells[i] = cell_of(state, PyTuple_GetItem(args[1], i)))) continue;
        wrong_type("a value", "a Value", PyTuple_GetItem(args[1], i));
        goto error;
    }
    result = outcome(self, dynm_table_metric_put(handle_of(self), labels.items, labels.count, cells, (size_t)size, created));
error:
    free(cells);
    texts_clear(&labels);
    return result;
}

static PyObject *metric_remove(PyObject *self, PyObject *label_values) {
    text_list labels = {0};
    if (texts_from(state_of(self), label_values, "label_values", "label value", labels_right, &labels) < 0) return NULL;
    dynm_status status = dynm_table_metric_remove(handle_of(self), labels.items, labels.count);
    texts_clear(&labels);
    return outcome(self, status);
}

static PyObject *metric_clear(PyObject *self, PyObject *Py_UNUSED(none)) {
    return outcome(self, dynm_table_metric_clear(handle_of(self)));
}

static PyMethodDef metric_methods[] = {
    {"put", (PyCFunction)(void (*)(void))metric_put, METH_FASTCALL, NULL},
    {"remove", metric_remove, METH_O, NULL},
    {"clear", metric_clear, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot metric_slots[] = {
    {Py_tp_doc, "A metric of a Table: which children it has, and which Values they show."},
    {Py_tp_new, metric_new},
    {Py_tp_dealloc, metric_dealloc},
    {Py_tp_methods, metric_methods},
    {0, NULL},
};

PyType_Spec adopted_metric_spec = {
    .name = "dynmetrics._native.TableMetric",
    .basicsize = sizeof(handle_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = metric_slots,
};

/* ---- Table ---- */

static PyObject *table_new(PyTypeObject *type, PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(keywords)) {
    dynm_table *handle = NULL;
    dynm_status status = dynm_table_create(&handle);
    if (status != DYNM_OK) return raise_status((native_state *)PyType_GetModuleState(type), status);
    return handle_new(type, handle, free_table);
}

dynm_table *table_from(native_state *state, PyObject *table) {
    if ((PyObject *)Py_TYPE(table) == state->adopt[ADOPT_TABLE_TYPE]) return handle_of(table);
    wrong_type("table", "a Table", table);
    return NULL;
}

static void *metric_from(PyObject *self, PyObject *metric) {
    if ((PyObject *)Py_TYPE(metric) == state_of(self)->adopt[ADOPT_TABLE_METRIC_TYPE]) return handle_of(metric);
    return wrong_type("metric", "a TableMetric", metric);
}

static PyObject *table_add(PyObject *self, PyObject *metric) {
    void *handle = metric_from(self, metric);
    return handle ? outcome(self, dynm_table_add(handle_of(self), handle)) : NULL;
}

static PyObject *table_remove(PyObject *self, PyObject *metric) {
    void *handle = metric_from(self, metric);
    return handle ? outcome(self, dynm_table_remove(handle_of(self), handle)) : NULL;
}

static PyObject *table_show_created(PyObject *self, PyObject *given) {
    int shows = PyObject_IsTrue(given);
    return shows < 0 ? NULL : outcome(self, dynm_table_show_created(handle_of(self), shows));
}

static PyMethodDef table_methods[] = {
    {"add", table_add, METH_O, NULL},
    {"remove", table_remove, METH_O, NULL},
    {"show_created", table_show_created, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot table_slots[] = {
    {Py_tp_doc, "The metrics of a registry that a scrape reads without asking Python."},
    {Py_tp_new, table_new},
    {Py_tp_dealloc, table_dealloc},
    {Py_tp_methods, table_methods},
    {0, NULL},
};

PyType_Spec adopted_table_spec = {
    .name = "dynmetrics._native.Table",
    .basicsize = sizeof(handle_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = table_slots,
};
