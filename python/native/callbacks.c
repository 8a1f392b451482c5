/*
 * Python callables behind the library's callbacks.
 *
 * A trampoline runs on a thread of the library: it passes the gate, calls, converts, and turns every exception into a
 * status. What went wrong is told to the FailureLog of the registration, which logs each cause once.
 */
#include "native.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the callable and its life ---- */

held_callback *callback_new(native_state *state, PyObject *module, PyObject *function) {
    PyObject *failures = PyObject_CallFunctionObjArgs(state->failure_log, function, NULL);
    if (!failures) return NULL;
    held_callback *made = malloc(sizeof *made);
    if (!made) {
        Py_DECREF(failures);
        PyErr_NoMemory();
        return NULL;
    }
    *made = (held_callback){state, Py_NewRef(module), Py_NewRef(function), failures};
    return made;
}

void callback_free(held_callback *callback) {
    Py_DECREF(callback->function);
    Py_DECREF(callback->failures);
    Py_DECREF(callback->module);
    free(callback);
}

/* On the way out nothing of Python may be touched: the little that is held then goes with the process. */
static void release(void *payload) {
    PyGILState_STATE pass;
    if (!gate_enter(&pass)) return;
    callback_free(payload);
    gate_leave(pass);
}

void tell_failure(PyObject *failures) {
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (value && traceback) PyException_SetTraceback(value, traceback);
    PyObject *told = PyObject_CallFunctionObjArgs(failures, value ? value : Py_None, NULL);
    if (!told) PyErr_WriteUnraisable(failures);
    Py_XDECREF(told);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
}

/* ---- trampolines ---- */

static dynm_status update_trampoline(void *payload) {
    held_callback *callback = payload;
    PyGILState_STATE pass;
    if (!gate_enter(&pass)) return DYNM_ECLOSED;
    PyObject *result = PyObject_CallNoArgs(callback->function);
    dynm_status status = result ? DYNM_OK : DYNM_EINVAL;
    if (!result) tell_failure(callback->failures);
    Py_XDECREF(result);
    gate_leave(pass);
    return status;
}

int text_of(PyObject *result, const char **text, Py_ssize_t *length) {
    if (PyBytes_Check(result)) return PyBytes_AsStringAndSize(result, (char **)text, length);
    if (PyUnicode_Check(result)) return (*text = PyUnicode_AsUTF8AndSize(result, length)) ? 0 : -1;
    PyObject *type = PyObject_GetAttrString((PyObject *)Py_TYPE(result), "__name__");
    if (type) PyErr_Format(PyExc_TypeError, "a text callback must return str or bytes, not %S", type);
    Py_XDECREF(type);
    return -1;
}

static dynm_status text_trampoline(const dynm_sink *sink, void *payload) {
    held_callback *callback = payload;
    PyGILState_STATE pass;
    if (!gate_enter(&pass)) return DYNM_ECLOSED;
    dynm_status status = DYNM_EINVAL;
    const char *text;
    Py_ssize_t length;
    PyObject *result = PyObject_CallNoArgs(callback->function);
    if (result && text_of(result, &text, &length) == 0) {
        /* The copy of a big page need not stop the interpreter; `result` keeps the text. */
        PyThreadState *lent = gate_lend();
        status = sink->write(text, (size_t)length, sink->payload);
        gate_reclaim(lent);
    } else {
        tell_failure(callback->failures);
    }
    Py_XDECREF(result);
    gate_leave(pass);
    return status;
}

static dynm_status typed_trampoline(dynm_emitter *emitter, void *payload) {
    held_callback *callback = payload;
    PyGILState_STATE pass;
    if (!gate_enter(&pass)) return DYNM_ECLOSED;
    dynm_status status = DYNM_EINVAL;
    PyObject *result = PyObject_CallNoArgs(callback->function);
    if (result) status = emit_families(emitter, callback->state, result, callback->failures);
    if (PyErr_Occurred()) tell_failure(callback->failures);
    Py_XDECREF(result);
    gate_leave(pass);
    return status;
}

/* ---- Registration ---- */

typedef struct registration {
    PyObject_HEAD
    dynm_registration *handle;
} registration;

PyObject *registration_new(native_state *state, dynm_registration *handle) {
    registration *made = PyObject_New(registration, state->registration_type);
    if (!made) {
        dynm_registration_free(handle);
        return NULL;
    }
    made->handle = handle;
    return (PyObject *)made;
}

static void registration_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    dynm_registration_free(((registration *)self)->handle); /* the registration itself goes on */
    PyObject_Free(self);
    Py_DECREF(type);
}

static PyObject *registration_close(PyObject *self, PyObject *Py_UNUSED(none)) {
    dynm_registration *handle;
    LOCK_OBJECT(self);
    handle = ((registration *)self)->handle;
    ((registration *)self)->handle = NULL;
    UNLOCK_OBJECT();
    if (!handle) Py_RETURN_NONE;
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = dynm_registration_close(handle);
    dynm_registration_free(handle);
    Py_END_ALLOW_THREADS
    if (status != DYNM_OK && status != DYNM_ECLOSED) return raise_status(state_of(self), status);
    Py_RETURN_NONE;
}

/* ask_rest(asked): whether what stands beside a table is asked; nothing on one that was closed */
static PyObject *registration_ask_rest(PyObject *self, PyObject *given) {
    int asked = PyObject_IsTrue(given);
    if (asked < 0) return NULL;
    LOCK_OBJECT(self);
    dynm_registration *handle = ((registration *)self)->handle;
    if (handle) dynm_registration_ask_rest(handle, asked);
    UNLOCK_OBJECT();
    Py_RETURN_NONE;
}

static PyObject *registration_enter(PyObject *self, PyObject *Py_UNUSED(none)) { return Py_NewRef(self); }

static PyObject *registration_exit(PyObject *self, PyObject *const *Py_UNUSED(args), Py_ssize_t Py_UNUSED(count)) {
    return registration_close(self, NULL);
}

static PyObject *registration_set_stale_policy(PyObject *self, PyObject *word) {
    static const char *const words[] = {
        [DYNM_STALE_STANDARD] = "standard",
        [DYNM_STALE_DROP] = "drop",
        [DYNM_STALE_KEEP_COUNTERS] = "keep_counters",
        [DYNM_STALE_KEEP] = "keep",
    };
    native_state *state = state_of(self);
    const char *text = text_argument(state, word, "stale policy");
    if (!text) return NULL;
    for (int32_t i = 0; i < (int32_t)(sizeof words / sizeof *words); i++) {
        if (strcmp(text, words[i]) != 0) continue;
        dynm_status status = DYNM_OK;
        LOCK_OBJECT(self);
        dynm_registration *handle = ((registration *)self)->handle;
        if (handle) status = dynm_registration_set_stale_policy(handle, i); /* nothing on one that was closed */
        UNLOCK_OBJECT();
        if (status != DYNM_OK) return raise_status(state, status);
        Py_RETURN_NONE;
    }
    return refuse(state, "unknown stale policy %R; use standard, drop, keep_counters or keep", word);
}

static PyMethodDef registration_methods[] = {
    {"set_stale_policy", registration_set_stale_policy, METH_O,
     PyDoc_STR("set_stale_policy($self, policy, /)\n--\n\nChoose what is shown of the source while it brings nothing new.\n\n"
               "'standard': everything while it is late, nothing when it failed; 'drop': nothing; 'keep_counters':\n"
               "counters, histograms and summaries, not gauges; 'keep': everything. Only what is not older than 60\n"
               "seconds (DYN_METRICS_SOURCE_MAX_AGE_MS).")},
    {"close", registration_close, METH_NOARGS,
     PyDoc_STR("close($self, /)\n--\n\nTakes the source off the page at once. Closing twice is fine.\n\n"
               "Does not wait for a call that is running.")},
    {"_ask_rest", registration_ask_rest, METH_O, NULL},
    {"__enter__", registration_enter, METH_NOARGS, NULL},
    {"__exit__", (PyCFunction)(void (*)(void))registration_exit, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot registration_slots[] = {
    {Py_tp_doc, "A callback or directory that was registered; `close()` or a with block ends it."},
    {Py_tp_dealloc, registration_dealloc},
    {Py_tp_methods, registration_methods},
    {0, NULL},
};

PyType_Spec registration_spec = {
    .name = "dynmetrics.Registration",
    .basicsize = sizeof(registration),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = registration_slots,
};

/* ---- registering ---- */

PyObject *register_callback(PyObject *module, native_state *state, dynm_node *node, enum callback_kind kind,
                            PyObject *function, const dynm_source_options *options) {
    if (!PyCallable_Check(function)) return wrong_type("callback", "a callable", function);
    held_callback *made = callback_new(state, module, function);
    if (!made) return NULL;
    dynm_registration *handle = NULL;
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    switch (kind) {
    case UPDATE_CALLBACK: status = dynm_node_on_scrape(node, update_trampoline, made, release, &handle); break;
    case TEXT_CALLBACK:
        status = dynm_node_register_text(node, options, text_trampoline, made, release, &handle);
        break;
    default: status = dynm_node_register_typed(node, options, typed_trampoline, made, release, &handle); break;
    }
    Py_END_ALLOW_THREADS
    if (status != DYNM_OK) {
        callback_free(made);
        return raise_status(state, status);
    }
    return registration_new(state, handle);
}

PyObject *register_refresh(PyObject *module, native_state *state, dynm_frontend *frontend, double interval,
                           PyObject *function) {
    if (!PyCallable_Check(function)) return wrong_type("callback", "a callable", function);
    held_callback *made = callback_new(state, module, function);
    if (!made) return NULL;
    dynm_registration *handle = NULL;
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = dynm_frontend_on_refresh(frontend, interval, update_trampoline, made, release, &handle);
    Py_END_ALLOW_THREADS
    if (status != DYNM_OK) {
        callback_free(made);
        return raise_status(state, status);
    }
    return registration_new(state, handle);
}

PyObject *register_table(PyObject *module, native_state *state, dynm_node *node, dynm_table *table, PyObject *rest,
                         const dynm_source_options *options) {
    if (!PyCallable_Check(rest)) return wrong_type("callback", "a callable", rest);
    held_callback *made = callback_new(state, module, rest);
    if (!made) return NULL;
    dynm_registration *handle = NULL;
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = dynm_node_register_table(node, options, table, text_trampoline, made, release, &handle);
    Py_END_ALLOW_THREADS
    if (status != DYNM_OK) {
        callback_free(made);
        return raise_status(state, status);
    }
    return registration_new(state, handle);
}

/* ---- the log ---- */

static void log_trampoline(int32_t level, const char *message, size_t length, void *payload) {
    held_callback *callback = payload;
    PyGILState_STATE pass;
    if (!gate_enter(&pass)) {
        fprintf(stderr, "dynmetrics: %.*s\n", (int)length, message);
        return;
    }
    PyObject *text = PyUnicode_DecodeUTF8(message, (Py_ssize_t)length, "replace");
    PyObject *number = PyLong_FromLong(level);
    PyObject *told = text && number ? PyObject_CallFunctionObjArgs(callback->function, number, text, NULL) : NULL;
    if (!told) PyErr_WriteUnraisable(callback->function);
    Py_XDECREF(told);
    Py_XDECREF(number);
    Py_XDECREF(text);
    gate_leave(pass);
}

int connect_log(PyObject *module, native_state *state) {
    held_callback *made = callback_new(state, module, state->library_message);
    if (!made) return -1;
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = dynm_set_log(log_trampoline, made, release);
    Py_END_ALLOW_THREADS
    if (status == DYNM_OK) return 0;
    callback_free(made);
    raise_status(state, status);
    return -1;
}
