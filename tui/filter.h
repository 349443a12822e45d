/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"
#include "tui/value.h"

/* What the user types to filter or to search: words parted by blanks, all of which have to be met. A word is found anywhere
 * in a column of text, in upper or lower case; gib>1000, type=gp2 and name!=x compare a column by its name. */

#define FILTER_TERMS_MAX 8

struct column; /* tui/listing.h */

struct filter_term {
        const struct column *column; /* NULL: any column of text */
        const char *operator;        /* "=", "<>", "<", "<=", ">", ">=" in SQL; NULL: contains */
        struct value value;          /* owned */
};

struct filter {
        struct filter_term terms[FILTER_TERMS_MAX];
        size_t n;
};

void filter_release(struct filter *f);

/* Parses text; what is no comparison is a word. -E2BIG: more than FILTER_TERMS_MAX terms; -EINVAL: a column that there is not,
 * or a value that is none of its kind; -ENOMEM. */
int filter_parse(const char *text, const struct column *columns, size_t n_columns, struct filter *ret,
                 struct error *reterr);

/* Whether it would. */
int filter_check(const char *text, const struct column *columns, size_t n_columns, struct error *reterr);

/* Appends " AND ..." for every term, with parameters :NAME0, :NAME1, ... and the function of contains.h. */
int filter_append_sql(const struct filter *f, const char *name, const struct column *columns, size_t n_columns,
                      struct buffer *sql);

/* The longest of the words that each row which passes has in a column of text, which most likely are few: a word, or what such
 * a column has to be equal to. NULL: there is none. */
const struct value *filter_longest_word(const struct filter *f);

void filter_bind(const struct filter *f, const char *name, struct query *q);
