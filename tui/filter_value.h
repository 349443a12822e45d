/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/error.h"
#include "tui/listing.h"

/* What a number or a time is compared with, as it is typed: "1.5TiB", "30d", "40%", "2026-11-01". */

/* Parses text for a column of any kind but COLUMN_TEXT and COLUMN_DRAWN, into the column's unit; without a unit it is in that
 * of the screen, ages in days. -EINVAL: it is none, and what would be. */
int filter_value_parse(const struct column *column, const char *text, struct value *ret, struct error *reterr);
