/* SPDX-License-Identifier: MIT */
#include "tui/timing_lists.h"

/* What a comparison's own row does not have is its parallel run's, as long as that is kept. */
static const struct column pair_columns[] = {
        [PAIR_ID] = { "comparison_id", "PAIR", "c.comparison_id", COLUMN_NUMBER, 0, 0, 0, NULL },
        [PAIR_TIME] = { "started_at", "START", "c.started_at", COLUMN_TIME, 0, 2, 0, NULL },
        [PAIR_REGIONS] = { "regions", "REGIONS", "c.regions", COLUMN_INTEGER, 0, 5, 0, NULL },
        [PAIR_INSTANCES] = { "instances", "INST", "c.instances", COLUMN_INTEGER, 0, 6, 0, NULL },
        [PAIR_SEQUENTIAL] = { "sequential_wall_us", "SEQUENTIAL", "c.sequential_wall_us", COLUMN_MICROSECONDS, 0, 1, 0, NULL },
        [PAIR_PARALLEL] = { "parallel_wall_us", "PARALLEL", "c.parallel_wall_us", COLUMN_MICROSECONDS, 0, 1, 0, NULL },
        [PAIR_WORKERS] = { "parallel_workers", "WRK", "c.parallel_workers", COLUMN_INTEGER, 0, 4, 0, NULL },
        [PAIR_SPEEDUP] = { "speedup", "SPEEDUP", "c.speedup", COLUMN_RATIO, 0, 0, 0, NULL },
        [PAIR_EFFICIENCY] = { "efficiency", "EFF", "c.efficiency", COLUMN_SHARE, 0, 3, 0, NULL },
        [PAIR_SUM] = { "parallel_busy_us", "SUM", "p.busy_us", COLUMN_MICROSECONDS, 0, 7, 0, NULL },
        [PAIR_SWEEP] = { "sweep_wall_us", "SWEEP", "c.sweep_wall_us", COLUMN_MICROSECONDS, 0, 4, 0, NULL },
        [PAIR_AGREE] = { "agree", "AGREE", "iif(c.agree, 'yes', 'NO')", COLUMN_TEXT, COLUMN_ASCENDING, 3, 0, NULL },
        [PAIR_SEQUENTIAL_CALLS] = { "sequential_calls", "SEQ CALLS", "c.sequential_calls", COLUMN_INTEGER, 0, 10, 0, NULL },
        [PAIR_PARALLEL_CALLS] = { "parallel_calls", "PAR CALLS", "c.parallel_calls", COLUMN_INTEGER, 0, 9, 0, NULL },
        [PAIR_SWEEP_CALLS] = { "sweep_calls", "SWEEP CALLS", "c.sweep_calls", COLUMN_INTEGER, 0, 13, 0, NULL },
        [PAIR_THROTTLES] = { "parallel_throttles", "THR", "p.throttles", COLUMN_INTEGER, 0, 11, 0, NULL },
        [PAIR_RETRIES] = { "parallel_retries", "RETRY", "p.retries", COLUMN_INTEGER, 0, 12, 0, NULL },
        [PAIR_MEMORY] = { "parallel_peak_pss_kib", "MiB", "p.peak_pss_kib", COLUMN_MEMORY, 0, 8, 0, NULL },
        [PAIR_SEQUENTIAL_RUN] = { "sequential_run_id", "", "c.sequential_run_id", COLUMN_NUMBER, COLUMN_HIDDEN, 0, 0, NULL },
        [PAIR_PARALLEL_RUN] = { "parallel_run_id", "", "c.parallel_run_id", COLUMN_NUMBER, COLUMN_HIDDEN, 0, 0, NULL },
        [PAIR_SWEEP_RUN] = { "sweep_run_id", "", "c.sweep_run_id", COLUMN_NUMBER, COLUMN_HIDDEN, 0, 0, NULL },
};

const struct listing_type timing_pairs = {
        .name = "comparisons",
        .from = "v1_comparison AS c LEFT JOIN v1_run AS p ON p.run_id = c.parallel_run_id",
        .where = "c.started_at >= :from_at",
        .key = "c.comparison_id",
        .columns = pair_columns,
        .n_columns = ARRAY_SIZE(pair_columns),
        .sort = PAIR_ID,
        .descending = true,
};

static const struct column run_columns[] = {
        [TIMED_ID] = { "run_id", "RUN", "r.run_id", COLUMN_NUMBER, 0, 0, 0, NULL },
        [TIMED_TIME] = { "started_at", "START", "r.started_at", COLUMN_TIME, 0, 2, 0, NULL },
        [TIMED_MODE] = { "mode", "MODE", "r.mode", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 1, 0, NULL },
        [TIMED_WORKERS] = { "workers", "WRK", "r.workers", COLUMN_INTEGER, 0, 4, 0, NULL },
        [TIMED_WALL] = { "wall_us", "WALL", "r.wall_us", COLUMN_MICROSECONDS, 0, 0, 0, NULL },
        [TIMED_SUM] = { "busy_us", "SUM", "r.busy_us", COLUMN_MICROSECONDS, 0, 1, 0, NULL },
        [TIMED_AT_ONCE] = { "at_once", "AT ONCE", "r.busy_us * 1.0 / nullif(r.wall_us, 0)", COLUMN_RATIO, 0, 2, 0,
                            NULL },
        [TIMED_BUSY] = { "busy_share", "BUSY", "r.busy_us * 1.0 / nullif(r.wall_us * r.workers, 0)", COLUMN_SHARE, 0, 5,
                         0, NULL },
        [TIMED_CALLS] = { "calls", "CALLS", "r.calls", COLUMN_INTEGER, 0, 3, 0, NULL },
        [TIMED_THROTTLES] = { "throttles", "THR", "r.throttles", COLUMN_INTEGER, 0, 6, 0, NULL },
        [TIMED_RETRIES] = { "retries", "RETRY", "r.retries", COLUMN_INTEGER, 0, 7, 0, NULL },
        [TIMED_STATUS] = { "status", "STATUS", "upper(r.status)", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 3, 0,
                           NULL },
        [TIMED_CPU] = { "cpu_us", "CPU", "r.cpu_us", COLUMN_MICROSECONDS, 0, 8, 0, NULL },
        [TIMED_MEMORY] = { "peak_pss_kib", "MiB", "r.peak_pss_kib", COLUMN_MEMORY, 0, 9, 0, NULL },
};

const struct listing_type timing_runs = {
        .name = "runs",
        .from = "v1_run AS r",
        /* "+": in the order of run_id, so that a page ends where it is full. */
        .where = "+r.started_at >= :from_at",
        .key = "r.run_id",
        .columns = run_columns,
        .n_columns = ARRAY_SIZE(run_columns),
        .sort = TIMED_ID,
        .descending = true,
};

static const struct column call_columns[] = {
        { "worker", "WORKER", "t.worker", COLUMN_INTEGER, COLUMN_ASCENDING, 0, 0, NULL },
        { "start_us", "START", "t.start_us", COLUMN_MICROSECONDS, COLUMN_ASCENDING, 3, 0, NULL },
        { "duration_us", "TIME", "t.duration_us", COLUMN_MICROSECONDS, 0, 1, 0, NULL },
        { "region", "REGION", "t.region", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 0, 0, NULL },
        { "action", "ACTION", "t.action", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 5, 0, NULL },
        { "outcome", "OUTCOME", "t.outcome", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 2, 0, NULL },
        { "task", "CALL", "t.task", COLUMN_INTEGER, COLUMN_ASCENDING, 4, 0, NULL },
};

const struct listing_type timing_calls = {
        .name = "calls",
        .from = "v1_timing AS t",
        .where = "t.run_id = :run_id",
        .key = "t.task",
        .columns = call_columns,
        .n_columns = ARRAY_SIZE(call_columns),
        .sort = 0,
};
