/*
 * Lines of text 0.0.4, spelled as prometheus_client spells them, but with a 0 for each value: the values go beside them.
 */
#ifndef DYNMETRICS_LINES_H
#define DYNMETRICS_LINES_H

#include "native.h"

enum { MOST_LABELS = 64 };

/* Bytes that grow; one that found no memory takes nothing any more and says so. */
typedef struct lines {
    char *data;
    size_t length, capacity;
    int is_full;
} lines;

/* A label, with lengths: values may hold any character. */
typedef struct line_label {
    const char *name, *value;
    size_t value_length;
} line_label;

void lines_put(lines *out, const char *data, size_t length);
void lines_word(lines *out, const char *word);
/* "# HELP name+suffix help" and "# TYPE name+suffix type". */
void lines_metadata(lines *out, const char *name, const char *suffix, const char *help, size_t help_length, const char *type);
/* A sample; `labels` in the order in which they are to stand. */
void lines_sample(lines *out, const char *name, const char *suffix, const line_label *labels, size_t count);
void lines_clear(lines *out);

/* Whether prometheus_client writes the name as it is, whatever its release. */
int is_plain_name(const char *name, size_t length, int is_label);

#endif
