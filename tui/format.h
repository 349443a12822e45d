/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tui/display.h"

/* Values as people read them. Each writes to buf and returns it; FORMAT_SIZE is enough for any value. What is not known
 * is for the caller to say ("-"): none of these has a word for it. */

#define FORMAT_SIZE 64

/* What stands behind a number that is "at least": "+", else "". */
const char *format_plus(bool at_least);

/* 1,503,324 or -2,698; with a '+' before positive ones where signed_ is true. */
const char *format_integer(int64_t value, bool signed_, char buf[static FORMAT_SIZE]);

/* A size without its unit, for a column: GiB (1,503,324), or TiB with one decimal (1,468.1) where units say TiB. */
const char *format_gib_column(int64_t gib, const struct display *d, char buf[static FORMAT_SIZE]);

/* The same with a '+' before positive ones. */
const char *format_gib_change(int64_t gib, const struct display *d, char buf[static FORMAT_SIZE]);

/* The unit of the above: "GiB" or "TiB". */
const char *format_gib_unit(const struct display *d);

/* With the unit, for running text: 85.5 TiB, 812 GiB. */
const char *format_gib(int64_t gib, const struct display *d, char buf[static FORMAT_SIZE]);

/* Money from millionths, for a column: 127,164, and 12.34 below 100; exact: always cents. */
const char *format_money_column(int64_t micros, const struct display *d, char buf[static FORMAT_SIZE]);

/* With the currency: $127,164; EUR 12.34. currency: ISO 4217. */
const char *format_money(int64_t micros, const char *currency, const struct display *d, char buf[static FORMAT_SIZE]);

/* In four digits at most: $127k, EUR 1.3M. */
const char *format_money_short(int64_t micros, const char *currency, char buf[static FORMAT_SIZE]);

/* "$" or "EUR": what column headings say. */
const char *format_currency(const char *currency);

/* 5.8% of a share (0.058); whole percents where short_ is true. */
const char *format_share(double share, bool short_, char buf[static FORMAT_SIZE]);

/* +1.12 or -0.65: percents with a sign; +340 from 100 on. */
const char *format_change(double percent, char buf[static FORMAT_SIZE]);

/* An age in its largest unit, at most 4 columns up to 9999 days: 42s, 17m, 3h, 12d; exact: 3h12m. Negative: 0s. */
const char *format_age(int64_t seconds, bool exact, char buf[static FORMAT_SIZE]);

/* A duration of microseconds: 870ms, 12.7s, 4m18s, 2h05m. */
const char *format_duration(int64_t microseconds, char buf[static FORMAT_SIZE]);

/* 14:02 UTC; 14:02 CET. */
const char *format_clock(int64_t at, const struct display *d, char buf[static FORMAT_SIZE]);

/* 2025-11-23 14:01. */
const char *format_date(int64_t at, const struct display *d, char buf[static FORMAT_SIZE]);

/* 11-23 14:01:07 within half a year of now, else 2025-11-23 14:01. */
const char *format_time(int64_t at, const struct display *d, char buf[static FORMAT_SIZE]);
