/*
 * What a typed callback returned, handed to the library.
 *
 * A family is (name, help, type word, unit, samples), or has these as attributes as prometheus_client's Metric does; a
 * sample is (name, labels, value[, timestamp[, exemplar[, …]]]), labels a dict or pairs, an exemplar (labels, value[,
 * timestamp]). What has another shape costs itself
 * only: the family or sample is left out and told once, the others stay.
 */
#include "native.h"

#include <string.h>

/* After so many samples it is looked whether other threads should have their turn. */
enum { SAMPLES_PER_LOOK = 32, MANY_LABELS = 64 };

typedef struct emission {
    dynm_emitter *emitter;
    native_state *state;
    PyObject *failures;
    unsigned samples;
} emission;

static const struct {
    const char *word;
    int32_t kind;
} kinds[] = {
    {"counter", DYNM_KIND_COUNTER},     {"gauge", DYNM_KIND_GAUGE},
    {"histogram", DYNM_KIND_HISTOGRAM}, {"summary", DYNM_KIND_SUMMARY},
    {"unknown", DYNM_KIND_UNKNOWN},     {"untyped", DYNM_KIND_UNKNOWN},
    {"info", DYNM_KIND_INFO},           {"stateset", DYNM_KIND_STATESET},
    {"gaugehistogram", DYNM_KIND_GAUGEHISTOGRAM},
};

static int kind_of(native_state *state, PyObject *word, int32_t *kind) {
    const char *text = text_argument(state, word, "type of a family");
    if (!text) return -1;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(text, kinds[i].word) != 0) continue;
        *kind = kinds[i].kind;
        return 0;
    }
    refuse(state, "unknown type of a family %.80R; use counter, gauge, histogram, summary, info, stateset or unknown",
           word);
    return -1;
}

int left_out(PyObject *failures) {
    if (!PyErr_ExceptionMatches(PyExc_Exception) || PyErr_ExceptionMatches(PyExc_MemoryError)) return -1;
    tell_failure(failures);
    return 0;
}

/* ---- samples ---- */

static int number_from(PyObject *value, const char *what, double *out) {
    *out = PyFloat_AsDouble(value);
    if (*out != -1.0 || !PyErr_Occurred()) return 0;
    if (PyErr_ExceptionMatches(PyExc_TypeError)) {
        PyErr_Clear();
        wrong_type(what, "a number, like 1.5", value);
    }
    return -1;
}

/* One label into `out`; the texts live as long as the pair. */
static int label_from(native_state *state, PyObject *name, PyObject *value, dynm_label *out) {
    out->name = text_argument(state, name, "label name");
    out->value = out->name ? text_argument(state, value, "label value") : NULL;
    return out->value ? 0 : -1;
}

/* Labels of a dict without a list in between: this runs once per sample. */
static Py_ssize_t labels_of_dict(native_state *state, PyObject *dict, dynm_label *out) {
    Py_ssize_t at = 0, count = 0;
    PyObject *name, *value;
    while (PyDict_Next(dict, &at, &name, &value)) {
        if (count == MANY_LABELS) {
            refuse(state, "a sample has more than %d labels; use fewer", MANY_LABELS);
            return -1;
        }
        if (label_from(state, name, value, &out[count++]) < 0) return -1;
    }
    return count;
}

/* The exemplar of the sample emitted last. What is wrong with it costs the exemplar only. */
static int emit_exemplar(emission *task, PyObject *item) {
    PyObject *parts = PyUnicode_Check(item) || PyBytes_Check(item) ? NULL : PySequence_Tuple(item);
    if (!parts || PyTuple_Size(parts) < 2) {
        if (!parts) PyErr_Clear();
        Py_XDECREF(parts);
        wrong_type("an exemplar", "(labels, value, timestamp)", item);
        return -1;
    }
    int result = -1;
    label_list labels = {0};
    double value, timestamp;
    PyObject *moment = PyTuple_Size(parts) > 2 ? PyTuple_GetItem(parts, 2) : Py_None;
    if (number_from(PyTuple_GetItem(parts, 1), "value of an exemplar", &value) < 0) goto done;
    if (moment != Py_None && number_from(moment, "timestamp of an exemplar", &timestamp) < 0) goto done;
    if (labels_from(task->state, PyTuple_GetItem(parts, 0), "labels of an exemplar", &labels) < 0) goto done;
    dynm_status status = dynm_emit_exemplar(task->emitter, labels.items, labels.count, value,
                                            moment == Py_None ? NULL : &timestamp);
    if (status == DYNM_OK) {
        result = 0;
    } else {
        raise_status(task->state, status);
    }
done:
    labels_clear(&labels);
    Py_DECREF(parts);
    return result;
}

static int emit_sample(emission *task, PyObject *item) {
    if (PyUnicode_Check(item) || PyBytes_Check(item) || !PySequence_Check(item) || PySequence_Size(item) < 3) {
        PyErr_Clear();
        wrong_type("a sample", "(name, labels, value, timestamp)", item);
        return -1;
    }
    PyObject *sample = PySequence_Tuple(item);
    if (!sample) return -1;
    native_state *state = task->state;
    label_list pairs = {0};
    int result = -1;
    const char *name = text_argument(state, PyTuple_GetItem(sample, 0), "sample name");
    if (!name) goto done;
    /* Numbers first: they may run Python code, and the labels of a dict are only borrowed. */
    double value, timestamp;
    if (number_from(PyTuple_GetItem(sample, 2), "value of a sample", &value) < 0) goto done;
    PyObject *moment = PyTuple_Size(sample) > 3 ? PyTuple_GetItem(sample, 3) : Py_None;
    if (moment != Py_None && number_from(moment, "timestamp of a sample", &timestamp) < 0) goto done;

    dynm_label items[MANY_LABELS];
    const dynm_label *labels = items;
    PyObject *given = PyTuple_GetItem(sample, 1);
    Py_ssize_t count;
    if (PyDict_CheckExact(given)) {
        count = labels_of_dict(state, given, items);
        if (count < 0) goto done;
    } else {
        if (labels_from(state, given, "labels of a sample", &pairs) < 0) goto done;
        labels = pairs.items;
        count = (Py_ssize_t)pairs.count;
    }
    dynm_status status = dynm_emit_sample(task->emitter, name, labels, (size_t)count, value,
                                          moment == Py_None ? NULL : &timestamp);
    PyObject *exemplar = PyTuple_Size(sample) > 4 ? PyTuple_GetItem(sample, 4) : Py_None;
    if (status != DYNM_OK) {
        raise_status(state, status);
    } else {
        result = exemplar == Py_None ? 0 : emit_exemplar(task, exemplar);
    }
done:
    labels_clear(&pairs);
    Py_DECREF(sample);
    return result;
}

static int emit_samples(emission *task, PyObject *samples) {
    PyObject *iterator = PyObject_GetIter(samples), *item;
    if (!iterator) return -1;
    int result = 0;
    while (result == 0 && (item = PyIter_Next(iterator))) {
        if (emit_sample(task, item) < 0) result = left_out(task->failures);
        Py_DECREF(item);
        if (++task->samples % SAMPLES_PER_LOOK == 0 && gate_is_due() && gate_take_turns() < 0) result = -1;
    }
    Py_DECREF(iterator);
    return PyErr_Occurred() ? -1 : result;
}

/* ---- families ---- */

/* The five parts of a family as a tuple: a new reference. */
static PyObject *parts_of(PyObject *item) {
    static const char right[] = "(name, help, type, unit, samples)";
    if (PyTuple_Check(item) || PyList_Check(item)) {
        PyObject *parts = PySequence_Tuple(item);
        if (!parts || PyTuple_Size(parts) == 5) return parts;
        Py_DECREF(parts);
        return wrong_type("a family", right, item);
    }
    static const char *const names[] = {"name", "documentation", "type", "unit", "samples"};
    PyObject *parts = PyTuple_New(5);
    for (Py_ssize_t i = 0; parts && i < 5; i++) {
        PyObject *part = PyObject_GetAttrString(item, names[i]);
        if (part) {
            PyTuple_SetItem(parts, i, part);
            continue;
        }
        Py_CLEAR(parts);
        if (!PyErr_ExceptionMatches(PyExc_AttributeError)) continue;
        PyErr_Clear();
        wrong_type("a family", right, item);
    }
    return parts;
}

static int emit_family(emission *task, PyObject *item) {
    PyObject *parts = parts_of(item);
    if (!parts) return -1;
    int result = -1;
    int32_t kind;
    PyObject *help_text = PyTuple_GetItem(parts, 1), *unit_text = PyTuple_GetItem(parts, 3);
    const char *help = NULL, *unit = NULL;
    const char *name = text_argument(task->state, PyTuple_GetItem(parts, 0), "family name");
    if (!name) goto done;
    if (help_text != Py_None && !(help = text_argument(task->state, help_text, "help of a family"))) goto done;
    if (kind_of(task->state, PyTuple_GetItem(parts, 2), &kind) < 0) goto done;
    if (unit_text != Py_None && !(unit = text_argument(task->state, unit_text, "unit of a family"))) goto done;
    dynm_status status = dynm_emit_family(task->emitter, name, help, kind, unit);
    if (status != DYNM_OK) {
        raise_status(task->state, status);
        goto done;
    }
    result = emit_samples(task, PyTuple_GetItem(parts, 4));
done:
    Py_DECREF(parts);
    return result;
}

dynm_status emit_families(dynm_emitter *emitter, native_state *state, PyObject *result, PyObject *failures) {
    static const char right[] = "a list of families (name, help, type, unit, samples)";
    if (PyUnicode_Check(result) || PyBytes_Check(result) || PyDict_Check(result)) {
        wrong_type("what a typed callback returns", right, result);
        return DYNM_EINVAL;
    }
    PyObject *iterator = PyObject_GetIter(result), *item;
    if (!iterator) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Clear();
            wrong_type("what a typed callback returns", right, result);
        }
        return DYNM_EINVAL;
    }
    emission task = {emitter, state, failures, 0};
    int outcome = 0;
    while (outcome == 0 && (item = PyIter_Next(iterator))) {
        if (emit_family(&task, item) < 0) outcome = PyErr_Occurred() ? left_out(failures) : -1;
        Py_DECREF(item);
    }
    Py_DECREF(iterator);
    if (outcome == 0 && !PyErr_Occurred()) return DYNM_OK;
    return gate_is_closed() ? DYNM_ECLOSED : DYNM_EINVAL;
}
