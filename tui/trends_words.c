/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/trends_picture.h"

const char *picture_words_of_gap(const struct trends *t, const struct trend_point *p) {
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

bool picture_has_bounds(const struct trends *t) {
        return t->view.scope.region[0] == '\0' && t->source != TREND_RUNS;
}

/* " (1,462.4..1,464.3)", " (within 1,462.4..1,464.3)"; of a forecast " (1,462.4..1,464.3, 95 %)". */
static int draw_interval(const struct axis *a, const char *before, double low, double high, const char *behind,
                         struct area area, int row, int column) {
        char from[FORMAT_SIZE], to[FORMAT_SIZE], text[FORMAT_SIZE * 2 + 24];
        (void) snprintf(text, sizeof(text), " (%s%s..%s%s)", before, axis_number(a, low, from), axis_number(a, high, to),
                        behind);
        return area_put_fitting(area, row, column, STYLE_PLAIN, text);
}

void picture_draw_cursor(const struct picture *p, const struct trends *t, const struct display *d, struct area area,
                         int row) {
        const struct trend_point *b = &p->buckets[p->cursor];
        char at[FORMAT_SIZE], average[FORMAT_SIZE], text[256];
        int column = area_printf(area, row, 1, STYLE_TITLE, "At %s %s", axis_time(b->at, b->seconds, d, at),
                                 b->forecast ? "forecast " : "");
        if (trend_is_gap(b)) {
                (void) area_put(area, row, column, STYLE_WARNING, picture_words_of_gap(t, b));
                return;
        }
        (void) snprintf(text, sizeof(text), "%s%s %s", axis_number(&p->axis, b->average, average),
                        format_plus(b->at_least), p->axis.unit);
        column = area_put(area, row, column, STYLE_STRONG, text);
        if (b->min < b->max || b->forecast)
                column = draw_interval(&p->axis, !b->forecast && picture_has_bounds(t) ? "within " : "", b->min, b->max,
                                       b->forecast ? ", 95 %" : "", area, row, column);
        if (!b->incomplete)
                return;
        (void) snprintf(text, sizeof(text), "  %zu of %zu regions", b->regions, b->regions_asked);
        column = area_put_fitting(area, row, column, STYLE_WARNING, text);
        (void) snprintf(text, sizeof(text), ": %s", b->why);
        if (b->why[0] != '\0')
                (void) area_put_fitting(area, row, column, STYLE_WARNING, text);
}

/* The change is that between the first and the last point that lack nothing, which need not be now. */
static int draw_ends(const struct picture *p, const struct display *d, struct area area, int row) {
        struct trend_ends ends = trend_ends(p->buckets, p->measured);
        char first[FORMAT_SIZE], last[FORMAT_SIZE], change[FORMAT_SIZE], at[FORMAT_SIZE], text[256];
        if (ends.first < 0)
                return area_put(area, row, 1, STYLE_PLAIN, "No point has all regions.");
        const struct trend_point *a = &p->buckets[ends.first], *b = &p->buckets[ends.last];
        bool is_newest = (size_t) ends.last + 1 == p->measured;
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

/* What the marks in the chart are, if there are any. */
static void draw_marks(const struct picture *p, const struct display *d, struct area area, int row, int column) {
        size_t gaps = 0, incomplete = 0;
        for (size_t i = 0; i < p->measured; i++) {
                gaps += trend_is_gap(&p->buckets[i]);
                incomplete += p->buckets[i].incomplete;
        }
        char text[64];
        if (p->measured < p->n) {
                (void) snprintf(text, sizeof(text), "   %s forecast", chart_forecast_mark(d->glyphs));
                column = area_put_fitting(area, row, column, STYLE_PLAIN, text);
        }
        if (gaps > 0) {
                (void) snprintf(text, sizeof(text), "   ~ no data (%zu)", gaps);
                column = area_put_fitting(area, row, column, STYLE_WARNING, text);
        }
        if (incomplete > 0) {
                (void) snprintf(text, sizeof(text), "   + at least (%zu)", incomplete);
                (void) area_put_fitting(area, row, column, STYLE_WARNING, text);
        }
}

void picture_draw_change(const struct picture *p, const struct display *d, struct area area, int row) {
        draw_marks(p, d, area, row, draw_ends(p, d, area, row));
}

void picture_draw_forecast(const struct picture *p, const struct trends *t, struct area area, int row) {
        const char *why;
        struct trend_forecast f;
        char middle[FORMAT_SIZE];
        int column = area_put(area, row, 1, STYLE_TITLE, "In 30 days ");
        if (!trends_find_forecast(t, &f, &why)) {
                (void) area_printf(area, row, column, STYLE_PLAIN, "no forecast: %s", why);
                return;
        }
        column = area_printf(area, row, column, STYLE_PLAIN, "%s%s %s", axis_number(&p->axis, f.in_30d, middle),
                             format_plus(f.at_least), p->axis.unit);
        column = draw_interval(&p->axis, "", f.in_30d_low, f.in_30d_high, ", 95 %", area, row, column);
        (void) area_put_fitting(area, row, column, STYLE_PLAIN, " if it goes on like the last 30");
}
