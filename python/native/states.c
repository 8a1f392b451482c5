/* Info and StateSet: what something is, and which state it is in. Cold: each call takes the library's lock for a moment. */
#include "native.h"

static inline void *handle_of(PyObject *self) { return ((instrument *)self)->handle; }

static PyObject *info_set(PyObject *self, PyObject *value) {
    native_state *state = state_of(self);
    label_list labels;
    if (labels_from(state, value, "info", &labels) < 0) return NULL;
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = dynm_info_set(handle_of(self), labels.items, labels.count);
    Py_END_ALLOW_THREADS
    labels_clear(&labels);
    if (status != DYNM_OK) return raise_status(state, status);
    Py_RETURN_NONE;
}

static PyObject *stateset_state(PyObject *self, PyObject *state) {
    const char *word = text_argument(state_of(self), state, "state");
    if (!word) return NULL;
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = dynm_stateset_enter(handle_of(self), word);
    Py_END_ALLOW_THREADS
    if (status != DYNM_OK) return raise_status(state_of(self), status);
    Py_RETURN_NONE;
}

static PyObject *stateset_set(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    if (check_count("set", count, 2, 2) < 0) return NULL;
    const char *word = text_argument(state_of(self), args[0], "state");
    int is_on = PyObject_IsTrue(args[1]);
    if (!word || is_on < 0) return NULL;
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = dynm_stateset_set(handle_of(self), word, is_on);
    Py_END_ALLOW_THREADS
    if (status != DYNM_OK) return raise_status(state_of(self), status);
    Py_RETURN_NONE;
}

#define FAST(function) (PyCFunction)(void (*)(void))(function), METH_FASTCALL
#define DESCRIPTION                                                                                                   \
    {"name", instrument_name, METH_NOARGS, PyDoc_STR("name($self, /)\n--\n\nThe full name, as it is on the page.")},   \
    {"const_labels", instrument_const_labels, METH_NOARGS,                                                            \
     PyDoc_STR("const_labels($self, /)\n--\n\nThe fixed labels, automatic ones included.")},                          \
    {NULL, NULL, 0, NULL}

static PyMethodDef info_methods[] = {
    {"info", info_set, METH_O, PyDoc_STR("info($self, labels, /)\n--\n\nReplaces what it says beside its constant labels.")},
    {"set", info_set, METH_O, PyDoc_STR("set($self, labels, /)\n--\n\nAs info().")},
    DESCRIPTION,
};
static PyMethodDef stateset_methods[] = {
    {"state", stateset_state, METH_O, PyDoc_STR("state($self, state, /)\n--\n\nPuts it in this state alone.")},
    {"set", FAST(stateset_set), PyDoc_STR("set($self, state, is_on, /)\n--\n\nSets one state on or off.")},
    DESCRIPTION,
};

#define SLOTS(doc, methods)                                                                                           \
    {                                                                                                                 \
        {Py_tp_doc, doc}, {Py_tp_dealloc, scalar_dealloc}, {Py_tp_repr, instrument_repr}, {Py_tp_methods, methods},       \
            {Py_tp_getset, instrument_getters}, {0, NULL},                                                            \
    }
#define SPEC(type, slots_of_type)                                                                                     \
    {                                                                                                                 \
        .name = "dynmetrics." type, .basicsize = sizeof(instrument),                                                  \
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,                   \
        .slots = slots_of_type,                                                                                       \
    }

static PyType_Slot info_slots[] = SLOTS("What something is, told in labels; its value is always 1.", info_methods);
static PyType_Slot stateset_slots[] = SLOTS("Which of some states something is in: 1 or 0 for each.", stateset_methods);

PyType_Spec info_spec = SPEC("Info", info_slots);
PyType_Spec stateset_spec = SPEC("StateSet", stateset_slots);
