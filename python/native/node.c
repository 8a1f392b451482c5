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

/* ---- creating metrics ---- */

typedef dynm_status (*creator)(dynm_node *, const dynm_metric_options *, void **);
/* They differ only in what the handle points at, and a handle is passed on unread. */
#define CREATOR(kind) (creator)(void (*)(void))dynm_node_create_##kind

static const struct {
    const char *word;
    enum kind kind;
    int is_vec;
    creator create;
} creators[] = {
    {"counter", COUNTER, 0, CREATOR(counter)},
    {"intcounter", INTCOUNTER, 0, CREATOR(intcounter)},
    {"gauge", GAUGE, 0, CREATOR(gauge)},
    {"intgauge", INTGAUGE, 0, CREATOR(intgauge)},
    {"histogram", HISTOGRAM, 0, CREATOR(histogram)},
    {"countervec", COUNTER, 1, CREATOR(counter_vec)},
    {"intcountervec", INTCOUNTER, 1, CREATOR(intcounter_vec)},
    {"gaugevec", GAUGE, 1, CREATOR(gauge_vec)},
    {"intgaugevec", INTGAUGE, 1, CREATOR(intgauge_vec)},
    {"histogramvec", HISTOGRAM, 1, CREATOR(histogram_vec)},
    {"summary", SUMMARY, 0, CREATOR(summary)},
    {"summaryvec", SUMMARY, 1, CREATOR(summary_vec)},
    {"info", INFO, 0, CREATOR(info)},
    {"stateset", STATESET, 0, CREATOR(stateset)},
};

/* Bucket bounds as doubles, from malloc; none for None. */
static int buckets_from(native_state *state, PyObject *value, double **out, size_t *count) {
    static const char right[] = "a list of numbers, like [0.1, 1, 10]";
    *out = NULL;
    *count = 0;
    if (value == Py_None) return 0;
    PyObject *tuple = PyUnicode_Check(value) || PyBytes_Check(value) ? NULL : PySequence_Tuple(value);
    if (!tuple) goto wrong;
    size_t size = (size_t)PyTuple_Size(tuple);
    if (size == 0) {
        Py_DECREF(tuple);
        refuse(state, "buckets is empty; give rising upper bounds, like [0.1, 1, 10], or None for 0.005 to 10");
        return -1;
    }
    if (!(*out = malloc(size * sizeof **out))) {
        Py_DECREF(tuple);
        PyErr_NoMemory();
        return -1;
    }
    for (; *count < size; ++*count) {
        double bound = PyFloat_AsDouble(PyTuple_GetItem(tuple, (Py_ssize_t)*count));
        if (bound == -1.0 && PyErr_Occurred()) break;
        (*out)[*count] = bound;
    }
    Py_DECREF(tuple);
    if (*count == size) return 0;
    free(*out);
    *out = NULL;
wrong:
    if (PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_OverflowError)) {
        PyErr_Clear();
        refuse(state, "buckets %.80R has a bound too large for a double; use bounds like [0.1, 1, 10]", value);
    } else if (!PyErr_Occurred() || PyErr_ExceptionMatches(PyExc_TypeError)) {
        PyErr_Clear();
        wrong_type("buckets", right, value);
    }
    return -1;
}

/* (schema, zero_threshold, max_buckets, min_reset_seconds); `*given` stays NULL for None. */
static int native_from(native_state *state, PyObject *value, dynm_native_histogram *out, const dynm_native_histogram **given) {
    if (value == Py_None) return 0;
    PyObject *parts = PyTuple_Check(value) && PyTuple_Size(value) == 4 ? value : NULL;
    if (!parts) {
        wrong_type("native", "True or dynmetrics.NativeHistogram(schema=3)", value);
        return -1;
    }
    long schema = PyLong_AsLong(PyTuple_GetItem(parts, 0));
    if (schema == -1 && PyErr_Occurred()) goto wrong;
    double threshold = PyFloat_AsDouble(PyTuple_GetItem(parts, 1));
    if (threshold == -1.0 && PyErr_Occurred()) goto wrong;
    long most = PyLong_AsLong(PyTuple_GetItem(parts, 2));
    if (most == -1 && PyErr_Occurred()) goto wrong;
    double seconds = PyFloat_AsDouble(PyTuple_GetItem(parts, 3));
    if (seconds == -1.0 && PyErr_Occurred()) goto wrong;
    if (threshold < 0 || schema != (int32_t)schema || most < 1 || most > INT32_MAX) {
        refuse(state, "native histogram %.200R cannot be; give a schema from -4 to 8, a zero_threshold of 0 or more, "
                      "max_buckets from 1 to 10000", value);
        return -1;
    }
    *out = (dynm_native_histogram){sizeof *out, (int32_t)schema, threshold == 0 ? -1 : threshold, (uint32_t)most, seconds};
    *given = out;
    return 0;
wrong:
    if (PyErr_ExceptionMatches(PyExc_OverflowError)) {
        PyErr_Clear();
        refuse(state, "native histogram %.200R has a number that is too large; give a schema from -4 to 8, like 3", value);
    }
    return -1;
}

static PyObject *create_as(PyObject *self, creator create, enum kind kind, int is_vec,
                           const dynm_metric_options *options) {
    void *handle = NULL;
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = create(handle_of(self), options, &handle);
    Py_END_ALLOW_THREADS
    native_state *state = state_of(self);
    if (status != DYNM_OK) return raise_status(state, status);
    return is_vec ? vec_new(state, kind, handle) : scalar_new(state, kind, handle);
}

/* create(word, name, description, const_labels, label_names or states, buckets, name_as_is[, native or ttl as a float]) */
static PyObject *node_create(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    native_state *state = state_of(self);
    if (check_count("create", count, 7, 8) < 0) return NULL;
    dynm_metric_options options = {.struct_size = sizeof options};
    dynm_native_histogram native;
    if (count == 8 && PyFloat_Check(args[7])) {
        options.ttl_seconds = PyFloat_AsDouble(args[7]);
        if (options.ttl_seconds == 0) options.ttl_seconds = -1; /* what C takes for none is refused like other wrong ones */
    } else if (count == 8 && native_from(state, args[7], &native, &options.native) < 0) {
        return NULL;
    }
    options.name_as_is = PyObject_IsTrue(args[6]);
    if (options.name_as_is < 0) return NULL;
    if (!(options.name = text_argument(state, args[1], "name"))) return NULL;
    if (!(options.description = text_argument(state, args[2], "description"))) return NULL;
    const char *word = text_argument(state, args[0], "kind");
    if (!word) return NULL;

    PyObject *made = NULL;
    double *buckets = NULL;
    text_list names = {0};
    label_list constant = {0};
    if (labels_from(state, args[3], "const_labels", &constant) < 0) goto done;
    int has_states = strcmp(word, "stateset") == 0;
    const char *list = has_states ? "states" : "label_names", *item = has_states ? "state" : "label name";
    const char *right = has_states ? "a list of states, like [\"starting\", \"ready\"]" : "a list of names, like [\"model\"]";
    if (texts_from(state, args[4], list, item, right, &names) < 0) goto done;
    if (buckets_from(state, args[5], &buckets, &options.bucket_count) < 0) goto done;
    options.const_labels = constant.items;
    options.const_label_count = constant.count;
    if (has_states) {
        options.states = names.items;
        options.state_count = names.count;
    } else {
        options.label_names = names.items;
        options.label_name_count = names.count;
    }
    options.buckets = buckets;
    size_t i = 0;
    while (i < sizeof creators / sizeof *creators && strcmp(word, creators[i].word) != 0) i++;
    if (i < sizeof creators / sizeof *creators) {
        made = create_as(self, creators[i].create, creators[i].kind, creators[i].is_vec, &options);
    } else {
        refuse(state, "unknown kind %R; use a word like 'counter'", args[0]);
    }
done:
    free(buckets);
    texts_clear(&names);
    labels_clear(&constant);
    return made;
}

/* ---- sources ---- */

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
    PyObject *made = register_callback(module, state, handle_of(self), kind, args[0], &options);
    filter_clear(&filter);
    return made;
}

/* register_text(fn, name, include, exclude, add_prefix, labels, LABELS_…) */
static PyObject *node_register_text(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    return check_count("register_text", count, 7, 7) < 0 ? NULL : register_source(self, TEXT_CALLBACK, args);
}

static PyObject *node_register_typed(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    return check_count("register_typed", count, 7, 7) < 0 ? NULL : register_source(self, TYPED_CALLBACK, args);
}

/* register_registry(guide, name, include, exclude, add_prefix, labels, LABELS_…) */
static PyObject *node_register_registry(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    native_state *state = state_of(self);
    PyObject *module = PyType_GetModule(Py_TYPE(self));
    filter_parts filter;
    dynm_source_options options;
    if (!module || check_count("register_registry", count, 7, 7) < 0) return NULL;
    if (source_options(state, args + 1, &filter, &options) < 0) return NULL;
    options.as_text = 1;
    PyObject *made = register_registry(module, state, handle_of(self), args[0], &options);
    filter_clear(&filter);
    return made;
}

static PyObject *node_register_update(PyObject *self, PyObject *function) {
    PyObject *module = PyType_GetModule(Py_TYPE(self));
    if (!module) return NULL;
    return register_callback(module, state_of(self), handle_of(self), UPDATE_CALLBACK, function, NULL);
}

/* add_multiprocess_dir(path, name, include, exclude, add_prefix, labels, LABELS_…, fold_dead_writers) */
static PyObject *node_add_multiprocess_dir(PyObject *self, PyObject *const *args, Py_ssize_t count) {
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
    status = dynm_node_add_multiprocess_dir(handle_of(self), path, &options, &handle);
    Py_END_ALLOW_THREADS
    filter_clear(&filter);
    Py_DECREF(owner);
    return status == DYNM_OK ? registration_new(state, handle) : raise_status(state, status);
}

/* add_page_source(url, name, include, exclude, add_prefix, labels, LABELS_…, allow_remote) */
static PyObject *node_add_page_source(PyObject *self, PyObject *const *args, Py_ssize_t count) {
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
    status = dynm_node_add_page_source(handle_of(self), url, &options, &handle);
    Py_END_ALLOW_THREADS
    filter_clear(&filter);
    return status == DYNM_OK ? registration_new(state, handle) : raise_status(state, status);
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

/* register_table(table, rest, name, include, exclude, add_prefix, labels, LABELS_…) */
static PyObject *node_register_table(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    native_state *state = state_of(self);
    PyObject *module = PyType_GetModule(Py_TYPE(self));
    filter_parts filter;
    dynm_source_options options;
    if (!module || check_count("register_table", count, 8, 8) < 0) return NULL;
    dynm_table *table = table_from(state, args[0]);
    if (!table || source_options(state, args + 2, &filter, &options) < 0) return NULL;
    PyObject *made = register_table(module, state, handle_of(self), table, args[1], &options);
    filter_clear(&filter);
    return made;
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

/* serve(host, port) */
static PyObject *node_serve(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    if (check_count("serve", count, 2, 2) < 0) return NULL;
    return serve(state_of(self), handle_of(self), args[0], args[1]);
}

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
    {"scrape", FAST(node_scrape), NULL},
    {"serve", FAST(node_serve), NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, "A place in the hierarchy; dynmetrics.runtime has its public face."},
    {Py_tp_dealloc, node_dealloc},
    {Py_tp_methods, methods},
    {0, NULL},
};

PyType_Spec node_spec = {
    .name = "dynmetrics._native.Node",
    .basicsize = sizeof(node),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};
