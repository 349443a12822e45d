/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/listing.h"

/* What timings are listed by: comparisons, runs, and the single calls of a run. */

enum pair_column {
        PAIR_ID,
        PAIR_TIME,
        PAIR_REGIONS,
        PAIR_INSTANCES,
        PAIR_SEQUENTIAL,
        PAIR_PARALLEL,
        PAIR_WORKERS,
        PAIR_SPEEDUP,
        PAIR_EFFICIENCY,
        PAIR_SUM,
        PAIR_SWEEP,
        PAIR_AGREE,
        PAIR_SEQUENTIAL_CALLS,
        PAIR_PARALLEL_CALLS,
        PAIR_SWEEP_CALLS,
        PAIR_THROTTLES,
        PAIR_RETRIES,
        PAIR_MEMORY,
        PAIR_SEQUENTIAL_RUN,
        PAIR_PARALLEL_RUN,
        PAIR_SWEEP_RUN,
};

enum timed_run_column {
        TIMED_ID,
        TIMED_TIME,
        TIMED_MODE,
        TIMED_WORKERS,
        TIMED_WALL,
        TIMED_SUM,
        TIMED_AT_ONCE,
        TIMED_BUSY,
        TIMED_CALLS,
        TIMED_THROTTLES,
        TIMED_RETRIES,
        TIMED_STATUS,
        TIMED_CPU,
        TIMED_MEMORY,
};

/* Sequential and parallel over the same regions, from :from_at on, newest first. */
extern const struct listing_type timing_pairs;

/* Every run from :from_at on, newest first. */
extern const struct listing_type timing_runs;

/* The calls of :run_id, worker by worker. */
extern const struct listing_type timing_calls;
