/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdio.h>

#include "tui/options.h"
#include "tui/view.h"

/* A view without a terminal: all rows of its tables, page by page, whatever their number. */

/* Version of the JSON object: keys are added to it, never removed or given another meaning. */
#define BATCH_FORMAT_VERSION 1

/* Prints a loaded view, between database_begin() and database_end(): text and JSON have all tables, CSV the first. 0,
 * the negative errno of a database, -ENOMEM, or that of writing. */
int batch_print(struct view *v, const struct context *c, enum output output, FILE *out);

/* One table as CSV (RFC 4180), as batch_print() has it. */
int batch_csv(struct table *t, const struct context *c, FILE *out);
