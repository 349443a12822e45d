/* SPDX-License-Identifier: MIT */
#include "report/exposition.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"

static void append(struct exposition *e, const char *text) {
        if (e->r == 0)
                e->r = buffer_append_string(e->buffer, text);
}

void exposition_begin(struct exposition *e, const char *name, const char *help) {
        e->name = name;
        e->help = help;
}

static void append_header(struct exposition *e) {
        if (e->help == NULL)
                return;
        if (e->r == 0)
                e->r = buffer_printf(e->buffer, "# HELP %s %s\n# TYPE %s gauge\n", e->name, e->help, e->name);
        e->help = NULL;
}

/* One invalid byte would make node_exporter refuse the file. */
static void append_escaped(struct exposition *e, const char *value) {
        _cleanup_(freep) char *copy = strdup(value);
        if (copy == NULL) {
                e->r = e->r < 0 ? e->r : -ENOMEM;
                return;
        }
        utf8_sanitize(copy);
        for (const char *c = copy; e->r == 0 && *c != '\0'; c++) {
                if (*c == '\\' || *c == '"')
                        append(e, "\\");
                if (*c == '\n')
                        append(e, "\\n");
                else if (e->r == 0)
                        e->r = buffer_append(e->buffer, c, 1);
        }
}

static void append_labels(struct exposition *e, const struct label *labels, size_t n) {
        const char *separator = "{";
        for (size_t i = 0; i < n; i++) {
                if (labels[i].value[0] == '\0')
                        continue;
                append(e, separator);
                append(e, labels[i].name);
                append(e, "=\"");
                append_escaped(e, labels[i].value);
                append(e, "\"");
                separator = ",";
        }
        if (separator[0] == ',')
                append(e, "}");
}

static void append_value(struct exposition *e, enum exposition_unit unit, uint64_t value) {
        if (e->r < 0)
                return;
        switch (unit) {
        case EXPOSITION_GIB:
                /* May be more than 64 bits hold; a power of two times an integer is exact. */
                e->r = buffer_printf(e->buffer, " %.0Lf\n", (long double) value * (UINT64_C(1) << 30));
                break;
        case EXPOSITION_KIB:
                e->r = buffer_printf(e->buffer, " %.0Lf\n", (long double) value * 1024);
                break;
        case EXPOSITION_MILLIONTHS:
                e->r = buffer_printf(e->buffer, " %" PRIu64 ".%06" PRIu64 "\n", value / 1000000, value % 1000000);
                break;
        default:
                e->r = buffer_printf(e->buffer, " %" PRIu64 "\n", value);
        }
}

void exposition_add(struct exposition *e, const struct label *labels, size_t n_labels, enum exposition_unit unit,
                    uint64_t value) {
        append_header(e);
        append(e, e->name);
        append_labels(e, labels, n_labels);
        append_value(e, unit, value);
}

void exposition_end(struct exposition *e) {
        append(e, "# EOF\n");
}
