/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store/merge.h"

static const char doing[] = "storing the instances";

/* An instance that is new or not as it was, or one that is gone. */
struct change {
        const struct inventory_instance *now; /* NULL: gone */
        char *gone; /* owned; its id */
        bool is_new;
};

struct changes {
        struct change *items; /* owned */
        size_t n;
        size_t allocated;
};

static void changes_release(struct changes *c) {
        for (size_t i = 0; i < c->n; i++)
                free(c->items[i].gone);
        free(c->items);
}

static int add_change(struct changes *c, const struct inventory_instance *now, const char *gone, bool is_new) {
        if (c->n == c->allocated) {
                size_t n = c->allocated > 0 ? c->allocated * 2 : 256;
                struct change *grown = reallocarray(c->items, n, sizeof(*grown));
                if (grown == NULL)
                        return -ENOMEM;
                c->items = grown;
                c->allocated = n;
        }
        char *copy = gone != NULL ? strdup(gone) : NULL;
        if (gone != NULL && copy == NULL)
                return -ENOMEM;
        c->items[c->n++] = (struct change){ .now = now, .gone = copy, .is_new = is_new };
        return 0;
}

/* An instance's columns of cost, as they are stored. */
struct instance_cost {
        uint64_t cost, unpriced, gp3_gib, gp2_cost, gp2_as_gp3; /* COST_UNKNOWN: NULL */
};

static struct instance_cost cost_of(const struct listing *l, const struct inventory_instance *i) {
        bool known = l->cost->known;
        bool priced = known && (i->volumes == 0 || i->unpriced_volumes < i->volumes);
        return (struct instance_cost){
                .cost = priced ? i->cost_micros : COST_UNKNOWN,
                .unpriced = known ? i->unpriced_volumes : COST_UNKNOWN,
                .gp3_gib = i->gp3_gib,
                .gp2_cost = i->has_comparable_gp2 ? i->gp2_cost_micros : COST_UNKNOWN,
                .gp2_as_gp3 = i->has_comparable_gp2 ? i->gp2_as_gp3_micros : COST_UNKNOWN,
        };
}

static bool costs_equal(const struct query *q, const struct instance_cost *c) {
        const uint64_t values[] = { c->cost, c->unpriced, c->gp3_gib, c->gp2_cost, c->gp2_as_gp3 };
        for (int n = 0; n < (int) ARRAY_SIZE(values); n++) {
                bool null = sqlite3_column_type(q->stmt, 8 + n) == SQLITE_NULL;
                if (null ? values[n] != COST_UNKNOWN : (uint64_t) sqlite3_column_int64(q->stmt, 8 + n) != values[n])
                        return false;
        }
        return true;
}

static void bind_cost(struct query *q, const struct instance_cost *c) {
        query_bind_uint_or_null(q, ":cost", c->cost, COST_UNKNOWN);
        query_bind_uint_or_null(q, ":unpriced", c->unpriced, COST_UNKNOWN);
        query_bind_uint(q, ":gp3_gib", c->gp3_gib);
        query_bind_uint_or_null(q, ":gp2_cost", c->gp2_cost, COST_UNKNOWN);
        query_bind_uint_or_null(q, ":gp2_as_gp3", c->gp2_as_gp3, COST_UNKNOWN);
}

static bool equal(const struct query *q, const struct listing *l, const struct inventory_instance *i) {
        static const int columns[] = { 1, 2, 3 }; /* type, zone, name: as packed behind the id */
        const char *text = i->text;
        const struct instance_cost cost = cost_of(l, i);
        for (size_t n = 0; n < ARRAY_SIZE(columns); n++) {
                const unsigned char *stored = sqlite3_column_text(q->stmt, columns[n]);
                text = inventory_next_text(text);
                if (strcmp(stored != NULL ? (const char *) stored : "", text) != 0)
                        return false;
        }
        return sqlite3_column_int(q->stmt, 4) == i->state && sqlite3_column_int(q->stmt, 5) == i->managed &&
               (uint64_t) sqlite3_column_int64(q->stmt, 6) == i->volumes &&
               (uint64_t) sqlite3_column_int64(q->stmt, 7) == i->gib && costs_equal(q, &cost);
}

static int compare_all(struct store *s, const struct listing *l, struct changes *ret, struct error *reterr) {
        struct query q = query_prepare(
                s, "SELECT instance_id, instance_type, zone, name, state, managed, volumes, gib, cost_micros, "
                   "unpriced_volumes, gp3_gib, gp2_cost_micros, gp2_as_gp3_micros FROM instance "
                   "WHERE place_id = :place ORDER BY instance_id");
        query_bind_uint(&q, ":place", (uint64_t) l->place_id);
        const struct inventory *listed = l->inventory;
        size_t i = 0;
        int added = 0;
        bool row = query_step(&q);
        while (added == 0 && (row || i < listed->n_instances)) {
                const struct inventory_instance *now = i < listed->n_instances ? listed->instances[i] : NULL;
                const char *id = row ? (const char *) sqlite3_column_text(q.stmt, 0) : NULL;
                int order = id == NULL ? 1 : now == NULL ? -1 : strcmp(id, now->text);
                if (order < 0)
                        added = add_change(ret, NULL, id, false);
                else if (order > 0 || !equal(&q, l, now))
                        added = add_change(ret, now, NULL, order > 0);
                i += order >= 0;
                if (order <= 0)
                        row = query_step(&q);
        }
        int r = query_finish(&q, doing, reterr);
        return added < 0 ? error_oom(reterr) : r;
}

static void bind_instance(struct query *q, const struct listing *l, const struct inventory_instance *i) {
        const char *type = inventory_next_text(i->text), *zone = inventory_next_text(type);
        query_bind_text(q, ":type", type);
        query_bind_text(q, ":zone", zone);
        query_bind_text_or_null(q, ":name", inventory_next_text(zone));
        query_bind_uint(q, ":state", i->state);
        query_bind_uint(q, ":managed", i->managed);
        query_bind_uint(q, ":volumes", i->volumes);
        query_bind_uint(q, ":gib", i->gib);
        const struct instance_cost cost = cost_of(l, i);
        bind_cost(q, &cost);
}

int merge_instances(struct store *s, const struct listing *l, struct error *reterr) {
        _cleanup_(changes_release) struct changes changes = { 0 };
        int r = compare_all(s, l, &changes, reterr);
        if (r < 0)
                return r;
        struct query insert = query_prepare(
                s, "INSERT INTO instance (place_id, instance_id, name, instance_type, zone, state, managed, volumes, "
                   "gib, cost_micros, unpriced_volumes, gp3_gib, gp2_cost_micros, gp2_as_gp3_micros, first_seen_at, "
                   "first_seen_known) VALUES (:place, :id, :name, :type, :zone, :state, :managed, :volumes, :gib, "
                   ":cost, :unpriced, :gp3_gib, :gp2_cost, :gp2_as_gp3, :at, :known)");
        struct query update = query_prepare(
                s, "UPDATE instance SET name = :name, instance_type = :type, zone = :zone, state = :state, "
                   "managed = :managed, volumes = :volumes, gib = :gib, cost_micros = :cost, "
                   "unpriced_volumes = :unpriced, gp3_gib = :gp3_gib, gp2_cost_micros = :gp2_cost, "
                   "gp2_as_gp3_micros = :gp2_as_gp3 WHERE place_id = :place AND instance_id = :id");
        struct query delete = query_prepare(s, "DELETE FROM instance WHERE place_id = :place AND instance_id = :id");
        for (size_t i = 0; i < changes.n; i++) {
                const struct change *c = &changes.items[i];
                struct query *q = c->now == NULL ? &delete : c->is_new ? &insert : &update;
                query_bind_uint(q, ":place", (uint64_t) l->place_id);
                query_bind_text(q, ":id", c->now != NULL ? c->now->text : c->gone);
                if (c->now != NULL)
                        bind_instance(q, l, c->now);
                if (c->is_new) {
                        query_bind_uint(q, ":at", (uint64_t) l->started_at);
                        query_bind_uint(q, ":known", !l->is_baseline);
                }
                query_run(q);
        }
        struct query *all[] = { &insert, &update, &delete };
        return query_finish_all(all, ARRAY_SIZE(all), doing, reterr);
}
