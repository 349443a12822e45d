/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "tui/settings.h"
#include "tui/views.h"

/* The keys, made from the table that they work by, and what the marks mean. */

#define GAP 2

static int names_width(size_t from, size_t until) {
        int width = 0;
        char names[KEYS_NAMES_SIZE];
        const char *text;
        for (size_t i = from; i < until && keys_help(i, names, &text); i++) {
                int w = text_columns(names, false);
                width = w > width ? w : width;
        }
        return width;
}

static void draw_keys(struct area a, size_t from, size_t until) {
        int width = names_width(from, until), row = 0;
        char names[KEYS_NAMES_SIZE];
        const char *text;
        for (size_t i = from; i < until && keys_help(i, names, &text); i++, row++) {
                (void) area_put(a, row, 0, STYLE_TITLE, names);
                (void) area_put(a, row, width + GAP, STYLE_PLAIN, text);
        }
}

static size_t count_keys(void) {
        char names[KEYS_NAMES_SIZE];
        const char *text;
        size_t n = 0;
        while (keys_help(n, names, &text))
                n++;
        return n;
}

static void draw_marks(struct area a, const struct context *c) {
        (void) area_put(a, 0, 0, STYLE_PLAIN, "ok fresh  !! failed  old unasked  ?? no data  - unknown  + at least  ~ gap  > selected  "
                                              "est = list price");
        (void) area_printf(a, 1, 0, STYLE_PLAIN, "Glyphs: %s  Units: %s  DB: %s (read only)",
                           glyphs_name(c->display.glyphs), units_name(c->display.units), c->databases->items[0].path);
        static const char *const lines[] = {
                "Data age     LIVE < 2 intervals   LATE 2 to 5   STALE > 5, or no heartbeat   STOPPED the daemon ended   PAUSED by you",
                "Totals       include the last good values of failed regions; the ST column says so; never a silent zero",
                "Cost         est = list price a month of 30 days; + where some volumes have no price",
                "Filter       words that all have to be met, in any column of text; gib>1000  cost>=50  type=gp2  age>30d",
                "Settings     $XDG_CONFIG_HOME/ebstop/ebstoprc, written by F2 and S only",
                "Batch        ebstop --once [--view V] [--json|--csv]   exit 0 ok 1 usage 2 no database 3 schema newer 4 busy",
                "             5 terminal 6 stale (--fail-stale)",
        };
        for (int i = 0; i < (int) ARRAY_SIZE(lines); i++)
                (void) area_put(a, 3 + i, 0, STYLE_PLAIN, lines[i]);
}

static void draw(struct view *v, const struct context *c, struct area area) {
        (void) v;
        size_t n = count_keys(), per_column = (n + 1) / 2;
        int columns = area.columns >= 60 ? 2 : 1;
        if (columns == 1)
                per_column = n;
        draw_keys(area_part(area, 0, 1, area.rows, area.columns / columns - 1), 0, per_column);
        if (columns == 2)
                draw_keys(area_part(area, 0, area.columns / 2 + 1, area.rows, area.columns), per_column, n);
        draw_marks(area_part(area, (int) per_column + 1, 1, area.rows, area.columns), c);
}

const struct view_type help_view = {
        .name = "help",
        .title = "Help",
        .word = "Help",
        .size = sizeof(struct view),
        .draw = draw,
        .hint = "Esc back",
};
