/* Lines of text 0.0.4. Holds no Python object and needs no GIL. */
#include "lines.h"

#include <stdlib.h>
#include <string.h>

void lines_put(lines *out, const char *data, size_t length) {
    if (length > out->capacity - out->length) {
        size_t capacity = out->capacity ? out->capacity : 1024;
        while (capacity - out->length < length && capacity < SIZE_MAX / 2) capacity *= 2;
        char *grown = out->is_full || capacity - out->length < length ? NULL : realloc(out->data, capacity);
        if (!grown) {
            out->is_full = 1;
            return;
        }
        out->data = grown;
        out->capacity = capacity;
    }
    if (length) memcpy(out->data + out->length, data, length);
    out->length += length;
}

void lines_word(lines *out, const char *word) { lines_put(out, word, strlen(word)); }

static void put_escaped(lines *out, const char *text, size_t length, int quotes) {
    size_t plain = 0;
    for (size_t i = 0; i < length; i++) {
        const char *escape;
        switch (text[i]) {
        case '\\': escape = "\\\\"; break;
        case '\n': escape = "\\n"; break;
        case '"':
            if (!quotes) continue;
            escape = "\\\"";
            break;
        default: continue;
        }
        lines_put(out, text + plain, i - plain);
        lines_put(out, escape, 2);
        plain = i + 1;
    }
    lines_put(out, text + plain, length - plain);
}

void lines_metadata(lines *out, const char *name, const char *suffix, const char *help, size_t help_length,
                    const char *type) {
    lines_word(out, "# HELP ");
    lines_word(out, name);
    lines_word(out, suffix);
    lines_word(out, " ");
    put_escaped(out, help, help_length, 0);
    lines_word(out, "\n# TYPE ");
    lines_word(out, name);
    lines_word(out, suffix);
    lines_word(out, " ");
    lines_word(out, type);
    lines_word(out, "\n");
}

void lines_sample(lines *out, const char *name, const char *suffix, const line_label *labels, size_t count) {
    lines_word(out, name);
    lines_word(out, suffix);
    for (size_t i = 0; i < count; i++) {
        lines_put(out, i ? "," : "{", 1);
        lines_word(out, labels[i].name);
        lines_put(out, "=\"", 2);
        put_escaped(out, labels[i].value, labels[i].value_length, 1);
        lines_put(out, "\"", 1);
    }
    if (count) lines_put(out, "}", 1);
    lines_put(out, " 0\n", 3);
}

void lines_clear(lines *out) {
    free(out->data);
    *out = (struct lines){0};
}

int is_plain_name(const char *name, size_t length, int is_label) {
    if (!length || (name[0] >= '0' && name[0] <= '9')) return 0;
    for (size_t i = 0; i < length; i++) {
        char at = name[i];
        int is_letter = (at >= 'a' && at <= 'z') || (at >= 'A' && at <= 'Z') || at == '_';
        if (!is_letter && !(at >= '0' && at <= '9') && (is_label || at != ':')) return 0;
    }
    return 1;
}
