/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

#include "base/buffer.h"
#include "tui/value.h"

/* Writing JSON piece by piece. Each returns 0, -ENOMEM or -E2BIG. */

/* A string with its quotes, made valid UTF-8; NULL: null. */
int json_append_string(struct buffer *out, const char *text);

/* A value as number, string or null. */
int json_append_value(struct buffer *out, const struct value *v);
