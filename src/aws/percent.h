/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

/* Percent-encoding as SigV4 and the Query API want it (RFC 3986): A-Z a-z 0-9 - _ . ~ stay, every other byte
 * becomes %XX in upper case, a blank among them. keep_slash leaves '/' alone, for paths. */
int percent_encode(struct buffer *ret, const char *text, size_t n, bool keep_slash);

/* Undoes it: %XX becomes a byte, anything else stays, '+' too. */
int percent_decode(struct buffer *ret, const char *text, size_t n);
