/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "tui/timing_lists.h"
#include "tui/views.h"

/* The calls of a run, worker by worker. */

static enum style row_style(const void *userdata, const struct row *row) {
        (void) userdata;
        int outcome = listing_column(&timing_calls, "outcome");
        return strcmp(value_text(listing_value(row, (size_t) outcome)), "ok") == 0 ? STYLE_PLAIN : STYLE_ALARM;
}

static void init(struct view *v) {
        view_add_table(v, &timing_calls)->row_style = row_style;
}

static void draw(struct view *v, const struct context *c, struct area area) {
        (void) table_draw(&v->tables[0], area, &c->display);
}

static void crumb(const struct view *v, char buf[static VIEW_CRUMB_SIZE]) {
        (void) snprintf(buf, VIEW_CRUMB_SIZE, "calls of #%lld", (long long) v->scope.run_id);
}

const struct view_type calls_view = {
        .name = "calls",
        .title = "Calls",
        .size = sizeof(struct view),
        .init = init,
        .draw = draw,
        .crumb = crumb,
        .hint = "\\ worker=3 one worker",
        .of_runs = true,
};
