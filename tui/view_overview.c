/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/chart.h"
#include "tui/fitted_line.h"
#include "tui/overview_lists.h"
#include "tui/run_line.h"
#include "tui/views.h"

/* The regions of all accounts and databases with their sums, and on a wide screen who moved most, who has most
 * unattached volumes, and what the types cost. */

/* A sparkline is of so many hours. */
#define TREND_HOURS 24

/* So many rows the panes below the regions have at least, headings included. */
#define PANES_ROWS 8

enum overview_table { TABLE_REGIONS, TABLE_MOVERS, TABLE_UNATTACHED, TABLE_TYPES };

enum trend_column { TREND_REGION, TREND_ACCOUNT, TREND_HOUR_AT, TREND_VALUE };

static const char trend_sql[] =
        "SELECT region, account, hour_at, last_value FROM v1_trend_hour"
        " WHERE metric = 'billed_gib' AND hour_at > :from_at AND hour_at <= :until_at"
        " ORDER BY region, account, hour_at";

struct overview {
        struct view view;
        struct rows trend; /* enum trend_column, in the order of databases, regions, accounts, hours */
        int64_t trend_from;
        const struct status_sums *sums; /* borrowed while it is drawn */
};

/* ---- loading -------------------------------------------------------------------------------------------------- */

static int load(struct view *v, const struct context *c) {
        struct overview *o = (struct overview *) v;
        struct scope scope = v->scope;
        scope.until_at = c->display.now;
        scope.from_at = (c->display.now / 3600 - TREND_HOURS) * 3600;
        o->trend_from = scope.from_at;
        return rows_refresh(&o->trend, c->databases, trend_sql, &scope);
}

static void release(struct view *v) {
        rows_release(&((struct overview *) v)->trend);
}

/* ---- cells ---------------------------------------------------------------------------------------------------- */

static int compare_regions(const struct row *trend, const struct row *row) {
        if (trend->database != row->database)
                return trend->database - row->database;
        int r = value_compare(&trend->values[TREND_REGION], listing_value(row, OVERVIEW_REGION));
        return r != 0 ? r : value_compare(&trend->values[TREND_ACCOUNT], listing_value(row, OVERVIEW_ACCOUNT));
}

static void draw_trend(const struct overview *o, const struct row *row, struct area area, const struct display *d) {
        double values[TREND_HOURS];
        for (size_t i = 0; i < TREND_HOURS; i++)
                values[i] = NAN;
        size_t low = 0, high = o->trend.n;
        while (low < high) {
                size_t middle = (low + high) / 2;
                if (compare_regions(&o->trend.items[middle], row) < 0)
                        low = middle + 1;
                else
                        high = middle;
        }
        for (; low < o->trend.n && compare_regions(&o->trend.items[low], row) == 0; low++) {
                const struct row *t = &o->trend.items[low];
                int64_t hour = (value_integer(&t->values[TREND_HOUR_AT]) - o->trend_from) / 3600 - 1;
                if (hour >= 0 && hour < TREND_HOURS)
                        values[hour] = value_number(&t->values[TREND_VALUE]);
        }
        chart_sparkline(area, 0, 0, area.columns, STYLE_GOOD, d->glyphs, values, TREND_HOURS);
}

static void draw_cell(const void *userdata, const struct row *row, size_t column, struct area area,
                      const struct display *d) {
        const struct overview *o = userdata;
        if (column == OVERVIEW_TREND) {
                draw_trend(o, row, area, d);
                return;
        }
        const struct value *at = listing_value(row, OVERVIEW_AT);
        char buf[FORMAT_SIZE];
        (void) area_put(area, 0, 0, STYLE_PLAIN,
                        at->type == VALUE_NULL ? "-" : format_age(d->now - value_integer(at), false, buf));
}

static enum style row_style(const void *userdata, const struct row *row) {
        (void) userdata;
        return strcmp(value_text(listing_value(row, OVERVIEW_STATUS)), "ok") == 0 ? STYLE_PLAIN : STYLE_WARNING;
}

static void init(struct view *v) {
        struct table *t = view_add_table(v, &overview_regions);
        t->draw_cell = draw_cell;
        t->row_style = row_style;
        (void) view_add_table(v, &overview_movers);
        (void) view_add_table(v, &overview_unattached);
        (void) view_add_table(v, &overview_types);
}

/* ---- drawing -------------------------------------------------------------------------------------------------- */

/* The sums of all regions below their columns; money only where it is of one currency. */
static const char *sum_text(const void *userdata, size_t column, const struct display *d,
                            char buf[static FORMAT_SIZE]) {
        const struct status_sums *s = ((const struct overview *) userdata)->sums;
        bool at_least = s->gib_at_least;
        switch (column) {
        case OVERVIEW_REGION:
                (void) snprintf(buf, FORMAT_SIZE, "TOTAL (%zu)", s->regions);
                return buf;
        case OVERVIEW_GIB:
                (void) format_gib_column(s->gib, d, buf);
                break;
        case OVERVIEW_VOLUMES:
                (void) format_integer(s->volumes, false, buf);
                break;
        case OVERVIEW_INSTANCES:
                (void) format_integer(s->instances, false, buf);
                break;
        case OVERVIEW_UNATTACHED_VOLUMES:
                (void) format_integer(s->unattached_volumes, false, buf);
                break;
        case OVERVIEW_UNATTACHED_GIB:
                (void) format_gib_column(s->unattached_gib, d, buf);
                break;
        case OVERVIEW_COST:
                if (s->n_costs != 1)
                        return "";
                (void) format_money_column(s->costs[0].micros, d, buf);
                at_least = s->cost_at_least;
                break;
        default:
                return "";
        }
        return strncat(buf, format_plus(at_least), FORMAT_SIZE - strlen(buf) - 1);
}

/* Behind the sums: those in several currencies, and which part of them is not of the newest run. */
static void draw_gaps(const struct status_sums *s, const struct display *d, struct area area, int row, int column) {
        struct fitted_line l = { .n = 0 };
        size_t old = s->regions_old + s->regions_stale, fresh = s->regions - old - s->regions_none;
        char cost[FORMAT_SIZE];
        for (size_t i = 0; s->n_costs > 1 && i < s->n_costs; i++)
                fitted_line_add(&l, 2, STYLE_TITLE, "  %s%s/mo",
                                format_money(s->costs[i].micros, s->costs[i].currency, d, cost),
                                format_plus(s->cost_at_least));
        fitted_line_add(&l, 3, STYLE_PLAIN, "  %zu fresh%s", fresh, old + s->regions_none > 0 ? " +" : "");
        if (s->regions_old > 0)
                fitted_line_add(&l, 0, STYLE_WARNING, " %zu old", s->regions_old);
        if (s->regions_stale > 0) {
                fitted_line_add(&l, 1, STYLE_WARNING, "%s %zu no longer asked", s->regions_old > 0 ? " +" : "",
                                s->regions_stale);
                fitted_line_or(&l, "%s %zu unasked", s->regions_old > 0 ? " +" : "", s->regions_stale);
        }
        if (s->regions_none > 0) {
                fitted_line_add(&l, 1, STYLE_ALARM, "%s %zu without data", old > 0 ? " +" : "", s->regions_none);
                fitted_line_or(&l, "%s %zu ??", old > 0 ? " +" : "", s->regions_none);
        }
        (void) fitted_line_draw(&l, area, row, column, 0);
}

static void draw_panes(struct view *v, const struct display *d, struct area area) {
        static const enum overview_table panes[] = { TABLE_MOVERS, TABLE_UNATTACHED, TABLE_TYPES };
        int width = area.columns / (int) ARRAY_SIZE(panes);
        for (int i = 0; i < (int) ARRAY_SIZE(panes); i++) {
                (void) table_draw(&v->tables[panes[i]], area_part(area, 0, i * width, area.rows, width - 2), d);
                if (i > 0)
                        for (int row = 0; row < area.rows; row++)
                                area_fill(area, row, i * width - 1, 1, STYLE_PLAIN, d->utf8 ? 0x2502 : L'|');
        }
}

static void draw(struct view *v, const struct context *c, struct area area) {
        int row = 0;
        bool small = area.rows < 10;
        for (size_t i = 0; !small && i < c->status->n_databases && row < area.rows / 4; i++)
                run_line_draw(c, i, area, row++);
        /* The regions get what they need, the panes what is left. */
        bool panes = area.columns >= 120 && area.rows - row >= 12 + PANES_ROWS;
        for (size_t i = 1; i < v->n_tables; i++)
                v->tables[i].hidden = !panes;
        if (!panes && v->focus != 0) {
                v->tables[v->focus].focused = false;
                v->focus = 0;
                v->tables[0].focused = true;
        }
        if (panes)
                row++;
        struct table *regions = &v->tables[TABLE_REGIONS];
        regions->sum_text = small ? NULL : sum_text;
        ((struct overview *) v)->sums = &c->status->sums;
        int room = area.rows - row - (panes ? PANES_ROWS + 1 : 0);
        row += table_draw(regions, area_part(area, row, 0, room, area.columns), &c->display);
        if (!small)
                draw_gaps(&c->status->sums, &c->display, area, row - 1, regions->sums_end);
        if (panes)
                draw_panes(v, &c->display, area_part(area, row + 1, 0, area.rows - row - 1, area.columns));
}

/* The first region that failed, and how many others did. */
static enum style note(const struct view *v, const struct context *c, char buf[static VIEW_NOTE_SIZE]) {
        const struct listing *l = &v->tables[TABLE_REGIONS].listing;
        size_t failed = 0;
        buf[0] = '\0';
        for (size_t i = 0; i < l->rows.n; i++) {
                const struct row *row = &l->rows.items[i];
                const char *status = value_text(listing_value(row, OVERVIEW_STATUS));
                if (strcmp(status, "ok") == 0 || strcmp(status, "old") == 0 || failed++ > 0)
                        continue;
                const struct value *at = listing_value(row, OVERVIEW_AT);
                char age[FORMAT_SIZE];
                if (at->type == VALUE_NULL)
                        (void) snprintf(buf, VIEW_NOTE_SIZE, "?\? %.60s: %.100s, no data yet",
                                        value_text(listing_value(row, OVERVIEW_REGION)),
                                        value_text(listing_value(row, OVERVIEW_ERROR_CODE)));
                else
                        (void) snprintf(buf, VIEW_NOTE_SIZE, "!! %.60s: %.100s, data of %s ago",
                                        value_text(listing_value(row, OVERVIEW_REGION)),
                                        value_text(listing_value(row, OVERVIEW_ERROR_CODE)),
                                        format_age(c->display.now - value_integer(at), true, age));
        }
        size_t used = strlen(buf);
        if (failed > 1)
                (void) snprintf(buf + used, VIEW_NOTE_SIZE - used, "  and %zu more", failed - 1);
        return failed > 0 ? STYLE_ALARM : STYLE_PLAIN;
}

static bool command(struct view *v, const struct context *c, enum command command, struct request *ret) {
        (void) c;
        const struct view_type *open = command == COMMAND_OPEN ? &region_view
                                       : command == COMMAND_CHANGES ? &events_view
                                       : command == COMMAND_TREND ? &trends_view
                                       : command == COMMAND_UNATTACHED ? &volumes_view : NULL;
        const struct row *row = listing_selected(&v->tables[TABLE_REGIONS].listing);
        if (open == NULL || v->focus != TABLE_REGIONS)
                return false;
        if (row == NULL)
                return true;
        ret->open = open;
        ret->scope.database = row->database;
        ret->scope.unattached = command == COMMAND_UNATTACHED;
        scope_set_account(&ret->scope, value_text(listing_value(row, OVERVIEW_ACCOUNT)));
        scope_set(ret->scope.region, value_text(listing_value(row, OVERVIEW_REGION)));
        return true;
}

const struct view_type overview_view = {
        .name = "overview",
        .title = "Overview",
        .word = "Over",
        .size = sizeof(struct overview),
        .init = init,
        .release = release,
        .load = load,
        .draw = draw,
        .note = note,
        .command = command,
        .hint = "Enter region  t trend  c changes  U unattached",
};
