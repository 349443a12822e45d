/* SPDX-License-Identifier: MIT */
#include <errno.h>

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
        return stopped < 0 ? error_set(reterr, ERROR_SYSTEM, -stopped, "the regions' sizes could not be taken over")
                           : 0;
}
