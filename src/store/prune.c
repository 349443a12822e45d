/* SPDX-License-Identifier: MIT */
/* What retention takes away. Each step is a transaction of its own and about as long as that of a run, and a call makes
 * few of them: nobody who reads or stops the program waits for long, and what has piled up goes over many runs. */
#include <errno.h>

#include "model/retention.h"
#include "store/db.h"
#include "store/store.h"

static const char doing[] = "taking away what is older than the configuration keeps";

#define HOUR INT64_C(3600)
#define DAY (24 * HOUR)

/* One step, and how many of them a call makes for each kind of rows. A run has some hundred rows of type_total, an hour
 * one for each metric and region. */
#define RUNS_A_STEP 4
#define HOURS_A_STEP (6 * HOUR)
#define DAYS_A_STEP DAY
#define EVENTS_A_STEP 2000
#define STEPS 8

/* While a reader holds a snapshot nothing of the write-ahead log can be used again, and each step makes it longer. That
 * many of its pages may wait so before we do, too: 16 MiB. */
#define LOG_PAGES_MAX 4096

/* Free pages are used by the runs to come. What is more than so many, and than an eighth of the file, goes back to the
 * file system, a little at a time because the last pages have to move. */
#define FREE_PAGES_KEPT 2048
#define FREE_PAGES_A_STEP "256"

/* How a kind of rows is taken away. */
struct kind {
        const char *name;   /* in pruned.what */
        int64_t unit;       /* seconds; what is kept begins with a whole one */
        const char *oldest; /* when the oldest of its rows is; NULL: delete finds it */
        const char *delete; /* takes away some of those before :cut, or all before :until; gives the time of each */
        const char *delete_sums; /* of what delete takes, before :until; NULL: there are none */
        int64_t step;       /* seconds behind the oldest, or rows (:rows) */
};

#define OLDEST(table, column) \
        "SELECT min((SELECT min(" column ") FROM " table " AS r WHERE r.metric_id = m.metric_id)) FROM metric AS m"

/* Those that the newest state is, and the last whole listing of each region before the cut: whatever run is kept behind
 * it, what has changed since can be told. */
static const char delete_runs[] =
        "DELETE FROM run WHERE run_id IN (SELECT run_id FROM run WHERE started_at < :cut AND run_id NOT IN ("
        "SELECT newest_run_id FROM place WHERE newest_run_id IS NOT NULL "
        "UNION SELECT good_run_id FROM place WHERE good_run_id IS NOT NULL "
        "UNION SELECT run_id FROM (SELECT (SELECT t.run_id FROM region_total AS t WHERE t.place_id = p.place_id "
        "AND t.started_at < :cut AND t.unattached_gib IS NOT NULL ORDER BY t.started_at DESC, t.run_id DESC LIMIT 1) "
        "AS run_id FROM place AS p) WHERE run_id IS NOT NULL) "
        "ORDER BY started_at LIMIT :rows) RETURNING started_at";

static const char delete_hours[] =
        "DELETE FROM rollup_hour WHERE metric_id IN (SELECT metric_id FROM metric) AND hour_at < :until "
        "RETURNING hour_at";

static const char delete_days[] =
        "DELETE FROM rollup_day WHERE metric_id IN (SELECT metric_id FROM metric) AND day_at < :until RETURNING day_at";

static const char delete_events[] =
        "DELETE FROM volume_event WHERE event_id IN (SELECT event_id FROM volume_event WHERE found_at < :cut "
        "ORDER BY found_at LIMIT :rows) RETURNING found_at";

#define OF_ACCOUNTS "account IN (SELECT account FROM place_in_sum)"

enum { RUNS, HOURS, DAYS, EVENTS, KINDS };

static const struct kind kinds[KINDS] = {
        [RUNS] = { "runs", HOUR, NULL, delete_runs, NULL, RUNS_A_STEP },
        [HOURS] = { "hours", HOUR, OLDEST("rollup_hour", "hour_at"), delete_hours,
                    "DELETE FROM rollup_total_hour WHERE " OF_ACCOUNTS " AND hour_at < :until", HOURS_A_STEP },
        [DAYS] = { "days", DAY, OLDEST("rollup_day", "day_at"), delete_days,
                   "DELETE FROM rollup_total_day WHERE " OF_ACCOUNTS " AND day_at < :until", DAYS_A_STEP },
        [EVENTS] = { "events", HOUR, NULL, delete_events, NULL, EVENTS_A_STEP },
};

/* Before when rows go, seconds since the epoch; 0: none. Ages are counted from the earliest start of the last three
 * runs: a clock that is wrong for one run must not take the history away. */
static int read_cut(struct store *s, const struct kind *k, usec_t keep, int64_t *ret, struct error *reterr) {
        if (keep == KEEP_FOREVER) {
                *ret = 0;
                return 0;
        }
        int64_t now, cut;
        int r = db_read_int64(s, keep == 0 ? "SELECT max(started_at) FROM run"
                                           : "SELECT min(started_at) FROM (SELECT started_at FROM run "
                                             "ORDER BY run_id DESC LIMIT 3)", doing, &now, reterr);
        if (r < 0)
                return r;
        cut = keep == 0 ? now + k->unit : now - (int64_t) (keep / USEC_PER_SEC);
        *ret = cut > 0 ? cut - cut % k->unit : 0;
        return 0;
}

static int read_until(struct store *s, const struct kind *k, int64_t cut, int64_t *ret, struct error *reterr) {
        int64_t oldest;
        int r = db_read_int64(s, k->oldest, doing, &oldest, reterr);
        if (r == 0)
                *ret = oldest + k->step < cut ? oldest + k->step : cut;
        return r;
}

static int delete_sums(struct store *s, const struct kind *k, int64_t until, struct error *reterr) {
        struct query q = query_prepare(s, k->delete_sums);
        query_bind_uint(&q, ":until", (uint64_t) until);
        query_run(&q);
        return query_finish(&q, doing, reterr);
}

/* How many rows it took, and the latest time among them. */
static int delete_some(struct store *s, const struct kind *k, int64_t cut, int64_t *ret_rows, int64_t *ret_latest,
                       struct error *reterr) {
        int64_t until = cut, rows = 0, latest = 0;
        int r = k->oldest != NULL ? read_until(s, k, cut, &until, reterr) : 0;
        if (r < 0)
                return r;
        struct query q = query_prepare(s, k->delete);
        if (k->oldest != NULL) {
                query_bind_uint(&q, ":until", (uint64_t) until);
        } else {
                query_bind_uint(&q, ":cut", (uint64_t) cut);
                query_bind_uint(&q, ":rows", (uint64_t) k->step);
        }
        for (; query_step(&q); rows++)
                if (sqlite3_column_int64(q.stmt, 0) > latest)
                        latest = sqlite3_column_int64(q.stmt, 0);
        r = query_finish(&q, doing, reterr);
        if (r == 0 && k->delete_sums != NULL)
                r = delete_sums(s, k, until, reterr);
        *ret_rows = rows;
        *ret_latest = latest;
        return r;
}

static int write_pruned(struct store *s, const struct kind *k, int64_t latest, struct error *reterr) {
        struct query q = query_prepare(
                s, "INSERT INTO pruned (what, before_at) VALUES (:what, :at) "
                   "ON CONFLICT (what) DO UPDATE SET before_at = max(before_at, excluded.before_at)");
        query_bind_text(&q, ":what", k->name);
        query_bind_uint(&q, ":at", (uint64_t) (latest - latest % k->unit + k->unit));
        query_run(&q);
        return query_finish(&q, doing, reterr);
}

static int take_step(struct store *s, const struct kind *k, int64_t cut, bool *ret_more, struct error *reterr) {
        int64_t rows = 0, latest;
        int r = db_exec(s, "BEGIN IMMEDIATE", doing, reterr);
        if (r == 0)
                r = delete_some(s, k, cut, &rows, &latest, reterr);
        if (r == 0 && rows > 0)
                r = write_pruned(s, k, latest, reterr);
        *ret_more = rows > 0;
        return db_end(s, r, doing, reterr);
}

static int prune_kind(struct store *s, const struct kind *k, usec_t keep, struct error *reterr) {
        int64_t cut;
        bool more = true;
        int r = read_cut(s, k, keep, &cut, reterr);
        for (unsigned i = 0; r == 0 && cut > 0 && more && i < STEPS; i++)
                r = take_step(s, k, cut, &more, reterr);
        return r;
}

static int give_pages_back(struct store *s, struct error *reterr) {
        int64_t pages, unused;
        int r = db_read_int64(s, "PRAGMA page_count", doing, &pages, reterr);
        if (r == 0)
                r = db_read_int64(s, "PRAGMA freelist_count", doing, &unused, reterr);
        for (unsigned i = 0; r == 0 && i < STEPS && unused > FREE_PAGES_KEPT && unused > pages / 8; i++) {
                r = db_exec(s, "PRAGMA incremental_vacuum(" FREE_PAGES_A_STEP ")", doing, reterr);
                if (r == 0)
                        r = db_read_int64(s, "PRAGMA freelist_count", doing, &unused, reterr);
        }
        return r;
}

/* Whether a reader keeps so much of the log from being used again that we should not add to it. */
static bool log_is_stuck(struct store *s) {
        int log = 0, done = 0;
        int rc = sqlite3_wal_checkpoint_v2(s->db, "main", SQLITE_CHECKPOINT_PASSIVE, &log, &done);
        return rc == SQLITE_OK && log - done > LOG_PAGES_MAX;
}

int store_prune(struct store *s, const struct retention *keep, struct error *reterr) {
        const usec_t times[KINDS] = {
                [RUNS] = keep->runs, [HOURS] = keep->hours, [DAYS] = keep->days, [EVENTS] = keep->events,
        };
        int r = 0;
        if (log_is_stuck(s))
                return 0;
        for (size_t i = 0; r == 0 && i < KINDS; i++)
                r = prune_kind(s, &kinds[i], times[i], reterr);
        if (r == 0)
                r = give_pages_back(s, reterr);
        /* Somebody else writes, or we are to end: what is left is for the next time. */
        return r == -EBUSY || r == -EINTR ? 0 : r;
}
