/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/chart.h"
#include "tui/format.h"
#include "tui/metric.h"

/* How the numbers at a chart's axes are written: one unit and as many decimals as tell neighbouring labels apart. Pure. */
struct axis {
        double divisor; /* of a metric's value */
        int decimals;
        int label_decimals; /* at least as many, that labels differ */
        char unit[16];  /* "TiB", "$/mo", "volumes" */
};

/* For a range of a metric's values, whose labels are step from each other, in the metric's unit. currency: of money;
 * "": none is known. */
struct axis axis_make(const struct metric *m, const char *currency, struct chart_range range, double step,
                      const struct display *d);

/* A value without its unit: 1,463.5. Returns buf. */
const char *axis_number(const struct axis *a, double value, char buf[static FORMAT_SIZE]);

/* The same at the axis itself. */
const char *axis_label(const struct axis *a, double value, char buf[static FORMAT_SIZE]);

/* When a point was: days and longer "11-17" (always UTC, as the days are), else "11-17 06:00"; with the year where it
 * is more than half a year from now. Returns buf. */
const char *axis_time(int64_t at, int64_t seconds, const struct display *d, char buf[static FORMAT_SIZE]);

/* The same for the axis itself, where a range is so many seconds: the time up to a day, else the
 * day, or the month where it is half a year and more. Returns buf. */
const char *axis_tick(int64_t at, int64_t range, const struct display *d, char buf[static FORMAT_SIZE]);

/* A length of time in one unit: 10m, 6h, 1d, 2w. Returns buf. */
const char *axis_span(int64_t seconds, char buf[static FORMAT_SIZE]);

/* The same in days, however many: 91d. Returns buf. */
const char *axis_days(int64_t seconds, char buf[static FORMAT_SIZE]);
