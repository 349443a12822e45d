/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/axis.h"
#include "tui/trends.h"

/* What is drawn of a trend: made in trends_draw.c, drawn there, in trends_chart.c and in trends_words.c. */

struct picture {
        const struct trend_point *buckets;
        size_t n;
        size_t measured; /* of them; those behind are the forecast's */
        size_t cursor;
        struct chart_point points[TREND_SLOTS_MAX];
        struct chart_range range;
        struct axis axis;
};

/* Of the buckets, for a chart of so many rows. */
void picture_make(struct picture *p, const struct trends *t, int rows, const struct display *d);

/* The chart without axes, over the whole area. */
void picture_draw_chart(const struct picture *p, struct area plot, enum glyphs glyphs);

/* The chart with its axes, whose labels are in the last of two more rows. */
void picture_draw_with_axes(const struct picture *p, const struct trends *t, const struct display *d, struct area area,
                            int rows);

/* Whether min and max are no values that there were, but bounds of them: sums of what each region had at any time. */
bool picture_has_bounds(const struct trends *t);

/* Why a bucket has no value: "no run". */
const char *picture_words_of_gap(const struct trends *t, const struct trend_point *p);

/* Lines of words: what is at the cursor; the change from first to last and what the chart's marks are; the forecast. */
void picture_draw_cursor(const struct picture *p, const struct trends *t, const struct display *d, struct area area,
                         int row);
void picture_draw_change(const struct picture *p, const struct display *d, struct area area, int row);
void picture_draw_forecast(const struct picture *p, const struct trends *t, struct area area, int row);
