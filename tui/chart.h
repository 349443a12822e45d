/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "tui/display.h"
#include "tui/surface.h"

/* Pictures of numbers, drawn in an area. NAN is a gap: it stays empty and is never bridged. */

/* The last width values (braille: 2 * width) in one row, from the lowest to the highest of them; right-aligned, so that
 * the newest is always at the same place. Values that are all the same are drawn in the middle. Gaps are '?', blank
 * before the first value. */
void chart_sparkline(struct area a, int row, int column, int width, enum style style, enum glyphs glyphs,
                     const double values[], size_t n);

/* A bar of width * fraction columns (fraction 0 to 1); in eighths of a column where the glyphs allow. */
void chart_bar(struct area a, int row, int column, int width, enum style style, enum glyphs glyphs, double fraction);

/* One bucket of time; all three are NAN in a gap. */
struct chart_point {
        double average;
        double min;
        double max;
};

/* The lower and upper end of a y axis. */
struct chart_range {
        double low;
        double high;
};

/* The least range that holds all points, a little wider where they are all the same; from_zero: it begins at 0. */
struct chart_range chart_range(const struct chart_point points[], size_t n, bool from_zero);

/* The height of a value in an area of so many rows: 0 is the top row. */
int chart_row(struct chart_range range, int rows, double value);

/* The column of point i of n, and the point of a column. Points are spread over the whole width. */
int chart_column(size_t i, size_t n, int width);
size_t chart_point_at(int column, size_t n, int width);

/* Draws points over the whole area: the min-max band, the averages joined to a line, gaps marked '~' in the last row.
 * cursor: the point with a vertical rule, or -1. Axes and their labels are the view's. */
void chart_line(struct area a, enum glyphs glyphs, struct chart_range range, const struct chart_point points[],
                size_t n, int cursor);

/* Draws points over the whole area as what is still to come, in marks of their own: the averages, and the interval from
 * min to max. Each is at the end of one of n equal parts of the width, so that it continues a line to its left. cursor:
 * as above. */
void chart_forecast(struct area a, enum glyphs glyphs, struct chart_range range, const struct chart_point points[],
                    size_t n, int cursor);

/* The mark of its averages, for words: "o". */
const char *chart_forecast_mark(enum glyphs glyphs);

/* One span of a lane of a gantt chart: [name====], with '!' at its end where it failed. */
struct chart_span {
        double start; /* in the unit of the chart's whole */
        double end;
        const char *name;
        bool failed;
};

/* Draws spans in one row, of which the width stands for 0 to whole. Every span takes a column at least. */
void chart_gantt_lane(struct area a, int row, int column, int width, double whole, enum glyphs glyphs,
                      const struct chart_span spans[], size_t n);
