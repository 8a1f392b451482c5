/* dynmetrics._native: table of contents. What each file is for stands in native.h. */
#include "native.h"

#define FAST(function) (PyCFunction)(void (*)(void))(function), METH_FASTCALL

static PyMethodDef own_methods[] = {
    {"runtime_create", FAST(runtime_create), NULL},
    {"runtime_default", runtime_default, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

/* PyGILState, by which threads of the library enter, knows the main interpreter only. */
static int refuse_subinterpreter(void) {
    if (PyInterpreterState_GetID(PyInterpreterState_Get()) == 0) return 0;
    PyErr_SetString(PyExc_ImportError, "dynmetrics cannot be imported in a subinterpreter; use the main interpreter");
    return -1;
}

/* A library that was loaded before, by the engine say, is used as it is: it has to speak the ABI compiled for. */
static int check_abi(void) {
    if (dynm_abi_version() == DYNM_ABI_VERSION) return 0;
    PyErr_Format(PyExc_ImportError,
                 "libdynmetrics.so.0 %s has ABI %u, this package was built for ABI %u; "
                 "install versions that belong together",
                 dynm_version(), (unsigned)dynm_abi_version(), (unsigned)DYNM_ABI_VERSION);
    return -1;
}

static int add_error(PyObject *module, native_state *state) {
    state->metrics_error = PyErr_NewExceptionWithDoc(
        "dynmetrics.MetricsError",
        "What is refused at creation or registration: names the wrong value and a right one.",
        PyExc_ValueError, NULL);
    return state->metrics_error ? PyModule_AddObjectRef(module, "MetricsError", state->metrics_error) : -1;
}

static PyTypeObject *add_type(PyObject *module, PyType_Spec *spec) {
    PyTypeObject *type = (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, NULL);
    if (type && PyModule_AddType(module, type) < 0) Py_CLEAR(type);
    return type;
}

static int add_types(PyObject *module, native_state *state) {
    if (!(state->node_type = add_type(module, &node_spec))) return -1;
    if (!(state->registration_type = add_type(module, &registration_spec))) return -1;
    if (!(state->server_type = add_type(module, &server_spec))) return -1;
    if (!(state->mount_type = add_type(module, &mount_spec))) return -1;
    for (int kind = 0; kind < CELL_KINDS; kind++) {
        if (!(state->scalar_types[kind] = add_type(module, &cell_specs[kind]))) return -1;
    }
    if (!(state->scalar_types[INFO] = add_type(module, &info_spec))) return -1;
    if (!(state->scalar_types[STATESET] = add_type(module, &stateset_spec))) return -1;
    for (int kind = 0; kind < VEC_KINDS; kind++) {
        if (!(state->vec_types[kind] = add_type(module, &vec_specs[kind]))) return -1;
    }
    for (int i = 0; i < MEASURED_TYPES; i++) {
        if (!(state->measured_types[i] = add_type(module, &measured_specs[i]))) return -1;
    }
    static PyType_Spec *const specs[] = {&adopted_value_spec, &adopted_table_spec, &adopted_metric_spec};
    for (int i = 0; i < 3; i++) {
        if (!(state->adopt[ADOPT_VALUE_TYPE + i] = (PyObject *)add_type(module, specs[i]))) return -1;
    }
    return 0;
}

/* Logging is Python's own matter; dynmetrics._log imports nothing of ours. */
static int import_log(native_state *state) {
    PyObject *log = PyImport_ImportModule("dynmetrics._log");
    if (!log) return -1;
    state->failure_log = PyObject_GetAttrString(log, "FailureLog");
    state->library_message = PyObject_GetAttrString(log, "library_message");
    Py_DECREF(log);
    return state->failure_log && state->library_message ? 0 : -1;
}

static int execute(PyObject *module) {
    native_state *state = state_of_module(module);
    if (refuse_subinterpreter() < 0 || check_abi() < 0) return -1;
    if (add_error(module, state) < 0 || add_types(module, state) < 0 || import_log(state) < 0) return -1;
    if (!(state->servers = PySet_New(NULL))) return -1;
    if (PyModule_AddStringConstant(module, "library_version", dynm_version()) < 0) return -1;
    if (PyModule_AddIntConstant(module, "LABELS_CONSTANT", DYNM_LABELS_CONSTANT) < 0) return -1;
    if (PyModule_AddIntConstant(module, "LABELS_NODE", DYNM_LABELS_NODE) < 0) return -1;
    if (PyModule_AddIntConstant(module, "LABELS_NONE", DYNM_LABELS_NONE) < 0) return -1;
    if (PyModule_AddFunctions(module, gate_methods) < 0) return -1;
    if (PyModule_AddFunctions(module, exposition_methods) < 0) return -1;
    if (PyModule_AddFunctions(module, adopt_methods) < 0) return -1;
    if (gate_install(module) < 0) return -1;
    return connect_log(module, state);
}

static int traverse(PyObject *module, visitproc visit, void *arg) {
    native_state *state = state_of_module(module);
    Py_VISIT(state->metrics_error);
    Py_VISIT(state->failure_log);
    Py_VISIT(state->library_message);
    Py_VISIT(state->servers);
    Py_VISIT(state->node_type);
    Py_VISIT(state->registration_type);
    Py_VISIT(state->server_type);
    Py_VISIT(state->mount_type);
    for (int kind = 0; kind < KINDS; kind++) Py_VISIT(state->scalar_types[kind]);
    for (int kind = 0; kind < VEC_KINDS; kind++) Py_VISIT(state->vec_types[kind]);
    for (int i = 0; i < MEASURED_TYPES; i++) Py_VISIT(state->measured_types[i]);
    for (int i = 0; i < ADOPT_OBJECTS; i++) Py_VISIT(state->adopt[i]);
    return 0;
}

static int clear(PyObject *module) {
    native_state *state = state_of_module(module);
    Py_CLEAR(state->metrics_error);
    Py_CLEAR(state->failure_log);
    Py_CLEAR(state->library_message);
    Py_CLEAR(state->servers);
    Py_CLEAR(state->node_type);
    Py_CLEAR(state->registration_type);
    Py_CLEAR(state->server_type);
    Py_CLEAR(state->mount_type);
    for (int kind = 0; kind < KINDS; kind++) Py_CLEAR(state->scalar_types[kind]);
    for (int kind = 0; kind < VEC_KINDS; kind++) Py_CLEAR(state->vec_types[kind]);
    for (int i = 0; i < MEASURED_TYPES; i++) Py_CLEAR(state->measured_types[i]);
    for (int i = 0; i < ADOPT_OBJECTS; i++) Py_CLEAR(state->adopt[i]);
    return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, execute},
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "dynmetrics._native",
    .m_doc = PyDoc_STR("libdynmetrics for CPython; dynmetrics has the public face."),
    .m_size = sizeof(native_state),
    .m_methods = own_methods,
    .m_slots = slots,
    .m_traverse = traverse,
    .m_clear = clear,
};

PyMODINIT_FUNC PyInit__native(void) { return PyModuleDef_Init(&definition); }
