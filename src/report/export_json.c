/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "base/utf8.h"
#include "report/export.h"

#define FORMAT_VERSION 1

static int append(const char *text, size_t n, void *userdata) {
        return buffer_append(userdata, text, n);
}

/* Takes value over; NULL is out of memory. */
static int add_value(struct buffer *out, json_t *value) {
        /* Of its errors only the buffer's are left: text is valid, and numbers are finite. */
        int r = value != NULL && json_dump_callback(value, append, out, JSON_ENCODE_ANY) == 0 ? 0 : -ENOMEM;
        json_decref(value);
        return r;
}

/* Printable ASCII that JSON has as it is. Most texts are so, the columns' names among them, and these need no jansson,
 * which takes as long as all the rest. */
static bool is_plain(const char *text) {
        for (const char *c = text; *c != '\0'; c++)
                if (*c < 0x20 || *c > 0x7e || *c == '"' || *c == '\\')
                        return false;
        return true;
}

static int add_text(struct buffer *out, const char *text) {
        if (is_plain(text))
                return buffer_printf(out, "\"%s\"", text);
        _cleanup_(freep) char *copy = strdup(text);
        if (copy == NULL)
                return -ENOMEM;
        utf8_sanitize(copy);
        return add_value(out, json_string(copy));
}

static int add_cell(struct buffer *out, const struct cell *cell) {
        switch (cell->type) {
        case CELL_INTEGER:
                return buffer_printf(out, "%" PRId64, cell->integer);
        case CELL_REAL:
                /* JSON has no infinity. */
                return __builtin_isfinite(cell->real) ? add_value(out, json_real(cell->real))
                                                      : buffer_append_string(out, "null");
        case CELL_TEXT:
                return add_text(out, cell->text);
        default:
                return buffer_append_string(out, "null");
        }
}

static int add_head(struct buffer *out, enum export_kind what, const struct row *columns _unused_) {
        return buffer_printf(out, "{\"format_version\":%d,\"export\":\"%s\",\"rows\":[", FORMAT_VERSION,
                             export_kind_name(what));
}

static int add_row(struct buffer *out, const struct row *row, bool is_first) {
        int r = buffer_append_string(out, is_first ? "\n{" : ",\n{");
        for (size_t i = 0; r == 0 && i < row->n; i++) {
                r = i > 0 ? buffer_append_string(out, ",") : 0;
                if (r == 0)
                        r = add_text(out, row->names[i]);
                if (r == 0)
                        r = buffer_append_string(out, ":");
                if (r == 0)
                        r = add_cell(out, &row->cells[i]);
        }
        return r < 0 ? r : buffer_append_string(out, "}");
}

static int add_end(struct buffer *out) {
        return buffer_append_string(out, "\n]}\n");
}

const struct export_format export_json = { .begin = add_head, .row = add_row, .end = add_end };
