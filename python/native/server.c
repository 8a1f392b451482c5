/* Server: a running HTTP server. Open ones are kept in the module, so that exit can close them. */
#include "native.h"

typedef struct server {
    PyObject_HEAD
    dynm_server *handle;
    long port;
    PyObject *url;
} server;

static PyObject *server_new(native_state *state, dynm_server *handle) {
    text_buffer text = {0};
    dynm_sink sink = {buffer_write, &text};
    dynm_status status = dynm_server_url(handle, &sink);
    PyObject *url = buffer_text(&text);
    if (status != DYNM_OK && url) {
        Py_CLEAR(url);
        raise_status(state, status);
    }
    server *made = url ? PyObject_New(server, state->server_type) : NULL;
    if (!made) {
        Py_XDECREF(url);
        dynm_server_free(handle);
        return NULL;
    }
    made->handle = handle;
    made->port = dynm_server_port(handle);
    made->url = url;
    if (PySet_Add(state->servers, (PyObject *)made) < 0) Py_CLEAR(made);
    return (PyObject *)made;
}

static void server_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    dynm_server *handle = ((server *)self)->handle;
    Py_BEGIN_ALLOW_THREADS
    dynm_server_free(handle);
    Py_END_ALLOW_THREADS
    Py_DECREF(((server *)self)->url);
    PyObject_Free(self);
    Py_DECREF(type);
}

PyObject *serve(native_state *state, dynm_node *root, PyObject *host, PyObject *port) {
    dynm_serve_options options = {.struct_size = sizeof options};
    if (host != Py_None && !(options.host = text_argument(state, host, "host"))) return NULL;
    if (port != Py_None) {
        if (!PyLong_Check(port)) return wrong_type("port", "an int from 0 to 65535", port);
        long number = PyLong_AsLong(port);
        if (PyErr_Occurred() || number < 0 || number > 65535) {
            PyErr_Clear();
            return refuse(state, "port %.80R is out of range; use 0 to 65535, like 9464, or 0 for any free one", port);
        }
        options.port = (int32_t)number;
        options.has_port = 1;
    }
    dynm_server *handle = NULL;
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = dynm_node_serve(root, &options, &handle);
    Py_END_ALLOW_THREADS
    return status == DYNM_OK ? server_new(state, handle) : raise_status(state, status);
}

static dynm_status close_handle(dynm_server *handle) {
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = dynm_server_close(handle);
    Py_END_ALLOW_THREADS
    return status;
}

void close_servers(native_state *state) {
    PyObject *open = PySequence_List(state->servers);
    for (Py_ssize_t i = 0; open && i < PyList_Size(open); i++) {
        close_handle(((server *)PyList_GetItem(open, i))->handle);
    }
    Py_XDECREF(open);
    PyErr_Clear();
}

static PyObject *server_close(PyObject *self, PyObject *Py_UNUSED(none)) {
    native_state *state = state_of(self);
    dynm_status status = close_handle(((server *)self)->handle);
    if (status != DYNM_OK && status != DYNM_ECLOSED) return raise_status(state, status);
    if (PySet_Discard(state->servers, self) < 0) return NULL;
    Py_RETURN_NONE;
}

static PyObject *server_enter(PyObject *self, PyObject *Py_UNUSED(none)) { return Py_NewRef(self); }

static PyObject *server_exit(PyObject *self, PyObject *const *Py_UNUSED(args), Py_ssize_t Py_UNUSED(count)) {
    return server_close(self, NULL);
}

static PyObject *server_port(PyObject *self, void *Py_UNUSED(none)) { return PyLong_FromLong(((server *)self)->port); }

static PyObject *server_url(PyObject *self, void *Py_UNUSED(none)) { return Py_NewRef(((server *)self)->url); }

static PyObject *server_repr(PyObject *self) { return PyUnicode_FromFormat("<Server %U>", ((server *)self)->url); }

static PyMethodDef methods[] = {
    {"close", server_close, METH_NOARGS,
     PyDoc_STR("close($self, /)\n--\n\nStops it; the port is free afterwards. Closing twice is fine.")},
    {"__enter__", server_enter, METH_NOARGS, NULL},
    {"__exit__", (PyCFunction)(void (*)(void))server_exit, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef getters[] = {
    {"port", server_port, NULL, PyDoc_STR("The port it listens on."), NULL},
    {"url", server_url, NULL, PyDoc_STR("Its address, like http://127.0.0.1:9464."), NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "A running HTTP server with /metrics, /health and /live; `close()` or a with block stops it."},
    {Py_tp_dealloc, server_dealloc},
    {Py_tp_repr, server_repr},
    {Py_tp_methods, methods},
    {Py_tp_getset, getters},
    {0, NULL},
};

PyType_Spec server_spec = {
    .name = "dynmetrics.Server",
    .basicsize = sizeof(server),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};
