/*
 * Node: a place in the hierarchy. dynmetrics.runtime dresses it with names for each level; arguments come in a fixed
 * order from there, so nothing here has keywords or defaults.
 */
#include "native.h"

#include <stdlib.h>
#include <string.h>

typedef struct node {
    PyObject_HEAD
    dynm_node *handle;
} node;

static inline dynm_node *handle_of(PyObject *self) { return ((node *)self)->handle; }

dynm_node *node_handle(PyObject *self) { return handle_of(self); }

static PyObject *node_new(native_state *state, dynm_node *handle) {
    node *made = PyObject_New(node, state->node_type);
    if (!made) {
        dynm_node_free(handle);
        return NULL;
    }
    made->handle = handle;
    return (PyObject *)made;
}

static void node_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    dynm_node *handle = handle_of(self);
    /* The last handle of a tree ends its sources, whose callbacks are released through the gate. */
    if (!gate_is_closed()) {
        Py_BEGIN_ALLOW_THREADS
        dynm_node_free(handle);
        Py_END_ALLOW_THREADS
    }
    PyObject_Free(self);
    Py_DECREF(type);
}

/* ---- the tree ---- */

PyObject *runtime_create(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    native_state *state = state_of_module(module);
    if (check_count("runtime_create", count, 2, 2) < 0) return NULL;
    dynm_runtime_options options = {.struct_size = sizeof options};
    if (args[0] != Py_None) {
        if (!PyLong_Check(args[0])) return wrong_type("connection_id", "an int, like 255", args[0]);
        options.connection_id = PyLong_AsUnsignedLongLong(args[0]);
        options.has_connection_id = 1;
        if (PyErr_Occurred()) {
            PyErr_Clear();
            return refuse(state, "connection_id %.80R is out of range; use 0 to 18446744073709551615, like 255",
                      args[0]);
        }
    }
    label_list constant;
    if (labels_from(state, args[1], "constant_labels", &constant) < 0) return NULL;
    options.constant_labels = constant.items;
    options.constant_label_count = constant.count;
    dynm_node *handle = NULL;
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = dynm_runtime_create(&options, &handle);
    Py_END_ALLOW_THREADS
    labels_clear(&constant);
    return status == DYNM_OK ? node_new(state, handle) : raise_status(state, status);
}

PyObject *runtime_default(PyObject *module, PyObject *Py_UNUSED(none)) {
    native_state *state = state_of_module(module);
    dynm_node *handle = NULL;
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = dynm_runtime_default(&handle);
    Py_END_ALLOW_THREADS
    return status == DYNM_OK ? node_new(state, handle) : raise_status(state, status);
}

typedef dynm_status (*below)(dynm_node *, const char *, dynm_node **);

static PyObject *node_below(PyObject *self, PyObject *name, const char *what, below make) {
    native_state *state = state_of(self);
    const char *text = text_argument(state, name, what);
    if (!text) return NULL;
    dynm_node *handle = NULL;
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = make(handle_of(self), text, &handle);
    Py_END_ALLOW_THREADS
    return status == DYNM_OK ? node_new(state, handle) : raise_status(state, status);
}

static PyObject *node_namespace(PyObject *self, PyObject *name) {
    return node_below(self, name, "namespace name", dynm_node_namespace);
}

static PyObject *node_component(PyObject *self, PyObject *name) {
    return node_below(self, name, "component name", dynm_node_component);
}

static PyObject *node_endpoint(PyObject *self, PyObject *name) {
    return node_below(self, name, "endpoint name", dynm_node_endpoint);
}

static PyObject *node_connection_id(PyObject *self, PyObject *Py_UNUSED(none)) {
    return PyLong_FromUnsignedLongLong(dynm_node_connection_id(handle_of(self)));
}

static PyObject *node_set_health_status(PyObject *self, PyObject *word) {
    native_state *state = state_of(self);
    if (!PyUnicode_Check(word)) return wrong_type("health status", "'ready' or 'notready'", word);
    int32_t health = DYNM_HEALTH_READY;
    if (PyUnicode_CompareWithASCIIString(word, "notready") == 0) {
        health = DYNM_HEALTH_NOTREADY;
    } else if (PyUnicode_CompareWithASCIIString(word, "ready") != 0) {
        return refuse(state, "unknown health status %.80R; use 'ready' or 'notready'", word);
    }
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = dynm_node_set_health_status(handle_of(self), health);
    Py_END_ALLOW_THREADS
    if (status != DYNM_OK) return raise_status(state, status);
    Py_RETURN_NONE;
}

/* ---- for other extensions ---- */

static void capsule_free(PyObject *capsule) {
    dynm_node *handle = PyCapsule_GetPointer(capsule, DYNM_NODE_CAPSULE);
    if (gate_is_closed()) return;
    Py_BEGIN_ALLOW_THREADS
    dynm_node_free(handle);
    Py_END_ALLOW_THREADS
}

/* With a handle of its own: it may outlive the node, and be read in any thread. */
static PyObject *node_capsule(PyObject *self, void *Py_UNUSED(closure)) {
    native_state *state = state_of(self);
    dynm_node *handle = NULL;
    dynm_status status = dynm_node_copy(handle_of(self), &handle);
    if (status != DYNM_OK) return raise_status(state, status);
    PyObject *capsule = PyCapsule_New(handle, DYNM_NODE_CAPSULE, capsule_free);
    if (!capsule) dynm_node_free(handle);
    return capsule;
}

/* ---- leaving ---- */

static PyObject *node_remove_matching(PyObject *self, PyObject *value) {
    native_state *state = state_of(self);
    label_list labels = {0};
    if (labels_from(state, value, "labels", &labels) < 0) return NULL;
    size_t removed = 0;
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = dynm_node_remove_matching(handle_of(self), labels.items, labels.count, &removed);
    Py_END_ALLOW_THREADS
    state->removals++; /* behind the removal: what a vec took in meanwhile may be gone */
    labels_clear(&labels);
    return status == DYNM_OK ? PyLong_FromSize_t(removed) : raise_status(state, status);
}

static PyObject *hide_or_show(PyObject *self, PyObject *value, dynm_status (*change)(dynm_node *, const dynm_label *, size_t)) {
    native_state *state = state_of(self);
    label_list labels = {0};
    if (labels_from(state, value, "labels", &labels) < 0) return NULL;
    dynm_status status = change(handle_of(self), labels.items, labels.count);
    labels_clear(&labels);
    if (status != DYNM_OK) return raise_status(state, status);
    Py_RETURN_NONE;
}

static PyObject *node_hide_matching(PyObject *self, PyObject *value) {
    return hide_or_show(self, value, dynm_node_hide_matching);
}

static PyObject *node_show_matching(PyObject *self, PyObject *value) {
    return hide_or_show(self, value, dynm_node_show_matching);
}

/* ---- configuration ---- */

/* configure(path, text): either may be None, not both */
static PyObject *node_configure(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    native_state *state = state_of(self);
    if (check_count("configure", count, 2, 2) < 0) return NULL;
    PyObject *owner = NULL;
    const char *path = NULL, *text = NULL;
    Py_ssize_t length = 0;
    if (args[1] != Py_None) {
        if (!PyUnicode_Check(args[1])) return wrong_type("text", "a str, like '[labels]\\nzone = \"a\"'", args[1]);
        text = PyUnicode_AsUTF8AndSize(args[1], &length);
        if (!text) return NULL;
    }
    if (args[0] != Py_None && !(path = path_argument(state, args[0], &owner))) return NULL;
    if (!path && !text) return refuse(state, "configure() got neither a path nor a text; give one, like 'dynmetrics.toml'");
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = dynm_runtime_configure(handle_of(self), path, text, (size_t)length);
    Py_END_ALLOW_THREADS
    Py_XDECREF(owner);
    if (status != DYNM_OK) return raise_status(state, status);
    Py_RETURN_NONE;
}

/* ---- scrape and serve ---- */

/* scrape(format, self_metrics, names) */
static PyObject *node_scrape(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    native_state *state = state_of(self);
    if (check_count("scrape", count, 3, 3) < 0) return NULL;
    dynm_scrape_options options = {.struct_size = sizeof options};
    options.format = format_from(state, args[0]);
    int with_self_metrics = PyObject_IsTrue(args[1]);
    if (options.format < 0 || with_self_metrics < 0) return NULL;
    options.without_self_metrics = !with_self_metrics;
    text_list names;
    if (texts_from(state, args[2], "names", "name of a family", "a list of names, like [\"up\"]", &names) < 0) return NULL;
    if (names.owner && names.count == 0) {
        texts_clear(&names);
        return refuse(state, "names is empty; give names of families, or None for all");
    }
    options.names = names.items;
    options.name_count = names.count;
    text_buffer page = {0};
    dynm_sink sink = {buffer_write, &page};
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = dynm_node_scrape(handle_of(self), &options, &sink);
    Py_END_ALLOW_THREADS
    texts_clear(&names);
    PyObject *bytes = buffer_bytes(&page);
    if (status == DYNM_OK || !bytes) return bytes;
    Py_DECREF(bytes);
    return raise_status(state, status);
}

/* sources(): JSON of what became of each source */
static PyObject *node_sources(PyObject *self, PyObject *Py_UNUSED(none)) {
    text_buffer text = {0};
    dynm_sink sink = {buffer_write, &text};
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = dynm_node_sources(handle_of(self), &sink);
    Py_END_ALLOW_THREADS
    PyObject *bytes = buffer_bytes(&text);
    if (status == DYNM_OK || !bytes) return bytes;
    Py_DECREF(bytes);
    return raise_status(state_of(self), status);
}

/* serve(host, port) */
static PyObject *node_serve(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    if (check_count("serve", count, 2, 2) < 0) return NULL;
    return serve(state_of(self), handle_of(self), args[0], args[1]);
}

static PyObject *node_mount(PyObject *self, PyObject *Py_UNUSED(none)) { return mount_create(state_of(self), handle_of(self)); }

#define FAST(function) (PyCFunction)(void (*)(void))(function), METH_FASTCALL

static PyMethodDef methods[] = {
    {"namespace", node_namespace, METH_O, NULL},
    {"component", node_component, METH_O, NULL},
    {"endpoint", node_endpoint, METH_O, NULL},
    {"connection_id", node_connection_id, METH_NOARGS, NULL},
    {"set_health_status", node_set_health_status, METH_O, NULL},
    {"create", FAST(node_create), NULL},
    {"register_text", FAST(node_register_text), NULL},
    {"register_typed", FAST(node_register_typed), NULL},
    {"register_registry", FAST(node_register_registry), NULL},
    {"register_table", FAST(node_register_table), NULL},
    {"register_update", node_register_update, METH_O, NULL},
    {"add_multiprocess_dir", FAST(node_add_multiprocess_dir), NULL},
    {"add_page_source", FAST(node_add_page_source), NULL},
    {"remove_matching", node_remove_matching, METH_O, NULL},
    {"hide_matching", node_hide_matching, METH_O, NULL},
    {"show_matching", node_show_matching, METH_O, NULL},
    {"configure", FAST(node_configure), NULL},
    {"work_handler", node_work_handler, METH_O, NULL},
    {"frontend", node_frontend, METH_NOARGS, NULL},
    {"kv_blocks", node_kv_blocks, METH_NOARGS, NULL},
    {"show", node_show, METH_O, NULL},
    {"scrape", FAST(node_scrape), NULL},
    {"sources", node_sources, METH_NOARGS, NULL},
    {"serve", FAST(node_serve), NULL},
    {"mount", node_mount, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef getters[] = {
    {"capsule", node_capsule, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "A place in the hierarchy; dynmetrics.runtime has its public face."},
    {Py_tp_dealloc, node_dealloc},
    {Py_tp_methods, methods},
    {Py_tp_getset, getters},
    {0, NULL},
};

PyType_Spec node_spec = {
    .name = "dynmetrics._native.Node",
    .basicsize = sizeof(node),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};
