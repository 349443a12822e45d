/* SPDX-License-Identifier: MIT */
#include "store/merge.h"

static const char doing[] = "storing the listing";

static int find_previous(struct store *s, struct listing *l, struct error *reterr) {
        struct query q = query_prepare(s, "SELECT started_at FROM listing WHERE place_id = :place");
        query_bind_uint(&q, ":place", (uint64_t) l->place_id);
        l->is_baseline = !query_step(&q);
        l->previous_at = l->is_baseline ? 0 : sqlite3_column_int64(q.stmt, 0);
        return query_finish(&q, doing, reterr);
}

static int upsert_listing(struct store *s, const struct listing *l, struct error *reterr) {
        struct query q = query_prepare(
                s, "INSERT INTO listing (place_id, run_id, started_at, baseline_run_id, baseline_at) "
                   "VALUES (:place, :run, :at, :run, :at) "
                   "ON CONFLICT (place_id) DO UPDATE SET run_id = excluded.run_id, started_at = excluded.started_at");
        query_bind_uint(&q, ":place", (uint64_t) l->place_id);
        query_bind_uint(&q, ":run", (uint64_t) l->run_id);
        query_bind_uint(&q, ":at", (uint64_t) l->started_at);
        query_run(&q);
        return query_finish(&q, doing, reterr);
}

/* From how many volumes on a first listing is worth more memory. */
#define LARGE_LISTING 10000

/* KiB (negative). Indices by instance are filled in no order, and with SQLite's own 2 MB every row would be a page to
 * be read again. */
#define CACHE_OF_BASELINE "PRAGMA cache_size = -65536"
#define CACHE_AS_EVER "PRAGMA cache_size = -2000"

int merge_listing(struct store *s, struct listing *l, struct error *reterr) {
        int r = find_previous(s, l, reterr);
        bool large = r == 0 && l->is_baseline && l->inventory->n_volumes >= LARGE_LISTING;
        if (large)
                r = db_exec(s, CACHE_OF_BASELINE, doing, reterr);
        if (r == 0)
                r = merge_volumes(s, l, reterr);
        if (r == 0)
                r = merge_instances(s, l, reterr);
        if (large && r == 0)
                r = db_exec(s, CACHE_AS_EVER, doing, reterr);
        return r < 0 ? r : upsert_listing(s, l, reterr);
}
