/* Mount: the pages of a runtime for an HTTP server in Python; dynmetrics.mounting dresses it as ASGI and WSGI. */
#include "native.h"

#include <string.h>

typedef struct mount {
    PyObject_HEAD
    dynm_mount *handle;
} mount;

PyObject *mount_create(native_state *state, dynm_node *root) {
    dynm_mount *handle = NULL;
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = dynm_mount_create(root, &handle);
    Py_END_ALLOW_THREADS
    if (status != DYNM_OK) return raise_status(state, status);
    mount *made = PyObject_New(mount, state->mount_type);
    if (!made) {
        dynm_mount_free(handle);
        return NULL;
    }
    made->handle = handle;
    return (PyObject *)made;
}

static void mount_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    dynm_mount *handle = ((mount *)self)->handle;
    /* As for a node: it may be the last that keeps a tree. */
    if (!gate_is_closed()) {
        Py_BEGIN_ALLOW_THREADS
        dynm_mount_free(handle);
        Py_END_ALLOW_THREADS
    }
    PyObject_Free(self);
    Py_DECREF(type);
}

/* What the library answered, copied without the GIL. */
typedef struct answer {
    int32_t status;
    size_t header_count;
    text_buffer headers, body; /* headers: name NUL value NUL */
} answer;

static dynm_status take_answer(const dynm_response *response, void *payload) {
    answer *into = payload;
    into->status = response->status;
    for (size_t i = 0; i < response->header_count; i++) {
        size_t before = into->headers.length;
        buffer_label(response->headers[i].name, response->headers[i].value, &into->headers);
        if (into->headers.length == before) return DYNM_ENOMEM;
        into->header_count++;
    }
    return buffer_write(response->body, response->body_length, &into->body);
}

static PyObject *header_pairs(const answer *answered) {
    PyObject *pairs = PyList_New(0);
    const char *at = answered->headers.data;
    for (size_t i = 0; pairs && i < answered->header_count; i++) {
        const char *name = at, *value = name + strlen(name) + 1;
        at = value + strlen(value) + 1;
        PyObject *pair = Py_BuildValue("(ss)", name, value);
        if (!pair || PyList_Append(pairs, pair) < 0) Py_CLEAR(pairs);
        Py_XDECREF(pair);
    }
    return pairs;
}

/* answer(method, target, headers) -> (status, [(name, value)], body) */
static PyObject *mount_answer(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    native_state *state = state_of(self);
    if (check_count("answer", count, 3, 3) < 0) return NULL;
    dynm_request request = {.struct_size = sizeof request};
    if (!(request.method = text_argument(state, args[0], "method"))) return NULL;
    if (!(request.target = text_argument(state, args[1], "target"))) return NULL;
    label_list headers;
    if (labels_from(state, args[2], "headers", &headers) < 0) return NULL;
    request.headers = headers.items;
    request.header_count = headers.count;
    answer answered = {0};
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = dynm_mount_answer(((mount *)self)->handle, &request, take_answer, &answered);
    Py_END_ALLOW_THREADS
    labels_clear(&headers);
    PyObject *pairs = header_pairs(&answered);
    Py_XDECREF(buffer_bytes(&answered.headers));
    PyObject *body = buffer_bytes(&answered.body);
    PyErr_Clear();
    if (status != DYNM_OK) {
        Py_XDECREF(pairs);
        Py_XDECREF(body);
        return raise_status(state, status);
    }
    if (!pairs || !body) {
        Py_XDECREF(pairs);
        Py_XDECREF(body);
        return PyErr_NoMemory();
    }
    return Py_BuildValue("(iNN)", (int)answered.status, pairs, body);
}

static PyMethodDef methods[] = {
    {"answer", (PyCFunction)(void (*)(void))mount_answer, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "The pages of a runtime for an HTTP server in Python; dynmetrics.mounting has its public face."},
    {Py_tp_dealloc, mount_dealloc},
    {Py_tp_methods, methods},
    {0, NULL},
};

PyType_Spec mount_spec = {
    .name = "dynmetrics._native.Mount",
    .basicsize = sizeof(mount),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};
