/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/macros.h"
#include "store/changes_reader.h"

static struct changes_listing read_listing(struct query *q, int64_t place_id, int64_t run_id) {
        struct changes_listing listing = { 0 };
        query_bind_uint(q, ":place", (uint64_t) place_id);
        query_bind_uint(q, ":run", (uint64_t) run_id);
        if (query_step(q)) {
                listing.run_id = sqlite3_column_int64(q->stmt, 0);
                listing.at = sqlite3_column_int64(q->stmt, 1);
                listing.billed_gib = (uint64_t) sqlite3_column_int64(q->stmt, 2);
                listing.has_cost = sqlite3_column_type(q->stmt, 4) != SQLITE_NULL;
                query_copy_text(q, 3, listing.currency, sizeof(listing.currency));
                listing.billed_micros = (uint64_t) sqlite3_column_int64(q->stmt, 4);
                listing.unpriced_volumes = (uint64_t) sqlite3_column_int64(q->stmt, 5);
        }
        (void) sqlite3_reset(q->stmt);
        return listing;
}

/* Of v1_listing_total. */
struct listing_queries {
        struct query newest; /* by a run */
        struct query oldest; /* behind a run */
        struct query prices; /* what they did behind one and up to another */
};

/* Two bills of one currency have a difference; one without volumes has no currency. */
static void compare_bills(struct changes_region *region) {
        const struct changes_listing *before = &region->before, *after = &region->after;
        const char *currency = after->currency[0] != '\0' ? after->currency : before->currency;
        bool same = before->currency[0] == '\0' || strcmp(before->currency, currency) == 0;
        region->cost_change.known = before->has_cost && after->has_cost && same;
        if (!region->cost_change.known)
                return;
        region->cost_change.micros = (int64_t) after->billed_micros - (int64_t) before->billed_micros;
        memcpy(region->cost_change.currency, currency, sizeof(region->cost_change.currency));
}

/* Whether there are different words among them; "" is none. */
static bool differ(const char *const words[], size_t n) {
        const char *word = "";
        for (size_t i = 0; i < n; i++) {
                if (word[0] != '\0' && words[i][0] != '\0' && strcmp(word, words[i]) != 0)
                        return true;
                if (words[i][0] != '\0')
                        word = words[i];
        }
        return false;
}

/* What prices did between the two listings. Those listings alone are read in which they did anything. */
static void read_prices(struct query *q, int64_t place_id, int64_t to, struct changes_region *region) {
        query_bind_uint(q, ":place", (uint64_t) place_id);
        query_bind_uint(q, ":before", (uint64_t) region->before.run_id);
        query_bind_uint(q, ":to", (uint64_t) to);
        if (query_step(q)) {
                region->is_itemised = region->cost_change.known && sqlite3_column_int(q->stmt, 0) != 0;
                region->repriced_micros = sqlite3_column_int64(q->stmt, 1);
                char first[COST_CURRENCY_SIZE], last[COST_CURRENCY_SIZE];
                query_copy_text(q, 2, first, sizeof(first));
                query_copy_text(q, 3, last, sizeof(last));
                const char *const all[] = { region->before.currency, region->after.currency, first, last };
                region->mixes_currencies = differ(all, ARRAY_SIZE(all));
        }
        (void) sqlite3_reset(q->stmt);
}

static void read_region(struct changes_reader *r, struct query *row, struct listing_queries *q) {
        struct changes *c = r->changes;
        struct changes_region *grown = changes_grow(r, c->regions, &c->n_regions, sizeof(*grown));
        if (grown == NULL)
                return;
        c->regions = grown;
        struct changes_region *region = &grown[c->n_regions - 1];
        query_copy_text(row, 0, region->account, sizeof(region->account));
        query_copy_text(row, 1, region->region, sizeof(region->region));
        if (sqlite3_column_type(row->stmt, 2) == SQLITE_NULL)
                return;
        int64_t place_id = sqlite3_column_int64(row->stmt, 2);
        region->after = read_listing(&q->newest, place_id, c->to);
        region->before = read_listing(&q->newest, place_id, c->from);
        if (region->before.run_id == 0 && region->after.run_id != 0) {
                region->before = read_listing(&q->oldest, place_id, c->from);
                region->from_first = region->before.run_id <= sqlite3_column_int64(row->stmt, 3);
                region->from_oldest = !region->from_first;
        }
        if (region->before.run_id != 0) {
                compare_bills(region);
                read_prices(&q->prices, place_id, c->to, region);
        }
}

#define LISTING                                                                                                       \
        "SELECT run_id, started_at, billed_gib, currency, billed_cost_micros, unpriced_volumes FROM v1_listing_total "

int changes_read_regions(struct changes_reader *r, struct error *reterr) {
        struct query rows = query_prepare(
                r->store, "SELECT n.account, n.region, l.place_id, l.baseline_run_id FROM v1_latest AS n "
                          "LEFT JOIN v1_listing AS l ON l.region = n.region AND l.account IS n.account "
                          "WHERE (:regions = '' OR instr(:regions, ' ' || n.region || ' ') > 0) ORDER BY 1, 2");
        struct listing_queries q = {
                .newest = query_prepare(r->store, LISTING "WHERE place_id = :place AND run_id <= :run "
                                                          "ORDER BY run_id DESC LIMIT 1"),
                .oldest = query_prepare(r->store, LISTING "WHERE place_id = :place AND run_id > :run "
                                                          "ORDER BY run_id LIMIT 1"),
                .prices = query_prepare(
                        r->store, "SELECT count(*) = count(repriced_micros), sum(repriced_micros), min(currency), "
                                  "max(currency) FROM v1_listing_total WHERE place_id = :place AND run_id > :before "
                                  "AND run_id <= :to AND repriced_micros IS NOT 0"),
        };
        query_bind_text(&rows, ":regions", r->regions);
        while (!r->oom && query_step(&rows))
                read_region(r, &rows, &q);
        struct query *all[] = { &q.newest, &q.oldest, &q.prices, &rows };
        int e = query_finish_all(all, ARRAY_SIZE(all), CHANGES_DOING, reterr);
        return r->oom ? error_oom(reterr) : e;
}
