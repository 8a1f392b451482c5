/* Python values to the C shapes of dynmetrics.h, and text of the library back to Python. */
#include "native.h"

#include <stdlib.h>
#include <string.h>

/* ---- text ---- */

const char *text_argument(native_state *state, PyObject *value, const char *what) {
    if (!PyUnicode_Check(value)) {
        wrong_type(what, "a str", value);
        return NULL;
    }
    Py_ssize_t length;
    const char *text = PyUnicode_AsUTF8AndSize(value, &length);
    if (!text) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) return NULL;
        PyErr_Clear();
        refuse(state, "%s %.80R has a lone surrogate; use text that can be written as UTF-8", what, value);
        return NULL;
    }
    if (strlen(text) != (size_t)length) {
        refuse(state, "%s %.80R has a NUL character in it; use text without \\x00", what, value);
        return NULL;
    }
    return text;
}

const char *path_argument(native_state *state, PyObject *value, PyObject **owner) {
    PyObject *path = PyOS_FSPath(value);
    if (!path) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Clear();
            wrong_type("path", "a str or os.PathLike", value);
        }
        return NULL;
    }
    PyObject *bytes = PyBytes_Check(path) ? Py_NewRef(path) : PyUnicode_EncodeFSDefault(path);
    Py_DECREF(path);
    if (!bytes) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) return NULL;
        PyErr_Clear();
        refuse(state, "path %.80R cannot be a file name here; use a path that exists", value);
        return NULL;
    }
    const char *text = PyBytes_AsString(bytes);
    if (strlen(text) != (size_t)PyBytes_Size(bytes)) {
        refuse(state, "path %.80R has a NUL character in it; use a path without \\x00", value);
        Py_DECREF(bytes);
        return NULL;
    }
    *owner = bytes;
    return text;
}

int32_t format_from(native_state *state, PyObject *word) {
    if (!PyUnicode_Check(word)) {
        wrong_type("format", "'text', 'openmetrics' or 'protobuf'", word);
        return -1;
    }
    if (PyUnicode_CompareWithASCIIString(word, "text") == 0) return DYNM_FORMAT_TEXT;
    if (PyUnicode_CompareWithASCIIString(word, "openmetrics") == 0) return DYNM_FORMAT_OPENMETRICS;
    if (PyUnicode_CompareWithASCIIString(word, "protobuf") == 0) return DYNM_FORMAT_PROTOBUF;
    refuse(state, "unknown format %.80R; use 'text', 'openmetrics' or 'protobuf'", word);
    return -1;
}

/* ---- lists ---- */

/* A str is a sequence of str, so it has to be refused by name where a list of texts is meant. */
static PyObject *tuple_of(PyObject *value, const char *what, const char *right) {
    PyObject *tuple = NULL;
    if (!PyUnicode_Check(value) && !PyBytes_Check(value)) tuple = PySequence_Tuple(value);
    if (tuple) return tuple;
    if (PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_TypeError)) return NULL;
    PyErr_Clear();
    return wrong_type(what, right, value);
}

int texts_from(native_state *state, PyObject *value, const char *what, const char *item, const char *right,
               text_list *out) {
    *out = (text_list){0};
    if (value == Py_None) return 0;
    out->owner = tuple_of(value, what, right);
    if (!out->owner) return -1;
    size_t count = (size_t)PyTuple_Size(out->owner);
    out->items = calloc(count + 1, sizeof *out->items);
    if (!out->items) goto no_memory;
    for (; out->count < count; out->count++) {
        out->items[out->count] = text_argument(state, PyTuple_GetItem(out->owner, (Py_ssize_t)out->count), item);
        if (!out->items[out->count]) goto error;
    }
    return 0;

no_memory:
    PyErr_NoMemory();
error:
    texts_clear(out);
    return -1;
}

void texts_clear(text_list *texts) {
    free(texts->items);
    Py_CLEAR(texts->owner);
    texts->items = NULL;
    texts->count = 0;
}

/* The pairs of a mapping, or of what is a list of pairs already. */
static PyObject *pairs_of(PyObject *value, const char *what) {
    static const char right[] = "a dict of str, like {\"zone\": \"a\"}";
    PyObject *pairs;
    if (PyDict_Check(value)) {
        pairs = PyDict_Items(value);
    } else if (PyObject_HasAttrString(value, "items")) {
        pairs = PyMapping_Items(value);
    } else {
        return tuple_of(value, what, right);
    }
    if (!pairs) return NULL;
    PyObject *tuple = PySequence_Tuple(pairs);
    Py_DECREF(pairs);
    return tuple;
}

int labels_from(native_state *state, PyObject *value, const char *what, label_list *out) {
    *out = (label_list){0};
    if (value == Py_None) return 0;
    PyObject *pairs = pairs_of(value, what);
    if (!pairs) return -1;
    size_t count = (size_t)PyTuple_Size(pairs);
    /* The texts of the pairs, each held here: a pair may be a list that another thread changes. */
    out->owner = PyTuple_New((Py_ssize_t)(2 * count));
    out->items = calloc(count + 1, sizeof *out->items);
    if (!out->owner) goto error;
    if (!out->items) {
        PyErr_NoMemory();
        goto error;
    }
    for (; out->count < count; out->count++) {
        PyObject *pair = PyTuple_GetItem(pairs, (Py_ssize_t)out->count);
        PyObject *both = tuple_of(pair, what, "a dict of str, or a list of pairs of str");
        if (!both) goto error;
        if (PyTuple_Size(both) != 2) {
            Py_DECREF(both);
            wrong_type(what, "a dict of str, or a list of pairs of str", pair);
            goto error;
        }
        PyObject *name = Py_NewRef(PyTuple_GetItem(both, 0));
        PyObject *text = Py_NewRef(PyTuple_GetItem(both, 1));
        Py_DECREF(both);
        PyTuple_SetItem(out->owner, (Py_ssize_t)(2 * out->count), name);
        PyTuple_SetItem(out->owner, (Py_ssize_t)(2 * out->count + 1), text);
        dynm_label *item = &out->items[out->count];
        if (!(item->name = text_argument(state, name, "label name"))) goto error;
        if (!(item->value = text_argument(state, text, "label value"))) goto error;
    }
    Py_DECREF(pairs);
    return 0;

error:
    Py_DECREF(pairs);
    labels_clear(out);
    return -1;
}

void labels_clear(label_list *labels) {
    free(labels->items);
    Py_CLEAR(labels->owner);
    labels->items = NULL;
    labels->count = 0;
}

int filter_from(native_state *state, PyObject *include, PyObject *exclude, PyObject *add_prefix, PyObject *labels,
                filter_parts *out) {
    *out = (filter_parts){.native = {.struct_size = sizeof out->native}};
    static const char right[] = "a list of prefixes, like [\"vllm:\"]";
    if (texts_from(state, include, "include", "prefix in include", right, &out->include) < 0) goto error;
    if (texts_from(state, exclude, "exclude", "prefix in exclude", right, &out->exclude) < 0) goto error;
    if (labels_from(state, labels, "labels", &out->labels) < 0) goto error;
    if (add_prefix != Py_None) {
        out->native.add_prefix = text_argument(state, add_prefix, "add_prefix");
        if (!out->native.add_prefix) goto error;
    }
    out->native.include = out->include.items;
    out->native.include_count = out->include.count;
    out->native.exclude = out->exclude.items;
    out->native.exclude_count = out->exclude.count;
    out->native.labels = out->labels.items;
    out->native.label_count = out->labels.count;
    return 0;

error:
    filter_clear(out);
    return -1;
}

void filter_clear(filter_parts *filter) {
    texts_clear(&filter->include);
    texts_clear(&filter->exclude);
    labels_clear(&filter->labels);
}

/* ---- text of the library ---- */

dynm_status buffer_write(const char *data, size_t length, void *payload) {
    text_buffer *buffer = payload;
    if (length > buffer->capacity - buffer->length) {
        /* The first piece is mostly the whole: no room beyond it then. */
        size_t wanted = buffer->length + length;
        size_t capacity = buffer->capacity ? 2 * wanted : wanted;
        char *grown = wanted < length ? NULL : realloc(buffer->data, capacity);
        if (!grown) return DYNM_ENOMEM;
        buffer->data = grown;
        buffer->capacity = capacity;
    }
    if (length) memcpy(buffer->data + buffer->length, data, length);
    buffer->length += length;
    return DYNM_OK;
}

void buffer_label(const char *name, const char *value, void *payload) {
    text_buffer *buffer = payload;
    size_t before = buffer->length;
    if (buffer_write(name, strlen(name) + 1, buffer) == DYNM_OK &&
        buffer_write(value, strlen(value) + 1, buffer) == DYNM_OK)
        return;
    buffer->length = before;
}

static void buffer_clear(text_buffer *buffer) {
    free(buffer->data);
    *buffer = (struct text_buffer){0};
}

PyObject *buffer_bytes(text_buffer *buffer) {
    PyObject *bytes = PyBytes_FromStringAndSize(buffer->length ? buffer->data : "", (Py_ssize_t)buffer->length);
    buffer_clear(buffer);
    return bytes;
}

PyObject *buffer_text(text_buffer *buffer) {
    PyObject *text = PyUnicode_DecodeUTF8(buffer->length ? buffer->data : "", (Py_ssize_t)buffer->length, "replace");
    buffer_clear(buffer);
    return text;
}

PyObject *buffer_dict(text_buffer *buffer) {
    PyObject *dict = PyDict_New();
    size_t at = 0;
    while (dict && at < buffer->length) {
        const char *name = buffer->data + at;
        at += strlen(name) + 1;
        const char *value = buffer->data + at;
        at += strlen(value) + 1;
        PyObject *text = PyUnicode_FromString(value);
        if (!text || PyDict_SetItemString(dict, name, text) < 0) Py_CLEAR(dict);
        Py_XDECREF(text);
    }
    buffer_clear(buffer);
    return dict;
}
