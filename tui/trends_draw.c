/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/axis.h"
#include "tui/trends.h"

/* A label at the y axis every so many rows. */
#define ROWS_PER_LABEL 3

/* Where there is less room there is the chart and a line of words. */
#define WHOLE_MIN_ROWS 10
#define WHOLE_MIN_COLUMNS 50

/* The y axis and its labels do not take more, short of a fleet of 100 EiB. */
#define AXIS_MAX_COLUMNS 15

/* ---- head ----------------------------------------------------------------------------------------------------- */

static size_t append(char *text, size_t size, size_t used, const char *word, bool chosen) {
        int n = snprintf(text + used, size - used, "%s%s%s%s", used > 0 ? " " : "", chosen ? "[" : "", word, chosen ? "]" : "");
        return used + (size_t) n < size ? used + (size_t) n : size - 1;
}

/* All there is to choose from if it fits, else what is chosen. */
static void draw_choices(const struct trends *t, struct area area, int row) {
        char metrics[256] = "", ranges[64] = "";
        size_t used = 0;
        for (size_t i = 0; i < METRICS; i++)
                used = append(metrics, sizeof(metrics), used, metric_at(i)->word, i == t->metric);
        used = 0;
        for (size_t i = 0; i < RANGES; i++)
                used = append(ranges, sizeof(ranges), used, range_word(i), i == t->view.scope.range);
        int room = area.columns - text_columns(ranges, false) - 12;
        int column = area_put(area, row, 1, STYLE_TITLE, "Metric ");
        column = area_put(area, row, column, STYLE_PLAIN,
                          text_columns(metrics, false) + column < room ? metrics : metric_at(t->metric)->title);
        if (column + 10 + text_columns(ranges, false) < area.columns) {
                column = area_put(area, row, column + 3, STYLE_TITLE, "Range ");
                (void) area_put(area, row, column, STYLE_PLAIN, ranges);
        } else {
                (void) area_put_fitting(area, row, column + 2, STYLE_PLAIN, range_word(t->view.scope.range));
        }
}

static void draw_scope(const struct trends *t, const struct context *c, struct area area, int row, int64_t seconds) {
        const struct scope *s = &t->view.scope;
        char text[SCOPE_TEXT_SIZE * 2 + 64], span[FORMAT_SIZE];
        if (s->region[0] != '\0')
                (void) snprintf(text, sizeof(text), "%s%s%s", s->region, s->account[0] != '\0' ? " of " : "", s->account);
        else if (s->account[0] != '\0')
                (void) snprintf(text, sizeof(text), "account %s", s->account);
        else
                (void) snprintf(text, sizeof(text), "ALL regions (%zu)", c->status->sums.regions);
        int column = area_put(area, row, 1, STYLE_TITLE, "Scope ");
        area_put_clipped(area, row, column, area.columns - column, STYLE_PLAIN, text);
        column += text_columns(text, area.surface->utf8);
        (void) snprintf(text, sizeof(text), "   bucket %s avg, min-max", axis_span(seconds, span));
        column = area_put_fitting(area, row, column, STYLE_PLAIN, text);
        (void) area_put_fitting(area, row, column, STYLE_PLAIN,
                                t->from_zero ? "   y: from zero" : "   y: auto (not zero-based)");
}

/* ---- chart ---------------------------------------------------------------------------------------------------- */

struct picture {
        const struct trend_point *buckets;
        size_t n;
        size_t cursor;
        struct chart_point points[TREND_SLOTS_MAX];
        struct chart_range range;
        struct axis axis;
};

/* How much lower a row is than the one above it. */
static double row_height(struct chart_range range, int rows) {
        return (range.high - range.low) / (rows > 1 ? rows - 1 : 1);
}

static void make_picture(struct picture *p, const struct trends *t, int rows, const struct display *d) {
        for (size_t i = 0; i < p->n; i++) {
                const struct trend_point *b = &p->buckets[i];
                p->points[i] = (struct chart_point){ .average = b->average, .min = b->min, .max = b->max };
        }
        p->range = chart_range(p->points, p->n, t->from_zero);
        p->axis = axis_make(metric_at(t->metric), t->currency, p->range, row_height(p->range, rows) * ROWS_PER_LABEL, d);
        /* What lacks regions is no part of the line: it would look like a fall. */
        for (size_t i = 0; i < p->n; i++)
                if (p->buckets[i].incomplete)
                        p->points[i] = (struct chart_point){ .average = (double) NAN, .min = (double) NAN, .max = (double) NAN };
}

static void draw_chart(const struct picture *p, struct area plot, enum glyphs glyphs) {
        chart_line(plot, glyphs, p->range, p->points, p->n, (int) p->cursor);
        for (size_t i = 0; i < p->n; i++) {
                if (!p->buckets[i].incomplete)
                        continue;
                int column = chart_column(i, p->n, plot.columns);
                bool ruled = i == p->cursor;
                area_fill(plot, plot.rows - 1, column, 1, STYLE_STRONG, !ruled ? L' ' : glyphs == GLYPHS_ASCII ? L'|' : 0x2502);
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
        (void) area_put_right(area, row, width + 1, STYLE_PLAIN, p->axis.unit);
        area_fill(area, row, width + 2, 1, STYLE_PLAIN, d->utf8 ? 0x2514 : L'+');
        area_fill(area, row, first, columns, STYLE_PLAIN, d->utf8 ? 0x2500 : L'-');
        int labels = columns / 16 > 1 ? columns / 16 : 1, end = first;
        bool now = t->pan == 0;
        char text[FORMAT_SIZE], before[FORMAT_SIZE] = "";
        for (int i = 0; i < labels; i++) {
                size_t point = (size_t) i * (p->n - 1) / (size_t) labels;
                (void) axis_tick(p->buckets[point].at, range_seconds(t->view.scope.range), d, text);
                int column = first + chart_column(point, p->n, columns);
                if (column < end || column + text_columns(text, false) >= area.columns - 6 || strcmp(text, before) == 0)
                        continue;
                end = area_put(area, row + 1, column, STYLE_PLAIN, text) + 1;
                (void) snprintf(before, sizeof(before), "%s", text);
        }
        (void) area_put_right(area, row + 1, area.columns, STYLE_PLAIN,
                              now ? "now" : axis_tick(p->buckets[p->n - 1].at, range_seconds(t->view.scope.range), d, text));
}

/* ---- words ---------------------------------------------------------------------------------------------------- */

static const char *words_of_gap(const struct trends *t, const struct trend_point *p) {
        static const struct {
                const char *why, *words;
        } gaps[] = {
                { "denied", "no data: access denied" },
                { "unreachable", "no data: unreachable" },
                { "not_opted_in", "no data: not opted in" },
                { "failed", "no data: the run failed" },
                { "unseen", "no data: the run did not see all volumes" },
        };
        for (size_t i = 0; i < ARRAY_SIZE(gaps); i++)
                if (strcmp(gaps[i].why, p->why) == 0)
                        return gaps[i].words;
        if (p->why[0] != '\0')
                return "no data";
        return p->at < t->kept_since ? "no longer kept" : "no run";
}

static void draw_cursor(const struct trends *t, const struct picture *p, const struct display *d, struct area area, int row) {
        const struct trend_point *b = &p->buckets[p->cursor];
        char at[FORMAT_SIZE], average[FORMAT_SIZE], low[FORMAT_SIZE], high[FORMAT_SIZE], text[256];
        int column = area_printf(area, row, 1, STYLE_TITLE, "At %s ", axis_time(b->at, b->seconds, d, at));
        if (trend_is_gap(b)) {
                (void) area_put(area, row, column, STYLE_WARNING, words_of_gap(t, b));
                return;
        }
        (void) snprintf(text, sizeof(text), "%s%s %s", axis_number(&p->axis, b->average, average),
                        format_plus(b->at_least), p->axis.unit);
        column = area_put(area, row, column, STYLE_STRONG, text);
        if (b->min < b->max) {
                (void) snprintf(text, sizeof(text), " (%s..%s)", axis_number(&p->axis, b->min, low),
                                axis_number(&p->axis, b->max, high));
                column = area_put_fitting(area, row, column, STYLE_PLAIN, text);
        }
        if (!b->incomplete)
                return;
        (void) snprintf(text, sizeof(text), "  %zu of %zu regions%s%s", b->regions, b->regions_asked,
                        b->why[0] != '\0' ? ": " : "", b->why);
        (void) area_put_fitting(area, row, column, STYLE_WARNING, text);
}

/* The change is that between the first and the last point that lack nothing, which need not be now. */
static int draw_change(const struct picture *p, const struct display *d, struct area area, int row) {
        struct trend_ends ends = trend_ends(p->buckets, p->n);
        char first[FORMAT_SIZE], last[FORMAT_SIZE], change[FORMAT_SIZE], at[FORMAT_SIZE], text[256];
        if (ends.first < 0)
                return area_put(area, row, 1, STYLE_PLAIN, "No point has all regions.");
        const struct trend_point *a = &p->buckets[ends.first], *b = &p->buckets[ends.last];
        bool is_newest = (size_t) ends.last + 1 == p->n;
        int column = area_put(area, row, 1, STYLE_TITLE, "First ");
        column = area_printf(area, row, column, STYLE_PLAIN, "%s%s", axis_number(&p->axis, a->first, first),
                             format_plus(a->at_least));
        column = area_printf(area, row, column, STYLE_TITLE, "  %s ",
                             is_newest ? "last" : axis_time(b->at, b->seconds, d, at));
        column = area_printf(area, row, column, STYLE_PLAIN, "%s%s %s", axis_number(&p->axis, b->last, last),
                             format_plus(b->at_least), p->axis.unit);
        if (fabs(a->first) < 0.5)
                return column;
        (void) snprintf(text, sizeof(text), "  %s%%", format_change(100 * (b->last - a->first) / a->first, change));
        return area_put_fitting(area, row, column, STYLE_STRONG, text);
}

/* The forecast of the currency that is shown; NULL with why there is none. */
static const struct value *find_forecast(const struct trends *t, const char **ret_why) {
        const struct value *found = NULL;
        size_t n = 0;
        bool money = metric_at(t->metric)->kind == METRIC_MONEY;
        for (size_t i = 0; i < t->forecasts.n; i++) {
                const struct value *f = t->forecasts.items[i].values;
                if (money && strcmp(value_text(&f[FORECAST_CURRENCY]), t->currency) != 0)
                        continue;
                found = f;
                n++;
        }
        *ret_why = n > 1           ? trends_is_sum(t) ? "of several databases together" : "of several accounts together"
                   : found == NULL ? "too little is known"
                                   : value_text(&found[FORECAST_REFUSED]);
        return n == 1 && found[FORECAST_REFUSED].type == VALUE_NULL ? found : NULL;
}

static void draw_forecast(const struct trends *t, const struct picture *p, struct area area, int row) {
        const char *why;
        const struct value *f = find_forecast(t, &why);
        char middle[FORMAT_SIZE], low[FORMAT_SIZE], high[FORMAT_SIZE];
        int column = area_put(area, row, 1, STYLE_TITLE, "In 30 days ");
        if (f == NULL) {
                (void) area_printf(area, row, column, STYLE_PLAIN, "no forecast: %s", why);
                return;
        }
        column = area_printf(area, row, column, STYLE_PLAIN, "%s%s %s (%s..%s, 95 %%)",
                             axis_number(&p->axis, value_number(&f[FORECAST_MIDDLE]), middle),
                             format_plus(value_integer(&f[FORECAST_AT_LEAST]) != 0), p->axis.unit,
                             axis_number(&p->axis, value_number(&f[FORECAST_LOW]), low),
                             axis_number(&p->axis, value_number(&f[FORECAST_HIGH]), high));
        (void) area_put_fitting(area, row, column, STYLE_PLAIN, " if it goes on like the last 30");
}

/* What the marks in the chart are, if there are any. */
static void draw_marks(const struct picture *p, struct area area, int row, int column) {
        size_t gaps = 0, incomplete = 0;
        for (size_t i = 0; i < p->n; i++) {
                gaps += trend_is_gap(&p->buckets[i]);
                incomplete += p->buckets[i].incomplete;
        }
        char text[64];
        if (gaps > 0) {
                (void) snprintf(text, sizeof(text), "   ~ no data (%zu)", gaps);
                column = area_put_fitting(area, row, column, STYLE_WARNING, text);
        }
        if (incomplete > 0) {
                (void) snprintf(text, sizeof(text), "   + at least (%zu)", incomplete);
                (void) area_put_fitting(area, row, column, STYLE_WARNING, text);
        }
}

/* ---- all of it ------------------------------------------------------------------------------------------------ */

static void draw_whole(struct trends *t, struct picture *p, const struct context *c, struct area area) {
        const struct display *d = &c->display;
        bool forecast = area.rows >= 14;
        int head = 2, foot = 1 + (forecast ? 2 : 0), rows = area.rows - head - 2 - foot;
        make_picture(p, t, rows, d);
        int width = label_width(p, rows);
        struct area middle = area_part(area, head, 0, rows + 2, area.columns);
        draw_choices(t, area, 0);
        draw_scope(t, c, area, 1, p->buckets[p->n - 1].seconds);
        draw_y_axis(p, middle, width, rows, d->utf8);
        draw_x_axis(t, p, d, middle, width, rows);
        draw_chart(p, area_part(middle, 0, width + 3, rows, area.columns - width - 3), d->glyphs);
        draw_cursor(t, p, d, area, head + rows + 2);
        if (!forecast)
                return;
        draw_marks(p, area, head + rows + 3, draw_change(p, d, area, head + rows + 3));
        draw_forecast(t, p, area, head + rows + 4);
}

static void draw_small(struct trends *t, struct picture *p, const struct context *c, struct area area) {
        int rows = area.rows - 2;
        make_picture(p, t, rows > 0 ? rows : 1, &c->display);
        area_put_clipped(area, 0, 0, area.columns, STYLE_TITLE, metric_at(t->metric)->title);
        const struct trend_point *b = &p->buckets[p->cursor];
        char number[FORMAT_SIZE], text[FORMAT_SIZE * 2];
        if (trend_is_gap(b))
                (void) snprintf(text, sizeof(text), "%s", words_of_gap(t, b));
        else
                (void) snprintf(text, sizeof(text), "%s%s %s", axis_number(&p->axis, b->average, number),
                                format_plus(b->at_least), p->axis.unit);
        int column = area_put_fitting(area, 1, 0, trend_is_gap(b) ? STYLE_WARNING : STYLE_STRONG, text);
        (void) area_put_fitting(area, 1, column + 1, STYLE_PLAIN, range_word(t->view.scope.range));
        if (rows > 0)
                draw_chart(p, area_part(area, 2, 0, rows, area.columns), c->display.glyphs);
}

void trends_draw(struct view *v, const struct context *c, struct area area) {
        struct trends *t = (struct trends *) v;
        struct trend_point buckets[TREND_SLOTS_MAX];
        struct picture p = { .buckets = buckets };
        if (t->n_slots == 0 || area.rows < 1)
                return;
        /* Time goes on where runs do not. */
        if (t->pan == 0 && c->display.now >= v->scope.until_at)
                v->stale = true;
        /* One bucket a column at most. */
        bool whole = area.rows >= WHOLE_MIN_ROWS && area.columns >= WHOLE_MIN_COLUMNS;
        int room = area.columns - (whole ? AXIS_MAX_COLUMNS : 0);
        t->per_bucket = trend_slots_per_bucket(t->n_slots, t->slots[0].seconds, room > 1 ? (size_t) room : 1);
        p.n = trends_buckets(t, buckets, &p.cursor);
        if (whole)
                draw_whole(t, &p, c, area);
        else
                draw_small(t, &p, c, area);
}
