/*
 * WorkHandler, WorkRequest, Frontend, FrontendRequest, KVBlocks: built-in instrumentation. What is done with a request never
 * raises for what it measures; a with block ends it by the exception that leaves it.
 */
#include "native.h"

typedef struct measured {
    PyObject_HEAD
    void *handle;
} measured;

static inline void *handle_of(PyObject *self) { return ((measured *)self)->handle; }

static PyObject *measured_new(PyTypeObject *type, void *handle, void (*release)(void *)) {
    measured *made = PyObject_New(measured, type);
    if (!made) {
        release(handle);
        return NULL;
    }
    made->handle = handle;
    return (PyObject *)made;
}

/* Freeing a request may end it; that blocks nowhere. */
#define DEALLOC(type)                                                                                                 \
    static void type##_release(void *handle) { dynm_##type##_free(handle); }                                           \
    static void type##_dealloc(PyObject *self) {                                                                       \
        PyTypeObject *type_of_self = Py_TYPE(self);                                                                    \
        type##_release(handle_of(self));                                                                               \
        PyObject_Free(self);                                                                                           \
        Py_DECREF(type_of_self);                                                                                       \
    }
DEALLOC(work_handler)
DEALLOC(work_request)
DEALLOC(frontend)
DEALLOC(frontend_request)
DEALLOC(kv_blocks)

/* A count or a number of bytes: what cannot be one counts as 0, so that a wrong length never ends a request. */
static uint64_t amount(PyObject *value) {
    PyObject *whole = PyNumber_Index(value);
    uint64_t found = whole ? PyLong_AsUnsignedLongLong(whole) : 0;
    Py_XDECREF(whole);
    if (PyErr_Occurred()) {
        PyErr_Clear();
        return 0;
    }
    return found;
}

/* UTF-8, or NULL without an exception. */
static const char *word(PyObject *value) {
    const char *text = value && PyUnicode_Check(value) ? PyUnicode_AsUTF8AndSize(value, NULL) : NULL;
    if (!text) PyErr_Clear();
    return text;
}

static PyObject *entered(PyObject *self, PyObject *Py_UNUSED(none)) { return Py_NewRef(self); }

/* How a with block ended, by the type of the exception that leaves it. */
static int32_t outcome_of(PyObject *type) {
    if (type == Py_None) return DYNM_OUTCOME_OK;
    if (PyErr_GivenExceptionMatches(type, PyExc_TimeoutError)) return DYNM_OUTCOME_TIMEOUT;
    if (PyErr_GivenExceptionMatches(type, PyExc_ConnectionError)) return DYNM_OUTCOME_DISCONNECTED;
    /* CancelledError, GeneratorExit, KeyboardInterrupt, SystemExit: somebody stopped it. */
    return PyErr_GivenExceptionMatches(type, PyExc_Exception) ? DYNM_OUTCOME_ERROR : DYNM_OUTCOME_CANCELLED;
}

/* ---- WorkRequest ---- */

static PyObject *work_request_start(PyObject *self, PyObject *Py_UNUSED(none)) {
    dynm_work_request_start(handle_of(self));
    Py_RETURN_NONE;
}

static PyObject *work_request_received(PyObject *self, PyObject *bytes) {
    dynm_work_request_received(handle_of(self), amount(bytes));
    Py_RETURN_NONE;
}

static PyObject *work_request_sent(PyObject *self, PyObject *bytes) {
    dynm_work_request_sent(handle_of(self), amount(bytes));
    Py_RETURN_NONE;
}

static PyObject *work_request_retry(PyObject *self, PyObject *Py_UNUSED(none)) {
    dynm_work_request_retry(handle_of(self));
    Py_RETURN_NONE;
}

static PyObject *work_request_finish(PyObject *self, PyObject *Py_UNUSED(none)) {
    dynm_work_request_end(handle_of(self), DYNM_OUTCOME_OK, NULL);
    Py_RETURN_NONE;
}

static PyObject *work_request_fail(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    if (check_count("fail", count, 0, 1) < 0) return NULL;
    dynm_work_request_end(handle_of(self), DYNM_OUTCOME_ERROR, word(count ? args[0] : NULL));
    Py_RETURN_NONE;
}

static PyObject *work_request_cancel(PyObject *self, PyObject *Py_UNUSED(none)) {
    dynm_work_request_end(handle_of(self), DYNM_OUTCOME_CANCELLED, NULL);
    Py_RETURN_NONE;
}

static PyObject *work_request_time_out(PyObject *self, PyObject *Py_UNUSED(none)) {
    dynm_work_request_end(handle_of(self), DYNM_OUTCOME_TIMEOUT, NULL);
    Py_RETURN_NONE;
}

static PyObject *work_request_exit(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    if (check_count("__exit__", count, 3, 3) < 0) return NULL;
    dynm_work_request_end(handle_of(self), outcome_of(args[0]), NULL);
    Py_RETURN_NONE;
}

/* ---- WorkHandler ---- */

/* work_handler(model) */
PyObject *node_work_handler(PyObject *self, PyObject *model) {
    native_state *state = state_of(self);
    const char *name = NULL;
    if (model != Py_None && !(name = text_argument(state, model, "model"))) return NULL;
    dynm_work_handler *handle = NULL;
    dynm_status status = dynm_work_handler_create(node_handle(self), name, &handle);
    if (status != DYNM_OK) return raise_status(state, status);
    return measured_new(state->measured_types[WORK_HANDLER], handle, work_handler_release);
}

/* begin(bytes, is_queued) */
static PyObject *work_handler_begin(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    if (check_count("begin", count, 0, 2) < 0) return NULL;
    int is_queued = count > 1 ? PyObject_IsTrue(args[1]) : 0;
    if (is_queued < 0) return NULL;
    native_state *state = state_of(self);
    dynm_work_request *handle = NULL;
    dynm_status status = dynm_work_handler_begin(handle_of(self), count ? amount(args[0]) : 0, is_queued, &handle);
    if (status != DYNM_OK) return raise_status(state, status);
    return measured_new(state->measured_types[WORK_REQUEST], handle, work_request_release);
}

/* took(what, seconds) */
static PyObject *work_handler_took(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    if (check_count("took", count, 2, 2) < 0) return NULL;
    long what = PyLong_AsLong(args[0]);
    double seconds = PyFloat_AsDouble(args[1]);
    if (PyErr_Occurred()) return NULL;
    dynm_status status = dynm_work_handler_took(handle_of(self), (int32_t)what, seconds);
    if (status != DYNM_OK) return raise_status(state_of(self), status);
    Py_RETURN_NONE;
}

static PyObject *work_handler_open_requests(PyObject *self, PyObject *Py_UNUSED(none)) {
    return PyLong_FromLongLong(dynm_work_handler_open_requests(handle_of(self)));
}

/* ---- FrontendRequest ---- */

/* input(tokens, cached) */
static PyObject *frontend_request_input(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    if (check_count("input", count, 1, 2) < 0) return NULL;
    int64_t cached = -1;
    if (count == 2 && args[1] != Py_None) {
        uint64_t found = amount(args[1]);
        cached = found > INT64_MAX ? INT64_MAX : (int64_t)found;
    }
    dynm_frontend_request_input(handle_of(self), amount(args[0]), cached);
    Py_RETURN_NONE;
}

static PyObject *frontend_request_responded(PyObject *self, PyObject *Py_UNUSED(none)) {
    dynm_frontend_request_responded(handle_of(self));
    Py_RETURN_NONE;
}

static PyObject *frontend_request_tokens(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    if (check_count("tokens", count, 0, 1) < 0) return NULL;
    dynm_frontend_request_tokens(handle_of(self), count ? amount(args[0]) : 1);
    Py_RETURN_NONE;
}

static PyObject *frontend_request_finish(PyObject *self, PyObject *Py_UNUSED(none)) {
    dynm_frontend_request_end(handle_of(self), DYNM_OUTCOME_OK, NULL);
    Py_RETURN_NONE;
}

static PyObject *frontend_request_fail(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    if (check_count("fail", count, 0, 1) < 0) return NULL;
    dynm_frontend_request_end(handle_of(self), DYNM_OUTCOME_ERROR, word(count ? args[0] : NULL));
    Py_RETURN_NONE;
}

static PyObject *frontend_request_cancel(PyObject *self, PyObject *Py_UNUSED(none)) {
    dynm_frontend_request_end(handle_of(self), DYNM_OUTCOME_CANCELLED, NULL);
    Py_RETURN_NONE;
}

static PyObject *frontend_request_disconnect(PyObject *self, PyObject *Py_UNUSED(none)) {
    dynm_frontend_request_end(handle_of(self), DYNM_OUTCOME_DISCONNECTED, NULL);
    Py_RETURN_NONE;
}

static PyObject *frontend_request_exit(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    if (check_count("__exit__", count, 3, 3) < 0) return NULL;
    dynm_frontend_request_end(handle_of(self), outcome_of(args[0]), NULL);
    Py_RETURN_NONE;
}

/* ---- Frontend ---- */

PyObject *node_frontend(PyObject *self, PyObject *Py_UNUSED(none)) {
    native_state *state = state_of(self);
    dynm_frontend *handle = NULL;
    dynm_status status = dynm_frontend_create(node_handle(self), &handle);
    if (status != DYNM_OK) return raise_status(state, status);
    return measured_new(state->measured_types[FRONTEND], handle, frontend_release);
}

/* begin(model, endpoint, request_type) */
static PyObject *frontend_begin(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    if (check_count("begin", count, 3, 3) < 0) return NULL;
    native_state *state = state_of(self);
    const char *model = text_argument(state, args[0], "model");
    const char *endpoint = model ? text_argument(state, args[1], "endpoint") : NULL;
    const char *type = endpoint ? text_argument(state, args[2], "request type") : NULL;
    if (!type) return NULL;
    dynm_frontend_request *handle = NULL;
    dynm_status status = dynm_frontend_begin(handle_of(self), model, endpoint, type, &handle);
    if (status != DYNM_OK) return raise_status(state, status);
    return measured_new(state->measured_types[FRONTEND_REQUEST], handle, frontend_request_release);
}

/* set_model(model, seven numbers or None), remove_model(model) */
static PyObject *frontend_set_model(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    if (check_count("set_model", count, 8, 8) < 0) return NULL;
    const char *model = text_argument(state_of(self), args[0], "model");
    if (!model) return NULL;
    dynm_model_configuration given = {.struct_size = sizeof given};
    int64_t *const fields[] = {&given.is_ready, &given.total_kv_blocks, &given.max_num_seqs,
                               &given.max_num_batched_tokens, &given.context_length, &given.kv_cache_block_size,
                               &given.migration_limit};
    for (int i = 0; i < 7; i++) {
        *fields[i] = args[i + 1] == Py_None ? -1 : PyLong_AsLongLong(args[i + 1]);
        if (PyErr_Occurred()) return NULL;
    }
    dynm_status status = dynm_frontend_set_model(handle_of(self), model, &given);
    if (status != DYNM_OK) return raise_status(state_of(self), status);
    Py_RETURN_NONE;
}

static PyObject *frontend_remove_model(PyObject *self, PyObject *name) {
    const char *model = text_argument(state_of(self), name, "model");
    if (!model) return NULL;
    dynm_status status = dynm_frontend_set_model(handle_of(self), model, NULL);
    if (status != DYNM_OK) return raise_status(state_of(self), status);
    Py_RETURN_NONE;
}

/* on_refresh(interval, function) */
static PyObject *frontend_on_refresh(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    PyObject *module = PyType_GetModule(Py_TYPE(self));
    if (!module || check_count("on_refresh", count, 2, 2) < 0) return NULL;
    double interval = PyFloat_AsDouble(args[0]);
    if (PyErr_Occurred()) return NULL;
    return register_refresh(module, state_of(self), handle_of(self), interval, args[1]);
}

/* ---- KVBlocks ---- */

PyObject *node_kv_blocks(PyObject *self, PyObject *Py_UNUSED(none)) {
    native_state *state = state_of(self);
    dynm_kv_blocks *handle = NULL;
    dynm_status status = dynm_kv_blocks_create(node_handle(self), &handle);
    if (status != DYNM_OK) return raise_status(state, status);
    return measured_new(state->measured_types[KV_BLOCKS], handle, kv_blocks_release);
}

static PyObject *kv_outcome(PyObject *self, dynm_status status) {
    if (status != DYNM_OK) return raise_status(state_of(self), status);
    Py_RETURN_NONE;
}

/* moved(move, blocks, bytes) */
static PyObject *kv_blocks_moved(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    if (check_count("moved", count, 2, 3) < 0) return NULL;
    const char *move = text_argument(state_of(self), args[0], "move");
    if (!move) return NULL;
    uint64_t bytes = count == 3 ? amount(args[2]) : 0;
    return kv_outcome(self, dynm_kv_blocks_moved(handle_of(self), move, amount(args[1]), bytes));
}

static PyObject *kv_blocks_matched(PyObject *self, PyObject *tokens) {
    return kv_outcome(self, dynm_kv_blocks_matched(handle_of(self), amount(tokens)));
}

/* failed(reading, writing) */
static PyObject *kv_blocks_failed(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    if (check_count("failed", count, 2, 2) < 0) return NULL;
    return kv_outcome(self, dynm_kv_blocks_failed(handle_of(self), amount(args[0]), amount(args[1])));
}

/* looked_up(tier, blocks, hits) */
static PyObject *kv_blocks_looked_up(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    if (check_count("looked_up", count, 3, 3) < 0) return NULL;
    const char *tier = text_argument(state_of(self), args[0], "tier");
    if (!tier) return NULL;
    return kv_outcome(self, dynm_kv_blocks_looked_up(handle_of(self), tier, amount(args[1]), amount(args[2])));
}

/* ---- the process ---- */

PyObject *node_show(PyObject *self, PyObject *what) {
    long bits = PyLong_AsLong(what);
    if (PyErr_Occurred()) return NULL;
    dynm_status status = dynm_runtime_show(node_handle(self), (int32_t)bits);
    if (status != DYNM_OK) return raise_status(state_of(self), status);
    Py_RETURN_NONE;
}

/* ---- types ---- */

#define FAST(function) (PyCFunction)(void (*)(void))(function), METH_FASTCALL
#define DOC(text) PyDoc_STR(text)
#define END {NULL, NULL, 0, NULL}

static PyMethodDef work_handler_methods[] = {
    {"begin", FAST(work_handler_begin), DOC("begin($self, bytes=0, is_queued=False, /)\n--\n\nTakes on a request.")},
    {"took", FAST(work_handler_took), DOC("took($self, what, seconds, /)\n--\n\nShows how long something took.")},
    {"open_requests", work_handler_open_requests, METH_NOARGS,
     DOC("open_requests($self, /)\n--\n\nHow many requests the endpoint works on.")},
    END,
};
static PyMethodDef work_request_methods[] = {
    {"start", work_request_start, METH_NOARGS, DOC("start($self, /)\n--\n\nIt leaves the queue.")},
    {"received", work_request_received, METH_O, DOC("received($self, bytes, /)\n--\n\nMore of the request came in.")},
    {"sent", work_request_sent, METH_O, DOC("sent($self, bytes, /)\n--\n\nA part of the answer went out.")},
    {"retry", work_request_retry, METH_NOARGS, DOC("retry($self, /)\n--\n\nIt has to be tried again.")},
    {"finish", work_request_finish, METH_NOARGS, DOC("finish($self, /)\n--\n\nIt ended well.")},
    {"fail", FAST(work_request_fail), DOC("fail($self, error_type='generate', /)\n--\n\nIt failed.")},
    {"cancel", work_request_cancel, METH_NOARGS, DOC("cancel($self, /)\n--\n\nIts client stopped or left it.")},
    {"time_out", work_request_time_out, METH_NOARGS, DOC("time_out($self, /)\n--\n\nIt took too long.")},
    {"__enter__", entered, METH_NOARGS, NULL},
    {"__exit__", FAST(work_request_exit), NULL},
    END,
};
static PyMethodDef frontend_methods[] = {
    {"begin", FAST(frontend_begin), DOC("begin($self, model, endpoint, request_type, /)\n--\n\nTakes on a request.")},
    {"set_model", FAST(frontend_set_model), NULL},
    {"remove_model", frontend_remove_model, METH_O, NULL},
    {"on_refresh", FAST(frontend_on_refresh), NULL},
    END,
};
static PyMethodDef frontend_request_methods[] = {
    {"input", FAST(frontend_request_input),
     DOC("input($self, tokens, cached=None, /)\n--\n\nWhat the prompt turned out to be; the first call counts.")},
    {"responded", frontend_request_responded, METH_NOARGS,
     DOC("responded($self, /)\n--\n\nThe first response came, without tokens.")},
    {"tokens", FAST(frontend_request_tokens), DOC("tokens($self, count=1, /)\n--\n\nThese tokens came at once.")},
    {"finish", frontend_request_finish, METH_NOARGS, DOC("finish($self, /)\n--\n\nIt ended well.")},
    {"fail", FAST(frontend_request_fail), DOC("fail($self, error_type='internal', /)\n--\n\nIt failed.")},
    {"cancel", frontend_request_cancel, METH_NOARGS, DOC("cancel($self, /)\n--\n\nSomebody stopped it.")},
    {"disconnect", frontend_request_disconnect, METH_NOARGS, DOC("disconnect($self, /)\n--\n\nIts client left.")},
    {"__enter__", entered, METH_NOARGS, NULL},
    {"__exit__", FAST(frontend_request_exit), NULL},
    END,
};
static PyMethodDef kv_blocks_methods[] = {
    {"moved", FAST(kv_blocks_moved), DOC("moved($self, move, blocks, bytes=0, /)\n--\n\nBlocks went this way.")},
    {"matched", kv_blocks_matched, METH_O, DOC("matched($self, tokens, /)\n--\n\nTokens of a prompt were found.")},
    {"failed", FAST(kv_blocks_failed), DOC("failed($self, reading, writing, /)\n--\n\nBlocks that could not be moved.")},
    {"looked_up", FAST(kv_blocks_looked_up),
     DOC("looked_up($self, tier, blocks, hits, /)\n--\n\nA look-up found so many of the blocks.")},
    END,
};

#define SLOTS(doc, type)                                                                                              \
    static PyType_Slot type##_slots[] = {                                                                             \
        {Py_tp_doc, doc}, {Py_tp_dealloc, type##_dealloc}, {Py_tp_methods, type##_methods}, {0, NULL}}
SLOTS("The requests of one endpoint.", work_handler);
SLOTS("One request at an endpoint; as a with block it ends by what leaves the block.", work_request);
SLOTS("The requests and models of a frontend.", frontend);
SLOTS("One request at a frontend; as a with block it ends by what leaves the block.", frontend_request);
SLOTS("What a KV block manager tells.", kv_blocks);

#define SPEC(type, slots_of_type)                                                                                     \
    {                                                                                                                 \
        .name = "dynmetrics." type, .basicsize = sizeof(measured),                                                    \
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,                   \
        .slots = slots_of_type,                                                                                       \
    }
PyType_Spec measured_specs[MEASURED_TYPES] = {
    [WORK_HANDLER] = SPEC("WorkHandler", work_handler_slots),
    [WORK_REQUEST] = SPEC("WorkRequest", work_request_slots),
    [FRONTEND] = SPEC("NativeFrontend", frontend_slots),
    [FRONTEND_REQUEST] = SPEC("FrontendRequest", frontend_request_slots),
    [KV_BLOCKS] = SPEC("KVBlocks", kv_blocks_slots),
};
