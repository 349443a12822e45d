/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "base/csv_text.h"
#include "report/export.h"

/* What follows a field. */
static const char *separator(const struct row *row, size_t column) {
        return column + 1 < row->n ? "," : "\r\n";
}

static int add_header(struct buffer *out, enum export_kind what _unused_, const struct row *columns) {
        int r = 0;
        for (size_t i = 0; r == 0 && i < columns->n; i++)
                r = csv_add_text(out, columns->names[i], separator(columns, i));
        return r;
}

static int add_cell(struct buffer *out, const struct cell *cell, const char *end) {
        switch (cell->type) {
        case CELL_INTEGER:
                return buffer_printf(out, "%" PRId64 "%s", cell->integer, end);
        case CELL_REAL:
                return buffer_printf(out, "%.17g%s", cell->real, end);
        case CELL_TEXT:
                return csv_add_text(out, cell->text, end);
        default:
                return buffer_append_string(out, end);
        }
}

static int add_row(struct buffer *out, const struct row *row, bool is_first _unused_) {
        int r = 0;
        for (size_t i = 0; r == 0 && i < row->n; i++)
                r = add_cell(out, &row->cells[i], separator(row, i));
        return r;
}

static int add_end(struct buffer *out _unused_) {
        return 0;
}

const struct export_format export_csv = { .begin = add_header, .row = add_row, .end = add_end };
