/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/buffer.h"
#include "base/error.h"

/* Regions by name as one parameter of a query, whose rows have a column "region". */

/* The condition: a region's name is wanted if the list, its words between blanks, is empty or has it. */
#define WANTED_REGION "(:regions = '' OR instr(:regions, ' ' || region || ' ') > 0)"

/* The value of ":regions" for a NULL-terminated list; NULL: all regions. The text is words's, which is empty before and
 * the caller's to release. NULL when out of memory. */
const char *wanted_regions(const char *const *regions, struct buffer *words);
