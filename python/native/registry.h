/* What the files that read a prometheus_client registry know of each other. */
#ifndef DYNMETRICS_REGISTRY_H
#define DYNMETRICS_REGISTRY_H

#include "lines.h"

/* The classes of prometheus_client whose values are read straight; everything else is asked by its `collect()`. */
enum shape { SHAPE_COUNTER, SHAPE_GAUGE, SHAPE_SUMMARY, SHAPE_HISTOGRAM, SHAPE_ENUM, SHAPES, NO_SHAPE = SHAPES };

/* Attributes that are read at every scrape, as interned strings. */
enum word {
    W_value, W_count, W_sum, W_buckets, W_created, W_get, W_metrics, W_name, W_documentation, W_labelnames,
    W_labelvalues, W_states, W_upper_bounds, W_collect, W_samples, W_multi_samples, W_child_samples, W_func,
    WORDS
};

/* One scrape. Objects are borrowed from `known`, which the guide gave, or from the source. */
typedef struct walk {
    dynm_emitter *emitter;
    native_state *state;
    PyObject *failures;
    PyObject *guide;
    PyObject *const *words;
    PyObject *known;
    PyObject *registry;
    PyTypeObject *types[SHAPES], *mutex_value, *sample;
    int has_created;
    PyObject *go_string;
    PyObject *functions[SHAPES][4]; /* owned: collect, _samples, _multi_samples, _child_samples of each class */
    unsigned steps;
    int is_cold; /* nothing was made yet: the library's code may have to be fetched first */
    struct handing *queue; /* read, but not handed over yet */
    size_t queued, queue_room, queued_values;
    uint64_t filtered_families, filtered_series; /* of metrics that are not even read */
} walk;

/* A family of a custom collector: the text it had, without values, and what was made of it. */
typedef struct kept_family {
    lines text;
    dynm_template *template_;
} kept_family;

/* What is kept of one collector between scrapes. */
typedef struct plan {
    PyObject *collector;
    /* A metric of a known class. */
    PyObject *name, *help, *label_names; /* NULL until they were looked at */
    int has_children, has_created, is_left_out, is_odd;
    size_t per_child; /* values, without the created time */
    int has_sum;
    char **bounds; /* of a histogram: le, spelled; of an enum: states */
    size_t bound_count;
    PyObject **children, **keys; /* keys only while the text is made */
    size_t child_count, child_room;
    dynm_template *template_;
    double *values;
    size_t value_count;
    /* What a custom collector gave. */
    kept_family *families;
    size_t family_count;
} plan;

/* Hands over what waits for it and lets others have the GIL; -1 when everything has to end. */
int walk_turn(walk *task);

/* Does so when it is time, which is looked at every few samples. */
enum { STEPS_PER_LOOK = 32 };

static inline int walk_step(walk *task, unsigned steps) {
    task->steps += steps;
    if (task->steps < STEPS_PER_LOOK) return 0;
    task->steps = 0;
    return gate_is_due() ? walk_turn(task) : 0;
}

/*
 * What the library has to do is short for most metrics, while a busy engine gives the GIL back only every 5 ms: it is
 * asked for again as rarely as can be. So values wait until the slice ends, and only large texts are read without it.
 */

/* Emits a template, soon, with values that stay where they are; those of `owned` are freed then. -1 with an exception. */
int walk_emit(walk *task, const dynm_template *made, const double *values, size_t count, double *owned);
/* Emits text now, behind what waits. */
int walk_text(walk *task, const char *text, size_t length);
/* Makes a template of `text` in place of `*made`. */
int walk_prepare(walk *task, const lines *text, dynm_template **made);

/* ---- plan.c ---- */

/* Reads and emits a metric whose class is known. 0: it has to be asked itself. -1: with an exception it alone is lost,
 * without one everything has to end. */
int plan_scrape(walk *task, plan *one, enum shape shape);
/* Forgets all but the collector. Not while something of it waits to be handed over. */
void plan_reset(plan *one);

/* ---- naming.c ---- */

/* Looks at names, labels and bounds, and whether anything of the metric passes the filter. 0: it has to be asked. */
int plan_learn(walk *task, plan *one, enum shape shape);
/* Whether what was learned still is so. */
int plan_is_as_learned(walk *task, plan *one, enum shape shape);
/* The text of all children, or of one without label values when none were taken. 0: the metric has to be asked. */
int plan_text(walk *task, const plan *one, enum shape shape, lines *out);

/* ---- custom.c ---- */

/* Emits the families that `made` yields, kept in `one`; bad ones are told and left out. As plan_scrape. */
int custom_scrape(walk *task, plan *one, PyObject *made);

#endif
