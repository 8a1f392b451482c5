/* What the library refuses becomes an exception here, and nowhere else. */
#include "native.h"

PyObject *raise_status(native_state *state, dynm_status status) {
    if (status == DYNM_ENOMEM) return PyErr_NoMemory();
    /* A buffer of ours that could not grow says so without a message of the library. */
    const char *said = dynm_last_error();
    PyObject *message = PyUnicode_DecodeUTF8(said, (Py_ssize_t)strlen(said), "replace");
    if (!message) return NULL;
    PyErr_SetObject(status == DYNM_EIO ? PyExc_OSError : state->metrics_error, message);
    Py_DECREF(message);
    return NULL;
}

PyObject *refuse(native_state *state, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    PyErr_FormatV(state->metrics_error, format, arguments);
    va_end(arguments);
    return NULL;
}

PyObject *wrong_type(const char *what, const char *right, PyObject *got) {
    PyObject *type = PyObject_GetAttrString((PyObject *)Py_TYPE(got), "__name__");
    if (!type) return NULL;
    PyErr_Format(PyExc_TypeError, "%s must be %s, not %.80R (%S)", what, right, got, type);
    Py_DECREF(type);
    return NULL;
}

int check_count(const char *method, Py_ssize_t got, Py_ssize_t least, Py_ssize_t most) {
    if (got >= least && got <= most) return 0;
    if (least == most) {
        PyErr_Format(PyExc_TypeError, "%s() takes %zd argument%s, got %zd", method, most, most == 1 ? "" : "s", got);
    } else {
        PyErr_Format(PyExc_TypeError, "%s() takes %zd to %zd arguments, got %zd", method, least, most, got);
    }
    return -1;
}
