/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/* Numbers and strings as bytes: little-endian, strings as length, bytes and a NUL, so that a decoded string may
 * point into the payload. */

/* Writing: the first failure sticks in error (negative errno); check it once at the end. */
struct wire_writer {
        struct buffer *to;
        int error;
};

void wire_put_u64(struct wire_writer *w, uint64_t value);
void wire_put_string(struct wire_writer *w, const char *value_or_null); /* NULL is written as "" */

/* Reading: the first lie sticks in bad; values after it are 0 and "". */
struct wire_reader {
        const uint8_t *data;
        size_t n;
        bool bad;
};

uint64_t wire_get_u64(struct wire_reader *r);
bool wire_get_bool(struct wire_reader *r);

/* A value of at most max, for enums and small integers; a larger one is a lie. */
uint64_t wire_get_bounded(struct wire_reader *r, uint64_t max);

/* Borrowed from the payload, NUL-terminated, without an inner NUL. */
const char *wire_get_string(struct wire_reader *r);

/* Copies into a field of n bytes; a string that does not fit is a lie. */
void wire_copy_string(struct wire_reader *r, char *field, size_t n);

/* 0 if all was well and nothing is left over, else -EBADMSG. */
int wire_finish(const struct wire_reader *r);
