/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/buffer.h"
#include "tui/display.h"
#include "tui/format.h"
#include "tui/listing.h"

/* One value of a listing as text. */

/* For the screen and --once: "-" for what is not known, "+" behind what is "at least". Numbers and times are in buf,
 * text is the row's own and as hostile as it came. */
const char *cell_text(const struct listing *l, const struct row *row, size_t column, const struct display *d,
                      char buf[static FORMAT_SIZE]);

/* The column's heading, with the unit of the display. */
const char *cell_heading(const struct column *column, const struct display *d, char buf[static FORMAT_SIZE]);

/* Whether it is aligned to the right. */
bool cell_is_number(const struct column *column);

/* How many columns of a number are behind the digit of its units (decimals, "+"), by which amounts of a column are
 * aligned: 53,499+ has 1, 65.52 has 3. 0 for what has a unit of its own, such as 4m18s. */
int cell_tail(const struct column *column, const char *text);
