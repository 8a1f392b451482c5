/*
 * What a collector's own `collect()` gave: every family is written as text without values and compared with what it was
 * at the scrape before. Where nothing has changed but values, only these go to the library. A family that is not of the
 * usual kind (names that need escapes, timestamps, values that are no numbers) is written by prometheus_client itself.
 */
#include "registry.h"

#include <stdlib.h>
#include <string.h>

/* Samples that text 0.0.4 shows as gauges of their own, behind the others, in this order. */
enum { MAIN, CREATED, GROUP_COUNT, GROUP_SUM, GROUPS };
static const char *const suffixes[GROUPS] = {"", "_created", "_gcount", "_gsum"};

typedef struct number_list {
    double *items;
    size_t count, room;
} number_list;

/* One family while it is written. */
typedef struct writing {
    const char *name, *help;
    size_t name_length, help_length;
    lines texts[GROUPS];
    number_list numbers[GROUPS];
} writing;

static const struct {
    const char *word, *written, *suffix;
} types[] = {
    {"counter", "counter", "_total"},    {"gauge", "gauge", ""},          {"summary", "summary", ""},
    {"histogram", "histogram", ""},      {"info", "gauge", "_info"},      {"stateset", "gauge", ""},
    {"gaugehistogram", "histogram", ""}, {"unknown", "untyped", ""},
};

static void writing_clear(writing *one) {
    for (int group = 0; group < GROUPS; group++) {
        lines_clear(&one->texts[group]);
        free(one->numbers[group].items);
    }
}

static int add_number(number_list *list, double number) {
    if (list->count == list->room) {
        size_t room = list->room ? 2 * list->room : 16;
        double *grown = realloc(list->items, room * sizeof *grown);
        if (!grown) return -1;
        list->items = grown;
        list->room = room;
    }
    list->items[list->count++] = number;
    return 0;
}

static const char *text_part(PyObject *text, size_t *length) {
    Py_ssize_t count;
    const char *bytes = text && PyUnicode_CheckExact(text) ? PyUnicode_AsUTF8AndSize(text, &count) : NULL;
    if (bytes) *length = (size_t)count;
    if (!bytes) PyErr_Clear(); /* prometheus_client says what is wrong with it */
    return bytes;
}

/* The labels of a sample, sorted by name. -1: not of the usual kind. */
static Py_ssize_t labels_of(PyObject *dict, line_label *out) {
    PyObject *name, *value;
    Py_ssize_t at = 0, count = 0;
    if (!PyDict_CheckExact(dict) || PyDict_Size(dict) > MOST_LABELS) return -1;
    while (PyDict_Next(dict, &at, &name, &value)) {
        line_label label;
        size_t length;
        if (!(label.name = text_part(name, &length)) || !is_plain_name(label.name, length, 1)) return -1;
        if (!(label.value = text_part(value, &label.value_length))) return -1;
        Py_ssize_t place = count++;
        for (; place > 0 && strcmp(out[place - 1].name, label.name) > 0; place--) out[place] = out[place - 1];
        out[place] = label;
    }
    return count;
}

static int group_of(const writing *one, const char *name, size_t length) {
    for (int group = CREATED; group < GROUPS; group++) {
        size_t rest = strlen(suffixes[group]);
        if (length == one->name_length + rest && memcmp(name, one->name, one->name_length) == 0 &&
            memcmp(name + one->name_length, suffixes[group], rest) == 0)
            return group;
    }
    return MAIN;
}

/* 1: written; 0: not of the usual kind; -1: no memory. */
static int write_sample(walk *task, writing *one, PyObject *sample) {
    line_label labels[MOST_LABELS];
    size_t length;
    if (Py_TYPE(sample) != task->sample || PyTuple_GetItem(sample, 3) != Py_None) return 0;
    const char *name = text_part(PyTuple_GetItem(sample, 0), &length);
    PyObject *value = PyTuple_GetItem(sample, 2);
    if (!name || !is_plain_name(name, length, 0) || !(PyFloat_CheckExact(value) || PyLong_CheckExact(value))) return 0;
    double number = PyFloat_AsDouble(value);
    if (number == -1.0 && PyErr_Occurred()) {
        PyErr_Clear();
        return 0;
    }
    Py_ssize_t count = labels_of(PyTuple_GetItem(sample, 1), labels);
    if (count < 0) return 0;
    int group = group_of(one, name, length);
    lines_sample(&one->texts[group], name, "", labels, (size_t)count);
    return add_number(&one->numbers[group], number) < 0 ? -1 : 1;
}

/* Writes the parts of `family`, which stay alive in `parts`. As write_sample, and -1 with an exception. */
static int write_family(walk *task, writing *one, PyObject *const *parts) {
    size_t length;
    size_t type = 0, count = sizeof types / sizeof *types;
    const char *word = text_part(parts[2], &length);
    if (!(one->name = text_part(parts[0], &one->name_length)) || !is_plain_name(one->name, one->name_length, 0)) return 0;
    if (!(one->help = text_part(parts[1], &one->help_length)) || !word || !PyList_CheckExact(parts[3])) return 0;
    while (type < count && strcmp(word, types[type].word) != 0) type++;
    if (type == count) return 0;
    lines *text = &one->texts[MAIN];
    lines_metadata(text, one->name, types[type].suffix, one->help, one->help_length, types[type].written);
    for (Py_ssize_t i = 0; i < PyList_Size(parts[3]); i++) {
        PyObject *sample = PyList_GetItem(parts[3], i);
        int result = sample ? write_sample(task, one, sample) : 0;
        if (result == 0) return 0;
        if (result < 0) break;
        if (walk_step(task, 1) < 0) return -1;
    }
    for (int group = CREATED; group < GROUPS; group++) {
        if (!one->texts[group].length) continue;
        lines_metadata(text, one->name, suffixes[group], one->help, one->help_length, "gauge");
        lines_put(text, one->texts[group].data, one->texts[group].length);
        for (size_t i = 0; i < one->numbers[group].count; i++) {
            if (add_number(&one->numbers[MAIN], one->numbers[group].items[i]) < 0) text->is_full = 1;
        }
        text->is_full |= one->texts[group].is_full;
    }
    if (!text->is_full) return 1;
    PyErr_NoMemory();
    return -1;
}

static kept_family *kept_at(plan *one, size_t index) {
    if (index < one->family_count) return &one->families[index];
    kept_family *grown = realloc(one->families, (index + 1) * sizeof *grown);
    if (!grown) return NULL;
    one->families = grown;
    while (one->family_count <= index) grown[one->family_count++] = (struct kept_family){0};
    return &grown[index];
}

static int emit_written(walk *task, plan *one, size_t index, writing *family) {
    kept_family *kept = kept_at(one, index);
    lines *text = &family->texts[MAIN];
    if (!kept) {
        PyErr_NoMemory();
        return -1;
    }
    int is_same = kept->template_ && kept->text.length == text->length &&
                  memcmp(kept->text.data, text->data, text->length) == 0;
    if (!is_same) {
        if (walk_prepare(task, text, &kept->template_) < 0) return -1;
        lines_clear(&kept->text);
        kept->text = *text;
        *text = (struct lines){0};
    }
    number_list values = family->numbers[MAIN];
    family->numbers[MAIN] = (struct number_list){0};
    return walk_emit(task, kept->template_, values.items, values.count, values.items);
}

/* What prometheus_client writes of this family. */
static int emit_unusual(walk *task, PyObject *family) {
    PyObject *page = PyObject_CallMethod(task->guide, "page_of", "O", family);
    const char *text;
    Py_ssize_t length;
    int result = page ? text_of(page, &text, &length) : -1;
    if (result == 0) result = walk_text(task, text, (size_t)length);
    Py_XDECREF(page);
    return result;
}

static int emit_one(walk *task, plan *one, size_t index, PyObject *family) {
    static const char *const names[] = {"name", "documentation", "type", "samples"};
    PyObject *parts[4] = {0};
    writing text = {0};
    int result = 1;
    for (int i = 0; i < 4 && result == 1; i++) {
        if ((parts[i] = PyObject_GetAttrString(family, names[i]))) continue;
        PyErr_Clear();
        result = 0;
    }
    if (result == 1) result = write_family(task, &text, parts);
    if (result == 1) {
        result = emit_written(task, one, index, &text);
    } else if (result == 0) {
        result = emit_unusual(task, family);
    }
    writing_clear(&text);
    for (int i = 0; i < 4; i++) Py_XDECREF(parts[i]);
    return result;
}

int custom_scrape(walk *task, plan *one, PyObject *made) {
    PyObject *iterator = PyObject_GetIter(made), *family;
    if (!iterator) return -1;
    int result = 0;
    for (size_t index = 0; result == 0 && (family = PyIter_Next(iterator)); index++) {
        result = emit_one(task, one, index, family);
        Py_DECREF(family);
        if (result >= 0 || !PyErr_Occurred()) continue;
        /* A family that cannot be written costs itself only. */
        if (left_out(task->failures) < 0) break;
        dynm_emit_missing(task->emitter, "a family that could not be written");
        result = 0;
    }
    Py_DECREF(iterator);
    return PyErr_Occurred() ? -1 : result;
}
