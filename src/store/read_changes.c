/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "store/db.h"
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
        }
        (void) sqlite3_reset(q->stmt);
        return listing;
}

/* Both queries are of v1_listing_total: the newest one by a run, the oldest one behind it. */
static void read_region(struct reader *r, struct query *row, struct query *newest, struct query *oldest) {
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
        region->after = read_listing(newest, place_id, c->to);
        region->before = read_listing(newest, place_id, c->from);
        if (region->before.run_id == 0 && region->after.run_id != 0) {
                region->before = read_listing(oldest, place_id, c->from);
                region->from_first = true;
        }
}

static int read_regions(struct reader *r, struct error *reterr) {
        struct query rows = query_prepare(
                r->store, "SELECT n.account, n.region, l.place_id FROM v1_latest AS n LEFT JOIN v1_listing AS l "
                          "ON l.region = n.region AND l.account IS n.account "
                          "WHERE (:regions = '' OR instr(:regions, ' ' || n.region || ' ') > 0) ORDER BY 1, 2");
        struct query newest = query_prepare(
                r->store, "SELECT run_id, started_at, billed_gib FROM v1_listing_total WHERE place_id = :place "
                          "AND run_id <= :run ORDER BY run_id DESC LIMIT 1");
        struct query oldest = query_prepare(
                r->store, "SELECT run_id, started_at, billed_gib FROM v1_listing_total WHERE place_id = :place "
                          "AND run_id > :run ORDER BY run_id LIMIT 1");
        query_bind_text(&rows, ":regions", r->regions);
        while (!r->oom && query_step(&rows))
                read_region(r, &rows, &newest, &oldest);
        int e1 = query_finish(&newest, doing, reterr);
        int e2 = query_finish(&oldest, doing, e1 == 0 ? reterr : NULL);
        int e3 = finish(r, &rows, e1 == 0 && e2 == 0 ? reterr : NULL);
        return e1 < 0 ? e1 : e2 < 0 ? e2 : e3;
}

/* A cause also counts for its region. */
static void add_to_region(struct changes *c, const struct changes_cause *cause) {
        for (size_t i = 0; i < c->n_regions; i++)
                if (strcmp(c->regions[i].region, cause->region) == 0 &&
                    strcmp(c->regions[i].account, cause->account) == 0) {
                        c->regions[i].events += cause->events;
                        c->regions[i].gib_change += cause->gib_change;
                }
}

static int read_causes(struct reader *r, struct error *reterr) {
        struct changes *c = r->changes;
        struct query q = query_prepare(
                r->store, "SELECT account, region, cause, sum(events), sum(gib_change) FROM v1_churn "
                          "WHERE run_id > :from AND run_id <= :to AND " WANTED_REGION
                          " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3");
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
                add_to_region(c, cause);
        }
        return finish(r, &q, reterr);
}

static int read_volumes(struct reader *r, struct error *reterr) {
        struct changes *c = r->changes;
        /* The columns beside max(event_id) are those of that row. */
        struct query q = query_prepare(
                r->store, "SELECT account, region, volume_id, coalesce(type_after, type_before), name, "
                          "replace(group_concat(DISTINCT cause), ',', ' '), gib_after, sum(gib_change) AS change, "
                          "max(event_id) FROM v1_event WHERE run_id > :from AND run_id <= :to AND " WANTED_REGION
                          " GROUP BY account, region, volume_id ORDER BY abs(change) DESC, volume_id LIMIT :limit");
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
        }
        return finish(r, &q, reterr);
}

/* The run's start. -ENOENT for one that is not there. */
static int read_start(struct store *s, int64_t run_id, usec_t *ret, struct error *reterr) {
        struct query q = query_prepare(s, "SELECT started_at FROM v1_run WHERE run_id = :run");
        query_bind_uint(&q, ":run", (uint64_t) run_id);
        bool found = query_step(&q);
        usec_t at = found ? (usec_t) sqlite3_column_int64(q.stmt, 0) * USEC_PER_SEC : 0;
        int r = query_finish(&q, doing, reterr);
        if (r == 0 && !found)
                r = error_set(reterr, ERROR_CONFIG, ENOENT, "run %" PRId64 " is not in %s: v1_run has those that are",
                              run_id, s->path);
        if (r == 0)
                *ret = at;
        return r;
}

static int read_all(struct reader *r, struct error *reterr) {
        struct changes *c = r->changes;
        int e = read_start(r->store, c->to, &c->to_at, reterr);
        if (e == 0 && c->from > 0)
                e = read_start(r->store, c->from, &c->from_at, reterr);
        if (e == 0)
                e = read_regions(r, reterr);
        if (e == 0)
                e = read_causes(r, reterr);
        return e < 0 ? e : read_volumes(r, reterr);
}

int store_read_changes(struct store *s, int64_t from, int64_t to, const char *const *regions, struct changes *ret,
                       struct error *reterr) {
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
                r = read_all(&reader, reterr);
        db_rollback(s);
        buffer_release(&words);
        if (r < 0)
                changes_release(&changes);
        else
                *ret = changes;
        return r;
}

int store_find_run_before(struct store *s, usec_t before, int64_t *ret_run_id, struct error *reterr) {
        struct query q = query_prepare(s, "SELECT max(run_id) FROM v1_run WHERE started_at <= :before");
        query_bind_uint(&q, ":before", before / USEC_PER_SEC);
        *ret_run_id = query_run_int64(&q);
        return query_finish(&q, doing, reterr);
}

int store_find_newest_sweep(struct store *s, int64_t *ret_run_id, struct error *reterr) {
        return db_read_int64(s, "SELECT max(run_id) FROM v1_run WHERE mode = 'sweep'", doing, ret_run_id, reterr);
}
