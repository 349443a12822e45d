/* SPDX-License-Identifier: MIT */
#include "store/rollup_total.h"

static const char doing[] = "summing up the history";

#define DAY 86400

static int at(struct store *s, const char *sql, int64_t when, struct error *reterr) {
        struct query q = query_prepare(s, sql);
        query_bind_int(&q, ":at", when);
        query_run(&q);
        return query_finish(&q, doing, reterr);
}

#define OF_ACCOUNTS "account IN (SELECT account FROM place_in_sum)"

int rollup_total_renew(struct store *s, int64_t hour_at, struct error *reterr) {
        int64_t day_at = hour_at - hour_at % DAY;
        int r = at(s, "DELETE FROM rollup_total_hour WHERE " OF_ACCOUNTS " AND hour_at = :at", hour_at, reterr);
        if (r == 0)
                r = at(s, "INSERT INTO rollup_total_hour SELECT * FROM total_hour WHERE hour_at = :at", hour_at,
                       reterr);
        if (r == 0)
                r = at(s, "DELETE FROM rollup_total_day WHERE " OF_ACCOUNTS " AND day_at = :at", day_at, reterr);
        if (r == 0)
                r = at(s, "INSERT INTO rollup_total_day SELECT * FROM total_day WHERE day_at = :at", day_at, reterr);
        return r;
}

int rollup_total_renew_all(struct store *s, struct error *reterr) {
        return db_exec(s, "DELETE FROM rollup_total_hour; INSERT INTO rollup_total_hour SELECT * FROM total_hour; "
                          "DELETE FROM rollup_total_day; INSERT INTO rollup_total_day SELECT * FROM total_day",
                       doing, reterr);
}
