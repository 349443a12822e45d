/* SPDX-License-Identifier: MIT */
#include "tui/chart.h"

#include <math.h>

static int clamp(int value, int low, int high) {
        return value < low ? low : value > high ? high : value;
}

/* Which of n steps from low to high a value is nearest to. */
static int step_of(double value, double low, double high, int n) {
        if (!(high > low))
                return (n - 1) / 2;
        return clamp((int) lround((value - low) / (high - low) * (n - 1)), 0, n - 1);
}

/* ---- sparkline ------------------------------------------------------------------------------------------------ */

static wchar_t spark_glyph(enum glyphs glyphs, double value, double low, double high) {
        static const wchar_t ascii[] = L".:-=+*#@";
        if (isnan(value))
                return L'?';
        int step = step_of(value, low, high, 8);
        return glyphs == GLYPHS_ASCII ? ascii[step] : (wchar_t) (0x2581 + step);
}

/* The dots of one of a braille cell's two columns, from the bottom up: Unicode 2800..28FF. */
static wchar_t braille_dots(double value, double low, double high, bool right) {
        static const wchar_t left_dots[] = { 0x40, 0x44, 0x46, 0x47 }, right_dots[] = { 0x80, 0xa0, 0xb0, 0xb8 };
        if (isnan(value))
                return 0;
        int step = step_of(value, low, high, 4);
        return right ? right_dots[step] : left_dots[step];
}

void chart_sparkline(struct area a, int row, int column, int width, enum style style, enum glyphs glyphs,
                     const double values[], size_t n) {
        int per_cell = glyphs == GLYPHS_BRAILLE ? 2 : 1;
        size_t room = width > 0 ? (size_t) width * (size_t) per_cell : 0;
        if (n > room) {
                values += n - room;
                n = room;
        }
        /* Before the first value there is nothing to be known, so nothing is said. */
        while (n > 0 && isnan(values[0])) {
                values++;
                n--;
        }
        double low = INFINITY, high = -INFINITY;
        for (size_t i = 0; i < n; i++) {
                low = fmin(low, values[i]);
                high = fmax(high, values[i]);
        }
        /* Cells from the right, so that the newest value always is at the same place. */
        for (int cell = width - 1; n > 0; cell--) {
                if (glyphs != GLYPHS_BRAILLE) {
                        area_fill(a, row, column + cell, 1, style, spark_glyph(glyphs, values[n - 1], low, high));
                        n--;
                        continue;
                }
                double right = values[n - 1], left = n > 1 ? values[n - 2] : (double) NAN;
                wchar_t dots = braille_dots(left, low, high, false) | braille_dots(right, low, high, true);
                area_fill(a, row, column + cell, 1, style, dots != 0 ? 0x2800 + dots : L'?');
                n -= n > 1 ? 2 : 1;
        }
}

/* ---- bar ------------------------------------------------------------------------------------------------------ */

void chart_bar(struct area a, int row, int column, int width, enum style style, enum glyphs glyphs, double fraction) {
        if (!(fraction > 0))
                return;
        fraction = fmin(fraction, 1);
        if (glyphs == GLYPHS_ASCII) {
                area_fill(a, row, column, (int) lround(fraction * width), style, L'#');
                return;
        }
        int eighths = (int) lround(fraction * width * 8);
        area_fill(a, row, column, eighths / 8, style, 0x2588);
        if (eighths % 8 > 0)
                area_fill(a, row, column + eighths / 8, 1, style, (wchar_t) (0x2590 - eighths % 8));
}

/* ---- line chart ----------------------------------------------------------------------------------------------- */

/* Averages that differ by less than that share of them are the same, but for rounding. */
#define SAME_BELOW 1e-9

struct chart_range chart_range(const struct chart_point points[], size_t n, bool from_zero) {
        struct chart_range range = { .low = INFINITY, .high = -INFINITY };
        for (size_t i = 0; i < n; i++) {
                range.low = fmin(range.low, fmin(points[i].min, points[i].average));
                range.high = fmax(range.high, fmax(points[i].max, points[i].average));
        }
        if (!(range.low <= range.high))
                return (struct chart_range){ .low = 0, .high = 1 };
        if (from_zero) {
                range.low = fmin(range.low, 0);
                range.high = fmax(range.high, 0);
        }
        if (range.high - range.low <= SAME_BELOW * fmax(fabs(range.low), fabs(range.high))) {
                double margin = range.low != 0 ? fabs(range.low) / 100 : 1;
                range.low -= from_zero ? 0 : margin;
                range.high += margin;
        }
        return range;
}

int chart_row(struct chart_range range, int rows, double value) {
        return rows - 1 - step_of(value, range.low, range.high, rows);
}

int chart_column(size_t i, size_t n, int width) {
        return n < 2 ? width - 1 : (int) lround((double) i / (double) (n - 1) * (width - 1));
}

size_t chart_point_at(int column, size_t n, int width) {
        if (n < 2 || width < 2)
                return n > 0 ? n - 1 : 0;
        return (size_t) lround((double) clamp(column, 0, width - 1) / (width - 1) * (double) (n - 1));
}

/* A canvas of dots: one a cell, or 2 x 4 in braille. */
struct canvas {
        struct area area;
        enum glyphs glyphs;
        int columns; /* in dots */
        int rows;
};

static struct canvas make_canvas(struct area a, enum glyphs glyphs) {
        bool braille = glyphs == GLYPHS_BRAILLE;
        return (struct canvas){
                .area = a,
                .glyphs = glyphs,
                .columns = a.columns * (braille ? 2 : 1),
                .rows = a.rows * (braille ? 4 : 1),
        };
}

static void set_dot(const struct canvas *c, int column, int row, enum style style) {
        if (row < 0 || column < 0 || row >= c->rows || column >= c->columns)
                return;
        if (c->glyphs != GLYPHS_BRAILLE) {
                area_fill(c->area, row, column, 1, style, c->glyphs == GLYPHS_ASCII ? L'*' : 0x2022);
                return;
        }
        static const wchar_t dots[4][2] = { { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 } };
        const struct cell *cell = surface_cell(c->area.surface, c->area.row + row / 4, c->area.column + column / 2);
        wchar_t before = (cell->text[0] & ~0xff) == 0x2800 ? cell->text[0] : 0x2800;
        area_fill(c->area, row / 4, column / 2, 1, style, before | dots[row % 4][column % 2]);
}

/* A line between neighbours, by the longer of its two sides. */
static void draw_segment(const struct canvas *c, int x0, int y0, int x1, int y1) {
        int steps = abs(x1 - x0) > abs(y1 - y0) ? abs(x1 - x0) : abs(y1 - y0);
        for (int i = 0; i <= steps; i++) {
                double t = steps > 0 ? (double) i / steps : 0;
                set_dot(c, x0 + (int) lround(t * (x1 - x0)), y0 + (int) lround(t * (y1 - y0)), STYLE_GOOD);
        }
}

static void draw_band(struct area a, enum glyphs glyphs, struct chart_range range, const struct chart_point points[],
                      size_t n) {
        for (int column = 0; column < a.columns; column++) {
                const struct chart_point *p = &points[chart_point_at(column, n, a.columns)];
                /* Columns between two points belong to the nearer one, as long as there are no more points than
                 * columns. */
                if (isnan(p->min) || isnan(p->max))
                        continue;
                int top = chart_row(range, a.rows, p->max), bottom = chart_row(range, a.rows, p->min);
                if (bottom > top)
                        for (int row = top; row <= bottom; row++)
                                area_fill(a, row, column, 1, STYLE_PLAIN, glyphs == GLYPHS_ASCII ? L':' : 0x2591);
        }
}

void chart_line(struct area a, enum glyphs glyphs, struct chart_range range, const struct chart_point points[],
                size_t n, int cursor) {
        if (n == 0 || a.rows < 1 || a.columns < 1)
                return;
        draw_band(a, glyphs, range, points, n);
        if (cursor >= 0 && (size_t) cursor < n)
                for (int row = 0; row < a.rows; row++)
                        area_fill(a, row, chart_column((size_t) cursor, n, a.columns), 1, STYLE_STRONG,
                                  glyphs == GLYPHS_ASCII ? L'|' : 0x2502);
        struct canvas c = make_canvas(a, glyphs);
        for (size_t i = 0; i < n; i++) {
                int x = chart_column(i, n, c.columns);
                if (isnan(points[i].average)) {
                        area_fill(a, a.rows - 1, chart_column(i, n, a.columns), 1, STYLE_WARNING, L'~');
                        continue;
                }
                int y = chart_row(range, c.rows, points[i].average);
                set_dot(&c, x, y, STYLE_GOOD);
                if (i > 0 && !isnan(points[i - 1].average))
                        draw_segment(&c, chart_column(i - 1, n, c.columns),
                                     chart_row(range, c.rows, points[i - 1].average), x, y);
        }
}

/* ---- forecast ------------------------------------------------------------------------------------------------- */

static int forecast_column(size_t i, size_t n, int width) {
        return (int) lround((double) (i + 1) * width / (double) n) - 1;
}

/* What is in a column: between the points at its sides. */
static struct chart_point forecast_at(int column, const struct chart_point points[], size_t n, int width) {
        double i = fmin(fmax((double) (column + 1) * (double) n / width - 1, 0), (double) (n - 1));
        const struct chart_point *a = &points[(size_t) floor(i)], *b = &points[(size_t) ceil(i)];
        double share = i - floor(i);
        return (struct chart_point){
                .average = a->average + share * (b->average - a->average),
                .min = a->min + share * (b->min - a->min),
                .max = a->max + share * (b->max - a->max),
        };
}

static wchar_t interval_glyph(enum glyphs glyphs) {
        return glyphs == GLYPHS_ASCII ? L'.' : glyphs == GLYPHS_BRAILLE ? 0x2810 : 0xb7;
}

void chart_forecast(struct area a, enum glyphs glyphs, struct chart_range range, const struct chart_point points[],
                    size_t n, int cursor) {
        if (n == 0 || a.rows < 1 || a.columns < 1)
                return;
        int ruled = cursor >= 0 && (size_t) cursor < n ? forecast_column((size_t) cursor, n, a.columns) : -1;
        for (int column = 0; column < a.columns; column++) {
                struct chart_point p = forecast_at(column, points, n, a.columns);
                int top = chart_row(range, a.rows, p.max), bottom = chart_row(range, a.rows, p.min);
                for (int row = 0; row < a.rows; row++)
                        if (column == ruled)
                                area_fill(a, row, column, 1, STYLE_STRONG, glyphs == GLYPHS_ASCII ? L'|' : 0x2502);
                        else if (row >= top && row <= bottom)
                                area_fill(a, row, column, 1, STYLE_PLAIN, interval_glyph(glyphs));
                area_fill(a, chart_row(range, a.rows, p.average), column, 1, STYLE_PLAIN,
                          glyphs == GLYPHS_ASCII ? L'o' : 0x25e6);
        }
}

const char *chart_forecast_mark(enum glyphs glyphs) {
        return glyphs == GLYPHS_ASCII ? "o" : "\u25e6";
}

/* ---- gantt ---------------------------------------------------------------------------------------------------- */

void chart_gantt_lane(struct area a, int row, int column, int width, double whole, enum glyphs glyphs,
                      const struct chart_span spans[], size_t n) {
        struct area lane = area_part(a, row, column, 1, width);
        for (size_t i = 0; i < n && whole > 0; i++) {
                int start = clamp((int) floor(spans[i].start / whole * width), 0, width - 1);
                int end = clamp((int) floor(spans[i].end / whole * width), start + 1, width);
                enum style style = spans[i].failed ? STYLE_ALARM : STYLE_GOOD;
                area_fill(lane, 0, start, end - start, style, glyphs == GLYPHS_ASCII ? L'=' : 0x2550);
                if (end - start > 2) {
                        area_fill(lane, 0, start, 1, style, L'[');
                        area_fill(lane, 0, end - 1, 1, style, L']');
                        struct area name = area_part(lane, 0, start + 1, 1, end - start - 2);
                        (void) area_put(name, 0, 0, style, spans[i].name);
                }
                if (spans[i].failed)
                        area_fill(lane, 0, end - 1, 1, STYLE_ALARM, L'!');
        }
}
