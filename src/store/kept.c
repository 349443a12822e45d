/* SPDX-License-Identifier: MIT */
/* Which runs can still be compared. Of those before what retention keeps, some stay as the newest of a region; what was
 * between them is gone. */
#include "store/kept.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "store/store.h"

static const char doing[] = "looking for runs";

struct kept {
        int64_t runs_since;   /* seconds since the epoch: all runs since are there; 0: all that ever were */
        int64_t events_since; /* the same of events */
        int64_t oldest_run;   /* the first run since both; 0: none */
        int64_t newest_run;   /* 0: none */
};

static int read_kept(struct store *s, struct kept *ret, struct error *reterr) {
        struct query q = query_prepare(
                s, "SELECT k.runs, k.events, (SELECT min(run_id) FROM run WHERE started_at >= max(k.runs, k.events)), "
                   "(SELECT max(run_id) FROM run) FROM (SELECT "
                   "coalesce((SELECT kept_since FROM v1_retention WHERE what = 'runs'), 0) AS runs, "
                   "coalesce((SELECT kept_since FROM v1_retention WHERE what = 'events'), 0) AS events) AS k");
        if (query_step(&q))
                *ret = (struct kept){
                        .runs_since = sqlite3_column_int64(q.stmt, 0),
                        .events_since = sqlite3_column_int64(q.stmt, 1),
                        .oldest_run = sqlite3_column_int64(q.stmt, 2),
                        .newest_run = sqlite3_column_int64(q.stmt, 3),
                };
        return query_finish(&q, doing, reterr);
}

/* what is no longer kept, by which key and since when; and what is. */
static int refuse(const char *what, const struct kept *k, bool by_runs, const struct retention *keep,
                  struct error *reterr) {
        char value[RETENTION_TEXT_SIZE], oldest[48] = "no run is kept that others can be compared with";
        if (k->oldest_run > 0)
                (void) snprintf(oldest, sizeof(oldest), "the oldest kept is %" PRId64, k->oldest_run);
        const char *key = by_runs ? "keep_runs" : "keep_events";
        return error_set(reterr, ERROR_CONFIG, ENODATA, "%s no longer kept: %s = %s; %s", what, key,
                         retention_format(by_runs ? keep->runs : keep->events, value), oldest);
}

static int check_run(struct store *s, int64_t run_id, const struct kept *k, const struct retention *keep,
                     usec_t *ret_at, struct error *reterr) {
        struct query q = query_prepare(s, "SELECT started_at FROM v1_run WHERE run_id = :run");
        query_bind_uint(&q, ":run", (uint64_t) run_id);
        bool found = query_step(&q);
        int64_t at = found ? sqlite3_column_int64(q.stmt, 0) : 0;
        int r = query_finish(&q, doing, reterr);
        if (r < 0)
                return r;
        char what[64];
        (void) snprintf(what, sizeof(what), "run %" PRId64 " is", run_id);
        if (k->runs_since > 0 && run_id < k->newest_run && (!found || at < k->runs_since))
                return refuse(what, k, true, keep, reterr);
        if (!found)
                return error_set(reterr, ERROR_CONFIG, ENOENT,
                                 "run %" PRId64 " is not in %s: v1_run has those that are", run_id, s->path);
        *ret_at = (usec_t) at * USEC_PER_SEC;
        return 0;
}

int kept_check_runs(struct store *s, int64_t from, int64_t to, const struct retention *keep, usec_t *ret_from_at,
                    usec_t *ret_to_at, struct error *reterr) {
        struct kept k = { 0 };
        usec_t from_at = 0, to_at = 0;
        int r = read_kept(s, &k, reterr);
        /* Of a run and itself nothing has to be known. */
        if (from == to)
                k.runs_since = k.events_since = 0;
        if (r == 0)
                r = check_run(s, to, &k, keep, &to_at, reterr);
        if (r == 0 && from > 0)
                r = check_run(s, from, &k, keep, &from_at, reterr);
        if (r == 0 && k.runs_since > 0 && from == 0)
                r = refuse("the beginning of the history is", &k, true, keep, reterr);
        if (r == 0 && from_at / USEC_PER_SEC < (usec_t) k.events_since)
                r = refuse("not all that changed since then is", &k, false, keep, reterr);
        if (r == 0) {
                *ret_from_at = from_at;
                *ret_to_at = to_at;
        }
        return r;
}

int store_find_run_before(struct store *s, usec_t before, const struct retention *keep, int64_t *ret_run_id,
                          struct error *reterr) {
        struct kept k = { 0 };
        int r = read_kept(s, &k, reterr);
        if (r < 0)
                return r;
        int64_t at = (int64_t) (before / USEC_PER_SEC);
        if (at < k.runs_since || at < k.events_since)
                return refuse("what changed in all that time is", &k, at < k.runs_since, keep, reterr);
        struct query q = query_prepare(s, "SELECT max(run_id) FROM v1_run WHERE started_at BETWEEN :since AND :before");
        query_bind_uint(&q, ":since", (uint64_t) k.runs_since);
        query_bind_uint(&q, ":before", (uint64_t) at);
        int64_t found = query_run_int64(&q);
        r = query_finish(&q, doing, reterr);
        /* None since retention began to take runs away: the first one behind it. */
        if (r == 0)
                *ret_run_id = found > 0 || k.runs_since == 0 ? found : k.oldest_run;
        return r;
}
