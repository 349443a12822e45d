/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdio.h>

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
