/*
 * What the files of the extension know of each other.
 *
 *     module.c       table of contents: functions, types, init
 *     errors.c       status to exception; the only place that does so
 *     arguments.c    Python values to the C shapes of dynmetrics.h, and back
 *     gate.c         the way into Python for threads of the library; exit and fork
 *     callbacks.c    Python callables behind the library's callbacks; Registration; the log
 *     emit.c         what a typed callback returned, handed to the library
 *     registry.c     a registry of prometheus_client as a source: which collector is read how
 *     plan.c         one metric of prometheus_client: its children, and their values straight from the objects
 *     naming.c       its names and labels, as the library gets them once
 *     custom.c       what a collector's own collect() gives
 *     lines.c        lines of text 0.0.4 as prometheus_client writes them
 *     node.c         Node: a place in the hierarchy; its methods that create and register: node_create.c, node_sources.c
 *     instruments.c  Counter, IntCounter, Gauge, IntGauge, Histogram, Summary
 *     states.c       Info, StateSet
 *     vecs.c         the six vecs
 *     instrumentation.c  WorkHandler, WorkRequest, Frontend, FrontendRequest, KVBlocks
 *     server.c       Server
 *     mount.c        Mount: our pages inside somebody else's server
 *     exposition.c   filter, merge, check, the command line
 *     adopt.h        prometheus_client's metrics with values of ours, in files of their own
 *
 * Limited API of 3.10 (one wheel for all later versions); a free-threaded CPython is compiled for by itself.
 * All objects live in `native_state`, one per module; C statics hold no Python object.
 */
#ifndef DYNMETRICS_NATIVE_H
#define DYNMETRICS_NATIVE_H

#include <Python.h>
#include <stdint.h>

#include "dynmetrics.h"

/* Those from SUMMARY on down have vecs. */
enum kind { COUNTER, INTCOUNTER, GAUGE, INTGAUGE, HISTOGRAM, SUMMARY, INFO, STATESET, KINDS };
enum { VEC_KINDS = SUMMARY + 1, CELL_KINDS = SUMMARY + 1 };

/* Types of built-in instrumentation. */
enum { WORK_HANDLER, WORK_REQUEST, FRONTEND, FRONTEND_REQUEST, KV_BLOCKS, MEASURED_TYPES };

/* What adopted metrics keep: types of ours, prometheus_client's classes and the methods taken over, names of attributes. */
enum {
    ADOPT_VALUE_TYPE, ADOPT_TABLE_TYPE, ADOPT_TABLE_METRIC_TYPE,
    ADOPT_COUNTER, ADOPT_GAUGE, ADOPT_SUMMARY, ADOPT_HISTOGRAM, ADOPT_BASE, ADOPT_CHILD_MADE,
    ADOPT_COUNTER_INC, ADOPT_GAUGE_INC, ADOPT_GAUGE_DEC, ADOPT_GAUGE_SET, ADOPT_SUMMARY_OBSERVE,
    ADOPT_HISTOGRAM_OBSERVE, ADOPT_LABELS,
    ADOPT_NAME_VALUE, ADOPT_NAME_SUM, ADOPT_NAME_COUNT, ADOPT_NAME_BUCKETS, ADOPT_NAME_BOUNDS, ADOPT_NAME_METRICS,
    ADOPT_NAME_LABELNAMES, ADOPT_NAME_MOST_RECENT,
    ADOPT_OBJECTS
};

typedef struct native_state {
    PyObject *metrics_error;   /* dynmetrics.MetricsError */
    PyObject *failure_log;     /* dynmetrics._log.FailureLog: one per registered callback */
    PyObject *library_message; /* dynmetrics._log.library_message */
    PyObject *servers;         /* set of Server: what exit has to close */
    size_t removals;           /* how often children were removed by their labels: vecs forget theirs then */
    PyTypeObject *node_type;
    PyTypeObject *registration_type;
    PyTypeObject *server_type;
    PyTypeObject *mount_type;
    PyTypeObject *scalar_types[KINDS];
    PyTypeObject *vec_types[VEC_KINDS];
    PyTypeObject *measured_types[MEASURED_TYPES];
    PyObject *adopt[ADOPT_OBJECTS];
} native_state;

static inline native_state *state_of_module(PyObject *module) { return (native_state *)PyModule_GetState(module); }

/* Our types cannot be subclassed, so the type of `self` is always the one that belongs to the module. */
static inline native_state *state_of(PyObject *self) { return (native_state *)PyType_GetModuleState(Py_TYPE(self)); }

/* Two threads may meet here only where there is no GIL. */
#ifdef Py_GIL_DISABLED
#define LOCK_OBJECT(object) Py_BEGIN_CRITICAL_SECTION(object)
#define UNLOCK_OBJECT() Py_END_CRITICAL_SECTION()
#else
#define LOCK_OBJECT(object) {
#define UNLOCK_OBJECT() }
#endif

/* ---- errors.c ---- */

/* Raises what `status` means, with dynm_last_error() of this thread as message. Always NULL. */
PyObject *raise_status(native_state *state, dynm_status status);
/* Raises MetricsError, formatted as PyErr_Format does. Always NULL. */
PyObject *refuse(native_state *state, const char *format, ...);
/* Raises TypeError "<what> must be <right>, not <value> (<type>)". Always NULL. */
PyObject *wrong_type(const char *what, const char *right, PyObject *got);
/* Raises TypeError when `got` arguments are not between `least` and `most`. */
int check_count(const char *method, Py_ssize_t got, Py_ssize_t least, Py_ssize_t most);

/* ---- arguments.c ---- */

/* UTF-8 that ends with NUL and lives as long as `value`; NULL with an exception. `what` names it in the message. */
const char *text_argument(native_state *state, PyObject *value, const char *what);

/* Texts, with the object that keeps them alive. */
typedef struct text_list {
    PyObject *owner;
    const char **items;
    size_t count;
} text_list;
/* `what` and `item` name the list and one of it in messages; `right` is a list as it should be. */
int texts_from(native_state *state, PyObject *value, const char *what, const char *item, const char *right,
               text_list *out);
void texts_clear(text_list *texts);

/* Label names and values; from None, a mapping or pairs. */
typedef struct label_list {
    PyObject *owner;
    dynm_label *items;
    size_t count;
} label_list;
int labels_from(native_state *state, PyObject *value, const char *what, label_list *out);
void labels_clear(label_list *labels);

/* A dynm_filter, with what it borrows. */
typedef struct filter_parts {
    dynm_filter native;
    text_list include, exclude;
    label_list labels;
} filter_parts;
int filter_from(native_state *state, PyObject *include, PyObject *exclude, PyObject *add_prefix, PyObject *labels,
                filter_parts *out);
void filter_clear(filter_parts *filter);

/* "text", "openmetrics" or "protobuf" as DYNM_FORMAT_…; -1 with an exception. */
int32_t format_from(native_state *state, PyObject *word);
/* A path as bytes of the file system, without NUL; a new reference to the bytes that own it. */
const char *path_argument(native_state *state, PyObject *value, PyObject **owner);

/* Where a sink of ours puts text. Needs no GIL. */
typedef struct text_buffer {
    char *data;
    size_t length, capacity;
} text_buffer;
dynm_status buffer_write(const char *data, size_t length, void *buffer);
void buffer_label(const char *name, const char *value, void *buffer); /* a dynm_label_fn: name NUL value NUL */
PyObject *buffer_bytes(text_buffer *buffer);                               /* and empties it */
PyObject *buffer_text(text_buffer *buffer);
PyObject *buffer_dict(text_buffer *buffer); /* what buffer_label wrote */

/* ---- gate.c ---- */

/* The way into Python for a thread of the library; 0 once the interpreter is on its way out. */
int gate_enter(PyGILState_STATE *pass);
void gate_leave(PyGILState_STATE pass);
int gate_is_closed(void);
/* Between these two others may have the GIL; the time until then is told as one hold. */
PyThreadState *gate_lend(void);
void gate_reclaim(PyThreadState *state);
/* Whether this thread has had the GIL for as long as it should at a time. */
int gate_is_due(void);
/* Waits for a moment, without the GIL. */
void gate_rest(void);
/* Lets others have it for a moment; -1, without an exception, when the interpreter is on its way out. */
int gate_take_turns(void);
int gate_install(PyObject *module);
extern PyMethodDef gate_methods[];

/* ---- callbacks.c ---- */

/* A Python callable that the library holds. */
typedef struct held_callback {
    native_state *state;
    PyObject *module; /* keeps `state` */
    PyObject *function;
    PyObject *failures; /* FailureLog of this registration */
} held_callback;

enum callback_kind { UPDATE_CALLBACK, TEXT_CALLBACK, TYPED_CALLBACK };

PyObject *register_callback(PyObject *module, native_state *state, dynm_node *node, enum callback_kind kind,
                            PyObject *function, const dynm_source_options *options);
held_callback *callback_new(native_state *state, PyObject *module, PyObject *function);
void callback_free(held_callback *callback);
/* The text of a str or bytes that a callback returned, alive as long as that; -1 with an exception. */
int text_of(PyObject *result, const char **text, Py_ssize_t *length);
PyObject *registration_new(native_state *state, dynm_registration *handle);
/* Shows a table; `rest` is a text callback for what it cannot hold. */
PyObject *register_table(PyObject *module, native_state *state, dynm_node *node, dynm_table *table, PyObject *rest,
                         const dynm_source_options *options);
/* Calls `function` before scrapes, at most once in `interval` seconds. */
PyObject *register_refresh(PyObject *module, native_state *state, dynm_frontend *frontend, double interval,
                           PyObject *function);
int connect_log(PyObject *module, native_state *state);
extern PyType_Spec registration_spec;

/* ---- emit.c ---- */

/* Emits the families of `result`; bad ones are told to `failures` and left out. A status that is not DYNM_OK, with or
 * without an exception, gives the source up. */
dynm_status emit_families(dynm_emitter *emitter, native_state *state, PyObject *result, PyObject *failures);
/* Tells `failures` of the exception that is set, and clears it. */
void tell_failure(PyObject *failures);
/* Tells it, unless it gives the whole source up (no memory, an exit): then -1. */
int left_out(PyObject *failures);

/* ---- registry.c ---- */

PyObject *register_registry(PyObject *module, native_state *state, dynm_node *node, PyObject *guide,
                            const dynm_source_options *options);

/* ---- node_create.c, node_sources.c: methods of Node ---- */

dynm_node *node_handle(PyObject *self);
PyObject *node_create(PyObject *self, PyObject *const *args, Py_ssize_t count);
PyObject *node_register_text(PyObject *self, PyObject *const *args, Py_ssize_t count);
PyObject *node_register_typed(PyObject *self, PyObject *const *args, Py_ssize_t count);
PyObject *node_register_registry(PyObject *self, PyObject *const *args, Py_ssize_t count);
PyObject *node_register_table(PyObject *self, PyObject *const *args, Py_ssize_t count);
PyObject *node_register_update(PyObject *self, PyObject *function);
PyObject *node_add_multiprocess_dir(PyObject *self, PyObject *const *args, Py_ssize_t count);
PyObject *node_add_page_source(PyObject *self, PyObject *const *args, Py_ssize_t count);

/* ---- node.c, instruments.c, states.c, vecs.c, server.c ---- */

extern PyType_Spec node_spec, server_spec;

/* ---- mount.c ---- */

PyObject *mount_create(native_state *state, dynm_node *root);
extern PyType_Spec mount_spec;
extern PyType_Spec cell_specs[CELL_KINDS], info_spec, stateset_spec, vec_specs[VEC_KINDS];

PyObject *runtime_create(PyObject *module, PyObject *const *args, Py_ssize_t count);
PyObject *runtime_default(PyObject *module, PyObject *none);

PyObject *scalar_new(native_state *state, enum kind kind, void *handle);
PyObject *vec_new(native_state *state, enum kind kind, void *handle);
/* Methods that scalars and vecs share: both begin as an `instrument`. */
typedef struct instrument {
    PyObject_HEAD
    void *handle;
} instrument;
PyObject *instrument_name(PyObject *self, PyObject *none);
PyObject *instrument_const_labels(PyObject *self, PyObject *none);
PyObject *instrument_repr(PyObject *self);
extern PyGetSetDef instrument_getters[];
void scalar_dealloc(PyObject *self);

/* Methods of the children that vecs call by labels. */
PyObject *counter_inc_by(PyObject *self, PyObject *value);
PyObject *counter_get(PyObject *self, PyObject *none);
PyObject *intcounter_inc_by(PyObject *self, PyObject *value);
PyObject *intcounter_get(PyObject *self, PyObject *none);
PyObject *gauge_set(PyObject *self, PyObject *value);
PyObject *gauge_add(PyObject *self, PyObject *value);
PyObject *gauge_sub(PyObject *self, PyObject *value);
PyObject *gauge_get(PyObject *self, PyObject *none);
PyObject *intgauge_set(PyObject *self, PyObject *value);
PyObject *intgauge_add(PyObject *self, PyObject *value);
PyObject *intgauge_sub(PyObject *self, PyObject *value);
PyObject *intgauge_get(PyObject *self, PyObject *none);
PyObject *histogram_observe(PyObject *self, PyObject *value);
PyObject *summary_observe(PyObject *self, PyObject *value);

PyObject *serve(native_state *state, dynm_node *root, PyObject *host, PyObject *port);
/* Closes every server that is still open; gives the GIL up while it waits. */
void close_servers(native_state *state);

/* ---- instrumentation.c: methods of Node, and types ---- */

PyObject *node_work_handler(PyObject *self, PyObject *model);
PyObject *node_frontend(PyObject *self, PyObject *none);
PyObject *node_kv_blocks(PyObject *self, PyObject *none);
PyObject *node_show(PyObject *self, PyObject *what);
extern PyType_Spec measured_specs[MEASURED_TYPES];

/* ---- exposition.c ---- */

extern PyMethodDef exposition_methods[];

/* ---- adopt_values.c, adopt_methods.c, adopt_tables.c ---- */

extern PyType_Spec adopted_value_spec, adopted_table_spec, adopted_metric_spec;
extern PyMethodDef adopt_methods[];
/* The table of a Table; NULL with an exception. */
dynm_table *table_from(native_state *state, PyObject *table);

#endif
