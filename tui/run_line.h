/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/view.h"

/* What a database's newest run and its daemon are at, as far as it fits in one row, after the database's name where
 * there are several: "Run #48213 parallel x8  PARTIAL 16/17  12.7s  speedup 6.4x vs seq #48210  next run in 4m". */
void run_line_draw(const struct context *c, size_t database, struct area area, int row);
