/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdio.h>

#include "model/run.h"

/* What is printed into a stream, as text. */
struct printed {
        FILE *out;
        char *text;
        size_t n;
};

/* The stream to print into. */
FILE *printed_begin(struct printed *p);

/* Closes the stream. What was printed; the caller frees it. */
char *printed_end(struct printed *p);

/* What a report of a run, or of a comparison, is; the caller frees it. */
char *render_run(int (*report)(const struct run *run, FILE *out), const struct run *run);
char *render_comparison(int (*report)(const struct comparison *c, FILE *out), const struct comparison *c);

/* The run is released. */
void check_report(int (*report)(const struct run *run, FILE *out), struct run run, const char *expected);
