/* SPDX-License-Identifier: MIT */
#include "store/merge.h"

#include <string.h>

#include "store/totals.h"

static const char doing[] = "storing the listing";

/* A listing that was stored without the costs of its volumes, by an earlier version or without a price list, has no
 * currency; nor has one without a priced volume, of which region_total knows that much. */
static int find_previous(struct store *s, struct listing *l, struct error *reterr) {
        struct query q = query_prepare(
                s, "SELECT l.started_at, l.currency, "
                   "l.currency IS NOT NULL OR (t.currency IS NULL AND t.unpriced_volumes IS NOT NULL) "
                   "FROM listing AS l LEFT JOIN region_total AS t ON t.run_id = l.run_id AND t.place_id = l.place_id "
                   "WHERE l.place_id = :place");
        query_bind_uint(&q, ":place", (uint64_t) l->place_id);
        l->is_baseline = !query_step(&q);
        if (!l->is_baseline) {
                l->previous_at = sqlite3_column_int64(q.stmt, 0);
                query_copy_text(&q, 1, l->currency_before, sizeof(l->currency_before));
                const char *before = l->currency_before, *now = listing_currency(l);
                l->costs_comparable = sqlite3_column_int(q.stmt, 2) != 0 && l->cost->known &&
                                      (before[0] == '\0' || now[0] == '\0' || strcmp(before, now) == 0);
        }
        return query_finish(&q, doing, reterr);
}

const char *listing_currency(const struct listing *l) {
        const struct cost_sum *sum = cost_only_sum(l->cost);
        return sum != NULL ? sum->currency : "";
}

static int upsert_listing(struct store *s, const struct listing *l, struct error *reterr) {
        struct query q = query_prepare(
                s, "INSERT INTO listing (place_id, run_id, started_at, baseline_run_id, baseline_at, currency, "
                   "prices_oldest, prices_newest) "
                   "VALUES (:place, :run, :at, :run, :at, :currency, :prices_oldest, :prices_newest) "
                   "ON CONFLICT (place_id) DO UPDATE SET run_id = excluded.run_id, started_at = excluded.started_at, "
                   "currency = excluded.currency, prices_oldest = excluded.prices_oldest, "
                   "prices_newest = excluded.prices_newest");
        query_bind_uint(&q, ":place", (uint64_t) l->place_id);
        query_bind_uint(&q, ":run", (uint64_t) l->run_id);
        query_bind_uint(&q, ":at", (uint64_t) l->started_at);
        const struct cost_sum *sum = cost_only_sum(l->cost);
        if (sum != NULL)
                totals_bind_prices(&q, sum);
        query_run(&q);
        return query_finish(&q, doing, reterr);
}

static int store_repriced(struct store *s, const struct listing *l, int64_t micros, struct error *reterr) {
        struct query q = query_prepare(
                s, "UPDATE region_total SET repriced_micros = :micros WHERE run_id = :run AND place_id = :place");
        query_bind_uint(&q, ":run", (uint64_t) l->run_id);
        query_bind_uint(&q, ":place", (uint64_t) l->place_id);
        query_bind_int(&q, ":micros", micros);
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
        int64_t repriced = 0;
        if (r == 0)
                r = merge_volumes(s, l, &repriced, reterr);
        if (r == 0)
                r = merge_instances(s, l, reterr);
        if (large && r == 0)
                r = db_exec(s, CACHE_AS_EVER, doing, reterr);
        if (r == 0 && l->costs_comparable)
                r = store_repriced(s, l, repriced, reterr);
        return r < 0 ? r : upsert_listing(s, l, reterr);
}
