/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* What can be taken out of the history, and a row on its way. */

enum export_kind {
        EXPORT_NONE,
        EXPORT_RUNS,
        EXPORT_REGIONS,
        EXPORT_TYPES,
        EXPORT_INSTANCES,
        EXPORT_VOLUMES,
        EXPORT_EVENTS,
        _EXPORT_KIND_MAX,
};

/* The kind's word on the command line and in JSON ("runs"). */
const char *export_kind_name(enum export_kind kind);

/* The inverse; EXPORT_NONE for an unknown word. */
enum export_kind export_kind_from_name(const char *name);

enum cell_type {
        CELL_NULL, /* not known */
        CELL_INTEGER,
        CELL_REAL,
        CELL_TEXT,
};

struct cell {
        enum cell_type type;
        int64_t integer;
        double real;
        const char *text; /* borrowed */
};

/* A row of a view, with its columns as they are there. Borrowed. */
struct row {
        size_t n;
        const char *const *names;
        const struct cell *cells;
};
