/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

#include "tui/database.h"
#include "tui/scope.h"
#include "tui/value.h"

/* Rows of a query's result, from one database or from all. */

struct row {
        int database;         /* index of the database that it is of */
        struct value *values; /* owned; n_columns of its rows */
};

struct rows {
        struct row *items; /* owned */
        size_t n;
        size_t n_allocated;
        size_t n_columns;
};

void rows_release(struct rows *rows);

/* Moves row i of another result to the end. 0 or -ENOMEM, with both unchanged. */
int rows_take(struct rows *rows, struct row *row, size_t n_columns);

/* Forgets rows from i on, or before i. */
void rows_cut(struct rows *rows, size_t i);
void rows_drop_front(struct rows *rows, size_t i);

/* Binds what the statement needs beyond its scope. */
struct binder {
        void (*bind)(struct query *q, const void *userdata);
        const void *userdata;
};

/* Appends the rows of a query over one database, between database_begin() and database_end(). binder may be NULL. A
 * failure is noted with the database and returned. */
int rows_read(struct rows *rows, struct database *d, const char *sql, const struct scope *scope,
              const struct binder *binder);

/* Makes rows the result over all databases of the scope that are begun, one after the other in their order; of the
 * others the rows that were there are kept. On failure nothing changes. */
int rows_refresh(struct rows *rows, const struct database_set *databases, const char *sql, const struct scope *scope);
