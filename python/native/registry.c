/*
 * A registry of prometheus_client as a source.
 *
 * `dynmetrics._registry.Guide` says at every scrape whether the registry and prometheus_client's classes are as this code
 * knows them; if not, it gives the page as text. If so, the registry's collectors are gone through in their order: the
 * values of its own metrics are read from the objects (plan.c), everything else is asked by `collect()` (custom.c). One
 * that fails costs itself only. The GIL is given up between slices, in which the library gets what was read.
 */
#include "registry.h"

#include <stdlib.h>

static const char *const words[WORDS] = {
    "_value", "_count", "_sum", "_buckets", "_created", "get", "_metrics", "_name", "_documentation", "_labelnames",
    "_labelvalues", "_states", "_upper_bounds", "collect", "_samples", "_multi_samples", "_child_samples", "__func__",
};

typedef struct registry_source {
    held_callback *callback; /* the guide */
    PyObject *words[WORDS];
    plan *plans; /* in the order of the collectors */
    size_t plan_count;
    plan target; /* of target_info */
    int is_busy; /* found so: a fork left the thread that was inside with the parent */
} registry_source;

/* ---- handing over ---- */

enum { SHORT_TEXT = 4096, FEW_VALUES = 4096 }; /* a tenth of a millisecond of the library's work */

typedef struct handing {
    const dynm_template *made;
    const double *values;
    size_t count;
    double *owned;
} handing;

int walk_emit(walk *task, const dynm_template *made, const double *values, size_t count, double *owned) {
    if (task->queued == task->queue_room) {
        size_t room = task->queue_room ? 2 * task->queue_room : 64;
        handing *grown = realloc(task->queue, room * sizeof *grown);
        if (!grown) {
            free(owned);
            PyErr_NoMemory();
            return -1;
        }
        task->queue = grown;
        task->queue_room = room;
    }
    task->queue[task->queued++] = (handing){made, values, count, owned};
    task->queued_values += count;
    return 0;
}

/* With or without the GIL. */
static void hand_over(walk *task) {
    for (size_t i = 0; i < task->queued; i++) {
        const handing *one = &task->queue[i];
        dynm_status status = dynm_emit_template(task->emitter, one->made, one->values, one->count);
        if (status != DYNM_OK) dynm_emit_missing(task->emitter, "a metric that the library did not take");
        free(one->owned);
    }
    task->queued = task->queued_values = 0;
}

int walk_turn(walk *task) {
    PyThreadState *lent = gate_lend();
    hand_over(task);
    gate_rest();
    gate_reclaim(lent);
    task->steps = 0;
    return gate_is_closed() ? -1 : 0;
}

/* After work of the library: -1 with an exception when it went wrong. */
static int outcome(walk *task, dynm_status status) {
    if (status == DYNM_OK) return gate_is_closed() ? -1 : 0;
    raise_status(task->state, status);
    return -1;
}

int walk_text(walk *task, const char *text, size_t length) {
    int is_short = length <= SHORT_TEXT && task->queued_values <= FEW_VALUES;
    PyThreadState *lent = is_short ? NULL : gate_lend();
    hand_over(task);
    dynm_status status = dynm_emit_text(task->emitter, text, length);
    if (lent) gate_reclaim(lent);
    return outcome(task, status);
}

int walk_prepare(walk *task, const lines *text, dynm_template **made) {
    PyThreadState *lent = text->length <= SHORT_TEXT && !task->is_cold ? NULL : gate_lend();
    task->is_cold = 0;
    dynm_template *before = *made;
    *made = NULL;
    dynm_status status = dynm_template_create(task->emitter, text->data, text->length, made);
    dynm_template_free(before);
    if (lent) gate_reclaim(lent);
    task->steps = STEPS_PER_LOOK;
    return outcome(task, status);
}

/* ---- plans ---- */

static void plan_drop(plan *one) {
    plan_reset(one);
    Py_DECREF(one->collector);
}

/* Puts the plans in the order of `collectors`; a collector that is new gets an empty one. */
static int order_plans(registry_source *source, PyObject *collectors) {
    size_t count = (size_t)PyList_Size(collectors), next = 0;
    plan *ordered = calloc(count ? count : 1, sizeof *ordered);
    if (!ordered) {
        PyErr_NoMemory();
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        PyObject *collector = PyList_GetItem(collectors, (Py_ssize_t)i);
        /* They mostly come as before; one that went is stepped over. */
        size_t found = next;
        while (found < source->plan_count && source->plans[found].collector != collector) found++;
        if (found < source->plan_count) {
            ordered[i] = source->plans[found];
            source->plans[found].collector = NULL;
            next = found + 1;
        } else {
            ordered[i].collector = Py_NewRef(collector);
        }
    }
    for (size_t i = 0; i < source->plan_count; i++) {
        if (source->plans[i].collector) plan_drop(&source->plans[i]);
    }
    free(source->plans);
    source->plans = ordered;
    source->plan_count = count;
    return 0;
}

/* ---- the walk ---- */

/* Takes apart what the guide said: (registry, Counter, Gauge, Summary, Histogram, Enum, MutexValue, Sample,
 * floatToGoString, whether there are created times). */
static int learn_shapes(walk *task) {
    static const enum word methods[4] = {W_collect, W_samples, W_multi_samples, W_child_samples};
    PyObject *known = task->known;
    task->registry = PyTuple_GetItem(known, 0);
    for (int shape = 0; shape < SHAPES; shape++) {
        PyObject *type = PyTuple_GetItem(known, 1 + shape);
        if (!type) return -1;
        task->types[shape] = (PyTypeObject *)type;
        for (int i = 0; i < 4; i++) {
            if (!(task->functions[shape][i] = PyObject_GetAttr(type, task->words[methods[i]]))) return -1;
        }
    }
    task->mutex_value = (PyTypeObject *)PyTuple_GetItem(known, 1 + SHAPES);
    task->sample = (PyTypeObject *)PyTuple_GetItem(known, 2 + SHAPES);
    task->go_string = PyTuple_GetItem(known, 3 + SHAPES);
    PyObject *created = PyTuple_GetItem(known, 4 + SHAPES);
    task->has_created = created ? PyObject_IsTrue(created) : -1;
    return task->has_created < 0 ? -1 : 0;
}

static enum shape shape_of(const walk *task, PyObject *collector) {
#ifndef Py_GIL_DISABLED /* else its children could change under our hands */
    for (int shape = 0; shape < SHAPES; shape++) {
        if (Py_TYPE(collector) == task->types[shape]) return (enum shape)shape;
    }
#endif
    return NO_SHAPE;
}

static int ask(walk *task, plan *one, PyObject *made) {
    int result = made ? custom_scrape(task, one, made) : -1;
    Py_XDECREF(made);
    return result;
}

/* What failed is told once and counted, and the others go on. */
static int without(walk *task, PyObject *collector) {
    if (!PyErr_Occurred() || left_out(task->failures) < 0) return -1;
    PyObject *type = PyObject_GetAttrString((PyObject *)Py_TYPE(collector), "__name__");
    const char *name = type ? PyUnicode_AsUTF8AndSize(type, NULL) : NULL;
    if (!name) PyErr_Clear();
    dynm_emit_missing(task->emitter, name ? name : "a collector");
    Py_XDECREF(type);
    return 0;
}

static int scrape_collector(walk *task, plan *one) {
    enum shape shape = shape_of(task, one->collector);
    int result = shape == NO_SHAPE ? 0 : plan_scrape(task, one, shape);
    if (result == 0) result = ask(task, one, PyObject_CallMethodObjArgs(one->collector, task->words[W_collect], NULL));
    if (result < 0) result = without(task, one->collector);
    return result < 0 ? -1 : walk_step(task, STEPS_PER_LOOK);
}

/* target_info, which no collector brings. */
static int scrape_target(walk *task, registry_source *source) {
    PyObject *info = PyObject_GetAttrString(task->registry, "_target_info");
    int is_set = info ? PyObject_IsTrue(info) : -1;
    Py_XDECREF(info);
    if (is_set <= 0) return is_set;
    PyObject *family = PyObject_CallMethod(task->registry, "_target_info_metric", NULL);
    PyObject *families = family ? PyTuple_Pack(1, family) : NULL;
    Py_XDECREF(family);
    return ask(task, &source->target, families) < 0 ? without(task, task->registry) : 0;
}

static int scrape_registry(walk *task, registry_source *source) {
    if (learn_shapes(task) < 0 || walk_step(task, STEPS_PER_LOOK) < 0 || scrape_target(task, source) < 0) return -1;
    PyObject *names = PyObject_GetAttrString(task->registry, "_collector_to_names");
    PyObject *collectors = names ? PyDict_Keys(names) : NULL;
    Py_XDECREF(names);
    int result = collectors ? order_plans(source, collectors) : -1;
    Py_XDECREF(collectors);
    for (size_t i = 0; result == 0 && i < source->plan_count; i++) result = scrape_collector(task, &source->plans[i]);
    return result;
}

static int scrape_text(walk *task) {
    PyObject *page = PyObject_CallMethod(task->guide, "page", NULL);
    const char *text;
    Py_ssize_t length;
    int result = page ? text_of(page, &text, &length) : -1;
    if (result == 0) result = walk_text(task, text, (size_t)length);
    Py_XDECREF(page);
    return result;
}

static int scrape_source(walk *task, registry_source *source) {
    if (!(task->known = PyObject_CallMethod(task->guide, "shapes", NULL))) return -1;
    int result = task->known == Py_None ? scrape_text(task) : scrape_registry(task, source);
    for (int shape = 0; shape < SHAPES; shape++) {
        for (int i = 0; i < 4; i++) Py_XDECREF(task->functions[shape][i]);
    }
    Py_DECREF(task->known);
    return result;
}

static dynm_status registry_trampoline(dynm_emitter *emitter, void *payload) {
    registry_source *source = payload;
    PyGILState_STATE pass;
    if (!gate_enter(&pass)) return DYNM_ECLOSED;
    if (source->is_busy) {
        /* Cut in half by a fork: it is left as it is, and made anew. */
        source->plans = NULL;
        source->plan_count = 0;
        source->target = (struct plan){0};
    }
    source->is_busy = 1;
    const held_callback *callback = source->callback;
    walk task = {.emitter = emitter, .state = callback->state, .failures = callback->failures,
                 .guide = callback->function, .words = source->words, .is_cold = source->plan_count == 0};
    dynm_status status = scrape_source(&task, source) == 0 ? DYNM_OK : DYNM_EINVAL;
    if (PyErr_Occurred()) tell_failure(callback->failures);
    gate_leave(pass);
    /* The values lie in the plans, which only this thread touches. */
    hand_over(&task);
    dynm_emit_filtered(emitter, task.filtered_families, task.filtered_series);
    free(task.queue);
    source->is_busy = 0;
    return status;
}

/* ---- the source and its life ---- */

static void source_free(registry_source *source) {
    for (size_t i = 0; !source->is_busy && i < source->plan_count; i++) plan_drop(&source->plans[i]);
    if (!source->is_busy) plan_reset(&source->target);
    for (int i = 0; i < WORDS; i++) Py_XDECREF(source->words[i]);
    if (source->callback) callback_free(source->callback);
    free(source->plans);
    free(source);
}

static void release_source(void *payload) {
    PyGILState_STATE pass;
    if (!gate_enter(&pass)) return;
    source_free(payload);
    gate_leave(pass);
}

static registry_source *source_new(native_state *state, PyObject *module, PyObject *guide) {
    registry_source *made = calloc(1, sizeof *made);
    if (!made) {
        PyErr_NoMemory();
        return NULL;
    }
    made->callback = callback_new(state, module, guide);
    int is_well = made->callback != NULL;
    for (int i = 0; is_well && i < WORDS; i++) is_well = (made->words[i] = PyUnicode_InternFromString(words[i])) != NULL;
    if (is_well) return made;
    source_free(made);
    return NULL;
}

PyObject *register_registry(PyObject *module, native_state *state, dynm_node *node, PyObject *guide,
                            const dynm_source_options *options) {
    registry_source *made = source_new(state, module, guide);
    if (!made) return NULL;
    dynm_registration *handle = NULL;
    dynm_status status;
    Py_BEGIN_ALLOW_THREADS
    status = dynm_node_register_typed(node, options, registry_trampoline, made, release_source, &handle);
    Py_END_ALLOW_THREADS
    if (status == DYNM_OK) return registration_new(state, handle);
    source_free(made);
    return raise_status(state, status);
}
