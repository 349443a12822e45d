/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "tui/trends_picture.h"

/* Where there is less room there is the chart and a line of words; a little less, and there is no forecast. */
#define WHOLE_MIN_ROWS 10
#define WHOLE_MIN_COLUMNS 50
#define FORECAST_MIN_ROWS 14

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
        if (s->region[0] != '\0' && s->account[0] != '\0')
                (void) snprintf(text, sizeof(text), "%s of %s", s->region, s->account);
        else if (s->region[0] != '\0')
                (void) snprintf(text, sizeof(text), "%s%s", s->region, s->any_account ? "" : " of an unknown account");
        else if (s->account[0] != '\0')
                (void) snprintf(text, sizeof(text), "account %s", s->account);
        else
                (void) snprintf(text, sizeof(text), "ALL regions (%zu)", c->status->sums.regions);
        int column = area_put(area, row, 1, STYLE_TITLE, "Scope ");
        area_put_clipped(area, row, column, area.columns - column, STYLE_PLAIN, text);
        column += text_columns(text, area.surface->utf8);
        (void) snprintf(text, sizeof(text), "   bucket %s avg, %s", axis_span(seconds, span),
                        picture_has_bounds(t) ? "bounds" : "min-max");
        column = area_put_fitting(area, row, column, STYLE_PLAIN, text);
        (void) area_put_fitting(area, row, column, STYLE_PLAIN,
                                t->from_zero ? "   y: from zero" : "   y: auto (not zero-based)");
}

/* ---- all of it ------------------------------------------------------------------------------------------------ */

static void draw_whole(struct trends *t, struct picture *p, const struct context *c, struct area area) {
        const struct display *d = &c->display;
        bool forecast = area.rows >= FORECAST_MIN_ROWS;
        int head = 2, foot = 1 + (forecast ? 2 : 0), rows = area.rows - head - 2 - foot;
        picture_make(p, t, rows, d);
        draw_choices(t, area, 0);
        draw_scope(t, c, area, 1, p->buckets[p->measured - 1].seconds);
        picture_draw_with_axes(p, t, d, area_part(area, head, 0, rows + 2, area.columns), rows);
        picture_draw_cursor(p, t, d, area, head + rows + 2);
        if (!forecast)
                return;
        picture_draw_change(p, d, area, head + rows + 3);
        picture_draw_forecast(p, t, area, head + rows + 4);
}

static void draw_small(struct trends *t, struct picture *p, const struct context *c, struct area area) {
        int rows = area.rows - 2;
        picture_make(p, t, rows > 0 ? rows : 1, &c->display);
        area_put_clipped(area, 0, 0, area.columns, STYLE_TITLE, metric_at(t->metric)->title);
        const struct trend_point *b = &p->buckets[p->cursor];
        char number[FORMAT_SIZE], text[FORMAT_SIZE * 2];
        if (trend_is_gap(b))
                (void) snprintf(text, sizeof(text), "%s", picture_words_of_gap(t, b));
        else
                (void) snprintf(text, sizeof(text), "%s%s %s", axis_number(&p->axis, b->average, number),
                                format_plus(b->at_least), p->axis.unit);
        int column = area_put_fitting(area, 1, 0, trend_is_gap(b) ? STYLE_WARNING : STYLE_STRONG, text);
        (void) area_put_fitting(area, 1, column + 1, STYLE_PLAIN, range_word(t->view.scope.range));
        if (rows > 0)
                picture_draw_chart(p, area_part(area, 2, 0, rows, area.columns), c->display.glyphs);
}

void trends_draw(struct view *v, const struct context *c, struct area area) {
        struct trends *t = (struct trends *) v;
        struct trend_point buckets[TREND_SLOTS_MAX];
        struct picture p = { .buckets = buckets };
        if (t->n_slots == 0 || area.rows < 1)
                return;
        /* A locked or missing database may keep it waiting; the numbers that were there are of something else. */
        if (!t->is_answered) {
                (void) area_printf(area, area.rows / 2, 2, STYLE_PLAIN, "Reading %s, %s ...",
                                   metric_at(t->metric)->title, range_word(v->scope.range));
                return;
        }
        /* Time goes on where runs do not. */
        if (t->pan == 0 && c->display.now >= v->scope.until_at)
                v->stale = true;
        /* One bucket a column at most. */
        bool whole = area.rows >= WHOLE_MIN_ROWS && area.columns >= WHOLE_MIN_COLUMNS;
        int room = area.columns - (whole ? AXIS_MAX_COLUMNS : 0);
        size_t ahead = whole && area.rows >= FORECAST_MIN_ROWS ? trends_slots_ahead(t) : 0;
        t->per_bucket = trend_slots_per_bucket(t->n_slots + ahead, t->slots[0].seconds, room > 1 ? (size_t) room : 1);
        t->ahead = (ahead + t->per_bucket - 1) / t->per_bucket;
        p.n = trends_buckets(t, buckets, &p.measured, &p.cursor);
        if (whole)
                draw_whole(t, &p, c, area);
        else
                draw_small(t, &p, c, area);
}
