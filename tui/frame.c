/* SPDX-License-Identifier: MIT */
#include "tui/frame.h"

#include <stdio.h>
#include <string.h>

#include "tui/fitted_line.h"
#include "tui/views.h"

/* Below, one table without head and bar; below that, one line. */
#define FRAME_MIN_ROWS 10
#define FRAME_MIN_COLUMNS 60
#define TABLE_MIN_ROWS 5
#define TABLE_MIN_COLUMNS 20

/* From so many columns on, the sums are in words. */
#define WIDE 120

/* Who reads --once may have no more; the first line is wide of blanks alone. */
#define ONCE_COLUMNS 80

/* Of the first line these are never taken from what says how current the numbers are: "[CLOCK SKEW] 42s old". */
#define STATE_COLUMNS 20

/* "$127,164/mo", the first currency of several and how many more there are. */
static void format_costs(const struct status_sums *s, const struct display *d, char buf[static FORMAT_SIZE]) {
        char money[FORMAT_SIZE];
        if (s->n_costs == 0) {
                (void) snprintf(buf, FORMAT_SIZE, "-");
                return;
        }
        (void) format_money(s->costs[0].micros, s->costs[0].currency, d, money);
        int n = snprintf(buf, FORMAT_SIZE, "%.30s%s/mo", money, format_plus(s->cost_at_least));
        if (s->n_costs > 1)
                (void) snprintf(buf + n, FORMAT_SIZE - (size_t) n, " +%zu currenc%s", s->n_costs - 1,
                                s->n_costs > 2 ? "ies" : "y");
}

/* How many regions' numbers are not of the newest run: in no size may the sums seem newer or more than they are. */
static void add_old(struct fitted_line *l, unsigned rank, const struct status_sums *s, bool wide) {
        size_t old = s->regions_old + s->regions_stale;
        if (old == 0)
                return;
        if (wide)
                fitted_line_add(l, rank, STYLE_WARNING, "%zu of %zu regions old", old, s->regions);
        if (wide)
                fitted_line_or(l, "%zu old", old);
        else
                fitted_line_add(l, rank, STYLE_WARNING, "%zu old", old);
}

/* As many of the sums as fit, in words where there is room for them. */
static void draw_sums(struct area a, int row, const struct context *c) {
        const struct status_sums *s = &c->status->sums;
        const struct display *d = &c->display;
        const char *p = format_plus(s->gib_at_least);
        bool wide = a.columns >= WIDE;
        char number[FORMAT_SIZE], more[FORMAT_SIZE], share[FORMAT_SIZE];
        struct fitted_line l = { .n = 0 };
        /* Sums of one region may not be taken for those of all. */
        const char *region = c->status->region;
        if (region != NULL)
                fitted_line_add(&l, 0, STYLE_PLAIN, "%s %s%s", region, format_gib(s->gib, d, number), p);
        else
                fitted_line_add(&l, 0, STYLE_PLAIN, "%s%s%s", wide ? "Total " : "", format_gib(s->gib, d, number), p);
        fitted_line_add(&l, 3, STYLE_PLAIN, "%s%s %s", format_integer(s->volumes, false, number), p,
                        wide ? "volumes" : "vol");
        fitted_line_add(&l, 4, STYLE_PLAIN, "%s%s %s", format_integer(s->instances, false, number), p,
                        wide ? "instances" : "inst");
        (void) format_gib(s->unattached_gib, d, number);
        (void) format_share(s->gib > 0 ? (double) s->unattached_gib / (double) s->gib : 0, false, share);
        if (wide)
                fitted_line_add(&l, 5, STYLE_PLAIN, "unattached %s%s in %s%s volumes (%s)", number, p,
                                format_integer(s->unattached_volumes, false, more), p, share);
        else
                fitted_line_add(&l, 5, STYLE_PLAIN, "unatt %s%s %s", number, p, share);
        fitted_line_or(&l, "%s %s%s", wide ? "unattached" : "unatt", number, p);
        format_costs(s, d, number);
        fitted_line_add(&l, 1, STYLE_PLAIN, "est %s", number);
        fitted_line_or(&l, "%s", number);
        add_old(&l, 2, s, wide);
        (void) fitted_line_draw(&l, a, row, 1, wide ? 3 : 2);
}

static enum style freshness_style(enum freshness f) {
        return f == FRESHNESS_LIVE                              ? STYLE_GOOD
               : f == FRESHNESS_LATE || f == FRESHNESS_NO_DAEMON ? STYLE_WARNING
                                                                 : STYLE_ALARM;
}

static const char *freshness_word(const struct frame *f, const struct context *c) {
        return f->paused ? "PAUSED" : freshness_name(c->status->worst);
}

/* Where there is no room for the whole way here, its end says most: "... > us-east-1". */
static void put_way(struct area a, int column, const char *title) {
        char way[256];
        (void) snprintf(way, sizeof(way), "%s", title);
        for (const char *rest = title; text_columns(way, a.surface->utf8) > a.columns - column;) {
                rest = strstr(rest, " > ");
                if (rest == NULL)
                        break;
                rest += strlen(" > ");
                (void) snprintf(way, sizeof(way), "%s%s", a.surface->utf8 ? "…> " : "..> ", rest);
        }
        area_put_clipped(a, 0, column, a.columns - column, STYLE_TITLE, way);
}

static void draw_title(struct area a, const struct frame *f, const struct context *c) {
        int left = area_put(a, 0, 1, STYLE_TITLE, "ebstop");
        if (c->mark != NULL)
                left = area_printf(a, 0, left, STYLE_ALARM, " %s", c->mark);
        left += 2;
        char clock[FORMAT_SIZE], age[FORMAT_SIZE];
        struct fitted_line l = { .n = 0 };
        (void) format_clock(c->display.now, &c->display, clock);
        (void) format_age(c->display.now - c->status->sums.newest_at, c->display.exact, age);
        fitted_line_add(&l, 0, f->paused ? STYLE_WARNING : freshness_style(c->status->worst), "[%s]",
                        freshness_word(f, c));
        if (c->status->sums.newest_at > 0) {
                fitted_line_add(&l, 1, STYLE_PLAIN, " data %s old", age);
                fitted_line_or(&l, " %s old", age);
        }
        fitted_line_add(&l, 2, STYLE_PLAIN, "  %s ", clock);
        /* The clock goes before the way here is cut, and the state stays. */
        int room = a.columns - left - text_columns(f->title, a.surface->utf8) - 1;
        room = room > STATE_COLUMNS ? room : STATE_COLUMNS;
        int begin = a.columns - fitted_line_width(&l, area_part(a, 0, 0, 1, room), 0);
        (void) fitted_line_draw(&l, a, 0, begin, 0);
        put_way(area_part(a, 0, 0, 1, begin - 1), left, f->title);
}

static int draw_key(struct area a, int row, int column, const char *key, const char *word) {
        int width = text_columns(key, false) + text_columns(word, false);
        if (column + width > a.columns)
                return a.columns;
        column = area_put(a, row, column, STYLE_TITLE, key);
        return area_put(a, row, column, STYLE_KEY, word) + 1;
}

static void draw_bar(struct area a, int row) {
        int column = 1;
        char key[16];
        for (unsigned i = 1; i <= 12; i++) {
                const char *word = keys_function_word(i);
                (void) snprintf(key, sizeof(key), "F%u", i);
                if (word != NULL)
                        column = draw_key(a, row, column, key, word);
        }
        column++;
        for (int i = 0; i <= COMMAND_RUNS - COMMAND_OVERVIEW; i++) {
                const struct view_type *type = views_by_command((enum command) (COMMAND_OVERVIEW + i));
                (void) snprintf(key, sizeof(key), "%d", i + 1);
                if (type != NULL)
                        column = draw_key(a, row, column, key, type->word);
        }
        column = draw_key(a, row, column + 1, "Space", "Pause");
        (void) draw_key(a, row, column, "Esc", "Back");
}

/* How current it is, the size, what is old of it, the money, what it is of: what fits. */
static void draw_one_line(struct area a, int row, const struct context *c) {
        const struct status_sums *s = &c->status->sums;
        struct fitted_line l = { .n = 0 };
        char number[FORMAT_SIZE];
        if (c->status->region != NULL)
                fitted_line_add(&l, 4, STYLE_PLAIN, "%s", c->status->region);
        if (s->newest_at > 0)
                fitted_line_add(&l, 1, STYLE_PLAIN, "%s%s", format_gib(s->gib, &c->display, number),
                                format_plus(s->gib_at_least));
        if (s->newest_at > 0 && s->n_costs > 0)
                fitted_line_add(&l, 3, STYLE_PLAIN, "%s%s/mo",
                                format_money_short(s->costs[0].micros, s->costs[0].currency, number),
                                format_plus(s->cost_at_least));
        add_old(&l, 2, s, false);
        if (s->regions_old + s->regions_stale > 0)
                fitted_line_or(&l, "!!");
        fitted_line_add(&l, 0, freshness_style(c->status->worst), "%s",
                        freshness_name_within(c->status->worst, a.columns));
        (void) fitted_line_draw(&l, a, row, 0, 1);
}

void frame_draw_head(struct surface *s, const char *title, const struct context *c) {
        const struct frame frame = { .title = title };
        struct area a = surface_area(s);
        draw_title(area_part(a, 0, 0, 1, ONCE_COLUMNS), &frame, c);
        if (c->status->sums.newest_at > 0)
                draw_sums(a, 1, c);
}

struct area frame_draw(struct surface *s, const struct frame *f, const struct context *c) {
        struct area a = surface_area(s);
        if (a.rows < TABLE_MIN_ROWS || a.columns < TABLE_MIN_COLUMNS) {
                draw_one_line(a, 0, c);
                return area_part(a, 0, 0, 0, 0);
        }
        bool whole = a.rows >= FRAME_MIN_ROWS && a.columns >= FRAME_MIN_COLUMNS;
        if (!whole) {
                bool fits = text_columns(f->note, a.surface->utf8) < a.columns;
                if (f->note[0] != '\0' && f->note_style != STYLE_PLAIN && (fits || !f->note_may_go))
                        area_put_clipped(a, a.rows - 1, 1, a.columns - 1, f->note_style, f->note);
                else
                        draw_one_line(a, a.rows - 1, c);
                return area_part(a, 0, 0, a.rows - 1, a.columns);
        }
        draw_title(a, f, c);
        if (c->status->sums.newest_at > 0)
                draw_sums(a, 1, c);
        area_put_phrases(a, a.rows - 2, 1, a.columns - 1, f->note_style, f->note);
        draw_bar(a, a.rows - 1);
        return area_part(a, 2, 0, a.rows - 4, a.columns);
}

static int explain_region(struct area area, int row, const char *message) {
        (void) area_put(area, row++, 2, STYLE_ALARM, "No such region");
        return area_put_wrapped(area, row, 4, area.columns - 5, STYLE_PLAIN, message) + 1;
}

void frame_explain(struct area area, const struct context *c, usec_t monotonic) {
        int row = area.rows > 12 ? 2 : 0;
        struct error error;
        bool no_region = status_check_region(c->status, &error) < 0;
        if (no_region)
                row = explain_region(area, row, error.message);
        for (size_t i = 0; i < c->databases->n; i++) {
                const struct status_database *s = i < c->status->n_databases ? &c->status->databases[i] : NULL;
                struct explanation e;
                bool has_numbers = s != NULL && s->newest_at > 0;
                if ((no_region || has_numbers) && c->databases->items[i].state == DATABASE_READABLE)
                        continue;
                explain_database(&c->databases->items[i], s, monotonic, &e);
                (void) area_put(area, row++, 2, STYLE_ALARM, e.title);
                for (size_t k = 0; k < EXPLANATION_LINES && e.lines[k][0] != '\0'; k++)
                        row = area_put_wrapped(area, row, 4, area.columns - 5, STYLE_PLAIN, e.lines[k]);
                row++;
        }
}
