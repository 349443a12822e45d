/* SPDX-License-Identifier: MIT */
#include "store/rollup.h"

#include "store/rollup_total.h"

static const char doing[] = "rolling up the history";

#define COLUMNS                                                                                                        \
        "asked, samples, first_value, first_at, last_value, last_at, min_value, max_value, sum_value, at_least, "      \
        "lacking, currency"

/* One sample as a row of a rollup. */
#define OF_SAMPLE                                                                                                      \
        "1, value IS NOT NULL, value, iif(value IS NULL, NULL, started_at), value, "                                   \
        "iif(value IS NULL, NULL, started_at), value, value, value, at_least, "                                        \
        "iif(value IS NULL, completeness, NULL), currency"

/* A row begins anew with the first sample of another currency. One that has no currency is 0 or without a value, and
 * goes with any. */
#define FOLD(column, folded) column " = iif(r.currency <> excluded.currency, excluded." column ", " folded ")"

/* Adds up what may be NULL on either side. */
#define EITHER(column, both) "coalesce(" both ", r." column ", excluded." column ")"

#define IS_FIRST "r.first_at IS NULL OR excluded.first_at < r.first_at"
#define IS_LAST "r.last_at IS NULL OR excluded.last_at >= r.last_at"

/* The row that is there, r, and the one to be added. In the order of run_id, so that of two samples at the same time
 * the earlier run's stays the first and the later run's becomes the last. */
#define FOLD_COLUMNS                                                                                                   \
        FOLD("asked", "r.asked + excluded.asked") ", "                                                                 \
        FOLD("samples", "r.samples + excluded.samples") ", "                                                           \
        FOLD("first_value", "iif(" IS_FIRST ", excluded.first_value, r.first_value)") ", "                             \
        FOLD("first_at", "iif(" IS_FIRST ", excluded.first_at, r.first_at)") ", "                                      \
        FOLD("last_value", "iif(" IS_LAST ", excluded.last_value, r.last_value)") ", "                                 \
        FOLD("last_at", "iif(" IS_LAST ", excluded.last_at, r.last_at)") ", "                                          \
        FOLD("min_value", EITHER("min_value", "min(r.min_value, excluded.min_value)")) ", "                            \
        FOLD("max_value", EITHER("max_value", "max(r.max_value, excluded.max_value)")) ", "                            \
        FOLD("sum_value", EITHER("sum_value", "r.sum_value + excluded.sum_value")) ", "                                \
        FOLD("at_least", "max(r.at_least, excluded.at_least)") ", "                                                    \
        FOLD("lacking", EITHER("lacking", "max(r.lacking, excluded.lacking)")) ", "                                    \
        "currency = coalesce(excluded.currency, r.currency)"

#define FOLD_HOUR " ON CONFLICT (metric_id, hour_at, place_id) DO UPDATE SET " FOLD_COLUMNS

#define FOLD_DAY                                                                                                       \
        " ON CONFLICT (metric_id, day_at, place_id) DO UPDATE SET " FOLD_COLUMNS ", "                                  \
        FOLD("hours", "r.hours + (excluded.hour_mask & ~r.hour_mask <> 0)") ", "                                       \
        FOLD("hour_mask", "r.hour_mask | excluded.hour_mask")

/* The runs from :first_run to :last_run that started at :since or later. The WHERE also keeps the ON of ON CONFLICT
 * from being taken for that of a join. */
#define OF_RUNS                                                                                                        \
        " FROM region_sample WHERE run_id BETWEEN :first_run AND :last_run AND started_at >= :since "                  \
        "AND run_id NOT IN (SELECT sequential_run_id FROM comparison WHERE sequential_run_id IS NOT NULL "             \
        "UNION SELECT parallel_run_id FROM comparison WHERE parallel_run_id IS NOT NULL) ORDER BY run_id"

static const char add_to_hours[] =
        "INSERT INTO rollup_hour AS r (metric_id, hour_at, place_id, " COLUMNS ") "
        "SELECT metric_id, started_at - started_at % 3600, place_id, " OF_SAMPLE OF_RUNS FOLD_HOUR;

static const char add_to_days[] =
        "INSERT INTO rollup_day AS r (metric_id, day_at, place_id, " COLUMNS ", hours, hour_mask) "
        "SELECT metric_id, started_at - started_at % 86400, place_id, " OF_SAMPLE ", value IS NOT NULL, "
        "iif(value IS NULL, 0, 1 << (started_at % 86400 / 3600))" OF_RUNS FOLD_DAY;

static const char add_hours_to_days[] =
        "INSERT INTO rollup_day AS r (metric_id, day_at, place_id, " COLUMNS ", hours, hour_mask) "
        "SELECT metric_id, hour_at - hour_at % 86400, place_id, " COLUMNS ", samples > 0, "
        "iif(samples > 0, 1 << (hour_at % 86400 / 3600), 0) FROM rollup_hour "
        "WHERE hour_at >= :since AND hour_at < :until ORDER BY hour_at" FOLD_DAY;

static int add_runs(struct store *s, const char *sql, int64_t first_run, int64_t last_run, int64_t since,
                    struct error *reterr) {
        struct query q = query_prepare(s, sql);
        query_bind_uint(&q, ":first_run", (uint64_t) first_run);
        query_bind_uint(&q, ":last_run", (uint64_t) last_run);
        query_bind_uint(&q, ":since", (uint64_t) since);
        query_run(&q);
        return query_finish(&q, doing, reterr);
}

static int read_hour_of_run(struct store *s, int64_t run_id, int64_t *ret, struct error *reterr) {
        struct query q = query_prepare(s, "SELECT started_at - started_at % 3600 FROM run WHERE run_id = :run");
        query_bind_uint(&q, ":run", (uint64_t) run_id);
        int64_t hour = query_run_int64(&q);
        int r = query_finish(&q, doing, reterr);
        if (r == 0)
                *ret = hour;
        return r;
}

int rollup_add_run(struct store *s, int64_t run_id, struct error *reterr) {
        int64_t hour = 0;
        int r = read_hour_of_run(s, run_id, &hour, reterr);
        if (r == 0)
                r = add_runs(s, add_to_hours, run_id, run_id, 0, reterr);
        if (r == 0)
                r = add_runs(s, add_to_days, run_id, run_id, 0, reterr);
        return r < 0 ? r : rollup_total_renew(s, hour, reterr);
}

/* From when on all there ever was is kept, seconds since the epoch. */
struct kept {
        int64_t runs;  /* 0: from the beginning */
        int64_t hours; /* 0: from the beginning */
        int64_t days;  /* 0: from the beginning */
};

/* Where nothing was pruned, but there are rollups older than anything they could be made of, somebody took that away:
 * they are left alone. */
static const char read_kept_runs[] =
        "SELECT coalesce((SELECT before_at FROM pruned WHERE what = 'runs'), "
        "(SELECT hour FROM (SELECT min(started_at) - min(started_at) % 3600 AS hour FROM run) WHERE "
        "hour > (SELECT min(hour_at) FROM rollup_hour) OR hour - hour % 86400 > (SELECT min(day_at) FROM rollup_day)), "
        "(SELECT 0 FROM run LIMIT 1), 9223372036854775807)";

static const char read_kept_hours[] =
        "SELECT coalesce((SELECT before_at FROM pruned WHERE what = 'hours'), "
        "(SELECT min(hour_at) FROM rollup_hour HAVING min(hour_at) - min(hour_at) % 86400 > "
        "(SELECT min(day_at) FROM rollup_day)), 0)";

static const char read_kept_days[] = "SELECT coalesce((SELECT before_at FROM pruned WHERE what = 'days'), 0)";

static int read_kept(struct store *s, struct kept *ret, struct error *reterr) {
        int r = db_read_int64(s, read_kept_runs, doing, &ret->runs, reterr);
        if (r == 0)
                r = db_read_int64(s, read_kept_hours, doing, &ret->hours, reterr);
        return r < 0 ? r : db_read_int64(s, read_kept_days, doing, &ret->days, reterr);
}

#define DAY 86400

/* The first day that begins then or later. */
static int64_t whole_day(int64_t at) {
        return at % DAY == 0 || at > INT64_MAX - DAY ? at : at - at % DAY + DAY;
}

static int64_t later(int64_t a, int64_t b) {
        return a > b ? a : b;
}

/* Runs one statement with :since and :until; what it gives, if anything, is *ret. */
static int in_range(struct store *s, const char *sql, int64_t since, int64_t until, int64_t *ret,
                    struct error *reterr) {
        struct query q = query_prepare(s, sql);
        query_bind_uint(&q, ":since", (uint64_t) since);
        query_bind_uint(&q, ":until", (uint64_t) until);
        int64_t value = query_run_int64(&q);
        int r = query_finish(&q, doing, reterr);
        if (r == 0 && ret != NULL)
                *ret = value;
        return r;
}

#define ALL_METRICS "metric_id IN (SELECT metric_id FROM metric)"

static int rebuild_hours(struct store *s, int64_t since, struct rollup_rebuilt *ret, struct error *reterr) {
        int r = in_range(s, "DELETE FROM rollup_hour WHERE " ALL_METRICS " AND hour_at BETWEEN :since AND :until",
                         since, INT64_MAX, NULL, reterr);
        if (r == 0)
                r = add_runs(s, add_to_hours, 0, INT64_MAX, since, reterr);
        if (r == 0)
                r = in_range(s, "SELECT count(*) FROM run WHERE started_at BETWEEN :since AND :until", since, INT64_MAX,
                             &ret->runs, reterr);
        if (r == 0)
                r = in_range(s, "SELECT count(*) FROM rollup_hour WHERE " ALL_METRICS
                                " AND hour_at BETWEEN :since AND :until", since, INT64_MAX, &ret->hours, reterr);
        if (r == 0)
                r = db_read_int64(s, "SELECT count(*) FROM rollup_hour", doing, &ret->hours_left, reterr);
        ret->hours_left -= ret->hours;
        return r;
}

/* From since on by hours, from by_runs on by runs. */
static int rebuild_days(struct store *s, int64_t since, int64_t by_runs, struct rollup_rebuilt *ret,
                        struct error *reterr) {
        int r = in_range(s, "DELETE FROM rollup_day WHERE " ALL_METRICS " AND day_at BETWEEN :since AND :until", since,
                         INT64_MAX, NULL, reterr);
        if (r == 0)
                r = in_range(s, add_hours_to_days, since, by_runs, NULL, reterr);
        if (r == 0)
                r = add_runs(s, add_to_days, 0, INT64_MAX, by_runs, reterr);
        if (r == 0)
                r = in_range(s, "SELECT count(*) FROM rollup_day WHERE " ALL_METRICS
                                " AND day_at BETWEEN :since AND :until", since, INT64_MAX, &ret->days, reterr);
        if (r == 0)
                r = db_read_int64(s, "SELECT count(*) FROM rollup_day", doing, &ret->days_left, reterr);
        ret->days_left -= ret->days;
        return r;
}

int rollup_rebuild(struct store *s, struct rollup_rebuilt *ret, struct error *reterr) {
        struct rollup_rebuilt rebuilt = { 0 };
        struct kept kept;
        int r = read_kept(s, &kept, reterr);
        if (r < 0)
                return r;
        int64_t days_by_runs = later(whole_day(kept.runs), kept.days);
        int64_t days_by_hours = later(whole_day(kept.hours), kept.days);
        r = rebuild_hours(s, later(kept.runs, kept.hours), &rebuilt, reterr);
        if (r == 0)
                r = rebuild_days(s, days_by_hours < days_by_runs ? days_by_hours : days_by_runs, days_by_runs, &rebuilt,
                                 reterr);
        if (r == 0)
                r = rollup_total_renew_all(s, reterr);
        if (r == 0)
                *ret = rebuilt;
        return r;
}

int store_rebuild_rollups(struct store *s, struct rollup_rebuilt *ret, struct error *reterr) {
        int r = db_exec(s, "BEGIN IMMEDIATE", doing, reterr);
        if (r == 0)
                r = rollup_rebuild(s, ret, reterr);
        return db_end(s, r, doing, reterr);
}
