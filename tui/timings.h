/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/gantt.h"
#include "tui/timing_lists.h"
#include "tui/view.h"

/* Shared by view_timings.c (what is loaded, what keys do) and timings_draw.c. */

enum timings_table { TABLE_RUNS, TABLE_CALLS };

enum timing_region_column {
        REGION_NAME,
        REGION_WALL_US,
        REGION_INSTANCES,
        REGION_CALLS,
        REGION_MODE,
        REGION_FAILED,
};

struct timings {
        struct view view;      /* scope: the run of the gantt chart, and the range of what is listed */
        struct rows calls;     /* of that run */
        struct rows regions;   /* enum timing_region_column: of that run, the slowest first */
        struct rows speedups;  /* of the comparisons of the following range */
        size_t range;          /* that was read last */
        struct gantt gantt;    /* its texts are those of calls */
};

/* Whether comparisons are listed, and not all runs. */
static inline bool timings_shows_pairs(const struct view *v) {
        return v->tables[TABLE_RUNS].listing.type == &timing_pairs;
}

/* The run that the selected row is about, a comparison's parallel one; 0: it is not kept. */
int64_t timings_selected_run(const struct view *v);

void timings_draw(struct view *v, const struct context *c, struct area area);
