/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "tui/settings.h"
#include "tui/views.h"

/* The keys, made from the table that they work by, and what the marks mean. Longer than a small screen: it scrolls. */

#define GAP 2

/* Behind the word that says what a line is about. */
#define INDENT 13

/* More than there are in any width. */
#define LINES_MAX 10000

struct help {
        struct view view;
        int top;  /* lines that are scrolled out */
        int page; /* lines that were on the screen when it was drawn last */
};

/* ---- keys ----------------------------------------------------------------------------------------------------- */

struct widths {
        int names;
        int all;
};

static struct widths measure(size_t from, size_t until) {
        struct widths w = { 0 };
        int texts = 0;
        char names[KEYS_NAMES_SIZE];
        const char *text;
        for (size_t i = from; i < until && keys_help(i, names, &text); i++) {
                int n = text_columns(names, false), t = text_columns(text, false);
                w.names = n > w.names ? n : w.names;
                texts = t > texts ? t : texts;
        }
        w.all = w.names + GAP + texts;
        return w;
}

/* Returns the row behind the last one. */
static int put_explanation(struct area a, int row, int column, const char *text) {
        return area_put_wrapped(a, row, column, a.columns - column, STYLE_PLAIN, text);
}

static int draw_keys(struct area a, int row, int column, size_t from, size_t until) {
        struct widths w = measure(from, until);
        char names[KEYS_NAMES_SIZE];
        const char *text;
        bool beside = column + w.all <= a.columns;
        for (size_t i = from; i < until && keys_help(i, names, &text); i++) {
                (void) area_put(a, row, column, STYLE_TITLE, names);
                row = put_explanation(a, beside ? row : row + 1, beside ? column + w.names + GAP : column + GAP, text);
        }
        return row;
}

static size_t count_keys(void) {
        char names[KEYS_NAMES_SIZE];
        const char *text;
        size_t n = 0;
        while (keys_help(n, names, &text))
                n++;
        return n;
}

/* In two columns if they fit side by side. */
static int draw_all_keys(struct area a, int row) {
        size_t n = count_keys(), half = (n + 1) / 2;
        int middle = a.columns / 2 + 1;
        if (1 + measure(0, half).all < middle && middle + measure(half, n).all <= a.columns) {
                (void) draw_keys(a, row, middle, half, n);
                return draw_keys(a, row, 1, 0, half);
        }
        return draw_keys(a, row, 1, 0, n);
}

/* ---- marks ---------------------------------------------------------------------------------------------------- */

static int draw_marks(struct area a, int row) {
        static const char *const marks[] = {
                "ok fresh", "!! failed", "old unasked", "?\? no data", "- unknown", "+ at least", "~ gap", "> selected",
                "est = list price",
        };
        int column = 1;
        for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
                int width = text_columns(marks[i], false);
                if (column > 1 && column + width > a.columns) {
                        row++;
                        column = 1;
                }
                column = area_put(a, row, column, STYLE_PLAIN, marks[i]) + GAP;
        }
        return row + 1;
}

static int draw_facts(struct area a, int row) {
        static const struct {
                const char *what, *text;
        } facts[] = {
                { "Data age", "LIVE < 2 intervals   LATE 2 to 5   STALE > 5, or no heartbeat   STOPPED the daemon ended   PAUSED "
                              "by you" },
                { "Totals", "include the last good values of failed regions; the ST column says so; never a silent zero" },
                { "Cost", "est = list price a month of 30 days; + where some volumes have no price" },
                { "Filter", "words that all have to be met, in any column of text; gib>1000  cost>=50  type=gp2  age>30d" },
                { "Settings", "$XDG_CONFIG_HOME/ebstop/ebstoprc, written by F2 and S only" },
                { "Batch", "ebstop --once [--view V] [--json|--csv]   exit 0 ok 1 usage 2 no database 3 schema newer 4 busy "
                           "5 terminal 6 stale (--fail-stale)" },
        };
        for (size_t i = 0; i < ARRAY_SIZE(facts); i++) {
                bool beside = a.columns >= 3 * INDENT;
                (void) area_put(a, row, 1, STYLE_PLAIN, facts[i].what);
                row = put_explanation(a, beside ? row : row + 1, beside ? 1 + INDENT : 1 + GAP, facts[i].text);
        }
        return row;
}

/* ---- the view ------------------------------------------------------------------------------------------------- */

/* Returns how many lines there are. */
static int draw_lines(struct area a, int top, const struct context *c) {
        char text[512];
        int row = draw_marks(a, draw_all_keys(a, -top) + 1);
        (void) snprintf(text, sizeof(text), "Glyphs: %s  Units: %s  DB: %.400s (read only)",
                        glyphs_name(c->display.glyphs), units_name(c->display.units), c->databases->items[0].path);
        row = put_explanation(a, row, 1, text);
        return draw_facts(a, row + 1) + top;
}

static void draw(struct view *v, const struct context *c, struct area area) {
        struct help *h = (struct help *) v;
        h->page = area.rows;
        /* In an area without rows nothing is drawn. */
        int last = draw_lines(area_part(area, 0, 0, 0, area.columns), 0, c) - area.rows;
        last = last > 0 ? last : 0;
        h->top = h->top < last ? h->top : last;
        (void) draw_lines(area, h->top, c);
}

static bool command(struct view *v, const struct context *c, enum command command, struct request *ret) {
        struct help *h = (struct help *) v;
        (void) c;
        (void) ret;
        int step = command == COMMAND_DOWN      ? 1
                   : command == COMMAND_UP        ? -1
                   : command == COMMAND_PAGE_DOWN ? h->page
                   : command == COMMAND_PAGE_UP   ? -h->page
                   : command == COMMAND_HALF_DOWN ? h->page / 2
                   : command == COMMAND_HALF_UP   ? -h->page / 2
                   : command == COMMAND_LAST      ? LINES_MAX
                   : command == COMMAND_FIRST     ? -LINES_MAX
                                                  : 0;
        h->top = h->top + step > 0 ? h->top + step : 0;
        return step != 0;
}

const struct view_type help_view = {
        .name = "help",
        .title = "Help",
        .word = "Help",
        .size = sizeof(struct help),
        .draw = draw,
        .command = command,
        .hint = "Esc back  jk scroll",
};
