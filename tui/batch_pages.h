/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdio.h>

#include "tui/view.h"

/* All rows of a listing, page by page: what batch_csv.c, batch_json.c and batch_text.c have in common. */

/* A page of rows as text. */
#define BATCH_BYTES_MAX ((size_t) 256 * 1024 * 1024)

#define BATCH_COLUMNS_MAX 64

/* What is done with each page: page() appends it to out, which is then written. */
struct sink {
        int (*page)(struct sink *sink, const struct rows *rows, struct buffer *out);
        const struct listing *listing;
        const struct context *context;
        FILE *out;
        bool first;                    /* nothing came before */
        int widths[BATCH_COLUMNS_MAX]; /* of text, never smaller than on the page before */
        int tails[BATCH_COLUMNS_MAX];  /* of them, behind the digit of the units, see cell_tail() */
};

/* 0, or the first negative errno of reading, of page() or of writing. */
int batch_each_page(struct sink *sink);

/* Writes and clears. 0 or a negative errno. */
int batch_write(struct buffer *text, FILE *out);

/* Whether a column is in --json and --csv. */
bool batch_is_exported(const struct column *c);

/* Which of several databases a row is of is a column of its own, ahead of the others. */
bool batch_has_several(const struct sink *s);
const char *batch_database_name(const struct sink *s, const struct row *row);

int batch_json(struct view *v, const struct context *c, FILE *out);
int batch_text(struct view *v, const struct context *c, FILE *out);
