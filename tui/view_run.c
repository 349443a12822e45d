/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "tui/run_regions.h"
#include "tui/views.h"

/* One run: what it learned of each region, those with errors first, and all that there is to say of the selected one's. */

#define ERROR_TEXT_SIZE 2048

static void init(struct view *v) {
        view_add_table(v, &run_regions)->row_style = run_region_style;
}

/* A third of the screen at most is for the error, whose columns have room for little of it. */
static void draw(struct view *v, const struct context *c, struct area area) {
        const struct row *row = listing_selected(&v->tables[0].listing);
        char text[ERROR_TEXT_SIZE] = "";
        if (row != NULL && area.rows >= 6)
                run_error_text(row, text, sizeof(text));
        int width = area.columns - 2,
            needed = area_put_wrapped(area_part(area, 0, 0, 0, 0), 0, 0, width, STYLE_PLAIN, text);
        int lines = needed < area.rows / 3 ? needed : area.rows / 3;
        (void) table_draw(&v->tables[0], area_part(area, 0, 0, area.rows - lines, area.columns), &c->display);
        struct area below = area_part(area, area.rows - lines, 1, lines, width);
        (void) area_put_wrapped(below, 0, 0, width, STYLE_WARNING, text);
        if (lines < needed)
                (void) area_put_right(below, lines - 1, width, STYLE_WARNING, c->display.utf8 ? "…" : "..");
}

static void crumb(const struct view *v, char buf[static VIEW_CRUMB_SIZE]) {
        (void) snprintf(buf, VIEW_CRUMB_SIZE, "#%lld", (long long) v->scope.run_id);
}

const struct view_type run_view = {
        .name = "run",
        .title = "Run",
        .size = sizeof(struct view),
        .init = init,
        .draw = draw,
        .crumb = crumb,
        .hint = "Esc back",
        .of_runs = true,
};
