/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "store/db.h"

/* A value of a query's result, as SQLite has it. */

enum value_type {
        VALUE_NULL,
        VALUE_INTEGER,
        VALUE_REAL,
        VALUE_TEXT,
};

struct value {
        enum value_type type;
        union {
                int64_t integer;
                double real;
                char *text; /* owned */
        };
};

void value_release(struct value *v);

/* Reads a column of the current row. 0 or -ENOMEM. */
int value_read(sqlite3_stmt *stmt, int column, struct value *ret);

/* 0 or -ENOMEM. */
int value_copy(const struct value *v, struct value *ret);

/* As SQLite orders: NULL, numbers, text byte by byte. Below, equal to or above 0. */
int value_compare(const struct value *a, const struct value *b);

/* A number as one; NAN for text and NULL. */
double value_number(const struct value *v);

/* A number as an integer; 0 for text and NULL. */
int64_t value_integer(const struct value *v);

/* Text as such; "" for all others. */
const char *value_text(const struct value *v);

/* Binds it to a parameter that the statement may not have. */
void value_bind(struct query *q, const char *name, const struct value *v);
