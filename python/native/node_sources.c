/*
 * What registers sources on a node: callbacks, registries, tables, multiprocess directories, other programs' pages.
 */
#include "native.h"

/* What text, typed and directory sources share: (…, name, include, exclude, add_prefix, labels, LABELS_…) */
static int source_options(native_state *state, PyObject *const *args, filter_parts *filter,
                          dynm_source_options *options) {
    *options = (dynm_source_options){.struct_size = sizeof *options};
    long added = PyLong_AsLong(args[5]);
    if (added == -1 && PyErr_Occurred()) return -1;
    options->node_labels = (int32_t)added;
    if (args[0] != Py_None && !(options->name = text_argument(state, args[0], "source name"))) return -1;
    if (filter_from(state, args[1], args[2], args[3], args[4], filter) < 0) return -1;
    options->filter = &filter->native;
    return 0;
}

static PyObject *register_source(PyObject *self, enum callback_kind kind, PyObject *const *args) {
    native_state *state = state_of(self);
    PyObject *module = PyType_GetModule(Py_TYPE(self));
    filter_parts filter;
    dynm_source_options options;
    if (!module || source_options(state, args + 1, &filter, &options) < 0) return NULL;
    PyObject *made = register_callback(module, state, node_handle(self), kind, args[0], &options);
    filter_clear(&filter);
    return made;
}

/* register_text(fn, name, include, exclude, add_prefix, labels, LABELS_…) */
PyObject *node_register_text(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    return check_count("register_text", count, 7, 7) < 0 ? NULL : register_source(self, TEXT_CALLBACK, args);
}

PyObject *node_register_typed(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    return check_count("register_typed", count, 7, 7) < 0 ? NULL : register_source(self, TYPED_CALLBACK, args);
}

/* register_registry(guide, name, include, exclude, add_prefix, labels, LABELS_…) */
PyObject *node_register_registry(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    native_state *state = state_of(self);
    PyObject *module = PyType_GetModule(Py_TYPE(self));
    filter_parts filter;
    dynm_source_options options;
    if (!module || check_count("register_registry", count, 7, 7) < 0) return NULL;
    if (source_options(state, args + 1, &filter, &options) < 0) return NULL;
    options.as_text = 1;
    PyObject *made = register_registry(module, state, node_handle(self), args[0], &options);
    filter_clear(&filter);
    return made;
}

PyObject *node_register_update(PyObject *self, PyObject *function) {
    PyObject *module = PyType_GetModule(Py_TYPE(self));
    if (!module) return NULL;
    return register_callback(module, state_of(self), node_handle(self), UPDATE_CALLBACK, function, NULL);
}

/* add_multiprocess_dir(path, name, include, exclude, add_prefix, labels, LABELS_…, fold_dead_writers) */
PyObject *node_add_multiprocess_dir(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    native_state *state = state_of(self);
    PyObject *owner = NULL;
    filter_parts filter;
    dynm_source_options options;
    if (check_count("add_multiprocess_dir", count, 8, 8) < 0) return NULL;
    int folds = PyObject_IsTrue(args[7]);
    if (folds < 0) return NULL;
    const char *path = path_argument(state, args[0], &owner);
    if (!path) return NULL;
    if (source_options(state, args + 1, &filter, &options) < 0) {
        Py_DECREF(owner);
        return NULL;
    }
    options.fold_dead_writers = folds;
    dynm_registration *handle = NULL;
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = dynm_node_add_multiprocess_dir(node_handle(self), path, &options, &handle);
    Py_END_ALLOW_THREADS
    filter_clear(&filter);
    Py_DECREF(owner);
    return status == DYNM_OK ? registration_new(state, handle) : raise_status(state, status);
}

/* add_page_source(url, name, include, exclude, add_prefix, labels, LABELS_…, allow_remote) */
PyObject *node_add_page_source(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    native_state *state = state_of(self);
    filter_parts filter;
    dynm_source_options options;
    if (check_count("add_page_source", count, 8, 8) < 0) return NULL;
    const char *url = text_argument(state, args[0], "url");
    int allow_remote = PyObject_IsTrue(args[7]);
    if (!url || allow_remote < 0 || source_options(state, args + 1, &filter, &options) < 0) return NULL;
    options.allow_remote = allow_remote;
    dynm_registration *handle = NULL;
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = dynm_node_add_page_source(node_handle(self), url, &options, &handle);
    Py_END_ALLOW_THREADS
    filter_clear(&filter);
    return status == DYNM_OK ? registration_new(state, handle) : raise_status(state, status);
}

/* register_table(table, rest, name, include, exclude, add_prefix, labels, LABELS_…) */
PyObject *node_register_table(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    native_state *state = state_of(self);
    PyObject *module = PyType_GetModule(Py_TYPE(self));
    filter_parts filter;
    dynm_source_options options;
    if (!module || check_count("register_table", count, 8, 8) < 0) return NULL;
    dynm_table *table = table_from(state, args[0]);
    if (!table || source_options(state, args + 2, &filter, &options) < 0) return NULL;
    PyObject *made = register_table(module, state, node_handle(self), table, args[1], &options);
    filter_clear(&filter);
    return made;
}
