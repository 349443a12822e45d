/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The ranges of time that trends are shown for, the shortest first: 1h, 24h, 7d, 30d, 1y. */

#define RANGES 5

/* Index of a word, or -EINVAL. */
int range_from_word(const char *word);

const char *range_word(size_t i);
int64_t range_seconds(size_t i);
