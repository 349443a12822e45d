/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/count.h"
#include "base/printable.h"

/* A text table whose columns are as wide as their widest cell. */

#define TABLE_COLUMNS_MAX 16

struct table {
        size_t n_columns;                 /* set before the first cell */
        bool text[TABLE_COLUMNS_MAX];     /* set before printing: true for left-aligned, else right-aligned */
        char **cells;                     /* owned; row by row */
        size_t n_cells;
        size_t n_allocated;
        int r; /* the first error, -ENOMEM; later calls do nothing */
};

void table_release(struct table *t);

/* Each appends the next cell of the current row; text goes through text_printable(). */
void table_add(struct table *t, const char *text);
void table_add_count(struct table *t, uint64_t value);              /* with thousands separators */
void table_add_count_if(struct table *t, bool known, uint64_t value); /* "-" if not known */

/* Prints the rows without trailing blanks. Returns 0 or the negative errno of table or buffer. */
int table_print(const struct table *t, struct buffer *out);
