/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "store/db.h"
#include "store/store.h"

int store_read_region_sizes(struct store *s,
                            int (*on_row)(const char *account, const char *region, uint64_t volumes, void *userdata),
                            void *userdata, struct error *reterr) {
        struct query q = query_prepare(
                s, "SELECT account, region, listed_volumes FROM place WHERE listed_volumes IS NOT NULL "
                   "ORDER BY account, region");
        int stopped = 0;
        while (stopped == 0 && query_step(&q))
                stopped = on_row((const char *) sqlite3_column_text(q.stmt, 0),
                                 (const char *) sqlite3_column_text(q.stmt, 1),
                                 (uint64_t) sqlite3_column_int64(q.stmt, 2), userdata);
        int r = query_finish(&q, "reading the regions' sizes", reterr);
        if (r < 0)
                return r;
        return stopped < 0 ? error_set(reterr, ERROR_SYSTEM, -stopped, "the regions' sizes could not be read: %s",
                                         strerror(-stopped))
                           : 0;
}

static void read_past(struct query *q, const struct region_result *region, struct region_past *ret) {
        *ret = (struct region_past){ 0 };
        query_bind_text(q, ":account", region->account);
        query_bind_text(q, ":region", region->region);
        if (query_step(q)) {
                query_copy_text(q, 0, ret->account, sizeof(ret->account));
                ret->good_at = (usec_t) sqlite3_column_int64(q->stmt, 1) * USEC_PER_SEC;
        }
        query_reset(q);
}

int store_read_pasts(struct store *s, const struct run *run, struct region_past *ret, struct error *reterr) {
        struct query q = query_prepare(
                s, "SELECT p.account, coalesce(r.started_at, 0) FROM place AS p LEFT JOIN run AS r "
                   "ON r.run_id = p.good_run_id WHERE p.region = :region AND p.account = " SQL_ACCOUNT_OF_PLACE);
        for (size_t i = 0; i < run->n_regions; i++)
                read_past(&q, &run->regions[i], &ret[i]);
        return query_finish(&q, "reading the regions' past", reterr);
}

int store_read_comparison_time(struct store *s, usec_t *ret_started_at, struct error *reterr) {
        int64_t seconds;
        int r = db_read_int64(s, "SELECT max(started_at) FROM comparison", "reading the comparisons", &seconds, reterr);
        if (r == 0)
                *ret_started_at = seconds > 0 ? (usec_t) seconds * USEC_PER_SEC : 0;
        return r;
}
