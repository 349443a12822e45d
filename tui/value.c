/* SPDX-License-Identifier: MIT */
#include "tui/value.h"

#include <errno.h>
#include <math.h>
#include <string.h>

void value_release(struct value *v) {
        if (v->type == VALUE_TEXT)
                free(v->text);
        *v = (struct value){ 0 };
}

int value_read(sqlite3_stmt *stmt, int column, struct value *ret) {
        switch (sqlite3_column_type(stmt, column)) {
        case SQLITE_INTEGER:
                *ret = (struct value){ .type = VALUE_INTEGER, .integer = sqlite3_column_int64(stmt, column) };
                return 0;
        case SQLITE_FLOAT:
                *ret = (struct value){ .type = VALUE_REAL, .real = sqlite3_column_double(stmt, column) };
                return 0;
        case SQLITE_NULL:
                *ret = (struct value){ 0 };
                return 0;
        default: {
                const unsigned char *text = sqlite3_column_text(stmt, column);
                char *copy = text != NULL ? strdup((const char *) text) : NULL;
                if (copy == NULL)
                        return -ENOMEM;
                *ret = (struct value){ .type = VALUE_TEXT, .text = copy };
                return 0;
        }
        }
}

int value_copy(const struct value *v, struct value *ret) {
        struct value copy = *v;
        if (v->type == VALUE_TEXT) {
                copy.text = strdup(v->text);
                if (copy.text == NULL)
                        return -ENOMEM;
        }
        *ret = copy;
        return 0;
}

static int rank(const struct value *v) {
        return v->type == VALUE_NULL ? 0 : v->type == VALUE_TEXT ? 2 : 1;
}

int value_compare(const struct value *a, const struct value *b) {
        if (rank(a) != rank(b))
                return rank(a) - rank(b);
        if (a->type == VALUE_TEXT)
                return strcmp(a->text, b->text);
        if (a->type == VALUE_INTEGER && b->type == VALUE_INTEGER)
                return (a->integer > b->integer) - (a->integer < b->integer);
        if (a->type == VALUE_NULL)
                return 0;
        double x = value_number(a), y = value_number(b);
        return (x > y) - (x < y);
}

double value_number(const struct value *v) {
        switch (v->type) {
        case VALUE_INTEGER:
                return (double) v->integer;
        case VALUE_REAL:
                return v->real;
        default:
                return NAN;
        }
}

int64_t value_integer(const struct value *v) {
        return v->type == VALUE_INTEGER                              ? v->integer
               : v->type == VALUE_REAL && fabs(v->real) < 9.2e18 ? llround(v->real)
                                                                     : 0;
}

const char *value_text(const struct value *v) {
        return v->type == VALUE_TEXT ? v->text : "";
}

void value_bind(struct query *q, const char *name, const struct value *v) {
        int i = q->rc == SQLITE_OK ? sqlite3_bind_parameter_index(q->stmt, name) : 0;
        if (i == 0)
                return;
        switch (v->type) {
        case VALUE_NULL:
                q->rc = sqlite3_bind_null(q->stmt, i);
                return;
        case VALUE_INTEGER:
                q->rc = sqlite3_bind_int64(q->stmt, i, v->integer);
                return;
        case VALUE_REAL:
                q->rc = sqlite3_bind_double(q->stmt, i, v->real);
                return;
        case VALUE_TEXT:
                q->rc = sqlite3_bind_text(q->stmt, i, v->text, -1, SQLITE_TRANSIENT);
                return;
        }
}
