/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "store/db.h"
#include "store/place_account.h"
#include "store/rollup_total.h"
#include "store/store.h"
#include "store/transaction.h"

static const char remembering[] = "remembering the list of regions";

static int64_t place_id(struct query *place, const char *account, const char *region) {
        query_bind_text(place, ":account", account);
        query_bind_text(place, ":region", region);
        return query_run_int64(place);
}

static int replace_list(struct store *s, const char *account, const struct region *regions, size_t n, usec_t listed_at,
                        struct error *reterr) {
        struct query old = query_prepare(s, "DELETE FROM known_region WHERE place_id IN "
                                            "(SELECT place_id FROM place WHERE account = :account)");
        query_bind_text(&old, ":account", account);
        query_run(&old);
        int r = query_finish(&old, remembering, reterr);
        bool named = false;
        for (size_t i = 0; r == 0 && i < n; i++)
                r = place_name_account(s, account, regions[i].name, &named, reterr);
        if (r == 0 && named)
                r = rollup_total_renew_all(s, reterr);
        if (r < 0)
                return r;
        /* An update that changes nothing makes RETURNING speak for the row that is there already. */
        struct query place = query_prepare(
                s, "INSERT INTO place (account, region) VALUES (:account, :region) "
                   "ON CONFLICT (region, account) DO UPDATE SET region = excluded.region RETURNING place_id");
        struct query known = query_prepare(
                s, "INSERT INTO known_region (place_id, opt_in_status, listed_at) "
                   "VALUES (:place, :status, :listed_at) ON CONFLICT (place_id) DO UPDATE "
                   "SET opt_in_status = excluded.opt_in_status, listed_at = excluded.listed_at");
        for (size_t i = 0; i < n; i++) {
                query_bind_uint(&known, ":place", (uint64_t) place_id(&place, account, regions[i].name));
                query_bind_text_or_null(&known, ":status", regions[i].opt_in_status);
                query_bind_uint(&known, ":listed_at", listed_at / USEC_PER_SEC);
                if (place.rc == SQLITE_OK)
                        query_run(&known);
        }
        struct query *all[] = { &place, &known };
        return query_finish_all(all, ARRAY_SIZE(all), remembering, reterr);
}

int store_write_known_regions(struct store *s, const char *account, const struct region *regions, size_t n,
                              usec_t listed_at, struct error *reterr) {
        struct transaction t;
        int r = transaction_begin(&t, s, remembering, reterr);
        if (r == 0)
                r = replace_list(s, account, regions, n, listed_at, reterr);
        return transaction_end(&t, r, remembering, reterr);
}

int store_read_known_regions(struct store *s, const char *account,
                             int (*on_row)(const char *account, const struct region *region, usec_t listed_at,
                                           void *userdata),
                             void *userdata, struct error *reterr) {
        struct query q = query_prepare(
                s, "SELECT p.account, p.region, k.opt_in_status, k.listed_at "
                   "FROM known_region AS k JOIN place AS p USING (place_id) "
                   "WHERE p.account = iif(:account <> '', :account, (SELECT o.account FROM known_region "
                   "JOIN place AS o USING (place_id) ORDER BY listed_at DESC, o.account LIMIT 1)) ORDER BY p.region");
        query_bind_text(&q, ":account", account);
        int stopped = 0;
        while (stopped == 0 && query_step(&q)) {
                struct region region = { 0 };
                query_copy_text(&q, 1, region.name, sizeof(region.name));
                query_copy_text(&q, 2, region.opt_in_status, sizeof(region.opt_in_status));
                stopped = on_row((const char *) sqlite3_column_text(q.stmt, 0), &region,
                                 (usec_t) sqlite3_column_int64(q.stmt, 3) * USEC_PER_SEC, userdata);
        }
        int r = query_finish(&q, "reading the list of regions", reterr);
        if (r < 0)
                return r;
        return stopped < 0 ? error_set(reterr, ERROR_SYSTEM, -stopped, "the known regions could not be read: %s",
                                         strerror(-stopped))
                           : 0;
}
