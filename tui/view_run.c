/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "tui/run_regions.h"
#include "tui/views.h"

/* One run: what it learned of each region, those with errors first. */

static void init(struct view *v) {
        view_add_table(v, &run_regions)->row_style = run_region_style;
}

static void crumb(const struct view *v, char buf[static VIEW_CRUMB_SIZE]) {
        (void) snprintf(buf, VIEW_CRUMB_SIZE, "#%lld", (long long) v->scope.run_id);
}

const struct view_type run_view = {
        .name = "run",
        .title = "Run",
        .size = sizeof(struct view),
        .init = init,
        .draw = view_draw_table,
        .crumb = crumb,
        .hint = "Esc back",
};
