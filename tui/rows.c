/* SPDX-License-Identifier: MIT */
#include "tui/rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void release_row(struct row *row, size_t n_columns) {
        for (size_t i = 0; row->values != NULL && i < n_columns; i++)
                value_release(&row->values[i]);
        free(row->values);
        *row = (struct row){ 0 };
}

void rows_cut(struct rows *rows, size_t i) {
        while (rows->n > i)
                release_row(&rows->items[--rows->n], rows->n_columns);
}

void rows_release(struct rows *rows) {
        rows_cut(rows, 0);
        free(rows->items);
        *rows = (struct rows){ 0 };
}

void rows_drop_front(struct rows *rows, size_t i) {
        if (i > rows->n)
                i = rows->n;
        for (size_t k = 0; k < i; k++)
                release_row(&rows->items[k], rows->n_columns);
        rows->n -= i;
        if (i > 0)
                memmove(rows->items, rows->items + i, rows->n * sizeof(*rows->items));
}

int rows_take(struct rows *rows, struct row *row, size_t n_columns) {
        if (rows->n == rows->n_allocated) {
                size_t n = rows->n_allocated > 0 ? rows->n_allocated * 2 : 32;
                struct row *grown = reallocarray(rows->items, n, sizeof(*grown));
                if (grown == NULL)
                        return -ENOMEM;
                rows->items = grown;
                rows->n_allocated = n;
        }
        rows->n_columns = n_columns;
        rows->items[rows->n++] = *row;
        *row = (struct row){ 0 };
        return 0;
}

static int read_row(struct rows *rows, struct query *q, int database, size_t n_columns) {
        struct row row = { .database = database, .values = calloc(n_columns, sizeof(*row.values)) };
        int r = row.values == NULL ? -ENOMEM : 0;
        for (size_t i = 0; r == 0 && i < n_columns; i++)
                r = value_read(q->stmt, (int) i, &row.values[i]);
        if (r == 0)
                r = rows_take(rows, &row, n_columns);
        if (r < 0)
                release_row(&row, n_columns);
        return r;
}

int rows_read(struct rows *rows, struct database *d, const char *sql, const struct scope *scope,
              const struct binder *binder) {
        struct query q = query_prepare(d->store, sql);
        scope_bind(scope, &q);
        if (binder != NULL)
                binder->bind(&q, binder->userdata);
        int stopped = 0;
        while (stopped == 0 && query_step(&q))
                stopped = read_row(rows, &q, d->index, (size_t) sqlite3_column_count(q.stmt));
        struct error error;
        int r = query_finish(&q, "reading", &error);
        if (stopped < 0)
                r = error_oom(&error);
        if (r < 0)
                database_note_failure(d, r, &error);
        return r;
}

static int keep_rows(struct rows *to, struct rows *from, int database) {
        int r = 0;
        for (size_t i = 0; r == 0 && i < from->n; i++)
                if (from->items[i].database == database && from->items[i].values != NULL)
                        r = rows_take(to, &from->items[i], from->n_columns);
        return r;
}

int rows_refresh(struct rows *rows, const struct database_set *databases, const char *sql, const struct scope *scope) {
        struct rows fresh = { 0 };
        int r = 0;
        /* First all that can fail, then what takes rows away from the old result. */
        for (size_t i = 0; r == 0 && i < databases->n; i++)
                if (databases->items[i].begun && (scope->database == SCOPE_ALL_DATABASES || scope->database == (int) i))
                        r = rows_read(&fresh, &databases->items[i], sql, scope, NULL);
        struct rows merged = { 0 };
        for (size_t i = 0; r == 0 && i < databases->n; i++)
                r = keep_rows(&merged, databases->items[i].begun ? &fresh : rows, (int) i);
        rows_release(&fresh);
        if (r < 0) {
                rows_release(&merged);
                return r;
        }
        rows_release(rows);
        *rows = merged;
        return 0;
}
