/* SPDX-License-Identifier: MIT */
#include "store/rollup_total.h"

static const char doing[] = "summing up the history";

#define DAY 86400

static int in_range(struct store *s, const char *sql, int64_t since, int64_t until, struct error *reterr) {
        struct query q = query_prepare(s, sql);
        query_bind_uint(&q, ":since", (uint64_t) since);
        query_bind_uint(&q, ":until", (uint64_t) until);
        query_run(&q);
        return query_finish(&q, doing, reterr);
}

int rollup_total_renew(struct store *s, int64_t since, int64_t until, struct error *reterr) {
        int64_t since_day = since - since % DAY;
        int r = in_range(s, "DELETE FROM rollup_total_hour WHERE hour_at BETWEEN :since AND :until", since, until, reterr);
        if (r == 0)
                r = in_range(s, "INSERT INTO rollup_total_hour SELECT * FROM total_hour WHERE hour_at BETWEEN :since AND :until",
                             since, until, reterr);
        if (r == 0)
                r = in_range(s, "DELETE FROM rollup_total_day WHERE day_at BETWEEN :since AND :until", since_day, until, reterr);
        if (r == 0)
                r = in_range(s, "INSERT INTO rollup_total_day SELECT * FROM total_day WHERE day_at BETWEEN :since AND :until",
                             since_day, until, reterr);
        return r;
}
