/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

/* A growing byte buffer that knows its ceiling: appending beyond max fails with -E2BIG, so that no
 * stranger decides how much memory we use. Zero it and set max, or use BUFFER_INIT. */
struct buffer {
        uint8_t *data; /* owned; NULL while empty */
        size_t len;
        size_t allocated;
        size_t max;
};

#define BUFFER_INIT(ceiling) ((struct buffer){ .max = (ceiling) })

/* Each returns 0, -ENOMEM or -E2BIG and changes nothing on failure. */
int buffer_append(struct buffer *b, const void *data, size_t n);
int buffer_append_string(struct buffer *b, const char *s);
int buffer_printf(struct buffer *b, const char *format, ...) _printf_(2, 3);

/* Makes room for n more bytes behind len. */
int buffer_reserve(struct buffer *b, size_t n);

/* Drops the first n bytes. */
void buffer_consume(struct buffer *b, size_t n);

/* Forgets the contents, keeps the memory. */
void buffer_clear(struct buffer *b);

/* NUL-terminates (the NUL is not counted in len) and returns the text; NULL on -ENOMEM. */
const char *buffer_string(struct buffer *b);

/* Frees the memory; the buffer may be used again. */
void buffer_release(struct buffer *b);

/* The same for secrets: overwrites the memory first. */
void buffer_release_secret(struct buffer *b);
