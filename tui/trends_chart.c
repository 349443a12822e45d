/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/trends_picture.h"

/* A label at the y axis every so many rows. */
#define ROWS_PER_LABEL 3

/* How much lower a row is than the one above it. */
static double row_height(struct chart_range range, int rows) {
        return (range.high - range.low) / (rows > 1 ? rows - 1 : 1);
}

void picture_make(struct picture *p, const struct trends *t, int rows, const struct display *d) {
        for (size_t i = 0; i < p->n; i++) {
                const struct trend_point *b = &p->buckets[i];
                p->points[i] = (struct chart_point){ .average = b->average, .min = b->min, .max = b->max };
        }
        p->range = chart_range(p->points, p->n, t->from_zero);
        double step = row_height(p->range, rows) * ROWS_PER_LABEL;
        p->axis = axis_make(metric_at(t->metric), t->currency, p->range, step, d);
        /* What lacks regions is no part of the line: it would look like a fall. */
        const double none = (double) NAN;
        for (size_t i = 0; i < p->n; i++)
                if (p->buckets[i].incomplete)
                        p->points[i] = (struct chart_point){ .average = none, .min = none, .max = none };
}

/* Of so many columns, those of what was measured; a bucket of the forecast is as wide as one of those. */
static int measured_columns(const struct picture *p, int columns) {
        size_t ahead = p->n - p->measured;
        return columns - (int) lround((double) columns * (double) ahead / (double) (p->n > 1 ? p->n - 1 : 1));
}

void picture_draw_chart(const struct picture *p, struct area whole, enum glyphs glyphs) {
        int measured = measured_columns(p, whole.columns);
        struct area plot = area_part(whole, 0, 0, whole.rows, measured);
        struct area ahead = area_part(whole, 0, measured, whole.rows, whole.columns - measured);
        chart_forecast(ahead, glyphs, p->range, p->points + p->measured, p->n - p->measured,
                       (int) p->cursor - (int) p->measured);
        chart_line(plot, glyphs, p->range, p->points, p->measured, p->cursor < p->measured ? (int) p->cursor : -1);
        for (size_t i = 0; i < p->measured; i++) {
                if (!p->buckets[i].incomplete)
                        continue;
                int column = chart_column(i, p->measured, plot.columns);
                bool ruled = i == p->cursor;
                wchar_t rule = glyphs == GLYPHS_ASCII ? L'|' : 0x2502;
                area_fill(plot, plot.rows - 1, column, 1, STYLE_STRONG, ruled ? rule : L' ');
                area_fill(plot, chart_row(p->range, plot.rows, p->buckets[i].average), column, 1, STYLE_WARNING, L'+');
        }
}

static const char *label_of_row(const struct picture *p, int row, int rows, char buf[static FORMAT_SIZE]) {
        return axis_label(&p->axis, p->range.high - row_height(p->range, rows) * row, buf);
}

static int label_width(const struct picture *p, int rows) {
        int width = (int) strlen(p->axis.unit);
        for (int row = 0; row < rows; row += ROWS_PER_LABEL) {
                char number[FORMAT_SIZE];
                int w = (int) strlen(label_of_row(p, row, rows, number));
                width = w > width ? w : width;
        }
        return width;
}

static void draw_y_axis(const struct picture *p, struct area area, int width, int rows, bool utf8) {
        for (int row = 0; row < rows; row++) {
                char number[FORMAT_SIZE];
                if (row % ROWS_PER_LABEL == 0)
                        (void) area_put_right(area, row, width + 1, STYLE_PLAIN, label_of_row(p, row, rows, number));
                area_fill(area, row, width + 2, 1, STYLE_PLAIN, utf8 ? 0x2502 : L'|');
        }
}

static void draw_x_axis(const struct trends *t, const struct picture *p, const struct display *d, struct area area,
                        int width, int row) {
        int first = width + 3, columns = area.columns - first;
        int measured = measured_columns(p, columns), now = first + measured;
        int64_t range = range_seconds(t->view.scope.range);
        (void) area_put_right(area, row, width + 1, STYLE_PLAIN, p->axis.unit);
        area_fill(area, row, width + 2, 1, STYLE_PLAIN, d->utf8 ? 0x2514 : L'+');
        area_fill(area, row, first, columns, STYLE_PLAIN, d->utf8 ? 0x2500 : L'-');
        int labels = measured / 16 > 1 ? measured / 16 : 1, end = first;
        char text[FORMAT_SIZE], before[FORMAT_SIZE] = "";
        for (int i = 0; i < labels; i++) {
                size_t point = (size_t) i * (p->measured - 1) / (size_t) labels;
                (void) axis_tick(p->buckets[point].at, range, d, text);
                int column = first + chart_column(point, p->measured, measured);
                if (column < end || column + text_columns(text, false) >= now - 6 || strcmp(text, before) == 0)
                        continue;
                end = area_put(area, row + 1, column, STYLE_PLAIN, text) + 1;
                (void) snprintf(before, sizeof(before), "%s", text);
        }
        const struct trend_point *newest = &p->buckets[p->measured - 1], *last = &p->buckets[p->n - 1];
        (void) area_put_right(area, row + 1, now, STYLE_PLAIN,
                              t->pan == 0 ? "now" : axis_tick(newest->at, range, d, text));
        if (p->n == p->measured)
                return;
        area_fill(area, row, now - 1, 1, STYLE_PLAIN, d->utf8 ? 0x2534 : L'+');
        (void) snprintf(text, sizeof(text), "+%s",
                        axis_days(last->at + last->seconds - newest->at - newest->seconds, before));
        if (measured + text_columns(text, false) < columns)
                (void) area_put_right(area, row + 1, area.columns, STYLE_PLAIN, text);
}

void picture_draw_with_axes(const struct picture *p, const struct trends *t, const struct display *d, struct area area,
                            int rows) {
        int width = label_width(p, rows);
        draw_y_axis(p, area, width, rows, d->utf8);
        draw_x_axis(t, p, d, area, width, rows);
        picture_draw_chart(p, area_part(area, 0, width + 3, rows, area.columns - width - 3), d->glyphs);
}
