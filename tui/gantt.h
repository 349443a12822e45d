/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the workers of a run did when, made from its calls. Pure. */

struct gantt_call {
        int64_t worker;
        int64_t start_us;    /* after the run's start */
        int64_t duration_us;
        const char *region;  /* borrowed */
        bool failed;
};

/* One after the other, a worker's calls of one region. */
struct gantt_span {
        int64_t start_us;
        int64_t end_us;
        const char *region;
        bool failed; /* one of them at least */
};

struct gantt_lane {
        int64_t worker;
        int64_t busy_us; /* sum of its calls */
        size_t calls;
        size_t first_span; /* index in the chart's spans */
        size_t n_spans;
};

struct gantt {
        struct gantt_lane *lanes; /* owned, in the order of workers */
        size_t n_lanes;
        struct gantt_span *spans; /* owned */
        size_t n_spans;
        int64_t end_us; /* of the last call */
};

/* Makes lanes of calls, which are sorted anew. Calls of a region with less than pause_us between them are one span. 0
 * or -ENOMEM. */
int gantt_make(struct gantt_call calls[], size_t n, int64_t pause_us, struct gantt *ret);
void gantt_release(struct gantt *g);

/* The value of rank p percent (1 to 100) of sorted values, by the nearest rank; NAN where there are none. */
double gantt_percentile(const double sorted[], size_t n, unsigned p);
