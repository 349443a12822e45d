/* SPDX-License-Identifier: MIT */
#include "tui/frame.h"

#include <stdio.h>
#include <string.h>

#include "tui/views.h"

/* Below, one table without head and bar; below that, one line. */
#define FRAME_MIN_ROWS 10
#define FRAME_MIN_COLUMNS 60
#define TABLE_MIN_ROWS 5
#define TABLE_MIN_COLUMNS 20

/* From so many columns on, the sums are in words. */
#define WIDE 120

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

/* As many of the sums as fit, in words where there is room for them. */
static void draw_sums(struct area a, int row, const struct context *c) {
        const struct status_sums *s = &c->status->sums;
        const struct display *d = &c->display;
        const char *p = format_plus(s->gib_at_least);
        bool wide = a.columns >= WIDE;
        char number[FORMAT_SIZE], more[FORMAT_SIZE], share[FORMAT_SIZE], text[5][160];
        (void) snprintf(text[0], sizeof(text[0]), "%s%s%s", wide ? "Total " : "", format_gib(s->gib, d, number), p);
        (void) snprintf(text[1], sizeof(text[1]), "%s%s %s", format_integer(s->volumes, false, number), p,
                        wide ? "volumes" : "vol");
        (void) snprintf(text[2], sizeof(text[2]), "%s%s %s", format_integer(s->instances, false, number), p,
                        wide ? "instances" : "inst");
        (void) format_gib(s->unattached_gib, d, number);
        (void) format_share(s->gib > 0 ? (double) s->unattached_gib / (double) s->gib : 0, false, share);
        if (wide)
                (void) snprintf(text[3], sizeof(text[3]), "unattached %s%s in %s%s volumes (%s)", number, p,
                                format_integer(s->unattached_volumes, false, more), p, share);
        else
                (void) snprintf(text[3], sizeof(text[3]), "unatt %s%s %s", number, p, share);
        format_costs(s, d, number);
        (void) snprintf(text[4], sizeof(text[4]), "est %s", number);
        int column = 1, gap = wide ? 3 : 2;
        for (size_t i = 0; i < ARRAY_SIZE(text); i++) {
                int end = area_put_fitting(a, row, column, STYLE_PLAIN, text[i]);
                column = end > column ? end + gap : column;
        }
        size_t old = s->regions_old + s->regions_stale;
        if (old == 0)
                return;
        if (wide)
                (void) snprintf(text[0], sizeof(text[0]), "%zu of %zu regions old", old, s->regions);
        else
                (void) snprintf(text[0], sizeof(text[0]), "%zu old", old);
        (void) area_put_fitting(a, row, column, STYLE_WARNING, text[0]);
}

static enum style freshness_style(enum freshness f) {
        return f == FRESHNESS_LIVE                              ? STYLE_GOOD
               : f == FRESHNESS_LATE || f == FRESHNESS_NO_DAEMON ? STYLE_WARNING
                                                                 : STYLE_ALARM;
}

static const char *freshness_word(const struct frame *f, const struct context *c) {
        return f->paused ? "PAUSED" : freshness_name(c->status->worst);
}

static void draw_title(struct area a, const struct frame *f, const struct context *c) {
        int left = area_put(a, 0, 1, STYLE_TITLE, "ebstop");
        if (c->mark != NULL)
                left = area_printf(a, 0, left, STYLE_ALARM, " %s", c->mark);
        char clock[FORMAT_SIZE], age[FORMAT_SIZE], text[160];
        (void) format_clock(c->display.now, &c->display, clock);
        (void) format_age(c->display.now - c->status->sums.newest_at, c->display.exact, age);
        if (c->status->sums.newest_at > 0)
                (void) snprintf(text, sizeof(text), " data %s old  %s ", age, clock);
        else
                (void) snprintf(text, sizeof(text), " %s ", clock);
        int right = area_put_right(a, 0, a.columns, STYLE_PLAIN, text);
        char tag[64];
        (void) snprintf(tag, sizeof(tag), "[%s]", freshness_word(f, c));
        right = area_put_right(a, 0, right, f->paused ? STYLE_WARNING : freshness_style(c->status->worst), tag);
        area_put_clipped(a, 0, left + 2, right - left - 3, STYLE_TITLE, f->title);
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

/* The size, how current it is, the money: each if it fits, because half a number is a wrong one. */
static void draw_one_line(struct area a, int row, const struct context *c) {
        const struct status_sums *s = &c->status->sums;
        enum style style = freshness_style(c->status->worst);
        char text[160], number[FORMAT_SIZE];
        int column = 0, end;
        if (s->newest_at > 0) {
                (void) snprintf(text, sizeof(text), "%s%s", format_gib(s->gib, &c->display, number),
                                format_plus(s->gib_at_least));
                end = area_put_fitting(a, row, column, STYLE_PLAIN, text);
                column = end > column ? end + 1 : column;
        }
        const char *word = freshness_name(c->status->worst);
        int room = a.columns - text_columns(word, false);
        if (s->newest_at > 0 && s->n_costs > 0) {
                (void) snprintf(text, sizeof(text), "%s%s/mo",
                                format_money_short(s->costs[0].micros, s->costs[0].currency, number),
                                format_plus(s->cost_at_least));
                end = area_put_fitting(area_part(a, 0, 0, a.rows, room - 1), row, column, STYLE_PLAIN, text);
                column = end > column ? end + 1 : column;
        }
        (void) area_put_fitting(a, row, column, style, word);
}

void frame_draw_head(struct surface *s, const char *title, const struct context *c) {
        const struct frame frame = { .title = title };
        struct area a = surface_area(s);
        draw_title(a, &frame, c);
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
                if (f->note[0] != '\0' && f->note_style != STYLE_PLAIN)
                        area_put_clipped(a, a.rows - 1, 1, a.columns - 1, f->note_style, f->note);
                else
                        draw_one_line(a, a.rows - 1, c);
                return area_part(a, 0, 0, a.rows - 1, a.columns);
        }
        draw_title(a, f, c);
        if (c->status->sums.newest_at > 0)
                draw_sums(a, 1, c);
        area_put_clipped(a, a.rows - 2, 1, a.columns - 1, f->note_style, f->note);
        draw_bar(a, a.rows - 1);
        return area_part(a, 2, 0, a.rows - 4, a.columns);
}

void frame_explain(struct area area, const struct context *c, usec_t monotonic) {
        int row = area.rows > 12 ? 2 : 0;
        for (size_t i = 0; i < c->databases->n; i++) {
                const struct status_database *s = i < c->status->n_databases ? &c->status->databases[i] : NULL;
                struct explanation e;
                explain_database(&c->databases->items[i], s, monotonic, &e);
                (void) area_put(area, row++, 2, STYLE_ALARM, e.title);
                for (size_t k = 0; k < EXPLANATION_LINES && e.lines[k][0] != '\0'; k++)
                        row = area_put_wrapped(area, row, 4, area.columns - 5, STYLE_PLAIN, e.lines[k]);
                row++;
        }
}
