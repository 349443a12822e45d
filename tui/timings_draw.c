/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/chart.h"
#include "tui/range.h"
#include "tui/timings.h"

/* Rows of the list that stay when the chart of the workers wants room. */
#define LIST_MIN_ROWS 5

/* EC2's bucket for describe calls: so many at once, then so many a second, for each account, region and action. */
#define CALLS_AT_ONCE 100
#define CALLS_PER_SECOND 20

/* Of the words before a bar. */
#define LABEL_COLUMNS 28
#define WORDS_BEHIND_BAR 36

/* ---- bars ----------------------------------------------------------------------------------------------------- */

/* "Parallel   #48213  12.7s  |=====| 6.39x, 8 workers, eff 80%": a bar is to whole what us is to longest. */
static void draw_bar(struct area area, int row, const struct display *d, const char *name, int64_t run_id, int64_t us,
                     int64_t longest, const char *words) {
        char time[FORMAT_SIZE], id[32] = "";
        if (run_id != 0)
                (void) snprintf(id, sizeof(id), "#%lld", (long long) run_id);
        (void) area_printf(area, row, 1, STYLE_TITLE, "%s", name);
        (void) area_put(area, row, 12, STYLE_PLAIN, id);
        (void) area_put_right(area, row, LABEL_COLUMNS - 1, STYLE_STRONG, format_duration(us, time));
        int width = area.columns - LABEL_COLUMNS - WORDS_BEHIND_BAR, column = LABEL_COLUMNS;
        if (width >= 8 && longest > 0) {
                double fraction = (double) us / (double) longest;
                chart_bar(area, row, column, width, STYLE_GOOD, d->glyphs, fraction);
                column += (int) ceil(fraction * width) + 1;
        }
        (void) area_put_fitting(area, row, column, STYLE_PLAIN, words);
}

static int64_t integer(const struct row *row, size_t column) {
        return value_integer(listing_value(row, column));
}

static int draw_pair(const struct row *row, const struct display *d, struct area area) {
        int64_t sequential = integer(row, PAIR_SEQUENTIAL), parallel = integer(row, PAIR_PARALLEL);
        int64_t sweep = integer(row, PAIR_SWEEP), longest = sequential > parallel ? sequential : parallel;
        longest = sweep > longest ? sweep : longest;
        char words[128], calls[FORMAT_SIZE], share[FORMAT_SIZE];
        (void) snprintf(words, sizeof(words), "%s calls",
                        format_integer(integer(row, PAIR_SEQUENTIAL_CALLS), false, calls));
        draw_bar(area, 0, d, "Sequential", integer(row, PAIR_SEQUENTIAL_RUN), sequential, longest, words);
        const struct value *speedup = listing_value(row, PAIR_SPEEDUP);
        if (speedup->type == VALUE_NULL)
                (void) snprintf(words, sizeof(words), "no speed-up: not both complete");
        else
                (void) snprintf(words, sizeof(words), "%.2fx, %lld workers, eff %s", value_number(speedup),
                                (long long) integer(row, PAIR_WORKERS),
                                format_share(value_number(listing_value(row, PAIR_EFFICIENCY)), true, share));
        draw_bar(area, 1, d, "Parallel", integer(row, PAIR_PARALLEL_RUN), parallel, longest, words);
        (void) snprintf(words, sizeof(words), "%s calls", format_integer(integer(row, PAIR_SWEEP_CALLS), false, calls));
        draw_bar(area, 2, d, "Sweep", integer(row, PAIR_SWEEP_RUN), sweep, longest, words);
        return 3;
}

static int draw_run(const struct row *row, const struct display *d, struct area area) {
        int64_t wall = integer(row, TIMED_WALL), sum = integer(row, TIMED_SUM), longest = wall > sum ? wall : sum;
        char words[128], calls[FORMAT_SIZE], share[FORMAT_SIZE];
        (void) snprintf(words, sizeof(words), "%s calls, one by one",
                        format_integer(integer(row, TIMED_CALLS), false, calls));
        draw_bar(area, 0, d, "Calls", integer(row, TIMED_ID), sum, longest, words);
        const struct value *at_once = listing_value(row, TIMED_AT_ONCE);
        words[0] = '\0';
        if (at_once->type != VALUE_NULL)
                (void) snprintf(words, sizeof(words), "%.1f at once, %lld workers, %s busy", value_number(at_once),
                                (long long) integer(row, TIMED_WORKERS),
                                format_share(value_number(listing_value(row, TIMED_BUSY)), true, share));
        draw_bar(area, 1, d, "Wall", 0, wall, longest, words);
        return 2;
}

/* ---- bounds --------------------------------------------------------------------------------------------------- */

/* How long the API's rate limit makes a run take that asks instance by instance: a DescribeVolumes for each instance of
 * the account's region that has most. Of a sweep only that there is no such floor is known. -1: not known. */
static int64_t floor_us(const struct timings *t, const char **ret_region) {
        int64_t most = 0;
        bool known = true;
        for (size_t i = 0; i < t->regions.n; i++) {
                const struct value *r = t->regions.items[i].values;
                bool sweep = strcmp(value_text(&r[REGION_MODE]), "sweep") == 0;
                int64_t calls = value_integer(&r[sweep ? REGION_CALLS : REGION_INSTANCES]) - CALLS_AT_ONCE;
                known &= !sweep || calls <= 0;
                if (calls > most) {
                        most = calls;
                        *ret_region = value_text(&r[REGION_NAME]);
                }
        }
        return t->regions.n > 0 && known ? most * 1000000 / CALLS_PER_SECOND : -1;
}

static void draw_bounds(const struct view *v, struct area area, int row) {
        const struct timings *t = (const struct timings *) v;
        const struct row *selected = listing_selected(&v->tables[TABLE_RUNS].listing);
        char text[256], time[FORMAT_SIZE];
        int column = area_put(area, row, 1, STYLE_TITLE, "Bound ");
        if (t->regions.n == 0) {
                (void) area_put(area, row, column, STYLE_PLAIN, "not known: the run is no longer kept");
                return;
        }
        const struct value *slowest = t->regions.items[0].values;
        int64_t wall = value_integer(&slowest[REGION_WALL_US]);
        column = area_printf(area, row, column, STYLE_PLAIN, "slowest region %.40s %s",
                             value_text(&slowest[REGION_NAME]), format_duration(wall, time));
        if (timings_shows_pairs(v) && wall > 0) {
                (void) snprintf(text, sizeof(text), " = max %.1fx",
                                (double) integer(selected, PAIR_SEQUENTIAL) / (double) wall);
                column = area_put_fitting(area, row, column, STYLE_PLAIN, text);
        }
        const char *region = "";
        int64_t us = floor_us(t, &region);
        (void) snprintf(text, sizeof(text), "  API floor %s%s%.40s",
                        us > 0 ? format_duration(us, time) : us == 0 ? "none" : "not known", us > 0 ? " " : "", region);
        column = area_put_fitting(area, row, column, STYLE_PLAIN, text);
        (void) area_put_fitting(area, row, column, STYLE_PLAIN, "  (100 calls at once, then 20/s a region and action)");
}

static int compare_doubles(const void *x, const void *y) {
        const double *a = x, *b = y;
        return (*a > *b) - (*a < *b);
}

/* The spread of the speed-ups, and the memory of the run. */
static void draw_spread(const struct view *v, struct area area, int row) {
        const struct timings *t = (const struct timings *) v;
        const struct row *selected = listing_selected(&v->tables[TABLE_RUNS].listing);
        size_t n = t->speedups.n;
        int column = area_printf(area, row, 1, STYLE_TITLE, "Speed-ups %s ", range_word(t->range));
        double *values = calloc(n > 0 ? n : 1, sizeof(*values));
        for (size_t i = 0; values != NULL && i < n; i++)
                values[i] = value_number(&t->speedups.items[i].values[0]);
        if (values != NULL)
                qsort(values, n, sizeof(*values), compare_doubles);
        if (values != NULL && n > 0)
                column = area_printf(area, row, column, STYLE_PLAIN, "p50 %.1fx p95 %.1fx n=%zu",
                                     gantt_percentile(values, n, 50), gantt_percentile(values, n, 95), n);
        else
                column = area_put(area, row, column, STYLE_PLAIN, "none");
        free(values);
        const struct value *kib =
                        listing_value(selected, timings_shows_pairs(v) ? (size_t) PAIR_MEMORY : (size_t) TIMED_MEMORY);
        char text[64];
        if (kib->type != VALUE_NULL) {
                (void) snprintf(text, sizeof(text), "   memory %.1f MiB at most", value_number(kib) / 1024);
                (void) area_put_fitting(area, row, column, STYLE_PLAIN, text);
        }
}

/* ---- workers -------------------------------------------------------------------------------------------------- */

static void draw_lane(const struct gantt *g, const struct gantt_lane *lane, const struct display *d, struct area area,
                      int row) {
        struct chart_span *spans = calloc(lane->n_spans, sizeof(*spans));
        int first = area_printf(area, row, 1, STYLE_PLAIN, "w%-2lld ", (long long) lane->worker);
        int width = area.columns - first - 9;
        wchar_t rule = d->utf8 ? 0x2502 : L'|';
        area_fill(area, row, first, 1, STYLE_PLAIN, rule);
        for (size_t i = 0; spans != NULL && i < lane->n_spans; i++) {
                const struct gantt_span *s = &g->spans[lane->first_span + i];
                spans[i] = (struct chart_span){ (double) s->start_us, (double) s->end_us, s->region, s->failed };
        }
        if (spans != NULL)
                chart_gantt_lane(area, row, first + 1, width, (double) g->end_us, d->glyphs, spans, lane->n_spans);
        free(spans);
        area_fill(area, row, first + 1 + width, 1, STYLE_PLAIN, rule);
        char share[FORMAT_SIZE];
        if (g->end_us > 0)
                (void) area_put_right(area, row, area.columns - 1, STYLE_PLAIN,
                                      format_share((double) lane->busy_us / (double) g->end_us, true, share));
}

static void draw_gantt(const struct view *v, const struct display *d, struct area area) {
        const struct timings *t = (const struct timings *) v;
        const struct gantt *g = &t->gantt;
        char end[FORMAT_SIZE];
        if (v->scope.run_id == 0 || g->n_lanes == 0) {
                (void) area_put(area, 0, 1, STYLE_PLAIN,
                                v->scope.run_id == 0 ? "Workers: the run is no longer kept"
                                                     : "Workers: calls of this run are not kept (keep_task_timings)");
                return;
        }
        int column = area_printf(area, 0, 1, STYLE_TITLE, "Workers of run #%lld", (long long) v->scope.run_id);
        (void) area_printf(area, 0, column, STYLE_PLAIN, "   0s to %s   !=failed", format_duration(g->end_us, end));
        (void) area_put_right(area, 0, area.columns - 1, STYLE_TITLE, "BUSY");
        int rows = area.rows - 1;
        for (int i = 0; i < rows && (size_t) i < g->n_lanes; i++) {
                if (i == rows - 1 && g->n_lanes > (size_t) rows) {
                        (void) area_printf(area, i + 1, 1, STYLE_PLAIN, "and %zu more workers: Enter has their calls",
                                           g->n_lanes - (size_t) i);
                        return;
                }
                draw_lane(g, &g->lanes[i], d, area, i + 1);
        }
}

static void draw_regions(const struct timings *t, struct area area) {
        int first = area_put(area, 0, 1, STYLE_TITLE, "Per region  "), row = 0, column = first;
        for (size_t i = 0; i < t->regions.n; i++) {
                const struct value *r = t->regions.items[i].values;
                char text[128], time[FORMAT_SIZE];
                (void) snprintf(text, sizeof(text), "%s%.60s %s  ", value_integer(&r[REGION_FAILED]) != 0 ? "!" : "",
                                value_text(&r[REGION_NAME]), format_duration(value_integer(&r[REGION_WALL_US]), time));
                if (column + text_columns(text, area.surface->utf8) > area.columns) {
                        row++;
                        column = first;
                }
                column = area_put_fitting(area, row, column, STYLE_PLAIN, text);
        }
}

/* ---- all of it ------------------------------------------------------------------------------------------------ */

void timings_draw(struct view *v, const struct context *c, struct area area) {
        const struct timings *t = (const struct timings *) v;
        const struct display *d = &c->display;
        const struct row *row = listing_selected(&v->tables[TABLE_RUNS].listing);
        if (timings_selected_run(v) != v->scope.run_id || (row != NULL && row->database != v->scope.database))
                v->stale = true;
        int used = 0;
        if (row != NULL && area.rows >= 10 && area.columns >= 60) {
                used = timings_shows_pairs(v) ? draw_pair(row, d, area) : draw_run(row, d, area);
                draw_bounds(v, area, used++);
                draw_spread(v, area, used++);
        }
        int lanes = (int) (t->gantt.n_lanes < 64 ? t->gantt.n_lanes : 64), left = area.rows - used;
        int chart = row == NULL || left < LIST_MIN_ROWS + 3 ? 0
                    : lanes + 1 < left - LIST_MIN_ROWS      ? lanes + 1
                                                            : left - LIST_MIN_ROWS;
        used += table_draw(&v->tables[TABLE_RUNS], area_part(area, used, 0, left - chart, area.columns), d);
        if (chart == 0)
                return;
        draw_gantt(v, d, area_part(area, used, 0, chart, area.columns));
        used += chart + 1;
        if (area.rows - used >= 3 && t->regions.n > 0)
                draw_regions(t, area_part(area, used, 0, area.rows - used, area.columns));
}
