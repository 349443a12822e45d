/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "aws/sigv4.h"
#include "base/buffer.h"

/* The normalised parts of a SigV4 canonical request, each appended to *ret. 0, -ENOMEM, -E2BIG, -EINVAL. */

/* Dot segments removed and double slashes merged unless keep, then percent-encoded once more; "" is "/". */
int canonical_path(struct buffer *ret, const char *path, bool keep);

/* Names and values percent-encoded (what is encoded already stays), sorted by encoded name, then value. */
int canonical_query(struct buffer *ret, const char *query);

/* "name:value" and LF each, sorted by name, the values of a repeated name joined in order of appearance; "a;b;c"
 * is appended to *ret_names. */
int canonical_headers(struct buffer *ret, struct buffer *ret_names, const struct sigv4_header *headers, size_t n);
