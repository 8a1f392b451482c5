/* Filter, merge and check as plain functions, and the command line. None of them needs the GIL while it works. */
#include "native.h"

#include <stdlib.h>
#include <string.h>

/* The UTF-8 of a str, or the bytes as they are; good for as long as `data`. */
static const char *page_argument(native_state *state, PyObject *data, const char *what, Py_ssize_t *length) {
    char *text = NULL;
    if (PyBytes_Check(data)) return PyBytes_AsStringAndSize(data, &text, length) < 0 ? NULL : text;
    if (!PyUnicode_Check(data)) {
        wrong_type(what, "str or bytes", data);
        return NULL;
    }
    const char *encoded = PyUnicode_AsUTF8AndSize(data, length);
    if (encoded || !PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) return encoded;
    PyErr_Clear();
    refuse(state, "%s has a lone surrogate; use text that can be written as UTF-8, or bytes", what);
    return NULL;
}

static PyObject *page_or_error(native_state *state, dynm_status status, text_buffer *page) {
    PyObject *bytes = buffer_bytes(page);
    if (status == DYNM_OK || !bytes) return bytes;
    Py_DECREF(bytes);
    return raise_status(state, status);
}

/* filter_exposition(text, include, exclude, add_prefix, labels) */
static PyObject *filter_exposition(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    native_state *state = state_of_module(module);
    filter_parts filter;
    Py_ssize_t length;
    if (check_count("filter_exposition", count, 5, 5) < 0) return NULL;
    const char *text = page_argument(state, args[0], "text", &length);
    if (!text || filter_from(state, args[1], args[2], args[3], args[4], &filter) < 0) return NULL;
    text_buffer page = {0};
    dynm_sink sink = {buffer_write, &page};
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = dynm_filter_exposition(text, (size_t)length, &filter.native, &sink);
    Py_END_ALLOW_THREADS
    filter_clear(&filter);
    return page_or_error(state, status, &page);
}

/* merge_multiprocess(path, include, exclude, add_prefix, labels, format) */
static PyObject *merge_multiprocess(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    native_state *state = state_of_module(module);
    PyObject *owner = NULL;
    filter_parts filter;
    if (check_count("merge_multiprocess", count, 6, 6) < 0) return NULL;
    int32_t format = format_from(state, args[5]);
    const char *path = format < 0 ? NULL : path_argument(state, args[0], &owner);
    if (!path) return NULL;
    if (filter_from(state, args[1], args[2], args[3], args[4], &filter) < 0) {
        Py_DECREF(owner);
        return NULL;
    }
    text_buffer page = {0};
    dynm_sink sink = {buffer_write, &page};
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = dynm_merge_multiprocess(path, &filter.native, format, &sink);
    Py_END_ALLOW_THREADS
    filter_clear(&filter);
    Py_DECREF(owner);
    return page_or_error(state, status, &page);
}

/* ---- check ---- */

/* Problems as they come, without the GIL: a dynm_problem, then its message. */
static void note_problem(const dynm_problem *problem, void *payload) {
    text_buffer *notes = payload;
    size_t before = notes->length;
    if (buffer_write((const char *)problem, sizeof *problem, notes) == DYNM_OK &&
        buffer_write(problem->message, strlen(problem->message) + 1, notes) == DYNM_OK)
        return;
    notes->length = before;
}

static PyObject *problems_from(const text_buffer *notes) {
    PyObject *list = PyList_New(0);
    size_t at = 0;
    while (list && at < notes->length) {
        dynm_problem problem;
        memcpy(&problem, notes->data + at, sizeof problem);
        const char *message = notes->data + at + sizeof problem;
        size_t length = strlen(message);
        at += sizeof problem + length + 1;
        PyObject *text = PyUnicode_DecodeUTF8(message, (Py_ssize_t)length, "replace");
        const char *severity = problem.severity == DYNM_SEVERITY_WARNING ? "warning" : "error";
        PyObject *item = text ? Py_BuildValue("(KKsN)", (unsigned long long)problem.line,
                                              (unsigned long long)problem.column, severity, text)
                              : NULL;
        if (!item || PyList_Append(list, item) < 0) Py_CLEAR(list);
        Py_XDECREF(item);
    }
    return list;
}

/* check_exposition(data, format, lint) */
static PyObject *check_exposition(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    native_state *state = state_of_module(module);
    Py_ssize_t length;
    if (check_count("check_exposition", count, 3, 3) < 0) return NULL;
    int32_t format = format_from(state, args[1]);
    int lint = format < 0 ? -1 : PyObject_IsTrue(args[2]);
    const char *text = lint < 0 ? NULL : page_argument(state, args[0], "data", &length);
    if (!text) return NULL;
    text_buffer notes = {0};
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = dynm_check_exposition(text, (size_t)length, format, lint, note_problem, &notes);
    Py_END_ALLOW_THREADS
    PyObject *problems = status == DYNM_OK ? problems_from(&notes) : raise_status(state, status);
    free(notes.data);
    return problems;
}

/* ---- the command line ---- */

/* tool_main(argv): the exit status of the `dynmetrics` command. */
static PyObject *tool_main(PyObject *module, PyObject *arguments) {
    native_state *state = state_of_module(module);
    PyObject *words = PySequence_Tuple(arguments);
    if (!words) return NULL;
    Py_ssize_t count = PyTuple_Size(words);
    PyObject *owners = PyTuple_New(count), *result = NULL;
    char **argv = calloc((size_t)count + 1, sizeof *argv);
    if (!owners || !argv) {
        if (owners) PyErr_NoMemory();
        goto done;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *word = PyUnicode_EncodeFSDefault(PyTuple_GetItem(words, i));
        if (!word) goto done;
        PyTuple_SetItem(owners, i, word);
        argv[i] = PyBytes_AsString(word);
    }
    int status;
    Py_BEGIN_ALLOW_THREADS
    /* A command speaks on standard error, not through a logger that nobody set up. */
    dynm_set_log(NULL, NULL, NULL);
    status = dynm_tool_main((int)count, argv);
    Py_END_ALLOW_THREADS
    if (connect_log(module, state) == 0) result = PyLong_FromLong(status);
done:
    free(argv);
    Py_XDECREF(owners);
    Py_DECREF(words);
    return result;
}

#define FAST(function) (PyCFunction)(void (*)(void))(function), METH_FASTCALL

PyMethodDef exposition_methods[] = {
    {"filter_exposition", FAST(filter_exposition), NULL},
    {"merge_multiprocess", FAST(merge_multiprocess), NULL},
    {"check_exposition", FAST(check_exposition), NULL},
    {"tool_main", tool_main, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
