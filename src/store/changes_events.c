/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "store/changes_reader.h"
#include "store/wanted_regions.h"

static void bind_range(const struct changes_reader *r, struct query *q) {
        query_bind_uint(q, ":from", (uint64_t) r->changes->from);
        query_bind_uint(q, ":to", (uint64_t) r->changes->to);
        query_bind_text(q, ":regions", r->regions);
}

static int finish(const struct changes_reader *r, struct query *q, struct error *reterr) {
        int result = query_finish(q, CHANGES_DOING, reterr);
        return r->oom ? error_oom(reterr) : result;
}

/* Whose region's prices are in several currencies has no difference, nor has what had no price at all. */
static struct changes_cost read_cost(const struct query *q, int column, const struct changes_region *region) {
        struct changes_cost cost = { .unpriced_events = (uint64_t) sqlite3_column_int64(q->stmt, column + 2) };
        char currencies[32] = "";
        query_copy_text(q, column, currencies, sizeof(currencies));
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

int changes_read_causes(struct changes_reader *r, struct error *reterr) {
        struct changes *c = r->changes;
        struct query q = query_prepare(
                r->store, WITH_START "SELECT account, region, cause, count(*), sum(gib_change), " COSTS ", "
                          "sum(coalesce(cost_after_micros, 0) - coalesce(cost_before_micros, 0)) " FROM_EVENTS
                          "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3");
        bind_range(r, &q);
        while (!r->oom && query_step(&q)) {
                struct changes_cause *grown = changes_grow(r, c->causes, &c->n_causes, sizeof(*grown));
                if (grown == NULL)
                        break;
                c->causes = grown;
                struct changes_cause *cause = &grown[c->n_causes - 1];
                query_copy_text(&q, 0, cause->account, sizeof(cause->account));
                query_copy_text(&q, 1, cause->region, sizeof(cause->region));
                query_copy_text(&q, 2, cause->cause, sizeof(cause->cause));
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

int changes_read_volumes(struct changes_reader *r, struct error *reterr) {
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
                struct changes_volume *grown = changes_grow(r, c->volumes, &c->n_volumes, sizeof(*grown));
                if (grown == NULL)
                        break;
                c->volumes = grown;
                struct changes_volume *v = &grown[c->n_volumes - 1];
                query_copy_text(&q, 0, v->account, sizeof(v->account));
                query_copy_text(&q, 1, v->region, sizeof(v->region));
                query_copy_text(&q, 2, v->id, sizeof(v->id));
                query_copy_text(&q, 3, v->type, sizeof(v->type));
                query_copy_text(&q, 4, v->name, sizeof(v->name));
                query_copy_text(&q, 5, v->causes, sizeof(v->causes));
                v->gib_after = (uint64_t) sqlite3_column_int64(q.stmt, 6);
                v->gib_change = sqlite3_column_int64(q.stmt, 7);
                v->gib_before = v->gib_after - (uint64_t) v->gib_change;
                v->cost_change = read_cost(&q, 8, find_region(c, v->account, v->region));
        }
        return finish(r, &q, reterr);
}
