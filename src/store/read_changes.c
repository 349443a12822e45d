/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "store/db.h"
#include "store/kept.h"
#include "store/store.h"
#include "store/wanted_regions.h"

static const char doing[] = "reading what changed";

/* What the queries share. */
struct reader {
        struct store *store;
        struct changes *changes;
        const char *regions; /* for WANTED_REGION */
        bool oom;
};

static void bind_range(const struct reader *r, struct query *q) {
        query_bind_uint(q, ":from", (uint64_t) r->changes->from);
        query_bind_uint(q, ":to", (uint64_t) r->changes->to);
        query_bind_text(q, ":regions", r->regions);
}

static void copy_column(const struct query *q, int column, char *field, size_t n) {
        error_copy_text(field, n, (const char *) sqlite3_column_text(q->stmt, column));
}

/* Room for one more element; NULL when out of memory. */
static void *grow(struct reader *r, void *array, size_t *n, size_t size) {
        char *grown = reallocarray(array, *n + 1, size);
        if (grown == NULL) {
                r->oom = true;
                return NULL;
        }
        memset(grown + *n * size, 0, size);
        (*n)++;
        return grown;
}

static int finish(const struct reader *r, struct query *q, struct error *reterr) {
        int result = query_finish(q, doing, reterr);
        return r->oom ? error_oom(reterr) : result;
}

static struct changes_listing read_listing(struct query *q, int64_t place_id, int64_t run_id) {
        struct changes_listing listing = { 0 };
        query_bind_uint(q, ":place", (uint64_t) place_id);
        query_bind_uint(q, ":run", (uint64_t) run_id);
        if (query_step(q)) {
                listing.run_id = sqlite3_column_int64(q->stmt, 0);
                listing.at = sqlite3_column_int64(q->stmt, 1);
                listing.billed_gib = (uint64_t) sqlite3_column_int64(q->stmt, 2);
                listing.has_cost = sqlite3_column_type(q->stmt, 4) != SQLITE_NULL;
                copy_column(q, 3, listing.currency, sizeof(listing.currency));
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
                copy_column(q, 2, first, sizeof(first));
                copy_column(q, 3, last, sizeof(last));
                const char *const all[] = { region->before.currency, region->after.currency, first, last };
                region->mixes_currencies = differ(all, ARRAY_SIZE(all));
        }
        (void) sqlite3_reset(q->stmt);
}

static void read_region(struct reader *r, struct query *row, struct listing_queries *q) {
        struct changes *c = r->changes;
        struct changes_region *grown = grow(r, c->regions, &c->n_regions, sizeof(*grown));
        if (grown == NULL)
                return;
        c->regions = grown;
        struct changes_region *region = &grown[c->n_regions - 1];
        copy_column(row, 0, region->account, sizeof(region->account));
        copy_column(row, 1, region->region, sizeof(region->region));
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

static int read_regions(struct reader *r, struct error *reterr) {
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
        int e = query_finish_all(all, ARRAY_SIZE(all), doing, reterr);
        return r->oom ? error_oom(reterr) : e;
}

/* Whose region's prices are in several currencies has no difference, nor has what had no price at all. */
static struct changes_cost read_cost(const struct query *q, int column, const struct changes_region *region) {
        struct changes_cost cost = { .unpriced_events = (uint64_t) sqlite3_column_int64(q->stmt, column + 2) };
        char currencies[32] = "";
        copy_column(q, column, currencies, sizeof(currencies));
        cost.known = (region == NULL || !region->mixes_currencies) && strlen(currencies) < COST_CURRENCY_SIZE &&
                     (currencies[0] != '\0' || cost.unpriced_events == 0);
        if (cost.known) {
                memcpy(cost.currency, currencies, sizeof(cost.currency));
                cost.micros = sqlite3_column_int64(q->stmt, column + 1);
        }
        return cost;
}

static struct changes_region *find_region(struct changes *c, const char *account, const char *region) {
        for (size_t i = 0; i < c->n_regions; i++)
                if (strcmp(c->regions[i].region, region) == 0 && strcmp(c->regions[i].account, account) == 0)
                        return &c->regions[i];
        return NULL;
}

/* The events behind each region's listing before: some may be older than the runs that are kept. */
#define WITH_START                                                                                                    \
        "WITH start AS MATERIALIZED (SELECT account AS their_account, region AS their_region, coalesce("              \
        "(SELECT t.run_id FROM v1_listing_total AS t WHERE t.place_id = l.place_id AND t.run_id <= :from "            \
        "ORDER BY t.run_id DESC LIMIT 1), "                                                                           \
        "(SELECT t.run_id FROM v1_listing_total AS t WHERE t.place_id = l.place_id AND t.run_id > :from "             \
        "ORDER BY t.run_id LIMIT 1)) AS start_id FROM v1_listing AS l) "
#define FROM_EVENTS                                                                                                   \
        "FROM v1_event CROSS JOIN start ON their_region = region AND their_account IS account "                       \
        "WHERE run_id > :from AND run_id <= :to AND run_id > start_id AND " WANTED_REGION " "

/* For read_cost(). What a volume is attached to changes no cost. */
#define COSTS                                                                                                         \
        "group_concat(DISTINCT currency), sum(cost_change_micros) AS cost, "                                          \
        "sum(cost_change_micros IS NULL AND cause NOT IN ('attached', 'detached', 'moved', 'orphaned'))"

static int read_causes(struct reader *r, struct error *reterr) {
        struct changes *c = r->changes;
        struct query q = query_prepare(
                r->store, WITH_START "SELECT account, region, cause, count(*), sum(gib_change), " COSTS ", "
                          "sum(coalesce(cost_after_micros, 0) - coalesce(cost_before_micros, 0)) " FROM_EVENTS
                          "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3");
        bind_range(r, &q);
        while (!r->oom && query_step(&q)) {
                struct changes_cause *grown = grow(r, c->causes, &c->n_causes, sizeof(*grown));
                if (grown == NULL)
                        break;
                c->causes = grown;
                struct changes_cause *cause = &grown[c->n_causes - 1];
                copy_column(&q, 0, cause->account, sizeof(cause->account));
                copy_column(&q, 1, cause->region, sizeof(cause->region));
                copy_column(&q, 2, cause->cause, sizeof(cause->cause));
                cause->events = (uint64_t) sqlite3_column_int64(q.stmt, 3);
                cause->gib_change = sqlite3_column_int64(q.stmt, 4);
                struct changes_region *region = find_region(c, cause->account, cause->region);
                cause->cost_change = read_cost(&q, 5, region);
                if (region == NULL)
                        continue;
                region->events += cause->events;
                region->gib_change += cause->gib_change;
                region->cost_change.unpriced_events += cause->cost_change.unpriced_events;
                region->events_micros += cause->cost_change.micros;
                region->unpriced_micros += sqlite3_column_int64(q.stmt, 8) - cause->cost_change.micros;
        }
        return finish(r, &q, reterr);
}

static int read_volumes(struct reader *r, struct error *reterr) {
        struct changes *c = r->changes;
        /* The columns beside max(event_id) are those of that row. */
        struct query q = query_prepare(
                r->store, WITH_START
                "SELECT account, region, volume_id, coalesce(type_after, type_before), name, "
                "replace(group_concat(DISTINCT cause), ',', ' '), gib_after, sum(gib_change) AS change, " COSTS ", "
                "max(event_id) " FROM_EVENTS "GROUP BY account, region, volume_id "
                "ORDER BY abs(cost) DESC, abs(change) DESC, volume_id LIMIT :limit");
        bind_range(r, &q);
        query_bind_uint(&q, ":limit", CHANGES_VOLUMES_MAX);
        while (!r->oom && query_step(&q)) {
                struct changes_volume *grown = grow(r, c->volumes, &c->n_volumes, sizeof(*grown));
                if (grown == NULL)
                        break;
                c->volumes = grown;
                struct changes_volume *v = &grown[c->n_volumes - 1];
                copy_column(&q, 0, v->account, sizeof(v->account));
                copy_column(&q, 1, v->region, sizeof(v->region));
                copy_column(&q, 2, v->id, sizeof(v->id));
                copy_column(&q, 3, v->type, sizeof(v->type));
                copy_column(&q, 4, v->name, sizeof(v->name));
                copy_column(&q, 5, v->causes, sizeof(v->causes));
                v->gib_after = (uint64_t) sqlite3_column_int64(q.stmt, 6);
                v->gib_change = sqlite3_column_int64(q.stmt, 7);
                v->gib_before = v->gib_after - (uint64_t) v->gib_change;
                v->cost_change = read_cost(&q, 8, find_region(c, v->account, v->region));
        }
        return finish(r, &q, reterr);
}

/* Retention takes runs and events away. What is left is checked against the listings, so that no part passes for all. */
static void check_sums(struct changes *c) {
        for (size_t i = 0; i < c->n_regions; i++) {
                struct changes_region *r = &c->regions[i];
                if (r->before.run_id == 0 || r->after.run_id == 0)
                        continue;
                int64_t difference = (int64_t) r->after.billed_gib - (int64_t) r->before.billed_gib;
                r->lacks_events = r->gib_change != difference;
                r->gib_change = difference;
                r->is_itemised = r->is_itemised && !r->lacks_events &&
                                 r->events_micros + r->repriced_micros + r->unpriced_micros == r->cost_change.micros;
        }
}

static int read_all(struct reader *r, const struct retention *keep, struct error *reterr) {
        struct changes *c = r->changes;
        int e = kept_check_runs(r->store, c->from, c->to, keep, &c->from_at, &c->to_at, reterr);
        if (e == 0)
                e = read_regions(r, reterr);
        if (e == 0)
                e = read_causes(r, reterr);
        if (e == 0)
                check_sums(c);
        return e < 0 ? e : read_volumes(r, reterr);
}

int store_read_changes(struct store *s, int64_t from, int64_t to, const char *const *regions,
                       const struct retention *keep, struct changes *ret, struct error *reterr) {
        struct changes changes = { .from = from, .to = to };
        struct buffer words = BUFFER_INIT(65536);
        const char *text = wanted_regions(regions, &words);
        if (text == NULL) {
                buffer_release(&words);
                return error_oom(reterr);
        }
        struct reader reader = { .store = s, .changes = &changes, .regions = text };
        /* One state of the database for all of it. */
        int r = db_exec(s, "BEGIN", doing, reterr);
        if (r == 0)
                r = read_all(&reader, keep, reterr);
        db_rollback(s);
        buffer_release(&words);
        if (r < 0)
                changes_release(&changes);
        else
                *ret = changes;
        return r;
}

int store_find_newest_sweep(struct store *s, int64_t *ret_run_id, struct error *reterr) {
        return db_read_int64(s, "SELECT max(run_id) FROM v1_run WHERE mode = 'sweep'", doing, ret_run_id, reterr);
}
