/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdio.h>

#include "base/buffer.h"

/* A report is made in memory and written at once, so that errors are met in one place and nothing is written of a
 * report that could not be finished. */
#define REPORT_MAX ((size_t) 1 << 30)

/* Writes the bytes and flushes. r is what making them returned: if negative, it is returned and nothing is written.
 * Else 0, or the negative errno of the failed write. Releases the buffer in any case. */
int report_write(struct buffer *b, int r, FILE *out);
