/*
 * What of a metric stays from scrape to scrape: its names, labels and bounds, and the text that they make, for which the
 * library has a template. Metrics whose names prometheus_client may write otherwise than they are have to be asked.
 */
#include "registry.h"

#include <stdlib.h>
#include <string.h>

/* ---- the text ---- */

static const char *utf8(PyObject *text, Py_ssize_t *length) {
    return text && PyUnicode_Check(text) ? PyUnicode_AsUTF8AndSize(text, length) : NULL;
}

/* The labels of a metric in the order in which they are written: names sorted, which value of the key goes there. */
typedef struct label_order {
    const char *names[MOST_LABELS + 1];
    Py_ssize_t from[MOST_LABELS + 1]; /* -1: the label that the sample adds */
    size_t count;
} label_order;

static void order_add(label_order *order, const char *name, Py_ssize_t from) {
    size_t at = order->count++;
    for (; at > 0 && strcmp(order->names[at - 1], name) > 0; at--) {
        order->names[at] = order->names[at - 1];
        order->from[at] = order->from[at - 1];
    }
    order->names[at] = name;
    order->from[at] = from;
}

/* 0 when the names are such that prometheus_client has to be asked. */
static int order_labels(const plan *one, const char *added, label_order *order) {
    order->count = 0;
    Py_ssize_t count = one->has_children ? PyTuple_Size(one->label_names) : 0, length;
    if (count > MOST_LABELS) return 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        const char *name = utf8(PyTuple_GetItem(one->label_names, i), &length);
        if (!name || !is_plain_name(name, (size_t)length, 1)) return 0;
        order_add(order, name, i);
    }
    if (added) order_add(order, added, -1);
    for (size_t i = 1; i < order->count; i++) {
        if (strcmp(order->names[i - 1], order->names[i]) == 0) return 0;
    }
    return 1;
}

static int fill_labels(const plan *one, PyObject *key, const label_order *order, line_label *out) {
    for (size_t i = 0; i < order->count; i++) {
        Py_ssize_t length = 0;
        out[i].name = order->names[i];
        out[i].value = "";
        if (order->from[i] >= 0 && one->children) {
            PyObject *value = PyTuple_Check(key) ? PyTuple_GetItem(key, order->from[i]) : NULL;
            if (!(out[i].value = utf8(value, &length))) {
                if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "the label values of a child are not a tuple of str");
                return -1;
            }
        }
        out[i].value_length = (size_t)length;
    }
    return 0;
}

static void put_child(lines *out, const plan *one, enum shape shape, const char *name, const label_order *plain,
                      line_label *plain_labels, const label_order *bound, line_label *bound_labels) {
    size_t place = 0;
    while (place < bound->count && bound->from[place] >= 0) place++;
    for (size_t i = 0; i < one->bound_count; i++) {
        bound_labels[place].value = one->bounds[i];
        bound_labels[place].value_length = strlen(one->bounds[i]);
        lines_sample(out, name, shape == SHAPE_HISTOGRAM ? "_bucket" : "", bound_labels, bound->count);
    }
    switch (shape) {
    case SHAPE_COUNTER: lines_sample(out, name, "_total", plain_labels, plain->count); break;
    case SHAPE_GAUGE: lines_sample(out, name, "", plain_labels, plain->count); break;
    case SHAPE_SUMMARY:
    case SHAPE_HISTOGRAM:
        lines_sample(out, name, "_count", plain_labels, plain->count);
        if (one->has_sum) lines_sample(out, name, "_sum", plain_labels, plain->count);
        break;
    default: break;
    }
}

static const char *const type_words[SHAPES] = {"counter", "gauge", "summary", "histogram", "gauge"};

/* The text of all children, or of one without label values when none were taken. 0: prometheus_client has to be asked. */
int plan_text(walk *task, const plan *one, enum shape shape, lines *out) {
    label_order plain, bound;
    line_label plain_labels[MOST_LABELS + 1], bound_labels[MOST_LABELS + 1];
    Py_ssize_t length, help_length;
    const char *name = utf8(one->name, &length);
    const char *help = name ? utf8(one->help, &help_length) : NULL;
    if (!help) return PyErr_Occurred() ? -1 : 0;
    const char *added = shape == SHAPE_HISTOGRAM ? "le" : shape == SHAPE_ENUM ? name : NULL;
    if (!is_plain_name(name, (size_t)length, shape == SHAPE_ENUM)) return 0;
    bound.count = 0;
    if (!order_labels(one, NULL, &plain) || (added && !order_labels(one, added, &bound))) return PyErr_Occurred() ? -1 : 0;

    lines_metadata(out, name, shape == SHAPE_COUNTER ? "_total" : "", help, (size_t)help_length, type_words[shape]);
    size_t count = one->children ? one->child_count : 1;
    for (size_t i = 0; i < count; i++) {
        PyObject *key = one->children ? one->keys[i] : NULL;
        if (fill_labels(one, key, &plain, plain_labels) < 0 || fill_labels(one, key, &bound, bound_labels) < 0) return -1;
        put_child(out, one, shape, name, &plain, plain_labels, &bound, bound_labels);
        if (walk_step(task, (unsigned)one->per_child) < 0) return -1;
    }
    if (one->has_created && count > 0) {
        lines_metadata(out, name, "_created", help, (size_t)help_length, "gauge");
        for (size_t i = 0; i < count; i++) {
            if (fill_labels(one, one->children ? one->keys[i] : NULL, &plain, plain_labels) < 0) return -1;
            lines_sample(out, name, "_created", plain_labels, plain.count);
            if (walk_step(task, 1) < 0) return -1;
        }
    }
    if (!out->is_full) return 1;
    PyErr_NoMemory();
    return -1;
}

/* ---- learning ---- */

/* A list of texts as C has them; `spell` makes text of what is none. 0: they are something else. */
static int take_bounds(walk *task, plan *one, enum word word, PyObject *spell) {
    PyObject *list = PyObject_GetAttr(one->collector, task->words[word]);
    if (!list) return -1;
    Py_ssize_t count = PyList_CheckExact(list) ? PyList_Size(list) : 0;
    one->bounds = count > 0 ? calloc((size_t)count, sizeof *one->bounds) : NULL;
    int result = one->bounds != NULL;
    for (Py_ssize_t i = 0; result == 1 && i < count; i++) {
        PyObject *item = PyList_GetItem(list, i), *text;
        if (!item) {
            result = -1;
            break;
        }
        Py_INCREF(item);
        if (spell && i == 0) one->has_sum = PyFloat_AsDouble(item) >= 0;
        text = spell ? PyObject_CallFunctionObjArgs(spell, item, NULL) : Py_NewRef(item);
        Py_ssize_t length;
        const char *bytes = utf8(text, &length);
        result = PyErr_Occurred() ? -1 : bytes && strlen(bytes) == (size_t)length;
        if (result == 1 && !(one->bounds[one->bound_count++] = strdup(bytes))) {
            one->bound_count--;
            PyErr_NoMemory();
            result = -1;
        }
        Py_XDECREF(text);
        Py_DECREF(item);
    }
    Py_DECREF(list);
    return result;
}

/* Looks at names, labels and bounds, and whether anything of the metric passes the filter. 0: it has to be asked. */
int plan_learn(walk *task, plan *one, enum shape shape) {
    PyObject *values = NULL;
    if (!(one->name = PyObject_GetAttr(one->collector, task->words[W_name]))) return -1;
    if (!(one->help = PyObject_GetAttr(one->collector, task->words[W_documentation]))) return -1;
    if (!(one->label_names = PyObject_GetAttr(one->collector, task->words[W_labelnames]))) return -1;
    if (!(values = PyObject_GetAttr(one->collector, task->words[W_labelvalues]))) return -1;
    int is_usual = PyTuple_CheckExact(one->label_names) && PyTuple_CheckExact(values);
    one->has_children = is_usual && PyTuple_Size(one->label_names) > 0 && PyTuple_Size(values) == 0;
    Py_DECREF(values);
    if (!is_usual) return 0;
    one->has_created = task->has_created && shape != SHAPE_GAUGE && shape != SHAPE_ENUM;
    one->has_sum = shape == SHAPE_SUMMARY;
    int result = 1;
    if (shape == SHAPE_HISTOGRAM) result = take_bounds(task, one, W_upper_bounds, task->go_string);
    if (shape == SHAPE_ENUM) result = take_bounds(task, one, W_states, NULL);
    if (result != 1) return result;
    one->per_child = one->bound_count;
    if (shape != SHAPE_ENUM) one->per_child += 1 + (one->has_sum != 0);

    lines text = {0};
    dynm_template *probe = NULL;
    result = plan_text(task, one, shape, &text);
    if (result == 1) result = walk_prepare(task, &text, &probe) < 0 ? -1 : 1;
    one->is_left_out = result == 1 && dynm_template_series(probe) == 0;
    dynm_template_free(probe);
    lines_clear(&text);
    return result;
}

/* Whether what was learned still is so. */
int plan_is_as_learned(walk *task, plan *one, enum shape shape) {
    PyObject *name = PyObject_GetAttr(one->collector, task->words[W_name]);
    PyObject *help = name ? PyObject_GetAttr(one->collector, task->words[W_documentation]) : NULL;
    if (!help) PyErr_Clear();
    int is_same = name == one->name && help == one->help;
    Py_XDECREF(help);
    Py_XDECREF(name);
    int wants_created = task->has_created && shape != SHAPE_GAUGE && shape != SHAPE_ENUM;
    return is_same && one->has_created == wants_created;
}
