/* SPDX-License-Identifier: MIT */
#include "report/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void table_release(struct table *t) {
        for (size_t i = 0; i < t->n_cells; i++)
                free(t->cells[i]);
        free(t->cells);
        *t = (struct table){ 0 };
}

void table_add(struct table *t, const char *text) {
        if (t->r < 0)
                return;
        if (t->n_cells == t->n_allocated) {
                size_t n = t->n_allocated > 0 ? t->n_allocated * 2 : 64;
                char **grown = reallocarray(t->cells, n, sizeof(*grown));
                if (grown == NULL) {
                        t->r = -ENOMEM;
                        return;
                }
                t->cells = grown;
                t->n_allocated = n;
        }
        char *copy = text_printable(text);
        if (copy == NULL) {
                t->r = -ENOMEM;
                return;
        }
        t->cells[t->n_cells++] = copy;
}

void table_add_count(struct table *t, uint64_t value) {
        char buf[COUNT_TEXT_SIZE];
        table_add(t, format_count(value, buf));
}

void table_add_count_if(struct table *t, bool known, uint64_t value) {
        if (known)
                table_add_count(t, value);
        else
                table_add(t, "-");
}

/* In characters; the words of a report have no wide or combining ones. */
static size_t text_width(const char *text) {
        size_t width = 0;
        for (; *text != '\0'; text++)
                width += ((unsigned char) *text & 0xc0) != 0x80;
        return width;
}

int table_print(const struct table *t, struct buffer *out) {
        if (t->r < 0)
                return t->r;
        size_t widths[TABLE_COLUMNS_MAX] = { 0 };
        for (size_t i = 0; i < t->n_cells; i++) {
                size_t width = text_width(t->cells[i]), column = i % t->n_columns;
                if (width > widths[column])
                        widths[column] = width;
        }
        size_t blanks = 0; /* printed only when something follows */
        for (size_t i = 0; i < t->n_cells; i++) {
                size_t column = i % t->n_columns;
                size_t padding = widths[column] - text_width(t->cells[i]);
                if (column > 0)
                        blanks += 2;
                if (!t->text[column])
                        blanks += padding;
                int r = 0;
                if (t->cells[i][0] != '\0') {
                        r = buffer_printf(out, "%*s%s", (int) blanks, "", t->cells[i]);
                        blanks = 0;
                }
                if (t->text[column])
                        blanks += padding;
                if (column + 1 == t->n_columns) {
                        if (r == 0)
                                r = buffer_append_string(out, "\n");
                        blanks = 0;
                }
                if (r < 0)
                        return r;
        }
        return 0;
}
